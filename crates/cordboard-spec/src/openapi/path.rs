//! Path templates as the wild writes them: without a leading slash, with a query, with a fragment, with expressions of
//! RFC 6570.

use crate::toolset::argument::{Argument, Place, Serialization, Style};

/// A path template and what stood behind it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PathTemplate {
    /// With a leading slash.
    pub(crate) path: String,
    /// `key=value` pairs without placeholders.
    pub(crate) fixed_query: Option<String>,
    pub(crate) query_placeholders: Vec<QueryPlaceholder>,
}

/// A pair of the query whose value is an argument.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct QueryPlaceholder {
    pub(crate) key: String,
    /// What stands in the braces; the key where that is more than a name.
    pub(crate) name: String,
    /// Not within `{?name}`.
    pub(crate) required: bool,
}

impl QueryPlaceholder {
    /// From a pair such as `key={name}`.
    fn of(pair: &str) -> Self {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let key = key.trim_matches(['{', '}']);
        let inner = value.strip_prefix('{').and_then(|value| value.strip_suffix('}'));
        let name = inner.filter(|inner| !inner.contains(['{', '}'])).unwrap_or(key);
        Self { key: key.to_owned(), name: name.to_owned(), required: true }
    }
}

impl PathTemplate {
    pub(crate) fn parse(text: &str) -> Self {
        let mut query_placeholders = Vec::new();
        let text = bare(text.trim(), &mut query_placeholders);
        let text = text.split_once('#').map_or(text.as_str(), |(path, _)| path);
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        let mut fixed = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            if pair.contains('{') {
                query_placeholders.push(QueryPlaceholder::of(pair));
            } else {
                fixed.push(pair);
            }
        }
        let fixed_query = (!fixed.is_empty()).then(|| fixed.join("&"));
        Self { path, fixed_query, query_placeholders }
    }

    /// Why calls would not go to a path below the server: nothing where they do.
    pub(crate) fn fault(&self) -> Option<String> {
        let written = self.path.trim_start_matches('/');
        let is_address = ["http://", "https://"]
            .iter()
            .any(|scheme| written.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
        if is_address {
            return Some(format!("`{written}` is a full address; write its server under `servers` and the path here"));
        }
        let is_dots = |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
        let has_dots = self.path.split(['/', '\\']).any(is_dots);
        has_dots.then(|| format!("the path `{}` has segments of dots, which lead to another path", self.path))
    }

    /// The names in braces, each once; `None` when a brace is not closed.
    pub(crate) fn placeholders(&self) -> Option<Vec<&str>> {
        let mut names = Vec::new();
        for part in self.path.split('{').skip(1) {
            let (name, _) = part.split_once('}')?;
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Some(names)
    }

    /// Whether a placeholder has this name, also one in the query.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.path.contains(&format!("{{{name}}}")) || self.query_placeholders.iter().any(|each| each.name == name)
    }

    /// Parameters declared for the path that the template has in its query go there.
    pub(crate) fn move_to_query(&self, arguments: &mut [Argument]) {
        for wanted in &self.query_placeholders {
            for argument in arguments.iter_mut() {
                if matches!(&argument.place, Place::Path { name, .. } if *name == wanted.name) {
                    let serialization = Serialization::style(Style::Form, true);
                    argument.place = Place::Query { name: wanted.key.clone(), serialization };
                    argument.required = wanted.required;
                }
            }
        }
    }
}

/// A template whose placeholders are names alone: `{id:[0-9]+}` is `{id}`, `{.format}` is `.{format}`. What stands in
/// `{?a,b}` belongs to the query.
fn bare(text: &str, query: &mut Vec<QueryPlaceholder>) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let Some(length) = closing(&rest[start..]) else { break };
        let inner = &rest[start + 1..start + length];
        result.push_str(&rest[..start]);
        let (sign, names) = expression(inner);
        match sign {
            // Frameworks write `/{?id}` for a segment that may be missing.
            Some('?' | '&') if result.len() == 1 || !result.ends_with('/') => {
                let pair =
                    |name: &str| QueryPlaceholder { key: name.to_owned(), name: name.to_owned(), required: false };
                query.extend(names.split(',').map(|name| pair(placeholder_name(name.trim()))));
            }
            Some(sign @ ('.' | '/')) => result.extend([&sign.to_string(), "{", placeholder_name(names), "}"]),
            _ => result.extend(["{", placeholder_name(inner), "}"]),
        }
        rest = &rest[start + length + 1..];
    }
    result + rest
}

/// The operator of an expression (RFC 6570, section 2.2), and what it is for.
fn expression(inner: &str) -> (Option<char>, &str) {
    let mut names = inner.chars();
    match names.next() {
        Some(sign @ ('?' | '&' | '.' | '/')) if !names.as_str().is_empty() => (Some(sign), names.as_str()),
        _ => (None, inner),
    }
}

/// Where the brace closes with which a text begins; patterns have braces of their own.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.char_indices().find_map(|(at, each)| {
        match each {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })
}

/// The name in a placeholder, without what web frameworks write around it: a pattern, or a sign for "the rest".
pub(super) fn placeholder_name(inner: &str) -> &str {
    let name = inner.split([':', '=']).next().unwrap_or_default().trim_matches(['+', '*', '?']);
    let name = name.trim_start_matches(['.', '/']);
    if name.is_empty() { inner } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_away_from_the_server_is_told() {
        let table = [
            ("/a/../b", true),
            ("/..", true),
            ("/a/%2E%2e/b", true),
            ("/a/./b", true),
            ("/a\\..\\b", true),
            ("https://b.example/x", true),
            ("/HTTP://b.example/x", true),
            ("/a..b/...", false),
            ("/proxy/https://b.example", false),
            ("/{a}.{b}", false),
            ("/ä", false),
        ];
        for (text, expected) in table {
            assert_eq!(PathTemplate::parse(text).fault().is_some(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_path_is_taken_off() {
        let parse = |text: &str| {
            let template = PathTemplate::parse(text);
            (template.path, template.fixed_query, template.query_placeholders)
        };
        assert_eq!(parse("todos"), ("/todos".to_owned(), None, vec![]));
        assert_eq!(parse("/a#get"), ("/a".to_owned(), None, vec![]));
        let pair =
            |key: &str, name: &str, required| QueryPlaceholder { key: key.to_owned(), name: name.to_owned(), required };
        assert_eq!(
            parse("/a?format=json&q={query}"),
            ("/a".to_owned(), Some("format=json".to_owned()), vec![pair("q", "query", true)])
        );
        assert_eq!(parse("/a?{q}=1"), ("/a".to_owned(), None, vec![pair("q", "q", true)]));
        assert_eq!(parse("/a?{q}"), ("/a".to_owned(), None, vec![pair("q", "q", true)]));
        assert_eq!(parse("/a?range={from}-{to}"), ("/a".to_owned(), None, vec![pair("range", "range", true)]));
        assert_eq!(
            parse("/a{?limit,page*}"),
            ("/a".to_owned(), None, vec![pair("limit", "limit", false), pair("page", "page", false)])
        );
        assert_eq!(PathTemplate::parse("/a/{id}/{id}.{ext}").placeholders(), Some(vec!["id", "ext"]));
        assert_eq!(PathTemplate::parse("/a/{id").placeholders(), None);
        let table = [
            ("/a/{id:[0-9]+}", "/a/{id}"),
            ("/a/{id:[0-9]{3}}/b", "/a/{id}/b"),
            ("/a/{id:\\d+?#}/{path*}", "/a/{id}/{path}"),
            ("/v1/{name=projects/*}:undelete", "/v1/{name}:undelete"),
            ("/a/{+rest}", "/a/{rest}"),
            ("/a/{id}{.format}", "/a/{id}.{format}"),
            ("/a{/id}", "/a/{id}"),
            ("/a/{?id}", "/a/{id}"),
            ("/a/{}", "/a/{}"),
        ];
        for (text, expected) in table {
            assert_eq!(PathTemplate::parse(text).path, expected);
        }
    }
}
