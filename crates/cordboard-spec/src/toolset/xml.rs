//! How values are written as XML (OpenAPI, "XML Object").

use std::collections::BTreeMap;

use serde::Serialize;

/// What a property becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum XmlNode {
    #[default]
    Element,
    Attribute,
    /// The text of the element around it.
    Text,
}

/// How one schema's values are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct XmlShape {
    /// In place of the property's name.
    pub name: Option<String>,
    pub prefix: Option<String>,
    pub namespace: Option<String>,
    pub node: XmlNode,
    /// Whether a list has an element around its items.
    pub is_wrapped: bool,
    pub properties: BTreeMap<String, XmlShape>,
    pub items: Option<Box<XmlShape>>,
}
