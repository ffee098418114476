//! Whether a response is what the plugin's description promises. A difference is a finding, never a failure: plugins in
//! the wild promise much, and their answers are useful all the same.

use serde_json::Value;

/// Findings that are told of one response.
const MOST: usize = 5;
/// Characters of one finding.
const LONGEST: usize = 300;
/// Larger bodies, in bytes, are not checked, so that a check takes bounded time.
pub(super) const LARGEST: usize = 1024 * 1024;

/// How a value differs from its schema (JSON Schema 2020-12, self-contained); empty when it does not.
pub fn check(schema: &Value, value: &Value) -> Vec<String> {
    let validator = match jsonschema::draft202012::options().should_validate_formats(false).build(schema) {
        Ok(validator) => validator,
        Err(error) => {
            return vec![shortened(&format!("The described schema of the response cannot be used: {error}"))];
        }
    };
    validator
        .iter_errors(value)
        .take(MOST)
        .map(|error| {
            let place = error.instance_path().to_string();
            let place = if place.is_empty() { "The body".to_owned() } else { format!("`{}`", shortened(&place)) };
            shortened(&format!("{place} differs from its description: {}.", error.masked_with("the value")))
        })
        .collect()
}

fn shortened(text: &str) -> String {
    let (kept, more) = super::text::cut(text, LONGEST);
    if more > 0 { format!("{kept} …") } else { kept.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn differences_are_told_by_place() {
        let schema = json!({
            "type": "object", "required": ["id"],
            "properties": {"id": {"type": "integer"}, "tags": {"type": "array", "items": {"type": "string"}}}
        });
        let table = [
            (json!({"id": 1, "tags": ["a"], "extra": true}), vec![]),
            (json!({"id": "x"}), vec!["`/id` differs from its description: the value is not of type \"integer\"."]),
            (json!([]), vec!["The body differs from its description: the value is not of type \"object\"."]),
        ];
        for (value, expected) in table {
            assert_eq!(check(&schema, &value), expected);
        }
        assert_eq!(check(&schema, &json!({"id": 1, "tags": vec![1; 1000]})).len(), MOST);
        let broken = check(&json!({"type": "nothing"}), &json!(1));
        assert!(broken[0].starts_with("The described schema of the response cannot be used"), "{broken:?}");
    }
}
