//! Percent-encoding (RFC 3986).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};

/// Everything but unreserved characters.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Reserved characters stay, except those that would end the value or start another.
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
    .remove(b';');

/// A whole query that the caller wrote.
const QUERY: &AsciiSet = &RESERVED.remove(b'&').remove(b'=').remove(b'+').remove(b'%');

/// In a path, `?` would begin the query.
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.add(b'?').add(b'[').add(b']');

/// How a text is made safe for its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escape {
    /// Only unreserved characters stay.
    All,
    /// `allowReserved` in a query.
    Reserved,
    /// A whole query string.
    Query,
    /// `allowReserved` in a path.
    ReservedInPath,
    /// As HTML forms do it: like `All`, with `+` for spaces.
    Form,
    /// Headers and cookies of style `cookie`.
    Nothing,
}

impl Escape {
    pub(crate) fn apply(self, text: &str) -> String {
        let set = match self {
            Self::All => UNRESERVED,
            Self::Reserved => RESERVED,
            Self::Query => QUERY,
            Self::ReservedInPath => RESERVED_IN_PATH,
            Self::Form => return form(text),
            Self::Nothing => return text.to_owned(),
        };
        utf8_percent_encode(text, set).to_string()
    }
}

fn form(text: &str) -> String {
    let words = text.split(' ').map(|word| percent_encode(word.as_bytes(), UNRESERVED).to_string());
    words.collect::<Vec<_>>().join("+")
}
