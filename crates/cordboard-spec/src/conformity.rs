//! What a description of OpenAPI 3 gets wrong as a whole: its version, its parts, its servers. Nothing of it keeps an
//! operation from being called; other hosts may object.

use serde_json::Value;

use crate::document::bundle::{Bundle, Location};
use crate::document::finding::Finding;
use crate::document::pointer::Pointer;

/// The members that the specification gives to a document.
const MEMBERS: [&str; 11] = [
    "openapi",
    "$self",
    "info",
    "jsonSchemaDialect",
    "servers",
    "paths",
    "webhooks",
    "components",
    "security",
    "tags",
    "externalDocs",
];

/// Findings about the main document of a bundle.
pub(crate) fn check(bundle: &Bundle) -> Vec<Finding> {
    let document = &bundle.main().value;
    let mut findings = Findings { bundle, found: Vec::new() };
    if document.get("swagger").is_none() {
        version(document, &mut findings);
        members(document, &mut findings);
        servers(document, &mut findings);
        schemas(document, &mut findings);
    }
    findings.found
}

struct Findings<'bundle> {
    bundle: &'bundle Bundle,
    found: Vec<Finding>,
}

impl Findings<'_> {
    fn warn(&mut self, at: &Pointer, code: &'static str, message: String) {
        self.found.push(Finding::warning(self.bundle, &Location::in_main(at.clone()), code, message));
    }
}

fn version(document: &Value, findings: &mut Findings<'_>) {
    let Some(declared) = document.get("openapi") else { return };
    let shown = declared.as_str().map_or_else(|| declared.to_string(), |text| text.trim().to_owned());
    let is_known = ["3.0", "3.1", "3.2"]
        .iter()
        .any(|known| shown.strip_prefix(known).is_some_and(|patch| patch.is_empty() || patch.starts_with('.')));
    if !is_known {
        let message = format!("`openapi` is {shown}, which is no version of OpenAPI 3; it is read as the newest one");
        findings.warn(&Pointer::root().join("openapi"), "unknown-version", message);
    }
}

fn members(document: &Value, findings: &mut Findings<'_>) {
    for name in document.as_object().into_iter().flat_map(serde_json::Map::keys) {
        if !MEMBERS.contains(&name.as_str()) && !name.starts_with("x-") {
            let message = format!("`{name}` is no part of an OpenAPI document; it is left alone");
            findings.warn(&Pointer::root().join(name), "unknown-member", message);
        }
    }
}

fn servers(document: &Value, findings: &mut Findings<'_>) {
    let at = Pointer::root().join("servers");
    let Some(servers) = document.get("servers") else { return };
    let Some(servers) = servers.as_array() else {
        findings.warn(&at, "not-a-list", "`servers` has to be a list; it is left out".to_owned());
        return;
    };
    for (index, server) in servers.iter().enumerate() {
        let at = at.join(index).join("variables");
        for (name, variable) in server.get("variables").and_then(Value::as_object).into_iter().flatten() {
            variable_of_server(name, variable, &at.join(name), findings);
        }
    }
}

fn variable_of_server(name: &str, variable: &Value, at: &Pointer, findings: &mut Findings<'_>) {
    let default = variable.get("default");
    if default.is_none() {
        findings.warn(at, "server-variable", format!("the variable `{name}` of a server has no default"));
    }
    let Some(options) = variable.get("enum").and_then(Value::as_array) else { return };
    if options.is_empty() {
        let message = format!("the variable `{name}` of a server lists no value in `enum`");
        findings.warn(&at.join("enum"), "server-variable", message);
    } else if let Some(default) = default.filter(|default| !options.contains(default)) {
        let message = format!("the default of the variable `{name}`, {default}, is none of the values in `enum`");
        findings.warn(&at.join("default"), "server-variable", message);
    }
}

fn schemas(document: &Value, findings: &mut Findings<'_>) {
    let declared = document.pointer("/components/schemas").and_then(Value::as_object);
    for (name, schema) in declared.into_iter().flatten() {
        if !schema.is_object() && !schema.is_boolean() {
            let at = Pointer::parse("/components/schemas").join(name);
            findings.warn(&at, "not-a-schema", format!("`{name}` is no schema; any value is allowed where it is used"));
        }
    }
}
