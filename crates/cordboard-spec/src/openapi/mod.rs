//! From an API description to its operations. Every operation is ready, degraded or refused, with its place in the text;
//! none takes the others down.

mod body;
mod dialect;
mod media;
mod name;
mod operation;
mod parameter;
mod part;
mod path;
mod response;
mod security;
mod server;
mod swagger_body;
mod text;

use cordboard_domain::call::Method;
use serde_json::{Value, json};
use url::Url;

pub(crate) use dialect::{Dialect, describe};
pub(crate) use text::text as text_of;

use self::name::Names;
use self::operation::{Refusal, Site};
use crate::document::bundle::{Bundle, Location};
use crate::document::finding::Finding;
use crate::document::pointer::Pointer;
use crate::schema::{Allowance, Inliner, Limits, Use};
use crate::toolset::operation::{Operation, RefusedOperation};
use crate::toolset::security::SecuritySchemes;

/// How many schemas the arguments, and the responses, of one document may unfold into together.
const MAX_SCHEMAS: usize = 300_000;
/// The most operations of one document; the largest one known has 22,400.
const MAX_OPERATIONS: usize = 30_000;
const ARGUMENT_LIMITS: Limits = Limits { depth: 8, schemas: 5_000 };
const RESPONSE_LIMITS: Limits = Limits { depth: 4, schemas: 60 };

/// What a description comes to.
#[derive(Default)]
pub(crate) struct Compiled {
    pub(crate) operations: Vec<Operation>,
    pub(crate) refused: Vec<RefusedOperation>,
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
    let mut gathered = Gathered { compiler: &compiler, names: Names::default(), compiled: Compiled::default() };
    gathered.paths();
    let Gathered { compiled: found, .. } = gathered;
    Compiled { security_schemes: compiler.schemes, ..found }
}

struct Gathered<'compiler, 'bundle> {
    compiler: &'compiler Compiler<'bundle>,
    names: Names,
    compiled: Compiled,
}

impl<'bundle> Gathered<'_, 'bundle> {
    fn paths(&mut self) {
        let bundle = self.compiler.bundle;
        let at = Location::in_main(Pointer::root());
        let Some(Value::Object(paths)) = bundle.main().value.get("paths") else {
            let message = "there is no `paths` object, so there is nothing to call";
            self.compiled.findings.push(Finding::warning(bundle, &at, "missing-paths", message));
            return;
        };
        for (path, item) in paths.iter().filter(|(path, _)| !path.starts_with("x-")) {
            let at = at.join("paths").join(path);
            if self.compiled.operations.len() + self.compiled.refused.len() >= MAX_OPERATIONS {
                let message =
                    format!("there are more than {MAX_OPERATIONS} operations; from here on they are left out");
                self.compiled.findings.push(Finding::error(bundle, &at, "too-many-operations", message));
                return;
            }
            if self.is_own_document(path) {
                let message = format!("`{path}` is one of the plugin's own files and no operation; it is left out");
                self.compiled.findings.push(Finding::warning(bundle, &at, "own-document", message));
                continue;
            }
            match bundle.resolve(item, &at) {
                Ok(found) => self.path_item(path, found.value, &found.at),
                Err(error) => {
                    let finding = Finding::warning(bundle, &at, error.code(), error.to_string());
                    self.compiled.findings.push(finding);
                }
            }
        }
    }

    /// Manifests, descriptions and logos are often listed as if they were operations.
    fn is_own_document(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/').to_ascii_lowercase();
        let is_plugin = self.compiler.root.is_some();
        let own = path == self.compiler.bundle.address().path().to_ascii_lowercase();
        let name = path.rsplit('/').next().unwrap_or_default();
        is_plugin && (own || path.contains("/.well-known/"))
            || matches!(
                name,
                "ai-plugin.json" | "openapi.yaml" | "openapi.yml" | "openapi.json" | "logo.png" | "logo.jpg"
            )
    }

    fn path_item(&mut self, path: &str, item: &'bundle Value, at: &Location) {
        let bundle = self.compiler.bundle;
        for method in Method::ALL {
            let lower = method.as_str().to_ascii_lowercase();
            let found = [lower.as_str(), method.as_str()].into_iter().find_map(|key| Some((key, item.get(key)?)));
            let Some((key, value)) = found else { continue };
            let operation_id = text::text(value, "operationId");
            let name = self.names.settle(&operation_id, method, path);
            let site = Site { name, method, path, item, item_at: at.clone(), value, at: at.join(key) };
            match self.compiler.operation(&site) {
                Ok(operation) => self.compiled.operations.push(operation),
                Err(Refusal { at, code, message }) => {
                    let reason = Finding::error(bundle, &at, code, message);
                    let refused = RefusedOperation { name: site.name, method, path: path.to_owned(), reason };
                    self.compiled.refused.push(refused);
                }
            }
        }
        self.other_methods(path, item, at);
    }

    /// `additionalOperations` of OpenAPI 3.2 name methods that HTTP libraries and policies know nothing of.
    fn other_methods(&mut self, path: &str, item: &Value, at: &Location) {
        let listed = item.get("additionalOperations").and_then(Value::as_object).into_iter().flatten();
        for (method, _) in listed {
            let at = at.join("additionalOperations").join(method);
            let message = format!("`{path}` can be called with the method `{method}`, which is not supported");
            self.compiled.findings.push(Finding::error(self.compiler.bundle, &at, "unsupported-method", message));
        }
    }
}

impl<'bundle> Compiler<'bundle> {
    /// A schema of something that is sent.
    fn argument_schema(&self, schema: &'bundle Value, at: &Location, notes: &mut Notes<'bundle>) -> Value {
        let mut inliner = Inliner::new(self.bundle, ARGUMENT_LIMITS, Use::Request, self.argument_allowance);
        let result = inliner.inline(schema, at);
        for (at, error) in inliner.dead_ends {
            notes.warn(&at, error.code(), format!("{error}; any value is allowed there"));
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

/// What restricts an operation.
struct Notes<'bundle> {
    bundle: &'bundle Bundle,
    findings: Vec<Finding>,
}

impl Notes<'_> {
    fn warn(&mut self, at: &Location, code: &'static str, message: impl Into<String>) {
        let finding = Finding::warning(self.bundle, at, code, message);
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}
