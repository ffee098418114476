//! The style table of OpenAPI ("Style Values" and "Style Examples"), which follows RFC 6570 where that defines a form.
//!
//! Empty lists and objects are left out as RFC 6570 (section 2.3) does; values nested deeper than a style can say are
//! written as JSON, except by `deepObject`, which writes brackets at every level.

use serde_json::Value;

use super::encode::Escape;
use crate::toolset::argument::Style;

/// How one parameter is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writing<'name> {
    pub(crate) name: &'name str,
    pub(crate) style: Style,
    pub(crate) explode: bool,
    pub(crate) escape: Escape,
}

/// A value as bare text: texts without quotes, everything else as JSON.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

impl Writing<'_> {
    fn escaped(&self, value: &Value) -> String {
        self.escape.apply(&plain(value))
    }

    /// The name in a query, a form or a cookie.
    fn key(&self, name: &str) -> String {
        if self.escape == Escape::Nothing { name.to_owned() } else { Escape::All.apply(name) }
    }

    /// The items of a list, or an object's keys and values in turn, or `key=value` where exploded.
    fn list(&self, value: &Value) -> Option<Vec<String>> {
        match value {
            Value::Array(items) => Some(items.iter().map(|item| self.escaped(item)).collect()),
            Value::Object(members) => {
                let pair = |(key, member): (&String, &Value)| {
                    let (key, member) = (self.escape.of_keys().apply(key), self.escaped(member));
                    if self.explode { vec![format!("{key}={member}")] } else { vec![key, member] }
                };
                Some(members.iter().flat_map(pair).collect())
            }
            _ => None,
        }
    }

    /// The text that replaces a placeholder of a path, or the value of a header.
    pub(crate) fn text(&self, value: &Value) -> String {
        match self.style {
            Style::Label => self.label(value),
            Style::Matrix => self.matrix(value),
            _ => self.list(value).map_or_else(|| self.escaped(value), |parts| parts.join(self.separator())),
        }
    }

    fn label(&self, value: &Value) -> String {
        let separator = if self.explode { "." } else { "," };
        match self.list(value) {
            Some(parts) if parts.is_empty() => String::new(),
            Some(parts) => format!(".{}", parts.join(separator)),
            None => format!(".{}", self.escaped(value)),
        }
    }

    fn matrix(&self, value: &Value) -> String {
        let name = self.name;
        match (value, self.list(value)) {
            (_, Some(parts)) if parts.is_empty() => String::new(),
            (Value::Array(_), Some(parts)) if self.explode => {
                parts.iter().fold(String::new(), |text, part| text + ";" + name + "=" + part)
            }
            (_, Some(parts)) if self.explode => parts.iter().fold(String::new(), |text, part| text + ";" + part),
            (_, Some(parts)) => format!(";{name}={}", parts.join(",")),
            (_, None) => match self.escaped(value).as_str() {
                "" => format!(";{name}"),
                text => format!(";{name}={text}"),
            },
        }
    }

    /// The `key=value` pairs of a query, a form or a cookie.
    pub(crate) fn pairs(&self, value: &Value) -> Vec<String> {
        if self.style == Style::DeepObject && (value.is_object() || value.is_array()) {
            let mut pairs = Vec::new();
            self.brackets(&self.key(self.name), value, &mut pairs);
            return pairs;
        }
        let name = self.key(self.name);
        match (value, self.list(value)) {
            (_, Some(parts)) if parts.is_empty() => Vec::new(),
            (Value::Array(_), Some(parts)) if self.explode => {
                parts.iter().map(|part| format!("{name}={part}")).collect()
            }
            (_, Some(parts)) if self.explode => parts,
            (_, Some(parts)) => vec![format!("{name}={}", parts.join(self.separator()))],
            (_, None) => vec![format!("{name}={}", self.escaped(value))],
        }
    }

    fn separator(&self) -> &'static str {
        match (self.style, self.escape) {
            (Style::SpaceDelimited, Escape::Nothing) => " ",
            (Style::SpaceDelimited, Escape::Form) => "+",
            (Style::SpaceDelimited, _) => "%20",
            (Style::PipeDelimited, Escape::Nothing) => "|",
            (Style::PipeDelimited, _) => "%7C",
            (Style::TabDelimited, Escape::Nothing) => "\t",
            (Style::TabDelimited, _) => "%09",
            (Style::Form | Style::Cookie | Style::Matrix | Style::Label | Style::Simple | Style::DeepObject, _) => ",",
        }
    }

    /// `name[key]=value` at every level; items of a list of plain values share `name[]`.
    fn brackets(&self, name: &str, value: &Value, pairs: &mut Vec<String>) {
        let is_plain = |item: &Value| !item.is_object() && !item.is_array();
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    self.brackets(&format!("{name}%5B{}%5D", self.escape.of_keys().apply(key)), member, pairs);
                }
            }
            Value::Array(items) if items.iter().all(is_plain) => {
                pairs.extend(items.iter().map(|item| format!("{name}%5B%5D={}", self.escaped(item))));
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.brackets(&format!("{name}%5B{index}%5D"), item, pairs);
                }
            }
            other => pairs.push(format!("{name}={}", self.escaped(other))),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What the specification writes for `color` where a value is empty, text, a list and an object.
    type Row = (Style, bool, [Option<&'static str>; 4]);

    fn values() -> [Value; 4] {
        [json!(""), json!("blue"), json!(["blue", "black", "brown"]), json!({"R": 100, "G": 200, "B": 150})]
    }

    fn check(table: &[Row], escape: Escape, write: fn(&Writing<'_>, &Value) -> String) {
        for (style, explode, cells) in table {
            let writing = Writing { name: "color", style: *style, explode: *explode, escape };
            for (value, expected) in values().iter().zip(cells) {
                if let Some(expected) = expected {
                    assert_eq!(write(&writing, value), *expected, "{style:?} explode={explode} {value}");
                }
            }
        }
    }

    fn text(writing: &Writing<'_>, value: &Value) -> String {
        writing.text(value)
    }

    /// Every cell that "Style Examples" (OpenAPI 3.1.1 and 3.2) defines for a path.
    #[test]
    fn path_styles_follow_the_specifications_table() {
        let table: [Row; 6] = [
            (
                Style::Matrix,
                false,
                [
                    Some(";color"),
                    Some(";color=blue"),
                    Some(";color=blue,black,brown"),
                    Some(";color=R,100,G,200,B,150"),
                ],
            ),
            (
                Style::Matrix,
                true,
                [
                    Some(";color"),
                    Some(";color=blue"),
                    Some(";color=blue;color=black;color=brown"),
                    Some(";R=100;G=200;B=150"),
                ],
            ),
            (Style::Label, false, [Some("."), Some(".blue"), Some(".blue,black,brown"), Some(".R,100,G,200,B,150")]),
            (Style::Label, true, [Some("."), Some(".blue"), Some(".blue.black.brown"), Some(".R=100.G=200.B=150")]),
            (Style::Simple, false, [Some(""), Some("blue"), Some("blue,black,brown"), Some("R,100,G,200,B,150")]),
            (Style::Simple, true, [Some(""), Some("blue"), Some("blue,black,brown"), Some("R=100,G=200,B=150")]),
        ];
        check(&table, Escape::All, text);
    }

    #[test]
    fn query_styles_follow_the_specifications_table() {
        let table: [Row; 7] = [
            (
                Style::Form,
                false,
                [Some("color="), Some("color=blue"), Some("color=blue,black,brown"), Some("color=R,100,G,200,B,150")],
            ),
            (
                Style::Form,
                true,
                [
                    Some("color="),
                    Some("color=blue"),
                    Some("color=blue&color=black&color=brown"),
                    Some("R=100&G=200&B=150"),
                ],
            ),
            (
                Style::SpaceDelimited,
                false,
                [None, None, Some("color=blue%20black%20brown"), Some("color=R%20100%20G%20200%20B%20150")],
            ),
            (
                Style::PipeDelimited,
                false,
                [None, None, Some("color=blue%7Cblack%7Cbrown"), Some("color=R%7C100%7CG%7C200%7CB%7C150")],
            ),
            (Style::SpaceDelimited, true, [None, None, Some("color=blue&color=black&color=brown"), None]),
            (Style::DeepObject, true, [None, None, None, Some("color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150")]),
            (Style::TabDelimited, false, [None, None, Some("color=blue%09black%09brown"), None]),
        ];
        check(&table, Escape::All, |writing, value| writing.pairs(value).join("&"));
    }

    #[test]
    fn header_and_cookie_styles_follow_the_specifications_table() {
        let headers: [Row; 2] = [
            (Style::Simple, false, [Some(""), Some("blue"), Some("blue,black,brown"), Some("R,100,G,200,B,150")]),
            (Style::Simple, true, [Some(""), Some("blue"), Some("blue,black,brown"), Some("R=100,G=200,B=150")]),
        ];
        check(&headers, Escape::Nothing, text);
        let cookies: [Row; 4] = [
            (
                Style::Form,
                false,
                [Some("color="), Some("color=blue"), Some("color=blue,black,brown"), Some("color=R,100,G,200,B,150")],
            ),
            (
                Style::Form,
                true,
                [
                    Some("color="),
                    Some("color=blue"),
                    Some("color=blue; color=black; color=brown"),
                    Some("R=100; G=200; B=150"),
                ],
            ),
            (
                Style::Cookie,
                false,
                [Some("color="), Some("color=blue"), Some("color=blue,black,brown"), Some("color=R,100,G,200,B,150")],
            ),
            (
                Style::Cookie,
                true,
                [
                    Some("color="),
                    Some("color=blue"),
                    Some("color=blue; color=black; color=brown"),
                    Some("R=100; G=200; B=150"),
                ],
            ),
        ];
        check(&cookies, Escape::All, |writing, value| writing.pairs(value).join("; "));
    }

    /// The examples of RFC 6570, sections 3.2.2 to 3.2.9, for the expressions that styles stand for.
    #[test]
    fn rfc_6570_examples_hold_where_they_apply() {
        let text = |name, style, explode, escape, value: Value| Writing { name, style, explode, escape }.text(&value);
        let pairs = |name, style, explode, value: Value| {
            Writing { name, style, explode, escape: Escape::All }.pairs(&value).join("&")
        };
        let (list, keys) = (json!(["red", "green", "blue"]), json!({"semi": ";", "dot": ".", "comma": ","}));
        let table = [
            (text("hello", Style::Simple, false, Escape::All, json!("Hello World!")), "Hello%20World%21"),
            (text("half", Style::Simple, false, Escape::All, json!("50%")), "50%25"),
            (
                text("base", Style::Simple, false, Escape::ReservedInPath, json!("http://e.com/home/")),
                "http://e.com/home/",
            ),
            (text("list", Style::Simple, false, Escape::All, list.clone()), "red,green,blue"),
            (text("keys", Style::Simple, false, Escape::All, keys.clone()), "semi,%3B,dot,.,comma,%2C"),
            (text("keys", Style::Simple, true, Escape::All, keys.clone()), "semi=%3B,dot=.,comma=%2C"),
            (text("list", Style::Label, true, Escape::All, list.clone()), ".red.green.blue"),
            (text("list", Style::Label, false, Escape::All, list.clone()), ".red,green,blue"),
            (text("keys", Style::Label, true, Escape::All, keys.clone()), ".semi=%3B.dot=..comma=%2C"),
            (text("empty", Style::Matrix, false, Escape::All, json!("")), ";empty"),
            (text("list", Style::Matrix, true, Escape::All, list.clone()), ";list=red;list=green;list=blue"),
            (text("keys", Style::Matrix, false, Escape::All, keys.clone()), ";keys=semi,%3B,dot,.,comma,%2C"),
            (pairs("empty", Style::Form, true, json!("")), "empty="),
            (pairs("list", Style::Form, false, list.clone()), "list=red,green,blue"),
            (pairs("list", Style::Form, true, list), "list=red&list=green&list=blue"),
            (pairs("keys", Style::Form, true, keys), "semi=%3B&dot=.&comma=%2C"),
            (pairs("empty_keys", Style::Form, true, json!({})), ""),
        ];
        for (got, expected) in table {
            assert_eq!(got, expected);
        }
    }

    #[test]
    fn brackets_go_as_deep_as_the_value() {
        let writing = Writing { name: "f", style: Style::DeepObject, explode: true, escape: Escape::All };
        let value = json!({"a": {"b": 1}, "tags": ["x", "y z"], "rows": [{"n": 1}, {"n": 2}]});
        let expected = "f%5Ba%5D%5Bb%5D=1&f%5Btags%5D%5B%5D=x&f%5Btags%5D%5B%5D=y%20z&f%5Brows%5D%5B0%5D%5Bn%5D=1&\
                        f%5Brows%5D%5B1%5D%5Bn%5D=2";
        assert_eq!(writing.pairs(&value).join("&"), expected);
    }

    #[test]
    fn reserved_characters_stay_where_they_are_allowed() {
        let writing = Writing { name: "q", style: Style::Form, explode: true, escape: Escape::Reserved };
        assert_eq!(writing.pairs(&json!("a/b:c&d=e #+%")), ["q=a/b:c%26d=e%20%23+%25"]);
    }
}
