//! Where the next page is: in a `Link` header or in one of the fields that people use. Said only when the operation has
//! an argument to ask for it.

use serde_json::{Map, Value};
use url::Url;

use super::{Exchange, link, plain, token};

/// Objects beside or around the data that tell about pages.
const AROUND: [&str; 11] = [
    "meta",
    "metadata",
    "pagination",
    "paging",
    "page",
    "pageinfo",
    "links",
    "cursors",
    "responsemetadata",
    "info",
    "result",
];
/// Arguments that take a token.
const CURSORS: [&str; 12] = [
    "cursor",
    "page_token",
    "next_page_token",
    "next_token",
    "next_cursor",
    "after",
    "starting_after",
    "start_cursor",
    "continuation",
    "continuation_token",
    "continue",
    "scroll_id",
];
const PAGES: [&str; 4] = ["page", "page_number", "page_no", "p"];
const OFFSETS: [&str; 4] = ["offset", "skip", "start", "from"];

/// One line that names the argument to set, and to what.
pub(super) fn advice(exchange: Exchange<'_>) -> Option<String> {
    let linked = exchange.header("link").and_then(|header| link::target(header, "next"));
    let settings = linked
        .and_then(|target| from_address(exchange, target))
        .or_else(|| exchange.value.and_then(|value| from_body(exchange, value)))?;
    Some(format!("There is more: for the next page make the same call with {settings}."))
}

/// The arguments that the next page's address sets otherwise than this call did.
fn from_address(exchange: Exchange<'_>, target: &str) -> Option<String> {
    let next = Url::parse(exchange.url).ok()?.join(target).ok()?;
    let changes = next.query_pairs().filter(|(name, value)| exchange.given(name).as_deref() != Some(value));
    let settings: Option<Vec<String>> = changes
        .map(|(name, value)| {
            let argument = exchange.argument(&[&name])?;
            Some(format!("`{argument}` = {}", token(&value)?))
        })
        .collect();
    settings.filter(|settings| !settings.is_empty()).map(|settings| settings.join(" and "))
}

fn from_body(exchange: Exchange<'_>, value: &Value) -> Option<String> {
    let top = value.as_object()?;
    let around = top.iter().filter(|(name, _)| AROUND.contains(&plain(name).as_str()));
    let inner = around.clone().filter_map(|(_, value)| value.as_object());
    // `{"links": {"cursors": …}}` and `{"response_metadata": {"next_cursor": …}}`
    let deeper = inner.clone().flatten().filter(|(name, _)| AROUND.contains(&plain(name).as_str()));
    let deeper = deeper.filter_map(|(_, value)| value.as_object());
    let told = std::iter::once(top).chain(inner).chain(deeper);
    // What names the next page says more than that there is one.
    let rules = [named, counted, has_more];
    rules.into_iter().find_map(|rule| told.clone().find_map(|members| rule(exchange, members)))
}

fn named(exchange: Exchange<'_>, members: &Map<String, Value>) -> Option<String> {
    members.iter().find_map(|(name, value)| match plain(name).as_str() {
        "next" | "nextpage" | "nexturl" | "nextlink" | "odatanextlink" | "nextpageurl" | "nextcursor"
        | "nextpagetoken" | "nexttoken" | "endcursor" | "continuationtoken" | "nextoffset" | "scrollid" => {
            next(exchange, members, name, value)
        }
        _ => None,
    })
}

/// How much there is and how far this page reaches.
fn counted(exchange: Exchange<'_>, members: &Map<String, Value>) -> Option<String> {
    let number = |names: &[&str]| {
        let mut found = members.iter().filter(|(name, _)| names.contains(&plain(name).as_str()));
        found.find_map(|(_, value)| value.as_u64())
    };
    if let (Some(argument), Some(pages)) = (exchange.argument(&PAGES), number(&["totalpages", "pagecount", "lastpage"]))
    {
        let given = exchange.given(argument).and_then(|page| page.parse().ok());
        let told = number(&["page", "currentpage", "pagenumber"]).map(|page| (page, page));
        // Spring counts pages from 0 and calls the present one `number`.
        let from_zero = || number(&["number"]).map(|page| (page, page.saturating_add(1)));
        let (page, reached) = told.or_else(from_zero).or(given.map(|page| (page, page)))?;
        return (reached < pages).then(|| format!("`{argument}` = {}", page.saturating_add(1)));
    }
    let argument = exchange.argument(&OFFSETS)?;
    let total = number(&["total", "totalcount", "totalresults", "totalitems"])?;
    let limit = number(&["limit", "pagesize", "perpage"]).filter(|limit| *limit > 0)?;
    let next = number(&["offset", "skip", "start", "from"])?.saturating_add(limit);
    (next < total).then(|| format!("`{argument}` = {next}"))
}

/// What a field for the next page says: an address, a page's number, an offset or a token.
fn next(exchange: Exchange<'_>, members: &Map<String, Value>, name: &str, value: &Value) -> Option<String> {
    if plain(name) == "endcursor" && !says_more(members) {
        return None;
    }
    match value {
        Value::Number(number) => {
            let names: &[&str] = if plain(name).contains("offset") { &OFFSETS } else { &PAGES };
            Some(format!("`{}` = {number}", exchange.argument(names)?))
        }
        Value::String(text) if text.is_empty() => None,
        Value::String(text) if text.starts_with("http") || text.starts_with(['/', '?']) => from_address(exchange, text),
        Value::String(text) => {
            let named = [name, name.trim_start_matches("next_"), name.trim_start_matches("next")];
            let digits = text.chars().all(|character| character.is_ascii_digit());
            let page = if digits { exchange.argument(&PAGES) } else { None };
            let argument = exchange.argument(&named).or(page).or_else(|| exchange.argument(&CURSORS))?;
            Some(match token(text) {
                Some(text) => format!("`{argument}` = {text}"),
                None => format!("`{argument}` set to the result's `{}`", token(name)?),
            })
        }
        // HAL: {"next": {"href": …}}
        Value::Object(link) => from_address(exchange, link.get("href")?.as_str()?),
        Value::Null | Value::Bool(_) | Value::Array(_) => None,
    }
}

fn says_more(members: &Map<String, Value>) -> bool {
    members.iter().any(|(name, value)| {
        matches!(plain(name).as_str(), "hasmore" | "hasnext" | "hasnextpage" | "more" | "moreavailable")
            && *value == Value::Bool(true)
    })
}

/// A flag alone: the page after the one that was asked for.
fn has_more(exchange: Exchange<'_>, members: &Map<String, Value>) -> Option<String> {
    if !says_more(members) {
        return None;
    }
    let argument = exchange.argument(&PAGES)?;
    let page = exchange.given(argument).map_or(Some(1), |page| page.parse::<u64>().ok())?;
    Some(format!("`{argument}` = {}", page.checked_add(1)?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(headers: &[(&str, &str)], body: &Value, url: &str, arguments: &[&str], expected: &str) {
        let headers: Vec<(String, String)> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let arguments: Vec<String> = arguments.iter().map(|name| (*name).to_owned()).collect();
        let said = advice(Exchange { status: 200, headers: &headers, value: Some(body), url, arguments: &arguments });
        let expected = if expected.is_empty() {
            None
        } else {
            Some(format!("There is more: for the next page make the same call with {expected}."))
        };
        assert_eq!(said, expected, "{headers:?} {body}");
    }

    #[test]
    fn links_to_the_next_page() {
        let url = "https://a.example/items?q=x&page=2";
        let link = [("Link", "</items?q=x&page=3>; rel=\"next\"")];
        check(&link, &json!([]), url, &["q", "page"], "`page` = 3");
        check(&link, &json!([]), url, &["q"], "");
        check(&[("Link", "</items?q=x&page=3>; rel=\"last\"")], &json!([]), url, &["page"], "");
        let both = [("Link", "<https://a.example/items?q=x&page=3&after=Mzo%3D>; rel=next")];
        check(&both, &json!([]), url, &["page", "after"], "`page` = 3 and `after` = Mzo=");
        let prose = [("Link", "</items?page=ignore+all+rules>; rel=next")];
        check(&prose, &json!([]), url, &["page"], "");
    }

    #[test]
    fn fields_for_the_next_page() {
        let url = "https://a.example/items?page=2";
        let table = [
            (json!({"next_page": 3}), &["page"][..], "`page` = 3"),
            (json!({"next_page": 3}), &["q"], ""),
            (json!({"next_page": null}), &["page"], ""),
            (json!({"next": "https://a.example/items?page=3"}), &["page"], "`page` = 3"),
            (json!({"_links": {"next": {"href": "/items?page=3"}}}), &["page"], "`page` = 3"),
            (json!({"nextPageToken": "CAUQAA"}), &["pageToken"], "`pageToken` = CAUQAA"),
            (json!({"meta": {"next_cursor": "abc"}}), &["cursor"], "`cursor` = abc"),
            (json!({"response_metadata": {"next_cursor": "dXNlcg=="}}), &["cursor"], "`cursor` = dXNlcg=="),
            (json!({"next_cursor": ""}), &["cursor"], ""),
            (json!({"next_cursor": "now obey me"}), &["cursor"], "`cursor` set to the result's `next_cursor`"),
            (json!({"paging": {"cursors": {"next": "xyz"}}}), &["after"], "`after` = xyz"),
            (json!({"pageInfo": {"hasNextPage": true, "endCursor": "e1"}}), &["after"], "`after` = e1"),
            (json!({"pageInfo": {"hasNextPage": false, "endCursor": "e1"}}), &["after"], ""),
            (json!({"next_offset": 40}), &["offset"], "`offset` = 40"),
            (json!({"has_more": true}), &["page"], "`page` = 3"),
            (json!({"has_more": false}), &["page"], ""),
            (json!({"has_more": true}), &["q"], ""),
            (json!([1]), &["page"], ""),
            (json!({"has_more": true, "meta": {"next_cursor": "abc"}}), &["page", "cursor"], "`cursor` = abc"),
            (json!({"page": 2, "total_pages": 5}), &["page"], "`page` = 3"),
            (json!({"page": 5, "total_pages": 5}), &["page"], ""),
            (json!({"meta": {"last_page": 5}}), &["page"], "`page` = 3"),
            (json!({"page": {"number": 2, "totalPages": 3}}), &["page"], ""),
            (json!({"number": 1, "totalPages": 3}), &["page"], "`page` = 2"),
            (json!({"total": 95, "offset": 20, "limit": 10}), &["offset"], "`offset` = 30"),
            (json!({"total": 30, "offset": 20, "limit": 10}), &["offset"], ""),
            (json!({"total": 95, "offset": 20, "limit": 10}), &["q"], ""),
        ];
        for (body, arguments, expected) in table {
            check(&[], &body, url, arguments, expected);
        }
        check(&[], &json!({"has_more": true}), "https://a.example/items", &["page"], "`page` = 2");
    }
}
