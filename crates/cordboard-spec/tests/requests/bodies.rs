//! Bodies that descriptions describe in unusual ways.

use serde_json::Value;

use super::*;

/// The body of a call of `POST /a`, with visible line ends.
fn body(content: &str, arguments: &str) -> String {
    sent(&with_body("post", content), arguments)
}

fn sent(spec: &str, arguments: &str) -> String {
    call(&toolset(spec), arguments).body.unwrap().content.describe().replace("\r\n", "\n")
}

/// What a multipart body says of each part: its head in one line, and its content.
fn parts(content: &str, arguments: &str) -> Vec<String> {
    let text = body(content, arguments);
    let (separator, _) = text.split_once('\n').unwrap();
    let parts = text.split(separator).filter_map(|part| part.strip_prefix('\n'));
    let shown = |part: &str| part.trim_end().replace("Content-Disposition: form-data; ", "").replace("\n\n", " = ");
    parts.map(|part| shown(part).replace('\n', " ")).collect()
}

#[test]
fn files_are_files_wherever_the_schema_puts_them() {
    let file = "{type: string, format: binary}";
    let multipart =
        |schema: &str, encoding: &str| format!("{{multipart/form-data: {{schema: {schema}, encoding: {encoding}}}}}");
    let png = r#"{"f": {"name": "a.png", "base64": "UE5H", "mime_type": "image/png"}}"#;
    let expected = [r#"name="f"; filename="a.png" Content-Type: image/png = PNG"#];
    let nullable = format!("{{type: object, properties: {{f: {{anyOf: [{file}, {{type: 'null'}}]}}}}}}");
    assert_eq!(parts(&multipart(&nullable, "{}"), png), expected);
    let typed = "{type: object, required: [f], properties: {f: {type: [string, 'null'], format: binary}}}";
    assert_eq!(parts(&multipart(typed, "{}"), png), expected);
    assert!(!body(&multipart(typed, "{}"), r#"{"f": null}"#).contains("name="));
    let several = format!("{{type: object, properties: {{f: {{oneOf: [{file}, {{type: array, items: {file}}}]}}}}}}");
    assert_eq!(parts(&multipart(&several, "{}"), png), expected);
    let two = r#"{"f": [{"name": "a", "text": "1"}, {"name": "b", "text": "2"}]}"#;
    assert_eq!(
        parts(&multipart(&several, "{}"), two),
        [
            r#"name="f"; filename="a" Content-Type: text/plain; charset=utf-8 = 1"#,
            r#"name="f"; filename="b" Content-Type: text/plain; charset=utf-8 = 2"#
        ]
    );
    let or_address = format!("{{type: object, properties: {{f: {{oneOf: [{file}, {{type: string}}]}}}}}}");
    assert_eq!(
        parts(&multipart(&or_address, "{}"), r#"{"f": "https://a.example/x"}"#),
        [r#"name="f" = https://a.example/x"#]
    );
    let variants = format!(
        "{{oneOf: [{{type: object, required: [f], properties: {{f: {file}}}}}, {{type: object, required: [u], properties: \
         {{u: {{type: string}}}}}}]}}"
    );
    let whole = format!("{{\"body\": {png}}}");
    assert_eq!(parts(&multipart(&variants, "{}"), &whole), expected);
    for schema in ["{type: object, properties: {f: {}}}", "{type: object, properties: {f: {type: string}}}", "{}"] {
        assert_eq!(parts(&multipart(schema, "{f: {contentType: image/png}}"), png), expected, "{schema}");
    }
}

#[test]
fn parts_take_the_declared_type_that_fits() {
    let content = "{multipart/form-data: {schema: {type: object, properties: {f: {type: string, format: binary}, m: {type: \
                   object}, t: {type: string}}}, encoding: {f: {contentType: 'image/png, image/jpeg, audio/*'}, m: \
                   {contentType: 'text/plain, application/json'}, t: {contentType: 'text/plain, application/json'}}}}";
    let of_file = |mime_type: &str| {
        parts(content, &format!(r#"{{"f": {{"name": "f", "text": "x", "mime_type": "{mime_type}"}}}}"#)).remove(0)
    };
    for (given, expected) in [
        ("image/jpeg", "image/jpeg"),
        ("audio/ogg", "audio/ogg"),
        ("text/csv", "image/png"),
        ("image/png", "image/png"),
    ] {
        assert_eq!(of_file(given), format!(r#"name="f"; filename="f" Content-Type: {expected} = x"#));
    }
    assert_eq!(
        parts(content, r#"{"m": {"k": 1}, "t": "x"}"#),
        [r#"name="m" Content-Type: application/json = {"k":1}"#, r#"name="t" Content-Type: text/plain = x"#]
    );
}

#[test]
fn lists_of_objects_are_one_part_per_item() {
    let content =
        "{multipart/form-data: {schema: {type: object, properties: {rows: {type: array, items: {type: object}}}}}}";
    assert_eq!(
        parts(content, r#"{"rows": [{"n": 1}, {"n": 2}]}"#),
        [
            r#"name="rows" Content-Type: application/json = {"n":1}"#,
            r#"name="rows" Content-Type: application/json = {"n":2}"#
        ]
    );
}

#[test]
fn a_list_whose_style_joins_it_is_one_part() {
    let content = |encoding: &str| {
        format!(
            "{{multipart/form-data: {{schema: {{type: object, properties: {{l: {{type: array, items: {{type: string}}}}}}}}, \
             encoding: {{l: {encoding}}}}}}}"
        )
    };
    let sent = |encoding: &str| parts(&content(encoding), r#"{"l": ["x", "y"]}"#);
    assert_eq!(sent("{style: form, explode: false}"), [r#"name="l" = x,y"#]);
    assert_eq!(sent("{style: pipeDelimited}"), [r#"name="l" = x|y"#]);
    assert_eq!(sent("{style: form}"), [r#"name="l" = x"#, r#"name="l" = y"#]);
}

#[test]
fn lists_of_files_in_swagger_are_files() {
    for item in ["{type: file}", "{type: string, format: binary}"] {
        let spec = format!(
            "swagger: '2.0'\nhost: api.example\npaths: {{/a: {{post: {{operationId: a, consumes: [multipart/form-data], parameters: \
             [{{name: f, in: formData, type: array, items: {item}}}]}}}}}}"
        );
        let body = sent(&spec, r#"{"f": [{"name": "a", "text": "1"}, {"name": "b", "text": "2"}]}"#);
        assert!(body.contains("name=\"f\"; filename=\"a\"") && body.contains("name=\"f\"; filename=\"b\""), "{body}");
    }
}

#[test]
fn parts_without_names_go_in_their_order() {
    let listed = "{multipart/mixed: {schema: {type: array, prefixItems: [{type: object}], items: {}}, prefixEncoding: \
                  [{contentType: application/json}], itemEncoding: {contentType: image/png}}}";
    let png = r#"{"name": "a.png", "base64": "UE5H", "mime_type": "image/png"}"#;
    let sent = parts(listed, &format!(r#"{{"body": [{{"n": 1}}, {png}]}}"#));
    let file = r#"Content-Disposition: attachment; filename="a.png" Content-Type: image/png = PNG"#;
    assert_eq!(sent, [r#"Content-Type: application/json = {"n":1}"#, file]);
    let streamed = "{multipart/mixed: {itemSchema: {type: string}}}";
    assert_eq!(parts(streamed, r#"{"body": ["x"]}"#), [" x"]);
}

#[test]
fn media_types_may_stand_elsewhere_in_openapi_3_2() {
    let spec = "openapi: 3.2.0\npaths: {/a: {post: {operationId: a, parameters: [{name: q, in: query, content: {application/json: \
                {$ref: '#/components/mediaTypes/M'}}}], requestBody: {content: {application/json: {$ref: \
                '#/components/mediaTypes/M'}}}}}}\ncomponents: {mediaTypes: {M: {schema: {type: object, properties: {n: {type: \
                integer}}}}}}";
    assert_eq!(sent(spec, r#"{"n": "1", "q": {"n": "2"}}"#), r#"{"n":1}"#);
    let gone = "openapi: 3.2.0\npaths: {/a: {post: {operationId: a, requestBody: {content: {application/json: {$ref: '#/gone'}}}}}}";
    assert_eq!(sent(gone, r#"{"body": [1]}"#), "[1]");
    let codes: Vec<&str> = toolset(gone).all_findings().map(|finding| finding.code).collect();
    assert_eq!(codes, ["unresolvable-reference"]);
}

#[test]
fn json_lines_are_one_value_per_line() {
    let table = [
        ("application/x-ndjson", "schema: {type: object}", "{\"n\":1}\n{\"n\":2}\n"),
        ("application/jsonl", "schema: {type: array, items: {type: object}}", "{\"n\":1}\n{\"n\":2}\n"),
        ("application/x-ndjson", "itemSchema: {type: object}", "{\"n\":1}\n{\"n\":2}\n"),
        ("application/json-seq", "schema: {}", "\u{1e}{\"n\":1}\n\u{1e}{\"n\":2}\n"),
    ];
    for (media_type, schema, expected) in table {
        let content = format!("{{{media_type}: {{{schema}}}}}");
        assert_eq!(body(&content, r#"{"body": [{"n": 1}, {"n": 2}]}"#), expected, "{media_type}");
    }
}

#[test]
fn an_optional_body_needs_its_properties_only_where_it_is_sent() {
    let spec = |required: &str| {
        format!(
            "openapi: 3.0.0\npaths: {{/a: {{post: {{operationId: a, requestBody: {{{required}content: {{application/json: \
             {{schema: {{type: object, required: [t, u], properties: {{t: {{type: string}}, u: {{type: string}}, v: \
             {{type: string}}}}}}}}}}}}}}}}}}"
        )
    };
    for required in ["required: false, ", ""] {
        let toolset = toolset(&spec(required));
        assert!(call(&toolset, "{}").body.is_none(), "{required}");
        assert_eq!(call(&toolset, r#"{"t": "x", "u": "y"}"#).body.unwrap().content.describe(), r#"{"t":"x","u":"y"}"#);
        let problem = validate::arguments(&toolset.operations[0], r#"{"v": "x", "t": "y"}"#).unwrap_err().to_string();
        assert!(problem.starts_with("The argument `u` is missing"), "{problem}");
        let asked: Vec<bool> = toolset.operations[0].arguments.iter().map(|argument| argument.required).collect();
        assert_eq!(asked, [required.is_empty(), required.is_empty(), false]);
    }
    let problem = validate::arguments(&toolset(&spec("required: true, ")).operations[0], "{}").unwrap_err().to_string();
    assert_eq!(problem, "The argument `t` is missing. The argument `u` is missing.");
}

#[test]
fn a_text_body_keeps_to_its_schema() {
    let toolset = toolset(&with_body("post", "{text/plain: {schema: {type: string, enum: [on, off]}}}"));
    assert_eq!(call(&toolset, r#"{"body": "ON"}"#).body.unwrap().content.describe(), "on");
    assert!(validate::arguments(&toolset.operations[0], r#"{"body": "maybe"}"#).is_err());
    assert_eq!(body("{text/plain: {schema: {type: integer}}}", r#"{"body": 5}"#), "5");
    assert_eq!(body("{text/csv: {schema: {type: object}}}", r#"{"body": "a,b"}"#), "a,b");
}

#[test]
fn collection_formats_hold_in_every_place() {
    let spec = |format: &str, place: &str, consumes: &str| {
        let path = if place == "path" { "/a/{l}" } else { "/a" };
        format!(
            "swagger: '2.0'\nhost: api.example\npaths: {{'{path}': {{post: {{operationId: a, consumes: [{consumes}], parameters: \
             [{{name: l, in: {place}, required: true, type: array, items: {{type: string}}, collectionFormat: {format}}}]}}}}}}"
        )
    };
    let form = "application/x-www-form-urlencoded";
    let shown = |format: &str, place: &str, consumes: &str| {
        let call = call(&toolset(&spec(format, place, consumes)), r#"{"l": ["x", "y"]}"#);
        match (place, call.body) {
            ("header", _) => call.headers[0].1.clone(),
            ("formData", Some(body)) if consumes == form => body.content.describe(),
            ("formData", Some(body)) => {
                let text = body.content.describe();
                let values = text.split("\r\n\r\n").skip(1).map(|part| part.split("\r\n").next().unwrap());
                values.collect::<Vec<_>>().join(" & ")
            }
            _ => call.url.replace("https://api.example/a", ""),
        }
    };
    let table = [
        ("csv", ["/x,y", "?l=x,y", "x,y", "l=x,y", "x,y"]),
        ("ssv", ["/x%20y", "?l=x%20y", "x y", "l=x+y", "x y"]),
        ("tsv", ["/x%09y", "?l=x%09y", "x\ty", "l=x%09y", "x\ty"]),
        ("pipes", ["/x%7Cy", "?l=x%7Cy", "x|y", "l=x%7Cy", "x|y"]),
        ("multi", ["/x,y", "?l=x&l=y", "x,y", "l=x&l=y", "x & y"]),
    ];
    for (format, expected) in table {
        let places = [
            ("path", form),
            ("query", form),
            ("header", form),
            ("formData", form),
            ("formData", "multipart/form-data"),
        ];
        assert_eq!(places.map(|(place, consumes)| shown(format, place, consumes)), expected, "{format}");
    }
}

#[test]
fn a_patch_in_plain_json_is_better_than_a_list_of_changes() {
    let content = "{application/json-patch+json: {schema: {type: array, items: {}}}, application/json: {schema: {type: \
                   object, properties: {n: {type: integer}}}}}";
    let toolset = toolset(&with_body("patch", content));
    let body = call(&toolset, r#"{"n": 1}"#).body.unwrap();
    assert_eq!((body.content_type.as_str(), body.content.describe()), ("application/json", r#"{"n":1}"#.to_owned()));
    assert_eq!(toolset.operations[0].parameters["properties"]["n"]["type"], Value::from("integer"));
}

#[test]
fn xml_is_written_by_the_schemas_shape() {
    let spec = "swagger: '2.0'
host: api.example
paths: {/pets: {post: {operationId: a, consumes: [application/xml], parameters: [{name: pet, in: body, required: true, schema:
  {$ref: '#/definitions/Pet'}}]}}}
definitions:
  Pet:
    required: [name]
    allOf:
      - {type: object, properties: {id: {type: integer, xml: {attribute: true}}}}
    properties:
      name: {type: string}
      tags: {type: array, xml: {name: tags, wrapped: true}, items: {type: string, xml: {name: tag}}}
      owner: {$ref: '#/definitions/Owner'}
    xml: {name: pet}
  Owner: {type: object, properties: {pets: {type: array, items: {$ref: '#/definitions/Pet'}}, n: {type: string}}}
";
    let arguments = r#"{"name": "Rex & Co", "id": 7, "tags": ["a", "b"], "owner": {"n": "Ann"}}"#;
    assert!(toolset(spec).operations[0].restrictions.is_empty());
    assert_eq!(
        sent(spec, arguments),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<pet id=\"7\"><name>Rex &amp; Co</name><tags><tag>a</tag><tag>b</tag></tags>\
         <owner><n>Ann</n></owner></pet>"
    );
    let list = "{application/xml: {schema: {type: array, xml: {name: pets}, items: {type: object, xml: {name: pet}}}}}";
    assert!(
        body(list, r#"{"body": [{"n": 1}, {"n": 2}]}"#)
            .ends_with("<pets><pet><n>1</n></pet><pet><n>2</n></pet></pets>")
    );
    let unnamed = with_body("post", "{text/xml: {schema: {type: object, properties: {n: {type: string}}}}}");
    assert_eq!(toolset(&unnamed).operations[0].restrictions[0].code, "xml-body");
    assert_eq!(sent(&unnamed, r#"{"body": "<n/>"}"#), "<n/>");
}
