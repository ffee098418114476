//! Reads arguments back out of a request, as a server would that knows the description. Shares nothing with the encoder.

use cordboard_domain::call::PlannedCall;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::operation::{Body, Parameter};

fn plain(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

/// A text as the kind of value that is expected.
fn scalar(kind: &Value, text: &str) -> Value {
    if kind.is_string() { Value::from(plain(text)) } else { serde_json::from_str(text).unwrap() }
}

/// Separated items as a list, or as `key,value,key,value`.
fn flat(kind: &Value, items: &[&str]) -> Value {
    match kind {
        Value::Object(_) => {
            items.chunks(2).map(|pair| (plain(pair[0]), Value::from(plain(pair[1])))).collect::<Map<_, _>>().into()
        }
        Value::Array(_) => items.iter().map(|item| plain(item)).collect::<Vec<_>>().into(),
        scalar_kind => scalar(scalar_kind, items[0]),
    }
}

/// Items that are each `key=value`.
fn pairs<'text>(items: impl IntoIterator<Item = &'text str>) -> Value {
    let pairs = items.into_iter().map(|item| item.split_once('=').unwrap());
    pairs.map(|(key, value)| (plain(key), Value::from(plain(value)))).collect::<Map<_, _>>().into()
}

pub(crate) fn parameter(parameter: &Parameter, call: &PlannedCall) -> Value {
    let header = |name: &str| call.headers.iter().find(|(each, _)| each == name).map(|(_, text)| text.as_str());
    let (path, query) = call.url.split_once('?').unwrap_or((&call.url, ""));
    match parameter.place {
        "path" => {
            let mut segments = path.split('/').skip_while(|segment| *segment != parameter.name);
            of_segment(parameter, segments.nth(1).unwrap())
        }
        "query" => of_pairs(parameter, &query.split('&').collect::<Vec<_>>()),
        "cookie" => of_pairs(parameter, &header("Cookie").unwrap().split("; ").collect::<Vec<_>>()),
        _ => simple(parameter, header(&parameter.name).unwrap()),
    }
}

fn simple(parameter: &Parameter, text: &str) -> Value {
    let items: Vec<&str> = text.split(',').collect();
    if parameter.explode && parameter.value.is_object() { pairs(items) } else { flat(&parameter.value, &items) }
}

fn of_segment(parameter: &Parameter, segment: &str) -> Value {
    let Parameter { name, style, explode, value, .. } = parameter;
    match (*style, explode) {
        ("label", true) if value.is_object() => pairs(segment[1..].split('.')),
        ("label", true) => flat(value, &segment[1..].split('.').collect::<Vec<_>>()),
        ("label", false) => flat(value, &segment[1..].split(',').collect::<Vec<_>>()),
        ("matrix", true) if value.is_object() => pairs(segment[1..].split(';')),
        ("matrix", _) => {
            let head = format!("{name}=");
            let items = segment[1..].split(';').map(|item| item.strip_prefix(&head).unwrap());
            flat(value, &items.flat_map(|item| item.split(',')).collect::<Vec<_>>())
        }
        _ => simple(parameter, segment),
    }
}

/// Of `key=value` pairs in a query or among cookies.
fn of_pairs(parameter: &Parameter, all: &[&str]) -> Value {
    let Parameter { name, style, explode, value, .. } = parameter;
    let own = |key: &str| plain(key) == *name;
    let named: Vec<&str> =
        all.iter().filter_map(|pair| pair.split_once('=')).filter(|(key, _)| own(key)).map(|(_, text)| text).collect();
    match (*style, explode) {
        ("deepObject", _) => {
            let head = format!("{name}[");
            let decoded = all.iter().filter_map(|pair| pair.split_once('=')).map(|(key, text)| (plain(key), text));
            let members = decoded.filter_map(|(key, text)| {
                let key = key.strip_prefix(&head)?.strip_suffix(']')?.to_owned();
                Some((key, Value::from(plain(text))))
            });
            members.collect::<Map<_, _>>().into()
        }
        ("form", true) if value.is_object() => {
            pairs(all.iter().copied().filter(|pair| pair.starts_with(&format!("{name}k"))))
        }
        ("form", true) => flat(value, &named),
        ("form", false) => flat(value, &named[0].split(',').collect::<Vec<_>>()),
        ("pipeDelimited", _) => flat(value, &split_any(named[0], ["%7C", "|"])),
        _ => flat(value, &split_any(named[0], ["%20", "+"])),
    }
}

fn split_any<'text>(text: &'text str, separators: [&str; 2]) -> Vec<&'text str> {
    separators.iter().fold(vec![text], |parts, separator| parts.iter().flat_map(|part| part.split(separator)).collect())
}

pub(crate) fn body(body: Body, members: &Map<String, Value>, call: &PlannedCall) -> Map<String, Value> {
    let sent = call.body.as_ref().unwrap();
    let text = std::str::from_utf8(sent.content.as_bytes()).unwrap();
    let fields = match body {
        Body::Json => return serde_json::from_str(text).unwrap(),
        Body::Form => form(text),
        Body::Multipart => multipart(text, sent.content_type.split_once("boundary=").unwrap().1),
    };
    let of =
        |name: &str| fields.iter().filter(|(key, _)| key == name).map(|(_, text)| text.as_str()).collect::<Vec<_>>();
    let read = |name: &String, kind: &Value| match kind {
        Value::Array(_) => of(name).into(),
        Value::String(_) => of(name)[0].into(),
        _ => serde_json::from_str(of(name)[0]).unwrap(),
    };
    members.iter().map(|(name, kind)| (name.clone(), read(name, kind))).collect()
}

fn form(text: &str) -> Vec<(String, String)> {
    let word = |text: &str| plain(&text.replace('+', " "));
    text.split('&').map(|pair| pair.split_once('=').unwrap()).map(|(key, value)| (word(key), word(value))).collect()
}

fn multipart(text: &str, boundary: &str) -> Vec<(String, String)> {
    let separator = format!("--{boundary}");
    let parts = text.split(&separator).filter_map(|part| part.strip_prefix("\r\n"));
    let read = |part: &str| {
        let (head, content) = part.split_once("\r\n\r\n").unwrap();
        let name = head.split_once("name=\"").unwrap().1.split_once('"').unwrap().0;
        (name.to_owned(), content.strip_suffix("\r\n").unwrap().to_owned())
    };
    parts.map(read).collect()
}
