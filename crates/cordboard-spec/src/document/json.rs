//! JSON into a value, with what `serde_json` alone does not tell: which keys stand twice, and comments.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

use super::pointer::Pointer;

/// The longest key, in bytes; the longest known is 532. Keys are parts of pointers, which there are many of.
pub(super) const MAX_KEY: usize = 4_096;
pub(super) const KEY_TOO_LONG: &str = "a key is longer than 4,096 bytes";
/// Of how many repeated keys it is told.
pub(super) const MAX_REPEATED: usize = 100;

/// A value, and the members whose key stands there more than once; the last one is the value's.
pub(super) fn parse(text: &str) -> serde_json::Result<(Value, Vec<Pointer>)> {
    let mut repeated = Repeated::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Node(&mut repeated).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok((value, repeated.pointers()))
}

/// Paths to repeated keys, from the inside out.
#[derive(Default)]
struct Repeated(Vec<Vec<String>>);

impl Repeated {
    fn pointers(self) -> Vec<Pointer> {
        let pointer = |keys: Vec<String>| keys.iter().rev().fold(Pointer::root(), |at, key| at.join(key));
        self.0.into_iter().map(pointer).collect()
    }

    fn add(&mut self, key: &str) {
        if self.0.len() < MAX_REPEATED {
            self.0.push(vec![key.to_owned()]);
        }
    }

    /// Says that the paths found since there were `known` lie below `key`.
    fn place(&mut self, known: usize, key: impl fmt::Display) {
        for path in self.0.iter_mut().skip(known) {
            path.push(key.to_string());
        }
    }
}

struct Node<'repeated>(&'repeated mut Repeated);

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        let mut known = self.0.0.len();
        while let Some(item) = items.next_element_seed(Node(self.0))? {
            self.0.place(known, list.len());
            known = self.0.0.len();
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            if key.len() > MAX_KEY {
                return Err(A::Error::custom(KEY_TOO_LONG));
            }
            let known = self.0.0.len();
            let value = members.next_value_seed(Node(self.0))?;
            self.0.place(known, &key);
            match object.entry(key) {
                Entry::Vacant(place) => {
                    place.insert(value);
                }
                Entry::Occupied(mut place) => {
                    self.0.add(place.key());
                    place.insert(value);
                }
            }
        }
        Ok(Value::Object(object))
    }
}

/// The text with blanks for `//` and `/* */` comments, so that everything else keeps its place.
pub(super) fn without_comments(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut blanked: Option<Vec<u8>> = None;
    let mut at = 0;
    while at < bytes.len() {
        let end = match &bytes[at..] {
            [b'"', ..] => {
                at = past_string(bytes, at);
                continue;
            }
            [b'/', b'/', rest @ ..] => at + 2 + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
            [b'/', b'*', rest @ ..] => {
                let inside = rest.windows(2).position(|pair| pair == b"*/").map_or(rest.len(), |end| end + 2);
                at + 2 + inside
            }
            _ => {
                at += 1;
                continue;
            }
        };
        let copy = blanked.get_or_insert_with(|| bytes.to_vec());
        copy[at..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        at = end;
    }
    blanked.map_or(Cow::Borrowed(text), |bytes| Cow::Owned(String::from_utf8(bytes).expect("comments end at ASCII")))
}

fn past_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_keys_are_told_with_their_places() {
        let text = r#"{"a": 1, "b": [{"c/d": 1, "c/d": {"e": 1, "e": 2}}], "a": {"f": [], "f": 1.5}}"#;
        let (value, repeated) = parse(text).unwrap();
        assert_eq!(value, serde_json::from_str::<Value>(text).unwrap());
        let places: Vec<&str> = repeated.iter().map(Pointer::as_str).collect();
        assert_eq!(places, ["/b/0/c~1d/e", "/b/0/c~1d", "/a/f", "/a"]);
    }

    #[test]
    fn values_are_those_of_serde_json() {
        for text in [
            "{}",
            "[]",
            "null",
            "[true, false, null, \"\\u00e4\\n\", \"é\", -1, 18446744073709551615, 1e400, 0.1, 123456789012345678901234567890]",
            "{\"a\": {\"b\": [[], {}]}}",
        ] {
            let expected = serde_json::from_str::<Value>(text).map_err(|error| error.to_string());
            assert_eq!(parse(text).map(|parsed| parsed.0).map_err(|error| error.to_string()), expected, "{text}");
        }
        for text in ["", "{", "[1,]", "{\"a\" 1}", "1 2", "[[[[", "nul"] {
            let expected = serde_json::from_str::<Value>(text).unwrap_err().to_string();
            assert_eq!(parse(text).unwrap_err().to_string(), expected, "{text}");
        }
        assert!(parse(&"[".repeat(1000)).unwrap_err().to_string().starts_with("recursion limit exceeded"));
    }

    #[test]
    fn comments_become_blanks_of_the_same_length() {
        let table = [
            ("{\"a\": 1 // ä \"\n}", "{\"a\": 1        \n}"),
            ("{/* x\n*/\"a//b\": \"/*\\\"*/\"}", "{    \n  \"a//b\": \"/*\\\"*/\"}"),
            ("[1] // end", "[1]       "),
            ("[1] /* end", "[1]       "),
            ("[1, /", "[1, /"),
        ];
        for (text, expected) in table {
            assert_eq!(without_comments(text), expected);
        }
        assert!(matches!(without_comments("{\"a\": \"http://x\"}"), Cow::Borrowed(_)));
    }
}
