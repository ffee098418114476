//! Exact requests for every kind of parameter and body, of OpenAPI 3 and Swagger 2.0.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod bodies;
mod overrides;
mod styles;

use std::fmt::Write as _;

use cordboard_domain::call::PlannedCall;
use cordboard_domain::plugin::VersionDigest;
use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::request::{plan, validate};
use cordboard_spec::toolset::Toolset;
use url::Url;

fn toolset(spec: &str) -> Toolset {
    let url = Url::parse("https://api.example/openapi.yaml").unwrap();
    Toolset::compile_bare(&Bundle::read(&url, spec).unwrap()).unwrap()
}

fn call(toolset: &Toolset, arguments: &str) -> PlannedCall {
    let operation = &toolset.operations[0];
    let checked = validate::arguments(operation, arguments).unwrap();
    let plugin = "0190f1f0a0a070008000000000000001".parse().unwrap();
    plan::plan(operation, plugin, &VersionDigest::from_stored("v".to_owned()), &checked.arguments).unwrap()
}

/// A call of one operation as text: request line, the spec's headers, body.
fn request(spec: &str, arguments: &str) -> String {
    let call = call(&toolset(spec), arguments);
    let mut text = format!("{} {}\n", call.method, call.url);
    for (name, value) in call.headers {
        let _ = writeln!(text, "{name}: {value}");
    }
    if let Some(body) = call.body {
        let shown = body.content.describe().replace("\r\n", "\n");
        let _ = writeln!(text, "Content-Type: {}\n\n{shown}", body.content_type);
    }
    text
}

fn with_body(method: &str, content: &str) -> String {
    format!(
        "openapi: 3.1.0\npaths: {{/a: {{{method}: {{operationId: a, requestBody: {{required: true, content: {content}}}}}}}}}"
    )
}

#[test]
fn parameters_go_to_their_places() {
    let spec = "openapi: 3.0.0
servers: [{url: '{base}/v{n}', variables: {base: {default: 'https://api.example'}, n: {default: 2}}}]
paths:
  /pets/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}}
      - {name: trace, in: header, schema: {type: array, items: {type: string}}}
    get:
      operationId: a
      servers: [{url: 'https://other.example/'}]
      parameters:
        - {name: id, in: query, schema: {type: string}}
        - {name: filter, in: query, content: {application/json: {schema: {type: object}}}}
        - {name: sid, in: cookie, schema: {type: string}}
        - {name: $top, in: query, schema: {type: integer}}
";
    let arguments = r#"{"id": 7, "query_id": "x", "trace": ["a", "b"], "filter": {"k": [1]}, "sid": "s 1", "top": 5}"#;
    assert_eq!(
        request(spec, arguments),
        "GET https://other.example/pets/7?id=x&filter=%7B%22k%22%3A%5B1%5D%7D&%24top=5\ntrace: a,b\nCookie: sid=s%201\n"
    );
}

#[test]
fn the_whole_query_string_is_one_argument_in_openapi_3_2() {
    let spec = "openapi: 3.2.0\npaths: {/a: {query: {operationId: a, parameters: [{in: querystring, name: q, content: \
                {application/x-www-form-urlencoded: {schema: {type: object}}}}]}}}";
    assert_eq!(request(spec, r#"{"q": {"a": "x y", "b": 2}}"#), "QUERY https://api.example/a?a=x+y&b=2\n");
    assert_eq!(request(spec, r#"{"q": {}}"#), "QUERY https://api.example/a\n");
    let nested = "openapi: 3.2.0\npaths: {/a: {get: {operationId: a, parameters: [{in: querystring, name: q, content: \
                  {application/x-www-form-urlencoded: {schema: {type: object}, encoding: {card: {style: deepObject}}}}}]}}}";
    assert_eq!(
        request(nested, r#"{"q": {"ids": [1, 2], "card": {"exp": 30}, "meta": {"k": 1}}}"#),
        "GET https://api.example/a?ids=1&ids=2&card%5Bexp%5D=30&meta=%7B%22k%22%3A1%7D\n"
    );
}

#[test]
fn json_bodies_also_with_delete() {
    let spec = with_body("delete", "{application/json: {schema: {type: object, properties: {n: {type: integer}}}}}");
    assert_eq!(
        request(&spec, r#"{"n": 1}"#),
        "DELETE https://api.example/a\nContent-Type: application/json\n\n{\"n\":1}\n"
    );
    let merge = with_body("patch", "{application/merge-patch+json: {schema: {type: array, items: {type: integer}}}}");
    assert_eq!(
        request(&merge, r#"{"body": [1, 2]}"#),
        "PATCH https://api.example/a\nContent-Type: application/merge-patch+json\n\n[1,2]\n"
    );
}

#[test]
fn forms_write_lists_and_nested_objects_as_declared() {
    let spec = with_body(
        "post",
        "{application/x-www-form-urlencoded: {schema: {type: object, properties: {name: {type: string}, tags: {type: \
         array, items: {type: string}}, card: {type: object}, meta: {type: object}}}, encoding: {card: {style: \
         deepObject, explode: true}, tags: {style: form, explode: false}}}}",
    );
    let arguments =
        r#"{"name": "A & B", "tags": ["x", "y"], "card": {"exp": {"year": 30}, "ids": [1, 2]}, "meta": {"k": 1}}"#;
    assert_eq!(
        request(&spec, arguments),
        "POST https://api.example/a\nContent-Type: application/x-www-form-urlencoded\n\nname=A+%26+B&tags=x,y&\
         card%5Bexp%5D%5Byear%5D=30&card%5Bids%5D%5B%5D=1&card%5Bids%5D%5B%5D=2&meta=%7B%22k%22%3A1%7D\n"
    );
}

#[test]
fn multipart_carries_files_and_the_same_arguments_give_the_same_bytes() {
    let spec = with_body(
        "post",
        "{multipart/form-data: {schema: {type: object, required: [file], properties: {file: {type: string, format: \
         binary}, note: {type: string}, meta: {type: object}}}}}",
    );
    let arguments =
        r#"{"file": {"name": "a.csv", "text": "x,y", "mime_type": "text/csv"}, "note": "hi", "meta": {"k": 1}}"#;
    insta::assert_snapshot!(request(&spec, arguments), @r#"
    POST https://api.example/a
    Content-Type: multipart/form-data; boundary=cordboard-a3b99d356897e2df

    --cordboard-a3b99d356897e2df
    Content-Disposition: form-data; name="file"; filename="a.csv"
    Content-Type: text/csv

    x,y
    --cordboard-a3b99d356897e2df
    Content-Disposition: form-data; name="note"

    hi
    --cordboard-a3b99d356897e2df
    Content-Disposition: form-data; name="meta"
    Content-Type: application/json

    {"k":1}
    --cordboard-a3b99d356897e2df--
    "#);
    assert_eq!(request(&spec, arguments), request(&spec, arguments));
}

#[test]
fn text_and_binary_bodies_are_sent_as_they_are() {
    let text = with_body("post", "{text/plain: {schema: {type: string}}}");
    assert_eq!(
        request(&text, r#"{"body": "hello"}"#),
        "POST https://api.example/a\nContent-Type: text/plain\n\nhello\n"
    );
    let binary = with_body("put", "{image/png: {schema: {type: string, format: binary}}}");
    let planned = call(&toolset(&binary), r#"{"body": {"base64": "iVBORw=="}}"#);
    let body = planned.body.unwrap();
    assert_eq!((body.content_type.as_str(), body.content.as_bytes()), ("image/png", &[0x89, b'P', b'N', b'G'][..]));
    let stored = serde_json::to_string(&body).unwrap();
    assert_eq!(serde_json::from_str::<cordboard_domain::call::PlannedBody>(&stored).unwrap(), body);
}

#[test]
fn swagger_2_writes_the_same_requests() {
    let spec = "swagger: '2.0'
host: api.example
basePath: /v1
schemes: [http, https]
consumes: [application/json]
paths:
  /pets/{id}:
    post:
      operationId: a
      parameters:
        - {name: id, in: path, required: true, type: string}
        - {name: tags, in: query, type: array, items: {type: string}, collectionFormat: pipes}
        - {name: ids, in: query, type: array, items: {type: integer}, collectionFormat: multi}
        - {name: pet, in: body, required: true, schema: {$ref: '#/definitions/Pet'}}
definitions: {Pet: {type: object, required: [name], properties: {name: {type: string}}}}
";
    assert_eq!(
        request(spec, r#"{"id": "1", "tags": ["a", "b"], "ids": [1, 2], "name": "Rex"}"#),
        "POST https://api.example/v1/pets/1?tags=a%7Cb&ids=1&ids=2\nContent-Type: application/json\n\n{\"name\":\"Rex\"}\n"
    );
    let shared = "swagger: '2.0'\nhost: api.example\npaths: {/a: {parameters: [{name: n, in: formData, type: string}], post: \
                  {operationId: a}}}";
    assert!(request(shared, r#"{"n": "1 2"}"#).ends_with("application/x-www-form-urlencoded\n\nn=1+2\n"));
    let form = "swagger: '2.0'\nhost: api.example\npaths: {/a: {post: {operationId: a, consumes: [multipart/form-data], \
                parameters: [{name: f, in: formData, type: file}, {name: n, in: formData, type: string}]}}}";
    let body = call(&toolset(form), r#"{"f": {"text": "x"}, "n": "1"}"#).body.unwrap();
    assert!(body.content.describe().contains("filename=\"f\"") && body.content.describe().contains("name=\"n\""));
}

#[test]
fn what_is_asked_for_is_what_the_operation_declares() {
    let spec = "openapi: 3.0.0\npaths: {/a: {get: {operationId: a, responses: {'200': {content: {text/csv: {}, \
                application/json: {}}}}}}}";
    assert_eq!(request(spec, "{}"), "GET https://api.example/a\nAccept: application/json, text/csv, */*;q=0.1\n");
}

#[test]
fn slips_of_models_are_mended_and_recorded() {
    let spec = "openapi: 3.0.0\npaths: {/a: {get: {operationId: a, parameters: [{name: page_size, in: query, schema: {type: \
                integer}}, {name: tags, in: query, schema: {type: array, items: {type: string}}}, {name: sort, in: query, \
                schema: {type: string, enum: [ASC, DESC]}}, {name: deep, in: query, schema: {type: boolean}}]}}}";
    let toolset = toolset(spec);
    let raw = r#"{"pageSize": "5", "tags": "x", "sort": "asc", "deep": "True"}"#;
    let checked = validate::arguments(&toolset.operations[0], raw).unwrap();
    let expected = serde_json::json!({"page_size": 5, "tags": ["x"], "sort": "ASC", "deep": true});
    assert_eq!(serde_json::Value::Object(checked.arguments), expected);
    let mut repairs = checked.repairs;
    repairs.sort();
    assert_eq!(
        repairs,
        [
            "`deep`: \"True\" was read as true",
            "`pageSize` was read as `page_size`",
            "`page_size`: \"5\" was read as 5",
            "`sort`: \"asc\" was read as \"ASC\"",
            "`tags`: \"x\" was read as [\"x\"]",
        ]
    );
    let numbers = "openapi: 3.0.0\npaths: {/a: {get: {operationId: a, parameters: [{name: n, in: query, schema: {type: integer, \
                   enum: [1, 2]}}]}}}";
    let checked = validate::arguments(&crate::toolset(numbers).operations[0], r#"{"n": "2"}"#).unwrap();
    assert_eq!(checked.repairs, ["`n`: \"2\" was read as 2"]);
    let problem = validate::arguments(&toolset.operations[0], r#"{"page_size": "many", "color": 1}"#).unwrap_err();
    assert_eq!(
        problem.to_string(),
        "The argument `page_size` does not fit: \"many\" is not of type \"integer\". There is no argument `color`; the \
         arguments are: `page_size`, `tags`, `sort`, `deep`."
    );
}

#[test]
fn whole_numbers_go_without_a_fraction() {
    let path = "openapi: 3.0.0\npaths: {'/a/{id}': {get: {operationId: a, parameters: [{name: id, in: path, schema: {type: \
                integer}}, {name: n, in: query, schema: {type: number}}]}}}";
    assert_eq!(request(path, r#"{"id": 5.0, "n": 5.0}"#), "GET https://api.example/a/5?n=5.0\n");
    let spec = with_body(
        "post",
        "{application/json: {schema: {type: object, properties: {list: {type: array, items: {type: object, properties: \
         {n: {type: [integer, 'null']}}}}}}}}",
    );
    let checked = validate::arguments(&toolset(&spec).operations[0], r#"{"list": [{"n": 2.0}]}"#).unwrap();
    assert_eq!(serde_json::Value::Object(checked.arguments).to_string(), r#"{"list":[{"n":2}]}"#);
    assert_eq!(checked.repairs, ["`list.0.n`: 2.0 was read as 2"]);
}

#[test]
fn of_several_shapes_the_one_that_was_meant_is_mended_or_told() {
    let spec = with_body(
        "post",
        "{application/json: {schema: {type: object, properties: {pet: {oneOf: [{type: object, required: [kind], properties: \
         {kind: {const: cat}, lives: {type: integer}}}, {type: object, required: [kind], properties: {kind: {const: dog}, \
         barks: {type: boolean}}}]}, at: {anyOf: [{type: integer}, {type: array, items: {type: integer}}]}, c: {const: 5}}}}}",
    );
    let toolset = toolset(&spec);
    let check = |raw: &str| match validate::arguments(&toolset.operations[0], raw) {
        Ok(checked) => serde_json::Value::Object(checked.arguments).to_string(),
        Err(problem) => problem.to_string(),
    };
    for (raw, expected) in [
        (r#"{"pet": {"kind": "Cat", "lives": "9"}}"#, r#"{"pet":{"kind":"cat","lives":9}}"#),
        (r#"{"pet": {"kind": "cow"}}"#, r#"The argument `pet.kind` has to be one of "cat", "dog"."#),
        (r#"{"pet": {"lives": 9}}"#, "`kind` is missing in `pet`."),
        (
            r#"{"pet": {"kind": "dog", "barks": [1]}}"#,
            "The argument `pet.barks` does not fit: [1] is not of type \"boolean\".",
        ),
        (r#"{"at": "7"}"#, r#"{"at":7}"#),
        (r#"{"at": ["7"]}"#, r#"{"at":[7]}"#),
        (r#"{"at": {}}"#, "The argument `at` has none of the shapes that it may have."),
        (r#"{"c": "5"}"#, r#"{"c":5}"#),
    ] {
        assert_eq!(check(raw), expected, "{raw}");
    }
}

#[test]
fn what_a_document_says_oddly_can_still_be_sent() {
    let body = |schema: &str| with_body("post", &format!("{{application/json: {{schema: {schema}}}}}"));
    let sent =
        |schema: &str, arguments: &str| call(&toolset(&body(schema)), arguments).body.unwrap().content.describe();
    let nullable = "{type: object, properties: {id: {type: integer}, note: {type: [string, 'null']}}}";
    assert_eq!(sent(nullable, r#"{"id": 1, "note": null}"#), r#"{"id":1,"note":null}"#);
    assert_eq!(sent(nullable, r#"{"id": null, "note": "x"}"#), r#"{"note":"x"}"#);
    let patterns = "{type: object, patternProperties: {'^x-': {type: string}}, additionalProperties: false}";
    assert_eq!(sent(patterns, r#"{"body": {"x-a": "1"}}"#), r#"{"x-a":"1"}"#);
    let undeclared = "{type: object, required: [a, b], properties: {a: {type: integer}}}";
    assert_eq!(sent(undeclared, r#"{"a": 1, "b": [2]}"#), r#"{"a":1,"b":[2]}"#);
    let own_enum = "{oneOf: [{$ref: '#/c/Cat'}], discriminator: {propertyName: t}}";
    let spec = format!(
        "{}\nc: {{Cat: {{type: object, properties: {{t: {{type: string, enum: [cat, dog]}}}}}}}}",
        body(own_enum)
    );
    assert_eq!(call(&toolset(&spec), r#"{"body": {"t": "cat"}}"#).body.unwrap().content.describe(), r#"{"t":"cat"}"#);
    let behind = "{type: object, required: [id, n], properties: {id: {$ref: '#/c/Id'}, n: {type: string}}}";
    let spec = format!("{}\nc: {{Id: {{type: string, readOnly: true}}}}", body(behind));
    assert_eq!(call(&toolset(&spec), r#"{"n": "x"}"#).body.unwrap().content.describe(), r#"{"n":"x"}"#);
    let query = "openapi: 3.2.0\npaths: {/a: {get: {operationId: a, parameters: [{in: querystring, name: q, content: \
                 {text/plain: {schema: {type: string}}}}]}}}";
    assert_eq!(request(query, r#"{"q": "a=1&b=2"}"#), "GET https://api.example/a?a=1&b=2\n");
    let path = "openapi: 3.0.0\npaths: {'/a?q={query}': {get: {operationId: a}}}";
    assert_eq!(request(path, r#"{"q": "x"}"#), "GET https://api.example/a?q=x\n");
    let open = "openapi: 3.0.0\ncomponents: {securitySchemes: {k: {type: apiKey, in: query, name: token}}}\npaths: {/login: {get: \
                {operationId: a, security: [], parameters: [{name: token, in: query, schema: {type: string}}]}}}";
    assert_eq!(request(open, r#"{"token": "t"}"#), "GET https://api.example/login?token=t\n");
    let text = "{type: object, properties: {version: {type: string}}}";
    assert!(validate::arguments(&toolset(&body(text)).operations[0], r#"{"version": 1.10}"#).is_err());
}

#[test]
fn names_that_differ_in_forbidden_characters_keep_their_arguments() {
    let names = ["price<", "price>", "filter[Name]", "名前", "price"];
    let listed: Vec<String> =
        names.iter().map(|name| format!("{{name: '{name}', in: query, schema: {{type: string}}}}")).collect();
    let spec =
        format!("openapi: 3.0.0\npaths: {{/a: {{get: {{operationId: a, parameters: [{}]}}}}}}", listed.join(", "));
    let toolset = toolset(&spec);
    let sent = |arguments: &str| call(&toolset, arguments).url.replace("https://api.example/a?", "");
    let table = [
        (r#"{"price<": "1"}"#, "price%3C=1"),
        (r#"{"price>": "2", "price": "0"}"#, "price%3E=2&price=0"),
        (r#"{"price_lt": "1", "price_gt": "2"}"#, "price%3C=1&price%3E=2"),
        (r#"{"Price>": "2"}"#, "price%3E=2"),
        (r#"{"filter[name]": "x"}"#, "filter%5BName%5D=x"),
        (r#"{"名前": "x"}"#, "%E5%90%8D%E5%89%8D=x"),
    ];
    for (arguments, expected) in table {
        let mut pairs: Vec<String> = sent(arguments).split('&').map(str::to_owned).collect();
        pairs.sort();
        assert_eq!(pairs.join("&"), expected, "{arguments}");
    }
    assert!(validate::arguments(&toolset.operations[0], r#"{"price=": "1"}"#).is_err());
    let foreign = &toolset.operations[0].arguments[3];
    assert!(foreign.name.starts_with("value_"), "{}", foreign.name);
    assert_eq!(toolset.operations[0].describe(foreign), "`名前`");
}

#[test]
fn allow_reserved_keeps_triplets_and_the_shape_of_the_address() {
    let spec = |place: &str| {
        let path = if place == "path" { "/a/{q}" } else { "/a" };
        format!(
            "openapi: 3.2.0\npaths: {{'{path}': {{get: {{operationId: a, parameters: [{{name: q, in: {place}, required: true, \
             allowReserved: true, schema: {{}}}}]}}}}}}"
        )
    };
    let url = |place: &str, arguments: &str| call(&toolset(&spec(place)), arguments).url;
    assert_eq!(url("query", r#"{"q": "a/b?c=1+2%2F3&d#e"}"#), "https://api.example/a?q=a/b?c=1+2%2F3%26d%23e");
    assert_eq!(url("query", r#"{"q": {"k=1": "v=2"}}"#), "https://api.example/a?k%3D1=v=2");
    assert_eq!(url("path", r#"{"q": "x/y%20z&w?v#u"}"#), "https://api.example/a/x/y%20z&w%3Fv%23u");
    let spec = spec("path");
    let toolset = toolset(&spec);
    let version = VersionDigest::from_stored("v".to_owned());
    for climbing in ["../x", "a/%2e%2E/x", ".%2e", "a//b", "%2E", "a%2F..%2fx", "a/..;/x", "..;v=1"] {
        let arguments = serde_json::json!({ "q": climbing });
        let plugin = "0190f1f0a0a070008000000000000001".parse().unwrap();
        let refused = plan::plan(&toolset.operations[0], plugin, &version, arguments.as_object().unwrap());
        assert!(matches!(refused, Err(plan::PlanError::EmptyPathArgument(_))), "{climbing}: {refused:?}");
    }
}

#[test]
fn arguments_make_no_dotted_segment_together() {
    let spec = "openapi: 3.0.0\npaths: {'/files/.{ext}/x': {get: {operationId: a}}}";
    let toolset = toolset(spec);
    let arguments = serde_json::json!({ "ext": ".%2e" });
    let plugin = "0190f1f0a0a070008000000000000001".parse().unwrap();
    let version = VersionDigest::from_stored("v".to_owned());
    let planned = |arguments: &serde_json::Value| {
        plan::plan(&toolset.operations[0], plugin, &version, arguments.as_object().unwrap())
    };
    assert_eq!(planned(&arguments).unwrap().url, "https://api.example/files/..%252e/x");
    for climbing in ["a/../../b", "a\\..\\b"] {
        let refused = planned(&serde_json::json!({ "ext": climbing }));
        assert!(
            matches!(refused, Err(plan::PlanError::DottedPath(_) | plan::PlanError::EmptyPathArgument(_))),
            "{climbing}"
        );
    }
    let climbing = planned(&serde_json::json!({ "ext": "." }));
    assert!(matches!(climbing, Err(plan::PlanError::EmptyPathArgument(_) | plan::PlanError::DottedPath(_))));
}
