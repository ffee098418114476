//! XML from values (OpenAPI, "XML Object").

use std::fmt::Write as _;

use serde_json::Value;

use super::style::plain;
use crate::toolset::xml::{XmlNode, XmlShape};

/// A whole document.
pub(super) fn document(root: &XmlShape, value: &Value) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    property("root", root, value, &mut text);
    text
}

/// A property: a list is one element per item, within one of its own where it is wrapped.
fn property(name: &str, shape: &XmlShape, value: &Value, text: &mut String) {
    let Value::Array(items) = value else { return element(shape.name.as_deref().unwrap_or(name), shape, value, text) };
    let unknown = XmlShape::default();
    let of_item = shape.items.as_deref().unwrap_or(&unknown);
    let around = shape.name.as_deref().filter(|_| shape.is_wrapped).unwrap_or(name);
    let mut inner = String::new();
    for item in items {
        property(around, of_item, item, &mut inner);
    }
    if shape.is_wrapped {
        let tag = qualified(around, shape);
        let _ = write!(text, "<{tag}{}>{inner}</{tag}>", namespace(shape));
    } else {
        text.push_str(&inner);
    }
}

fn element(name: &str, shape: &XmlShape, value: &Value, text: &mut String) {
    let tag = qualified(name, shape);
    let _ = write!(text, "<{tag}{}", namespace(shape));
    let unknown = XmlShape::default();
    let mut inner = String::new();
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let of_member = shape.properties.get(name).unwrap_or(&unknown);
                match of_member.node {
                    XmlNode::Attribute => attribute(name, of_member, member, text),
                    XmlNode::Text => inner.push_str(&escaped(&plain(member))),
                    XmlNode::Element => property(name, of_member, member, &mut inner),
                }
            }
        }
        other => inner = escaped(&plain(other)),
    }
    let _ = if inner.is_empty() { write!(text, "/>") } else { write!(text, ">{inner}</{tag}>") };
}

fn attribute(name: &str, shape: &XmlShape, value: &Value, text: &mut String) {
    let name = qualified(shape.name.as_deref().unwrap_or(name), shape);
    let own = shape.prefix.as_ref().map_or(String::new(), |_| namespace(shape));
    let _ = write!(text, "{own} {name}=\"{}\"", escaped(&plain(value)));
}

fn qualified(name: &str, shape: &XmlShape) -> String {
    match &shape.prefix {
        Some(prefix) => format!("{}:{}", word(prefix), word(name)),
        None => word(name),
    }
}

/// The declaration of a namespace.
fn namespace(shape: &XmlShape) -> String {
    match (&shape.namespace, &shape.prefix) {
        (Some(namespace), Some(prefix)) => format!(" xmlns:{}=\"{}\"", word(prefix), escaped(namespace)),
        (Some(namespace), None) => format!(" xmlns=\"{}\"", escaped(namespace)),
        (None, _) => String::new(),
    }
}

/// A name of XML; characters that none may have become underscores.
fn word(name: &str) -> String {
    let is_allowed = |each: char| each.is_alphanumeric() || matches!(each, '_' | '-' | '.' | ':');
    let name: String = name.chars().map(|each| if is_allowed(each) { each } else { '_' }).collect();
    if name.starts_with(|each: char| each.is_alphabetic() || each == '_') { name } else { format!("_{name}") }
}

/// Text of an element or attribute, without characters that XML does not have.
fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for each in text.chars() {
        match each {
            '&' => result.push_str("&amp;"),
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '"' => result.push_str("&quot;"),
            '\t' | '\n' => result.push(each),
            '\r' => result.push_str("&#13;"),
            '\u{fffe}' | '\u{ffff}' => {}
            _ if each.is_control() && each < ' ' => {}
            _ => result.push(each),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn named(name: &str) -> XmlShape {
        XmlShape { name: Some(name.to_owned()), ..XmlShape::default() }
    }

    /// "XML Object Examples" of OpenAPI 3.1.1, for a property `animals`.
    #[test]
    fn lists_follow_the_specifications_examples() {
        let list = |array: Option<&str>, item: Option<&str>, is_wrapped| XmlShape {
            items: Some(Box::new(item.map_or_else(XmlShape::default, named))),
            is_wrapped,
            ..array.map_or_else(XmlShape::default, named)
        };
        let table = [
            (list(None, None, false), "<animals>v</animals><animals>w</animals>"),
            (list(None, Some("animal"), false), "<animal>v</animal><animal>w</animal>"),
            (list(Some("aliens"), Some("animal"), false), "<animal>v</animal><animal>w</animal>"),
            (list(None, None, true), "<animals><animals>v</animals><animals>w</animals></animals>"),
            (list(None, Some("animal"), true), "<animals><animal>v</animal><animal>w</animal></animals>"),
            (list(Some("aliens"), Some("animal"), true), "<aliens><animal>v</animal><animal>w</animal></aliens>"),
            (list(Some("aliens"), None, true), "<aliens><aliens>v</aliens><aliens>w</aliens></aliens>"),
        ];
        for (shape, expected) in table {
            let mut text = String::new();
            property("animals", &shape, &json!(["v", "w"]), &mut text);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn attributes_namespaces_and_texts_are_written() {
        let mut person = XmlShape {
            namespace: Some("https://a.example/s".to_owned()),
            prefix: Some("s".to_owned()),
            ..named("Person")
        };
        person.properties.insert("id".to_owned(), XmlShape { node: XmlNode::Attribute, ..XmlShape::default() });
        person.properties.insert("note".to_owned(), XmlShape { node: XmlNode::Text, ..XmlShape::default() });
        let value = json!({"id": "1\"&", "name": "A < B\u{1}", "note": "x>y", "2 b": true, "none": null});
        assert_eq!(
            document(&person, &value),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<s:Person xmlns:s=\"https://a.example/s\" id=\"1&quot;&amp;\"><name>A \
             &lt; B</name>x&gt;y<_2_b>true</_2_b><none/></s:Person>"
        );
    }
}
