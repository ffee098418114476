//! What a message means where it stands in the conversation: a value that was asked for, a follow-up, a reference to a
//! result.

pub(crate) mod follow_up;
pub(crate) mod lookup;
pub(crate) mod question;
pub(crate) mod reference;
pub(crate) mod social;

use cordboard_model::chat::{Message, ToolOutcome};
use serde_json::{Map, Value};

use crate::answer::partial;

/// One message of the person with what came of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Exchange<'a> {
    pub(crate) user: &'a str,
    pub(crate) calls: Vec<PastCall<'a>>,
    /// What the assistant wrote at the end.
    pub(crate) said: &'a str,
}

/// A call that was placed, with what the plugin answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PastCall<'a> {
    pub(crate) tool: &'a str,
    pub(crate) arguments: Map<String, Value>,
    /// The answer as JSON, where there was one.
    pub(crate) result: Option<Value>,
}

/// The exchanges of a conversation in their order; the last one is the present message.
pub(crate) fn exchanges(messages: &[Message]) -> Vec<Exchange<'_>> {
    let mut exchanges: Vec<Exchange<'_>> = Vec::new();
    for message in messages {
        match message {
            Message::User { text } => exchanges.push(Exchange { user: text, ..Exchange::default() }),
            Message::Assistant { text, calls } => {
                let Some(exchange) = exchanges.last_mut() else { continue };
                if !text.is_empty() {
                    exchange.said = text;
                }
                exchange.calls.extend(calls.iter().map(|call| PastCall {
                    tool: &call.name,
                    arguments: serde_json::from_str(&call.arguments).unwrap_or_default(),
                    result: None,
                }));
            }
            Message::Tool { tool, content, outcome, .. } => {
                let mut calls = exchanges.last_mut().into_iter().flat_map(|exchange| exchange.calls.iter_mut());
                let waiting = calls.rfind(|call| call.tool == tool && call.result.is_none());
                if let Some(call) = waiting.filter(|_| *outcome == ToolOutcome::Answered) {
                    call.result = partial::parse(content).map(|(value, _)| value);
                }
            }
        }
    }
    exchanges
}

/// The last call of the earlier exchanges that was answered.
pub(crate) fn last_answered<'a, 'b>(earlier: &'b [Exchange<'a>]) -> Option<&'b PastCall<'a>> {
    earlier.iter().rev().flat_map(|exchange| exchange.calls.iter().rev()).find(|call| call.result.is_some())
}

#[cfg(test)]
mod tests {
    use cordboard_model::chat::ToolCall;
    use serde_json::json;

    use super::*;

    #[test]
    fn messages_become_exchanges() {
        let call = ToolCall { id: "c".to_owned(), name: "t_list".to_owned(), arguments: r#"{"a": 1}"#.to_owned() };
        let messages = [
            Message::User { text: "list".to_owned() },
            Message::Assistant { text: String::new(), calls: vec![call] },
            Message::Tool {
                call_id: "c".to_owned(),
                tool: "t_list".to_owned(),
                content: r#"["x"]"#.to_owned(),
                note: String::new(),
                outcome: ToolOutcome::Answered,
            },
            Message::Assistant { text: "Here".to_owned(), calls: Vec::new() },
            Message::User { text: "thanks".to_owned() },
        ];
        let found = exchanges(&messages);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].said, "Here");
        let last = last_answered(&found[..1]).unwrap();
        assert_eq!((last.result.clone(), last.arguments.len()), (Some(json!(["x"])), 1));
    }
}
