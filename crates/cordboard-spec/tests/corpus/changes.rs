//! Every value of fifty real plugins is replaced, taken away and added: each change is noticed, in the class that the
//! table below expects.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use cordboard_domain::plugin::{DocumentSource, PluginDocuments, Risk};
use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::document::source::Source;
use cordboard_spec::toolset::Toolset;
use cordboard_spec::version::canonical::digest;
use cordboard_spec::version::change::{Version, compare};
use serde_json::{Value, json};
use url::Url;

use super::texts;

const PLUGINS: usize = 50;
/// The most places of one document; of larger ones every second, third and so on is taken.
const MAX_PLACES: usize = 400;

const ORIGIN: &str = "https://plugin.example";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edit {
    Replaced,
    Removed,
    Added,
}

use Edit::{Added, Removed, Replaced};
use Risk::{Contract, Cosmetic, Raised, Wording};

const ANY: &[Edit] = &[Replaced, Removed, Added];

/// A document, a place in it (`*` is one key, `**` any number), the edits, and the classes that the change may have.
/// The first row that fits counts. More than one class is named where it depends on whether the place has an effect: it may
/// be in an operation that cannot be called, or say what holds anyway.
type Row = (&'static str, &'static str, &'static [Edit], &'static [Risk]);

const TABLE: &[Row] = &[
    // Apparent identity. Without a name for people the one for models is shown, which may be the same.
    ("manifest", "/name_for_human", &[Replaced], &[Raised]),
    ("manifest", "/name_for_human", &[Removed, Added], &[Raised, Cosmetic]),
    ("manifest", "/name_for_model", ANY, &[Raised]),
    ("manifest", "/logo_url", ANY, &[Raised]),
    ("manifest", "/description_for_human", ANY, &[Wording]),
    ("manifest", "/description_for_model", ANY, &[Wording]),
    ("manifest", "/contact_email", ANY, &[Wording]),
    ("manifest", "/legal_info_url", ANY, &[Wording]),
    ("manifest", "/auth/verification_tokens/**", ANY, &[Cosmetic]),
    ("manifest", "/auth/**", ANY, &[Raised]),
    ("manifest", "/api/url", ANY, &[Raised]),
    ("manifest", "/**", ANY, &[Cosmetic]),
    ("spec", "/info/contact/**", ANY, &[Wording]),
    ("spec", "/info/license/**", ANY, &[Wording]),
    ("spec", "/info/termsOfService", ANY, &[Wording]),
    ("spec", "/info", &[Removed, Added], &[Wording, Cosmetic]),
    ("spec", "/info/**", ANY, &[Cosmetic]),
    ("spec", "/tags/**", ANY, &[Cosmetic]),
    ("spec", "/externalDocs/**", ANY, &[Cosmetic]),
    // Where calls go: of several servers the first counts, and a server of an operation comes before.
    ("spec", "/servers/0/url", &[Replaced], &[Raised, Cosmetic]),
    ("spec", "/servers/**", ANY, &[Raised, Cosmetic]),
    ("spec", "/host", ANY, &[Raised]),
    ("spec", "/basePath", ANY, &[Raised]),
    ("spec", "/security/**", ANY, &[Raised]),
    ("spec", "/components/securitySchemes/*/description", ANY, &[Cosmetic]),
    ("spec", "/components/securitySchemes/**", ANY, &[Raised, Cosmetic]),
    // Operations.
    ("spec", "/paths/*", &[Removed], &[Contract]),
    ("spec", "/paths/*", &[Added], &[Raised]),
    ("spec", "/paths/*/VERB", &[Removed], &[Contract]),
    ("spec", "/paths/*/VERB", &[Added], &[Raised]),
    // A name is cut, so that a longer id may give the same.
    ("spec", "/paths/*/VERB/operationId", &[Replaced], &[Contract, Wording]),
    ("spec", "/paths/*/VERB/operationId", &[Removed, Added], &[Contract, Wording]),
    // A description may repeat the summary.
    ("spec", "/paths/*/VERB/summary", &[Replaced], &[Wording]),
    ("spec", "/paths/*/VERB/summary", &[Removed, Added], &[Wording, Cosmetic]),
    ("spec", "/paths/*/VERB/description", &[Replaced], &[Wording]),
    ("spec", "/paths/*/VERB/description", &[Removed, Added], &[Wording, Cosmetic]),
    ("spec", "/paths/*/VERB/tags/**", ANY, &[Wording, Cosmetic]),
    ("spec", "/paths/*/VERB/deprecated", ANY, &[Wording, Cosmetic]),
    ("spec", "/paths/*/VERB/security/**", ANY, &[Raised]),
    ("spec", "/paths/*/VERB/servers/**", ANY, &[Raised, Cosmetic]),
    ("spec", "/paths/*/VERB/responses/**", ANY, &[Wording, Cosmetic]),
    // Arguments. A parameter without a name is none.
    ("spec", "/paths/*/VERB/parameters/*", &[Removed], &[Contract]),
    ("spec", "/paths/*/VERB/parameters/*", &[Added], &[Raised]),
    ("spec", "/paths/*/VERB/parameters/*/name", &[Replaced, Added], &[Raised]),
    ("spec", "/paths/*/VERB/parameters/*/name", &[Removed], &[Contract]),
    ("spec", "/paths/*/VERB/parameters/*/description", ANY, &[Wording]),
    ("spec", "/paths/*/VERB/parameters/*/schema/description", ANY, &[Wording, Cosmetic]),
    ("spec", "/paths/*/VERB/parameters/*/example", ANY, &[Wording, Cosmetic]),
    // A list without values means nothing, so that the last value in it allows any when it goes.
    ("spec", "/paths/*/VERB/parameters/*/schema/enum/*", &[Replaced], &[Raised]),
    ("spec", "/paths/*/VERB/parameters/*/schema/enum/*", &[Removed, Added], &[Raised, Contract]),
    ("spec", "/paths/*/VERB/requestBody", &[Removed], &[Contract]),
    ("spec", "/paths/*/VERB/requestBody", &[Added], &[Raised]),
    ("spec", "/paths/*/VERB/x-openai-isConsequential", ANY, &[Raised, Contract]),
    // A property may have the name of a keyword.
    ("spec", "/components/schemas/**/properties/*", ANY, &[Raised, Contract, Wording, Cosmetic]),
    ("spec", "/components/schemas/**/example", ANY, &[Wording, Cosmetic]),
    ("spec", "/components/schemas/**/description", ANY, &[Wording, Cosmetic]),
    ("spec", "/components/responses/**", ANY, &[Wording, Cosmetic]),
    ("spec", "/**", ANY, &[Raised, Contract, Wording, Cosmetic]),
];

/// What a value makes certain beyond the table: in which direction a flag is turned.
fn expected(document: &str, keys: &[String], edit: Edit, old: &Value, writes: bool) -> Option<Vec<Risk>> {
    let last = keys.last().map_or("", String::as_str);
    let is_true = old == &Value::Bool(true);
    if document == "spec" && last == "x-openai-isConsequential" && keys.first().is_some_and(|key| key == "paths") {
        return Some(match (edit, is_true) {
            (Replaced | Removed, true) => vec![Raised],
            (Added, false) if writes => vec![Raised],
            (Added, _) | (Replaced | Removed, false) => vec![Contract],
        });
    }
    let is_parameter = keys.len() == 6 && keys[3] == "parameters";
    if document == "spec" && is_parameter && last == "required" {
        let demands = edit == Replaced && !is_true || edit == Added && is_true;
        let frees = edit != Added && is_true;
        let class = if demands {
            Raised
        } else if frees {
            Contract
        } else {
            Cosmetic
        };
        // Of a path every argument is required.
        return Some(vec![class, Cosmetic]);
    }
    None
}

fn allowed(document: &str, keys: &[String], edit: Edit) -> &'static [Risk] {
    let fits = |row: &&Row| row.0 == document && row.2.contains(&edit) && matches(row.1, keys);
    TABLE.iter().find(fits).map(|row| row.3).expect("the last row of a document fits everything")
}

fn matches(pattern: &str, keys: &[String]) -> bool {
    let parts: Vec<&str> = pattern.split('/').skip(1).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    fits(&parts, &keys)
}

fn fits(parts: &[&str], keys: &[&str]) -> bool {
    match (parts, keys) {
        (["**", rest @ ..], _) => (0..=keys.len()).any(|skipped| fits(rest, &keys[skipped..])),
        ([], []) => true,
        ([part, parts @ ..], [key, keys @ ..]) => {
            let is_verb = *part == "VERB" && ["get", "post", "put", "patch", "delete"].contains(key);
            (*part == "*" || part == key || is_verb) && fits(parts, keys)
        }
        _ => false,
    }
}

/// A valid value of the same kind that differs.
fn other_than(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with("http") => json!("https://elsewhere.example/changed"),
        Value::String(text) => json!(format!("{text} changed")),
        Value::Number(number) => json!(number.as_f64().unwrap_or_default() + 1.0),
        Value::Bool(flag) => json!(!flag),
        Value::Null | Value::Array(_) | Value::Object(_) => json!("changed"),
    }
}

struct Plugin {
    name: String,
    manifest: Value,
    spec: Value,
}

impl Plugin {
    fn documents(&self) -> PluginDocuments {
        PluginDocuments {
            source: DocumentSource::Fetched,
            manifest_url: format!("{ORIGIN}/.well-known/ai-plugin.json"),
            manifest_text: self.manifest.to_string(),
            spec_url: format!("{ORIGIN}/openapi.json"),
            spec_text: self.spec.to_string(),
            others: Vec::new(),
        }
    }

    fn with(&self, document: &str, changed: Value) -> Self {
        let (name, mut manifest, mut spec) = (self.name.clone(), self.manifest.clone(), self.spec.clone());
        *if document == "manifest" { &mut manifest } else { &mut spec } = changed;
        Self { name, manifest, spec }
    }
}

fn compiled(documents: &PluginDocuments) -> Option<Toolset> {
    let bundle = Bundle::read(&Url::parse(&documents.spec_url).unwrap(), documents.spec_text.as_str()).ok()?;
    Toolset::compile(&Url::parse(&documents.manifest_url).unwrap(), &documents.manifest_text, &bundle).ok()
}

fn plugins() -> Vec<Plugin> {
    let stem = |name: &str| name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
    let read = |kind| -> BTreeMap<String, Value> {
        let parsed = texts(kind)
            .into_iter()
            .filter_map(|(name, text)| Some((stem(&name), Source::parse(&name, text.as_str()).ok()?.value)));
        parsed.collect()
    };
    let (manifests, mut specs) = (read("manifests"), read("specs"));
    let pairs = manifests.into_iter().filter_map(|(name, mut manifest)| {
        let spec = specs.remove(&name)?;
        manifest.get_mut("api")?.as_object_mut()?.insert("url".to_owned(), format!("{ORIGIN}/openapi.json").into());
        Some(Plugin { name, manifest, spec })
    });
    pairs.filter(|plugin| compiled(&plugin.documents()).is_some()).take(PLUGINS).collect()
}

/// The keys of every place in a document but the whole.
fn places(value: &Value, at: &[String], found: &mut Vec<Vec<String>>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, member)| (key.clone(), member)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    for (key, child) in children {
        let here = [at, &[key]].concat();
        places(child, &here, found);
        found.push(here);
    }
}

fn pointer(keys: &[String]) -> String {
    keys.iter().flat_map(|key| ["/".to_owned(), key.replace('~', "~0").replace('/', "~1")]).collect()
}

fn without(document: &Value, keys: &[String]) -> Value {
    let mut changed = document.clone();
    let (last, outer) = keys.split_last().unwrap();
    match changed.pointer_mut(&pointer(outer)).unwrap() {
        Value::Object(members) => drop(members.remove(last)),
        Value::Array(items) => drop(items.remove(last.parse().unwrap())),
        _ => unreachable!("a place is within a list or an object"),
    }
    changed
}

/// Whether the operation that a place is in can be called; a place outside of all operations counts as one that is.
fn has_effect(toolset: &Toolset, keys: &[String]) -> bool {
    let [first, path, rest @ ..] = keys else { return true };
    let method = rest.first().map(|method| method.to_ascii_lowercase());
    let is_here = |operation: &&cordboard_spec::toolset::operation::Operation| {
        let pointer = format!("/paths/{}", path.replace('~', "~0").replace('/', "~1"));
        operation.pointer.strip_prefix(&pointer).is_some_and(|at| method.as_ref().is_none_or(|m| at == format!("/{m}")))
    };
    first != "paths" || toolset.operations.iter().any(|operation| is_here(&operation))
}

/// Whether a place is in a parameter of a path.
fn is_in_path(document: &Value, keys: &[String]) -> bool {
    let parameter = keys.get(..5).filter(|keys| keys[3] == "parameters");
    parameter.and_then(|keys| document.pointer(&pointer(keys))?.get("in")).is_some_and(|place| place == "path")
}

/// Checks every edit of one document; says what is wrong.
fn check(plugin: &Plugin, document: &str, counts: &[AtomicUsize; 2]) -> Vec<String> {
    let original = plugin.documents();
    let toolset = compiled(&original).unwrap();
    let value = if document == "manifest" { &plugin.manifest } else { &plugin.spec };
    let mut all = Vec::new();
    places(value, &[], &mut all);
    let step = all.len().div_ceil(MAX_PLACES).max(1);
    let mut problems = Vec::new();
    for keys in all.iter().step_by(step) {
        let old = value.pointer(&pointer(keys)).unwrap();
        let mut replaced = value.clone();
        *replaced.pointer_mut(&pointer(keys)).unwrap() = other_than(old);
        let edits = [(Replaced, replaced), (Removed, without(value, keys))];
        for (edit, changed) in edits {
            let changed = plugin.with(document, changed).documents();
            let at = format!("{} {document} {} {edit:?}", plugin.name, pointer(keys));
            if digest(&changed) == digest(&original) {
                problems.push(format!("{at}: the digest is the same"));
            }
            // What cannot be used is refused as a whole, and the version before stays.
            let Some(other) = compiled(&changed) else {
                counts[1].fetch_add(1, Ordering::Relaxed);
                continue;
            };
            let versions =
                [Version { toolset: &toolset, documents: &original }, Version { toolset: &other, documents: &changed }];
            let mut directions = vec![(edit, compare(versions[0], versions[1]))];
            if edit == Removed {
                directions.push((Added, compare(versions[1], versions[0])));
            }
            for (edit, changes) in directions {
                counts[0].fetch_add(1, Ordering::Relaxed);
                let is_subtree = edit == Replaced && (old.is_object() || old.is_array());
                let writes = !["get", "head"].contains(&keys.get(2).map_or("", String::as_str));
                let mut classes = expected(document, keys, edit, old, writes)
                    .unwrap_or_else(|| allowed(document, keys, edit).to_vec());
                if is_in_path(value, keys) {
                    // A placeholder is an argument without being declared, too: a required text.
                    classes.extend([Raised, Contract, Wording, Cosmetic]);
                }
                if !has_effect(&toolset, keys) {
                    classes.push(Cosmetic);
                }
                if changes.list.is_empty() || !is_subtree && !classes.contains(&changes.risk) {
                    problems.push(format!("{at} ({edit:?}): expected {classes:?}, got {changes:?}"));
                }
            }
        }
    }
    problems
}

#[test]
fn every_change_of_a_published_plugin_is_noticed_in_its_class() {
    let plugins = plugins();
    assert_eq!(plugins.len(), PLUGINS);
    let counts = [AtomicUsize::new(0), AtomicUsize::new(0)];
    let next = AtomicUsize::new(0);
    let work = || {
        let mut problems = Vec::new();
        while let Some(plugin) = plugins.get(next.fetch_add(1, Ordering::Relaxed)) {
            problems.extend(["manifest", "spec"].into_iter().flat_map(|document| check(plugin, document, &counts)));
        }
        problems
    };
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let problems: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|each| each.join().unwrap()).collect()
    });
    eprintln!(
        "changes: {} compared, {} refused as a whole",
        counts[0].load(Ordering::Relaxed),
        counts[1].load(Ordering::Relaxed)
    );
    for problem in problems.iter().take(40) {
        eprintln!("{problem}");
    }
    assert!(problems.is_empty(), "{} changes are not in their class", problems.len());
}
