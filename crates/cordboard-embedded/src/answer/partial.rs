//! JSON that was cut off in the middle: keeps what is whole.

use serde_json::Value;

/// The result as JSON, mended if its end is missing; `true` when it was mended.
pub(crate) fn parse(content: &str) -> Option<(Value, bool)> {
    let text = content.trim();
    if let Ok(value) = serde_json::from_str(text) {
        return Some((value, false));
    }
    if !text.starts_with(['{', '[']) {
        return None;
    }
    mended(text).and_then(|text| serde_json::from_str(&text).ok()).map(|value| (value, true))
}

/// Cuts back to the last place where a value had just ended, and closes what is open there.
fn mended(text: &str) -> Option<String> {
    let mut open = Vec::new();
    let (mut in_text, mut escaped) = (false, false);
    let mut whole: Option<(usize, Vec<char>)> = None;
    for (at, character) in text.char_indices() {
        if in_text {
            match character {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match character {
            '"' => in_text = true,
            '{' => open.push('}'),
            '[' => open.push(']'),
            '}' | ']' => {
                if open.pop() != Some(character) {
                    break;
                }
                whole = Some((at + 1, open.clone()));
            }
            // Before a comma a value has ended.
            ',' => whole = Some((at, open.clone())),
            _ => {}
        }
        if open.is_empty() && at > 0 {
            break;
        }
    }
    let (end, open) = whole?;
    let closing = open.iter().rev().collect::<String>();
    Some(format!("{}{closing}", &text[..end]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_whole_stays() {
        let cases = [
            (r#"{"a": [1, 2, 3"#, Some((json!({"a": [1, 2]}), true))),
            (
                r#"[{"name": "A", "x": 1}, {"name": "B", "x"#,
                Some((json!([{"name": "A", "x": 1}, {"name": "B"}]), true)),
            ),
            (r#"[{"name": "A, \"B"#, None),
            (r#"{"a": 1}"#, Some((json!({"a": 1}), false))),
            (r#"{"a": 1} … (cut)"#, Some((json!({"a": 1}), true))),
            ("plain words", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
