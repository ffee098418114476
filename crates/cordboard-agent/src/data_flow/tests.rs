//! Conversations, and what a call in them would disclose.

use cordboard_domain::disclosure::SecretKind;
use cordboard_domain::id::{ModelId, TurnId};
use cordboard_domain::turn::{Round, Step};
use data_encoding::{BASE64, HEXLOWER};
use serde_json::json;

use super::*;

const A: &str = "0190f1f0a0a070008000000000000001";
const B: &str = "0190f1f0a0a070008000000000000002";
const TURN: &str = "0190f1f0a0a070008000000000000009";

/// A turn with a call in each round: plugin, arguments, and what came.
pub(super) fn turn(message: &str, calls: &[(&str, Value, &str)]) -> Turn {
    let rounds = calls.iter().enumerate().map(|(number, (plugin, arguments, body))| {
        let call = json!({
            "id": format!("0190f1f0a0a07000800000000000a{number:03}"), "model_call_id": "", "tool": "o",
            "raw_arguments": arguments.to_string(),
            "plan": {"plugin": plugin, "version": "", "operation": "o", "method": "GET",
                     "url": format!("https://{}.example/o", if *plugin == A { "a" } else { "b" }),
                     "headers": [], "body": null},
            "preview": {"plugin_name": if *plugin == A { "Alpha" } else { "Beta" }, "summary": "", "host": "",
                        "arguments": arguments},
            "state": {"state": "answered", "response": {"status": 200, "content_type": "", "headers": [], "body": body,
                      "truncated": false, "elapsed_ms": 1}},
        });
        Round { steps: vec![Step::Call(serde_json::from_value(call).unwrap())], is_complete: true }
    });
    Turn {
        id: TURN.parse::<TurnId>().unwrap(),
        user_message: message.to_owned(),
        model: ModelId(String::new()),
        follows: None,
        started_at: Timestamp::UNIX_EPOCH,
        rounds: rounds.collect(),
        progress: String::new(),
        outcome: None,
        sequence: 1,
    }
}

/// What a call of plugin B with these arguments would disclose after these turns.
fn check(turns: &[Turn], arguments: &Value) -> Vec<Disclosure> {
    let proposed = json!({"id": "0190f1f0a0a07000800000000000b001", "model_call_id": "", "tool": "o",
                          "raw_arguments": arguments.to_string(), "plan": null, "preview": null,
                          "state": {"state": "proposed"}});
    let call: Call = serde_json::from_value(proposed).unwrap();
    let schema = json!({"properties": {"kind": {"enum": ["restaurants", "attractions"]}}});
    let now = "2026-03-01T12:00:00Z".parse().unwrap();
    let path: Vec<&Turn> = turns.iter().collect();
    disclosures(Outgoing { call: &call, plugin: B.parse().unwrap(), arguments, schema: &schema, now }, &path)
}

fn came_from_alpha(found: &[Disclosure]) -> bool {
    matches!(found, [Disclosure::Result { plugin_name, .. }, ..] if plugin_name == "Alpha")
}

const CUSTOMERS: &str = r#"{"customers": [{"name": "Margaret Hamilton", "email": "margaret@apollo.example", "id": 20931844,
    "note": "her code word is correct horse battery staple", "city": "Paducah"}]}"#;

#[test]
fn another_plugins_value_asks_however_it_is_written() {
    let turns = [turn("who is new, and what is the weather?", &[(A, json!({}), CUSTOMERS)])];
    let email = "margaret@apollo.example";
    for sent in [
        json!({"q": email}),
        json!({"q": "MARGARET HAMILTON"}),
        json!({"q": 20_931_844}),
        json!({"q": "20 931 844"}),
        json!({"q": "weather correct horse battery"}),
        json!({"q": "margaret%40apollo.example"}),
        json!({"q": BASE64.encode(email.as_bytes())}),
        json!({"q": BASE64.encode(BASE64.encode(email.as_bytes()).as_bytes())}),
        json!({"q": HEXLOWER.encode(email.as_bytes())}),
        json!({"q": email.chars().rev().collect::<String>()}),
        json!({"q": "m-a-r-g-a-r-e-t-h-a-m-i-l-t-o-n"}),
        json!({"one": "Margaret", "two": "Hamilton"}),
        json!({"filter": {"margaret@apollo.example": true}}),
        json!({"list": ["x", ["Margaret Hamilton"]]}),
        json!({"url": "https://b.example/?d=bWFyZ2FyZXRAYXBvbGxvLmV4YW1wbGU"}),
    ] {
        assert!(came_from_alpha(&check(&turns, &sent)), "{sent}");
    }
}

#[test]
fn what_the_person_typed_and_what_says_nothing_does_not_ask() {
    let found = [(A, json!({"near": "Gare du Nord"}), CUSTOMERS)];
    let turns = [
        turn("find Margaret Hamilton for me", &found),
        turn("now the weather in Paducah tomorrow for margaret@apollo.example", &[]),
    ];
    for sent in [
        json!({"q": "Margaret Hamilton"}),
        json!({"q": "margaret@apollo.example"}),
        json!({"q": "Paducah", "day": "2026-03-02", "from": "2026-03-02T08:00:00Z"}),
        json!({"kind": "restaurants"}),
        json!({"near": "Gare du Nord"}),
        json!({"q": "weather forecast", "units": "metric"}),
        json!({"n": 5, "flag": true}),
    ] {
        assert_eq!(check(&turns, &sent), [], "{sent}");
    }
}

#[test]
fn a_value_keeps_its_origin_when_its_plugin_repeats_it() {
    let turns = [turn(
        "look",
        &[(A, json!({}), CUSTOMERS), (A, json!({"echo": "Margaret Hamilton"}), r#"{"echo": "Margaret Hamilton"}"#)],
    )];
    assert!(came_from_alpha(&check(&turns, &json!({"q": "Margaret Hamilton"}))));
    let known = [turn("look", &[(B, json!({}), CUSTOMERS), (A, json!({}), CUSTOMERS)])];
    assert_eq!(check(&known, &json!({"q": "Margaret Hamilton"})), [], "the plugin has it already");
    let own_idea = [turn("look", &[(A, json!({"q": "Eiffel Tower"}), r#"{"best": "Eiffel Tower"}"#)])];
    assert_eq!(check(&own_idea, &json!({"q": "Eiffel Tower"})), [], "the model said it before any plugin did");
}

#[test]
fn a_common_word_asks_only_where_it_is_a_value() {
    let prose = [turn("food?", &[(A, json!({}), "There are many restaurants around, it says.")])];
    assert_eq!(check(&prose, &json!({"q": "restaurants"})), []);
    let value = [turn("food?", &[(A, json!({}), r#"{"category": "photography"}"#)])];
    assert!(came_from_alpha(&check(&value, &json!({"q": "photography"}))));
}

#[test]
fn secrets_ask_whoever_typed_them() {
    let turns = [turn("my card is 4111 1111 1111 1111", &[])];
    let secret = |sent: Value| match &check(&turns, &sent)[..] {
        [Disclosure::Secret { secret, .. }] => Some(*secret),
        _ => None,
    };
    for (sent, kind) in [
        (json!({"q": "4111111111111111"}), SecretKind::CardNumber),
        (json!({"q": 4_111_111_111_111_111_u64}), SecretKind::CardNumber),
        (json!({"a": "4111", "b": "1111", "c": "1111", "d": "1111"}), SecretKind::CardNumber),
        (json!({"q": BASE64.encode(b"-----BEGIN PRIVATE KEY-----")}), SecretKind::Pem),
        (json!({"a": "ghp_abcdefghijklm", "b": "nopqrstuvwxyz0123456789"}), SecretKind::GithubToken),
        (json!({"password": "x"}), SecretKind::Password),
        (json!({"login": {"user_password": "x"}}), SecretKind::Password),
        (json!({"q": "cb%5Fpat%5F0123456789abcdef"}), SecretKind::AccessToken),
    ] {
        assert_eq!(secret(sent.clone()), Some(kind), "{sent}");
    }
}
