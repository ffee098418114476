//! From bytes to text: the byte order mark, the header, a guess, in this order. What was surprising becomes a note.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::media::{MediaType, signature};

/// How much of a body is looked at to tell text from binary data, and where HTML may name its charset.
const LOOKED_AT: usize = 4096;

/// A decoded body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) notes: Vec<String>,
}

/// Decodes a body; `None` when it is not text. Takes the bytes so that UTF-8 is not copied. `truncated` bodies may end
/// within a character.
pub(crate) fn decode(mut bytes: Vec<u8>, media: &MediaType, truncated: bool) -> Option<Decoded> {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        bytes.drain(..mark);
        return Some(decode_as(encoding, bytes, truncated));
    }
    if signature(&bytes).is_some() {
        return None;
    }
    let mut notes = Vec::new();
    let declared = declared(&bytes, media, &mut notes);
    if let Some(encoding) = wide(&bytes, declared) {
        return Some(decode_as(encoding, bytes, truncated));
    }
    if has_control_characters(&bytes) {
        return None;
    }
    let utf8 = valid_up_to(&bytes, truncated);
    if let Some(length) = utf8 {
        if let Some(other) = declared.filter(|other| *other != UTF_8 && !bytes.is_ascii()) {
            if !other.is_single_byte() {
                return Some(Decoded { notes, ..decode_as(other, bytes, truncated) });
            }
            notes.push(format!("The label says {}, the text is UTF-8.", other.name()));
        }
        bytes.truncate(length);
        let text = String::from_utf8(bytes).expect("checked above");
        return Some(Decoded { text, notes });
    }
    if !media.is_textual() && declared.is_none() {
        return None;
    }
    let encoding = declared.filter(|declared| *declared != UTF_8).unwrap_or(WINDOWS_1252);
    if declared.is_none_or(|declared| declared == UTF_8) {
        notes.push("The text is not valid UTF-8; it was read as windows-1252.".to_owned());
    }
    let decoded = decode_as(encoding, bytes, truncated);
    Some(Decoded { notes: [notes, decoded.notes].concat(), text: decoded.text })
}

fn decode_as(encoding: &'static Encoding, mut bytes: Vec<u8>, truncated: bool) -> Decoded {
    if truncated && encoding != UTF_8 && !encoding.is_single_byte() {
        bytes.truncate(bytes.len() / 2 * 2);
    }
    if encoding == UTF_8
        && let Some(length) = valid_up_to(&bytes, truncated)
    {
        bytes.truncate(length);
        let text = String::from_utf8(bytes).expect("checked above");
        return Decoded { text, notes: Vec::new() };
    }
    let (text, had_errors) = encoding.decode_without_bom_handling(&bytes);
    let note = format!("Some characters are not valid {}; they were replaced.", encoding.name());
    let notes = if had_errors { vec![note] } else { Vec::new() };
    Decoded { text: text.into_owned(), notes }
}

/// What the header, or the head of an HTML page, says.
fn declared(bytes: &[u8], media: &MediaType, notes: &mut Vec<String>) -> Option<&'static Encoding> {
    let label = media.charset.as_deref().map(Cow::Borrowed);
    let label = label.or_else(|| if media.is_html() { meta_charset(bytes).map(Cow::Owned) } else { None })?;
    let encoding = Encoding::for_label(label.as_bytes());
    if encoding.is_none() {
        let label: String = label.chars().take(40).collect();
        notes.push(format!("The charset `{label}` is not known."));
    }
    encoding
}

/// The value of `<meta charset=…>` or `<meta … content="text/html; charset=…">`.
fn meta_charset(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(LOOKED_AT)]).to_ascii_lowercase();
    let (_, after) = head.split_once("<meta")?;
    let (_, value) = after.split_once("charset=")?;
    let value = value.trim_start_matches(['"', '\'', ' ']);
    let value = value.split(['"', '\'', ' ', '>', '/', ';']).next()?;
    (!value.is_empty()).then(|| value.to_owned())
}

/// UTF-16, as declared or, for JSON, as every second byte tells (RFC 4627, section 3).
fn wide(bytes: &[u8], declared: Option<&'static Encoding>) -> Option<&'static Encoding> {
    if let Some(declared) = declared.filter(|declared| *declared == UTF_16LE || *declared == UTF_16BE) {
        return Some(declared);
    }
    match bytes {
        [b'{' | b'[', 0, next, 0, ..] if *next != 0 => Some(UTF_16LE),
        [0, b'{' | b'[', 0, next, ..] if *next != 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// Characters that no text has: zero and most of what lies below the space.
fn has_control_characters(bytes: &[u8]) -> bool {
    let never = |byte: &u8| matches!(byte, 0..=6 | 0x0e..=0x1a | 0x1c..=0x1d | 0x1f);
    bytes[..bytes.len().min(LOOKED_AT)].iter().any(never) || bytes.contains(&0)
}

/// How much of the bytes is UTF-8, if they are; a truncated body may end within a character.
fn valid_up_to(bytes: &[u8], truncated: bool) -> Option<usize> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.len()),
        Err(error) if truncated && error.error_len().is_none() => Some(error.valid_up_to()),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], header: &str, expected: Option<&str>, remark: &str) {
        let decoded = decode(bytes.to_vec(), &MediaType::parse(header), false);
        let text = decoded.as_ref().map(|decoded| decoded.text.as_str());
        assert_eq!(text, expected, "{header}: {bytes:?}");
        let notes = decoded.map(|decoded| decoded.notes.join(" ")).unwrap_or_default();
        assert!(notes.contains(remark) && (remark.is_empty() == notes.is_empty()), "{header}: {notes}");
    }

    #[test]
    fn charsets() {
        check("caf\u{e9}".as_bytes(), "application/json", Some("café"), "");
        check(b"caf\xe9", "text/plain; charset=iso-8859-1", Some("café"), "");
        check(b"caf\xe9", "text/plain", Some("café"), "windows-1252");
        check(b"caf\xe9", "application/json; charset=utf-8", Some("café"), "windows-1252");
        check("caf\u{e9}".as_bytes(), "text/plain; charset=latin1", Some("café"), "the text is UTF-8");
        check(b"\xef\xbb\xbf{}", "application/json", Some("{}"), "");
        check(b"\xff\xfe{\0}\0", "application/json", Some("{}"), "");
        check(b"\xfe\xff\0{\0}", "text/plain; charset=utf-8", Some("{}"), "");
        check(b"{\0}\0", "application/json", Some("{}"), "");
        check(b"\0[\x001\0]", "application/json", Some("[1]"), "");
        check(b"\x93\xfa\x96{", "text/plain; charset=Shift_JIS", Some("日本"), "");
        check(b"\xc4\xe3", "text/html; charset=gb2312", Some("你"), "");
        check(b"<meta charset=\"koi8-r\">\xf0", "text/html", Some("<meta charset=\"koi8-r\">П"), "");
        check(b"plain", "text/plain; charset=martian", Some("plain"), "`martian` is not known");
        check(b"", "text/plain", Some(""), "");
    }

    #[test]
    fn binary_data_is_no_text() {
        check(b"\x89PNG\r\n\x1a\n", "application/json", None, "");
        check(b"%PDF-1.7 readable", "text/plain", None, "");
        check(b"a\0b", "text/plain", None, "");
        check(b"\x01\x02\x03", "", None, "");
        check(b"\xe9\xe8\xff", "application/octet-stream", None, "");
        check(b"words", "application/octet-stream", Some("words"), "");
    }

    #[test]
    fn a_cut_body_may_end_within_a_character() {
        let bytes = "ab\u{20ac}".as_bytes()[..4].to_vec();
        let decoded = decode(bytes, &MediaType::parse("text/plain"), true).unwrap();
        assert_eq!(decoded, Decoded { text: "ab".to_owned(), notes: Vec::new() });
    }
}
