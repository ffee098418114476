//! Percent-encoding (RFC 3986).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};

/// Everything but unreserved characters.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `allowReserved`: what RFC 3986 reserves stays, except `#`, which would end the query, and `&`, which would begin
/// another value.
const RESERVED: &AsciiSet = &UNRESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'[')
    .remove(b']')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b'+');

/// In a form, `+` is a space.
const RESERVED_IN_FORM: &AsciiSet = &RESERVED.add(b'+');

/// In a path, `?` would begin the query, and `&` is a character like others.
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'&').add(b'?').add(b'[').add(b']');

/// A whole query that the caller wrote.
const QUERY: &AsciiSet = &RESERVED.remove(b'&');

/// How a text is made safe for its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escape {
    /// Only unreserved characters stay.
    All,
    /// `allowReserved` in a query.
    Reserved,
    /// `allowReserved` in a form.
    ReservedInForm,
    /// `allowReserved` in a path.
    ReservedInPath,
    /// A whole query string.
    Query,
    /// As HTML forms do it: like `All`, with `+` for spaces.
    Form,
    /// Headers and cookies of style `cookie`.
    Nothing,
}

impl Escape {
    pub(crate) fn apply(self, text: &str) -> String {
        match self {
            Self::All => utf8_percent_encode(text, UNRESERVED).to_string(),
            Self::Reserved => reserved(text, RESERVED),
            Self::ReservedInForm => reserved(text, RESERVED_IN_FORM),
            Self::ReservedInPath => reserved(text, RESERVED_IN_PATH),
            Self::Query => reserved(text, QUERY),
            Self::Form => form(text),
            Self::Nothing => text.to_owned(),
        }
    }

    /// The same for a key, in which reserved characters would be taken for what separates it from its value.
    pub(crate) fn of_keys(self) -> Self {
        match self {
            Self::Reserved | Self::ReservedInForm => Self::All,
            other => other,
        }
    }
}

fn form(text: &str) -> String {
    let words = text.split(' ').map(|word| percent_encode(word.as_bytes(), UNRESERVED).to_string());
    words.collect::<Vec<_>>().join("+")
}

/// Reserved expansion (RFC 6570, section 3.2.3): triplets such as `%2F` stay as they are.
fn reserved(text: &str, set: &'static AsciiSet) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let is_triplet =
            rest.as_bytes().get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let end = if is_triplet { at + 3 } else { at + 1 };
        result.extend(utf8_percent_encode(&rest[..at], set));
        result.push_str(if is_triplet { &rest[at..end] } else { "%25" });
        rest = &rest[end..];
    }
    result.extend(utf8_percent_encode(rest, set));
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{+x}` of RFC 6570, section 3.2.3, and what differs where a character would end the component.
    #[test]
    fn reserved_expansion_follows_rfc_6570_within_its_component() {
        let table = [
            ("value", "value", "value", "value"),
            ("Hello World!", "Hello%20World!", "Hello%20World!", "Hello%20World!"),
            ("50%", "50%25", "50%25", "50%25"),
            (
                "http://example.com/home/",
                "http://example.com/home/",
                "http://example.com/home/",
                "http://example.com/home/",
            ),
            ("/foo/bar", "/foo/bar", "/foo/bar", "/foo/bar"),
            (";,.", ";,.", ";,.", ";,."),
            ("a%2Fb%zz%e4%", "a%2Fb%25zz%e4%25", "a%2Fb%25zz%e4%25", "a%2Fb%25zz%e4%25"),
            ("a=b+c", "a=b+c", "a=b%2Bc", "a=b+c"),
            ("a&b#c", "a%26b%23c", "a%26b%23c", "a&b%23c"),
            ("x?[1]@!$'()*", "x?[1]@!$'()*", "x?[1]@!$'()*", "x%3F%5B1%5D@!$'()*"),
            ("ä\"<>", "%C3%A4%22%3C%3E", "%C3%A4%22%3C%3E", "%C3%A4%22%3C%3E"),
            ("%ä", "%25%C3%A4", "%25%C3%A4", "%25%C3%A4"),
        ];
        for (text, query, form, path) in table {
            let escapes = [Escape::Reserved, Escape::ReservedInForm, Escape::ReservedInPath];
            assert_eq!(escapes.map(|escape| escape.apply(text)), [query, form, path], "{text}");
        }
    }
}
