//! Messages put to a model one after the other, each judged, with what the plugins answered in between.

use std::sync::Arc;

use anyhow::Context as _;
use cordboard_agent::toolbox::Toolbox;
use cordboard_domain::call::{Call, CallResponse, CallState};
use cordboard_domain::event::TurnOutcome;
use cordboard_domain::id::CallId;
use cordboard_domain::turn::{Round, Step, Turn};
use serde_json::{Map, Value};

use super::answer::{Answer, Extent, PlacedCall, ask, label, tool_name};
use super::bench::Bench;
use super::judge::{Verdict, Wanted, judge, mistake, same_arguments};
use super::list::{Entry, Lookup};
use super::report::Item;
use crate::system::{SystemClock, SystemEntropy};

/// A conversation with the plugins that are active in it.
pub(super) struct Conversation<'bench> {
    bench: &'bench Bench,
    toolbox: Arc<Toolbox>,
    group: &'static str,
    earlier: Vec<Turn>,
}

/// What came of asking until the model placed something else than a lookup.
struct Asked {
    answer: Answer,
    /// The calls that are no lookups.
    calls: Vec<PlacedCall>,
    /// How likely the model first said it is that anything should be called.
    stated: Option<u16>,
    seconds: f64,
}

impl<'bench> Conversation<'bench> {
    pub(super) fn new(bench: &'bench Bench, toolbox: Arc<Toolbox>, group: &'static str) -> Self {
        Self { bench, toolbox, group, earlier: Vec::new() }
    }

    /// Puts and judges the last message.
    pub(super) async fn finish(mut self, entry: &Entry) -> anyhow::Result<Item> {
        let mut turn = self.bench.turn(&entry.text)?;
        Ok(self.put(entry, &mut turn, Extent::Calls).await?.0)
    }

    /// Puts and judges a message, and goes on as if the right call had been placed.
    pub(super) async fn go_on(&mut self, entry: &Entry) -> anyhow::Result<Item> {
        let mut turn = self.bench.turn(&entry.text)?;
        let (mut item, asked) = self.put(entry, &mut turn, Extent::Everything).await?;
        let right_call = item.is_right().then(|| asked.calls.first()).flatten();
        let text = asked.answer.text;
        if let Some(call) = self.call(entry, right_call)? {
            turn.rounds.push(round(&text, [answered(&call, entry.answer.as_deref().unwrap_or_default())]));
            let said = self.ask(&turn, Extent::Everything).await?;
            turn.rounds.push(round(&said.text, []));
            item.seconds += said.seconds;
        } else if !text.is_empty() {
            turn.rounds.push(round(&text, []));
        }
        turn.outcome = Some(TurnOutcome::Answered);
        self.earlier.push(turn);
        Ok(item)
    }

    async fn put(&mut self, entry: &Entry, turn: &mut Turn, extent: Extent) -> anyhow::Result<(Item, Asked)> {
        let wanted = entry.tool(&self.toolbox)?.map(Wanted::of);
        let asked = self.ask_past_lookups(entry, turn, extent).await?;
        let verdict = match &asked.answer.failure {
            Some(failure) => Verdict { is_operation_right: false, mistake: Some(failure.clone()) },
            None => judge(wanted.as_ref(), &asked.calls, |got| mistake(entry, got)),
        };
        let item = Item {
            group: self.group,
            text: entry.text.clone(),
            demo: entry.demo,
            wanted: wanted.map(|wanted| wanted.label),
            got: described(&asked.calls),
            got_operation: operation(&asked.calls),
            is_operation_right: verdict.is_operation_right,
            mistake: verdict.mistake,
            stated: asked.stated,
            is_failed: asked.answer.failure.is_some(),
            seconds: asked.seconds,
            ..Item::default()
        };
        Ok((item, asked))
    }

    /// Asks, answers the lookups that the entry allows, each once, and asks again.
    async fn ask_past_lookups(&self, entry: &Entry, turn: &mut Turn, extent: Extent) -> anyhow::Result<Asked> {
        let mut open: Vec<&Lookup> = entry.lookups.iter().collect();
        let (mut stated, mut seconds) = (None, 0.0);
        loop {
            let mut answer = self.ask(turn, extent).await?;
            seconds += answer.seconds;
            stated = stated.or(answer.consideration.as_ref().map(|each| each.any));
            let (mut steps, mut calls) = (Vec::new(), Vec::new());
            for call in std::mem::take(&mut answer.calls) {
                match self.lookup(entry, &open, &call)? {
                    Some(at) => steps.push(answered(&call, &open.remove(at).answer)),
                    None => calls.push(call),
                }
            }
            let is_done = !calls.is_empty() || steps.is_empty();
            if !steps.is_empty() {
                turn.rounds.push(round(&std::mem::take(&mut answer.text), steps));
            }
            if is_done {
                return Ok(Asked { answer, calls, stated, seconds });
            }
        }
    }

    /// Which of the open lookups a call is.
    fn lookup(&self, entry: &Entry, open: &[&Lookup], call: &PlacedCall) -> anyhow::Result<Option<usize>> {
        for (at, lookup) in open.iter().enumerate() {
            let tool = tool_name(entry.find(&self.toolbox, &lookup.operation)?);
            if tool == call.tool && same_arguments(&lookup.arguments, &call.arguments) {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    async fn ask(&self, turn: &Turn, extent: Extent) -> anyhow::Result<Answer> {
        let request = self.bench.request(&self.earlier, turn, &self.toolbox);
        let model = &*self.bench.model;
        let asked = ask(model, &self.toolbox, request, extent).await;
        asked.with_context(|| format!("`{}` could not be put to {}", turn.user_message, model.info().name))
    }

    /// The call with which the conversation goes on: the model's where it is right, else the wanted one.
    fn call(&self, entry: &Entry, right: Option<&PlacedCall>) -> anyhow::Result<Option<PlacedCall>> {
        let Some(tool) = entry.tool(&self.toolbox)? else { return Ok(None) };
        let wanted = || {
            let arguments: Map<String, Value> = entry
                .arguments
                .iter()
                .chain(&entry.contains)
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            let arguments = Value::Object(arguments).to_string();
            PlacedCall { id: "call_1".to_owned(), tool: tool_name(tool), label: label(tool), arguments }
        };
        Ok(Some(right.cloned().unwrap_or_else(wanted)))
    }
}

/// What was called, with arguments, for people.
pub(super) fn described(calls: &[PlacedCall]) -> Option<String> {
    let shown: Vec<String> = calls.iter().map(|call| format!("{} {}", call.label, call.arguments)).collect();
    (!shown.is_empty()).then(|| shown.join(", "))
}

/// What was called.
pub(super) fn operation(calls: &[PlacedCall]) -> Option<String> {
    match calls {
        [] => None,
        [call] => Some(call.label.clone()),
        _ => Some("several calls".to_owned()),
    }
}

fn round(text: &str, calls: impl IntoIterator<Item = Call>) -> Round {
    let text = (!text.is_empty()).then(|| Step::Text(text.to_owned()));
    let calls = calls.into_iter().map(|call| Step::Call(Box::new(call)));
    Round { steps: text.into_iter().chain(calls).collect(), is_complete: true }
}

/// A call to which the plugin answered.
fn answered(call: &PlacedCall, answer: &str) -> Call {
    let response = CallResponse {
        status: 200,
        content_type: "application/json".to_owned(),
        body: answer.to_owned(),
        bytes: answer.len() as u64,
        ..CallResponse::default()
    };
    Call {
        id: CallId::generate(&SystemClock, &SystemEntropy),
        model_call_id: call.id.clone(),
        tool: call.tool.clone(),
        raw_arguments: call.arguments.clone(),
        plan: None,
        preview: None,
        decided_at: None,
        state: CallState::Answered { response },
    }
}

#[cfg(test)]
mod tests {
    use cordboard_model::chat::{ChatModel, Message, ModelRequest};
    use cordboard_model::scripted::{ScriptStep, ScriptedModel};
    use serde_json::json;

    use super::super::bench::toolbox;
    use super::super::functions::{Function, NEUTRAL, compile};
    use super::*;

    fn tools() -> Arc<Toolbox> {
        let function = |id: &str, parameter: &str| Function {
            id: id.to_owned(),
            description: id.to_owned(),
            parameters: [(parameter.to_owned(), json!({"type": "string"}))].into_iter().collect(),
            required: Vec::new(),
        };
        let functions = [function("find", "name"), function("delete", "id")];
        Arc::new(toolbox([Arc::new(compile(&NEUTRAL, &functions).unwrap())]))
    }

    fn entry(toml: &str) -> Entry {
        toml::from_str(toml).unwrap()
    }

    fn bench(rounds: Vec<Vec<ScriptStep>>) -> (Bench, Arc<ScriptedModel>) {
        let model = Arc::new(ScriptedModel::new(rounds));
        (Bench { model: model.clone() as Arc<dyn ChatModel>, tool_share: 50 }, model)
    }

    /// The messages of a request in a line each.
    fn messages(request: &ModelRequest) -> Vec<String> {
        let line = |message: &Message| match message {
            Message::User { text } => format!("user: {text}"),
            Message::Assistant { text, calls } => {
                let calls: Vec<String> = calls.iter().map(|call| format!("{}{}", call.name, call.arguments)).collect();
                format!("assistant: {text}{}", calls.join(" "))
            }
            Message::Tool { content, .. } => format!("tool: {content}"),
        };
        request.messages.iter().map(line).collect()
    }

    #[tokio::test]
    async fn a_wrong_turn_goes_on_as_if_it_had_been_right() {
        let (bench, model) = bench(vec![
            vec![ScriptStep::call("1", "functions_delete", r#"{"id": "9"}"#)],
            vec![ScriptStep::text("Found Ada.")],
            vec![ScriptStep::call("2", "functions_delete", r#"{"id": "7"}"#)],
        ]);
        let mut conversation = Conversation::new(&bench, tools(), "conversation turns");
        let first = entry(
            "text = 'Find Ada'\noperation = 'functions.find'\narguments = { name = 'Ada' }\nanswer = '{\"id\": \"7\"}'",
        );
        let item = conversation.go_on(&first).await.unwrap();
        assert_eq!(item.mistake.as_deref(), Some("functions.find should be called instead"));
        assert_eq!(item.got_operation.as_deref(), Some("functions.delete"));
        let second = entry("text = 'Delete her'\noperation = 'functions.delete'\narguments = { id = '7' }");
        let item = conversation.finish(&second).await.unwrap();
        assert_eq!((item.mistake, item.is_operation_right), (None, true));
        let expected = [
            "user: Find Ada",
            r#"assistant: functions_find{"name":"Ada"}"#,
            r#"tool: {"id":"7"}"#,
            "assistant: Found Ada.",
            "user: Delete her",
        ];
        assert_eq!(messages(model.requests().last().unwrap()), expected);
    }

    #[tokio::test]
    async fn a_lookup_is_answered_once_and_the_model_asked_again() {
        let find = || vec![ScriptStep::call("1", "functions_find", r#"{"name": "ada"}"#)];
        let delete = vec![ScriptStep::call("2", "functions_delete", r#"{"id": "7"}"#)];
        let wanted = entry(
            "text = 'Delete Ada'\noperation = 'functions.delete'\narguments = { id = '7' }\n\
             lookups = [{ operation = 'functions.find', arguments = { name = 'Ada' }, answer = '[7]' }]",
        );
        let (bench, model) = bench(vec![find(), delete]);
        let item = Conversation::new(&bench, tools(), "requests").finish(&wanted).await.unwrap();
        assert_eq!(item.mistake, None);
        assert_eq!(messages(&model.requests()[1]).last().unwrap(), "tool: [7]");

        let (bench, _) = self::bench(vec![find(), find()]);
        let item = Conversation::new(&bench, tools(), "requests").finish(&wanted).await.unwrap();
        assert_eq!(item.mistake.as_deref(), Some("functions.delete should be called instead"));
    }

    #[tokio::test]
    async fn words_are_no_call_and_stay_in_the_conversation() {
        let (bench, model) = bench(vec![vec![ScriptStep::text("Whom?")], vec![ScriptStep::text("Bye.")]]);
        let mut conversation = Conversation::new(&bench, tools(), "conversation turns");
        assert!(conversation.go_on(&entry("text = 'Delete somebody'")).await.unwrap().is_right());
        let item = conversation.finish(&entry("text = 'Never mind'")).await.unwrap();
        assert!(item.is_right() && item.got.is_none());
        let expected = ["user: Delete somebody", "assistant: Whom?", "user: Never mind"];
        assert_eq!(messages(&model.requests()[1]), expected);
    }
}
