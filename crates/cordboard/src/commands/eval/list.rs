//! The list of requests, as written in TOML; its own header explains the fields.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use cordboard_agent::toolbox::Toolbox;
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    #[serde(rename = "request")]
    pub(crate) requests: Vec<Entry>,
}

/// One request and what should come of it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Entry {
    pub(crate) text: String,
    /// `plugin.operation`; absent when nothing must be called.
    pub(crate) operation: Option<String>,
    pub(crate) arguments: Map<String, Value>,
    pub(crate) optional: Map<String, Value>,
    /// Further values for an argument.
    pub(crate) accept: Map<String, Value>,
    /// Texts that an argument must contain.
    pub(crate) contains: Map<String, Value>,
    pub(crate) demo: bool,
}

impl Entry {
    /// The name under which a model knows the operation.
    pub(crate) fn tool(&self) -> Option<String> {
        self.operation.as_ref().map(|operation| operation.replace('.', "_"))
    }
}

impl List {
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not a list of requests", path.display()))
    }

    /// Whether every wanted operation exists.
    pub(crate) fn check(&self, toolbox: &Toolbox) -> anyhow::Result<()> {
        for entry in &self.requests {
            if let Some(tool) = entry.tool()
                && toolbox.lookup(&tool).is_none()
            {
                bail!("there is no operation `{tool}`, which `{}` wants", entry.text);
            }
        }
        Ok(())
    }
}
