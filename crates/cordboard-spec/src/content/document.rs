//! Bytes of manifests and API descriptions as text.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::charset::decode;
use super::media::MediaType;

/// The text of a document, which is text whatever its `Content-Type` says; of that only the charset counts. Bytes that
/// no charset explains are replaced.
pub fn document_text(bytes: &[u8], content_type: &str) -> String {
    if let Some(encoding) = unmarked_utf_16(bytes) {
        return encoding.decode_without_bom_handling(bytes).0.into_owned();
    }
    let charset = MediaType::parse(content_type).charset;
    let as_text = MediaType { essence: "text/plain".to_owned(), charset };
    match decode(bytes.to_vec(), &as_text, false) {
        Some(decoded) => decoded.text,
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Documents begin with ASCII, so every second byte of UTF-16 is zero there.
fn unmarked_utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [first, 0, next, 0, ..] if *first != 0 && *next != 0 => Some(UTF_16LE),
        [0, first, 0, next, ..] if *first != 0 && *next != 0 => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_zeros_and_labels_tell_encodings_apart() {
        let text = "openapi: 3.1.0 # äß→🐙";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        for bytes in [&marked(&[0xFF, 0xFE], &little), &marked(&[0xFE, 0xFF], &big), &little, &big, text.as_bytes()] {
            assert_eq!(document_text(bytes, "application/octet-stream"), text);
        }
        let table: [(&[u8], &str, &str); 6] = [
            (b"caf\xe9", "application/yaml; charset=iso-8859-1", "café"),
            (b"caf\xe9", "", "café"),
            ("café".as_bytes(), "text/yaml; charset=latin1", "café"),
            (b"\x93\xfa\x96{", "application/json; charset=Shift_JIS", "日本"),
            (b"\xef\xbb\xbfa", "", "a"),
            (b"a\0\0b", "", "a\0\0b"),
        ];
        for (bytes, content_type, expected) in table {
            assert_eq!(document_text(bytes, content_type), expected, "{content_type}");
        }
    }
}
