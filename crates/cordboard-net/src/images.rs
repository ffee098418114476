//! Fetches pictures for people's pages, so that their browsers contact nobody but this host.

use std::time::Duration;

use async_trait::async_trait;
use cordboard_domain::ports::{FetchError, FetchImage, FetchedImage};
use reqwest::Method;
use reqwest::header::HeaderMap;

use crate::client::{GuardedClient, Limits, Outgoing};
use crate::documents::fetch_error;

const LIMITS: Limits = Limits { total: Duration::from_secs(10), body_bytes: 2 * 1024 * 1024 };

#[async_trait]
impl FetchImage for GuardedClient {
    async fn fetch_image(&self, url: &str) -> Result<FetchedImage, FetchError> {
        let outgoing = Outgoing { method: Method::GET, url: url.to_owned(), headers: HeaderMap::new(), body: None };
        let exchange = self.exchange(outgoing, LIMITS).await.map_err(|error| fetch_error(url, error))?;
        let url = url.to_owned();
        if !(200..300).contains(&exchange.status) {
            return Err(FetchError::Status { url, status: exchange.status });
        }
        if exchange.truncated {
            return Err(FetchError::TooLarge { url, limit: LIMITS.body_bytes as u64 });
        }
        let Some(content_type) = raster_type(&exchange.body) else {
            return Err(FetchError::Broken { url, reason: "it is no PNG, JPEG, WebP, GIF or AVIF".to_owned() });
        };
        Ok(FetchedImage { content_type, bytes: exchange.body })
    }
}

/// The kind of a picture by its first bytes; labels lie, and an SVG could carry scripts.
fn raster_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f', ..] => Some("image/avif"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_told_by_their_bytes() {
        assert_eq!(raster_type(b"\x89PNG\r\n"), Some("image/png"));
        assert_eq!(raster_type(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(raster_type(b"<svg onload=alert(1)>"), None);
        assert_eq!(raster_type(b""), None);
    }
}
