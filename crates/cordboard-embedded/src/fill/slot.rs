//! A parameter of an operation as a line of a form: its words, its kind, whether it must be there.

use serde_json::Value;

use super::listed_values::listed_values;
use crate::route::channel::first_chars;
use crate::words::{content_stems, identifier_words, stem};

/// Longest part of a parameter's description that is read.
const DESCRIPTION_CHARS: usize = 120;

/// A parameter that could be filled.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Slot {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) default: Option<Value>,
    /// Stems of the name, and of the description.
    pub(crate) name_stems: Vec<String>,
    pub(crate) description_stems: Vec<String>,
    pub(crate) description: String,
    pub(crate) whole_description: String,
    /// Values that the description gives, and the schema's `example`.
    pub(crate) listed: Vec<String>,
    /// A `format` of JSON Schema, such as `date`.
    pub(crate) format: Option<String>,
}

/// What a parameter takes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Number {
        integer: bool,
        least: Option<f64>,
        most: Option<f64>,
    },
    Boolean,
    Choice(Vec<Value>),
    Text,
    List(Box<Kind>),
    /// Objects and the like, which cannot be filled from a request.
    Unsupported,
}

/// The parameters of an operation in their order.
pub(crate) fn slots(parameters: &Value) -> Vec<Slot> {
    let required =
        parameters["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>();
    let properties = parameters["properties"].as_object().into_iter().flatten();
    properties.map(|(name, schema)| slot(name, schema, required.contains(&name.as_str()))).collect()
}

fn slot(name: &str, schema: &Value, required: bool) -> Slot {
    let whole_description = schema["description"].as_str().unwrap_or_default();
    let description = first_chars(first_sentence(whole_description), DESCRIPTION_CHARS);
    let mut listed = listed_values(whole_description);
    listed.extend(schema["example"].as_str().map(str::to_owned));
    Slot {
        name: name.to_owned(),
        kind: kind(schema),
        required,
        default: schema.get("default").cloned(),
        name_stems: identifier_words(name).iter().map(|word| stem(word)).collect(),
        description_stems: content_stems(whole_description),
        description,
        whole_description: whole_description.to_owned(),
        listed,
        format: schema["format"].as_str().map(str::to_owned),
    }
}

/// What follows, such as "Leave out when …", would make every value seem unlikely.
fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..end])
}

fn kind(schema: &Value) -> Kind {
    if let Some(only) = schema.get("const") {
        return Kind::Choice(vec![only.clone()]);
    }
    if let Some(options) = schema["enum"].as_array() {
        return Kind::Choice(options.iter().filter(|option| !option.is_null()).cloned().collect());
    }
    let bound = |key: &str| schema[key].as_f64();
    match type_name(schema) {
        Some(name @ ("integer" | "number")) => {
            Kind::Number { integer: name == "integer", least: bound("minimum"), most: bound("maximum") }
        }
        Some("boolean") => Kind::Boolean,
        Some("array") => match kind(&schema["items"]) {
            Kind::Unsupported | Kind::List(_) if !schema["items"].is_null() => Kind::Unsupported,
            Kind::Unsupported => Kind::List(Box::new(Kind::Text)),
            element @ (Kind::Number { .. } | Kind::Boolean | Kind::Choice(_) | Kind::Text | Kind::List(_)) => {
                Kind::List(Box::new(element))
            }
        },
        Some("string" | "any") => Kind::Text,
        // A parameter without any type takes whatever is written.
        None if schema.get("properties").is_none() && !schema.is_null() => Kind::Text,
        Some(_) | None => Kind::Unsupported,
    }
}

/// The type, with `null` left out where several are listed.
fn type_name(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::String(name) => Some(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        _ => {
            let options = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array())?;
            options.iter().find_map(|option| option["type"].as_str().filter(|name| *name != "null"))
        }
    }
}

impl Slot {
    /// The words of the name, for people and for the model.
    pub(crate) fn words(&self) -> String {
        identifier_words(&self.name).join(" ")
    }

    /// The line of the form that asks for it, up to the colon.
    pub(crate) fn line(&self) -> String {
        let description = self.description.trim_end_matches('.');
        if description.is_empty() { format!("{}:", self.words()) } else { format!("{} ({description}):", self.words()) }
    }

    /// The listed value that a text is in other letters or another number: `hearts` for "heart".
    pub(crate) fn listed_form(&self, text: &str) -> Option<String> {
        let stems = |text: &str| identifier_words(text).iter().map(|word| stem(word)).collect::<Vec<_>>();
        let own = stems(text);
        self.listed.iter().find(|value| !own.is_empty() && stems(value) == own).cloned()
    }

    /// How closely a stem belongs to the parameter: 2 by its name, 1 by its description.
    pub(crate) fn relation(&self, stem: &str) -> f32 {
        if self.name_stems.iter().any(|own| own == stem) {
            2.0
        } else if self.description_stems.iter().any(|own| own == stem) {
            1.0
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn kinds() {
        let cases = [
            (json!({"type": "integer", "minimum": 1}), Kind::Number { integer: true, least: Some(1.0), most: None }),
            (json!({"type": ["string", "null"]}), Kind::Text),
            (json!({"enum": ["a", "b"]}), Kind::Choice(vec![json!("a"), json!("b")])),
            (json!({"type": "array", "items": {"type": "string"}}), Kind::List(Box::new(Kind::Text))),
            (json!({"type": "array", "items": {"type": "object"}}), Kind::Unsupported),
            (json!({"type": "object"}), Kind::Unsupported),
            (json!({"anyOf": [{"type": "null"}, {"type": "boolean"}]}), Kind::Boolean),
        ];
        for (schema, expected) in cases {
            assert_eq!(kind(&schema), expected, "{schema}");
        }
    }

    #[test]
    fn the_line_of_the_form() {
        let schema = json!({"properties": {"maxPrice": {"type": "number", "description": "Highest price."}}, "required": ["maxPrice"]});
        let slots = slots(&schema);
        assert_eq!(slots[0].line(), "max price (Highest price):");
        assert!(slots[0].required);
        assert!(slots[0].relation("pric") > 1.5);
    }
}
