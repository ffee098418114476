//! What published documents get wrong, and what becomes of it: one test per fault seen in the wild.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

use cordboard_domain::plugin::VersionDigest;
use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::document::source::Source;
use cordboard_spec::request::{plan, validate};
use cordboard_spec::toolset::{Toolset, read_manifest};
use url::Url;

const MANIFEST: &str = r#"{"name_for_model": "shop", "name_for_human": "Shop", "auth": {"type": "none"},
    "description_for_human": "x", "description_for_model": "x", "api": {"url": "/openapi.yaml"}}"#;

fn compile_at(origin: &str, spec: &str) -> Toolset {
    let manifest_url = Url::parse(origin).unwrap().join("/.well-known/ai-plugin.json").unwrap();
    let spec_url = manifest_url.join("/openapi.yaml").unwrap();
    Toolset::compile(&manifest_url, MANIFEST, &Bundle::read(&spec_url, spec).unwrap()).unwrap()
}

fn compile(spec: &str) -> Toolset {
    compile_at("https://shop.example", spec)
}

/// Codes of everything that was found, in order.
fn codes(toolset: &Toolset) -> Vec<&'static str> {
    toolset.all_findings().map(|finding| finding.code).collect()
}

/// The URL that a call of the first operation goes to.
fn url(toolset: &Toolset, arguments: &str) -> String {
    let operation = &toolset.operations[0];
    let checked = validate::arguments(operation, arguments).unwrap();
    let plugin = "0190f1f0a0a070008000000000000001".parse().unwrap();
    let version = VersionDigest::from_stored("v".to_owned());
    plan::plan(operation, plugin, &version, &checked.arguments).unwrap().url
}

fn check_url(spec: &str, arguments: &str, expected: &str, expected_codes: &[&str]) {
    let toolset = compile(spec);
    assert_eq!(url(&toolset, arguments), expected, "{spec}");
    assert_eq!(codes(&toolset), expected_codes, "{spec}");
}

#[test]
fn unresolvable_references_allow_anything() {
    let spec = "openapi: 3.0.0\npaths: {/a: {post: {operationId: a, requestBody: {content: {application/json: \
                {schema: {$ref: '#/components/schemas/Gone'}}}}}}}";
    let toolset = compile(spec);
    assert_eq!(codes(&toolset), ["unresolvable-reference"]);
    assert_eq!(toolset.counts(), [0, 1, 0]);
    assert!(validate::arguments(&toolset.operations[0], r#"{"body": [1, "x"]}"#).is_ok());
}

#[test]
fn without_servers_the_host_of_the_description_is_called() {
    check_url("openapi: 3.0.0\npaths: {/a: {get: {operationId: a}}}", "{}", "https://shop.example/a", &[]);
}

#[test]
fn a_server_may_end_in_a_slash() {
    let spec = "openapi: 3.0.0\nservers: [{url: 'https://shop.example/v1/'}]\npaths: {/a: {get: {operationId: a}}}";
    check_url(spec, "{}", "https://shop.example/v1/a", &[]);
}

#[test]
fn a_query_in_the_path_is_sent_and_its_placeholders_are_arguments() {
    let spec = "openapi: 3.0.0\npaths: {'/a?format=json&q={text}': {get: {operationId: a, parameters: [{name: text, \
                in: path, required: true, schema: {type: string}}]}}}";
    check_url(spec, r#"{"text": "x y"}"#, "https://shop.example/a?format=json&q=x%20y", &[]);
}

#[test]
fn expressions_in_a_path_go_where_they_expand_to() {
    let spec = "openapi: 3.0.0\npaths: {'/a/{id}{.format}{?limit}': {get: {operationId: a, parameters: [{name: id, in: path, \
                required: true, schema: {type: string}}, {name: format, in: path, required: true, schema: {type: string}}, \
                {name: limit, in: query, schema: {type: integer}}]}}}";
    check_url(spec, r#"{"id": "1", "format": "csv", "limit": 2}"#, "https://shop.example/a/1.csv?limit=2", &[]);
    check_url(spec, r#"{"id": "1", "format": "csv"}"#, "https://shop.example/a/1.csv", &[]);
    let with_sign = spec.replace("name: format", "name: .format");
    check_url(&with_sign, r#"{"id": "1", "format": "csv"}"#, "https://shop.example/a/1.csv", &[]);
    let within = "openapi: 3.0.0\npaths: {'/a?range={from}-{to}': {get: {operationId: a}}}";
    check_url(within, r#"{"range": "1-2"}"#, "https://shop.example/a?range=1-2", &["undeclared-path-parameter"]);
}

#[test]
fn an_empty_server_is_the_host_of_the_description() {
    for servers in ["[{url: ''}]", "[{}]", "[{url: /}]"] {
        let spec = format!("openapi: 3.0.0\nservers: {servers}\npaths: {{/a: {{get: {{operationId: a}}}}}}");
        check_url(&spec, "{}", "https://shop.example/a", &[]);
    }
}

#[test]
fn a_path_may_lack_its_slash() {
    check_url("openapi: 3.0.0\npaths: {a: {get: {operationId: a}}}", "{}", "https://shop.example/a", &[]);
}

#[test]
fn a_localhost_server_of_a_public_plugin_is_not_called() {
    let spec = "openapi: 3.0.0\nservers: [{url: 'http://localhost:3000'}]\npaths: {/a: {get: {operationId: a}}}";
    check_url(spec, "{}", "https://shop.example/a", &["private-server"]);
    let same = compile_at("http://localhost:3000", spec);
    assert_eq!(url(&same, "{}"), "http://localhost:3000/a");
}

#[test]
fn private_servers_are_told_by_the_rules_of_the_guard() {
    let table = [
        ("https://8.8.8.8", "https://8.8.8.8/a", "server-elsewhere"),
        ("http://10.0.0.7", "https://shop.example/a", "private-server"),
        ("http://nas.local", "https://shop.example/a", "private-server"),
        ("http://[::1]:3000", "https://shop.example/a", "private-server"),
    ];
    for (server, expected, code) in table {
        let spec =
            format!("openapi: 3.0.0\nservers: [{{url: '{server}'}}]\npaths: {{/a: {{get: {{operationId: a}}}}}}");
        check_url(&spec, "{}", expected, &[code]);
    }
}

#[test]
fn an_https_server_of_a_plain_localhost_plugin_is_called_plainly() {
    let spec = "openapi: 3.0.0\nservers: [{url: 'https://localhost:5003'}]\npaths: {/a: {get: {operationId: a}}}";
    assert_eq!(url(&compile_at("http://localhost:5003", spec), "{}"), "http://localhost:5003/a");
}

#[test]
fn a_servers_query_goes_with_every_call() {
    let spec = "openapi: 3.0.0\nservers: [{url: 'https://shop.example/x?v=1'}]\npaths: {'/a?w=2': {get: {operationId: a, \
                parameters: [{name: q, in: query, schema: {type: string}}]}}}";
    check_url(spec, r#"{"q": "3"}"#, "https://shop.example/x/a?v=1&w=2&q=3", &["server-query"]);
}

#[test]
fn a_server_without_a_scheme_is_a_host() {
    let spec = "openapi: 3.0.0\nservers: [{url: api.shop.example/v1}]\npaths: {/a: {get: {operationId: a}}}";
    check_url(spec, "{}", "https://api.shop.example/v1/a", &["server-without-scheme"]);
}

#[test]
fn a_placeholder_with_a_pattern_is_the_parameter_that_is_declared() {
    let spec = "openapi: 3.0.0\npaths: {'/a/{id:[0-9]{1,3}}': {get: {operationId: a, parameters: [{name: id, in: path, \
                required: true, schema: {type: integer}}]}}}";
    check_url(spec, r#"{"id": 7}"#, "https://shop.example/a/7", &[]);
    assert_eq!(compile(spec).operations[0].parameters["properties"]["id"]["type"], "integer");
}

#[test]
fn recursive_schemas_end() {
    let spec = "openapi: 3.0.0\npaths: {/a: {post: {operationId: a, requestBody: {content: {application/json: \
                {schema: {$ref: '#/components/schemas/Node'}}}}}}}\n\
                components: {schemas: {Node: {type: object, properties: {name: {type: string}, next: {$ref: \
                '#/components/schemas/Node'}}}}}";
    let toolset = compile(spec);
    assert_eq!(toolset.counts(), [1, 0, 0]);
    let deep = r#"{"name": "x", "next": {"name": "y", "next": {"name": "z"}}}"#;
    assert!(validate::arguments(&toolset.operations[0], deep).is_ok());
}

#[test]
fn operation_ids_may_be_missing_twice_the_same_or_no_identifiers() {
    let spec = "openapi: 3.0.0\npaths:\n  /a: {get: {operationId: same}, post: {operationId: same}}\n  /b: {get: {}}\n  \
                /c: {get: {operationId: 'list all/things!'}}";
    let toolset = compile(spec);
    let names: Vec<&str> = toolset.operations.iter().map(|operation| operation.name.as_str()).collect();
    assert_eq!((names[0], names[2], names[3]), ("same", "get_b", "list_all_things"));
    assert!(names[1].starts_with("same_") && names[1].len() == 9, "{names:?}");
}

#[test]
fn a_plugins_own_files_are_no_operations() {
    let spec = "openapi: 3.0.0\npaths:\n  /.well-known/ai-plugin.json: {get: {operationId: manifest}}\n  /openapi.yaml: \
                {get: {operationId: spec}}\n  /a: {get: {operationId: a}}";
    let toolset = compile(spec);
    assert_eq!(toolset.operations.len(), 1);
    assert_eq!(codes(&toolset), ["own-document", "own-document"]);
    assert_eq!((toolset.counts(), toolset.left_out), ([1, 0, 0], 2));
}

#[test]
fn documents_that_cannot_be_had_degrade_what_needs_them() {
    let spec = "openapi: 3.0.0\npaths: {/a: {get: {operationId: a, parameters: [{$ref: 'common.yaml#/q'}]}}, /b: {get: \
                {operationId: b}}}";
    let toolset = compile(spec);
    assert_eq!(toolset.counts(), [1, 1, 0]);
    assert_eq!(codes(&toolset), ["external-reference"]);
}

#[test]
fn malformed_references_find_what_they_mean() {
    for reference in ["Pet", "#components/schemas/Pet", "#/definitions/Pet", "#/components/schemas/Pet/"] {
        let spec = format!(
            "openapi: 3.0.0\npaths: {{/a: {{post: {{operationId: a, requestBody: {{content: {{application/json: {{schema: \
             {{$ref: '{reference}'}}}}}}}}}}}}}}\ncomponents: {{schemas: {{Pet: {{type: object, properties: {{n: {{type: \
             string}}}}}}}}}}"
        );
        let toolset = compile(&spec);
        assert_eq!(
            (toolset.counts(), toolset.operations[0].arguments[0].name.as_str()),
            ([1, 0, 0], "n"),
            "{reference}"
        );
    }
}

#[test]
fn json_and_yaml_are_told_by_content() {
    let json = r#"{"openapi": "3.0.0", "paths": {"/a": {"get": {"operationId": "a"}}}}"#;
    assert_eq!(codes(&compile(json)), [""; 0]);
    let json_with_comma = r#"{"openapi": "3.0.0", "paths": {"/a": {"get": {"operationId": "a"}},}}"#;
    assert_eq!(codes(&compile(json_with_comma)), ["invalid-syntax"]);
    assert!(Source::parse("openapi.json", "openapi: 3.0.0\npaths: {}").is_ok());
}

#[test]
fn a_trailing_comma_in_a_manifest_is_forgiven_and_told_with_its_place() {
    let url = Url::parse("https://shop.example/.well-known/ai-plugin.json").unwrap();
    let (_, findings) =
        read_manifest(&url, &MANIFEST.replace("\"/openapi.yaml\"}}", "\"/openapi.yaml\"},\n}")).unwrap();
    assert_eq!(
        findings[0].to_string(),
        "https://shop.example/.well-known/ai-plugin.json:3:1: warning: strict readers refuse this document: there is a \
         comma after the last entry; remove it [invalid-syntax]"
    );
}

#[test]
fn control_characters_and_tabs_do_no_harm() {
    let spec = "openapi: 3.0.0\npaths: {/a: {get: {operationId: a, summary: \"one\u{85}two\u{9c}\"}}}";
    assert_eq!(compile(spec).operations[0].summary, "onetwo");
    let tabs = "{\n\t\"openapi\": \"3.0.0\",\n\t\"paths\": {\"/a\": {\"get\": {\"operationId\": \"a\"}},\t}\n}";
    assert_eq!(compile(tabs).operations.len(), 1);
}

#[test]
fn a_misspelt_version_key_is_forgiven_where_there_are_paths() {
    let toolset = compile("opanapi: 3.0.0\npaths: {/a: {get: {operationId: a}}}");
    assert_eq!(toolset.format, "an OpenAPI document without a version");
}

#[test]
fn integer_response_keys_and_boolean_required_are_understood() {
    let spec = "openapi: 3.0.0\npaths: {/a: {post: {operationId: a, responses: {200: {description: OK}}, requestBody: \
                {content: {application/json: {schema: {type: object, properties: {t: {type: string, required: true}, o: \
                {type: string, required: false}}}}}}}}}";
    let operation = &compile(spec).operations[0];
    assert_eq!(operation.responses[0].status, "200");
    let required: Vec<bool> = operation.arguments.iter().map(|argument| argument.required).collect();
    assert_eq!(required, [true, false]);
}

#[test]
fn headers_of_the_host_are_not_the_models() {
    let parameters: Vec<String> =
        ["Authorization", "openai-subdivision-1-iso-code", "Connection", "Transfer-Encoding", "X-Mine"]
            .iter()
            .map(|name| format!("{{name: {name}, in: header, schema: {{type: string}}}}"))
            .collect();
    let spec =
        format!("openapi: 3.0.0\npaths: {{/a: {{get: {{operationId: a, parameters: [{}]}}}}}}", parameters.join(", "));
    let names: Vec<String> =
        compile(&spec).operations[0].arguments.iter().map(|argument| argument.name.clone()).collect();
    assert_eq!(names, ["X-Mine"]);
}

#[test]
fn keys_of_security_schemes_are_not_the_models_either() {
    let spec = "openapi: 3.0.0\ncomponents: {securitySchemes: {k: {type: apiKey, in: query, name: key}}}\nsecurity: [{k: []}]\n\
                paths: {/a: {get: {operationId: a, parameters: [{name: key, in: query, required: true, schema: {type: \
                string}}]}}, /b: {get: {operationId: b, security: []}}}";
    let toolset = compile(spec);
    assert!(toolset.operations[0].arguments.is_empty() && toolset.operations[0].needs_credential());
    assert!(!toolset.operations[1].needs_credential());
}

#[test]
fn one_alternative_of_security_may_stand_without_a_list() {
    let spec = "openapi: 3.0.0\ncomponents: {securitySchemes: {b: {type: http, scheme: bearer}}}\nsecurity: {b: []}\npaths: {/a: \
                {get: {operationId: a}}}";
    assert!(compile(spec).operations[0].needs_credential());
}

#[test]
fn parameters_and_bodies_of_the_wrong_kind_are_told() {
    let spec = "openapi: 3.0.0\npaths: {/a: {post: {operationId: a, parameters: {q: {in: query}}, requestBody: []}}}";
    let toolset = compile(spec);
    assert_eq!(codes(&toolset), ["not-a-list", "no-media-type"]);
    assert!(toolset.all_findings().all(|finding| finding.position.is_some()));
}

#[test]
fn a_header_in_other_letters_is_the_same_header() {
    let spec = "openapi: 3.0.0\npaths: {/a: {parameters: [{name: x-id, in: header, schema: {type: string}}], get: {operationId: a, \
                parameters: [{name: X-Id, in: header, schema: {type: integer}}]}}}";
    let names: Vec<String> = compile(spec).operations[0].arguments.iter().map(|each| each.name.clone()).collect();
    assert_eq!(names, ["X-Id"]);
}

#[test]
fn an_operation_that_gives_a_description_of_something_is_one() {
    let spec = "openapi: 3.0.0\npaths: {'/apis/{id}/openapi.json': {get: {operationId: a, parameters: [{name: id, in: path, \
                required: true, schema: {type: string}}]}}}";
    check_url(spec, r#"{"id": "x"}"#, "https://shop.example/apis/x/openapi.json", &[]);
}

#[test]
fn undeclared_placeholders_are_texts() {
    check_url(
        "openapi: 3.0.0\npaths: {'/a/{id}': {get: {operationId: a}}}",
        r#"{"id": "7"}"#,
        "https://shop.example/a/7",
        &["undeclared-path-parameter"],
    );
}

#[test]
fn a_path_parameter_without_a_placeholder_is_left_out_and_told() {
    let spec = "openapi: 3.0.0\npaths: {'/a/{id}': {get: {operationId: a, parameters: [{name: id, in: path, schema: {type: \
                integer}}, {name: ghost, in: path, required: true, schema: {type: string}}]}}}";
    check_url(spec, r#"{"id": 7}"#, "https://shop.example/a/7", &["unused-path-parameter"]);
}

#[test]
fn a_chain_of_references_that_leads_nowhere_is_told() {
    let spec = "openapi: 3.0.0\npaths: {/a: {post: {operationId: a, requestBody: {content: {application/json: {schema: {$ref: \
                '#/components/schemas/A'}}}}}}}\ncomponents: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {$ref: \
                '#/components/schemas/A'}}}";
    let toolset = compile(spec);
    assert_eq!(codes(&toolset), ["circular-reference"]);
    assert!(validate::arguments(&toolset.operations[0], r#"{"body": [1]}"#).is_ok());
}

#[test]
fn what_comes_back_is_known_also_under_any_media_type() {
    let schema = |content: &str| {
        let spec = format!(
            "openapi: 3.2.0\npaths: {{/a: {{get: {{operationId: a, responses: {{'200': {{content: {content}}}}}}}}}}}\n\
                            components: {{mediaTypes: {{M: {{schema: {{type: integer}}}}}}}}"
        );
        compile(&spec).operations[0].response_schema(200).map(|schema| schema.to_string())
    };
    let number = Some(r#"{"type":"integer"}"#.to_owned());
    assert_eq!(schema("{'*/*': {schema: {type: integer}}}"), number);
    assert_eq!(schema("{'*/*': {schema: {type: string}}, application/json: {schema: {type: integer}}}"), number);
    assert_eq!(schema("{application/json: {$ref: '#/components/mediaTypes/M'}}"), number);
    assert_eq!(schema("{text/plain: {schema: {type: integer}}}"), None);
}

#[test]
fn meaningless_places_and_styles_are_guessed() {
    let spec = "openapi: 3.0.0\npaths: {/a: {get: {operationId: a, parameters: [{name: q, in: qurey, schema: {type: \
                string}}, {name: r, in: query, style: fancy, schema: {type: string}}]}}}";
    check_url(
        spec,
        r#"{"q": "1", "r": "2"}"#,
        "https://shop.example/a?q=1&r=2",
        &["unknown-location", "unknown-style"],
    );
}

#[test]
fn only_what_cannot_be_called_at_all_is_refused() {
    let spec =
        "openapi: 3.0.0\npaths: {'/a/{id': {get: {operationId: a}}, /b: {get: nothing}, /c: {get: {operationId: c}}}";
    let toolset = compile(spec);
    assert_eq!(toolset.counts(), [1, 0, 2]);
    let reasons: Vec<&str> = toolset.refused.iter().map(|refused| refused.reason.code).collect();
    assert_eq!(reasons, ["broken-path", "not-an-operation"]);
    assert!(toolset.refused.iter().all(|refused| refused.reason.position.is_some()));
}

#[test]
fn every_listed_operation_is_counted() {
    let spec = "openapi: 3.2.0\npaths:\n  /a: {get: {}, additionalOperations: {COPY: {operationId: copy}, LINK: {}}}\n  \
                /b: {$ref: '#/gone'}\n  /c: {$ref: '#/gone', get: {}}\n  /d: nothing\n";
    let toolset = compile(spec);
    assert_eq!(toolset.counts(), [2, 0, 4]);
    let refused = toolset.refused.iter().map(|each| {
        let line = each.reason.position.map(|position| position.line);
        (each.name.as_str(), each.method.as_str(), each.reason.code, each.reason.pointer.as_str(), line)
    });
    assert_eq!(
        refused.collect::<Vec<_>>(),
        [
            ("copy", "COPY", "unsupported-method", "/paths/~1a/additionalOperations/COPY", Some(3)),
            ("link_a", "LINK", "unsupported-method", "/paths/~1a/additionalOperations/LINK", Some(3)),
            ("any_b", "*", "unresolvable-reference", "/paths/~1b", Some(4)),
            ("any_d", "*", "not-an-operation", "/paths/~1d", Some(6)),
        ]
    );
    assert_eq!(toolset.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["unresolvable-reference"]);
}

#[test]
fn operations_beyond_all_measure_are_left_out() {
    let paths: String = (0..30_010).fold(String::new(), |text, each| text + &format!("\"/p{each}\":{{\"get\":{{}}}},"));
    let spec = format!("{{\"openapi\":\"3.0.0\",\"paths\":{{{}}}}}", paths.trim_end_matches(','));
    let toolset = compile(&spec);
    assert_eq!((toolset.operations.len(), codes(&toolset)), (30_000, vec!["too-many-operations"]));
    assert_eq!(toolset.left_out, 10);
}

#[test]
fn names_that_http_cannot_carry_are_left_out() {
    let spec = "openapi: 3.0.0\npaths: {/a: {get: {operationId: a, parameters: [{name: 'X Bad', in: header, schema: {type: \
                string}}]}}}";
    check_url(spec, "{}", "https://shop.example/a", &["invalid-name"]);
}

#[test]
fn an_endless_chain_of_references_ends() {
    let link = |each: usize| format!("\"s{each}\":{{\"$ref\":\"#/c/s{}\"}},", each + 1);
    let links: String = (0..20_000).fold(String::new(), |text, each| text + &link(each));
    let spec = format!(
        "{{\"openapi\":\"3.0.0\",\"c\":{{{links}\"end\":{{}}}},\"paths\":{{\"/a\":{{\"get\":{{\"parameters\":[{{\"name\":\"q\",\
         \"in\":\"query\",\"schema\":{{\"$ref\":\"#/c/s0\"}}}}]}}}}}}}}"
    );
    assert_eq!(compile(&spec).operations.len(), 1);
}

#[test]
fn variants_beside_forbidden_further_properties_can_still_be_sent() {
    let spec = "openapi: 3.0.0\npaths: {/a: {post: {operationId: a, requestBody: {content: {application/json: {schema: {type: \
                object, additionalProperties: false, required: [kind], properties: {kind: {type: string}}, oneOf: \
                [{additionalProperties: false, properties: {x: {type: integer}}}, {properties: {y: {type: string}}}]}}}}}}}";
    let toolset = compile(spec);
    assert!(validate::arguments(&toolset.operations[0], r#"{"body": {"kind": "k", "x": 1}}"#).is_ok());
}

#[test]
fn a_key_that_stands_twice_is_told_and_the_last_one_counts() {
    let spec = "openapi: 3.0.0\npaths:\n  /a: {get: {operationId: a}}\n  /b: {get: {operationId: b}}\n  /a: {get: {operationId: c}}\n";
    let toolset = compile(spec);
    assert_eq!(codes(&toolset), ["repeated-key"]);
    assert!(toolset.operation("c").is_some() && toolset.operation("a").is_none());
    let finding = toolset.all_findings().next().unwrap();
    assert_eq!(finding.position.map(|position| position.line), Some(5));
}

#[test]
fn json_may_have_comments() {
    let spec = "{\"openapi\": \"3.0.0\", // ours\n \"paths\": {/* one */ \"/a\": {\"get\": {\"operationId\": \"a\"}}}}";
    check_url(spec, "{}", "https://shop.example/a", &["invalid-syntax"]);
}

#[test]
fn paths_that_lead_elsewhere_are_refused() {
    for path in ["/../admin", "https://evil.example/a"] {
        let spec = format!("openapi: 3.0.0\npaths: {{'{path}': {{get: {{}}}}, /a: {{get: {{operationId: a}}}}}}");
        let toolset = compile(&spec);
        assert_eq!((codes(&toolset), toolset.counts()), (vec!["broken-path"], [1, 0, 1]), "{path}");
    }
}

#[test]
fn names_of_operations_do_not_move_when_a_document_is_reordered() {
    let of = |first: &str, second: &str| {
        compile(&format!(
            "openapi: 3.0.0\npaths: {{{first}: {{get: {{operationId: x}}}}, {second}: {{get: {{operationId: x}}}}}}"
        ))
    };
    let path = |toolset: &Toolset, name: &str| toolset.operation(name).map(|operation| operation.path.clone());
    let (one, other) = (of("/a", "/b"), of("/b", "/a"));
    for operation in &one.operations {
        assert_eq!(path(&other, &operation.name).as_ref(), Some(&operation.path));
    }
}

#[test]
fn subtypes_that_only_name_their_base_can_be_sent() {
    let discriminator = ["{propertyName: kind, mapping: {cat: '#/components/schemas/Cat'}}", "{propertyName: kind}"];
    for discriminator in discriminator {
        let spec = format!(
            "openapi: 3.0.0\npaths: {{/a: {{post: {{operationId: a, requestBody: {{required: true, content: {{application/json: \
             {{schema: {{$ref: '#/components/schemas/Pet'}}}}}}}}}}}}}}\ncomponents: {{schemas: {{Pet: {{type: object, required: \
             [kind], discriminator: {discriminator}, properties: {{kind: {{type: string}}}}}}, Cat: {{allOf: [{{$ref: \
             '#/components/schemas/Pet'}}, {{properties: {{lives: {{type: integer}}}}}}]}}}}}}"
        );
        let operation = &compile(&spec).operations[0];
        let checked = validate::arguments(operation, r#"{"body": {"kind": "cat", "lives": 9}}"#);
        assert!(checked.is_ok(), "{checked:?}");
    }
}

#[test]
fn a_closed_tuple_stays_closed() {
    let toolset = compile(
        "openapi: 3.1.0\npaths: {/a: {get: {operationId: a, parameters: [{name: p, in: query, schema: {type: array, \
         prefixItems: [{type: number}, {type: number}], items: false}}]}}}",
    );
    let fits = |arguments| validate::arguments(&toolset.operations[0], arguments).is_ok();
    assert!(fits(r#"{"p": [1, 2]}"#) && !fits(r#"{"p": [1, 2, 3]}"#));
}

#[test]
fn what_swagger_2_cannot_mean_is_told() {
    let spec = "swagger: '2.0'\nhost: shop.example\npaths: {/a: {post: {operationId: a, parameters: [{name: f, in: \
                formData, type: string}, {name: b, in: body, schema: {type: object, properties: {x: {type: string}}}}, \
                {name: q, in: query, type: array, items: {type: array, collectionFormat: pipes, items: {type: string}}}]}}}";
    let toolset = compile(spec);
    assert_eq!(codes(&toolset), ["nested-list", "form-beside-body"]);
    let names: Vec<&str> = toolset.operations[0].arguments.iter().map(|each| each.name.as_str()).collect();
    assert_eq!(names, ["q", "x"]);
}
