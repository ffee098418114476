//! Which addresses the recorded results of a conversation have, and on whose word.

use cordboard_domain::call::{Call, CallState};
use cordboard_domain::origin::is_same_origin;
use cordboard_domain::turn::Turn;
use serde_json::Value;
use url::Url;

/// What may stand right behind an address in a text, besides blanks.
const ENDS: &[char] = &['"', '\'', '<', '>', '(', ')', '[', ']', '{', '}', '|', '\\', '^', '`'];
/// What ends a sentence rather than belongs to an address.
const PUNCTUATION: &[char] = &['.', ',', ';', ':', '!', '?'];

/// Whether a plugin's result in these turns has this address.
pub(crate) fn occurs(turns: &[Turn], address: &str) -> bool {
    plugins(turns, address).next().is_some()
}

/// Where the plugin is whose result has this address. Of several plugins the one counts at which the address is.
pub(crate) fn named_by(turns: &[Turn], address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let own = plugins(turns, address).find(|plugin| is_same_origin(plugin, &url));
    own.or_else(|| plugins(turns, address).next())
}

/// Where those plugins are whose results have the address.
fn plugins(turns: &[Turn], address: &str) -> impl Iterator<Item = Url> {
    let calls = || turns.iter().flat_map(Turn::calls);
    calls().filter(move |call| has(call, address)).filter_map(move |call| origin(source(calls(), call)?))
}

fn origin(call: &Call) -> Option<Url> {
    Url::parse(&call.plan.as_ref()?.url).ok()
}

fn has(call: &Call, address: &str) -> bool {
    match &call.state {
        CallState::Answered { response } => has_whole(&response.body, address),
        CallState::AnsweredByHost { answer } => has_whole(&answer.content, address),
        _ => false,
    }
}

/// The call whose result a call shows: its own, or an earlier one in which the host read on.
fn source<'turns>(mut calls: impl Iterator<Item = &'turns Call>, call: &'turns Call) -> Option<&'turns Call> {
    if !matches!(call.state, CallState::AnsweredByHost { .. }) {
        return Some(call);
    }
    let arguments: Value = serde_json::from_str(&call.raw_arguments).ok()?;
    let number: u32 = arguments["result"].as_str()?.trim().trim_start_matches(['r', 'R']).parse().ok()?;
    calls.find(|each| matches!(&each.state, CallState::Answered { response } if response.result == Some(number)))
}

/// Whether a text has an address, and not just one that begins with it. JSON may write a slash with a backslash before
/// it, and `&` as a number.
fn has_whole(text: &str, address: &str) -> bool {
    let found = |written: &str| text.match_indices(written).any(|(at, _)| ends(&text[at + written.len()..]));
    let slashes = || address.replace('/', "\\/");
    !address.is_empty() && (found(address) || found(&slashes()) || found(&address.replace('&', "\\u0026")))
}

/// Whether an address is over where this text follows it.
fn ends(rest: &str) -> bool {
    let next = rest.trim_start_matches(PUNCTUATION).chars().next();
    next.is_none_or(|next| next.is_whitespace() || ENDS.contains(&next))
}

#[cfg(test)]
mod tests {
    use cordboard_domain::id::{ModelId, TurnId};
    use cordboard_domain::time::Timestamp;
    use cordboard_domain::turn::{Round, Step};
    use serde_json::json;

    use super::*;

    const ID: &str = "0190f1f0-a0a0-7000-8000-000000000001";

    fn turn(calls: &[Value]) -> Turn {
        let call = |call: &Value| Step::Call(serde_json::from_value(call.clone()).unwrap());
        Turn {
            id: ID.parse::<TurnId>().unwrap(),
            user_message: String::new(),
            model: ModelId(String::new()),
            follows: None,
            started_at: Timestamp::UNIX_EPOCH,
            rounds: vec![Round { steps: calls.iter().map(call).collect(), is_complete: true }],
            progress: String::new(),
            outcome: None,
            sequence: 1,
        }
    }

    /// A call to a plugin at an origin, whose result is kept under a number.
    fn answered(origin: &str, number: u32, body: &str) -> Value {
        let plan = json!({"plugin": ID, "version": "", "operation": "o", "method": "GET", "url": format!("{origin}/o"),
                          "headers": [], "body": null});
        let response = json!({"status": 200, "content_type": "", "headers": [], "body": body, "truncated": false,
                              "elapsed_ms": 1, "result": number});
        json!({"id": ID, "model_call_id": "", "tool": "o", "raw_arguments": "{}", "plan": plan, "preview": null,
               "state": {"state": "answered", "response": response}})
    }

    /// Reading on in a result.
    fn read_on(arguments: &str, content: &str) -> Value {
        let answer = json!({"title": "", "content": content, "succeeded": true});
        json!({"id": ID, "model_call_id": "", "tool": "read_result", "raw_arguments": arguments, "plan": null,
               "preview": null, "state": {"state": "answered_by_host", "answer": answer}})
    }

    #[test]
    fn an_address_is_on_the_word_of_the_plugin_whose_result_has_it() {
        let [a, b] = ["http://a.example", "http://localhost:5003"];
        let (picture, far) = ("http://127.0.0.1:5003/x.png", "https://far.example/y");
        let turns = [
            turn(&[answered(a, 1, picture), answered(a, 2, "shortened")]),
            turn(&[
                answered(b, 3, &format!("{picture} {far}")),
                read_on(r#"{"result": "r2"}"#, "https://deep.example/"),
            ]),
            turn(&[read_on(r#"{"query": "x"}"#, "https://described.example/")]),
        ];
        for (address, turns, expected) in [
            (picture, &turns[..], Some(b)),
            (picture, &turns[..1], Some(a)),
            (far, &turns[..], Some(b)),
            (far, &turns[..1], None),
            ("https://deep.example/", &turns[..], Some(a)),
            ("https://described.example/", &turns[..], None),
            ("nothing", &turns[..], None),
        ] {
            let plugin = named_by(turns, address).map(|url| url.origin().ascii_serialization());
            assert_eq!(plugin.as_deref(), expected, "{address}");
            assert_eq!(occurs(turns, address), expected.is_some(), "{address}");
        }
    }

    #[test]
    fn an_address_is_there_as_a_whole_or_not_at_all() {
        let address = "https://a.example/x?y=1&z=2";
        for (text, expected) in [
            ("{\"url\":\"https://a.example/x?y=1&z=2\"}", true),
            (r#"{"url":"https:\/\/a.example\/x?y=1&z=2"}"#, true),
            (r#"{"url":"https://a.example/x?y=1\u0026z=2"}"#, true),
            ("See https://a.example/x?y=1&z=2.", true),
            ("(https://a.example/x?y=1&z=2), then", true),
            ("https://a.example/x?y=1&z=2", true),
            ("https://a.example/x?y=1&z=23", false),
            ("https://a.example/x?y=1&z=2/more", false),
            ("https://a.example/x?y=1&z=2.5", false),
            ("https://a.example/x?y=1", false),
        ] {
            assert_eq!(has_whole(text, address), expected, "{text}");
        }
        assert!(!has_whole("anything", ""));
        assert!(!has_whole("https://a.example/1", "https://a.example/"));
    }
}
