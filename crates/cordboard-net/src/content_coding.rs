//! Bodies that servers compress: told by their first bytes, since labels lie both ways.

use std::io::Write as _;

use flate2::write::MultiGzDecoder;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};

/// The first bytes of gzip (RFC 1952): its mark, and the only method that there is.
const GZIP: [u8; 3] = [0x1f, 0x8b, 8];

/// How many bytes are unpacked before the limit is looked at; they become at most a thousand times as many.
const PACKED_AT_ONCE: usize = 1024;

/// Why a body cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("its gzip data is damaged")]
pub(crate) struct Damaged;

/// A body that is read piece by piece, up to a number of bytes.
pub(crate) struct Reading {
    /// Whether what looks like gzip is unpacked, or is a file that was asked for as it is.
    unpacks: bool,
    limit: usize,
    state: State,
}

enum State {
    /// Too few bytes to tell.
    Open(Vec<u8>),
    Plain(Vec<u8>),
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
}

/// What was read.
pub(crate) struct Content {
    pub(crate) bytes: Vec<u8>,
    /// Whether there was more than the limit.
    pub(crate) truncated: bool,
}

impl Reading {
    /// Begins to read a body of at most `limit` bytes after decompression.
    pub(crate) fn new(headers: &HeaderMap, limit: usize) -> Self {
        let is_labelled = value(headers, &CONTENT_ENCODING).contains("gzip");
        Self { unpacks: is_labelled || !is_archive(headers), limit, state: State::Open(Vec::new()) }
    }

    /// Takes the next piece; says whether more is wanted.
    pub(crate) fn take(&mut self, piece: &[u8]) -> Result<bool, Damaged> {
        if let State::Open(first) = &mut self.state {
            first.extend_from_slice(piece);
            if first.len() < GZIP.len() {
                return Ok(true);
            }
            let first = std::mem::take(first);
            let is_packed = self.unpacks && first.starts_with(&GZIP);
            self.state = if is_packed {
                State::Gzip(Box::new(MultiGzDecoder::new(Vec::new())))
            } else {
                State::Plain(Vec::new())
            };
            return self.write(&first);
        }
        self.write(piece)
    }

    fn write(&mut self, piece: &[u8]) -> Result<bool, Damaged> {
        let length = match &mut self.state {
            State::Open(bytes) | State::Plain(bytes) => {
                let room = self.limit + 1 - bytes.len();
                bytes.extend_from_slice(&piece[..piece.len().min(room)]);
                bytes.len()
            }
            State::Gzip(decoder) => {
                for packed in piece.chunks(PACKED_AT_ONCE) {
                    if decoder.get_ref().len() <= self.limit {
                        decoder.write_all(packed).map_err(|_| Damaged)?;
                    }
                }
                decoder.get_ref().len()
            }
        };
        Ok(length <= self.limit)
    }

    /// What has come so far; of a packed body the last bytes may be missing.
    pub(crate) fn so_far(&self) -> &[u8] {
        match &self.state {
            State::Open(bytes) | State::Plain(bytes) => bytes,
            State::Gzip(decoder) => decoder.get_ref(),
        }
    }

    /// What came, once there is no more or no more is wanted.
    pub(crate) fn finish(self) -> Result<Content, Damaged> {
        let mut bytes = match self.state {
            State::Open(bytes) | State::Plain(bytes) => bytes,
            State::Gzip(decoder) if decoder.get_ref().len() > self.limit => decoder.get_ref().clone(),
            State::Gzip(decoder) => decoder.finish().map_err(|_| Damaged)?,
        };
        let truncated = bytes.len() > self.limit;
        bytes.truncate(self.limit);
        Ok(Content { bytes, truncated })
    }
}

/// The content of a file that is gzip itself, such as `openapi.json.gz`; other files as they are.
pub(crate) fn unpacked(bytes: &[u8], limit: usize) -> Result<Content, Damaged> {
    let mut reading = Reading { unpacks: true, limit, state: State::Open(Vec::new()) };
    reading.take(bytes)?;
    reading.finish()
}

/// Whether a body says that it is a packed file rather than something that was packed on its way.
fn is_archive(headers: &HeaderMap) -> bool {
    let kind = value(headers, &CONTENT_TYPE);
    ["zip", "tar", "compress", "tgz", "octet-stream"].iter().any(|name| kind.contains(name))
}

fn value(headers: &HeaderMap, name: &reqwest::header::HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    const TEXT: &[u8] = b"{\"openapi\": \"3.1.0\"}";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: &[u8], encoding: &str, kind: &str, piece: usize) -> Result<(Vec<u8>, bool), Damaged> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, encoding.parse().unwrap());
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        let mut reading = Reading::new(&headers, 1000);
        for piece in bytes.chunks(piece) {
            if !reading.take(piece)? {
                break;
            }
        }
        reading.finish().map(|content| (content.bytes, content.truncated))
    }

    #[test]
    fn bytes_decide_and_labels_may_lie() {
        let (packed, twice) = (gzip(TEXT), [gzip(&TEXT[..5]), gzip(&TEXT[5..])].concat());
        let table = [
            (&packed[..], "gzip", "application/json", TEXT),
            (&packed, "x-gzip", "", TEXT),
            (&packed, "", "application/json", TEXT),
            (&packed, "", "", TEXT),
            (&packed, "gzip", "application/gzip", TEXT),
            (&packed, "", "application/gzip", &packed),
            (&packed, "", "application/octet-stream", &packed),
            (&twice, "gzip", "text/yaml", TEXT),
            (TEXT, "gzip", "application/json", TEXT),
            (TEXT, "", "", TEXT),
            (b"", "gzip", "", b""),
            (b"7", "gzip", "", b"7"),
            (&GZIP[..2], "gzip", "", &GZIP[..2]),
        ];
        for (bytes, encoding, kind, expected) in table {
            for piece in [1, 2, 3, 7, 1000] {
                let found = read(bytes, encoding, kind, piece);
                assert_eq!(found, Ok((expected.to_vec(), false)), "{encoding} {kind} {piece}");
            }
        }
    }

    #[test]
    fn data_that_ends_early_or_is_changed_is_told() {
        let packed = gzip(TEXT);
        assert_eq!(read(&packed[..packed.len() - 9], "gzip", "", 4), Err(Damaged));
        let mut broken = gzip(&TEXT.repeat(40));
        broken[14] ^= 0xff;
        assert_eq!(read(&broken, "gzip", "", 1000), Err(Damaged));
    }

    #[test]
    fn what_unfolds_without_end_stops_at_the_limit() {
        let bomb = gzip(&vec![b'x'; 50_000_000]);
        assert_eq!(read(&bomb, "gzip", "", 4096), Ok((vec![b'x'; 1000], true)));
        assert_eq!(read(&[b'x'; 5000], "", "", 10), Ok((vec![b'x'; 1000], true)));
        assert_eq!(read(&[b'x'; 1000], "", "", 10), Ok((vec![b'x'; 1000], false)));
        assert_eq!(unpacked(&gzip(TEXT), 1000).unwrap().bytes, TEXT);
    }

    #[test]
    fn what_lies_beyond_the_limit_is_not_unpacked_even_where_all_is_there_at_once() {
        let mut bomb = gzip(&vec![b'x'; 50_000_000]);
        let end = bomb.len() - 1;
        bomb[end] ^= 0xff;
        assert_eq!(read(&bomb, "gzip", "", bomb.len()), Ok((vec![b'x'; 1000], true)));
        assert!(unpacked(&bomb, 1000).unwrap().truncated);
    }
}
