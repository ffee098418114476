//! What a model sees of a body: at most so many characters, with a word about what is missing.

use super::body::{Body, lines};
use super::fit::{self, Fitted};
use super::{html, sketch, text};
use crate::request::digits;

/// The view of a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    pub text: String,
    /// What the text leaves out, in a sentence; empty when it is all.
    pub left_out: String,
    /// How many items are shown where the body is a list.
    pub items: Option<usize>,
}

/// Shortens a body to `limit` characters. JSON stays valid JSON: lists end early, texts are cut, deep levels and
/// surplus fields are counted, small values stay.
pub fn view(body: &Body, limit: usize) -> View {
    match body {
        Body::Empty => View::default(),
        Body::Json(text) => {
            let (kept, _) = digits::keep(text);
            fitted(sketch::sketch(&kept, limit), text, limit)
        }
        Body::JsonLines(text) => {
            let (kept, _) = digits::keep(text);
            fitted(sketch::sketch_lines(lines(&kept), limit), text, limit)
        }
        Body::Text(text) => view_text(text, limit),
        Body::Html(page) => view_text(&html::text(page), limit),
        Body::Binary { media_type, bytes } => {
            View { text: format!("[{media_type}, {bytes} bytes; not shown]"), ..View::default() }
        }
    }
}

/// Shortens a recorded view further. JSON is told by its content.
pub fn review(recorded: &str, limit: usize) -> View {
    let json = recorded.starts_with(['{', '[', '"']);
    match json.then(|| sketch::sketch(recorded, recorded.len())) {
        Some(Ok(node)) => fitted(Ok(node), recorded, limit),
        Some(Err(_)) | None => view_text(recorded, limit),
    }
}

fn fitted(node: Result<sketch::Node, serde_json::Error>, source: &str, limit: usize) -> View {
    // A number that no program can hold is the only reason left.
    let Ok(node) = node else { return view_text(source, limit) };
    let Fitted { text, shortened, items } = fit::fit(&node, limit);
    let left_out = if shortened {
        "This is not all: what was left out is marked with … and a count where it stood.".to_owned()
    } else {
        String::new()
    };
    View { text, left_out, items }
}

fn view_text(source: &str, limit: usize) -> View {
    let (kept, more) = text::cut(source, limit);
    let left_out =
        if more == 0 { String::new() } else { format!("This is not all: {more} more characters were left out.") };
    View { text: kept.to_owned(), left_out, items: None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn cut(value: &Value, limit: usize) -> Value {
        let view = view(&Body::Json(value.to_string()), limit);
        assert!(view.text.chars().count() <= limit.max(fit::LEAST), "{} > {limit}: {}", view.text.len(), view.text);
        let shown = serde_json::from_str(&view.text).unwrap();
        assert_eq!(shown == *value, view.left_out.is_empty());
        shown
    }

    #[test]
    fn what_fits_is_only_made_compact() {
        let view = view(&Body::Json("{ \"a\" : [ 1, 2.50, null, true ] }".to_owned()), 100);
        assert_eq!(view, View { text: "{\"a\":[1,2.5,null,true]}".to_owned(), ..View::default() });
    }

    #[test]
    fn whole_numbers_keep_all_their_digits() {
        let view = view(&Body::Json("{\"id\": 12345678901234567890123, \"n\": 18446744073709551615}".to_owned()), 100);
        assert_eq!(view.text, "{\"id\":\"12345678901234567890123\",\"n\":18446744073709551615}");
    }

    #[test]
    fn lists_end_early_and_small_values_beside_them_stay() {
        let items: Vec<Value> = (0..5000).map(|n| json!({"id": n, "name": format!("item {n}")})).collect();
        let shown = cut(&json!({"items": items, "total": 5000, "next_page": "p2"}), 1000);
        assert_eq!((&shown["total"], &shown["next_page"]), (&json!(5000), &json!("p2")));
        let kept = shown["items"].as_array().unwrap();
        assert!(kept.len() > 20, "{kept:?}");
        assert_eq!(kept[0], json!({"id": 0, "name": "item 0"}));
        assert_eq!(kept.last().unwrap(), &json!(format!("… {} more items", 5000 - (kept.len() - 1))));
    }

    #[test]
    fn the_widest_parts_are_cut_first() {
        let wide: Vec<u32> = (0..9000).collect();
        let shown = cut(&json!({"wide": wide, "small": [1, 2, 3], "text": "x".repeat(5000), "also": wide}), 1200);
        assert_eq!(shown["small"], json!([1, 2, 3]));
        let length = |name: &str| shown[name].to_string().len();
        assert!(length("wide") > 300 && length("also") > 300 && length("text") > 300, "{shown}");
        assert!(shown["text"].as_str().unwrap().ends_with(" more characters)"));
    }

    #[test]
    fn large_items_are_cut_within() {
        let item = |n: u32| json!({"id": n, "body": "long text ".repeat(500), "tags": vec!["tag"; 300]});
        let shown = cut(&json!([item(1), item(2), item(3), item(4)]), 2000);
        assert_eq!(shown[3]["id"], 4);
        assert!(shown[1]["tags"].as_array().unwrap().len() > 5, "{shown}");
    }

    #[test]
    fn deep_levels_and_many_fields_are_counted() {
        let mut deep = json!({"a": 1, "b": 2});
        for _ in 0..60 {
            deep = json!([deep]);
        }
        assert!(cut(&deep, 2000).to_string().contains("\"… list of 1 items\""));
        let many: serde_json::Map<String, Value> =
            (0..2000).map(|n| (format!("key{n}"), json!("v".repeat(60)))).collect();
        let shown = cut(&Value::Object(many), 1000);
        assert_eq!(shown["…"], json!(format!("{} more fields", 2000 - (shown.as_object().unwrap().len() - 1))));
        let endless = "[".repeat(100_000) + &"]".repeat(100_000);
        assert!(view(&Body::Json(endless), 500).text.contains("… list of 1 items"));
    }

    #[test]
    fn a_view_can_be_cut_again() {
        let value = json!({"list": (0..3000).collect::<Vec<_>>(), "text": "y".repeat(3000), "n": 1});
        let first = view(&Body::Json(value.to_string()), 2000);
        let second: Value = serde_json::from_str(&review(&first.text, 400).text).unwrap();
        let list = second["list"].as_array().unwrap();
        assert_eq!(list.last().unwrap(), &json!(format!("… {} more items", 3000 - (list.len() - 1))));
        let text = second["text"].as_str().unwrap();
        let kept = text.matches('y').count();
        assert!(text.ends_with(&format!("… ({} more characters)", 3000 - kept)), "{text}");
        assert_eq!(review(&first.text, 2000), first);
        assert_eq!(review("plain words", 5).text, "plain");
    }

    #[test]
    fn lines_of_json_become_a_list() {
        let view = view(&Body::JsonLines("{\"a\":1}\n\u{1e}{\"a\":2}\r\n\n".to_owned()), 100);
        assert_eq!((view.text.as_str(), view.items), ("[{\"a\":1},{\"a\":2}]", Some(2)));
    }

    #[test]
    fn pictures_are_told_not_shown() {
        let view = view(&Body::Binary { media_type: "image/png".to_owned(), bytes: 12 }, 100);
        assert_eq!(view.text, "[image/png, 12 bytes; not shown]");
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1e9..1e9).prop_map(|number: f64| Value::from(number)),
            ".{0,200}".prop_map(Value::from),
            "[\"\\\\\u{1}…]{0,80}".prop_map(Value::from),
        ];
        leaf.prop_recursive(6, 400, 30, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..30).prop_map(Value::from),
                prop::collection::vec((".{0,60}", inner), 0..30)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_view_is_valid_json_within_the_limit(value in any_json(), limit in 0_usize..3000) {
            cut(&value, limit);
        }

        #[test]
        fn views_of_views_are_within_the_limit(value in any_json(), limit in 48_usize..3000) {
            let first = view(&Body::Json(value.to_string()), limit);
            let second = review(&first.text, limit / 3);
            prop_assert!(second.text.chars().count() <= (limit / 3).max(fit::LEAST));
            if first.text.starts_with(['{', '[']) {
                prop_assert!(serde_json::from_str::<Value>(&second.text).is_ok());
            }
        }
    }
}
