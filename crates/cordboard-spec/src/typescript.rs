//! The compact TypeScript form in which ChatGPT showed plugins to its model (protocol: "How ChatGPT rendered a plugin").

use std::fmt::Write as _;

use serde_json::Value;

use crate::argument::Argument;
use crate::operation::Operation;
use crate::toolset::{MAX_PLUGIN_DESCRIPTION, Toolset};

const MAX_OPERATION_DESCRIPTION: usize = 300;
const MAX_PARAMETER_DESCRIPTION: usize = 700;

/// The hidden description of a plugin: what it is for, its endpoints, and examples.
pub fn render(toolset: &Toolset, namespace: &str) -> String {
    let mut text = comment(cut(&toolset.manifest.description_for_model, MAX_PLUGIN_DESCRIPTION));
    let _ = writeln!(text, "namespace {namespace} {{\n");
    for operation in &toolset.operations {
        render_operation(operation, &mut text);
    }
    let _ = writeln!(text, "}} // namespace {namespace}");
    text
}

fn render_operation(operation: &Operation, text: &mut String) {
    text.push_str(&comment(cut(&operation.description, MAX_OPERATION_DESCRIPTION)));
    for example in &operation.examples {
        text.push_str(&comment(&format!("Example: {example}")));
    }
    if operation.arguments.is_empty() {
        let _ = writeln!(text, "type {} = () => any;\n", operation.name);
        return;
    }
    let _ = writeln!(text, "type {} = (_: {{", operation.name);
    for argument in &operation.arguments {
        text.push_str(&comment(cut(argument.description(), MAX_PARAMETER_DESCRIPTION)));
        let _ = writeln!(text, "{},", member(argument));
    }
    text.push_str("}) => any;\n\n");
}

fn member(argument: &Argument) -> String {
    let optional = if argument.required { "" } else { "?" };
    format!("{}{optional}: {}", property_name(&argument.name), type_of(&argument.schema, 0))
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
            return union(options.iter().map(|option| type_of(option, depth)).collect());
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

/// `text` as comment lines, so that nothing in it can be taken for a declaration.
fn comment(text: &str) -> String {
    text.lines().map(str::trim_end).filter(|line| !line.is_empty()).fold(String::new(), |mut lines, line| {
        let _ = writeln!(lines, "// {line}");
        lines
    })
}

/// At most `limit` characters, cut at a word.
pub fn cut(text: &str, limit: usize) -> &str {
    let Some((end, _)) = text.char_indices().nth(limit) else { return text };
    let head = &text[..end];
    head.rfind(char::is_whitespace).map_or(head, |space| head[..space].trim_end())
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
    fn descriptions_are_cut_at_words_and_cannot_leave_their_comment() {
        assert_eq!(cut("one two three", 9), "one two");
        assert_eq!(cut("short", 9), "short");
        assert_eq!(comment("a\n}\n\nnamespace evil {"), "// a\n// }\n// namespace evil {\n");
    }
}
