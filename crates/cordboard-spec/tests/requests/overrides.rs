//! Method overrides make a write of every call; headers of the host are no arguments.

use cordboard_spec::report::Report;
use cordboard_spec::version::facts::facts;

use super::{call, toolset};

/// A GET with one parameter, or whatever `operation` holds.
fn get(operation: &str) -> String {
    format!("openapi: 3.2.0\npaths: {{/a: {{get: {{operationId: a, {operation}}}}}}}")
}

fn parameter(name: &str, location: &str, schema: &str) -> String {
    get(&format!("parameters: [{{name: {name:?}, in: {location}, schema: {schema}}}]"))
}

#[test]
fn an_operation_that_takes_an_override_counts_as_a_write() {
    let json = |schema: &str| get(&format!("requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}"));
    let form = "application/x-www-form-urlencoded";
    let whole = format!(
        "parameters: [{{in: querystring, name: q, content: {{{form}: {{schema: {{properties: {{_method: {{}}}}}}}}}}}}]"
    );
    let table = [
        parameter("X-HTTP-Method-Override", "header", "{type: string}"),
        parameter("x_http_method", "header", "{type: string}"),
        parameter("X-Method-Override", "header", "{type: string, enum: [GET]}"),
        parameter("_method", "query", "{type: string}"),
        parameter("_METHOD", "query", "{const: DELETE}"),
        parameter("$httpMethod", "query", "{type: string}"),
        parameter("method", "query", "{enum: [get, delete]}"),
        parameter("method", "query", "{type: string, default: POST}"),
        parameter("_method", "cookie", "{type: string}"),
        parameter("options", "query", "{type: object, properties: {_method: {type: string}}}"),
        json("{type: object, properties: {_method: {type: string}}}"),
        json("{type: object, properties: {a: {}, _method: {}}, additionalProperties: true}"),
        get(&format!("requestBody: {{content: {{{form}: {{schema: {{properties: {{_method: {{}}}}}}}}}}}}")),
        get(&whole),
        get("x: 1").replace("/a:", "'/a?_method=delete':"),
        get("x: 1").replace("/a:", "'/a?x=1;method=DELETE':"),
        get("servers: [{url: 'https://api.example/?_method=delete'}]"),
    ];
    for spec in table {
        let toolset = toolset(&spec);
        let operation = &toolset.operations[0];
        assert!(!operation.is_read() && operation.asks(), "{spec}");
        assert_eq!((facts(&toolset).reads, facts(&toolset).writes), (0, 1), "{spec}");
        assert!(Report::of(&toolset, Vec::new(), &[]).operations[0].asks, "{spec}");
        assert!(toolset.all_findings().any(|finding| finding.code == "method-override"), "{spec}");
        assert!(!call(&toolset, "{}").is_read(), "{spec}");
    }
    for (name, schema) in [("method", "{enum: [card, cash]}"), ("method", "{type: string}"), ("q", "{const: DELETE}")] {
        assert!(toolset(&parameter(name, "query", schema)).operations[0].is_read(), "{name} {schema}");
    }
}

#[test]
fn a_call_into_which_an_override_is_smuggled_is_a_write() {
    let object = "{type: object, additionalProperties: {type: string}}";
    let json = "requestBody: {content: {application/json: {schema: {type: object, additionalProperties: true}}}}";
    let reserved = "parameters: [{name: q, in: query, allowReserved: true, schema: {type: string}}]";
    let whole = "parameters: [{in: querystring, name: q, content: {text/plain: {schema: {type: string}}}}]";
    let table = [
        (parameter("q", "query", object), r#"{"q": {"_method": "delete"}}"#, r#"{"q": {"a": "b"}}"#),
        (parameter("q", "cookie", object), r#"{"q": {"_method": "delete"}}"#, r#"{"q": {"a": "b"}}"#),
        (parameter("method", "query", "{type: string}"), r#"{"method": "Delete"}"#, r#"{"method": "list"}"#),
        (get(json), r#"{"body": {"_method": "delete"}}"#, r#"{"body": {"a": "b"}}"#),
        (get(reserved), r#"{"q": "x;_method=delete"}"#, r#"{"q": "x"}"#),
        (get(whole), r#"{"q": "a=b&_method=delete"}"#, r#"{"q": "a=b"}"#),
    ];
    for (spec, smuggled, plain) in table {
        let toolset = toolset(&spec);
        assert!(toolset.operations[0].is_read(), "{spec}");
        assert!(!call(&toolset, smuggled).is_read(), "{spec} {smuggled}");
        assert!(call(&toolset, plain).is_read(), "{spec} {plain}");
    }
}

#[test]
fn headers_of_the_host_are_left_out_and_named() {
    for name in ["Origin", "Referer", "Forwarded", "X-Forwarded-Host", "x_forwarded_for", "X-Original-URL", "X-Real-IP"]
    {
        for required in [false, true] {
            let header = format!("{{name: {name}, in: header, required: {required}, schema: {{type: string}}}}");
            let toolset = toolset(&get(&format!("parameters: [{header}]")));
            let operation = &toolset.operations[0];
            assert!(operation.arguments.is_empty() && operation.is_read(), "{name}");
            assert_eq!(operation.restrictions[0].code, "host-header", "{name}");
            assert!(operation.restrictions[0].position.is_some(), "{name}");
            assert!(call(&toolset, "{}").headers.is_empty(), "{name}");
        }
    }
    let toolset = toolset(&parameter("Authorization", "header", "{type: string}"));
    assert!(toolset.operations[0].arguments.is_empty() && toolset.operations[0].restrictions.is_empty());
}

#[test]
fn no_key_overrides_the_method_or_says_who_calls() {
    for (location, name) in [("header", "X-HTTP-Method-Override"), ("header", "X-Forwarded-For"), ("query", "_method")]
    {
        let scheme = format!("components: {{securitySchemes: {{k: {{type: apiKey, in: {location}, name: {name}}}}}}}");
        let toolset = toolset(&format!("{}\n{scheme}", get("security: [{k: []}]")));
        assert!(toolset.schemes().is_empty() && toolset.operations[0].credentials.is_empty(), "{name}");
    }
}
