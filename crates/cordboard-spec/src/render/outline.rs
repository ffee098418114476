//! What function tools cannot say of a plugin: what it is for, and requests that should lead to its operations.

use std::fmt::Write as _;

use super::typescript::comment;
use super::{cut, function, typescript};
use crate::toolset::Toolset;

/// The plugin's description and its examples.
pub fn render(toolset: &Toolset, namespace: &str) -> String {
    let mut text = comment(cut(&toolset.manifest.description_for_model, typescript::MAX_PLUGIN_DESCRIPTION));
    let _ = writeln!(text, "namespace {namespace}: {} tools", toolset.operations.len());
    for operation in &toolset.operations {
        let name = function::tool_name(operation, namespace);
        for example in &operation.examples {
            text.push_str(&comment(&format!("Example for {name}: {example}")));
        }
    }
    text
}
