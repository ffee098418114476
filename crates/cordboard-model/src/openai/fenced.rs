//! Calls in the text of models that take no tools: how they are told to write one, and how it is found again.
//!
//! What follows a call in the same answer is dropped: the result is not there yet, so it can only be made up.

use serde_json::{Value, json};

use crate::chat::ToolDefinition;

const OPEN: &str = "```call";
const CLOSE: &str = "```";

/// Tells the model how to ask for a call; empty when there are no tools.
pub(crate) fn instruction(tools: &[ToolDefinition]) -> String {
    let Some(first) = tools.first() else { return String::new() };
    let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
    format!(
        "\nTo call a tool, end your message with a block like this one. Its result comes in the next message.\n{}\nThe \
         tools are: {}.\n",
        block(&first.name, "{}"),
        names.join(", ")
    )
}

/// A call as the model would have written it; arguments that are no JSON are left out.
pub(crate) fn block(tool: &str, arguments: &str) -> String {
    let arguments: Value = serde_json::from_str(arguments).unwrap_or_else(|_| json!({}));
    format!("{OPEN}\n{}\n{CLOSE}", json!({"tool": tool, "arguments": arguments}))
}

/// A part of the text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Text(String),
    Call { tool: String, arguments: String },
}

/// Finds call blocks in text that comes in pieces.
#[derive(Debug, Default)]
pub(crate) struct FenceReader {
    /// Not given out yet: the beginning of a fence, perhaps, or an open block.
    held: String,
    in_block: bool,
    /// The held text does not begin at the beginning of a line.
    mid_line: bool,
    called: bool,
}

impl FenceReader {
    /// What the piece makes certain.
    pub(crate) fn feed(&mut self, piece: &str) -> Vec<Part> {
        self.held.push_str(piece);
        let mut parts = Vec::new();
        while if self.in_block { self.read_block(&mut parts) } else { self.read_prose(&mut parts) } {}
        parts
    }

    /// What was held back; a block that the model forgot to close counts if it is whole.
    pub(crate) fn finish(&mut self) -> Vec<Part> {
        let rest = std::mem::take(&mut self.held);
        let mut parts = Vec::new();
        match call_of(&rest).filter(|_| self.in_block) {
            Some(call) => parts.push(call),
            None => self.give(rest, &mut parts),
        }
        parts
    }

    /// Gives out everything before a fence; true when a block has begun.
    fn read_prose(&mut self, parts: &mut Vec<Part>) -> bool {
        let mut line = 0;
        let mut certain = self.held.len();
        for end in self.held.match_indices('\n').map(|(at, _)| at + 1).chain([self.held.len()]) {
            let begins_line = line > 0 || !self.mid_line;
            if begins_line && line < end {
                match opening(&self.held[line..end]) {
                    Opening::Yes => {
                        let rest = self.held.split_off(line);
                        let before = std::mem::replace(&mut self.held, rest);
                        self.give(before, parts);
                        self.in_block = true;
                        return true;
                    }
                    Opening::Perhaps => certain = line,
                    Opening::No => {}
                }
            }
            line = end;
        }
        let rest = self.held.split_off(certain);
        let before = std::mem::replace(&mut self.held, rest);
        if !before.is_empty() {
            self.mid_line = !before.ends_with('\n');
        }
        self.give(before, parts);
        false
    }

    /// Looks for the end of the block; true when it is found. A fence within a string of the arguments is no end.
    fn read_block(&mut self, parts: &mut Vec<Part>) -> bool {
        let body = self.held.find(OPEN).map_or(0, |at| at + OPEN.len());
        let found = self.held[body..].match_indices(CLOSE).map(|(at, _)| body + at).find_map(|at| {
            let call = call_of(&self.held[..at]);
            (call.is_some() || self.held[..at].ends_with('\n')).then_some((at + CLOSE.len(), call))
        });
        let Some((end, call)) = found else { return false };
        let rest = self.held.split_off(end);
        let block = std::mem::replace(&mut self.held, rest);
        self.in_block = false;
        self.mid_line = true;
        match call {
            Some(call) => {
                self.called = true;
                parts.push(call);
            }
            None => self.give(block, parts),
        }
        true
    }

    fn give(&self, text: String, parts: &mut Vec<Part>) {
        if !text.is_empty() && !self.called {
            parts.push(Part::Text(text));
        }
    }
}

enum Opening {
    Yes,
    Perhaps,
    No,
}

fn opening(line: &str) -> Opening {
    let line = line.trim_start_matches(' ');
    match line.strip_prefix(OPEN).map(|rest| rest.chars().next()) {
        Some(Some(next)) if next.is_whitespace() || next == '{' => Opening::Yes,
        Some(None) => Opening::Perhaps,
        None if OPEN.starts_with(line) => Opening::Perhaps,
        Some(Some(_)) | None => Opening::No,
    }
}

/// The call of a block that is given with its opening fence and without its closing one.
fn call_of(block: &str) -> Option<Part> {
    let (_, text) = block.split_once(OPEN)?;
    let value: Value = serde_json::from_str(text).ok()?;
    let tool = value["tool"].as_str()?.to_owned();
    let arguments = match &value["arguments"] {
        Value::Null => "{}".to_owned(),
        Value::String(text) => text.clone(),
        arguments => arguments.to_string(),
    };
    Some(Part::Call { tool, arguments })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, shown: &str, calls: &[(&str, &str)]) {
        let letters: Vec<char> = text.chars().collect();
        for size in 1..=letters.len() {
            let mut reader = FenceReader::default();
            let mut parts: Vec<Part> =
                letters.chunks(size).flat_map(|piece| reader.feed(&piece.iter().collect::<String>())).collect();
            parts.extend(reader.finish());
            let (mut text, mut found) = (String::new(), Vec::new());
            for part in &parts {
                match part {
                    Part::Text(piece) => text.push_str(piece),
                    Part::Call { tool, arguments } => found.push((tool.as_str(), arguments.as_str())),
                }
            }
            assert_eq!((text.as_str(), found.as_slice()), (shown, calls), "in pieces of {size} letters");
        }
    }

    #[test]
    fn a_block_becomes_a_call_and_its_text_is_not_shown() {
        check(
            "I look.\n```call\n{\"tool\": \"a\", \"arguments\": {\"x\": 1}}\n```\nIt says 7.",
            "I look.\n",
            &[("a", r#"{"x":1}"#)],
        );
    }

    #[test]
    fn small_models_write_it_in_many_ways() {
        check("```call {\"tool\": \"a\"}```", "", &[("a", "{}")]);
        check("  ```call\r\n{\"tool\": \"a\", \"arguments\": \"{}\"}", "", &[("a", "{}")]);
        check("```call\n{\"tool\": \"a\"}\n```\n\n```call\n{\"tool\": \"b\"}\n```\n", "", &[("a", "{}"), ("b", "{}")]);
    }

    #[test]
    fn a_fence_in_an_argument_does_not_end_the_block() {
        check(
            "```call\n{\"tool\": \"a\", \"arguments\": {\"text\": \"```x```\"}}\n```",
            "",
            &[("a", r#"{"text":"```x```"}"#)],
        );
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in [
            "Grüße `x` and ```call in a line",
            "```callout\nx\n```\n",
            "```rust\nfn f() {}\n```",
            "a\n``",
            "```call\nnot JSON\n```\nafter",
            "```call\n{\"tool\": ",
            "```call\n{\"name\": \"a\"}\n```",
        ] {
            check(text, text, &[]);
        }
    }

    #[test]
    fn the_instruction_shows_a_block_that_is_understood() {
        let tool = ToolDefinition {
            name: "todo_get".to_owned(),
            operation: "get".to_owned(),
            plugin: "Todo".to_owned(),
            description: String::new(),
            parameters: json!({}),
            examples: Vec::new(),
            reads_only: true,
        };
        let text = instruction(&[tool]);
        let mut reader = FenceReader::default();
        let parts = reader.feed(&text);
        assert!(parts.contains(&Part::Call { tool: "todo_get".to_owned(), arguments: "{}".to_owned() }), "{parts:?}");
        assert_eq!(instruction(&[]), "");
    }
}
