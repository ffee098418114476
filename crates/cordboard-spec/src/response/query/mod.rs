//! Reading on in a result that is kept whole: by path, by page, by search. Every answer has the limit of a view.

mod locate;
mod search;

use serde_json::Value;
use serde_json::value::RawValue;
use serde_json_path::JsonPath;

use super::body::{Body, lines};
use super::{html, view};

/// Larger parts, in bytes, are paged but not parsed whole.
const LARGEST_PARSED: usize = 16 * 1024 * 1024;
const LONGEST_PATH: usize = 500;
/// Brackets within each other in a path.
const DEEPEST_PATH: usize = 8;
const LONGEST_SEARCH: usize = 200;

/// What a model asks of a result.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// `JSONPath` (RFC 9535).
    pub path: Option<String>,
    /// Items of a list or matches, else characters, to pass over.
    pub offset: usize,
    /// Items, matches or characters at most.
    pub limit: Option<usize>,
    /// Text to look for, whatever its case.
    pub search: Option<String>,
}

/// The part that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Data of the plugin.
    pub text: String,
    /// The host's words about it: what this is of how much, and how to go on.
    pub note: String,
}

/// Why there is no reply, in words for the model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct QueryProblem(pub String);

fn problem<T>(text: impl Into<String>) -> Result<T, QueryProblem> {
    Err(QueryProblem(text.into()))
}

/// Answers a query in at most `room` characters.
pub fn answer(body: &Body, query: &Query, room: usize) -> Result<Reply, QueryProblem> {
    if query.search.as_ref().is_some_and(|text| text.is_empty() || text.chars().count() > LONGEST_SEARCH) {
        return problem(format!("`search` must have 1 to {LONGEST_SEARCH} characters."));
    }
    match body {
        Body::Json(text) => in_json(text, query, room),
        Body::JsonLines(text) => {
            let items: Vec<&str> = lines(text).collect();
            in_json(&format!("[{}]", items.join(",")), query, room)
        }
        Body::Text(text) => in_text(text, query, room),
        Body::Html(page) => in_text(&html::text(page), query, room),
        Body::Empty | Body::Binary { .. } => problem("This result has no text."),
    }
}

fn in_text(text: &str, query: &Query, room: usize) -> Result<Reply, QueryProblem> {
    if query.path.as_ref().is_some_and(|path| path.trim() != "$") {
        return problem("This result is text, not JSON; read it with `offset` and `limit`, or `search` in it.");
    }
    match &query.search {
        Some(wanted) => search::in_text(text, wanted, query, room),
        None => page_text(text, query, room),
    }
}

fn in_json(text: &str, query: &Query, room: usize) -> Result<Reply, QueryProblem> {
    let path = query.path.as_deref().unwrap_or("$").trim();
    let parsed = parse(path)?;
    let (part, rest) = locate::follow(text, path).map_err(QueryProblem)?;
    if let Some(wanted) = &query.search {
        if part.len() > LARGEST_PARSED {
            return search::in_text(part, wanted, query, room);
        }
        let value = value(text, part, rest)?;
        let prefix = if rest.is_empty() { path } else { "$" };
        let nodes = if rest.is_empty() { vec![&value] } else { parsed.query(&value).all() };
        return search::in_values(&nodes, prefix, wanted, query, room);
    }
    if !rest.is_empty() {
        if locate::selects_by_item(part, rest) {
            let found = matches_by_item(part, rest)?;
            if found.is_empty() {
                return problem(format!("Nothing in the result matches `{path}`."));
            }
            return page_items(found.len(), |index| found[index].clone(), "matches", query, room);
        }
        if text.len() > LARGEST_PARSED {
            return problem(format!(
                "This result is too large for the path `{path}`. Use a path of names and numbers only, such as \
                 `$.items[0]`, with `offset` and `limit`."
            ));
        }
        let value = value(text, part, rest)?;
        let nodes = parsed.query(&value).all();
        if nodes.is_empty() {
            return problem(format!("Nothing in the result matches `{path}`."));
        }
        return page_items(nodes.len(), |index| nodes[index].to_string(), "matches", query, room);
    }
    page_part(part, query, room)
}

/// What the rest of a path selects in a list, item by item, so that the list is never parsed whole.
fn matches_by_item(part: &str, rest: &str) -> Result<Vec<String>, QueryProblem> {
    let unreadable = |error: serde_json::Error| QueryProblem(format!("The list cannot be read: {error}."));
    let path = parse(&format!("${rest}"))?;
    let items: Vec<&RawValue> = serde_json::from_str(part).map_err(unreadable)?;
    let mut found = Vec::new();
    for item in items {
        let alone = Value::Array(vec![serde_json::from_str(item.get()).map_err(unreadable)?]);
        found.extend(path.query(&alone).iter().map(ToString::to_string));
    }
    Ok(found)
}

/// The value that the rest of a path is evaluated in: the whole, since a path begins at the root.
fn value(text: &str, part: &str, rest: &str) -> Result<Value, QueryProblem> {
    let source = if rest.is_empty() { part } else { text };
    serde_json::from_str(source).map_err(|error| QueryProblem(format!("The result cannot be searched: {error}.")))
}

fn parse(path: &str) -> Result<JsonPath, QueryProblem> {
    let mut depth = 0_usize;
    let deepest = path.chars().fold(0, |deepest, character| {
        match character {
            '[' | '(' | '!' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest.max(depth)
    });
    // Each of these could make one query take the square of the result's size.
    if path.len() > LONGEST_PATH
        || deepest > DEEPEST_PATH
        || path.matches("..").count() > 1
        || path.matches('$').count() > 1
    {
        return problem(
            "The path is too involved: use `..` once at most, `$` only at its beginning, and few brackets.",
        );
    }
    JsonPath::parse(path).map_err(|error| {
        QueryProblem(format!(
            "`{path}` is not a JSONPath: {} at character {}. Examples: `$.items`, `$.items[3].name`, \
             `$.items[?@.price < 10].name`.",
            error.message(),
            error.position() + 1
        ))
    })
}

/// A page of one value: items of a list, characters of a text, or the view of anything else.
fn page_part(part: &str, query: &Query, room: usize) -> Result<Reply, QueryProblem> {
    if part.starts_with('[') {
        let items: Vec<&RawValue> =
            serde_json::from_str(part).map_err(|error| QueryProblem(format!("The list cannot be read: {error}.")))?;
        return page_items(items.len(), |index| items[index].get().to_owned(), "items", query, room);
    }
    if part.starts_with('"')
        && let Ok(text) = serde_json::from_str::<String>(part)
    {
        return page_text(&text, query, room);
    }
    let view = view(&Body::Json(part.to_owned()), room);
    Ok(Reply { text: view.text, note: view.left_out })
}

fn page_items(
    total: usize,
    item: impl Fn(usize) -> String,
    noun: &str,
    query: &Query,
    room: usize,
) -> Result<Reply, QueryProblem> {
    if query.offset >= total {
        return if total == 0 {
            problem(format!("There are no {noun} here."))
        } else {
            problem(format!("There are only {total} {noun}; `offset` must be less."))
        };
    }
    let most = total.min(query.offset.saturating_add(query.limit.unwrap_or(usize::MAX).max(1)));
    let mut page = String::from("[");
    let mut end = query.offset;
    while end < most {
        let item = item(end);
        if end > query.offset {
            if page.len() + item.len() + 2 > room {
                break;
            }
            page.push(',');
        }
        page.push_str(&item);
        end += 1;
    }
    page.push(']');
    let view = view(&Body::Json(page), room);
    let on = if end < total { format!(" Go on with `offset` = {end}.") } else { String::new() };
    let note =
        format!("These are {noun} {} to {} of {total}, counted from 0.{on} {}", query.offset, end - 1, view.left_out);
    Ok(Reply { text: view.text, note: note.trim_end().to_owned() })
}

fn page_text(text: &str, query: &Query, room: usize) -> Result<Reply, QueryProblem> {
    let total = text.chars().count();
    if query.offset > 0 && query.offset >= total {
        return problem(format!("The text has only {total} characters; `offset` must be less."));
    }
    let start = text.char_indices().nth(query.offset).map_or(text.len(), |(index, _)| index);
    let kept: String = text[start..].chars().take(query.limit.unwrap_or(room).clamp(1, room)).collect();
    let end = query.offset + kept.chars().count();
    let on = if end < total { format!(" Go on with `offset` = {end}.") } else { String::new() };
    Ok(Reply { text: kept, note: format!("These are characters {} to {end} of {total}.{on}", query.offset) })
}

#[cfg(test)]
mod tests;
