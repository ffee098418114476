//! One description: what it compiles to, and whether that is what model servers accept.

use std::collections::HashSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;

use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::render::function;
use cordboard_spec::toolset::{CompileError, Toolset};
use url::Url;

/// What came of one description.
pub(crate) struct Outcome {
    pub(crate) name: String,
    pub(crate) seconds: f64,
    pub(crate) verdict: Verdict,
}

pub(crate) enum Verdict {
    Tools(Tools),
    /// A reason in kebab case, and the whole message.
    NoTools {
        reason: &'static str,
        message: String,
    },
    Panicked,
}

/// What a description gives, in numbers.
pub(crate) struct Tools {
    /// Ready, degraded, refused.
    pub(crate) counts: [usize; 3],
    /// The codes that restrict each degraded operation, and the code of each refused one.
    pub(crate) restrictions: Vec<&'static str>,
    pub(crate) refusals: Vec<&'static str>,
    /// Operations with an invalid schema, and tools whose name is not allowed or taken.
    pub(crate) invalid_schemas: Vec<String>,
    pub(crate) invalid_names: Vec<String>,
}

impl Outcome {
    pub(crate) fn of(folder: &Path, path: &Path) -> Self {
        let name = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let text = fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let start = Instant::now();
        let compiled = catch_unwind(AssertUnwindSafe(|| compile(&name, text.unwrap_or_default())));
        let seconds = start.elapsed().as_secs_f64();
        let verdict = match compiled {
            Ok(Ok(toolset)) => Verdict::Tools(Tools::of(&toolset)),
            Ok(Err(error)) => Verdict::NoTools { reason: reason(&error), message: error.to_string() },
            Err(_) => Verdict::Panicked,
        };
        Self { name, seconds, verdict }
    }
}

fn compile(name: &str, text: String) -> Result<Toolset, CompileError> {
    let mut address = Url::parse("https://directory.example/").expect("it is an address");
    address.set_path(name);
    Toolset::compile_bare(&Bundle::read(&address, text)?)
}

fn reason(error: &CompileError) -> &'static str {
    match error {
        CompileError::Source(_) => "unreadable",
        CompileError::Manifest(_) => "manifest",
        CompileError::NotOpenApi(_) => "not-openapi",
        CompileError::NothingUsable { toolset, .. } => {
            toolset.all_findings().next().map_or("no-paths", |finding| finding.code)
        }
    }
}

impl Tools {
    fn of(toolset: &Toolset) -> Self {
        let namespace = toolset.namespace();
        let mut tools = Self {
            counts: toolset.counts(),
            restrictions: Vec::new(),
            refusals: toolset.refused.iter().map(|operation| operation.reason.code).collect(),
            invalid_schemas: Vec::new(),
            invalid_names: Vec::new(),
        };
        let mut names = HashSet::new();
        for operation in &toolset.operations {
            let codes: HashSet<_> = operation.restrictions.iter().map(|finding| finding.code).collect();
            tools.restrictions.extend(codes);
            let tool = function::render(operation, &namespace);
            let valid =
                [&operation.parameters, &tool.parameters].into_iter().all(jsonschema::draft202012::meta::is_valid);
            if !valid {
                tools.invalid_schemas.push(operation.name.clone());
            }
            if !is_allowed(&tool.name) || !is_allowed(&operation.name) || !names.insert(tool.name.clone()) {
                tools.invalid_names.push(tool.name);
            }
        }
        tools
    }
}

/// `^[a-zA-Z0-9_-]{1,64}$`
fn is_allowed(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (1..=64).contains(&name.len()) && name.bytes().all(allowed)
}
