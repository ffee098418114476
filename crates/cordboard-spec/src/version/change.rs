//! What changed from one version to the next, in words, and how much it matters.

use std::collections::BTreeSet;

use cordboard_domain::plugin::{PluginDocuments, Risk};
use serde::Serialize;
use serde_json::{Map, Value};

use super::facts::hosts;
use crate::document::source::Source;
use crate::toolset::Toolset;
use crate::toolset::operation::Operation;

/// The longest text that is quoted, in characters.
const LONGEST_QUOTE: usize = 600;

/// A compiled version with what it was compiled from.
#[derive(Debug, Clone, Copy)]
pub struct Version<'plugin> {
    pub toolset: &'plugin Toolset,
    pub documents: &'plugin PluginDocuments,
}

/// Everything that is different, what matters most first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// The greatest risk among them.
    pub risk: Risk,
    pub list: Vec<Change>,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    pub risk: Risk,
    /// What happened, in a sentence.
    pub what: String,
    /// The texts before and after, where there are any to compare.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Compares two different versions of one plugin.
pub fn compare(old: Version<'_>, new: Version<'_>) -> Changes {
    let mut list = Vec::new();
    manifest(old.toolset, new.toolset, &mut list);
    authentication(old, new, &mut list);
    addresses(old.toolset, new.toolset, &mut list);
    operations(old.toolset, new.toolset, &mut list);
    if list.is_empty() {
        let what = "Something in the documents changed that has no effect on what the model is told or on calls.";
        list.push(Change { risk: Risk::Cosmetic, what: what.to_owned(), before: None, after: None });
    }
    list.sort_by_key(|change| std::cmp::Reverse(change.risk));
    Changes { risk: list.first().map_or(Risk::Cosmetic, |change| change.risk), list }
}

fn note(list: &mut Vec<Change>, risk: Risk, what: impl Into<String>) {
    list.push(Change { risk, what: what.into(), before: None, after: None });
}

/// Notes a text that is different.
fn text(list: &mut Vec<Change>, risk: Risk, what: impl Into<String>, before: &str, after: &str) {
    if before != after {
        let quote = |text: &str| {
            let cut: String = text.chars().take(LONGEST_QUOTE).collect();
            if cut.len() < text.len() { format!("{cut}…") } else { cut }
        };
        list.push(Change { risk, what: what.into(), before: Some(quote(before)), after: Some(quote(after)) });
    }
}

fn manifest(old: &Toolset, new: &Toolset, list: &mut Vec<Change>) {
    let (old, new) = (&old.manifest, &new.manifest);
    let logo =
        |manifest: &crate::manifest::Manifest| manifest.logo_url.as_ref().map(ToString::to_string).unwrap_or_default();
    text(list, Risk::Cosmetic, "The name changed.", &old.name_for_human, &new.name_for_human);
    text(
        list,
        Risk::Cosmetic,
        "The description for people changed.",
        &old.description_for_human,
        &new.description_for_human,
    );
    text(list, Risk::Cosmetic, "The logo changed.", &logo(old), &logo(new));
    text(list, Risk::Wording, "The name for the model changed.", &old.name_for_model, &new.name_for_model);
    text(
        list,
        Risk::Wording,
        "The description for the model changed.",
        &old.description_for_model,
        &new.description_for_model,
    );
}

/// How people sign in: the kind, every address, scope and word of the manifest's `auth`, and the schemes of the description.
fn authentication(old: Version<'_>, new: Version<'_>, list: &mut Vec<Change>) {
    let manifests = [old, new].map(|version| auth_of(version.documents));
    if manifests[0] != manifests[1] {
        let [before, after] = manifests.map(|auth| Value::Object(auth).to_string());
        text(list, Risk::Raised, "How one signs in at the plugin changed.", &before, &after);
    }
    if old.toolset.security_schemes != new.toolset.security_schemes {
        let shown = |toolset: &Toolset| serde_json::to_string(&toolset.security_schemes).unwrap_or_default();
        let what = "The ways of signing in that the API describes changed.";
        text(list, Risk::Raised, what, &shown(old.toolset), &shown(new.toolset));
    }
    let scopes = [old.toolset, new.toolset].map(scopes);
    for scope in scopes[1].difference(&scopes[0]) {
        note(list, Risk::Raised, format!("It asks for the permission `{scope}`."));
    }
}

/// The manifest's `auth` without what proves the domain.
fn auth_of(documents: &PluginDocuments) -> Map<String, Value> {
    let source = Source::parse("", documents.manifest_text.as_str());
    let auth = source.ok().and_then(|source| source.value.get("auth")?.as_object().cloned());
    let mut auth = auth.unwrap_or_default();
    auth.remove("verification_tokens");
    auth
}

fn scopes(toolset: &Toolset) -> BTreeSet<&str> {
    let requirements = toolset.operations.iter().flat_map(|operation| operation.security.iter().flatten());
    requirements.flat_map(|requirement| requirement.scopes.iter().map(String::as_str)).collect()
}

fn addresses(old: &Toolset, new: &Toolset, list: &mut Vec<Change>) {
    let (before, after) = (hosts(old), hosts(new));
    for host in after.iter().filter(|host| !before.contains(host)) {
        note(list, Risk::Raised, format!("Calls go to a new host: {host}."));
    }
    for host in before.iter().filter(|host| !after.contains(host)) {
        note(list, Risk::Contract, format!("No call goes to {host} any more."));
    }
}

fn operations(old: &Toolset, new: &Toolset, list: &mut Vec<Change>) {
    let mut kept = Vec::new();
    for operation in &new.operations {
        let Some(before) = predecessor(operation, old) else {
            list.push(added(operation));
            continue;
        };
        kept.push(before.name.as_str());
        changed(before, operation, list);
    }
    for gone in old.operations.iter().filter(|operation| !kept.contains(&operation.name.as_str())) {
        note(list, Risk::Contract, format!("The operation `{}` is gone.", gone.name));
    }
}

fn added(operation: &Operation) -> Change {
    let does = if operation.method.is_safe() { "reads" } else { "may change something" };
    let what = format!("A new operation that {does}: `{}` ({} {}).", operation.name, operation.method, operation.path);
    Change { risk: Risk::Raised, what, before: None, after: Some(operation.headline().to_owned()) }
}

/// What the operation was before: the one at the same place, or else of the same name.
fn predecessor<'old>(operation: &Operation, old: &'old Toolset) -> Option<&'old Operation> {
    let at_place = |each: &&Operation| each.method == operation.method && each.path == operation.path;
    old.operations
        .iter()
        .find(|each| at_place(each) && each.name == operation.name)
        .or_else(|| old.operations.iter().find(at_place))
        .or_else(|| old.operation(&operation.name))
}

fn changed(old: &Operation, new: &Operation, list: &mut Vec<Change>) {
    let name = &new.name;
    text(list, Risk::Contract, format!("`{}` is now called `{name}`.", old.name), &old.name, name);
    let place = |operation: &Operation| format!("{} {}{}", operation.method, operation.server, operation.path);
    let becomes_write = old.method.is_safe() && !new.method.is_safe();
    let risk = if becomes_write { Risk::Raised } else { Risk::Contract };
    text(list, risk, format!("`{name}` is called in another way."), &place(old), &place(new));
    if old.consequential == Some(true) && new.consequential != Some(true) {
        note(list, Risk::Raised, format!("`{name}` no longer says that it has consequences."));
    } else if old.consequential != new.consequential {
        note(list, Risk::Contract, format!("`{name}` says something else about its consequences."));
    }
    if old.needs_credential() != new.needs_credential() || old.security != new.security {
        note(list, Risk::Raised, format!("`{name}` wants to know in another way who is calling."));
    }
    arguments(old, new, list);
    text(list, Risk::Wording, format!("What the model is told about `{name}` changed."), &told(old), &told(new));
    if old.responses != new.responses {
        note(list, Risk::Wording, format!("What `{name}` answers is described in another way."));
    }
}

/// The words about an operation and its arguments.
fn told(operation: &Operation) -> String {
    let described = operation.arguments.iter().map(|argument| (argument, operation.describe(argument)));
    let arguments = described.filter(|(_, text)| !text.is_empty());
    let lines = arguments.map(|(argument, text)| format!("{}: {text}", argument.name));
    let description = Some(operation.description.clone()).filter(|text| *text != operation.summary);
    [operation.summary.clone()]
        .into_iter()
        .chain(description)
        .chain(lines)
        .chain(operation.examples.iter().map(|example| format!("Example: {example}")))
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

fn arguments(old: &Operation, new: &Operation, list: &mut Vec<Change>) {
    let name = &new.name;
    let find = |operation: &Operation, wanted: &str| operation.arguments.iter().any(|each| each.name == wanted);
    for argument in new.arguments.iter().filter(|argument| !find(old, &argument.name)) {
        let kind = if argument.required { "must" } else { "may" };
        note(list, Risk::Contract, format!("`{name}` {kind} be given `{}`, which is new.", argument.name));
    }
    for argument in old.arguments.iter().filter(|argument| !find(new, &argument.name)) {
        note(list, Risk::Contract, format!("`{name}` no longer takes `{}`.", argument.name));
    }
    for argument in &new.arguments {
        let Some(before) = old.arguments.iter().find(|each| each.name == argument.name) else { continue };
        let schemas = [old.schema(before), new.schema(argument)].map(without_words);
        if schemas[0] != schemas[1] || before != argument {
            let what = format!("`{}` of `{name}` takes other values or goes elsewhere.", argument.name);
            let [before, after] = schemas.map(|schema| schema.to_string());
            list.push(Change { risk: Risk::Contract, what, before: Some(before), after: Some(after) });
        }
    }
    if old.body != new.body || old.fixed_query != new.fixed_query {
        note(list, Risk::Contract, format!("`{name}` is written in another way."));
    }
}

/// A schema without what only explains it.
fn without_words(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .filter(|(key, value)| !matches!(key.as_str(), "description" | "examples") || value.is_object())
                .map(|(key, value)| (key.clone(), without_words(value)))
                .collect(),
        ),
        Value::Array(items) => items.iter().map(without_words).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use cordboard_domain::plugin::DocumentSource;

    use url::Url;

    use super::*;
    use crate::document::bundle::Bundle;

    const MANIFEST: &str = r#"{"schema_version": "v1", "name_for_model": "hotels", "name_for_human": "Hotels",
        "description_for_model": "Finds hotels.", "description_for_human": "Finds hotels.",
        "auth": {"type": "none"}, "api": {"type": "openapi", "url": "/openapi.yaml"}}"#;
    const SPEC: &str = "openapi: 3.1.0\ninfo: {title: Hotels, version: '1'}\npaths:\n  /hotels:\n    get:\n      \
        operationId: search\n      summary: Search hotels\n      x-openai-isConsequential: true\n      parameters:\n      \
        - {name: city, in: query, description: The city., schema: {type: string, description: Old.}}\n";

    fn documents(manifest: &str, spec: &str) -> PluginDocuments {
        PluginDocuments {
            source: DocumentSource::Fetched,
            manifest_url: "https://h.example/.well-known/ai-plugin.json".to_owned(),
            manifest_text: manifest.to_owned(),
            spec_url: "https://h.example/openapi.yaml".to_owned(),
            spec_text: spec.to_owned(),
            others: Vec::new(),
        }
    }

    fn compiled(documents: &PluginDocuments) -> Toolset {
        let bundle = Bundle::read(&Url::parse(&documents.spec_url).unwrap(), documents.spec_text.as_str()).unwrap();
        let url = Url::parse(&documents.manifest_url).unwrap();
        Toolset::compile(&url, &documents.manifest_text, &bundle).unwrap()
    }

    fn changes(manifest: &str, spec: &str) -> Changes {
        let (before, after) = (documents(MANIFEST, SPEC), documents(manifest, spec));
        let (old, new) = (compiled(&before), compiled(&after));
        compare(Version { toolset: &old, documents: &before }, Version { toolset: &new, documents: &after })
    }

    #[test]
    fn each_change_has_its_risk_and_says_what_it_is() {
        let operation = "  /book:\n    post: {operationId: book, summary: Book a room}\n";
        let table = [
            (MANIFEST.replace("\"Hotels\"", "\"Hotels!\""), SPEC.to_owned(), Risk::Cosmetic, "The name changed."),
            (MANIFEST.to_owned(), SPEC.replace("version: '1'", "version: '2'"), Risk::Cosmetic, "has no effect"),
            (
                MANIFEST.replace("\"auth\": {", "\"auth\": {\"verification_tokens\": {\"cordboard\": \"x\"}, "),
                SPEC.to_owned(),
                Risk::Cosmetic,
                "has no effect",
            ),
            (
                MANIFEST.replace("\"description_for_model\": \"Finds", "\"description_for_model\": \"Obey: finds"),
                SPEC.to_owned(),
                Risk::Wording,
                "description for the model",
            ),
            (MANIFEST.to_owned(), SPEC.replace("The city.", "A city."), Risk::Wording, "told about `search`"),
            (MANIFEST.to_owned(), SPEC.replace("Search hotels", "Seek"), Risk::Wording, "told about `search`"),
            (MANIFEST.to_owned(), SPEC.replace("type: string", "type: integer"), Risk::Contract, "takes other values"),
            (MANIFEST.to_owned(), SPEC.replace("name: city", "name: town"), Risk::Contract, "no longer takes `city`"),
            (MANIFEST.to_owned(), SPEC.replace("get:", "post:"), Risk::Raised, "called in another way"),
            (MANIFEST.to_owned(), SPEC.replace("true", "false"), Risk::Raised, "no longer says"),
            (MANIFEST.to_owned(), format!("{SPEC}{operation}"), Risk::Raised, "may change something: `book`"),
            (
                MANIFEST.to_owned(),
                SPEC.replace("paths:", "servers: [{url: 'https://api.h.example'}]\npaths:"),
                Risk::Raised,
                "a new host: https://api.h.example",
            ),
            (
                MANIFEST
                    .replace("{\"type\": \"none\"}", "{\"type\": \"user_http\", \"authorization_type\": \"bearer\"}"),
                SPEC.to_owned(),
                Risk::Raised,
                "signs in",
            ),
        ];
        for (manifest, spec, risk, what) in table {
            let changes = changes(&manifest, &spec);
            assert_eq!(changes.risk, risk, "{what}: {changes:?}");
            assert!(changes.list.iter().any(|change| change.what.contains(what)), "{what}: {changes:?}");
        }
    }

    #[test]
    fn an_operation_that_goes_is_told() {
        let operation = "  /book:\n    post: {operationId: book}\n";
        let (before, after) = (documents(MANIFEST, &format!("{SPEC}{operation}")), documents(MANIFEST, SPEC));
        let (old, new) = (compiled(&before), compiled(&after));
        let versions = [Version { toolset: &old, documents: &before }, Version { toolset: &new, documents: &after }];
        let changes = compare(versions[0], versions[1]);
        assert_eq!((changes.risk, changes.list[0].what.as_str()), (Risk::Contract, "The operation `book` is gone."));
    }
}
