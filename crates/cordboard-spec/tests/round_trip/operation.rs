//! Operations with every reversible kind of parameter and body, together with arguments for them.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// Place, style, explode, and whether lists and objects can be read back.
type Cell = (&'static str, &'static str, bool, bool, bool);

const CELLS: [Cell; 15] = [
    ("path", "simple", false, true, true),
    ("path", "simple", true, true, true),
    ("path", "label", false, true, true),
    ("path", "label", true, true, true),
    ("path", "matrix", false, true, true),
    ("path", "matrix", true, true, true),
    ("query", "form", false, true, true),
    ("query", "form", true, true, true),
    ("query", "spaceDelimited", false, true, false),
    ("query", "pipeDelimited", false, true, false),
    ("query", "deepObject", true, false, true),
    ("header", "simple", false, true, true),
    ("header", "simple", true, true, true),
    ("cookie", "form", false, true, true),
    ("cookie", "form", true, true, true),
];

#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: &'static str,
    pub(crate) style: &'static str,
    pub(crate) explode: bool,
    pub(crate) value: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    Json,
    Form,
    Multipart,
}

#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<(Body, Map<String, Value>)>,
}

impl Sample {
    pub(crate) fn arguments(&self) -> Map<String, Value> {
        let parameters = self.parameters.iter().map(|each| (each.name.clone(), each.value.clone()));
        parameters.chain(self.body.iter().flat_map(|(_, members)| members.clone())).collect()
    }

    pub(crate) fn description(&self) -> Value {
        let of_path = self.parameters.iter().filter(|each| each.place == "path");
        let path: Vec<String> = of_path.map(|each| format!("/{}/{{{}}}", each.name, each.name)).collect();
        let parameters = self.parameters.iter().map(|each| {
            json!({"name": each.name, "in": each.place, "style": each.style, "explode": each.explode,
                "required": each.place == "path", "schema": schema(&each.value)})
        });
        let mut operation = json!({"parameters": parameters.collect::<Vec<_>>()});
        if let Some((body, members)) = &self.body {
            let media_type = match body {
                Body::Json => "application/json",
                Body::Form => "application/x-www-form-urlencoded",
                Body::Multipart => "multipart/form-data",
            };
            let properties: Map<String, Value> =
                members.iter().map(|(name, value)| (name.clone(), schema(value))).collect();
            operation["requestBody"] =
                json!({"content": {media_type: {"schema": {"type": "object", "properties": properties}}}});
        }
        json!({"openapi": "3.1.0", "paths": {format!("/start{}", path.concat()): {"post": operation}}})
    }
}

/// A schema that the value fits and that says what it is.
fn schema(value: &Value) -> Value {
    match value {
        Value::Null => json!({}),
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Number(_) => json!({"type": "integer"}),
        Value::String(_) => json!({"type": "string"}),
        Value::Array(_) => json!({"type": "array"}),
        Value::Object(_) => json!({"type": "object"}),
    }
}

/// Texts without the characters that separate values.
fn text(place: &str) -> BoxedStrategy<String> {
    let plain =
        if matches!(place, "header" | "cookie") { "[a-zA-Z0-9_-]{1,6}" } else { "[a-zA-Z0-9_%&?#+/:@ä€-]{1,6}" };
    plain.boxed()
}

fn value((place, _, _, lists, objects): Cell) -> BoxedStrategy<Value> {
    let scalar = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        text(place).prop_map(Value::from)
    ];
    // An object alone is what `deepObject` is for.
    let mut kinds = Vec::new();
    if lists {
        kinds.push(scalar.boxed());
        kinds.push(vec(text(place), 1..4).prop_map(Value::from).boxed());
    }
    if objects {
        kinds.push(vec(text(place), 1..4).prop_map(members).boxed());
    }
    proptest::strategy::Union::new(kinds).boxed()
}

fn members(texts: Vec<String>) -> Value {
    texts
        .into_iter()
        .enumerate()
        .map(|(index, text)| (format!("k{index}"), Value::from(text)))
        .collect::<Map<_, _>>()
        .into()
}

fn parameter(index: usize) -> impl Strategy<Value = Parameter> {
    select(&CELLS[..]).prop_flat_map(move |cell| {
        let (place, style, explode, ..) = cell;
        value(cell).prop_map(move |value| {
            let name = format!("p{index}");
            // Exploded members stand beside other parameters, so their names must differ.
            let value = match value {
                Value::Object(members) => members
                    .into_iter()
                    .map(|(key, member)| (format!("{name}{key}"), member))
                    .collect::<Map<_, _>>()
                    .into(),
                other => other,
            };
            Parameter { name, place, style, explode, value }
        })
    })
}

/// JSON of any shape; what is not given is not null, so the outermost is none.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from)
    ];
    let inner = prop_oneof![Just(Value::Null), leaf.clone()];
    leaf.prop_recursive(3, 24, 4, move |_| {
        let inner = inner.clone();
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(".{0,5}", vec(inner, 0..3), 0..4).prop_map(|members| json!(members)),
        ]
    })
}

fn body() -> impl Strategy<Value = (Body, Map<String, Value>)> {
    let named = |values: Vec<Value>| {
        values.into_iter().enumerate().map(|(at, value)| (format!("b{at}"), value)).collect::<Map<_, _>>()
    };
    let plain = || {
        let list = vec("[^\\x00-\\x1f]{1,6}", 1..4).prop_map(Value::from);
        prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[^\\x00-\\x1f]{0,8}".prop_map(Value::from),
            list,
            vec("[^\\x00-\\x1f]{0,4}", 1..3).prop_map(members)
        ]
    };
    prop_oneof![
        vec(json(), 1..4).prop_map(move |values| (Body::Json, named(values))),
        vec(plain(), 1..4).prop_map(move |values| (Body::Form, named(values))),
        vec(plain(), 1..4).prop_map(move |values| (Body::Multipart, named(values))),
    ]
}

pub(crate) fn samples() -> impl Strategy<Value = Sample> {
    let parameters = (0..5_usize).prop_flat_map(|count| (0..count).map(parameter).collect::<Vec<_>>());
    (parameters, proptest::option::of(body())).prop_map(|(parameters, body)| Sample { parameters, body })
}
