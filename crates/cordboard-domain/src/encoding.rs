//! Bytes of documents as text.

/// The text of a document: UTF-16 where it begins with that mark, UTF-8 otherwise. Bytes that are neither are replaced.
pub fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|each| each.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
#[test]
fn marks_tell_encodings_apart() {
    let text = "openapi: 3.1.0 # äß→🐙";
    let units: Vec<u16> = text.encode_utf16().collect();
    let little: Vec<u8> = [0xFF, 0xFE].into_iter().chain(units.iter().flat_map(|unit| unit.to_le_bytes())).collect();
    let big: Vec<u8> = [0xFE, 0xFF].into_iter().chain(units.iter().flat_map(|unit| unit.to_be_bytes())).collect();
    assert_eq!([decode(&little), decode(&big), decode(text.as_bytes())], [text; 3]);
    assert_eq!(decode(&[0xFF, 0xFE, b'a', 0, b'b']), "a");
    assert_eq!(decode(&[b'a', 0xFF]), "a\u{FFFD}");
}
