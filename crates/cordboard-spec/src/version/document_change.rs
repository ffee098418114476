//! Differences between the documents of two versions that compiled plugins do not show.

use cordboard_domain::plugin::PluginDocuments;
use serde_json::{Map, Value};

use crate::document::pointer::Pointer;
use crate::document::source::Source;

/// How many places are named.
const MAX_PLACES: usize = 5;

/// The members of a manifest and of `info` that say who answers for the plugin.
const PUBLISHER: [(&str, &[&str]); 2] =
    [("", &["contact_email", "legal_info_url"]), ("/info", &["contact", "license", "termsOfService"])];

/// Manifest and description as values; null where one cannot be read.
pub(super) struct Read {
    manifest: Value,
    spec: Value,
}

impl Read {
    pub(super) fn of(documents: &PluginDocuments) -> Self {
        Self { manifest: value(&documents.manifest_text), spec: value(&documents.spec_text) }
    }

    /// The manifest's `auth` without what proves the domain.
    pub(super) fn auth(&self) -> Map<String, Value> {
        let mut auth = self.manifest.get("auth").and_then(Value::as_object).cloned().unwrap_or_default();
        auth.remove("verification_tokens");
        auth
    }

    /// Contacts, terms and licences.
    pub(super) fn publisher(&self) -> Value {
        let [(_, of_manifest), (info, of_info)] = PUBLISHER;
        let picked = |holder: Option<&Value>, keys: &[&str]| -> Value {
            keys.iter().filter_map(|key| Some(((*key).to_owned(), holder?.get(*key)?.clone()))).collect()
        };
        let parts = [picked(Some(&self.manifest), of_manifest), picked(self.spec.pointer(info), of_info)];
        parts.into_iter().filter(|part| part.as_object().is_some_and(|part| !part.is_empty())).collect()
    }
}

fn value(text: &str) -> Value {
    Source::parse("", text).map_or(Value::Null, |source| source.value)
}

/// Some places that differ, in words; empty where none do.
pub(super) fn places(old: &PluginDocuments, new: &PluginDocuments) -> String {
    let mut found = Vec::new();
    differences(&value(&old.manifest_text), &value(&new.manifest_text), &Pointer::root(), &mut found);
    differences(&value(&old.spec_text), &value(&new.spec_text), &Pointer::root(), &mut found);
    for other in &new.others {
        let before = old.others.iter().find(|each| each.url == other.url);
        match before {
            Some(before) => differences(&value(&before.text), &value(&other.text), &Pointer::root(), &mut found),
            None => found.push(other.url.clone()),
        }
    }
    let quoted: Vec<String> = found.iter().take(MAX_PLACES).map(|place| format!("`{place}`")).collect();
    let more = if found.len() > MAX_PLACES { " and others" } else { "" };
    format!("{}{more}", quoted.join(", "))
}

fn differences(old: &Value, new: &Value, at: &Pointer, found: &mut Vec<String>) {
    if old == new || found.len() > MAX_PLACES {
        return;
    }
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let added = new.keys().filter(|key| !old.contains_key(*key));
            for key in old.keys().chain(added) {
                let [old, new] = [old, new].map(|members| members.get(key).unwrap_or(&Value::Null));
                differences(old, new, &at.join(key), found);
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                differences(old, new, &at.join(index), found);
            }
        }
        _ => found.push(at.as_str().to_owned()),
    }
}
