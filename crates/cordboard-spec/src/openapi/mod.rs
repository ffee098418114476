//! From an API description to its operations. Every operation is ready, degraded or refused, with its place in the text;
//! none takes the others down.

mod body;
mod dialect;
pub(crate) mod host_header;
mod media;
mod name;
mod operation;
pub(crate) mod parameter;
mod part;
mod path;
mod response;
mod security;
mod server;
mod swagger_body;
mod text;
mod xml;

use cordboard_domain::call::Method;
use serde_json::{Map, Value, json};
use url::Url;

pub(crate) use dialect::{Dialect, describe};
pub(crate) use text::shown as text_of;

use self::name::Named;
use self::operation::{Refusal, Site};
use crate::document::bundle::{Bundle, Location};
use crate::document::finding::Finding;
use crate::document::pointer::Pointer;
use crate::document::reference::ReferenceError;
use crate::schema::{Allowance, Inliner, Limits, Use};
use crate::toolset::operation::{Operation, RefusedOperation};
use crate::toolset::security::SecuritySchemes;

/// How many schemas the arguments, and the responses, of one document may unfold into together.
const MAX_SCHEMAS: usize = 1_000_000;
/// The most operations of one document; the largest one known has 22,400.
const MAX_OPERATIONS: usize = 30_000;
/// How many bytes the operations of one document may take together, about; parts that they share count for each.
const MAX_BYTES: usize = 512 << 20;
const ARGUMENT_LIMITS: Limits = Limits { depth: 8, schemas: 5_000 };
const RESPONSE_LIMITS: Limits = Limits { depth: 6, schemas: 200 };

/// The method of what is refused together with its operations.
const ANY: &str = "*";

/// What a description comes to.
#[derive(Default)]
pub(crate) struct Compiled {
    pub(crate) operations: Vec<Operation>,
    pub(crate) refused: Vec<RefusedOperation>,
    /// How many listed operations are none, or too many.
    pub(crate) left_out: usize,
    pub(crate) findings: Vec<Finding>,
    pub(crate) security_schemes: SecuritySchemes,
}

pub(crate) struct Compiler<'bundle> {
    bundle: &'bundle Bundle,
    dialect: Dialect,
    /// The plugin's own address, below which calls are expected; a description without a manifest has none.
    root: Option<&'bundle Url>,
    /// Swagger 2.0 writes its server in three parts.
    servers: Option<Value>,
    schemes: SecuritySchemes,
    argument_allowance: &'bundle Allowance,
    response_allowance: &'bundle Allowance,
}

/// The first full address at which a description says that its API is served.
pub(crate) fn named_server(document: &Value) -> Option<Url> {
    let servers = match Dialect::of(document)? {
        Dialect::Swagger2 => server::of_swagger(document),
        Dialect::OpenApi3 => document.get("servers").cloned(),
    };
    server::first_named(&servers?)
}

/// Compiles the main document of a bundle.
pub(crate) fn compile(bundle: &Bundle, dialect: Dialect, root: Option<&Url>) -> Compiled {
    let (argument_allowance, response_allowance) = (Allowance::new(MAX_SCHEMAS), Allowance::new(MAX_SCHEMAS));
    let document = &bundle.main().value;
    let compiler = Compiler {
        bundle,
        dialect,
        root,
        servers: match dialect {
            Dialect::Swagger2 => server::of_swagger(document),
            Dialect::OpenApi3 => document.get("servers").cloned(),
        },
        schemes: security::schemes(bundle),
        argument_allowance: &argument_allowance,
        response_allowance: &response_allowance,
    };
    let mut gathered = Gathered { compiler: &compiler, entries: Vec::new(), left_out: 0, findings: Vec::new() };
    gathered.paths();
    let found = gathered.compiled();
    Compiled { security_schemes: compiler.schemes, ..found }
}

/// What a description lists, before it is compiled: names depend on all of it.
struct Gathered<'compiler, 'bundle> {
    compiler: &'compiler Compiler<'bundle>,
    entries: Vec<Listed<'bundle>>,
    left_out: usize,
    findings: Vec<Finding>,
}

/// One operation, or what stands where one should.
struct Listed<'bundle> {
    operation_id: String,
    method: String,
    path: &'bundle str,
    found: Result<Site<'bundle>, Refusal>,
}

impl<'bundle> Gathered<'_, 'bundle> {
    fn paths(&mut self) {
        let bundle = self.compiler.bundle;
        let at = Location::in_main(Pointer::root());
        let Some(Value::Object(paths)) = bundle.main().value.get("paths") else {
            let message = "there is no `paths` object, so there is nothing to call";
            self.findings.push(Finding::warning(bundle, &at, "missing-paths", message));
            return;
        };
        let mut is_full = false;
        for (path, item) in paths.iter().filter(|(path, _)| !path.starts_with("x-")) {
            let at = at.join("paths").join(path);
            if is_full {
                self.left_out += listed(item);
                continue;
            }
            if self.entries.len() >= MAX_OPERATIONS {
                let message =
                    format!("there are more than {MAX_OPERATIONS} operations; from here on they are left out");
                self.findings.push(Finding::error(bundle, &at, "too-many-operations", message));
                self.left_out += listed(item);
                is_full = true;
                continue;
            }
            if self.is_own_document(path) {
                let message = format!("`{path}` is one of the plugin's own files and no operation; it is left out");
                self.findings.push(Finding::warning(bundle, &at, "own-document", message));
                self.left_out += listed(item);
                continue;
            }
            match bundle.resolve(item, &at) {
                Ok(found) => self.path_item(path, found.value, &found.at),
                Err(error) => self.dead_path_item(path, item, &at, &error),
            }
        }
    }

    /// Operations may stand beside a reference that leads nowhere; without any, what it should lead to is refused.
    fn dead_path_item(&mut self, path: &'bundle str, item: &'bundle Value, at: &Location, error: &ReferenceError) {
        if listed(item) == 0 {
            return self.refuse(path, Refusal { at: at.clone(), code: error.code(), message: error.to_string() });
        }
        let finding = Finding::warning(self.compiler.bundle, at, error.code(), error.to_string());
        self.findings.push(finding);
        self.path_item(path, item, at);
    }

    /// Manifests, descriptions and logos are often listed as if they were operations.
    fn is_own_document(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/').to_ascii_lowercase();
        let is_plugin = self.compiler.root.is_some();
        let own = path == self.compiler.bundle.address().path().to_ascii_lowercase();
        let name = path.rsplit('/').next().unwrap_or_default();
        is_plugin && (own || path.contains("/.well-known/"))
            || !path.contains('{')
                && matches!(
                    name,
                    "ai-plugin.json" | "openapi.yaml" | "openapi.yml" | "openapi.json" | "logo.png" | "logo.jpg"
                )
    }

    fn path_item(&mut self, path: &'bundle str, item: &'bundle Value, at: &Location) {
        if !item.is_object() && !item.is_null() {
            let message = "an object with operations is expected here".to_owned();
            return self.refuse(path, Refusal { at: at.clone(), code: "not-an-operation", message });
        }
        for method in Method::ALL {
            let Some((key, value)) = operation_of(item, method) else { continue };
            let site = Site { method, path, item, item_at: at.clone(), value, at: at.join(key) };
            self.list(text::text(value, "operationId"), method.as_str(), path, Ok(site));
        }
        self.other_methods(path, item, at);
    }

    /// `additionalOperations` of OpenAPI 3.2 name methods that HTTP libraries and policies know nothing of.
    fn other_methods(&mut self, path: &'bundle str, item: &Value, at: &Location) {
        let listed = item.get("additionalOperations").and_then(Value::as_object).into_iter().flatten();
        for (method, value) in listed {
            let at = at.join("additionalOperations").join(method);
            let message = format!("`{path}` can be called with the method `{method}`, which is not supported");
            let refusal = Refusal { at, code: "unsupported-method", message };
            self.list(text::text(value, "operationId"), method, path, Err(refusal));
        }
    }

    /// Refuses what stands at a path whose operations are not known.
    fn refuse(&mut self, path: &'bundle str, refusal: Refusal) {
        self.list(String::new(), ANY, path, Err(refusal));
    }

    fn list(&mut self, operation_id: String, method: &str, path: &'bundle str, found: Result<Site<'bundle>, Refusal>) {
        self.entries.push(Listed { operation_id, method: method.to_owned(), path, found });
    }

    /// Compiles everything that is listed, as far as there is room.
    fn compiled(self) -> Compiled {
        let Self { compiler, entries, left_out, findings } = self;
        let names = name::settle(&entries.iter().map(Listed::named).collect::<Vec<_>>());
        let mut compiled = Compiled { left_out, findings, ..Compiled::default() };
        let mut room = MAX_BYTES;
        for (listed, name) in entries.into_iter().zip(names) {
            if room == 0 {
                compiled.left_out += 1;
                continue;
            }
            let path = listed.path;
            room = room.saturating_sub(compiled.add(compiler, listed, name));
            if room == 0 {
                compiled.findings.push(compiler.too_large(path));
            }
        }
        compiled
    }
}

impl Compiled {
    /// Compiles what is listed once; says about how many bytes it takes.
    fn add<'bundle>(&mut self, compiler: &Compiler<'bundle>, listed: Listed<'bundle>, name: String) -> usize {
        let Listed { method, path, found, .. } = listed;
        match found.and_then(|site| compiler.operation(&site, &name)) {
            Ok(operation) => {
                self.operations.push(operation);
                self.operations.last().map_or(0, Operation::bytes)
            }
            Err(Refusal { at, code, message }) => {
                let reason = Finding::error(compiler.bundle, &at, code, message);
                let bytes = reason.bytes();
                self.refused.push(RefusedOperation { name, method, path: path.to_owned(), reason });
                bytes
            }
        }
    }
}

impl Listed<'_> {
    fn named(&self) -> Named<'_> {
        Named { operation_id: &self.operation_id, method: &self.method, path: self.path }
    }
}

/// The operation of a path item for a method, with its key: some write it in capitals.
fn operation_of(item: &Value, method: Method) -> Option<(String, &Value)> {
    let keys = [method.as_str().to_ascii_lowercase(), method.as_str().to_owned()];
    keys.into_iter().find_map(|key| item.get(&key).map(|value| (key, value)))
}

/// How many operations a path item lists.
fn listed(item: &Value) -> usize {
    let others = item.get("additionalOperations").and_then(Value::as_object).map_or(0, Map::len);
    Method::ALL.into_iter().filter(|method| operation_of(item, *method).is_some()).count() + others
}

impl<'bundle> Compiler<'bundle> {
    /// Tells of the path at which a description turns out to unfold beyond all measure.
    fn too_large(&self, path: &str) -> Finding {
        let at = Location::in_main(Pointer::root()).join("paths").join(path);
        let megabytes = MAX_BYTES >> 20;
        let message =
            format!("the operations unfold into more than {megabytes} MB; those after this path are left out");
        Finding::error(self.bundle, &at, "too-many-operations", message)
    }

    /// A schema of something that is sent.
    fn argument_schema(&self, schema: &'bundle Value, at: &Location, notes: &mut Notes<'bundle>) -> Value {
        let mut inliner = Inliner::new(self.bundle, ARGUMENT_LIMITS, Use::Request, self.argument_allowance);
        let result = inliner.inline(schema, at);
        for fault in inliner.faults {
            notes.warn(&fault.at, fault.code, fault.message);
        }
        result
    }

    /// A schema of something that comes back; what is wrong with it does not matter for calls.
    fn response_schema(&self, schema: &'bundle Value, at: &Location) -> Value {
        Inliner::new(self.bundle, RESPONSE_LIMITS, Use::Response, self.response_allowance).inline(schema, at)
    }

    /// What stands for a schema that is not given.
    fn no_schema() -> Value {
        json!({})
    }
}

/// The most findings that are kept of one operation.
const MAX_NOTES: usize = 200;

/// What restricts an operation.
struct Notes<'bundle> {
    bundle: &'bundle Bundle,
    findings: Vec<Finding>,
}

impl Notes<'_> {
    fn warn(&mut self, at: &Location, code: &'static str, message: impl Into<String>) {
        if self.findings.len() >= MAX_NOTES {
            return;
        }
        let finding = Finding::warning(self.bundle, at, code, message);
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}
