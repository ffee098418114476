//! Plain text search in a result, whatever the case, with the surroundings of each match.

use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value, json};

use super::{Query, QueryProblem, Reply, page_items, problem};

/// Matches that are told at once unless more are asked for.
const MATCHES: usize = 20;
/// Matches that are looked for at most.
const MOST: usize = 10_000;
/// Characters before and after a match.
const AROUND: usize = 80;

fn pattern(wanted: &str) -> Result<Regex, QueryProblem> {
    let built = RegexBuilder::new(&regex::escape(wanted)).case_insensitive(true).build();
    built.map_err(|_| QueryProblem("This text cannot be searched for.".to_owned()))
}

/// Matches in text: where each is, in characters, and what is around it.
pub(super) fn in_text(text: &str, wanted: &str, query: &Query, room: usize) -> Result<Reply, QueryProblem> {
    let mut counted = (0, 0);
    let matches: Vec<Value> = pattern(wanted)?
        .find_iter(text)
        .take(MOST)
        .map(|found| {
            // Count on from the last match, so that the whole takes one pass.
            counted = (found.start(), counted.1 + text[counted.0..found.start()].chars().count());
            json!({"offset": counted.1, "text": surroundings(text, found.start(), found.end())})
        })
        .collect();
    reply(&matches, wanted, query, room)
}

/// Matches in names and values: the path of each, and what is around it.
pub(super) fn in_values(
    nodes: &[&Value],
    prefix: &str,
    wanted: &str,
    query: &Query,
    room: usize,
) -> Result<Reply, QueryProblem> {
    let mut search = Search { pattern: pattern(wanted)?, matches: Vec::new() };
    for (index, node) in nodes.iter().enumerate() {
        // Of several nodes only their place among each other is known.
        let path = if nodes.len() == 1 { prefix.to_owned() } else { format!("match {index}: $") };
        search.visit(node, &path);
    }
    reply(&search.matches, wanted, query, room)
}

struct Search {
    pattern: Regex,
    matches: Vec<Value>,
}

impl Search {
    fn visit(&mut self, value: &Value, path: &str) {
        if self.matches.len() >= MOST {
            return;
        }
        match value {
            Value::String(text) => self.look(text, path),
            Value::Number(number) => self.look(&number.to_string(), path),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.visit(item, &format!("{path}[{index}]"));
                }
            }
            Value::Object(members) => self.members(members, path),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn members(&mut self, members: &Map<String, Value>, path: &str) {
        for (name, value) in members {
            let path = format!("{path}[{}]", Value::from(name.as_str()));
            if self.pattern.is_match(name) && !value.is_string() {
                self.matches.push(json!({"path": path, "name": name}));
            }
            self.visit(value, &path);
        }
    }

    fn look(&mut self, text: &str, path: &str) {
        if let Some(found) = self.pattern.find(text) {
            self.matches.push(json!({"path": path, "text": surroundings(text, found.start(), found.end())}));
        }
    }
}

fn surroundings(text: &str, start: usize, end: usize) -> String {
    let before = text[..start].char_indices().rev().take(AROUND).last().map_or(start, |(index, _)| index);
    let after = text[end..].char_indices().nth(AROUND).map_or(text.len(), |(index, _)| end + index);
    let (lead, trail) = (if before > 0 { "…" } else { "" }, if after < text.len() { "…" } else { "" });
    format!("{lead}{}{trail}", &text[before..after])
}

fn reply(matches: &[Value], wanted: &str, query: &Query, room: usize) -> Result<Reply, QueryProblem> {
    if matches.is_empty() {
        return problem(format!("`{wanted}` does not occur there."));
    }
    let query = Query { limit: Some(query.limit.unwrap_or(MATCHES)), ..query.clone() };
    page_items(matches.len(), |index| matches[index].to_string(), "matches", &query, room)
}
