//! `$ref` within one document.

use serde_json::Value;

use crate::pointer::Pointer;

/// How many references may lead to references.
const MAX_HOPS: usize = 32;

/// A reference that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    #[error("`{0}` points to nothing in this document")]
    Unresolvable(String),
    #[error("`{0}` points to another document, which is not followed")]
    External(String),
    #[error("`{0}` leads back to itself")]
    Circular(String),
}

/// A value after following references, with the place where it really stands.
#[derive(Debug, Clone)]
pub struct Resolved<'document> {
    pub value: &'document Value,
    pub pointer: Pointer,
}

/// Follows `$ref` until there is a value without one.
pub fn resolve<'document>(
    document: &'document Value,
    value: &'document Value,
    pointer: &Pointer,
) -> Result<Resolved<'document>, ReferenceError> {
    let mut resolved = Resolved { value, pointer: pointer.clone() };
    for _ in 0..MAX_HOPS {
        let Some(reference) = resolved.value.get("$ref").and_then(Value::as_str) else {
            return Ok(resolved);
        };
        resolved = lookup(document, reference)?;
    }
    Err(ReferenceError::Circular(resolved.pointer.to_string()))
}

fn lookup<'document>(document: &'document Value, reference: &str) -> Result<Resolved<'document>, ReferenceError> {
    let Some(fragment) = reference.strip_prefix('#') else {
        return Err(ReferenceError::External(reference.to_owned()));
    };
    let fragment = percent_decoded(fragment);
    let value = document.pointer(&fragment).ok_or_else(|| ReferenceError::Unresolvable(reference.to_owned()))?;
    Ok(Resolved { value, pointer: Pointer::parse(&fragment) })
}

/// The fragment of a URI as text.
fn percent_decoded(fragment: &str) -> String {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let decoded = (first == b'%')
            .then(|| tail.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()))
            .flatten();
        bytes.push(decoded.unwrap_or(first));
        rest = if decoded.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn chains_are_followed_and_dead_ends_named() {
        let document = json!({
            "a/b": {"$ref": "#/c"}, "c": {"type": "string"},
            "loop": {"$ref": "#/loop"}, "gone": {"$ref": "#/nowhere"}, "far": {"$ref": "other.yaml#/x"}
        });
        let check = |reference: &str| {
            let value = json!({ "$ref": reference });
            resolve(&document, &value, &Pointer::root()).map(|found| found.pointer.to_string())
        };
        assert_eq!(check("#/a~1b"), Ok("/c".to_owned()));
        assert_eq!(check("#/a~1b").unwrap(), check("#/%61~1b").unwrap());
        assert!(matches!(check("#/loop"), Err(ReferenceError::Circular(_))));
        assert!(matches!(check("#/gone"), Err(ReferenceError::Unresolvable(_))));
        assert!(matches!(check("#/far"), Err(ReferenceError::External(_))));
    }
}
