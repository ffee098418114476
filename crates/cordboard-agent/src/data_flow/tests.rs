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
    check_with(turns, arguments, &json!({"properties": {"kind": {"enum": ["restaurants", "attractions"]}}}))
}

fn check_with(turns: &[Turn], arguments: &Value, schema: &Value) -> Vec<Disclosure> {
    let proposed = json!({"id": "0190f1f0a0a07000800000000000b001", "model_call_id": "", "tool": "o",
                          "raw_arguments": arguments.to_string(), "plan": null, "preview": null,
                          "state": {"state": "proposed"}});
    let call: Call = serde_json::from_value(proposed).unwrap();
    let now = "2026-03-01T12:00:00Z".parse().unwrap();
    let path: Vec<&Turn> = turns.iter().collect();
    disclosures(Outgoing { call: &call, plugin: B.parse().unwrap(), arguments, schema, now }, &path)
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
fn signs_that_look_like_others_or_like_nothing_hide_no_value() {
    // The person typed words that are also pieces of the value.
    let turns = [turn("show me a ham to go, a mar or an ilt", &[(A, json!({}), CUSTOMERS)])];
    let tags: String = "Margaret Hamilton".chars().filter_map(|each| char::from_u32(0xe0000 + each as u32)).collect();
    let selectors: String =
        "Margaret Hamilton".bytes().filter_map(|byte| char::from_u32(0xe0100 + u32::from(byte) - 16)).collect();
    for sent in [
        "Mаrgаret Hаmilton".to_owned(),
        "Ｍａｒｇａｒｅｔ Ｈａｍｉｌｔｏｎ".to_owned(),
        "M\u{200b}a\u{200b}r\u{2060}garet Ham\u{ad}ilton".to_owned(),
        "𝓜𝓪𝓻𝓰𝓪𝓻𝓮𝓽 Hamilton".to_owned(),
        "Ⓜⓐⓡⓖⓐⓡⓔⓣ Hamilton".to_owned(),
        "🇲🇦🇷🇬🇦🇷🇪🇹".to_owned(),
        "m4rg4r3t h4m1lt0n".to_owned(),
        "m-a-r-g-a-r-e-t-h-a-m-i-l-t-o-n".to_owned(),
        "mar.ga.ret.ham.ilt.on".to_owned(),
        format!("weather{tags}"),
        format!("weather😀{selectors}"),
        "2026-03-02 margaret hamil".to_owned(),
        "2026-03-02T20931844".to_owned(),
        "2026-03-02 20931844".to_owned(),
    ] {
        assert!(came_from_alpha(&check(&turns, &json!({"q": sent}))), "{sent}");
    }
}

#[test]
fn a_value_in_parts_asks_over_arguments_and_calls() {
    let first = (A, json!({}), CUSTOMERS);
    for (before, sent) in [
        (vec![], json!({"a": "margar", "b": "x", "c": "ethami"})),
        (vec![], json!({"a": "ethami", "b": "margar"})),
        (vec![], json!({"list": ["marga", 1, "retha", 2, "milton"]})),
        (vec![json!({"q": "margar", "limit": 10})], json!({"q": "ethami", "limit": 10})),
        (vec![json!({"q": "ethami"})], json!({"other": "margar"})),
        (vec![json!({"q": "xyz marga"}), json!({"q": "reth"})], json!({"q": "amilton xyz"})),
        (vec![json!({"q": "bWFyZ2Fy"})], json!({"q": "ZXRoYW1p"})),
    ] {
        let calls =
            std::iter::once(first.clone()).chain(before.into_iter().map(|sent| (B, sent, "{}"))).collect::<Vec<_>>();
        assert!(came_from_alpha(&check(&[turn("who is new?", &calls)], &sent)), "{calls:?} {sent}");
        let mut turns = vec![turn("who is new?", &calls[..1])];
        turns.extend(calls[1..].iter().map(|call| turn("and now?", std::slice::from_ref(call))));
        assert!(came_from_alpha(&check(&turns, &sent)), "{calls:?} {sent}");
    }
}

#[test]
fn a_value_in_parts_asks_over_calls_that_are_planned_together() {
    for (tool, arguments) in [
        ("beta_find", json!({"q": "margar"})),
        ("call_operation", json!({"operation": "beta_find", "arguments": {"q": "margar"}})),
    ] {
        let mut turn = turn("who is new?", &[(A, json!({}), CUSTOMERS)]);
        let proposed = json!({"id": "0190f1f0a0a07000800000000000b000", "model_call_id": "", "tool": tool,
                              "raw_arguments": arguments.to_string(), "plan": null, "preview": null,
                              "state": {"state": "proposed"}});
        let steps = vec![Step::Call(serde_json::from_value(proposed).unwrap())];
        turn.rounds.push(Round { steps, is_complete: true });
        assert!(came_from_alpha(&check(&[turn], &json!({"q": "ethami"}))), "{tool}");
    }
}

#[test]
fn a_plugin_cannot_spell_values_with_its_own_words() {
    let turns = [turn("who is new?", &[(A, json!({}), CUSTOMERS)])];
    let letters: Vec<String> = ('a'..='z').map(String::from).collect();
    let schema = json!({"properties": {"word": {"items": {"enum": letters}}}});
    let spelt: Vec<String> = "margarethamilton".chars().map(String::from).collect();
    assert!(came_from_alpha(&check_with(&turns, &json!({"word": spelt}), &schema)));
    let schema = json!({"properties": {"q": {}}, "additionalProperties": true});
    assert!(came_from_alpha(&check_with(&turns, &json!({"margaret@apollo.example": "x"}), &schema)));
}

#[test]
fn the_form_of_a_result_hides_no_value() {
    let encoded = BASE64.encode(b"the launch code is 77aa-bluebird-31");
    let list = json!({"lines": "Ada\nByron\nKing", "code": encoded, "person": {"first": "Grace", "last": "Hopper"}, "city": "Zürich-Wiedikon"});
    let escaped = list.to_string().replace('ü', "\\u00fc");
    for body in [list.to_string(), escaped] {
        let turns = [turn("look", &[(A, json!({}), body.as_str())])];
        for sent in ["ada byron king", "77aa-bluebird-31", "Grace Hopper", "zurich wiedikon"] {
            assert!(came_from_alpha(&check(&turns, &json!({"q": sent}))), "{sent}");
        }
    }
}

#[test]
fn a_secret_in_parts_asks_over_calls_and_only_once_it_is_whole() {
    let call = |sent: &str| (B, json!({"q": sent, "n": 1}), "{}");
    let parts = [turn("go", &[call("4111 1111")])];
    assert!(matches!(check(&parts, &json!({"q": "1111 1111", "n": 1}))[..], [Disclosure::Secret { .. }]));
    for whole in [vec![call("4111 1111 1111 1111")], vec![call("4111 1111"), call("1111 1111")]] {
        assert_eq!(check(&[turn("go", &whole)], &json!({"q": "weather"})), []);
    }
    let value = [(A, json!({}), CUSTOMERS), call("margar"), call("ethami")];
    assert_eq!(check(&[turn("go", &value)], &json!({"q": "weather"})), []);
}

#[test]
fn a_long_text_hides_no_value() {
    let turns = [turn("who is new?", &[(A, json!({}), CUSTOMERS)])];
    let (filler, wrapped) = ("lorem ipsum ".repeat(2_000), BASE64.encode(b"margaret@apollo.example"));
    assert!(came_from_alpha(&check(&turns, &json!({"q": format!("{filler}{wrapped} {filler}")}))));
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
