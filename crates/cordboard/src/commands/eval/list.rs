//! The list of requests and conversations, as written in TOML. docs/evaluation.md describes the fields.

use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use cordboard_agent::toolbox::{Tool, Toolbox};
use cordboard_spec::manifest::identifier;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::dates;
use super::lines::read_text;
use crate::cli::Half;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct List {
    /// Plugins to load from a folder of stubs.
    pub(super) plugins: Vec<String>,
    #[serde(rename = "request")]
    pub(super) requests: Vec<Entry>,
    #[serde(rename = "conversation")]
    pub(super) conversations: Vec<Conversation>,
}

/// Messages that follow each other.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Conversation {
    /// The plugins that are active; all when empty.
    #[serde(default)]
    pub(super) among: Vec<String>,
    #[serde(rename = "turn")]
    pub(super) turns: Vec<Entry>,
}

/// One message and what should come of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Entry {
    pub(super) text: String,
    /// `plugin.operation`; absent when nothing must be called.
    pub(super) operation: Option<String>,
    pub(super) arguments: Map<String, Value>,
    pub(super) optional: Map<String, Value>,
    /// Further values for an argument.
    pub(super) accept: Map<String, Value>,
    /// Texts that an argument must contain.
    pub(super) contains: Map<String, Value>,
    pub(super) demo: bool,
    /// The plugins that are active; all when empty. Not for turns, whose conversation says it.
    pub(super) among: Vec<String>,
    /// What the plugin answers, as JSON. Only for turns.
    pub(super) answer: Option<String>,
    /// Reads that may come before the wanted call.
    pub(super) lookups: Vec<Lookup>,
}

/// A read that a model may place before the call that counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lookup {
    pub(super) operation: String,
    #[serde(default)]
    pub(super) arguments: Map<String, Value>,
    pub(super) answer: String,
}

impl List {
    pub(super) fn read(path: &Path, today: Date) -> anyhow::Result<Self> {
        Self::parse(&read_text(path)?, today).with_context(|| format!("{} is not a valid list", path.display()))
    }

    pub(super) fn parse(text: &str, today: Date) -> anyhow::Result<Self> {
        let mut list: Self = toml::from_str(text)?;
        ensure!(
            !list.requests.is_empty() || !list.conversations.is_empty(),
            "it has no entries; add a [[request]] or a [[conversation]]"
        );
        for entry in &mut list.requests {
            ensure!(entry.answer.is_none(), "`{}` has an `answer`, which only a turn can have", entry.text);
            entry.prepare(today)?;
        }
        for conversation in &mut list.conversations {
            conversation.prepare(today)?;
        }
        Ok(list)
    }

    /// Leaves one half of the list.
    pub(super) fn keep(&mut self, half: Half) {
        self.requests.retain(|entry| half.has(&entry.text));
        self.conversations.retain(|conversation| half.has(conversation.first()));
    }

    /// How many entries are judged.
    pub(super) fn len(&self) -> usize {
        self.requests.len() + self.conversations.iter().map(|each| each.turns.len()).sum::<usize>()
    }
}

impl Conversation {
    fn first(&self) -> &str {
        self.turns.first().map_or("", |turn| &turn.text)
    }

    fn prepare(&mut self, today: Date) -> anyhow::Result<()> {
        let Some(last) = self.turns.len().checked_sub(1) else { bail!("a conversation has no [[conversation.turn]]") };
        for (at, turn) in self.turns.iter_mut().enumerate() {
            let text = &turn.text;
            ensure!(turn.among.is_empty(), "the turn `{text}` has `among`; move it to its conversation");
            ensure!(!turn.demo, "the turn `{text}` has `demo`, which only a request can have");
            ensure!(
                at == last || turn.operation.is_none() || turn.answer.is_some(),
                "the turn `{text}` needs an `answer`, because another turn follows its call"
            );
            turn.prepare(today)?;
        }
        Ok(())
    }
}

impl Entry {
    /// Checks the texts that TOML cannot check and replaces dates.
    fn prepare(&mut self, today: Date) -> anyhow::Result<()> {
        let text = self.text.clone();
        ensure!(!text.trim().is_empty(), "an entry has no `text`");
        for answer in self.answer.iter().chain(self.lookups.iter().map(|lookup| &lookup.answer)) {
            let read: Result<Value, _> = serde_json::from_str(answer);
            read.with_context(|| format!("an `answer` of `{text}` is not JSON"))?;
        }
        let lookups = self.lookups.iter_mut().map(|lookup| &mut lookup.arguments);
        let tables = [&mut self.arguments, &mut self.optional, &mut self.accept, &mut self.contains];
        for value in tables.into_iter().chain(lookups).flat_map(Map::values_mut) {
            dates::replace(value, today).with_context(|| format!("a value of `{text}` is wrong"))?;
        }
        for (name, value) in &self.accept {
            ensure!(value.is_array(), "`accept` of `{text}` must give a list for `{name}`");
        }
        for (name, value) in &self.contains {
            ensure!(value.is_string(), "`contains` of `{text}` must give a text for `{name}`");
        }
        Ok(())
    }

    /// The wanted operation; none where nothing should be called.
    pub(super) fn tool<'toolbox>(&self, toolbox: &'toolbox Toolbox) -> anyhow::Result<Option<Tool<'toolbox>>> {
        self.operation.as_ref().map(|operation| self.find(toolbox, operation)).transpose()
    }

    /// An operation that this entry names.
    pub(super) fn find<'toolbox>(&self, toolbox: &'toolbox Toolbox, named: &str) -> anyhow::Result<Tool<'toolbox>> {
        let Some((plugin, operation)) = named.rsplit_once('.') else {
            bail!("`{named}` in `{}` is not of the form plugin.operation", self.text);
        };
        // A toolbox shortens long names of plugins; a list has them as they are published.
        let (namespace, mut tools) = (identifier(plugin), toolbox.tools().map(|(_, tool)| tool));
        let is_meant = |tool: &Tool<'_>| {
            tool.plugin.toolset.namespace() == namespace
                && (tool.operation.name == operation || tool.operation.operation_id == operation)
        };
        tools.find(is_meant).with_context(|| {
            let known: Vec<String> = toolbox.plugins.iter().map(|plugin| plugin.toolset.namespace()).collect();
            let text = &self.text;
            format!("`{text}` names the operation `{named}`, which no active plugin has; active: {}", known.join(", "))
        })
    }

    /// Whether every operation that is named exists.
    pub(super) fn check(&self, toolbox: &Toolbox) -> anyhow::Result<()> {
        self.tool(toolbox)?;
        self.lookups.iter().try_for_each(|lookup| self.find(toolbox, &lookup.operation).map(drop))
    }
}

impl Half {
    /// Whether an entry is in this half, which depends on its text alone, so that new entries move no other.
    fn has(self, text: &str) -> bool {
        let is_b = Sha256::digest(text)[0] & 1 == 1;
        match self {
            Self::A => !is_b,
            Self::B => is_b,
            Self::All => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 3, 31);

    #[test]
    fn a_list_is_read_with_its_conversations_and_dates() {
        let list = List::parse(
            r#"
            plugins = ["a.example"]
            [[request]]
            text = "Free tomorrow?"
            operation = "calendar.list"
            arguments = { day = "<tomorrow>" }
            among = ["a.example"]
            [[conversation]]
            [[conversation.turn]]
            text = "Find Ada"
            operation = "people.find"
            answer = '{"id": 7}'
            [[conversation.turn]]
            text = "Delete her"
            operation = "people.delete"
            lookups = [{ operation = "people.find", arguments = { name = "Ada" }, answer = "[]" }]
            "#,
            TODAY,
        )
        .unwrap();
        assert_eq!(list.len(), 3);
        assert_eq!(list.requests[0].arguments["day"], "2026-04-01");
        assert_eq!(list.conversations[0].turns[1].lookups[0].arguments["name"], "Ada");
    }

    #[test]
    fn mistakes_in_a_list_are_named() {
        let check = |toml: &str, expected: &str| {
            let error = format!("{:#}", List::parse(toml, TODAY).unwrap_err());
            assert!(error.contains(expected), "{toml}: {error}");
        };
        check("", "no entries");
        check("[[request]]\ntext = 'x'\noperatoin = 'a.b'", "unknown field `operatoin`");
        check("[[request]]\noperation = 'a.b'", "an entry has no `text`");
        check("[[request]]\ntext = 'x'\nanswer = '1'", "only a turn can have");
        check("[[request]]\ntext = 'x'\naccept = { a = 1 }", "must give a list for `a`");
        check("[[request]]\ntext = 'x'\narguments = { a = '<next fryday>' }", "weekday");
        check("[[conversation]]\nturn = []", "has no [[conversation.turn]]");
        let turns = "[[conversation]]\n[[conversation.turn]]\ntext = 'x'\n";
        check(&format!("{turns}operation = 'a.b'\n[[conversation.turn]]\ntext = 'y'"), "needs an `answer`");
        check(&format!("{turns}answer = '{{'"), "is not JSON");
        check(&format!("{turns}among = ['a']"), "move it to its conversation");
    }

    #[test]
    fn halves_depend_on_the_text_alone_and_cover_everything() {
        // SHA-256 of `hello` begins with 0x2c, that of `x` with 0x2d.
        assert!(Half::A.has("hello") && !Half::B.has("hello"));
        assert!(!Half::A.has("x") && Half::B.has("x"));
        let mut list =
            List::parse("[[request]]\ntext = 'hello'\n[[conversation]]\n[[conversation.turn]]\ntext = 'x'", TODAY);
        let list = list.as_mut().unwrap();
        list.keep(Half::A);
        assert_eq!((list.requests.len(), list.conversations.len()), (1, 0));
    }
}
