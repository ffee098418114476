//! Regular expressions as they are written in descriptions.

use serde_json::Value;

use super::allowance::Allowance;

/// A pattern that a validator understands. Literals of JavaScript are taken out of their slashes; what their flags ask
/// for beyond that cannot be kept.
pub(super) fn usable(value: &Value, allowance: &Allowance, lost: &mut Vec<String>) -> Option<Value> {
    let written = value.as_str()?;
    let pattern = match literal(written) {
        Some((_, flags)) if flags.contains(['i', 'm', 's', 'x']) => {
            lost.push(format!("the flags of the pattern `{written}` cannot be kept; it is left out"));
            return None;
        }
        Some((inner, _)) => inner,
        None => written,
    };
    if allowance.is_pattern(pattern) {
        return Some(pattern.into());
    }
    lost.push(format!("`{written}` is no regular expression; it is left out"));
    None
}

/// The inside and the flags of `/^a$/i`. A slash before a beginning or after an end could match nothing, so such a text is
/// a literal for certain; `/a/` may mean a path.
fn literal(pattern: &str) -> Option<(&str, &str)> {
    let (inner, flags) = pattern.strip_prefix('/')?.rsplit_once('/')?;
    let are_flags = flags.chars().all(|each| "dgimsuvxy".contains(each));
    let is_anchored = inner.starts_with('^') || inner.ends_with('$') && !inner.ends_with("\\$");
    (are_flags && is_anchored).then_some((inner, flags))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_of_javascript_lose_their_slashes() {
        let table = [
            ("/^a$/", Some("^a$")),
            ("/^a/g", Some("^a")),
            ("/a$/u", Some("a$")),
            ("/^a$/i", None),
            ("/api/", Some("/api/")),
            ("/api/v1", Some("/api/v1")),
            ("/cost\\$/", Some("/cost\\$/")),
            ("^/a$", Some("^/a$")),
            ("/^[$/", None),
        ];
        let allowance = Allowance::new(1);
        for (written, expected) in table {
            let mut lost = Vec::new();
            assert_eq!(usable(&written.into(), &allowance, &mut lost), expected.map(Value::from), "{written}");
            assert_eq!(lost.is_empty(), expected.is_some(), "{written}");
        }
    }
}
