//! Every cell of "Style Examples" (OpenAPI 3.2), from the description to the request: an empty text, a text, a list, an
//! object, and a list and an object without members.

use super::*;

const VALUES: [&str; 6] =
    [r#""""#, r#""blue""#, r#"["blue","black","brown"]"#, r#"{"R":100,"G":200,"B":150}"#, "[]", "{}"];

/// Stands for an argument that would change which address is meant.
const REFUSED: &str = "refused";

fn sent(place: &str, style: &str, value: &str) -> String {
    let path = if place == "path" { "/a/{color}/z" } else { "/a" };
    let spec = format!(
        "openapi: 3.2.0\npaths: {{'{path}': {{get: {{operationId: a, parameters: [{{name: color, in: {place}, required: true, \
         {style}schema: {{}}}}]}}}}}}"
    );
    let toolset = toolset(&spec);
    assert_eq!(toolset.counts(), [1, 0, 0], "{spec}");
    let operation = &toolset.operations[0];
    let checked = validate::arguments(operation, &format!("{{\"color\": {value}}}")).unwrap();
    let plugin = "0190f1f0a0a070008000000000000001".parse().unwrap();
    let version = VersionDigest::from_stored("v".to_owned());
    let Ok(call) = plan::plan(operation, plugin, &version, &checked.arguments) else { return REFUSED.to_owned() };
    let header = |name: &str| call.headers.iter().find(|(each, _)| each == name).map(|(_, text)| text.clone());
    match place {
        "path" => call.url.replace("https://api.example/a/", "").replace("/z", ""),
        "query" => call.url.replace("https://api.example/a", "").replace('?', ""),
        "header" => header("color").unwrap_or_default(),
        _ => header("Cookie").unwrap_or_default(),
    }
}

fn check(place: &str, table: &[(&str, [&str; 6])]) {
    for (style, expected) in table {
        let declared = match style.split_once(' ') {
            Some((style, explode)) => format!("style: {style}, explode: {explode}, "),
            None => String::new(),
        };
        assert_eq!(VALUES.map(|value| sent(place, &declared, value)), *expected, "{place} {style}");
    }
}

#[test]
fn path_parameters() {
    let exploded = "R=100,G=200,B=150";
    check(
        "path",
        &[
            ("", [REFUSED, "blue", "blue,black,brown", "R,100,G,200,B,150", REFUSED, REFUSED]),
            ("simple false", [REFUSED, "blue", "blue,black,brown", "R,100,G,200,B,150", REFUSED, REFUSED]),
            ("simple true", [REFUSED, "blue", "blue,black,brown", exploded, REFUSED, REFUSED]),
            ("label false", [REFUSED, ".blue", ".blue,black,brown", ".R,100,G,200,B,150", REFUSED, REFUSED]),
            ("label true", [REFUSED, ".blue", ".blue.black.brown", ".R=100.G=200.B=150", REFUSED, REFUSED]),
            (
                "matrix false",
                [";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150", REFUSED, REFUSED],
            ),
            (
                "matrix true",
                [
                    ";color",
                    ";color=blue",
                    ";color=blue;color=black;color=brown",
                    ";R=100;G=200;B=150",
                    REFUSED,
                    REFUSED,
                ],
            ),
        ],
    );
}

#[test]
fn query_parameters() {
    let exploded = ["color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150", "", ""];
    let spaces = ["color=", "color=blue", "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150", "", ""];
    let pipes = ["color=", "color=blue", "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150", "", ""];
    let brackets = [
        "color=",
        "color=blue",
        "color%5B%5D=blue&color%5B%5D=black&color%5B%5D=brown",
        "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
        "",
        "",
    ];
    check(
        "query",
        &[
            ("", exploded),
            ("form true", exploded),
            ("form false", ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150", "", ""]),
            ("spaceDelimited false", spaces),
            ("spaceDelimited true", exploded),
            ("pipeDelimited false", pipes),
            ("pipeDelimited true", exploded),
            ("deepObject true", brackets),
            ("deepObject false", brackets),
        ],
    );
}

#[test]
fn header_parameters() {
    let joined = ["", "blue", "blue,black,brown", "R,100,G,200,B,150", "", ""];
    let exploded = ["", "blue", "blue,black,brown", "R=100,G=200,B=150", "", ""];
    check("header", &[("", joined), ("simple false", joined), ("simple true", exploded)]);
}

#[test]
fn cookie_parameters() {
    let exploded = ["color=", "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150", "", ""];
    let joined = ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150", "", ""];
    let table = [
        ("", exploded),
        ("form true", exploded),
        ("form false", joined),
        ("cookie true", exploded),
        ("cookie false", joined),
    ];
    check("cookie", &table);
}
