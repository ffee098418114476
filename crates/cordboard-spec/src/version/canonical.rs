//! The canonical form of what a plugin published. Any change of content changes it; the order of keys, white space and
//! whether a document is JSON or YAML do not.

use cordboard_domain::plugin::{DocumentSource, PluginDocuments, VersionDigest};
use serde_json::Value;

use crate::document::source::Source;

/// The digest of a version: manifest, description and every document that belongs to it, each with its address.
pub fn digest(documents: &PluginDocuments) -> VersionDigest {
    let mut canonical = String::new();
    add(&mut canonical, &documents.manifest_url, &documents.manifest_text);
    add(&mut canonical, &documents.spec_url, &documents.spec_text);
    let mut others: Vec<_> = documents.others.iter().collect();
    others.sort_by(|one, another| one.url.cmp(&another.url));
    for other in others {
        add(&mut canonical, &other.url, &other.text);
    }
    // What was pasted is another version than what the same addresses serve.
    match documents.source {
        DocumentSource::Fetched => {}
        DocumentSource::Pasted => canonical.push_str("pasted\n"),
    }
    VersionDigest::of(canonical.as_bytes())
}

fn add(canonical: &mut String, url: &str, text: &str) {
    canonical.push_str(url);
    canonical.push('\n');
    match Source::parse(url, text) {
        Ok(source) => write(canonical, &source.value),
        // What cannot be read counts as it is.
        Err(_) => canonical.push_str(&Value::from(text).to_string()),
    }
    canonical.push('\n');
}

/// Writes a value as JSON with sorted keys.
fn write(canonical: &mut String, value: &Value) {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(key, _)| *key);
            canonical.push('{');
            for (key, member) in sorted {
                canonical.push_str(&Value::from(key.as_str()).to_string());
                canonical.push(':');
                write(canonical, member);
                canonical.push(',');
            }
            canonical.push('}');
        }
        Value::Array(items) => {
            canonical.push('[');
            for item in items {
                write(canonical, item);
                canonical.push(',');
            }
            canonical.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => canonical.push_str(&value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use cordboard_domain::plugin::OtherDocument;
    use serde_json::json;

    use super::*;

    fn documents(manifest: &str, spec: &str) -> PluginDocuments {
        let other = |name: &str| OtherDocument {
            url: format!("https://a.example/{name}"),
            text: "x: 1".to_owned(),
            problem: None,
        };
        PluginDocuments {
            source: DocumentSource::Fetched,
            manifest_url: "https://a.example/.well-known/ai-plugin.json".to_owned(),
            manifest_text: manifest.to_owned(),
            spec_url: "https://a.example/openapi.yaml".to_owned(),
            spec_text: spec.to_owned(),
            others: vec![other("a"), other("b")],
        }
    }

    #[test]
    fn writing_it_otherwise_is_no_change() {
        let first = documents(r#"{"a": 1, "b": [1, 2]}"#, "openapi: 3.1.0\npaths: {}\n");
        let mut second = documents("{\"b\":[1,2],\n\n\"a\":1}", r#"{"paths": {}, "openapi": "3.1.0"}"#);
        second.others.reverse();
        assert_eq!(digest(&first), digest(&second));
    }

    #[test]
    fn every_change_of_content_is_seen() {
        let value =
            json!({"openapi": "3.1.0", "info": {"title": "A", "x": [1, {"deep": true}, null]}, "paths": {"/a": {}}});
        let original = digest(&documents("{}", &value.to_string()));
        let mut pointers = vec![String::new()];
        gather(&value, "", &mut pointers);
        assert!(pointers.len() > 9);
        for pointer in pointers {
            let mut changed = value.clone();
            *changed.pointer_mut(&pointer).unwrap() = "changed".into();
            assert_ne!(digest(&documents("{}", &changed.to_string())), original, "{pointer}");
        }
        assert_ne!(digest(&documents("[]", &value.to_string())), original);
        let mut pasted = documents("{}", &value.to_string());
        pasted.source = DocumentSource::Pasted;
        assert_ne!(digest(&pasted), original);
        let mut moved = documents("{}", &value.to_string());
        moved.others[0].url.push('x');
        assert_ne!(digest(&moved), original);
    }

    fn gather(value: &Value, at: &str, pointers: &mut Vec<String>) {
        let children: Vec<(String, &Value)> = match value {
            Value::Object(members) => members.iter().map(|(key, member)| (key.replace('/', "~1"), member)).collect(),
            Value::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
            _ => Vec::new(),
        };
        for (key, child) in children {
            let here = format!("{at}/{key}");
            gather(child, &here, pointers);
            pointers.push(here);
        }
    }
}
