//! One operation.

use cordboard_domain::call::Method;
use cordboard_domain::deceptive_text::visible;
use cordboard_domain::example_requests::MAX_EXAMPLES;
use cordboard_domain::origin::is_private;
use serde_json::Value;
use url::Url;

use super::parameter::Parameters;
use super::path::{PathTemplate, QueryPlaceholder};
use super::server::Server;
use super::text::{is_true, shown, shown_texts, text};
use super::{Compiler, Notes, security, server};
use crate::document::bundle::Location;
use crate::document::finding::Finding;
use crate::document::pointer::Pointer;
use crate::render::cut;
use crate::toolset::argument::{Argument, Place, Serialization, Style};
use crate::toolset::argument_name::{has_foreign_letters, settle_names};
use crate::toolset::lazy::Lazy;
use crate::toolset::operation::{Operation, made_examples, parameters_schema};
use crate::toolset::security::{Alternative, SecurityScheme};

/// How much of a description is kept, in characters; models see less of it.
pub(super) const MAX_DESCRIPTION: usize = 2_000;

/// What an operation looks like before its parts are read.
pub(super) struct Site<'bundle> {
    pub(super) method: Method,
    pub(super) path: &'bundle str,
    pub(super) item: &'bundle Value,
    pub(super) item_at: Location,
    pub(super) value: &'bundle Value,
    pub(super) at: Location,
}

/// Why an operation cannot be used.
pub(super) struct Refusal {
    pub(super) at: Location,
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// An argument with its schema.
pub(super) type Described = (Argument, Value);

impl<'bundle> Compiler<'bundle> {
    pub(super) fn operation(&self, site: &Site<'bundle>, name: &str) -> Result<Operation, Refusal> {
        if !site.value.is_object() {
            let message = "an object is expected here".to_owned();
            return Err(Refusal { at: site.at.clone(), code: "not-an-operation", message });
        }
        let mut notes = Notes { bundle: self.bundle, findings: Vec::new() };
        let server = self.server(site, &mut notes)?;
        let template = PathTemplate::parse(site.path);
        if let Some(message) = template.fault() {
            return Err(Refusal { at: site.item_at.clone(), code: "broken-path", message });
        }
        let alternatives = security::alternatives(&self.bundle.main().value, site.value);
        let Parameters { mut described, personal } = self.parameters(site, &template, &alternatives, &mut notes);
        fill_placeholders(site, &template, &mut described, &mut notes)?;
        let body = self.body(site, &mut described, &mut notes);
        let (mut arguments, mut schemas): (Vec<Argument>, Vec<Value>) = described.into_iter().unzip();
        template.move_to_query(&mut arguments);
        arguments.iter().zip(&mut schemas).for_each(|(argument, schema)| tell_name(argument, schema));
        settle_names(&mut arguments);
        let security = self.security(site, alternatives, &mut notes);
        let summary = shown(site.value, "summary");
        let description = shown(site.value, "description");
        let description = if description.is_empty() { &summary } else { cut(&description, MAX_DESCRIPTION) }.to_owned();
        let mut operation = Operation {
            name: name.to_owned(),
            operation_id: text(site.value, "operationId"),
            method: site.method,
            path: template.path,
            server: server.base,
            description,
            summary,
            tags: shown_texts(site.value, "tags"),
            deprecated: is_true(site.value, "deprecated"),
            consequential: site.value.get("x-openai-isConsequential").and_then(Value::as_bool),
            examples: shown_texts(site.value, "x-cordboard-examples").into_iter().take(MAX_EXAMPLES).collect(),
            made_examples: Vec::new(),
            parameters: parameters_schema(&arguments, schemas),
            arguments,
            personal,
            body,
            fixed_query: joined(server.query, template.fixed_query),
            security,
            is_open: security::is_open(site.value),
            credentials: Vec::new(),
            responses: self.responses(site),
            document: self.bundle.source(&site.at).name.clone(),
            pointer: site.at.pointer.as_str().to_owned(),
            position: None,
            restrictions: notes.findings,
            validator: Lazy::default(),
        };
        operation.restrictions.extend(self.method_override(site, &operation));
        operation.made_examples = made_examples(&operation);
        Ok(operation)
    }

    /// Says that an operation with a safe method counts as a write.
    fn method_override(&self, site: &Site<'_>, operation: &Operation) -> Option<Finding> {
        let message = "an argument or the query may override the method, so every call counts as a write";
        let overrides = operation.method.is_safe() && operation.may_override_method();
        overrides.then(|| Finding::warning(self.bundle, &site.at, "method-override", message))
    }

    fn server(&self, site: &Site<'_>, notes: &mut Notes<'_>) -> Result<Server, Refusal> {
        let levels = [
            (site.value.get("servers"), site.at.join("servers")),
            (site.item.get("servers"), site.item_at.join("servers")),
            (self.servers.as_ref(), Location::in_main(Pointer::root()).join("servers")),
        ];
        let is_listed =
            |servers: Option<&Value>| servers.and_then(Value::as_array).is_some_and(|list| !list.is_empty());
        let present = levels.into_iter().find(|(servers, _)| is_listed(*servers));
        let (servers, at) = present.unwrap_or((None, Location::in_main(Pointer::root())));
        let address = self.bundle.address();
        let root = self.root.unwrap_or(address);
        let fallback = || {
            let base = server::of_document(address)?;
            Some(Server { base, query: None, elsewhere: false, completed: None })
        };
        let chosen = match server::choose(servers, address, root) {
            Ok(chosen) => chosen,
            Err(error) => {
                let Some(own) = fallback() else {
                    return Err(Refusal { at, code: "invalid-server", message: error.to_string() });
                };
                let message = format!("{error}; calls go to {}, which served the description", own.base);
                notes.warn(&at, "invalid-server", message);
                return Ok(own);
            }
        };
        if let Some(written) = &chosen.completed {
            let message = format!("the server `{written}` has no scheme; calls go to {}", chosen.base);
            notes.warn(&at, "server-without-scheme", message);
        }
        if let Some(query) = &chosen.query {
            notes.warn(&at, "server-query", format!("the server has the query `{query}`, which goes with every call"));
        }
        if !chosen.elsewhere {
            return Ok(chosen);
        }
        let outside = format!("{} is not below the plugin's own address", chosen.base);
        if Url::parse(&chosen.base).is_ok_and(|base| is_private(&base) && !self.bundle.may_call_private(&base)) {
            let Some(own) = fallback() else {
                return Err(Refusal { at, code: "private-server", message: outside });
            };
            let message = format!("{outside} and in a private network; calls go to {}", own.base);
            notes.warn(&at, "private-server", message);
            return Ok(own);
        }
        if self.root.is_some() {
            notes.warn(&at, "server-elsewhere", format!("calls go elsewhere: {outside}"));
        }
        Ok(chosen)
    }

    /// The alternatives that can be satisfied, or all where none can.
    fn security(&self, site: &Site<'_>, alternatives: Vec<Alternative>, notes: &mut Notes<'_>) -> Vec<Alternative> {
        let problem = |alternative: &Alternative| {
            alternative.iter().find_map(|requirement| match self.schemes.get(&requirement.scheme) {
                None => Some(format!("the security scheme `{}` is not declared", requirement.scheme)),
                Some(SecurityScheme::Unsupported { kind }) => {
                    Some(format!("the security scheme `{}` ({kind}) is not supported", requirement.scheme))
                }
                Some(_) => None,
            })
        };
        let (usable, unusable): (Vec<_>, Vec<_>) =
            alternatives.into_iter().partition(|alternative| problem(alternative).is_none());
        if usable.is_empty()
            && let Some(message) = unusable.iter().find_map(problem)
        {
            notes.warn(&site.at, "unsupported-security", format!("{message}; the API may refuse calls"));
            return unusable;
        }
        usable
    }
}

/// Two queries as one.
fn joined(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => Some(format!("{one}&{other}")),
        (one, other) => one.or(other),
    }
}

/// A name in letters that are replaced means something to models, so the description begins with it.
fn tell_name(argument: &Argument, schema: &mut Value) {
    let Value::Object(members) = schema else { return };
    if has_foreign_letters(&argument.name) {
        let told = members.get("description").and_then(Value::as_str).unwrap_or_default();
        let name = visible(&argument.name);
        let told = if told.is_empty() { format!("`{name}`") } else { format!("`{name}`: {told}") };
        members.insert("description".to_owned(), told.into());
    }
}

/// Every `{name}` of the path needs an argument; one that is not declared is a text. They come first, so that theirs
/// are the plain names.
fn fill_placeholders(
    site: &Site<'_>,
    template: &PathTemplate,
    described: &mut Vec<Described>,
    notes: &mut Notes<'_>,
) -> Result<(), Refusal> {
    let Some(names) = template.placeholders() else {
        let message = format!("the path `{}` has a brace that is not closed", template.path);
        return Err(Refusal { at: site.item_at.clone(), code: "broken-path", message });
    };
    for wanted in names {
        let is_declared =
            |(argument, _): &Described| matches!(&argument.place, Place::Path { name, .. } if name == wanted);
        if described.iter().any(is_declared) {
            continue;
        }
        let message = format!("the path has `{{{wanted}}}`, which is not declared; it is taken for a text");
        notes.warn(&site.at, "undeclared-path-parameter", message);
        let serialization = Serialization::style(Style::Simple, false);
        let place = Place::Path { name: wanted.to_owned(), serialization };
        let argument = Argument { name: wanted.to_owned(), place, required: true };
        described.insert(0, (argument, serde_json::json!({"type": "string"})));
    }
    for QueryPlaceholder { key, name: wanted, required } in &template.query_placeholders {
        let is_declared = |(argument, _): &Described| match &argument.place {
            Place::Path { name, .. } => name == wanted,
            Place::Query { name, .. } => name == key || name == wanted,
            _ => false,
        };
        if !described.iter().any(is_declared) {
            let message =
                format!("the path asks for `{key}={{{wanted}}}`, which is not declared; it is taken for a text");
            notes.warn(&site.at, "undeclared-path-parameter", message);
            let place = Place::Query { name: key.clone(), serialization: Serialization::style(Style::Form, true) };
            let argument = Argument { name: key.clone(), place, required: *required };
            described.push((argument, serde_json::json!({"type": "string"})));
        }
    }
    described.sort_by_key(|(argument, _)| !matches!(argument.place, Place::Path { .. }));
    Ok(())
}
