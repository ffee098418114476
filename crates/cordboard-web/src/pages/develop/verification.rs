//! What a developer publishes to prove a domain.

use cordboard_agent::gathering::{CHALLENGE, WELL_KNOWN};
use cordboard_domain::plugin::{Plugin, PluginDocuments};
use cordboard_spec::document::source::Source;
use minijinja::{Value as View, context};
use serde_json::{Map, Value, json};
use url::Url;

use crate::words;

/// The state of the domain, and the exact text to publish.
pub(super) fn view(plugin: &Plugin, documents: &PluginDocuments) -> View {
    context! {
        verified_at => plugin.verified_at.map(words::moment),
        token => plugin.verification_token.as_str(),
        has_manifest => !documents.manifest_text.is_empty(),
        address => at(plugin, WELL_KNOWN),
        challenge => at(plugin, CHALLENGE),
        others => plugin.other_hosts(&plugin.facts).iter().map(|host| words::domain(host).to_owned()).collect::<Vec<_>>(),
        snippet => snippet(&auth(documents), &plugin.verification_token),
    }
}

/// A path on the plugin's own origin.
fn at(plugin: &Plugin, path: &str) -> Option<String> {
    Some(Url::parse(&plugin.origin).ok()?.join(path).ok()?.into())
}

fn auth(documents: &PluginDocuments) -> Map<String, Value> {
    let source = Source::parse("manifest", documents.manifest_text.as_str());
    let auth = source.ok().and_then(|source| source.value.get("auth")?.as_object().cloned());
    auth.unwrap_or_else(|| Map::from_iter([("type".to_owned(), json!("none"))]))
}

/// The manifest's `auth` as it has to be, with what it has already.
fn snippet(auth: &Map<String, Value>, token: &str) -> String {
    let mut auth = auth.clone();
    let tokens = auth.entry("verification_tokens").or_insert_with(|| json!({}));
    if !tokens.is_object() {
        *tokens = json!({});
    }
    tokens["cordboard"] = json!(token);
    let text = serde_json::to_string_pretty(&auth).unwrap_or_default();
    format!("\"auth\": {text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_snippet_keeps_what_the_manifest_has() {
        let auth = json!({"type": "service_http", "verification_tokens": {"openai": "x"}});
        let text = snippet(auth.as_object().unwrap(), "secret");
        let parsed: Value = serde_json::from_str(&format!("{{{text}}}")).unwrap();
        let expected = json!({"type": "service_http", "verification_tokens": {"openai": "x", "cordboard": "secret"}});
        assert_eq!(parsed["auth"], expected);
    }
}
