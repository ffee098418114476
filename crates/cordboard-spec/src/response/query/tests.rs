use serde_json::json;

use super::*;

fn ask(body: &Body, path: &str, offset: usize, limit: Option<usize>, search: &str) -> Result<(String, String), String> {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let query = Query { path: text(path), offset, limit, search: text(search) };
    answer(body, &query, 300).map(|reply| (reply.text, reply.note)).map_err(|problem| problem.0)
}

fn shop() -> Body {
    let items: Vec<Value> = (0..100).map(|n| json!({"id": n, "name": format!("Thing {n}"), "price": n * 2})).collect();
    Body::Json(json!({"shop": {"items": items, "about": "w".repeat(500)}, "total": 100, "a b": [1]}).to_string())
}

fn check(body: &Body, path: &str, offset: usize, limit: Option<usize>, search: &str, text: &str, note: &str) {
    let (found, said) = ask(body, path, offset, limit, search).unwrap();
    assert_eq!((found.as_str(), said.as_str()), (text, note), "{path} {search}");
}

#[test]
fn lists_are_paged() {
    let (first, note) = ask(&shop(), "$.shop.items", 0, None, "").unwrap();
    let shown = serde_json::from_str::<Vec<Value>>(&first).unwrap().len();
    assert_eq!(
        note,
        format!("These are items 0 to {} of 100, counted from 0. Go on with `offset` = {shown}.", shown - 1)
    );
    let item = r#"[{"id":99,"name":"Thing 99","price":198}]"#;
    check(&shop(), "$['shop'].items", 99, None, "", item, "These are items 99 to 99 of 100, counted from 0.");
    let two = r#"[{"id":5,"name":"Thing 5","price":10},{"id":6,"name":"Thing 6","price":12}]"#;
    check(
        &shop(),
        "$.shop.items",
        5,
        Some(2),
        "",
        two,
        "These are items 5 to 6 of 100, counted from 0. Go on with `offset` = 7.",
    );
    let lines = Body::JsonLines("{\"a\":1}\n{\"a\":2}\n".to_owned());
    check(&lines, "", 1, None, "", "[{\"a\":2}]", "These are items 1 to 1 of 2, counted from 0.");
}

#[test]
fn paths_select() {
    check(&shop(), "$.total", 0, None, "", "100", "");
    check(&shop(), "$[\"a b\"][0]", 0, None, "", "1", "");
    check(&shop(), "$.shop.items[3].name", 0, None, "", "Thing 3", "These are characters 0 to 7 of 7.");
    check(
        &shop(),
        "$.shop.items[?@.price < 4].name",
        0,
        None,
        "",
        r#"["Thing 0","Thing 1"]"#,
        "These are matches 0 to 1 of 2, counted from 0.",
    );
    check(&shop(), "$..price", 98, None, "", "[196,198]", "These are matches 98 to 99 of 100, counted from 0.");
    check(&shop(), "$.shop.about", 490, None, "", &"w".repeat(10), "These are characters 490 to 500 of 500.");
}

#[test]
fn text_is_paged() {
    let text = Body::Text("äbc".repeat(200));
    check(&text, "", 1, Some(3), "", "bcä", "These are characters 1 to 4 of 600. Go on with `offset` = 4.");
    assert_eq!(ask(&text, "", 0, None, "").unwrap().0.chars().count(), 300);
    let page = Body::Html("<h1>Title</h1><p>words</p>".to_owned());
    check(&page, "$", 0, None, "", "Title\nwords", "These are characters 0 to 11 of 11.");
}

#[test]
fn search_finds_values_names_and_text() {
    let found = r#"[{"path":"$[\"shop\"][\"items\"][42][\"name\"]","text":"Thing 42"}]"#;
    check(&shop(), "", 0, None, "tHING 42", found, "These are matches 0 to 0 of 1, counted from 0.");
    let found = r#"[{"path":"$.shop[\"items\"]","name":"items"}]"#;
    check(&shop(), "$.shop", 0, None, "ITEMS", found, "These are matches 0 to 0 of 1, counted from 0.");
    let text = Body::Text(format!("{}Needle{}", "ö".repeat(100), "y".repeat(5)));
    let found = json!([{"offset": 100, "text": format!("…{}Needleyyyyy", "ö".repeat(80))}]).to_string();
    check(&text, "", 0, None, "needle", &found, "These are matches 0 to 0 of 1, counted from 0.");
}

#[test]
fn problems_are_short_and_precise() {
    let table = [
        (shop(), "$.shop[", 0, "", "`$.shop[` is not a JSONPath: "),
        (
            shop(),
            "$.shops",
            0,
            "",
            "There is nothing named `shops` in `$`, which is an object with `a b`, `shop`, `total`.",
        ),
        (
            shop(),
            "$.shop.items[100]",
            0,
            "",
            "There is nothing at number 100 in `$.shop.items`, which is a list of 100 items.",
        ),
        (shop(), "$.total.x", 0, "", "There is nothing named `x` in `$.total`, which is a single value."),
        (shop(), "$.shop.items[?@.price > 1000]", 0, "", "Nothing in the result matches"),
        (shop(), "$.shop.items", 100, "", "There are only 100 items; `offset` must be less."),
        (shop(), "", 0, "unicorn", "`unicorn` does not occur there."),
        (shop(), "$..a..b", 0, "", "The path is too involved"),
        (shop(), "$[?count($..*) > 1]", 0, "", "The path is too involved"),
        (Body::Text("x".to_owned()), "$.a", 0, "", "This result is text, not JSON"),
        (Body::Text("x".to_owned()), "", 5, "", "The text has only 1 characters"),
        (Body::Json("[]".to_owned()), "", 0, "", "There are no items here."),
        (Body::Empty, "", 0, "", "This result has no text."),
    ];
    for (body, path, offset, search, expected) in table {
        let said = ask(&body, path, offset, None, search).unwrap_err();
        assert!(said.starts_with(expected), "{path} {search}: {said}");
    }
    assert!(ask(&shop(), &format!("$[?{}@{}]", "(".repeat(200), ")".repeat(200)), 0, None, "").is_err());
    let large = Body::Json(format!("[{}1]", "1,".repeat(9_000_000)));
    assert!(ask(&large, "$[0:3]", 0, None, "").unwrap_err().starts_with("This result is too large for the path"));
    let found = format!("[{}7]", format!("{{\"a\": \"{}\"}}, ", "x".repeat(1000)).repeat(17_000));
    check(&Body::Json(found), "$[?@ > 6]", 0, None, "", "[7]", "These are matches 0 to 0 of 1, counted from 0.");
    check(&large, "$[8999999]", 0, None, "", "1", "");
}
