//! Path templates as the wild writes them: without a leading slash, with a query, with a fragment.

use crate::toolset::argument::{Argument, Place, Serialization, Style};

/// A path template and what stood behind it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PathTemplate {
    /// With a leading slash.
    pub(crate) path: String,
    /// `key=value` pairs without placeholders.
    pub(crate) fixed_query: Option<String>,
    /// Pairs whose value is a placeholder: the key and the placeholder's name.
    pub(crate) query_placeholders: Vec<(String, String)>,
}

impl PathTemplate {
    pub(crate) fn parse(text: &str) -> Self {
        let text = bare(text.trim());
        let text = text.split_once('#').map_or(text.as_str(), |(path, _)| path);
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        let mut fixed = Vec::new();
        let mut query_placeholders = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some((key, value)) if value.starts_with('{') && value.ends_with('}') => {
                    let name = value.trim_matches(['{', '}']);
                    query_placeholders.push((key.to_owned(), name.to_owned()));
                }
                _ if pair.contains('{') => {}
                _ => fixed.push(pair),
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
        self.path.contains(&format!("{{{name}}}")) || self.query_placeholders.iter().any(|(_, each)| each == name)
    }

    /// Parameters declared for the path that the template has in its query go there.
    pub(crate) fn move_to_query(&self, arguments: &mut [Argument]) {
        for (key, wanted) in &self.query_placeholders {
            for argument in arguments.iter_mut() {
                if matches!(&argument.place, Place::Path { name, .. } if name == wanted) {
                    argument.place =
                        Place::Query { name: key.clone(), serialization: Serialization::style(Style::Form, true) };
                }
            }
        }
    }
}

/// A template whose placeholders are names alone: `{id:[0-9]+}` is `{id}`.
fn bare(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let Some(length) = closing(&rest[start..]) else { break };
        let inner = &rest[start + 1..start + length];
        result.push_str(&rest[..start]);
        result.push('{');
        result.push_str(placeholder_name(inner));
        result.push('}');
        rest = &rest[start + length + 1..];
    }
    result + rest
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
        let pair = ("q".to_owned(), "query".to_owned());
        assert_eq!(parse("/a?format=json&q={query}"), ("/a".to_owned(), Some("format=json".to_owned()), vec![pair]));
        assert_eq!(PathTemplate::parse("/a/{id}/{id}.{ext}").placeholders(), Some(vec!["id", "ext"]));
        assert_eq!(PathTemplate::parse("/a/{id").placeholders(), None);
        let table = [
            ("/a/{id:[0-9]+}", "/a/{id}"),
            ("/a/{id:[0-9]{3}}/b", "/a/{id}/b"),
            ("/a/{id:\\d+?#}/{path*}", "/a/{id}/{path}"),
            ("/v1/{name=projects/*}:undelete", "/v1/{name}:undelete"),
            ("/a/{+rest}", "/a/{rest}"),
            ("/a/{}", "/a/{}"),
        ];
        for (text, expected) in table {
            assert_eq!(PathTemplate::parse(text).path, expected);
        }
    }
}
