//! Finding what a request names by its text: a read of the same plugin that lists the things, placed before the call.

use cordboard_model::chat::ToolDefinition;
use serde_json::{Map, Value};

use crate::fill::slot::{Slot, slots};
use crate::words::{content_stems, identifier_words, is_stem_of, stem};

/// Begins the id of a call that only looks something up.
pub(crate) const ID_PREFIX: &str = "lookup_";

/// Words of names that say nothing about the thing.
const EMPTY: [&str; 16] = [
    "id",
    "idx",
    "index",
    "identifier",
    "uuid",
    "key",
    "get",
    "list",
    "delete",
    "remove",
    "update",
    "by",
    "show",
    "cancel",
    "all",
    "add",
];

/// The read that lists the things of which `target` wants one: of the same plugin, with arguments that are known.
pub(crate) fn read_for(
    target: &ToolDefinition,
    wanted: &Slot,
    known: &Map<String, Value>,
    tools: &[&ToolDefinition],
) -> Option<(usize, Map<String, Value>)> {
    let things = things(target, wanted);
    let candidates = tools.iter().enumerate().filter(|(_, tool)| tool.plugin == target.plugin && tool.reads_only);
    let callable = candidates.filter_map(|(index, tool)| Some((index, *tool, arguments(tool, known)?)));
    let best = callable.max_by_key(|(index, tool, _)| (overlap(tool, &things), lists(tool), std::cmp::Reverse(*index)));
    best.filter(|(_, tool, _)| overlap(tool, &things) > 0 || lists(tool))
        .map(|(index, _, arguments)| (index, arguments))
}

/// What it deals with, in stems: `deleteTodo` with `todo_id` deals with `todo`.
fn things(target: &ToolDefinition, wanted: &Slot) -> Vec<String> {
    let of_operation = identifier_words(&target.operation).iter().map(|word| stem(word)).collect::<Vec<_>>();
    let all = wanted.name_stems.iter().cloned().chain(of_operation);
    all.filter(|word| !is_stem_of(word, &EMPTY)).collect()
}

fn overlap(tool: &ToolDefinition, things: &[String]) -> usize {
    let own = identifier_words(&tool.operation)
        .iter()
        .map(|word| stem(word))
        .chain(content_stems(&tool.description))
        .collect::<Vec<_>>();
    things.iter().filter(|thing| own.contains(thing)).count()
}

fn lists(tool: &ToolDefinition) -> bool {
    identifier_words(&tool.operation).iter().any(|word| is_stem_of(&stem(word), &["list", "all", "search", "find"]))
        || content_stems(&tool.description).iter().any(|word| is_stem_of(word, &["list", "all"]))
}

/// The required arguments of a read, all of which must be known.
fn arguments(tool: &ToolDefinition, known: &Map<String, Value>) -> Option<Map<String, Value>> {
    let required = slots(&tool.parameters).into_iter().filter(|slot| slot.required);
    required.map(|slot| known.get(&slot.name).map(|value| (slot.name.clone(), value.clone()))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tool(operation: &str, reads_only: bool, parameters: Value) -> ToolDefinition {
        ToolDefinition {
            name: operation.to_owned(),
            operation: operation.to_owned(),
            plugin: "Todo".to_owned(),
            description: String::new(),
            parameters,
            examples: Vec::new(),
            reads_only,
        }
    }

    #[test]
    fn the_read_that_lists_the_things() {
        let delete = tool(
            "deleteTodo",
            false,
            json!({"required": ["user", "todo_idx"], "properties": {"user": {"type": "string"}, "todo_idx": {"type": "integer"}}}),
        );
        let list = tool("getTodos", true, json!({"required": ["user"], "properties": {"user": {"type": "string"}}}));
        let one =
            tool("getTodo", true, json!({"required": ["todo_idx"], "properties": {"todo_idx": {"type": "integer"}}}));
        let tools = [&delete, &one, &list];
        let wanted = &slots(&delete.parameters)[1];
        let known = json!({"user": "eve"}).as_object().cloned().unwrap_or_default();
        assert_eq!(read_for(&delete, wanted, &known, &tools), Some((2, known.clone())));
        assert_eq!(read_for(&delete, wanted, &Map::new(), &tools), None);
    }
}
