//! From a raw response to what is recorded and what is kept whole.

use cordboard_domain::call::{CallResponse, Method, RawResponse, StoredResult};
use serde_json::Value;

use super::advice::{Exchange, advice};
use super::body::{Body, Envelope, Reading, read};
use super::conformance::{LARGEST, check};
use super::{MAX_MODEL_CHARACTERS, View, view};
use crate::content::media::MediaType;

/// What a response is read against.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: Method,
    /// The planned URL.
    pub url: String,
    /// The names of the operation's arguments, as the model knows them.
    pub arguments: Vec<String>,
    /// The described schema of the response.
    pub schema: Option<Value>,
    /// The characters of a result that the model has room for.
    pub room: usize,
}

/// A response that has been read.
#[derive(Debug)]
pub struct Received {
    pub response: CallResponse,
    /// The whole body, when the model sees less than came.
    pub whole: Option<StoredResult>,
}

/// Reads a response. Takes time in proportion to its size.
pub fn receive(mut raw: RawResponse, asked: &Asked) -> Received {
    let label = header(&raw, "content-type").unwrap_or_default().to_owned();
    let bytes = raw.body.len();
    let envelope =
        Envelope { content_type: &label, status: raw.status, method: asked.method, truncated: raw.truncated };
    let Reading { body, notes } = read(std::mem::take(&mut raw.body), envelope);
    let view = view(&body, MAX_MODEL_CHARACTERS);
    let value = as_value(&body, &view);
    let findings = asked.schema.as_ref().map(|schema| findings(schema, &body)).unwrap_or_default();
    let response = CallResponse {
        status: raw.status,
        content_type: MediaType::parse(&label).essence,
        advice: advice(Exchange::of(&raw, value.as_ref(), &asked.url, &asked.arguments)),
        left_out: left_out(&view, raw.truncated),
        sent: Some(raw.sent),
        headers: raw.headers,
        truncated: raw.truncated,
        elapsed_ms: raw.elapsed_ms,
        bytes: bytes as u64,
        result: None,
        notes,
        findings,
        body: view.text,
    };
    let seen_whole = response.left_out.is_empty() && response.body.chars().count() <= asked.room;
    let whole = if seen_whole { None } else { body.into_stored() };
    Received { response, whole: whole.map(|(form, text)| StoredResult { form, text }) }
}

fn header<'raw>(raw: &'raw RawResponse, name: &str) -> Option<&'raw str> {
    raw.headers.iter().find(|(each, _)| each.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// The view of a JSON body as a value.
fn as_value(body: &Body, view: &View) -> Option<Value> {
    match body {
        Body::Json(_) | Body::JsonLines(_) => serde_json::from_str(&view.text).ok(),
        Body::Empty | Body::Text(_) | Body::Html(_) | Body::Binary { .. } => None,
    }
}

fn findings(schema: &Value, body: &Body) -> Vec<String> {
    let Body::Json(text) = body else { return Vec::new() };
    if text.len() > LARGEST {
        return vec![format!("The body has {} bytes and was not compared with its description.", text.len())];
    }
    serde_json::from_str(text).map(|value| check(schema, &value)).unwrap_or_default()
}

fn left_out(view: &View, truncated: bool) -> String {
    let cut = "The plugin sent more than the host takes; the end is missing.";
    match (view.left_out.as_str(), truncated) {
        (words, false) => words.to_owned(),
        ("", true) => cut.to_owned(),
        (words, true) => format!("{words} {cut}"),
    }
}

#[cfg(test)]
mod tests {
    use cordboard_domain::call::ResultForm;
    use serde_json::json;

    use super::*;

    fn receive_get(content_type: &str, body: &str, truncated: bool, room: usize) -> Received {
        let headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
        let raw = RawResponse {
            sent: cordboard_domain::call::SentRequest::default(),
            status: 200,
            headers,
            body: body.into(),
            truncated,
            elapsed_ms: 7,
        };
        let schema = Some(json!({"type": "object", "properties": {"id": {"type": "integer"}}}));
        let url = "https://a.example/x?page=1".to_owned();
        receive(raw, &Asked { method: Method::Get, url, arguments: vec!["page".to_owned()], schema, room })
    }

    #[test]
    fn a_small_response_is_recorded_whole() {
        let Received { response, whole } =
            receive_get("text/html; charset=utf-8", "{\"id\": \"x\", \"next_page\": 2}", false, 1000);
        assert_eq!(whole, None);
        assert_eq!((response.body.as_str(), response.bytes), ("{\"id\":\"x\",\"next_page\":2}", 27));
        assert_eq!((response.content_type.as_str(), response.elapsed_ms), ("text/html", 7));
        assert_eq!(response.notes, ["The label says text/html, the content is JSON."]);
        assert_eq!(response.findings, ["`/id` differs from its description: the value is not of type \"integer\"."]);
        assert_eq!(response.advice, ["There is more: for the next page make the same call with `page` = 2."]);
    }

    #[test]
    fn what_the_model_has_no_room_for_is_kept_whole() {
        let body = json!({"id": 1, "list": (0..90_000).collect::<Vec<_>>()}).to_string();
        let Received { response, whole } = receive_get("application/json", &body, false, 1000);
        assert!(response.body.len() <= MAX_MODEL_CHARACTERS && response.left_out.contains("This is not all"));
        assert_eq!(whole, Some(StoredResult { form: ResultForm::Json, text: body.clone() }));
        let middling = receive_get("text/plain", &"word ".repeat(300), false, 1000);
        assert!(middling.response.left_out.is_empty() && middling.whole.is_some());
        let large = format!("{{\"id\": \"{}\"}}", "x".repeat(LARGEST));
        let findings = receive_get("application/json", &large, false, 1000).response.findings;
        assert!(findings[0].contains("was not compared"), "{findings:?}");
    }

    #[test]
    fn a_truncated_response_says_so() {
        let Received { response, whole } = receive_get("application/json", "{\"id\": 1, \"li", true, 1000);
        assert_eq!((response.body.as_str(), response.truncated), ("{\"id\": 1, \"li", true));
        assert!(response.left_out.contains("the end is missing") && whole.is_some());
    }
}
