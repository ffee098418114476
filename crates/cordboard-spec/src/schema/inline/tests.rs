//! What becomes of schemas.

use url::Url;

use super::*;
use crate::document::pointer::Pointer;
use crate::document::source::Source;

const LIMITS: Limits = Limits { depth: 8, schemas: 5_000 };

fn bundle(document: &Value) -> Bundle {
    Bundle::new(Source::parse("spec", document.to_string()).unwrap(), Url::parse("https://a.example/o").unwrap())
}

/// What becomes of the schema `here`.
fn check(document: &Value, expected: &Value) {
    let bundle = bundle(document);
    let allowance = Allowance::new(1_000);
    let mut inliner = Inliner::new(&bundle, LIMITS, Use::Request, &allowance);
    let at = Location::in_main(Pointer::parse("/here"));
    assert_eq!(&inliner.inline(&bundle.main().value["here"], &at), expected);
}

/// What becomes of the schema at a place.
fn inline_at(document: &Value, pointer: &str) -> Value {
    let bundle = bundle(document);
    let allowance = Allowance::new(1_000);
    let at = Location::in_main(Pointer::parse(pointer));
    let schema = bundle.main().value.pointer(pointer).unwrap();
    Inliner::new(&bundle, LIMITS, Use::Request, &allowance).inline(schema, &at)
}

#[test]
fn references_are_replaced_and_recursion_is_cut() {
    let tree = json!({"type": "object", "properties": {"name": {"type": "string"}, "child": {"$ref": "#/Tree"}}});
    let expected = json!({"type": "object", "properties": {"name": {"type": "string"},
        "child": {"type": "object", "description": "another Tree, as above"}}});
    check(&json!({"here": {"$ref": "#/Tree"}, "Tree": tree}), &expected);
    check(&json!({"here": {"$ref": "#/here"}}), &json!({"description": "another here, as above"}));
}

#[test]
fn dynamic_references_lead_to_their_anchors() {
    let node = json!({"$dynamicAnchor": "node", "type": "object", "properties": {"next": {"$dynamicRef": "#node"}}});
    let expected = json!({"type": "object", "properties": {"next": {"type": "object",
        "description": "another Node, as above"}}});
    check(&json!({"here": {"$ref": "#/Node"}, "Node": node}), &expected);
}

#[test]
fn what_stands_beside_a_reference_refines_it() {
    let document = json!({"here": {"$ref": "#/Name", "description": "The town.", "default": "Paris", "maxLength": 9},
        "Name": {"type": "string", "description": "A name.", "maxLength": 20}});
    let expected = json!({"type": "string", "description": "The town.", "default": "Paris", "maxLength": 9});
    check(&document, &expected);
}

#[test]
fn the_wilds_boolean_required_becomes_a_list() {
    let schema = json!({"type": "object", "properties": {"todo": {"type": "string", "required": true}}});
    let expected = json!({"type": "object", "properties": {"todo": {"type": "string"}}, "required": ["todo"]});
    check(&json!({ "here": schema }), &expected);
}

#[test]
fn every_dialect_of_null_ends_alike() {
    let expected = json!({"type": ["integer", "null"], "minimum": 0});
    check(&json!({"here": {"type": "integer", "nullable": true, "minimum": 0}}), &expected);
    check(&json!({"here": {"type": ["integer", "null"], "minimum": 0}}), &expected);
    check(&json!({"here": {"$ref": "#/n", "nullable": true}, "n": {"type": "integer", "minimum": 0}}), &expected);
    check(&json!({"here": {"enum": ["a"], "x-nullable": true}}), &json!({"enum": ["a", null]}));
}

#[test]
fn a_schema_that_unfolds_without_end_is_cut() {
    let level = |below: usize| -> Value {
        let members: Map<String, Value> =
            (0..12).map(|each| (format!("p{each}"), json!({ "$ref": format!("#/S{below}") }))).collect();
        json!({ "type": "object", "properties": members })
    };
    let mut document: Map<String, Value> = (0..9).map(|each| (format!("S{each}"), level(each + 1))).collect();
    document.insert("S9".to_owned(), json!({ "type": "string" }));
    let bundle = bundle(&Value::Object(document));
    let allowance = Allowance::new(8_000);
    let mut inliner = Inliner::new(&bundle, LIMITS, Use::Request, &allowance);
    let at = Location::in_main(Pointer::parse("/S0"));
    let first = inliner.inline(&bundle.main().value["S0"], &at);
    assert!(first.to_string().len() < 1_000_000);
    inliner.inline(&bundle.main().value["S0"], &at);
    assert_eq!(allowance.left(), 0);
}

#[test]
fn long_lists_within_a_schema_count_too() {
    let names: Map<String, Value> = (0..50_000).map(|each| (format!("p{each}"), json!({}))).collect();
    let options: Vec<String> = (0..50_000).map(|each| format!("option {each}")).collect();
    let used: Vec<Value> = (0..100).map(|_| json!({"anyOf": [{"$ref": "#/names"}, {"$ref": "#/options"}]})).collect();
    let document = json!({"here": {"allOf": used}, "options": {"enum": options},
        "names": {"properties": names, "additionalProperties": false}});
    let bundle = bundle(&document);
    let allowance = Allowance::new(1_000_000);
    let mut inliner = Inliner::new(&bundle, LIMITS, Use::Request, &allowance);
    let result = inliner.inline(&bundle.main().value["here"], &Location::in_main(Pointer::parse("/here")));
    assert!(result.to_string().len() < 1_000_000);
    assert!(!result.to_string().contains("additionalProperties"));
    assert_eq!(allowance.left(), 1_000_000 - LIMITS.schemas + 1);
}

#[test]
fn all_of_is_merged_where_it_overlaps_too() {
    let schema = json!({"allOf": [
        {"type": "object", "properties": {"a": {"type": "string", "maxLength": 9}}, "required": ["a"]},
        {"type": "object", "properties": {"a": {"maxLength": 5}, "b": {"type": "integer"}}, "required": ["b"]},
        {"properties": {"b": {"type": "number", "minimum": 1}}}
    ]});
    let expected = json!({"type": "object", "properties": {"a": {"type": "string", "maxLength": 5},
        "b": {"type": "integer", "minimum": 1}}, "required": ["a", "b"]});
    check(&json!({ "here": schema }), &expected);
}

#[test]
fn variants_say_which_value_selects_them() {
    let variant =
        |own: &str| json!({"type": "object", "properties": {"kind": {"type": "string"}, own: {"type": "number"}}});
    let document = json!({
        "here": {"oneOf": [{"$ref": "#/c/Circle"}, {"$ref": "#/c/Square"}],
            "discriminator": {"propertyName": "kind", "mapping": {"round": "#/c/Circle"}}},
        "c": {"Circle": variant("radius"), "Square": variant("side")}
    });
    let expected = json!({"anyOf": [
        {"type": "object", "properties": {"kind": {"type": "string", "const": "round"}, "radius": {"type": "number"}},
            "required": ["kind"]},
        {"type": "object", "properties": {"kind": {"type": "string", "const": "Square"}, "side": {"type": "number"}},
            "required": ["kind"]}
    ]});
    check(&document, &expected);
}

#[test]
fn what_only_comes_back_is_neither_sent_nor_required() {
    let schema =
        json!({"allOf": [{"required": ["id", "name"]}, {"properties": {"id": {"readOnly": true}, "name": {}}}]});
    check(&json!({ "here": schema }), &json!({"type": "object", "properties": {"name": {}}, "required": ["name"]}));
}

#[test]
fn a_dead_end_allows_anything_and_is_told() {
    let bundle = bundle(&json!({"here": {"type": "array", "items": {"$ref": "#/gone"}}}));
    let allowance = Allowance::new(100);
    let mut inliner = Inliner::new(&bundle, LIMITS, Use::Request, &allowance);
    let at = Location::in_main(Pointer::parse("/here"));
    assert_eq!(inliner.inline(&bundle.main().value["here"], &at), json!({"type": "array", "items": {}}));
    assert_eq!(inliner.faults[0].at.pointer.as_str(), "/here/items");
}

/// The schema `here` within limits, with the codes and places of what was left out.
fn inlined(document: &Value, limits: Limits) -> (Value, Vec<(&'static str, String)>) {
    let bundle = bundle(document);
    let allowance = Allowance::new(100_000);
    let mut inliner = Inliner::new(&bundle, limits, Use::Request, &allowance);
    let result = inliner.inline(&bundle.main().value["here"], &Location::in_main(Pointer::parse("/here")));
    let faults = inliner.faults.iter().map(|fault| (fault.code, fault.at.pointer.as_str().to_owned())).collect();
    (result, faults)
}

#[track_caller]
fn check_faults(schema: &Value, expected: &Value, faults: &[(&str, &str)]) {
    let (result, found) = inlined(&json!({ "here": schema }), LIMITS);
    let found: Vec<(&str, &str)> = found.iter().map(|(code, at)| (*code, at.as_str())).collect();
    assert_eq!((&result, found.as_slice()), (expected, faults));
    assert!(jsonschema::draft202012::meta::is_valid(&result), "{result}");
}

#[test]
fn what_depth_cuts_is_told_once_and_plain_schemas_are_never_cut() {
    let limits = Limits { depth: 2, schemas: 100 };
    let leaf = json!({"type": "string", "maxLength": 3});
    let nested = json!({"type": "object", "properties": {"deep": leaf}, "additionalProperties": false});
    let middle = json!({"type": "object", "properties": {"a": nested, "b": leaf, "c": {"$ref": "#/leaf"}, "d": nested},
        "additionalProperties": false});
    let document = json!({"leaf": leaf, "here": {"type": "object", "properties": {"middle": middle}}});
    let (result, faults) = inlined(&document, limits);
    let object = json!({"type": "object"});
    let expected = json!({"type": "object", "properties": {"middle": {"type": "object",
        "properties": {"a": object, "b": leaf, "c": leaf, "d": object}}}});
    assert_eq!(result, expected);
    assert_eq!(faults, [("schema-cut", "/here/properties/middle/properties/a".to_owned())]);
}

#[test]
fn parts_of_all_of_are_no_deeper_than_the_whole() {
    let part = |number: usize| json!({"allOf": [{"$ref": format!("#/p{}", number + 1)}], "properties": {format!("a{number}"): {}}});
    let mut document: Map<String, Value> = (0..12).map(|number| (format!("p{number}"), part(number))).collect();
    document.insert("p12".to_owned(), json!({"properties": {"last": {"type": "string"}}}));
    document.insert("here".to_owned(), json!({"$ref": "#/p0"}));
    let (result, faults) = inlined(&Value::Object(document), LIMITS);
    assert_eq!((&result["properties"]["last"], faults.len()), (&json!({"type": "string"}), 0));
}

#[test]
fn required_properties_survive_the_budget() {
    let properties: Map<String, Value> =
        (0..50).map(|each| (format!("p{each}"), json!({"type": "object", "properties": {"x": {}}}))).collect();
    let schema = json!({"type": "object", "properties": properties, "required": ["p3", "p48", "p49"],
        "additionalProperties": false});
    let (result, faults) = inlined(&json!({ "here": schema }), Limits { depth: 8, schemas: 21 });
    let kept = result["properties"].as_object().unwrap();
    assert_eq!(kept.len(), 10 + 2);
    assert_eq!((&kept["p49"], &result["required"]), (&json!({}), &json!(["p3", "p48", "p49"])));
    assert_eq!(result.get("additionalProperties"), None);
    assert_eq!(faults, [("schema-cut", "/here/properties/p10".to_owned())]);
    let valid = json!({"p3": {}, "p48": 1, "p49": "any", "p20": true});
    assert!(jsonschema::draft202012::is_valid(&result, &valid));
}

#[test]
fn contradictions_between_parts_are_loosened_and_told() {
    let excludes = |index: usize| format!("/here/allOf/{index}");
    let table = [
        (json!({"allOf": [{"enum": ["a", "b"]}, {"const": "a"}]}), json!({"const": "a"}), None),
        (
            json!({"allOf": [{"enum": ["a", "b"]}, {"const": "c"}]}),
            json!({"enum": ["a", "b"]}),
            Some("/here".to_owned()),
        ),
        (json!({"allOf": [{"enum": ["a"]}, {"enum": ["b"]}]}), json!({"enum": ["a"]}), Some(excludes(1))),
        (json!({"allOf": [{"const": 1}, {"const": 2}]}), json!({"const": 1}), Some(excludes(1))),
        (json!({"allOf": [{"type": "string"}, {"type": "object"}]}), json!({"type": "string"}), Some(excludes(1))),
        (json!({"allOf": [{"minimum": 5}, {"maximum": 3}]}), json!({}), Some("/here".to_owned())),
        (
            json!({"allOf": [{"pattern": "^a"}, {"pattern": "b$"}]}),
            json!({"pattern": "^a", "allOf": [{"pattern": "b$"}]}),
            None,
        ),
    ];
    for (schema, expected, fault) in table {
        let faults: Vec<(&str, &str)> = fault.iter().map(|at| ("contradictory-schema", at.as_str())).collect();
        check_faults(&schema, &expected, &faults);
    }
}

#[test]
fn fewer_properties_are_asked_for_where_some_are_withheld() {
    let schema = json!({"type": "object", "minProperties": 1, "properties": {"id": {"readOnly": true}}});
    check_faults(&schema, &json!({"type": "object", "properties": {}}), &[]);
}

#[test]
fn conditions_are_kept_where_they_are_understood() {
    let card = json!({"properties": {"by": {"const": "card"}}, "required": ["by"]});
    let kept = [
        json!({"not": {"required": ["a", "b"]}}),
        json!({"not": {"oneOf": [{"type": "string"}, {"type": "null"}]}}),
        json!({"if": card, "then": {"required": ["number"]}, "else": {"required": ["iban"]}}),
        json!({"dependentRequired": {"a": ["b"]}}),
        json!({"dependentSchemas": {"a": {"required": ["c"]}}}),
        json!({"contains": {"type": "string"}, "minContains": 2, "maxContains": 3}),
        json!({"propertyNames": {"pattern": "^[a-z]+$"}}),
        json!({"patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": false}),
    ];
    for schema in kept {
        check_faults(&schema, &schema, &[]);
    }
    let old = json!({"dependencies": {"a": ["b"], "c": {"required": ["d"]}}});
    let new = json!({"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"required": ["d"]}}});
    check_faults(&old, &new, &[]);
}

#[test]
fn conditions_that_loosening_would_turn_round_are_left_out() {
    let table = [
        (json!({"not": {"type": "Money"}}), json!({}), "/here/not"),
        (json!({"not": {"$ref": "#/gone"}}), json!({}), "/here/not"),
        (json!({"not": {"properties": {"self": {"$ref": "#/here/not"}}}}), json!({}), "/here/not"),
        (json!({"not": {"unevaluatedProperties": false}}), json!({}), "/here/not"),
        (json!({"if": {"pattern": "["}, "then": {"minLength": 3}}), json!({}), "/here/if"),
    ];
    for (schema, expected, at) in table {
        check_faults(&schema, &expected, &[("unusable-keyword", at)]);
    }
    check_faults(&json!({"not": {}}), &json!({}), &[("contradictory-schema", "/here")]);
    let counted = json!({"contains": {"nullable": true, "type": "string"}, "maxContains": 1});
    check_faults(&counted, &json!({"contains": {"type": ["string", "null"]}}), &[]);
    let patterns = json!({"patternProperties": {"[": {}, "^a": {}}, "additionalProperties": false});
    check_faults(&patterns, &json!({"patternProperties": {"^a": {}}, "additionalProperties": true}), &[]);
}

#[test]
fn plain_schemas_are_kept_where_the_documents_allowance_is_used_up() {
    let bundle = bundle(&json!({"here": {"type": "string"}, "other": {"properties": {"a": {}}}}));
    let allowance = Allowance::new(0);
    let mut inliner = Inliner::new(&bundle, LIMITS, Use::Request, &allowance);
    let at = |name: &str| Location::in_main(Pointer::root().join(name));
    assert_eq!(inliner.inline(&bundle.main().value["here"], &at("here")), json!({"type": "string"}));
    assert!(inliner.faults.is_empty());
    assert_eq!(
        inliner.inline(&bundle.main().value["other"], &at("other")),
        json!({"type": "object", "properties": {}})
    );
    assert_eq!(inliner.faults[0].code, "schema-cut");
}

#[test]
fn a_base_stands_for_its_subtypes_and_each_subtype_for_itself() {
    let spec = json!({"components": {"schemas": {
        "Pet": {"type": "object", "discriminator": {"propertyName": "kind"}, "required": ["kind"],
            "properties": {"kind": {"type": "string"}, "name": {"type": "string"}}},
        "Dog": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "object", "properties": {"bark": {"type": "boolean"}}}]},
        "Cat": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"friend": {"$ref": "#/components/schemas/Pet"}}}]},
    }}});
    let inlined = inline_at(&spec, "/components/schemas/Pet");
    let fits = |value: Value| jsonschema::is_valid(&inlined, &value);
    assert_eq!(inlined.pointer("/properties/name/type"), Some(&json!("string")));
    assert_eq!(inlined.pointer("/anyOf/0/properties/bark/type"), Some(&json!("boolean")));
    assert!(inlined.pointer("/anyOf/0/properties/name").is_none() && inlined.pointer("/anyOf/0/description").is_none());
    assert!(fits(json!({"kind": "Dog", "bark": true})) && fits(json!({"kind": "Pet", "name": "x"})));
    assert!(!fits(json!({"kind": "Dog", "bark": "loud"})) && !fits(json!({"kind": "Horse"})));
    let dog = inline_at(&spec, "/components/schemas/Dog");
    assert!(dog.get("anyOf").is_none() && dog.pointer("/properties/name").is_some(), "{dog}");
}

#[test]
fn a_mapping_says_which_subtypes_there_are() {
    let spec = json!({"components": {"schemas": {
        "Pet": {"type": "object", "discriminator": {"propertyName": "kind", "mapping": {"dog": "#/components/schemas/Dog", "puppy": "Dog"}},
            "properties": {"kind": {"type": "string"}}},
        "Dog": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"bark": {"type": "boolean"}}}]},
        "Cat": {"allOf": [{"$ref": "#/components/schemas/Pet"}]},
    }}});
    let inlined = inline_at(&spec, "/components/schemas/Pet");
    assert!(jsonschema::is_valid(&inlined, &json!({"kind": "dog", "bark": true})), "{inlined}");
    assert!(!jsonschema::is_valid(&inlined, &json!({"kind": "Cat"})));
}
