//! The arguments of a call on its card: shown as fields, and read from them again.

use std::collections::BTreeMap;

use cordboard_domain::argument_field::{ArgumentField, FieldKind, shown};
use cordboard_domain::call::CallPreview;
use cordboard_domain::exact_text::{self, is_plain};
use cordboard_domain::grant::Bound;
use minijinja::{Value, context};
use serde_json::Map;

/// What the name of a form's field begins with that has an argument.
const ARGUMENT: &str = "argument.";

/// A value of at most so many characters is seen as a whole in a field of one line, on a phone too.
const ONE_LINE: usize = 24;

/// A value of at most so many characters is seen as a whole in a field of several lines.
const FEW_LINES: usize = 60;

/// The fields of a call's card: every argument is among them.
pub(crate) fn view(preview: &CallPreview) -> Vec<Value> {
    let arguments = preview.arguments.as_object().into_iter().flatten();
    let has_field = |name: &String| preview.fields.iter().any(|field| field.name == *name);
    let fixed = arguments.filter(|(name, _)| !has_field(name)).map(|(name, value)| fixed(name, value));
    let fields = preview.fields.iter().map(|field| one(field, preview.arguments.get(&field.name)));
    fields.chain(fixed).collect()
}

/// The arguments that their fields may not show as a whole, for a text below the fields.
pub(crate) fn in_full(preview: &CallPreview) -> Vec<Value> {
    let given = preview.fields.iter().filter_map(|field| Some((field, preview.arguments.get(&field.name)?)));
    let texts = given.map(|(field, value)| (field, written(field, value)));
    let hidden = texts.filter(|(field, text)| !is_seen_in_field(&field.kind, text));
    hidden
        .map(|(field, text)| {
            let is_json = matches!(field.kind, FieldKind::Json);
            context! { label => label(&field.name), count => text.chars().count(), is_json, text }
        })
        .collect()
}

/// Whether a field of one line shows a value as a whole.
pub(crate) fn fits_one_line(text: &str) -> bool {
    text.chars().count() <= ONE_LINE && is_plain(text)
}

fn is_seen_in_field(kind: &FieldKind, text: &str) -> bool {
    match kind {
        FieldKind::Text => text.chars().count() <= FEW_LINES && is_plain(text),
        FieldKind::Number | FieldKind::Boolean | FieldKind::Choice(_) | FieldKind::Json => fits_one_line(text),
    }
}

/// An argument that has no field, such as one of a call that was planned before arguments could be changed.
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
        FieldKind::Text if !fits_one_line(&text) => ("lines", Vec::new()),
        FieldKind::Text => ("text", Vec::new()),
        FieldKind::Number => ("number", Vec::new()),
        FieldKind::Boolean => ("choice", vec!["true".to_owned(), "false".to_owned()]),
        FieldKind::Choice(options) => ("choice", options.iter().map(shown).collect()),
        FieldKind::Json => ("json", Vec::new()),
    };
    let options: Vec<Value> = options
        .iter()
        .map(|option| context! { value => option, text => exact_text::shown(option), is_plain => is_plain(option) })
        .collect();
    let is_among =
        options.iter().any(|option| option.get_attr("value").is_ok_and(|value| value.as_str() == Some(&text)));
    let rows = text.lines().map(|line| line.chars().count() / ONE_LINE + 1).sum::<usize>().clamp(1, 12);
    context! {
        name => format!("{ARGUMENT}{}", field.name),
        label => label(&field.name),
        about => field.about.as_str(),
        required => field.required,
        is_given => value.is_some(),
        value => text,
        kind, options, is_among, rows,
    }
}

/// The longest value that the choices of a standing permission repeat, in characters.
const REPEATED: usize = 40;

/// What a standing permission may hold to, one choice for each argument: those of the call, then those that it leaves out.
pub(crate) fn bounded(preview: &CallPreview) -> Vec<Value> {
    let given = preview.arguments.as_object().into_iter().flatten().map(|(name, value)| given_bound(name, value));
    let absent = preview.fields.iter().filter(|field| preview.arguments.get(&field.name).is_none());
    let absent = absent.map(|field| {
        let (name, range) = (field.name.as_str(), None::<String>);
        context! { name, label => label(name), exactly => "left out", range, is_given => false }
    });
    given.chain(absent).collect()
}

fn given_bound(name: &str, value: &serde_json::Value) -> Value {
    let text = shown(value);
    let exactly = if text.chars().count() > REPEATED || !is_plain(&text) {
        "exactly as in this call".to_owned()
    } else {
        format!("only {text}")
    };
    let range = match value {
        serde_json::Value::Number(number) => match Bound::up_to(number) {
            Bound::Between { least, most } if least != most => Some(format!("from {least} to {most}")),
            Bound::Between { .. } | Bound::Is(_) | Bound::Any => None,
        },
        _ => None,
    };
    context! { name, label => label(name), exactly, range, is_given => true }
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
        let text = line_breaks(text);
        let present = preview.arguments.get(&field.name);
        if present.is_some_and(|value| line_breaks(&written(field, value)) == text) {
            continue;
        }
        match field.read(&text) {
            Some(value) => arguments.insert(field.name.clone(), value),
            None => arguments.shift_remove(&field.name),
        };
    }
    arguments
}

fn line_breaks(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
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
