//! What changed from one version to the next, in words, and how much it matters.

use std::collections::BTreeSet;

use cordboard_domain::plugin::{DocumentSource, PluginDocuments, Risk};
use serde::Serialize;
use serde_json::Value;

use super::document_change::{self, Read};
use super::facts::hosts;
use super::kind::ChangeKind;
use super::operation_change::operations;
use crate::manifest::Manifest;
use crate::toolset::Toolset;

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
    pub kind: ChangeKind,
    /// The class of the kind.
    pub risk: Risk,
    /// What happened, in a sentence.
    pub what: String,
    /// The texts before and after, where there are any to compare.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Compares two different versions of one plugin. Classes go by effect: what is moved by a reference without changing
/// anything for calls, models or people has none.
pub fn compare(old: Version<'_>, new: Version<'_>) -> Changes {
    let mut found = Found::default();
    let read = [old, new].map(|version| Read::of(version.documents));
    if (old.documents.source, new.documents.source) == (DocumentSource::Fetched, DocumentSource::Pasted) {
        let what = "The documents were pasted instead of fetched, so their addresses are a claim.";
        found.note(ChangeKind::SourcePasted, what);
    }
    manifest(&old.toolset.manifest, &new.toolset.manifest, &mut found);
    found.text(
        ChangeKind::Publisher,
        "Contacts, terms or licences changed.",
        &shown(&read[0].publisher()),
        &shown(&read[1].publisher()),
    );
    description(old, new, &mut found);
    authentication(old.toolset, new.toolset, &read, &mut found);
    addresses(old.toolset, new.toolset, &mut found);
    operations(old.toolset, new.toolset, &mut found);
    let mut list = found.list;
    if list.is_empty() {
        let places = document_change::places(old.documents, new.documents);
        let places = if places.is_empty() { String::new() } else { format!(": {places}") };
        let what =
            format!("Something in the documents changed that has no effect on calls or on what is read{places}.");
        list.push(Change::new(ChangeKind::NoEffect, what));
    }
    list.sort_by_key(|change| std::cmp::Reverse(change.risk));
    Changes { risk: list.first().map_or(Risk::Cosmetic, |change| change.risk), list }
}

impl Change {
    fn new(kind: ChangeKind, what: impl Into<String>) -> Self {
        Self { kind, risk: kind.risk(), what: what.into(), before: None, after: None }
    }
}

/// The differences found so far.
#[derive(Default)]
pub(super) struct Found {
    pub(super) list: Vec<Change>,
}

impl Found {
    pub(super) fn note(&mut self, kind: ChangeKind, what: impl Into<String>) {
        self.list.push(Change::new(kind, what));
    }

    /// Notes a text that is different.
    pub(super) fn text(&mut self, kind: ChangeKind, what: impl Into<String>, before: &str, after: &str) {
        if before != after {
            self.difference(kind, what, before, after);
        }
    }

    /// Notes a difference, with the texts before and after where they differ.
    pub(super) fn difference(&mut self, kind: ChangeKind, what: impl Into<String>, before: &str, after: &str) {
        let quote = |text: &str| {
            let cut: String = text.chars().take(LONGEST_QUOTE).collect();
            if cut.len() < text.len() { format!("{cut}…") } else { cut }
        };
        let [before, after] = [before, after].map(|text| (before != after).then(|| quote(text)));
        self.list.push(Change { before, after, ..Change::new(kind, what) });
    }
}

fn shown(value: &Value) -> String {
    if value.as_array().is_some_and(Vec::is_empty) { String::new() } else { value.to_string() }
}

fn manifest(old: &Manifest, new: &Manifest, found: &mut Found) {
    let logo = |manifest: &Manifest| manifest.logo_url.as_ref().map(ToString::to_string).unwrap_or_default();
    found.text(ChangeKind::NameForHuman, "The name changed.", &old.name_for_human, &new.name_for_human);
    found.text(ChangeKind::NameForModel, "The name for the model changed.", &old.name_for_model, &new.name_for_model);
    found.text(ChangeKind::Logo, "The logo changed.", &logo(old), &logo(new));
    let (kind, what) = (ChangeKind::DescriptionForHuman, "The description for people changed.");
    found.text(kind, what, &old.description_for_human, &new.description_for_human);
    let (kind, what) = (ChangeKind::DescriptionForModel, "The description for the model changed.");
    found.text(kind, what, &old.description_for_model, &new.description_for_model);
}

/// Where the documents are.
fn description(old: Version<'_>, new: Version<'_>, found: &mut Found) {
    let [before, after] = [old, new].map(|version| &version.toolset.manifest.spec_url);
    let kind =
        if before.origin() == after.origin() { ChangeKind::DescriptionAddress } else { ChangeKind::DescriptionOrigin };
    found.text(kind, "The API description is at another address.", before.as_str(), after.as_str());
    let [before, after] = [old, new].map(|version| version.documents.manifest_url.as_str());
    found.text(ChangeKind::DescriptionAddress, "The manifest is at another address.", before, after);
}

/// How people sign in: the kind, every address, scope and word of the manifest's `auth`, and the schemes of the description.
fn authentication(old: &Toolset, new: &Toolset, read: &[Read; 2], found: &mut Found) {
    let auth = |read: &Read| Value::Object(read.auth()).to_string();
    let what = "How people sign in at the plugin changed.";
    found.text(ChangeKind::SignIn, what, &auth(&read[0]), &auth(&read[1]));
    let schemes = |toolset: &Toolset| serde_json::to_string(&toolset.security_schemes).unwrap_or_default();
    let what = "The ways of signing in that the API describes changed.";
    found.text(ChangeKind::SecuritySchemes, what, &schemes(old), &schemes(new));
    let scopes = [old, new].map(scopes);
    for scope in scopes[1].difference(&scopes[0]) {
        found.note(ChangeKind::ScopeAdded, format!("It asks for the permission `{scope}`."));
    }
}

fn scopes(toolset: &Toolset) -> BTreeSet<&str> {
    let requirements = toolset.operations.iter().flat_map(|operation| operation.security.iter().flatten());
    requirements.flat_map(|requirement| requirement.scopes.iter().map(String::as_str)).collect()
}

fn addresses(old: &Toolset, new: &Toolset, found: &mut Found) {
    let (before, after) = (hosts(old), hosts(new));
    for host in after.iter().filter(|host| !before.contains(host)) {
        found.note(ChangeKind::HostAdded, format!("Calls go to a new host: {host}."));
    }
    for host in before.iter().filter(|host| !after.contains(host)) {
        found.note(ChangeKind::HostRemoved, format!("No call goes to {host} any more."));
    }
}

#[cfg(test)]
mod tests {
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
            (MANIFEST.replace("\"Hotels\"", "\"Hotels!\""), SPEC.to_owned(), Risk::Raised, "The name changed."),
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
            (MANIFEST.to_owned(), SPEC.replace("name: city", "name: town"), Risk::Raised, "no longer takes `city`"),
            (MANIFEST.to_owned(), SPEC.replace("get:", "post:"), Risk::Raised, "may change something"),
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
                "sign in",
            ),
        ];
        for (manifest, spec, risk, what) in table {
            let changes = changes(&manifest, &spec);
            assert_eq!(changes.risk, risk, "{what}: {changes:?}");
            assert!(changes.list.iter().any(|change| change.what.contains(what)), "{what}: {changes:?}");
        }
    }

    #[test]
    fn pasted_documents_after_fetched_ones_suspend() {
        let before = documents(MANIFEST, SPEC);
        let after = PluginDocuments { source: DocumentSource::Pasted, ..before.clone() };
        let toolset = compiled(&before);
        let version = |documents| Version { toolset: &toolset, documents };
        let changes = compare(version(&before), version(&after));
        assert_eq!((changes.risk, changes.list[0].kind), (Risk::Raised, ChangeKind::SourcePasted));
        assert_eq!(compare(version(&after), version(&before)).risk, Risk::Cosmetic);
    }

    const WIDE: &str = "openapi: 3.1.0
info: {title: Hotels, version: '1', contact: {email: a@b.example}}
servers: [{url: 'https://h.example/v1'}]
paths:
  /rooms:
    get: {operationId: rooms, parameters: [{name: city, in: query, required: true, schema: {type: string, enum: [oslo, rome]}}]}
    delete: {operationId: clear, summary: Clear}
  /book:
    post:
      operationId: book
      requestBody:
        content:
          application/json:
            schema:
              type: object
              additionalProperties: false
              required: [room]
              properties: {room: {type: object, additionalProperties: false, properties: {id: {type: string, description: Which.}}}}
";

    /// What `WIDE` becomes by replacing a text, and the kind of change that is.
    const KINDS: &[(&str, &str, ChangeKind)] = &[
        ("delete: {operationId: clear", "put: {operationId: clear", ChangeKind::Method),
        ("delete: {operationId: clear", "head: {operationId: clear", ChangeKind::WriteBecomesRead),
        (
            "operationId: clear,",
            "operationId: clear, x-openai-isConsequential: false,",
            ChangeKind::StandingPermissionOffered,
        ),
        ("operationId: rooms,", "operationId: rooms, x-openai-isConsequential: true,", ChangeKind::Consequence),
        ("operationId: clear", "operationId: wipe", ChangeKind::OperationRenamed),
        ("/rooms:", "'/rooms?_method=delete':", ChangeKind::ReadBecomesWrite),
        ("/v1", "/v2", ChangeKind::Address),
        ("/rooms:", "/rooms2:", ChangeKind::Address),
        ("required: true, schema", "schema", ChangeKind::ArgumentOptional),
        ("in: query,", "in: header,", ChangeKind::ArgumentMoved),
        ("[oslo, rome]", "[oslo, rome, bonn]", ChangeKind::ArgumentWidened),
        ("[oslo, rome]", "[oslo]", ChangeKind::ArgumentNarrowed),
        ("required: true, schema", "required: true, x-cordboard-personal: email, schema", ChangeKind::PersonalData),
        ("{id: {type", "{phone: {}, id: {type", ChangeKind::ArgumentWidened),
        ("required: [room]", "required: [room, guest]", ChangeKind::ArgumentAdded),
        ("additionalProperties: false, properties: {id", "properties: {id", ChangeKind::ArgumentWidened),
        ("application/json:", "application/x-www-form-urlencoded:", ChangeKind::BodyForm),
        ("description: Which.", "description: What.", ChangeKind::OperationWording),
        ("a@b.example", "c@b.example", ChangeKind::Publisher),
        ("operationId: clear,", "operationId: clear, security: [{}],", ChangeKind::Credentials),
        ("operationId: clear,", "operationId: clear, responses: {'200': {}},", ChangeKind::Responses),
        ("version: '1'", "version: '2', x-note: new", ChangeKind::NoEffect),
    ];

    #[test]
    fn every_kind_of_change_of_a_description_is_told_from_the_others() {
        let before = documents(MANIFEST, WIDE);
        let old = compiled(&before);
        for (from, to, kind) in KINDS {
            assert!(WIDE.contains(from), "{from}");
            let after = documents(MANIFEST, &WIDE.replacen(from, to, 1));
            let new = compiled(&after);
            let versions =
                [Version { toolset: &old, documents: &before }, Version { toolset: &new, documents: &after }];
            let changes = compare(versions[0], versions[1]);
            assert!(changes.list.iter().any(|change| change.kind == *kind), "{from} -> {to}: {changes:?}");
            assert!(changes.risk >= kind.risk(), "{from} -> {to}: the worst class wins");
        }
    }

    #[test]
    fn what_a_reference_moves_is_classed_by_its_effect() {
        let inline = "schema: {type: string, enum: [oslo, rome]}";
        let moved = WIDE.replace(inline, "schema: {$ref: '#/components/schemas/City'}");
        let moved = format!("{moved}components: {{schemas: {{City: {{type: string, enum: [oslo, rome]}}}}}}\n");
        let texts = [WIDE.to_owned(), moved.clone(), moved.replace("rome]}}}", "rome, bonn]}}}")];
        let versions = texts.map(|spec| documents(MANIFEST, &spec));
        let toolsets = [0, 1, 2].map(|index| compiled(&versions[index]));
        let version = |index: usize| Version { toolset: &toolsets[index], documents: &versions[index] };
        assert_eq!(compare(version(0), version(1)).risk, Risk::Cosmetic);
        assert_eq!(compare(version(1), version(2)).risk, Risk::Raised);
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
