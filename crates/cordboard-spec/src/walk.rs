//! Walks an OpenAPI 3 document and gathers its operations.

use std::cell::Cell;
use std::collections::HashSet;

use cordboard_domain::call::Method;
use serde_json::{Map, Value};
use url::Url;

use crate::argument::{Argument, Place, Style, make_names_unique};
use crate::finding::{Finding, Severity};
use crate::manifest::identifier;
use crate::operation::{Operation, RefusedOperation};
use crate::pointer::Pointer;
use crate::reference::{ReferenceError, resolve};
use crate::schema;
use crate::server;
use crate::source::Source;

/// Operation names leave room for the plugin's name within the 64 characters that model servers allow.
const MAX_NAME: usize = 40;

/// How many schemas the arguments of one document may unfold into together.
const MAX_SCHEMAS: usize = 300_000;

/// Headers that belong to the host; a spec that declares them does not get to fill them.
const HOST_HEADERS: [&str; 14] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "host",
    "content-length",
    "content-type",
    "accept",
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

pub(crate) struct Walker<'source> {
    source: &'source Source,
    spec_url: &'source Url,
    root: &'source Url,
    names: HashSet<String>,
    /// How many schemas the document may still unfold into.
    budget: Cell<usize>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) refused: Vec<RefusedOperation>,
    pub(crate) findings: Vec<Finding>,
}

/// What an operation looks like before its parts are read.
struct Site<'document> {
    name: String,
    method: Method,
    path: String,
    item: &'document Value,
    item_pointer: Pointer,
    value: &'document Value,
    pointer: Pointer,
}

/// Why an operation cannot be used.
struct Refusal {
    pointer: Pointer,
    code: &'static str,
    message: String,
}

impl Refusal {
    fn new(pointer: Pointer, code: &'static str, message: impl Into<String>) -> Self {
        Self { pointer, code, message: message.into() }
    }

    fn reference(pointer: Pointer, error: &ReferenceError) -> Self {
        Self::new(pointer, "unresolvable-reference", error.to_string())
    }
}

impl<'source> Walker<'source> {
    pub(crate) fn walk(source: &'source Source, spec_url: &'source Url, root: &'source Url) -> Self {
        let mut walker = Self {
            source,
            spec_url,
            root,
            names: HashSet::new(),
            budget: Cell::new(MAX_SCHEMAS),
            operations: Vec::new(),
            refused: Vec::new(),
            findings: Vec::new(),
        };
        walker.paths();
        walker
    }

    fn paths(&mut self) {
        let at = Pointer::root().join("paths");
        let Some(Value::Object(paths)) = self.source.value.get("paths") else {
            let message = "there is no `paths` object, so there is nothing to call";
            self.warn(&Pointer::root(), "missing-paths", message);
            return;
        };
        for (path, item) in paths {
            if path.starts_with("x-") {
                continue;
            }
            let pointer = at.join(path);
            match resolve(&self.source.value, item, &pointer) {
                Ok(found) => self.path_item(path, found.value, &found.pointer),
                Err(error) => self.warn(&pointer, "unresolvable-reference", error.to_string()),
            }
        }
    }

    fn path_item(&mut self, path: &str, item: &'source Value, pointer: &Pointer) {
        for method in Method::ALL {
            let key = method.as_str().to_ascii_lowercase();
            let Some(value) = item.get(&key) else { continue };
            let at = pointer.join(&key);
            let name = self.name(value, method, path);
            let site =
                Site { name, method, path: path.to_owned(), item, item_pointer: pointer.clone(), value, pointer: at };
            match self.operation(&site) {
                Ok(operation) => self.operations.push(operation),
                Err(refusal) => {
                    let reason =
                        Finding::at(self.source, &refusal.pointer, Severity::Error, refusal.code, refusal.message);
                    self.refused.push(RefusedOperation { name: site.name, method, path: site.path, reason });
                }
            }
        }
    }

    /// A unique identifier from the `operationId`, or from method and path.
    fn name(&mut self, operation: &Value, method: Method, path: &str) -> String {
        let declared = operation.get("operationId").and_then(Value::as_str).map(str::trim);
        let base = match declared.filter(|id| !id.is_empty()) {
            Some(id) => identifier(id),
            None => identifier(&format!("{}_{}", method.as_str().to_ascii_lowercase(), path.trim_matches('/'))),
        };
        let base: String = base.chars().take(MAX_NAME).collect();
        let mut name = base.clone();
        let mut number = 2;
        while !self.names.insert(name.clone()) {
            name = format!("{base}_{number}");
            number += 1;
        }
        name
    }

    fn operation(&mut self, site: &Site<'source>) -> Result<Operation, Refusal> {
        if !site.value.is_object() {
            return Err(Refusal::new(site.pointer.clone(), "not-an-operation", "an object is expected here"));
        }
        let mut restrictions = Vec::new();
        let server = self.server(site, &mut restrictions)?;
        let mut arguments = self.parameters(site, &mut restrictions)?;
        let body_required = self.body(site, &mut arguments, &mut restrictions)?;
        make_names_unique(&mut arguments);
        let (path, fixed_query) = split_path(&site.path);
        check_placeholders(&path, &arguments, site)?;
        let summary = text(site.value, "summary");
        let description = text(site.value, "description");
        Ok(Operation {
            name: site.name.clone(),
            method: site.method,
            path,
            server,
            description: if description.is_empty() { summary.clone() } else { description },
            summary,
            consequential: site.value.get("x-openai-isConsequential").and_then(Value::as_bool),
            examples: examples(site.value),
            parameters: Operation::parameters_schema(&arguments),
            arguments,
            body_required,
            fixed_query,
            restrictions,
        })
    }

    fn server(&self, site: &Site<'_>, restrictions: &mut Vec<Finding>) -> Result<String, Refusal> {
        let levels = [
            (site.value.get("servers"), site.pointer.join("servers")),
            (site.item.get("servers"), site.item_pointer.join("servers")),
            (self.source.value.get("servers"), Pointer::root().join("servers")),
        ];
        let present = levels
            .into_iter()
            .find(|(servers, _)| servers.and_then(Value::as_array).is_some_and(|list| !list.is_empty()));
        let (servers, pointer) = present.unwrap_or((None, Pointer::root()));
        let chosen = server::choose(servers, self.spec_url, self.root)
            .map_err(|error| Refusal::new(pointer.clone(), "invalid-server", error.to_string()))?;
        if chosen.elsewhere {
            let message = format!("calls go to {}, which is not below the plugin's own address", chosen.base);
            if server::is_private(&chosen.base) {
                return Err(Refusal::new(pointer, "private-server", message));
            }
            restrictions.push(Finding::at(self.source, &pointer, Severity::Warning, "server-elsewhere", message));
        }
        Ok(chosen.base)
    }

    fn parameters(&self, site: &Site<'_>, restrictions: &mut Vec<Finding>) -> Result<Vec<Argument>, Refusal> {
        let mut seen = HashSet::new();
        let mut arguments = Vec::new();
        let levels = [(site.value, &site.pointer), (site.item, &site.item_pointer)];
        for (holder, pointer) in levels {
            let at = pointer.join("parameters");
            let listed = holder.get("parameters").and_then(Value::as_array).into_iter().flatten();
            for (index, parameter) in listed.enumerate() {
                let pointer = at.join(index);
                let found = resolve(&self.source.value, parameter, &pointer)
                    .map_err(|error| Refusal::reference(pointer, &error))?;
                let key = (text(found.value, "name"), text(found.value, "in"));
                if seen.insert(key)
                    && let Some(argument) = self.parameter(found.value, &found.pointer, restrictions)?
                {
                    arguments.push(argument);
                }
            }
        }
        Ok(arguments)
    }

    /// An argument, or nothing where the host itself fills the parameter.
    fn parameter(
        &self,
        parameter: &Value,
        pointer: &Pointer,
        restrictions: &mut Vec<Finding>,
    ) -> Result<Option<Argument>, Refusal> {
        let name = text(parameter, "name");
        let location = text(parameter, "in");
        let required = parameter.get("required") == Some(&Value::Bool(true)) || location == "path";
        let Some(place) = place(parameter, &name, &location) else {
            let message = format!("the parameter `{name}` has no usable `in` and `style`");
            if required {
                return Err(Refusal::new(pointer.clone(), "unusable-parameter", message));
            }
            restrictions.push(Finding::at(
                self.source,
                pointer,
                Severity::Warning,
                "unusable-parameter",
                format!("{message}; it is left out"),
            ));
            return Ok(None);
        };
        if belongs_to_host(&place) {
            return Ok(None);
        }
        let schema = self.parameter_schema(parameter, pointer)?;
        Ok(Some(Argument { name, place, required, schema }))
    }

    fn parameter_schema(&self, parameter: &Value, pointer: &Pointer) -> Result<Value, Refusal> {
        let empty = Value::Object(Map::new());
        let content = parameter.get("content").and_then(Value::as_object).and_then(|content| content.values().next());
        let declared = content.unwrap_or(parameter).get("schema").unwrap_or(&empty);
        let at = pointer.join("schema");
        let mut inlined = schema::inline(&self.source.value, declared, &at, &self.budget)
            .map_err(|error| Refusal::reference(at, &error))?;
        if let Value::Object(members) = &mut inlined {
            let description = text(parameter, "description");
            if !description.is_empty() {
                members.insert("description".to_owned(), description.into());
            }
            if let Some(example @ (Value::String(_) | Value::Number(_))) = parameter.get("example") {
                members.insert("examples".to_owned(), Value::Array(vec![example.clone()]));
            }
        }
        Ok(inlined)
    }

    /// Adds the body's properties to the arguments; says whether a body is always sent.
    fn body(
        &self,
        site: &Site<'_>,
        arguments: &mut Vec<Argument>,
        restrictions: &mut Vec<Finding>,
    ) -> Result<bool, Refusal> {
        let Some(body) = site.value.get("requestBody") else { return Ok(false) };
        let pointer = site.pointer.join("requestBody");
        let body = resolve(&self.source.value, body, &pointer).map_err(|error| Refusal::reference(pointer, &error))?;
        let required = body.value.get("required") == Some(&Value::Bool(true));
        let content_at = body.pointer.join("content");
        let content = body.value.get("content").and_then(Value::as_object);
        let Some((media_type, media)) = content.and_then(json_content) else {
            let message = "the request body has no JSON form";
            if required {
                return Err(Refusal::new(content_at, "no-json-body", message));
            }
            let message = format!("{message}; it is left out");
            restrictions.push(Finding::at(self.source, &content_at, Severity::Warning, "no-json-body", message));
            return Ok(false);
        };
        let at = content_at.join(media_type).join("schema");
        let empty = Value::Object(Map::new());
        let declared = media.get("schema").unwrap_or(&empty);
        let schema = schema::inline(&self.source.value, declared, &at, &self.budget)
            .map_err(|error| Refusal::reference(at, &error))?;
        add_body_arguments(&schema, required, arguments);
        Ok(required)
    }

    fn warn(&mut self, at: &Pointer, code: &'static str, message: impl Into<String>) {
        self.findings.push(Finding::at(self.source, at, Severity::Warning, code, message));
    }
}

/// An object's properties become arguments of their own; anything else is one argument `body`.
fn add_body_arguments(schema: &Value, required: bool, arguments: &mut Vec<Argument>) {
    let open = schema.get("additionalProperties").is_some_and(|extra| extra != &Value::Bool(false));
    let properties = schema.get("properties").and_then(Value::as_object).filter(|_| !open);
    let Some(properties) = properties else {
        arguments.push(Argument { name: "body".to_owned(), place: Place::Body, required, schema: schema.clone() });
        return;
    };
    let needed = |name: &str| {
        schema.get("required").and_then(Value::as_array).is_some_and(|names| names.iter().any(|each| each == name))
    };
    for (name, property) in properties {
        arguments.push(Argument {
            name: name.clone(),
            place: Place::BodyProperty { name: name.clone() },
            required: needed(name),
            schema: property.clone(),
        });
    }
}

fn json_content(content: &Map<String, Value>) -> Option<(&String, &Value)> {
    let is_json = |media_type: &str| {
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        essence == "application/json" || essence == "text/json" || essence == "*/*" || essence.ends_with("+json")
    };
    content.iter().find(|(media_type, _)| is_json(media_type))
}

fn place(parameter: &Value, name: &str, location: &str) -> Option<Place> {
    if name.is_empty() {
        return None;
    }
    let name = name.to_owned();
    if location == "query" && parameter.get("content").is_some() {
        return Some(Place::QueryJson { name });
    }
    let declared = parameter.get("style").and_then(Value::as_str);
    let default = if matches!(location, "path" | "header") { Style::Simple } else { Style::Form };
    let style = declared.map_or(Some(default), Style::parse)?;
    let explode = parameter.get("explode").and_then(Value::as_bool).unwrap_or(style == Style::Form);
    let allow_reserved = parameter.get("allowReserved") == Some(&Value::Bool(true));
    match (location, style) {
        ("path", Style::Simple | Style::Label | Style::Matrix) => Some(Place::Path { name, style, explode }),
        ("query", Style::Form | Style::SpaceDelimited | Style::PipeDelimited | Style::DeepObject) => {
            Some(Place::Query { name, style, explode, allow_reserved })
        }
        ("header", Style::Simple) => Some(Place::Header { name, explode }),
        ("cookie", Style::Form) => Some(Place::Cookie { name, explode }),
        _ => None,
    }
}

fn belongs_to_host(place: &Place) -> bool {
    let Place::Header { name, .. } = place else { return false };
    let name = name.to_ascii_lowercase();
    HOST_HEADERS.contains(&name.as_str()) || name.starts_with("openai-")
}

/// The wild leaves out leading slashes and writes queries into paths.
fn split_path(path: &str) -> (String, Option<String>) {
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    match path.split_once('?') {
        Some((path, query)) if !query.contains('{') => (path.to_owned(), Some(query.to_owned())),
        Some((path, _)) => (path.to_owned(), None),
        None => (path, None),
    }
}

/// Every `{name}` in the path needs a path parameter.
fn check_placeholders(path: &str, arguments: &[Argument], site: &Site<'_>) -> Result<(), Refusal> {
    for part in path.split('{').skip(1) {
        let Some((wanted, _)) = part.split_once('}') else {
            let message = format!("the path `{path}` has a brace that is not closed");
            return Err(Refusal::new(site.item_pointer.clone(), "broken-path", message));
        };
        let declared =
            arguments.iter().any(|argument| matches!(&argument.place, Place::Path { name, .. } if name == wanted));
        if !declared {
            let message = format!("the path has `{{{wanted}}}`, but no path parameter of that name is declared");
            return Err(Refusal::new(site.pointer.clone(), "undeclared-path-parameter", message));
        }
    }
    Ok(())
}

fn text(value: &Value, key: &str) -> String {
    let text = value.get(key).and_then(Value::as_str).unwrap_or_default().trim();
    text.chars().filter(|each| !each.is_control() || *each == '\n').collect()
}

fn examples(operation: &Value) -> Vec<String> {
    let listed = operation.get("x-cordboard-examples").and_then(Value::as_array).into_iter().flatten();
    listed.filter_map(Value::as_str).map(str::to_owned).take(8).collect()
}
