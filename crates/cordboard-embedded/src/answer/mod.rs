//! The answer to a call, put together from its result and nothing else.
//!
//! A model this small does not report a result faithfully, so it is not asked to: every name, number and address in an
//! answer stands in the data.

mod item;
pub(crate) mod markdown;
pub(crate) mod partial;
pub(crate) mod shape;
#[cfg(test)]
mod tests;

use cordboard_model::chat::{ToolDefinition, ToolOutcome};
use serde_json::{Map, Value};

use crate::words::identifier_words;
use item::{card, field, list_item, scalar};
use markdown::{escaped, quotation};
use shape::{Role, currency, main_list, role};

/// Items of a list that are shown.
const MOST_ITEMS: usize = 10;
/// Characters of a plain text that are shown.
const LONGEST_PLAIN_TEXT: usize = 1500;

/// What came of one call.
pub(crate) struct CallResult<'a> {
    /// The operation, when it is still among the tools.
    pub(crate) tool: Option<&'a ToolDefinition>,
    /// The name under which it was called.
    pub(crate) name: &'a str,
    pub(crate) content: &'a str,
    pub(crate) outcome: ToolOutcome,
}

/// The answer to all calls of a turn.
pub(crate) fn answer(results: &[CallResult<'_>]) -> String {
    let sections = results.iter().map(|result| {
        let text = section(result);
        if results.len() > 1 { format!("### {}\n\n{text}", escaped(&result.operation())) } else { text }
    });
    sections.collect::<Vec<_>>().join("\n\n")
}

impl CallResult<'_> {
    fn operation(&self) -> String {
        self.tool.map_or_else(|| self.name.to_owned(), |tool| tool.operation.clone())
    }

    fn plugin(&self) -> String {
        self.tool.map_or_else(|| "The plugin".to_owned(), |tool| escaped(&tool.plugin))
    }

    fn changes_something(&self) -> bool {
        self.tool.is_some_and(|tool| !tool.reads_only)
    }
}

fn section(result: &CallResult<'_>) -> String {
    match result.outcome {
        ToolOutcome::Answered => answered(result),
        ToolOutcome::Failed => failed(result),
        ToolOutcome::Declined => declined(result),
    }
}

fn failed(result: &CallResult<'_>) -> String {
    let lead = format!("`{}` of {} did not work.", result.operation().replace('`', "'"), result.plugin());
    if result.content.trim().is_empty() {
        return format!("{lead} It said nothing further.");
    }
    format!("{lead} This is what came back:\n\n{}", plain_text(result.content))
}

fn declined(result: &CallResult<'_>) -> String {
    format!("All right, nothing was sent to {}.", result.plugin())
}

fn answered(result: &CallResult<'_>) -> String {
    let parsed = partial::parse(result.content);
    let nothing_came_back = match &parsed {
        Some((Value::Object(fields), _)) => fields.is_empty(),
        Some((Value::Null, _)) => true,
        _ => result.content.trim().is_empty(),
    };
    if nothing_came_back {
        let operation = escaped(&result.operation());
        return if result.changes_something() {
            format!("Done: {operation} was accepted by {}.", result.plugin())
        } else {
            format!("{} answered {operation} without any data.", result.plugin())
        };
    }
    let body = match &parsed {
        Some((value, cut)) => {
            let body = whole(value, result);
            if *cut { format!("{body}\n\n*The answer was cut off, so this is not all of it.*") } else { body }
        }
        None => format!("{} answers:\n\n{}", result.plugin(), plain_text(result.content)),
    };
    if result.changes_something() { format!("Done. {body}") } else { body }
}

/// A result of any shape.
fn whole(value: &Value, result: &CallResult<'_>) -> String {
    if let Some((name, items)) = main_list(value) {
        let no_fields = Map::new();
        return list(name, items, value.as_object().unwrap_or(&no_fields), result);
    }
    match value {
        Value::Object(fields) => format!("This is what {} has:\n\n{}", result.plugin(), object(fields)),
        Value::String(text) => format!("{} answers:\n\n{}", result.plugin(), plain_text(text)),
        other => format!("{} answers: {}", result.plugin(), scalar(other).unwrap_or_else(|| "nothing".to_owned())),
    }
}

/// An object; those nested in it get a part of their own.
fn object(fields: &Map<String, Value>) -> String {
    let text_body = fields.iter().find(|(name, value)| is_document(name, value));
    let Some((name, document)) = text_body else { return card(fields, None) };
    let mut rest = fields.clone();
    rest.shift_remove(name);
    let document = document.as_str().unwrap_or_default();
    format!("{}\n\n{}", card(&rest, None).trim_end(), plain_text(document))
}

/// A long text that is the point of the result.
fn is_document(name: &str, value: &Value) -> bool {
    let words = identifier_words(name);
    let named = words.iter().any(|word| matches!(word.as_str(), "markdown" | "body" | "text" | "content" | "article"));
    value.as_str().is_some_and(|text| text.contains('\n') || (named && text.chars().count() > 200))
}

fn list(name: Option<&str>, items: &[Value], around: &Map<String, Value>, result: &CallResult<'_>) -> String {
    let noun = name.map_or_else(|| "results".to_owned(), |name| escaped(&identifier_words(name).join(" ")));
    let context = context(name, around);
    if items.is_empty() {
        let hint = if context.is_empty() { String::new() } else { format!(" ({})", context.join(", ")) };
        return format!("{} found no {noun}{hint}.", result.plugin());
    }
    let hint = if context.is_empty() { String::new() } else { format!(" ({})", context.join(", ")) };
    let mut text = format!("Here is what {} has under {noun}{hint}:\n\n", result.plugin());
    if name.is_none() {
        text = format!("Here is what {} found{hint}:\n\n", result.plugin());
    }
    let outer_currency = currency(around);
    let lines = items.iter().take(MOST_ITEMS).map(|item| match item {
        Value::Object(fields) => list_item(fields, outer_currency),
        other => format!("- {}", scalar(other).unwrap_or_else(|| "…".to_owned())),
    });
    text.push_str(&lines.collect::<Vec<_>>().join("\n"));
    if items.len() > MOST_ITEMS {
        let more = items.len() - MOST_ITEMS;
        text = format!("{text}\n- … and {more} more");
    }
    text
}

/// The short fields beside a list.
fn context(list: Option<&str>, around: &Map<String, Value>) -> Vec<String> {
    let others = around.iter().filter(|(name, _)| Some(name.as_str()) != list);
    let told = others.filter(|(name, value)| {
        !matches!(role(name, value), Role::Link | Role::Image | Role::Currency | Role::Identifier)
    });
    told.filter_map(|(name, value)| field(name, value, currency(around))).collect()
}

fn plain_text(text: &str) -> String {
    let short = text.chars().take(LONGEST_PLAIN_TEXT).collect::<String>();
    let cut = short.len() < text.trim_end().len();
    let quoted = quotation(&short);
    if cut { format!("{quoted}\n>\n> …") } else { quoted }
}
