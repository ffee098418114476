//! From checked arguments to the exact request.

use std::fmt::Write as _;

use cordboard_domain::call::{PlannedBody, PlannedCall};
use cordboard_domain::id::PluginId;
use cordboard_domain::plugin::VersionDigest;
use serde_json::{Map, Value};
use url::Url;

use crate::argument::{Place, Style};
use crate::operation::Operation;

/// Arguments that give no request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error("The path argument `{0}` is empty or made of dots, so the address would be another one.")]
    EmptyPathArgument(String),
    #[error("The path `{0}` still lacks an argument.")]
    MissingPathArgument(String),
    #[error("The header `{0}` cannot carry this value.")]
    InvalidHeader(String),
    #[error("The address `{0}` is not valid.")]
    InvalidUrl(String),
}

/// Plans one call. `arguments` must have passed [`crate::validate::arguments`].
pub fn plan(
    operation: &Operation,
    plugin: PluginId,
    version: &VersionDigest,
    arguments: &Map<String, Value>,
) -> Result<PlannedCall, PlanError> {
    let mut draft = Draft::new(operation);
    for argument in &operation.arguments {
        if let Some(value) = arguments.get(&argument.name) {
            draft.put(&argument.place, value)?;
        }
    }
    if draft.path_arguments < operation.path.matches('{').count() {
        return Err(PlanError::MissingPathArgument(operation.path.clone()));
    }
    let url = draft.url(operation)?;
    let body = draft.body(operation.body_required);
    if !draft.cookies.is_empty() {
        draft.headers.push(("Cookie".to_owned(), draft.cookies.join("; ")));
    }
    Ok(PlannedCall {
        plugin,
        version: version.clone(),
        operation: operation.name.clone(),
        method: operation.method,
        url,
        headers: draft.headers,
        body,
    })
}

struct Draft {
    path: String,
    path_arguments: usize,
    query: Vec<String>,
    headers: Vec<(String, String)>,
    cookies: Vec<String>,
    properties: Map<String, Value>,
    whole_body: Option<Value>,
}

impl Draft {
    fn new(operation: &Operation) -> Self {
        Self {
            path: operation.path.clone(),
            path_arguments: 0,
            query: operation.fixed_query.iter().cloned().collect(),
            headers: Vec::new(),
            cookies: Vec::new(),
            properties: Map::new(),
            whole_body: None,
        }
    }

    fn put(&mut self, place: &Place, value: &Value) -> Result<(), PlanError> {
        match place {
            Place::Path { name, style, explode } => self.put_path(name, *style, *explode, value)?,
            Place::Query { name, style, explode, allow_reserved } => {
                self.query.extend(query_pairs(name, *style, *explode, *allow_reserved, value));
            }
            Place::QueryJson { name } => {
                self.query.push(format!("{}={}", encode(name), encode(&value.to_string())));
            }
            Place::Header { name, explode } => {
                let text = simple(value, *explode, &|text| text.to_owned());
                let valid = text.chars().all(|each| !each.is_control()) && text.is_ascii();
                if !valid {
                    return Err(PlanError::InvalidHeader(name.clone()));
                }
                self.headers.push((name.clone(), text));
            }
            Place::Cookie { name, explode } => {
                self.cookies.extend(query_pairs(name, Style::Form, *explode, false, value));
            }
            Place::BodyProperty { name } => {
                self.properties.insert(name.clone(), value.clone());
            }
            Place::Body => self.whole_body = Some(value.clone()),
        }
        Ok(())
    }

    fn put_path(&mut self, name: &str, style: Style, explode: bool, value: &Value) -> Result<(), PlanError> {
        let text = match style {
            Style::Label => label(value, explode),
            Style::Matrix => matrix(name, value, explode),
            _ => simple(value, explode, &encode),
        };
        // An empty or dotted segment would change which resource is meant.
        if matches!(text.as_str(), "" | "." | "..") {
            return Err(PlanError::EmptyPathArgument(name.to_owned()));
        }
        let placeholder = format!("{{{name}}}");
        self.path_arguments += self.path.matches(&placeholder).count();
        self.path = self.path.replace(&placeholder, &text);
        Ok(())
    }

    fn url(&self, operation: &Operation) -> Result<String, PlanError> {
        let mut text = format!("{}{}", operation.server, self.path);
        if !self.query.is_empty() {
            let _ = write!(text, "?{}", self.query.join("&"));
        }
        Url::parse(&text).map(String::from).map_err(|_| PlanError::InvalidUrl(text))
    }

    fn body(&mut self, required: bool) -> Option<PlannedBody> {
        let properties = std::mem::take(&mut self.properties);
        let value = match self.whole_body.take() {
            Some(value) => value,
            None if properties.is_empty() && !required => return None,
            None => Value::Object(properties),
        };
        Some(PlannedBody { content_type: "application/json".to_owned(), text: value.to_string() })
    }
}

/// Everything but unreserved characters (RFC 3986, section 2.3) as percent escapes.
fn encode(text: &str) -> String {
    escape(text, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}

/// Leaves reserved characters as they are, except those that would end the value.
fn encode_reserved(text: &str) -> String {
    escape(text, |byte| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'-' | b'.'
                    | b'_'
                    | b'~'
                    | b':'
                    | b'/'
                    | b'?'
                    | b'['
                    | b']'
                    | b'@'
                    | b'!'
                    | b'$'
                    | b'\''
                    | b'('
                    | b')'
                    | b'*'
                    | b','
                    | b';'
            )
    })
}

fn escape(text: &str, keep: impl Fn(u8) -> bool) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut escaped, byte| {
        if keep(byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
        escaped
    })
}

/// A value as bare text: texts without quotes, everything else as JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The members of an object or items of an array as encoded texts: `(key, value)`, keys empty for arrays.
fn parts(value: &Value, encode: &dyn Fn(&str) -> String) -> Option<Vec<(String, String)>> {
    match value {
        Value::Array(items) => Some(items.iter().map(|item| (String::new(), encode(&plain(item)))).collect()),
        Value::Object(members) => {
            Some(members.iter().map(|(key, member)| (encode(key), encode(&plain(member)))).collect())
        }
        _ => None,
    }
}

/// `k,v` pairs, or `k=v` when exploded; bare values for arrays.
fn joined(parts: &[(String, String)], explode: bool, separator: &str) -> String {
    let pair = |(key, value): &(String, String)| match (key.is_empty(), explode) {
        (true, _) => value.clone(),
        (false, true) => format!("{key}={value}"),
        (false, false) => format!("{key}{separator}{value}"),
    };
    parts.iter().map(pair).collect::<Vec<_>>().join(separator)
}

fn simple(value: &Value, explode: bool, encode: &dyn Fn(&str) -> String) -> String {
    parts(value, encode).map_or_else(|| encode(&plain(value)), |parts| joined(&parts, explode, ","))
}

fn label(value: &Value, explode: bool) -> String {
    let separator = if explode { "." } else { "," };
    match parts(value, &encode) {
        Some(parts) => format!(".{}", joined(&parts, explode, separator)),
        None => format!(".{}", encode(&plain(value))),
    }
}

fn matrix(name: &str, value: &Value, explode: bool) -> String {
    let Some(parts) = parts(value, &encode) else {
        let text = encode(&plain(value));
        return if text.is_empty() { format!(";{name}") } else { format!(";{name}={text}") };
    };
    if !explode {
        return format!(";{name}={}", joined(&parts, false, ","));
    }
    parts.iter().fold(String::new(), |mut text, (key, value)| {
        let key = if key.is_empty() { name } else { key };
        let _ = write!(text, ";{key}={value}");
        text
    })
}

fn query_pairs(name: &str, style: Style, explode: bool, allow_reserved: bool, value: &Value) -> Vec<String> {
    let encode_value = |text: &str| if allow_reserved { encode_reserved(text) } else { encode(text) };
    let name = encode(name);
    let Some(parts) = parts(value, &encode_value) else {
        return vec![format!("{name}={}", encode_value(&plain(value)))];
    };
    if style == Style::DeepObject {
        return parts.iter().map(|(key, value)| format!("{name}%5B{key}%5D={value}")).collect();
    }
    if explode {
        let key_of = |key: &str| if key.is_empty() { name.clone() } else { key.to_owned() };
        return parts.iter().map(|(key, value)| format!("{}={value}", key_of(key))).collect();
    }
    let separator = match style {
        Style::SpaceDelimited => "%20",
        Style::PipeDelimited => "%7C",
        _ => ",",
    };
    vec![format!("{name}={}", joined(&parts, false, separator))]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn query_styles_follow_the_specifications_table() {
        let list = json!(["blue", "black", "brown"]);
        let object = json!({"R": 100, "G": 200});
        let table = [
            (Style::Form, true, json!("a b&c"), "color=a%20b%26c"),
            (Style::Form, true, json!(""), "color="),
            (Style::Form, true, list.clone(), "color=blue&color=black&color=brown"),
            (Style::Form, false, list.clone(), "color=blue,black,brown"),
            (Style::Form, true, object.clone(), "R=100&G=200"),
            (Style::Form, false, object.clone(), "color=R,100,G,200"),
            (Style::SpaceDelimited, false, list.clone(), "color=blue%20black%20brown"),
            (Style::PipeDelimited, false, list.clone(), "color=blue%7Cblack%7Cbrown"),
            (Style::DeepObject, true, object.clone(), "color%5BR%5D=100&color%5BG%5D=200"),
        ];
        for (style, explode, value, expected) in table {
            assert_eq!(query_pairs("color", style, explode, false, &value).join("&"), expected);
        }
        assert_eq!(query_pairs("q", Style::Form, true, true, &json!("a/b:c&d")), ["q=a/b:c%26d"]);
    }

    #[test]
    fn path_styles_follow_the_specifications_table() {
        let list = json!(["blue", "black"]);
        let object = json!({"R": 100, "G": 200});
        assert_eq!(simple(&list, false, &encode), "blue,black");
        assert_eq!(simple(&object, false, &encode), "R,100,G,200");
        assert_eq!(simple(&object, true, &encode), "R=100,G=200");
        assert_eq!(label(&json!("blue"), false), ".blue");
        assert_eq!(label(&list, true), ".blue.black");
        assert_eq!(label(&object, true), ".R=100.G=200");
        assert_eq!(matrix("color", &json!(""), false), ";color");
        assert_eq!(matrix("color", &list, false), ";color=blue,black");
        assert_eq!(matrix("color", &list, true), ";color=blue;color=black");
        assert_eq!(matrix("color", &object, true), ";R=100;G=200");
    }
}
