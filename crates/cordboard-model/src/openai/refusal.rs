//! What a server's errors say, for the person who must mend them.
//!
//! A message is the server's own word, without the key, and one hint. Statuses and bodies come in many shapes; none of
//! them is an error here.

use serde_json::Value;

use crate::chat::ModelError;
use crate::transport::TransportError;

/// The longest word of a server that is shown, in characters.
const MAX_WORDS: usize = 400;

/// The server as messages name it.
#[derive(Clone)]
pub(crate) struct Server {
    /// The base URL without a user's name, password and query.
    pub(crate) name: String,
    pub(crate) model: String,
    pub(crate) key: Option<String>,
}

impl Server {
    /// An answer with a status other than success, or an error within a stream. `body` may be JSON, HTML or text.
    pub(crate) fn refused(&self, status: u16, body: &str) -> ModelError {
        let value = serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned()));
        self.refused_with(status, &value)
    }

    /// As [`Server::refused`], with the JSON at hand.
    pub(crate) fn refused_with(&self, status: u16, body: &Value) -> ModelError {
        let words = message_of(body, 0).unwrap_or_else(|| body.to_string());
        let words = if looks_like_html(&words) { web_page(&words) } else { words };
        let words = self.shown(&words);
        let message = match (words.trim_end_matches('.'), self.hint(status, &words)) {
            ("", None) => "it gave no reason".to_owned(),
            ("", Some(hint)) => hint,
            (_, None) => words,
            (words, Some(hint)) => format!("{words}; {hint}"),
        };
        ModelError::Refused { server: self.name.clone(), status, message }
    }

    /// No connection, or none that lasted. `began` says whether an answer had begun.
    pub(crate) fn unreachable(&self, error: &TransportError, began: bool) -> ModelError {
        let words = self.shown(&error.0);
        let hint = if !began && words.contains("answer") { "; start it or correct base_url" } else { "" };
        self.broken(format!("{words}{hint}"))
    }

    /// `problem` follows "the model server at …".
    pub(crate) fn broken(&self, problem: impl Into<String>) -> ModelError {
        ModelError::Broken { server: self.name.clone(), problem: problem.into() }
    }

    /// An answer that is no stream and no JSON.
    pub(crate) fn not_a_stream(&self, body: &str) -> ModelError {
        let what = if looks_like_html(body) { web_page(body) } else { body.to_owned() };
        self.broken(format!(
            "answered with {} instead of a chat completion; check base_url (usually ends in /v1)",
            self.shown(&what)
        ))
    }

    /// One line of bounded length without the key. It is cut last, so that no half of a key escapes.
    fn shown(&self, text: &str) -> String {
        let line = self.redact(&one_line(text));
        if line.chars().count() <= MAX_WORDS { line } else { line.chars().take(MAX_WORDS).chain(['…']).collect() }
    }

    /// Removes the key, also where the server has masked its middle (`sk-ab***yz`).
    fn redact(&self, text: &str) -> String {
        let Some(key) = self.key.as_deref().filter(|key| !key.is_empty()) else { return text.to_owned() };
        let text = text.replace(key, "[key]");
        let words = text.split(' ').map(|word| if word.contains("***") { "[key]" } else { word });
        words.collect::<Vec<_>>().join(" ")
    }

    fn hint(&self, status: u16, words: &str) -> Option<String> {
        let words = words.to_ascii_lowercase();
        let has = |part: &str| words.contains(part);
        let hint = match status {
            401 | 403 if self.key.is_none() => "check the key: none is configured",
            401 | 403 => "check the key",
            404 | 405 => {
                return Some(format!("check base_url (usually ends in /v1) and the model's name `{}`", self.model));
            }
            300..=399 => "it points elsewhere; check base_url (http or https, and its path)",
            _ if has("context") && (has("length") || has("size") || has("window") || has("exceed")) => {
                "the conversation is longer than its context; set context_tokens to what it really has"
            }
            _ if has("tool") && (has("support") || has("require") || has("--jinja")) => {
                "start it with tool calls enabled or set tools = false"
            }
            429 => "it is too busy or the quota is used up; try again later",
            500..=599 => "the server itself has a problem; try again, or look into its log",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

/// The message within the shapes of `OpenAI`, Ollama, vLLM, Mistral, `FastAPI` and Gemini.
fn message_of(value: &Value, depth: u8) -> Option<String> {
    match value {
        _ if depth > 6 => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().filter_map(|item| message_of(item, depth + 1)).collect();
            (!texts.is_empty()).then(|| texts.join("; "))
        }
        Value::Object(fields) => {
            let named = ["error", "message", "detail", "msg"].into_iter().filter_map(|name| fields.get(name));
            let text = named.filter(|value| !value.is_null()).find_map(|value| message_of(value, depth + 1))?;
            let place = fields.get("loc").and_then(Value::as_array).into_iter().flatten();
            let place: Vec<&str> = place.filter_map(Value::as_str).collect();
            Some(if place.is_empty() { text } else { format!("{}: {text}", place.join(".")) })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// The status that an error within a stream tells, if it tells one.
pub(crate) fn status_within(error: &Value) -> Option<u16> {
    let code = [&error["error"]["code"], &error["error"]["status"], &error["code"], &error["error_code"]];
    let code = code.into_iter().find_map(|code| code.as_u64().or_else(|| code.as_str()?.parse().ok()))?;
    u16::try_from(code).ok().filter(|code| (400..600).contains(code))
}

pub(crate) fn looks_like_html(text: &str) -> bool {
    text.trim_start().starts_with('<')
}

fn web_page(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let start = lower.find("<title").and_then(|at| Some(at + lower[at..].find('>')? + 1));
    let title = start.and_then(|start| Some(&html[start..start + lower[start..].find("</title")?]));
    match title.map(one_line).filter(|title| !title.is_empty()) {
        Some(title) => format!("a web page titled “{title}”"),
        None => "a web page".to_owned(),
    }
}

fn one_line(text: &str) -> String {
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
