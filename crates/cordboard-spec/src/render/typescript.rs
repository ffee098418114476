//! The compact TypeScript form in which ChatGPT showed plugins to its model (protocol: "How ChatGPT rendered a plugin").

use std::fmt::Write as _;

use serde_json::Value;

use super::{MAX_ARGUMENT_DESCRIPTION, MAX_OPERATION_DESCRIPTION, cut};
use crate::toolset::Toolset;
use crate::toolset::argument::Argument;
use crate::toolset::operation::Operation;

/// The longest `description_for_model` that is shown, in characters.
pub const MAX_PLUGIN_DESCRIPTION: usize = 8_000;
/// The longest response type that is shown, in characters.
const MAX_RESPONSE_TYPE: usize = 160;

/// The hidden description of a plugin: what it is for, its endpoints, and examples.
pub fn render(toolset: &Toolset, namespace: &str) -> String {
    let mut text = opening(toolset, namespace);
    toolset.operations.iter().for_each(|each| text.push_str(&operation(each)));
    text.push_str(&closing(namespace));
    text
}

/// What stands around the operations.
pub(crate) fn frame(toolset: &Toolset, namespace: &str) -> String {
    opening(toolset, namespace) + &closing(namespace)
}

/// The plugin's description and the beginning of its namespace.
pub(super) fn opening(toolset: &Toolset, namespace: &str) -> String {
    opening_with(cut(&toolset.manifest.description_for_model, MAX_PLUGIN_DESCRIPTION), namespace)
}

pub(super) fn opening_with(description: &str, namespace: &str) -> String {
    format!("{}namespace {namespace} {{\n\n", comment(description))
}

pub(super) fn closing(namespace: &str) -> String {
    format!("}} // namespace {namespace}\n")
}

/// One operation.
pub fn operation(operation: &Operation) -> String {
    let mut text = comment(cut(&operation.description, MAX_OPERATION_DESCRIPTION));
    for example in &operation.examples {
        text.push_str(&comment(&format!("Example: {example}")));
    }
    let answer = response_type(operation);
    if operation.arguments.is_empty() {
        let _ = writeln!(text, "type {} = () => {answer};\n", operation.name);
        return text;
    }
    let _ = writeln!(text, "type {} = (_: {{", operation.name);
    for argument in &operation.arguments {
        text.push_str(&comment(cut(operation.describe(argument), MAX_ARGUMENT_DESCRIPTION)));
        let _ = writeln!(text, "{},", member(operation, argument));
    }
    let _ = write!(text, "}}) => {answer};\n\n");
    text
}

/// What comes back, where that is known and short.
fn response_type(operation: &Operation) -> String {
    let known = operation.response_schema(200).map(|schema| type_of(&schema, 1));
    known.filter(|shown| shown.len() <= MAX_RESPONSE_TYPE && shown != "object").unwrap_or_else(|| "any".to_owned())
}

fn member(operation: &Operation, argument: &Argument) -> String {
    let optional = if argument.required { "" } else { "?" };
    format!("{}{optional}: {}", property_name(&argument.name), type_of(operation.schema(argument), 0))
}

fn property_name(name: &str) -> String {
    let plain = name.chars().all(|each| each.is_ascii_alphanumeric() || matches!(each, '_' | '$'))
        && !name.starts_with(|first: char| first.is_ascii_digit());
    if plain && !name.is_empty() { name.to_owned() } else { Value::from(name).to_string() }
}

fn type_of(schema: &Value, depth: usize) -> String {
    if let Some(Value::Array(options)) = schema.get("enum") {
        return union(options.iter().map(Value::to_string).collect());
    }
    if let Some(constant) = schema.get("const") {
        return constant.to_string();
    }
    for keyword in ["oneOf", "anyOf"] {
        if let Some(Value::Array(options)) = schema.get(keyword) {
            let variants = union(options.iter().map(|option| type_of(option, depth)).collect());
            return with_base(schema, variants, depth);
        }
    }
    match schema.get("type") {
        Some(Value::String(name)) => named_type(name, schema, depth),
        Some(Value::Array(names)) => {
            union(names.iter().filter_map(Value::as_str).map(|name| named_type(name, schema, depth)).collect())
        }
        _ => "any".to_owned(),
    }
}

/// Variants of an object that has properties of its own.
fn with_base(schema: &Value, variants: String, depth: usize) -> String {
    let base = object(schema, depth);
    match variants.as_str() {
        _ if base == "object" => variants,
        "any" | "object" => base,
        _ => format!("{base} & ({variants})"),
    }
}

fn named_type(name: &str, schema: &Value, depth: usize) -> String {
    match name {
        "integer" | "number" => "number".to_owned(),
        "string" | "boolean" | "null" => name.to_owned(),
        "array" => {
            let item = schema.get("items").map_or_else(|| "any".to_owned(), |items| type_of(items, depth));
            if item.contains(" | ") { format!("({item})[]") } else { format!("{item}[]") }
        }
        "object" => object(schema, depth),
        _ => "any".to_owned(),
    }
}

fn object(schema: &Value, depth: usize) -> String {
    let properties = schema.get("properties").and_then(Value::as_object).filter(|members| !members.is_empty());
    let Some(properties) = properties.filter(|_| depth < 3) else {
        return "object".to_owned();
    };
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|each| each == name));
    let members: Vec<String> = properties
        .iter()
        .map(|(name, property)| {
            let optional = if is_required(name) { "" } else { "?" };
            format!("{}{optional}: {}", property_name(name), type_of(property, depth + 1))
        })
        .collect();
    format!("{{ {} }}", members.join(", "))
}

fn union(mut options: Vec<String>) -> String {
    let mut seen = std::collections::HashSet::new();
    options.retain(|option| seen.insert(option.clone()));
    if options.is_empty() { "any".to_owned() } else { options.join(" | ") }
}

/// `text` without line ends.
pub(super) fn one_line(text: &str) -> String {
    text.replace(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}'], " ")
}

/// `text` as comment lines, so that nothing in it can be taken for a declaration.
pub(super) fn comment(text: &str) -> String {
    let text = text.replace(['\r', '\u{2028}', '\u{2029}', '\u{85}'], " ");
    text.lines().map(str::trim_end).filter(|line| !line.is_empty()).fold(String::new(), |mut lines, line| {
        let _ = writeln!(lines, "// {line}");
        lines
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn types_read_as_chatgpt_wrote_them() {
        let table = [
            (json!({"type": "integer"}), "number"),
            (json!({"type": "array", "items": {"type": "string"}}), "string[]"),
            (json!({"enum": ["asc", "desc"]}), "\"asc\" | \"desc\""),
            (json!({"type": "array", "items": {"enum": ["a", "b"]}}), "(\"a\" | \"b\")[]"),
            (json!({"type": ["string", "null"]}), "string | null"),
            (
                json!({"type": "object", "properties": {"a": {"type": "string"}, "b-c": {}}, "required": ["a"]}),
                "{ a: string, \"b-c\"?: any }",
            ),
            (json!({}), "any"),
        ];
        for (schema, expected) in table {
            assert_eq!(type_of(&schema, 0), expected);
        }
    }

    #[test]
    fn descriptions_cannot_leave_their_comment() {
        assert_eq!(comment("a\n}\n\nnamespace evil {"), "// a\n// }\n// namespace evil {\n");
        assert_eq!(comment("a\rtype evil = any"), "// a type evil = any\n");
    }
}
