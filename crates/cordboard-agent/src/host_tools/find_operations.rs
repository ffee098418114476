//! `search_operations` and `describe_operation`: finding one's way in a plugin that is too large to be shown whole.

use std::fmt::Write as _;

use cordboard_domain::call::HostAnswer;
use cordboard_model::chat::ToolDefinition;
use cordboard_spec::render::{index, typescript};
use serde::Deserialize;
use serde_json::json;

use super::definition;
use crate::toolbox::{Tool, Toolbox};

pub(super) const SEARCH: &str = "search_operations";
pub(super) const DESCRIBE: &str = "describe_operation";

/// How many operations a search names.
const HITS: usize = 8;
/// How many operations one call describes.
const MOST_DESCRIBED: usize = 5;

#[derive(Debug, Deserialize)]
struct SearchArguments {
    query: String,
    plugin: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Wanted {
    One(String),
    Several(Vec<String>),
}

#[derive(Debug, Deserialize)]
struct DescribeArguments {
    #[serde(alias = "operations")]
    operation: Wanted,
}

pub(super) fn search_definition() -> ToolDefinition {
    let description = "Finds operations of the plugins by what they do. Ask in a few plain words, such as `create an \
                       issue`.";
    let parameters = json!({
        "type": "object",
        "properties": {
            "query": {"type": "string", "description": "What should be done"},
            "plugin": {"type": "string", "description": "Only in this namespace"}
        },
        "required": ["query"],
        "additionalProperties": false
    });
    definition(SEARCH, description, parameters, true)
}

pub(super) fn describe_definition() -> ToolDefinition {
    let description = "Shows what an operation does and which arguments it takes. Read this before calling it.";
    let parameters = json!({
        "type": "object",
        "properties": {"operation": {"type": "string", "description": "Its name, as a search gave it"}},
        "required": ["operation"],
        "additionalProperties": false
    });
    definition(DESCRIBE, description, parameters, true)
}

/// The best hits of every plugin, in turn.
pub(super) fn search(toolbox: &Toolbox, raw_arguments: &str) -> HostAnswer {
    let arguments: SearchArguments = match serde_json::from_str(raw_arguments) {
        Ok(arguments) => arguments,
        Err(error) => return refused("Searched the operations", format!("The arguments do not fit: {error}.")),
    };
    let title = format!("Searched the operations for “{}”", arguments.query.chars().take(60).collect::<String>());
    let is_wanted =
        |namespace: &str| arguments.plugin.as_deref().is_none_or(|plugin| plugin.eq_ignore_ascii_case(namespace));
    let plugins: Vec<_> = toolbox.plugins.iter().filter(|plugin| is_wanted(&plugin.namespace)).collect();
    if plugins.is_empty() {
        let names: Vec<&str> = toolbox.plugins.iter().map(|plugin| plugin.namespace.as_str()).collect();
        return refused(&title, format!("There is no such plugin; there are: {}.", names.join(", ")));
    }
    let share = (HITS / plugins.len()).max(3);
    let mut text = String::new();
    for plugin in plugins {
        for operation in plugin.toolset.search(&arguments.query, share) {
            let _ = writeln!(text, "{}_{} ({})", plugin.namespace, index::line(operation), operation.method);
        }
    }
    if text.is_empty() {
        let problem = "Nothing fits. Try other words for what should be done and for the thing it is done to.";
        return refused(&title, problem.to_owned());
    }
    let note = format!("Read the arguments with {DESCRIBE}, then call with {}.", super::call_operation::NAME);
    HostAnswer { title, content: text, note, succeeded: true }
}

/// Operations with their arguments.
pub(super) fn describe(toolbox: &Toolbox, raw_arguments: &str) -> HostAnswer {
    let arguments: DescribeArguments = match serde_json::from_str(raw_arguments) {
        Ok(arguments) => arguments,
        Err(error) => return refused("Looked up an operation", format!("The arguments do not fit: {error}.")),
    };
    let names = match arguments.operation {
        Wanted::One(name) => vec![name],
        Wanted::Several(names) => names,
    };
    let title = format!("Looked up {}", names.join(", ").chars().take(80).collect::<String>());
    let (mut text, mut problems) = (String::new(), Vec::new());
    for name in names.iter().take(MOST_DESCRIBED) {
        match toolbox.lookup(name) {
            Some(Tool { plugin, operation }) => {
                let _ = write!(text, "// {}\n{}", plugin.tool_name(operation), typescript::operation(operation));
            }
            None => problems.push(unknown(toolbox, name)),
        }
    }
    text.push_str(&problems.join("\n"));
    HostAnswer { title, content: text, note: String::new(), succeeded: problems.is_empty() }
}

/// Says that there is no such operation, and which ones are close.
pub(crate) fn unknown(toolbox: &Toolbox, name: &str) -> String {
    let words = name.replace(['_', '.', '-'], " ");
    let close: Vec<String> = toolbox
        .plugins
        .iter()
        .flat_map(|plugin| plugin.toolset.search(&words, 3).into_iter().map(|operation| plugin.tool_name(operation)))
        .take(5)
        .collect();
    if close.is_empty() {
        return format!("There is no operation `{name}`.");
    }
    format!("There is no operation `{name}`; close to it are: {}.", close.join(", "))
}

fn refused(title: &str, content: String) -> HostAnswer {
    HostAnswer { title: title.to_owned(), content, note: String::new(), succeeded: false }
}
