//! Reads how a body is written as XML from the `xml` members of its schema.

use serde_json::Value;

use super::text::{is_true, text};
use crate::document::bundle::{Bundle, Location};
use crate::toolset::xml::{XmlNode, XmlShape};

const MAX_DEPTH: usize = 10;
/// How many schemas are looked at for one body.
const MAX_SCHEMAS: usize = 2_000;

/// The shape of a whole document; nothing where its outermost element has no name.
pub(super) fn root(bundle: &Bundle, schema: &Value, at: &Location) -> Option<XmlShape> {
    let mut reader = Reader { bundle, room: MAX_SCHEMAS };
    let mut shape = reader.shape(schema, at, 0);
    // A schema's own name is that of its component.
    let reference = schema.get("$ref").and_then(Value::as_str);
    let component = || reference?.rsplit('/').next().filter(|name| !name.contains(['#', '.'])).map(str::to_owned);
    shape.name = shape.name.or_else(component);
    shape.is_wrapped = true;
    shape.name.is_some().then_some(shape)
}

struct Reader<'bundle> {
    bundle: &'bundle Bundle,
    room: usize,
}

impl Reader<'_> {
    fn shape(&mut self, schema: &Value, at: &Location, depth: usize) -> XmlShape {
        let mut shape = XmlShape::default();
        self.add(schema, at, depth, &mut shape);
        shape
    }

    /// Adds what a schema says, and the schemas that it is made of.
    fn add(&mut self, schema: &Value, at: &Location, depth: usize, shape: &mut XmlShape) {
        if depth >= MAX_DEPTH || self.room == 0 {
            return;
        }
        self.room -= 1;
        let bundle = self.bundle;
        // What is wrong with the reference is said where the schema itself is read.
        let Ok(found) = bundle.resolve(schema, at) else { return };
        for key in ["allOf", "anyOf", "oneOf"] {
            let parts = found.value.get(key).and_then(Value::as_array).into_iter().flatten();
            for (index, part) in parts.enumerate() {
                self.add(part, &found.at.join(key).join(index), depth + 1, shape);
            }
        }
        for (name, property) in found.value.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let property = self.shape(property, &found.at.join("properties").join(name), depth + 1);
            shape.properties.insert(name.clone(), property);
        }
        if let Some(items) = found.value.get("items").filter(|items| items.is_object()) {
            shape.items = Some(Box::new(self.shape(items, &found.at.join("items"), depth + 1)));
        }
        if let Some(xml) = found.value.get("xml") {
            name(xml, found.value.get("type").is_some_and(|kind| kind == "array"), shape);
        }
    }
}

fn name(xml: &Value, is_list: bool, shape: &mut XmlShape) {
    let word = |key: &str| Some(text(xml, key)).filter(|text| !text.is_empty());
    shape.name = word("name").or(shape.name.take());
    shape.prefix = word("prefix").or(shape.prefix.take());
    shape.namespace = word("namespace").or(shape.namespace.take());
    let node = text(xml, "nodeType");
    shape.is_wrapped |= is_true(xml, "wrapped") || is_list && node == "element";
    shape.node = match node.as_str() {
        "attribute" => XmlNode::Attribute,
        "text" | "cdata" => XmlNode::Text,
        _ if is_true(xml, "attribute") => XmlNode::Attribute,
        _ => shape.node,
    };
}
