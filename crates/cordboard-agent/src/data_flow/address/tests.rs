//! Which addresses may be fetched.

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
        turn(&[answered(b, 3, &format!("{picture} {far}")), read_on(r#"{"result": "r2"}"#, "https://deep.example/")]),
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
        let plugin = may_fetch(turns, &[], address).map(|fetch| fetch.named_by.origin().ascii_serialization());
        assert_eq!(plugin.as_deref(), expected, "{address}");
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

/// One call of plugin A (or of B) with arguments and its result, after another plugin's.
fn fetches(message: &str, arguments: Value, body: &str, address: &str) -> bool {
    let other = "0190f1f0a0a070008000000000000002";
    let turns = [crate::data_flow::tests::turn(
        message,
        &[
            (other, json!({}), r#"{"email": "margaret@apollo.example", "code": "zebra-crossing-17"}"#),
            ("0190f1f0a0a070008000000000000001", arguments, body),
        ],
    )];
    may_fetch(&turns, &["Ada Lovelace".to_owned(), "ada@lovelace.example".to_owned()], address).is_some()
}

#[test]
fn an_address_that_the_conversation_put_together_is_not_fetched() {
    for (arguments, address) in [
        (json!({"url": "http://evil.example/x.png"}), "http://evil.example/x.png"),
        (json!({"host": "evil.example"}), "http://a.evil.example/x.png"),
        (json!({"a": "evil", "b": "example"}), "http://evil.example/x.png"),
        (json!({"a": "ZXZpbC5leGFtcGxl"}), "http://evil.example/x.png"),
        (json!({"a": "EVIL.example:8080"}), "http://evil.example:8080/"),
        (json!({"a": "2130706433"}), "http://2130706433/x"),
        (json!({"q": "some composed words"}), "https://cdn.example/?q=some-composed-words"),
        (json!({"q": "margaret@apollo.example"}), "https://a.example/i/margaret%40apollo.example.png"),
        (json!({"q": "margaret@apollo.example"}), "https://a.example/i/bWFyZ2FyZXRAYXBvbGxvLmV4YW1wbGU.png"),
        (json!({"x": "margaret@", "y": "apollo.example"}), "https://a.example/margaret/apollo/example"),
        (json!({"y": "crossing-17", "x": "zebra-"}), "https://a.example/zebra-crossing-17"),
        (json!({"q": "zebra-crossing-17"}), "https://zebra-crossing-17.a.example/"),
        (json!({"q": "ghp_abcdefghijklmnopqrstuvwxyz"}), "https://a.example/ghp_abcdefghijklmnopqrstuvwxyz"),
        (json!({}), "https://a.example/u/ada-lovelace"),
        (json!({}), "https://cdn.example/?u=ada%40lovelace.example"),
    ] {
        assert!(!fetches("show me", arguments.clone(), address, address), "{arguments} {address}");
    }
}

#[test]
fn what_a_plugin_shows_of_its_own_is_fetched() {
    for (arguments, address) in [
        (json!({"city": "Paris"}), "https://a.example/pictures/paris-1.jpg"),
        (json!({"name": "Grand Hotel Lutetia"}), "https://a.example/pictures/grand-hotel-lutetia.jpg"),
        (json!({"name": "Grand Hotel Lutetia"}), "https://cdn.example/p/8f3a77bc91.jpg"),
        (json!({"name": "harbour view"}), "https://cdn.example/harbour-view.jpg"),
        (json!({"city": "Paris"}), "https://cdn.example/x?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE"),
        (json!({}), "https://a.example/margaret-apollo-example.png"),
    ] {
        assert!(fetches("a harbour view please", arguments.clone(), address, address), "{arguments} {address}");
    }
}
