//! Discriminators: each variant says which value of the deciding property selects it.

use serde_json::{Map, Value, json};

/// The deciding property and what each value leads to.
pub(crate) struct Discriminator<'schema> {
    property: &'schema str,
    mapping: Option<&'schema Map<String, Value>>,
}

impl<'schema> Discriminator<'schema> {
    /// OpenAPI 3 writes an object, Swagger 2.0 the property's name.
    pub(crate) fn of(schema: &'schema Map<String, Value>) -> Option<Self> {
        match schema.get("discriminator")? {
            Value::String(property) => Some(Self { property, mapping: None }),
            Value::Object(members) => Some(Self {
                property: members.get("propertyName")?.as_str()?,
                mapping: members.get("mapping").and_then(Value::as_object),
            }),
            _ => None,
        }
    }

    /// The values that select the variant behind a reference: its keys in the mapping, or else its name.
    fn values(&self, reference: &str) -> Vec<String> {
        let name = reference.rsplit('/').next().unwrap_or(reference);
        let is_target = |target: &str| target == reference || target == name;
        let mapped: Vec<String> = self
            .mapping
            .into_iter()
            .flatten()
            .filter(|(_, target)| target.as_str().is_some_and(is_target))
            .map(|(key, _)| key.clone())
            .collect();
        if mapped.is_empty() { vec![name.to_owned()] } else { mapped }
    }

    /// Writes the selecting value into a variant that does not say it itself.
    pub(crate) fn mark(&self, variant: &mut Value, reference: Option<&str>) {
        let (Some(reference), Some(members)) = (reference, variant.as_object_mut()) else { return };
        let values = self.values(reference);
        let Some(Value::Object(properties)) = members.get_mut("properties") else { return };
        let property = properties.entry(self.property).or_insert_with(|| json!({"type": "string"}));
        let Some(property) = property.as_object_mut() else { return };
        let published = property.get("enum").and_then(Value::as_array);
        let excluded =
            published.is_some_and(|options| !values.iter().any(|value| options.contains(&value.as_str().into())));
        if excluded || !is_text(property) {
            return;
        }
        let says_one = property.contains_key("const")
            || property.get("enum").and_then(Value::as_array).is_some_and(|options| options.len() == 1);
        if !says_one {
            property.shift_remove("enum");
            match values.as_slice() {
                [single] => property.insert("const".to_owned(), single.as_str().into()),
                several => property.insert("enum".to_owned(), json!(several)),
            };
        }
        if let Value::Array(required) = members.entry("required").or_insert_with(|| json!([]))
            && !required.contains(&self.property.into())
        {
            required.push(self.property.into());
        }
    }

    /// A base schema that lists its variants only in the mapping: the property takes one of the keys.
    pub(crate) fn limit(&self, base: &mut Map<String, Value>) {
        let Some(keys) = self.mapping.map(|mapping| mapping.keys().cloned().collect::<Vec<_>>()) else { return };
        let property = base.get_mut("properties").and_then(|properties| properties.get_mut(self.property));
        if let Some(Value::Object(property)) = property
            && !property.contains_key("enum")
            && !property.contains_key("const")
            && is_text(property)
        {
            property.insert("enum".to_owned(), json!(keys));
        }
    }
}

/// Values in a mapping are texts; a property of another type says itself what it takes.
fn is_text(property: &Map<String, Value>) -> bool {
    property.get("type").is_none_or(|kind| kind == "string")
}
