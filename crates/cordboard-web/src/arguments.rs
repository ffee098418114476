//! The arguments of a call on its card: shown as fields, and read from them again.

use std::collections::BTreeMap;

use cordboard_domain::argument_field::{ArgumentField, FieldKind, shown};
use cordboard_domain::call::CallPreview;
use minijinja::{Value, context};
use serde_json::Map;

/// What the name of a form's field begins with that has an argument.
const ARGUMENT: &str = "argument.";

/// Text of this length or with line breaks gets several lines, in characters.
const LONG: usize = 60;

/// The fields of a call's card.
pub(crate) fn view(preview: &CallPreview) -> Vec<Value> {
    if preview.fields.is_empty() {
        let arguments = preview.arguments.as_object().into_iter().flatten();
        return arguments.map(|(name, value)| fixed(name, value)).collect();
    }
    preview.fields.iter().map(|field| one(field, preview.arguments.get(&field.name))).collect()
}

/// An argument of a call that was planned before arguments could be changed.
fn fixed(name: &str, value: &serde_json::Value) -> Value {
    let (name, value) = (label(name), shown(value));
    context! { name => "", label => name, about => "", required => false, is_given => true, value, kind => "fixed" }
}

/// An argument as its field shows it.
fn written(field: &ArgumentField, value: &serde_json::Value) -> String {
    match &field.kind {
        FieldKind::Json if !value.is_string() => serde_json::to_string_pretty(value).unwrap_or_default(),
        _ => shown(value),
    }
}

fn one(field: &ArgumentField, value: Option<&serde_json::Value>) -> Value {
    let text = value.map(|value| written(field, value)).unwrap_or_default();
    let (kind, options) = match &field.kind {
        FieldKind::Text if text.contains('\n') || text.chars().count() > LONG => ("lines", Vec::new()),
        FieldKind::Text => ("text", Vec::new()),
        FieldKind::Number => ("number", Vec::new()),
        FieldKind::Boolean => ("choice", vec!["true".to_owned(), "false".to_owned()]),
        FieldKind::Choice(options) => ("choice", options.iter().map(shown).collect()),
        FieldKind::Json => ("json", Vec::new()),
    };
    let rows = text.lines().count().clamp(1, 12);
    context! {
        name => format!("{ARGUMENT}{}", field.name),
        label => label(&field.name),
        about => field.about.as_str(),
        required => field.required,
        is_given => value.is_some(),
        value => text,
        kind, options, rows,
    }
}

/// An argument's name for people.
pub(crate) fn label(name: &str) -> String {
    name.replace('_', " ")
}

/// All arguments of a call as a form has them; what it has no field for stays.
pub(crate) fn read(preview: &CallPreview, form: &BTreeMap<String, String>) -> Map<String, serde_json::Value> {
    let mut arguments = preview.arguments.as_object().cloned().unwrap_or_default();
    for field in &preview.fields {
        let Some(text) = form.get(&format!("{ARGUMENT}{}", field.name)) else { continue };
        // Browsers write line breaks in their own way.
        let text = text.replace("\r\n", "\n");
        let present = preview.arguments.get(&field.name);
        if present.is_some_and(|value| written(field, value) == text) {
            continue;
        }
        match field.read(&text) {
            Some(value) => arguments.insert(field.name.clone(), value),
            None => arguments.shift_remove(&field.name),
        };
    }
    arguments
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_changes_what_was_changed_and_nothing_else() {
        let field =
            |name: &str, kind, required| ArgumentField { name: name.to_owned(), kind, required, about: String::new() };
        let preview = CallPreview {
            plugin_name: String::new(),
            summary: String::new(),
            host: String::new(),
            arguments: json!({"note": "a\nb", "nights": 2, "room": {"beds": 1}, "smoking": "", "hidden": [1]}),
            repairs: Vec::new(),
            may_be_standing: false,
            grant: None,
            personal: Vec::new(),
            disclosures: Vec::new(),
            accounts: Vec::new(),
            fields: vec![
                field("note", FieldKind::Text, false),
                field("nights", FieldKind::Number, true),
                field("room", FieldKind::Json, false),
                field("smoking", FieldKind::Text, false),
                field("guests", FieldKind::Number, false),
            ],
            changed: Vec::new(),
        };
        let check = |form: &[(&str, &str)], expected: serde_json::Value| {
            let form = form.iter().map(|(name, text)| (format!("argument.{name}"), (*text).to_owned())).collect();
            assert_eq!(serde_json::Value::Object(read(&preview, &form)), expected);
        };
        let as_it_is = [
            ("note", "a\r\nb"),
            ("nights", "2"),
            ("room", "{\n  \"beds\": 1\n}"),
            ("smoking", ""),
            ("guests", ""),
            ("hidden", "2"),
        ];
        check(&as_it_is, preview.arguments.clone());
        check(&[], preview.arguments.clone());
        check(
            &[("note", ""), ("nights", "x"), ("room", "{}"), ("guests", "3")],
            json!({"nights": "x", "room": {}, "smoking": "", "hidden": [1], "guests": 3}),
        );
    }
}
