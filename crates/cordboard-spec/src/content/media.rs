//! Media types: what a `Content-Type` header says, and what the first bytes of a body give away.

/// A `Content-Type` header, read leniently.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MediaType {
    /// Lower case, such as `application/json`; empty when there is none.
    pub essence: String,
    /// The `charset` parameter as it stands.
    pub charset: Option<String>,
}

/// First bytes that belong to one binary format.
const SIGNATURES: [(&[u8], &str); 14] = [
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x89PNG\r\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"RIFF", "application/octet-stream"),
    (b"OggS", "application/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"\0asm", "application/wasm"),
    (b"wOF2", "font/woff2"),
    (b"BZh", "application/x-bzip2"),
];

impl MediaType {
    /// Reads a header such as `text/html; charset="utf-8"`.
    pub(crate) fn parse(header: &str) -> Self {
        let mut parts = header.split(';');
        let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let charset = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            let value = value.trim().trim_matches(['"', '\'']).trim();
            (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
        });
        Self { essence, charset }
    }

    /// `application/json`, `text/json`, `application/problem+json` and so on.
    pub(crate) fn is_json(&self) -> bool {
        self.essence.ends_with("/json") || self.essence.ends_with("+json")
    }

    /// One JSON value per line, or per record (RFC 7464).
    pub(crate) fn is_json_lines(&self) -> bool {
        let name = self.essence.rsplit('/').next().unwrap_or_default();
        matches!(name, "x-ndjson" | "ndjson" | "jsonl" | "x-jsonl" | "jsonlines" | "x-jsonlines" | "json-seq")
            || name == "x-json-stream"
    }

    /// `text/html` and XHTML.
    pub(crate) fn is_html(&self) -> bool {
        matches!(self.essence.as_str(), "text/html" | "application/xhtml+xml")
    }

    /// Whether the type promises characters.
    pub(crate) fn is_textual(&self) -> bool {
        self.essence.starts_with("text/") || self.is_json() || self.is_json_lines() || self.essence.ends_with("xml")
    }
}

/// The binary format that the first bytes belong to, where the rest is not text all the same.
pub(crate) fn signature(bytes: &[u8]) -> Option<&'static str> {
    SIGNATURES.iter().find(|(first, _)| bytes.starts_with(first)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_leniently() {
        let table = [
            ("application/json", "application/json", None),
            ("Text/HTML; Charset=\"ISO-8859-1\"", "text/html", Some("ISO-8859-1")),
            ("text/plain;format=flowed; charset = utf-8 ", "text/plain", Some("utf-8")),
            ("text/plain; charset=", "text/plain", None),
            ("", "", None),
            (";;;=", "", None),
        ];
        for (header, essence, charset) in table {
            let media = MediaType::parse(header);
            assert_eq!((media.essence.as_str(), media.charset.as_deref()), (essence, charset), "{header}");
        }
    }
}
