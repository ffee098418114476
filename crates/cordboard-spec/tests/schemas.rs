//! Argument schemas of odd descriptions, from the text to a checked call.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::request::validate;
use cordboard_spec::toolset::Toolset;
use url::Url;

fn compile(spec: &str) -> Toolset {
    let address = Url::parse("https://shop.example/openapi.yaml").unwrap();
    Toolset::compile_bare(&Bundle::read(&address, spec).unwrap()).unwrap()
}

/// A description whose one operation sends a body of this schema, in flow style.
fn posting(schema: &str) -> String {
    format!(
        "openapi: 3.1.0\npaths:\n  /a:\n    post:\n      operationId: a\n      requestBody:\n        required: true\n        content:\n          \
         application/json:\n            schema: {schema}\n"
    )
}

#[track_caller]
fn check(schema: &str, fitting: &[&str], unfitting: &[&str], codes: &[&str]) {
    let toolset = compile(&posting(schema));
    let found: Vec<&str> = toolset.all_findings().map(|finding| finding.code).collect();
    assert_eq!(found, codes, "{schema}");
    for arguments in fitting {
        let checked = validate::arguments(&toolset.operations[0], arguments);
        assert!(checked.is_ok(), "{schema}: {arguments}: {checked:?}");
    }
    for arguments in unfitting {
        assert!(validate::arguments(&toolset.operations[0], arguments).is_err(), "{schema}: {arguments}");
    }
}

#[test]
fn an_operation_whose_schema_was_cut_is_degraded_with_its_place() {
    let deep = (0..12).fold("{type: string}".to_owned(), |inner, level| {
        format!("{{type: object, properties: {{l{level}: {inner}}}, required: [l{level}]}}")
    });
    let toolset = compile(&posting(&deep));
    assert_eq!(toolset.counts(), [0, 1, 0]);
    let finding = &toolset.operations[0].restrictions[0];
    let position = finding.position.unwrap();
    assert_eq!((finding.code, position.line), ("schema-cut", 10));
    assert!(finding.pointer.ends_with("/schema/properties/l11/properties/l10/properties/l9/properties/l8/properties/l7/properties/l6/properties/l5/properties/l4"), "{}", finding.pointer);
}

#[test]
fn a_required_property_beyond_the_budget_can_be_sent() {
    let properties: Vec<String> = (0..6_000).map(|each| format!("p{each}: {{type: string}}")).collect();
    let properties = properties.join(", ");
    let schema = format!("{{type: object, properties: {{{properties}, last: {{type: string}}}}, required: [last]}}");
    check(&schema, &[r#"{"last": "x"}"#], &["{}"], &["schema-cut"]);
}

#[test]
fn schemas_that_nothing_satisfied_can_be_called() {
    let one = |property: &str| format!("{{type: object, required: [v], properties: {{v: {property}}}}}");
    let contradictory = &["contradictory-schema"][..];
    check(&one("{type: string, pattern: /^a$/}"), &[r#"{"v": "a"}"#], &[r#"{"v": "b"}"#], &[]);
    check(&one("{type: string, pattern: /^a$/i}"), &[r#"{"v": "A"}"#], &[], &["unusable-keyword"]);
    check(&one("{type: boolean, enum: ['true', 'false']}"), &[r#"{"v": true}"#], &[r#"{"v": "x"}"#], &[]);
    check(&one("{type: integer, const: '7'}"), &[r#"{"v": 7}"#], &[r#"{"v": 8}"#], &[]);
    check(&one("{type: integer, enum: [low, high]}"), &[r#"{"v": "low"}"#], &[r#"{"v": 1}"#], contradictory);
    check(
        &one("{type: array, items: {type: string}, enum: [a, b]}"),
        &[r#"{"v": ["a", "b"]}"#],
        &[r#"{"v": ["c"]}"#],
        &[],
    );
    check(&one("{allOf: [{enum: [a, b]}, {const: c}]}"), &[r#"{"v": "a"}"#], &[r#"{"v": "x"}"#], contradictory);
    check(&one("{minProperties: 1, properties: {id: {readOnly: true}}}"), &[r#"{"v": {}}"#], &[], &[]);
}

#[test]
fn conditions_on_the_whole_body_are_checked() {
    let pay = "{type: object, properties: {by: {type: string}, number: {type: string}, iban: {type: string}}, ";
    let schema = format!(
        "{pay} if: {{properties: {{by: {{const: card}}}}, required: [by]}}, then: {{required: [number]}}, else: {{required: \
         [iban]}}}}"
    );
    let fitting = [r#"{"body": {"by": "card", "number": "1"}}"#, r#"{"body": {"iban": "x"}}"#];
    check(&schema, &fitting, &[r#"{"body": {"by": "card", "iban": "x"}}"#], &[]);
    let schema = format!("{pay} not: {{required: [number, iban]}}, dependentRequired: {{by: [number]}}}}");
    let unfitting = [r#"{"body": {"number": "1", "iban": "x"}}"#, r#"{"body": {"by": "card"}}"#];
    check(&schema, &[r#"{"body": {"number": "1"}}"#], &unfitting, &[]);
    let schema = "{type: object, properties: {id: {type: string}}, patternProperties: {'^x-': {type: integer}}, \
                  additionalProperties: false}";
    check(schema, &[r#"{"body": {"x-a": 1}}"#], &[r#"{"body": {"x-a": "one"}}"#, r#"{"body": {"y": 1}}"#], &[]);
}

#[test]
fn texts_that_look_like_numbers_stay_texts() {
    let spec = "openapi: 3.1.0\ninfo: {title: 2024, version: 1.10}\npaths:\n  /a:\n    get:\n      operationId: 42\n      \
                parameters: [{name: 007, in: query, schema: {type: string, enum: [1.10, 1.20, 12345678901234567890123]}}]";
    let operation = &compile(spec).operations[0];
    assert_eq!((operation.operation_id.as_str(), operation.arguments[0].name.as_str()), ("42", "007"));
    assert_eq!(
        operation.parameters["properties"]["007"]["enum"],
        serde_json::json!(["1.10", "1.20", "12345678901234567890123"])
    );
}

#[test]
fn a_number_of_twenty_digits_keeps_them_or_is_not_sent() {
    let toolset = compile(&posting(
        "{type: object, properties: {text: {type: string}, whole: {type: integer}, any: {}, number: {type: number}}}",
    ));
    let check = |arguments: &str| validate::arguments(&toolset.operations[0], arguments);
    let long = "12345678901234567890123";
    let sent = check(&format!("{{\"text\": {long}, \"any\": -{long}}}")).unwrap();
    assert_eq!(serde_json::Value::Object(sent.arguments), serde_json::json!({"text": long, "any": format!("-{long}")}));
    assert_eq!(sent.repairs[0], format!("{long} was kept as text, with all its digits"));
    for argument in ["whole", "number"] {
        for value in [long.to_owned(), format!("\"{long}\"")] {
            let refused = check(&format!("{{\"{argument}\": {value}}}")).unwrap_err().to_string();
            let expected =
                format!("The argument `{argument}` does not fit: whole numbers beyond 64 bits cannot be sent.");
            assert_eq!(refused, expected);
        }
    }
    let exact = check("{\"whole\": 18446744073709551615}").unwrap();
    assert_eq!(exact.arguments["whole"], u64::MAX);
}

#[test]
fn a_description_indented_by_tabs_is_read_with_a_finding() {
    let toolset = compile("openapi: 3.0.0\npaths:\n\t/a:\n\t\tget:\n\t\t\toperationId: a\n");
    let findings: Vec<String> = toolset.all_findings().map(ToString::to_string).collect();
    assert_eq!((toolset.operations.len(), findings.len()), (1, 1));
    assert!(
        findings[0].starts_with("https://shop.example/openapi.yaml:3:") && findings[0].ends_with("[invalid-syntax]"),
        "{findings:?}"
    );
}
