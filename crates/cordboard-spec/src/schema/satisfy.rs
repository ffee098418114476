//! Schemas that no value satisfies, as contradicting authors write them: what excludes every value is left out, and said.

use serde_json::{Map, Value, json};

use super::fit::{fitted, is_of, names};

/// Keywords that a listed value may fail.
const ASSERTIONS: [&str; 10] = [
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "not",
    "allOf",
];

/// Leaves out what excludes every value, and says what that was. `is_reduced` tells that properties are withheld.
pub(super) fn loosen(schema: &mut Map<String, Value>, is_reduced: bool) -> Vec<String> {
    let mut problems = Vec::new();
    let concerns = concerns(schema);
    let concern = |which: u8| concerns & which != 0;
    if concern(OPTIONS) {
        move_options_to_items(schema);
        choose_constant(schema, &mut problems);
        free_options(schema, &mut problems);
    }
    if concern(BOUNDS) {
        order_bounds(schema, &mut problems);
    }
    if concern(COUNTS) {
        count_properties(schema, is_reduced, &mut problems);
    }
    if concern(CLOSED) {
        declare_required(schema, &mut problems);
    }
    if concern(VARIANTS) {
        free_variants(schema, &mut problems);
    }
    if concern(NEGATION) {
        free_negation(schema, &mut problems);
    }
    problems
}

const OPTIONS: u8 = 1;
const BOUNDS: u8 = 1 << 1;
const COUNTS: u8 = 1 << 2;
const CLOSED: u8 = 1 << 3;
const VARIANTS: u8 = 1 << 4;
const NEGATION: u8 = 1 << 5;

/// Which checks a schema needs; most need none.
fn concerns(schema: &Map<String, Value>) -> u8 {
    let of = |(keyword, value): (&String, &Value)| match keyword.as_str() {
        "enum" | "const" => OPTIONS,
        "minimum" | "exclusiveMinimum" | "minLength" | "minItems" => BOUNDS,
        "minProperties" | "maxProperties" => COUNTS | BOUNDS,
        "additionalProperties" if value == &Value::Bool(false) => CLOSED,
        "anyOf" => VARIANTS,
        "not" => NEGATION,
        _ => 0,
    };
    schema.iter().map(of).fold(0, |all, one| all | one)
}

/// The options of a list's items, written beside `items` instead of in it.
fn move_options_to_items(schema: &mut Map<String, Value>) {
    let is_list = schema.get("type").is_some_and(|kind| names(kind).contains(&"array"));
    let options = schema.get("enum").and_then(Value::as_array);
    if !is_list || options.is_none_or(|options| options.iter().any(Value::is_array)) {
        return;
    }
    let Some(Value::Array(options)) = schema.shift_remove("enum") else { return };
    let Some(items) = schema.entry("items").or_insert_with(|| json!({})).as_object_mut() else { return };
    if items.contains_key("enum") || items.contains_key("const") {
        return;
    }
    let kind = items.get("type").cloned().unwrap_or_default();
    let options = options.into_iter().filter(|option| !option.is_null());
    let options: Vec<Value> = options.filter_map(|option| fitted(option, &names(&kind))).collect();
    if options.iter().any(|option| names(&kind).is_empty() || names(&kind).iter().any(|name| is_of(option, name))) {
        items.insert("enum".to_owned(), Value::Array(options));
    }
}

/// A constant beside options is one of them.
fn choose_constant(schema: &mut Map<String, Value>, problems: &mut Vec<String>) {
    let (Some(Value::Array(options)), Some(constant)) = (schema.get("enum"), schema.get("const")) else { return };
    if options.contains(constant) {
        schema.shift_remove("enum");
    } else {
        problems.push(format!("`const` ({}) is none of the values in `enum`", short(constant)));
        schema.shift_remove("const");
    }
}

/// Options that the type or an assertion excludes, all of them: the options are what the author looked at.
fn free_options(schema: &mut Map<String, Value>, problems: &mut Vec<String>) {
    let options = match (schema.get("enum"), schema.get("const")) {
        (Some(Value::Array(options)), _) => options.clone(),
        (_, Some(constant)) => vec![constant.clone()],
        _ => return,
    };
    let all_null = options.iter().all(Value::is_null);
    let counts = |option: &&Value| all_null || !option.is_null();
    let types = schema.get("type").map(names).unwrap_or_default();
    let has_type = |option: &Value| types.is_empty() || types.iter().any(|name| is_of(option, name));
    if !options.iter().filter(counts).any(has_type) {
        problems.push(format!("none of the listed values is of type {}", types.join(" or ")));
        schema.shift_remove("type");
    }
    let asserted: Map<String, Value> =
        ASSERTIONS.into_iter().filter_map(|keyword| Some((keyword.to_owned(), schema.get(keyword)?.clone()))).collect();
    if asserted.is_empty() {
        return;
    }
    let asserted = Value::Object(asserted);
    let Ok(validator) = jsonschema::draft202012::options().should_validate_formats(false).build(&asserted) else {
        return;
    };
    if !options.iter().filter(counts).any(|option| validator.is_valid(option)) {
        let present: Vec<&str> = ASSERTIONS.into_iter().filter(|keyword| schema.contains_key(*keyword)).collect();
        problems.push(format!("none of the listed values satisfies `{}`", present.join("`, `")));
        for keyword in present {
            schema.shift_remove(keyword);
        }
    }
}

fn order_bounds(schema: &mut Map<String, Value>, problems: &mut Vec<String>) {
    let bound = |keyword: &str| schema.get(keyword).and_then(Value::as_f64);
    let mut excluding: Vec<&[&str]> = Vec::new();
    for pair in [&["minLength", "maxLength"], &["minItems", "maxItems"], &["minProperties", "maxProperties"]] {
        if bound(pair[0]).zip(bound(pair[1])).is_some_and(|(least, most)| least > most) {
            excluding.push(pair);
        }
    }
    let above = |low: &str, high: &str, or_equal: bool| {
        bound(low).zip(bound(high)).is_some_and(|(low, high)| low > high || or_equal && low >= high)
    };
    if above("minimum", "maximum", false)
        || above("minimum", "exclusiveMaximum", true)
        || above("exclusiveMinimum", "maximum", true)
        || above("exclusiveMinimum", "exclusiveMaximum", true)
    {
        excluding.push(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]);
    }
    for keywords in excluding {
        let present: Vec<&str> = keywords.iter().copied().filter(|keyword| schema.contains_key(*keyword)).collect();
        problems.push(format!("nothing is between `{}`", present.join("` and `")));
        for keyword in present {
            schema.shift_remove(keyword);
        }
    }
}

/// As many properties as there are can be asked for, and not fewer than are required.
fn count_properties(schema: &mut Map<String, Value>, is_reduced: bool, problems: &mut Vec<String>) {
    let length = |keyword: &str| match schema.get(keyword) {
        Some(Value::Object(members)) => members.len() as u64,
        Some(Value::Array(items)) => items.len() as u64,
        _ => 0,
    };
    let is_closed =
        schema.get("additionalProperties") == Some(&Value::Bool(false)) && !schema.contains_key("patternProperties");
    let least = schema.get("minProperties").and_then(Value::as_u64).unwrap_or_default();
    let (declared, required) = (length("properties"), length("required"));
    if (is_reduced || is_closed) && schema.contains_key("properties") && least > declared {
        schema.shift_remove("minProperties");
        if !is_reduced {
            problems.push("`minProperties` asks for more properties than there are".to_owned());
        }
    }
    if schema.get("maxProperties").and_then(Value::as_u64).is_some_and(|most| most < required) {
        schema.shift_remove("maxProperties");
        problems.push("`maxProperties` allows fewer properties than are required".to_owned());
    }
}

/// What is required can be given, whatever else is forbidden.
fn declare_required(schema: &mut Map<String, Value>, problems: &mut Vec<String>) {
    if schema.contains_key("patternProperties") {
        return;
    }
    let declared = |name: &str| schema.get("properties").is_some_and(|properties| properties.get(name).is_some());
    let Some(Value::Array(required)) = schema.get("required") else { return };
    let missing: Vec<String> =
        required.iter().filter_map(Value::as_str).filter(|name| !declared(name)).map(str::to_owned).collect();
    let Some(first) = missing.first() else { return };
    problems.push(format!("`{first}` is required and, as nothing declares it, forbidden"));
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    if let Value::Object(properties) = properties {
        properties.extend(missing.into_iter().map(|name| (name, json!({}))));
    }
}

/// A type that every variant excludes.
fn free_variants(schema: &mut Map<String, Value>, problems: &mut Vec<String>) {
    let Some(Value::Array(variants)) = schema.get("anyOf") else { return };
    let outer: Vec<&str> = schema.get("type").map(names).unwrap_or_default();
    let outer: Vec<&str> = outer.into_iter().filter(|name| *name != "null").collect();
    let is_null = |variant: &&Value| variant.get("type").is_some_and(|kind| kind == "null");
    let mut variants = variants.iter().filter(|variant| !is_null(variant)).peekable();
    if outer.is_empty() || variants.peek().is_none() {
        return;
    }
    let overlap =
        |one: &str, other: &str| one == other || matches!((one, other), ("number", "integer") | ("integer", "number"));
    let fits = |variant: &Value| {
        variant.get("type").is_none_or(|kind| names(kind).iter().any(|own| outer.iter().any(|name| overlap(name, own))))
    };
    if !variants.any(fits) {
        problems.push(format!("no variant is of type {}", outer.join(" or ")));
        schema.shift_remove("type");
    }
}

/// `not` of the very type.
fn free_negation(schema: &mut Map<String, Value>, problems: &mut Vec<String>) {
    let Some(Value::Object(negated)) = schema.get("not") else { return };
    let excluded = negated.get("type").filter(|_| negated.len() == 1).map(names).unwrap_or_default();
    let types = schema.get("type").map(names).unwrap_or_default();
    let is_excluded = |name: &&str| excluded.contains(name) || *name == "integer" && excluded.contains(&"number");
    if negated.is_empty() || !types.is_empty() && types.iter().all(is_excluded) {
        problems.push("`not` excludes everything".to_owned());
        schema.shift_remove("not");
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 40 { text } else { format!("{}…", text.chars().take(39).collect::<String>()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "tables read better")]
    fn check(schema: Value, expected: Value, problems: usize) {
        let mut schema = schema.as_object().expect("a schema").clone();
        let found = loosen(&mut schema, false);
        assert_eq!((Value::Object(schema), found.len()), (expected, problems), "{found:?}");
    }

    #[test]
    fn options_that_nothing_allows_are_freed() {
        check(json!({"type": "integer", "enum": ["a", "b"]}), json!({"enum": ["a", "b"]}), 1);
        check(json!({"type": ["integer", "null"], "enum": ["a", null]}), json!({"enum": ["a", null]}), 1);
        check(json!({"type": "integer", "enum": ["a", 1]}), json!({"type": "integer", "enum": ["a", 1]}), 0);
        check(json!({"type": "integer", "const": "a"}), json!({"const": "a"}), 1);
        check(json!({"enum": ["a", "b"], "const": "a"}), json!({"const": "a"}), 0);
        check(json!({"enum": ["a", "b"], "const": "c"}), json!({"enum": ["a", "b"]}), 1);
        check(json!({"enum": ["a"], "pattern": "^b", "minLength": 1}), json!({"enum": ["a"]}), 1);
        check(json!({"enum": ["a"], "pattern": "^a"}), json!({"enum": ["a"], "pattern": "^a"}), 0);
        check(json!({"enum": ["a"], "not": {"enum": ["a"]}}), json!({"enum": ["a"]}), 1);
    }

    #[test]
    fn options_of_a_list_are_its_items() {
        let list = |items: Value| json!({"type": "array", "items": items});
        let with = |items: Value, options: Value| json!({"type": "array", "items": items, "enum": options});
        let text = json!({"type": "string"});
        check(with(text.clone(), json!(["a", "b"])), list(json!({"type": "string", "enum": ["a", "b"]})), 0);
        check(with(json!({"type": "integer"}), json!(["1"])), list(json!({"type": "integer", "enum": [1]})), 0);
        check(with(json!({"enum": ["x"]}), json!(["a"])), list(json!({"enum": ["x"]})), 0);
        check(json!({"type": "array", "enum": ["a"]}), list(json!({"enum": ["a"]})), 0);
        check(with(text.clone(), json!([["a"], ["b"]])), with(text, json!([["a"], ["b"]])), 0);
    }

    #[test]
    fn bounds_that_exclude_each_other_are_left_out() {
        check(json!({"minimum": 5, "maximum": 1}), json!({}), 1);
        check(json!({"minimum": 1, "exclusiveMaximum": 1}), json!({}), 1);
        check(json!({"minimum": 1, "maximum": 1}), json!({"minimum": 1, "maximum": 1}), 0);
        check(json!({"minLength": 3, "maxLength": 2, "minItems": 1}), json!({"minItems": 1}), 1);
    }

    #[test]
    fn what_is_required_can_be_given() {
        let closed = json!({"properties": {"a": {}}, "required": ["b"], "additionalProperties": false});
        let opened = json!({"properties": {"a": {}, "b": {}}, "required": ["b"], "additionalProperties": false});
        check(closed, opened, 1);
        check(json!({"required": ["a", "b"], "maxProperties": 1}), json!({"required": ["a", "b"]}), 1);
        let few = json!({"properties": {"a": {}}, "minProperties": 2, "additionalProperties": false});
        check(few, json!({"properties": {"a": {}}, "additionalProperties": false}), 1);
        let open = json!({"properties": {"a": {}}, "minProperties": 2});
        check(open.clone(), open, 0);
    }

    #[test]
    fn types_that_everything_else_excludes_are_left_out() {
        let variants = json!([{"type": "string"}, {"type": "integer"}]);
        check(json!({"type": "object", "anyOf": variants}), json!({ "anyOf": variants }), 1);
        check(json!({"type": "number", "anyOf": variants}), json!({"type": "number", "anyOf": variants}), 0);
        check(json!({"type": "string", "not": {"type": "string"}}), json!({"type": "string"}), 1);
    }
}
