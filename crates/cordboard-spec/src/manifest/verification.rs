//! The token by which a developer proves that a domain is theirs.

use serde_json::Value;

use crate::document::source::Source;

/// The platform's name under which manifests publish the token.
const PLATFORM: &str = "cordboard";

/// The token that a manifest publishes for this host, in `auth.verification_tokens` or, since not every kind of `auth` is
/// known to have them, in `verification_tokens` of the manifest itself.
pub fn verification_token(manifest_text: &str) -> Option<String> {
    let source = Source::parse("manifest", manifest_text).ok()?;
    let places = ["/auth/verification_tokens", "/verification_tokens"];
    places
        .iter()
        .find_map(|place| source.value.pointer(place)?.get(PLATFORM).and_then(Value::as_str).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::verification_token;

    #[test]
    fn the_token_is_found_where_manifests_publish_it() {
        let table = [
            (r#"{"auth": {"type": "none", "verification_tokens": {"openai": "x", "cordboard": "y"}}}"#, Some("y")),
            (r#"{"auth": {"type": "none"}, "verification_tokens": {"cordboard": "z"}}"#, Some("z")),
            (r#"{"auth": {"verification_tokens": {"openai": "x"}}}"#, None),
            (r#"{"auth": {"verification_tokens": ["cordboard"]}}"#, None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(verification_token(text).as_deref(), expected, "{text}");
        }
    }
}
