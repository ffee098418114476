//! Discriminators: each variant says which value of the deciding property selects it.

use std::cell::OnceCell;
use std::collections::HashMap;

use serde_json::{Map, Value, json};

/// The most values that are written into a base schema; a base of hundreds of others says them in every place.
const MAX_VALUES: usize = 64;

/// The deciding property and what each value leads to.
pub(crate) struct Discriminator<'schema> {
    property: &'schema str,
    mapping: Option<&'schema Map<String, Value>>,
    /// The keys of the mapping by what they lead to, gathered when first needed.
    by_target: OnceCell<HashMap<&'schema str, Vec<&'schema str>>>,
}

impl<'schema> Discriminator<'schema> {
    /// OpenAPI 3 writes an object, Swagger 2.0 the property's name.
    pub(crate) fn of(schema: &'schema Map<String, Value>) -> Option<Self> {
        let (property, mapping) = match schema.get("discriminator")? {
            Value::String(property) => (property.as_str(), None),
            Value::Object(members) => {
                (members.get("propertyName")?.as_str()?, members.get("mapping").and_then(Value::as_object))
            }
            _ => return None,
        };
        Some(Self { property, mapping, by_target: OnceCell::new() })
    }

    /// The values that select the variant behind a reference: its keys in the mapping, or else its name.
    fn values(&self, reference: &str) -> Vec<String> {
        let name = reference.rsplit('/').next().unwrap_or(reference);
        let by_target = self.by_target.get_or_init(|| self.keys_by_target());
        let targets = [Some(reference), Some(name).filter(|name| *name != reference)];
        let keys = targets.into_iter().flatten().filter_map(|target| by_target.get(target)).flatten();
        let mapped: Vec<String> = keys.map(|key| (*key).to_owned()).collect();
        if mapped.is_empty() { vec![name.to_owned()] } else { mapped }
    }

    /// What the mapping leads to, each once.
    pub(crate) fn targets(&self) -> Vec<&'schema str> {
        let mut targets: Vec<&str> = Vec::new();
        for target in self.mapping.into_iter().flatten().filter_map(|(_, target)| target.as_str()) {
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
        targets
    }

    fn keys_by_target(&self) -> HashMap<&'schema str, Vec<&'schema str>> {
        let mut by_target: HashMap<&str, Vec<&str>> = HashMap::new();
        for (key, target) in self.mapping.into_iter().flatten() {
            if let Some(target) = target.as_str() {
                by_target.entry(target).or_default().push(key);
            }
        }
        by_target
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
        let Some(mapping) = self.mapping.filter(|mapping| mapping.len() <= MAX_VALUES) else { return };
        let property = base.get_mut("properties").and_then(|properties| properties.get_mut(self.property));
        if let Some(Value::Object(property)) = property
            && !property.contains_key("enum")
            && !property.contains_key("const")
            && is_text(property)
        {
            property.insert("enum".to_owned(), mapping.keys().map(String::as_str).collect());
        }
    }
}

/// Values in a mapping are texts; a property of another type says itself what it takes.
fn is_text(property: &Map<String, Value>) -> bool {
    property.get("type").is_none_or(|kind| kind == "string")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_of_hundreds_of_variants_does_not_list_them_everywhere() {
        let check = |variants: usize, expected: bool| {
            let mapping: Map<String, Value> =
                (0..variants).map(|each| (format!("k{each}"), format!("#/v{each}").into())).collect();
            let schema = json!({"discriminator": {"propertyName": "kind", "mapping": mapping}});
            let mut base = json!({"properties": {"kind": {"type": "string"}}});
            let discriminator = Discriminator::of(schema.as_object().unwrap()).unwrap();
            discriminator.limit(base.as_object_mut().unwrap());
            assert_eq!(base.pointer("/properties/kind/enum").is_some(), expected, "{variants}");
            assert_eq!(discriminator.values("#/v7"), ["k7"]);
        };
        check(20, true);
        check(1_000, false);
    }
}
