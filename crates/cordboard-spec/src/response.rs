//! What of a response the model may see.

use serde_json::Value;

/// The most characters of one response that go to a model, as ChatGPT had it.
pub const MAX_MODEL_CHARACTERS: usize = 100_000;

/// The view of a response body for the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelView {
    pub text: String,
    /// Whether the model sees less than came.
    pub shortened: bool,
}

/// Shortens a body to `limit` characters. JSON is recognised by content, whatever its label says, and shortened by
/// dropping items from the ends of its longest lists, so that it stays valid.
pub fn view(body: &str, limit: usize) -> ModelView {
    match serde_json::from_str::<Value>(body) {
        Ok(value) => view_json(value, limit),
        Err(_) => view_text(body, limit),
    }
}

fn view_json(mut value: Value, limit: usize) -> ModelView {
    let mut text = value.to_string();
    let mut shortened = false;
    while text.chars().count() > limit {
        if !halve_longest_list(&mut value) {
            return ModelView { shortened: true, ..view_text(&text, limit) };
        }
        shortened = true;
        text = value.to_string();
    }
    ModelView { text, shortened }
}

fn view_text(text: &str, limit: usize) -> ModelView {
    let kept: String = text.chars().take(limit).collect();
    ModelView { shortened: kept.len() < text.len(), text: kept }
}

/// Halves the list with the longest text; says whether there was one with more than one item.
fn halve_longest_list(value: &mut Value) -> bool {
    let Some(path) = longest_list(value, "").map(|(_, path)| path) else { return false };
    if let Some(Value::Array(items)) = value.pointer_mut(&path) {
        items.truncate(items.len() / 2);
    }
    true
}

fn longest_list(value: &Value, path: &str) -> Option<(usize, String)> {
    let children: Vec<(String, &Value)> = match value {
        Value::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
        Value::Object(members) => {
            members.iter().map(|(key, member)| (key.replace('~', "~0").replace('/', "~1"), member)).collect()
        }
        _ => return None,
    };
    let own =
        matches!(value, Value::Array(items) if items.len() > 1).then(|| (value.to_string().len(), path.to_owned()));
    let below = children.into_iter().filter_map(|(key, child)| longest_list(child, &format!("{path}/{key}")));
    below.chain(own).max_by_key(|(length, _)| *length)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn short_bodies_pass_and_json_is_made_compact() {
        assert_eq!(view("{ \"a\" : 1 }", 100).text, "{\"a\":1}");
        assert_eq!(view("plain", 100), ModelView { text: "plain".to_owned(), shortened: false });
    }

    #[test]
    fn long_json_stays_valid_json() {
        let body = json!({"total": 500, "items": (0..500).collect::<Vec<_>>()}).to_string();
        let view = view(&body, 300);
        assert!(view.shortened && view.text.chars().count() <= 300);
        let value: Value = serde_json::from_str(&view.text).unwrap();
        assert_eq!(value["total"], 500);
        assert!(value["items"].as_array().unwrap().len() > 10);
    }

    #[test]
    fn text_and_unsplittable_json_are_cut() {
        assert_eq!(view(&"x".repeat(50), 10).text.len(), 10);
        let single = json!({"a": "x".repeat(50)}).to_string();
        assert!(view(&single, 20).shortened);
    }
}
