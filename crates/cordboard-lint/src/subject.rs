//! What the rules look at.

use cordboard_spec::document::finding::{self, Finding, Severity};
use cordboard_spec::document::pointer::Pointer;
use cordboard_spec::document::source::{Source, SourceError};
use serde_json::Value;

/// A plugin's two documents.
#[derive(Debug)]
pub struct Subject {
    pub manifest: Source,
    pub spec: Source,
}

impl Subject {
    /// Reads both documents; each is given as its address and its text.
    pub fn read(manifest: (&str, &str), spec: (&str, &str)) -> Result<Self, SourceError> {
        Ok(Self { manifest: Source::parse(manifest.0, manifest.1)?, spec: Source::parse(spec.0, spec.1)? })
    }

    /// A text field of the manifest.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.manifest.value.get(key)?.as_str()
    }

    /// A warning about a field of the manifest, or about the whole manifest where the field is absent.
    pub(crate) fn about_manifest(&self, key: &str, code: &'static str, message: String) -> Finding {
        let field = Pointer::root().join(key);
        let at = if self.manifest.value.get(key).is_some() { field } else { Pointer::root() };
        Finding::at(&self.manifest, &at, Severity::Warning, code, message)
    }

    /// Finds the places of findings in the texts.
    pub(crate) fn locate(&self, findings: &mut [Finding]) {
        finding::locate(findings.iter_mut(), &self.manifest);
        finding::locate(findings.iter_mut(), &self.spec);
    }

    /// Every operation of the spec with its place and a name for people.
    pub(crate) fn operations(&self) -> impl Iterator<Item = (Pointer, String, &Value)> {
        const METHODS: [&str; 8] = ["get", "head", "options", "trace", "post", "put", "patch", "delete"];
        let paths = self.spec.value.get("paths").and_then(Value::as_object).into_iter().flatten();
        paths.flat_map(|(path, item)| {
            METHODS.into_iter().filter_map(move |method| {
                let operation = item.get(method).filter(|operation| operation.is_object())?;
                let at = Pointer::root().join("paths").join(path).join(method);
                Some((at, format!("{} {path}", method.to_ascii_uppercase()), operation))
            })
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::Rule;

    const MANIFEST: &str = r#"{"name_for_human": "Todo", "name_for_model": "todo", "description_for_human": "Lists.",
        "description_for_model": "Lists.", "contact_email": "a@b.example", "legal_info_url": "https://b.example/"}"#;
    const SPEC: &str = "openapi: 3.1.0\npaths:\n  /todos:\n    get: {operationId: getTodos, summary: Get the list of \
                        todos, x-cordboard-examples: [What is left?]}\n";

    /// What a rule says of documents in which `from` was replaced by `to`; of the good ones it says nothing.
    pub(crate) fn check(rule: Rule, from: &str, to: &str, expected: &[&str]) {
        let found = |manifest: &str, spec: &str| -> Vec<String> {
            let subject = Subject::read(("manifest", manifest), ("spec", spec)).unwrap();
            let mut findings = Vec::new();
            (rule.check)(&subject, &mut findings);
            subject.locate(&mut findings);
            findings.iter().map(ToString::to_string).collect()
        };
        assert!(found(MANIFEST, SPEC).is_empty());
        assert_eq!(found(&MANIFEST.replace(from, to), &SPEC.replace(from, to)), expected);
    }
}
