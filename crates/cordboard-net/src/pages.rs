//! Fetches the heads of pages, for cards of links. No more is read than the head, in no more than a given time.

use std::time::Duration;

use async_trait::async_trait;
use cordboard_domain::origin::NamedBy;
use cordboard_domain::ports::{FetchError, FetchPage, FetchedPage};
use futures::StreamExt;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use reqwest::{Method, Response};

use crate::client::{ExchangeError, GuardedClient, Outgoing, describe};
use crate::content_coding::Reading;
use crate::documents::{content_type, fetch_error};
use crate::freshness::fresh_for;

const TOTAL: Duration = Duration::from_secs(10);
/// After decompression, in bytes.
const MOST: usize = 1024 * 1024;

const HEAD_ENDS: &[u8] = b"</head";

#[async_trait]
impl FetchPage for GuardedClient {
    async fn fetch_page(&self, url: &str, named_by: &NamedBy) -> Result<FetchedPage, FetchError> {
        page_within(TOTAL, self, url, named_by).await
    }
}

async fn page_within(
    total: Duration,
    client: &GuardedClient,
    url: &str,
    named_by: &NamedBy,
) -> Result<FetchedPage, FetchError> {
    let late = || FetchError::TimedOut { url: url.to_owned(), seconds: total.as_secs() };
    tokio::time::timeout(total, page(client, url, named_by)).await.unwrap_or_else(|_| Err(late()))
}

async fn page(client: &GuardedClient, url: &str, named_by: &NamedBy) -> Result<FetchedPage, FetchError> {
    let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("text/html, application/xhtml+xml"))]);
    let outgoing = Outgoing { method: Method::GET, url: url.to_owned(), headers, body: None };
    let (at, response) = client.follow(named_by, outgoing).await.map_err(|error| fetch_error(url, error))?;
    if !response.status().is_success() {
        return Err(FetchError::Status { url: at.into(), status: response.status().as_u16() });
    }
    let content_type = content_type(response.headers());
    if !is_page(&content_type) {
        return Err(FetchError::Broken { url: at.into(), reason: format!("`{content_type}` is no page") });
    }
    let fresh_for = fresh_for(response.headers());
    let bytes = head(response).await.map_err(|error| fetch_error(at.as_str(), error))?;
    Ok(FetchedPage { url: at, content_type, bytes, fresh_for })
}

fn is_page(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    ["text/html", "application/xhtml+xml"].iter().any(|each| essence.eq_ignore_ascii_case(each))
}

/// The page up to the piece in which its head ends.
async fn head(response: Response) -> Result<Vec<u8>, ExchangeError> {
    let mut reading = Reading::new(response.headers(), MOST);
    let mut chunks = response.bytes_stream();
    let mut looked_at = 0;
    while let Some(chunk) = chunks.next().await {
        if !reading.take(&chunk.map_err(|error| describe(&error))?)? {
            break;
        }
        let so_far = reading.so_far();
        if contains_end(so_far, looked_at) {
            return Ok(so_far.to_vec());
        }
        looked_at = so_far.len();
    }
    Ok(reading.finish()?.bytes)
}

/// Whether the head ends in the bytes that follow those that were looked at.
fn contains_end(bytes: &[u8], looked_at: usize) -> bool {
    let from = looked_at.saturating_sub(HEAD_ENDS.len());
    bytes[from..].windows(HEAD_ENDS.len()).any(|window| window.eq_ignore_ascii_case(HEAD_ENDS))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use url::Url;

    use super::*;
    use crate::guard::Guard;

    /// Answers one request with the beginning of a page, and goes on with a byte now and then.
    async fn drip(listener: TcpListener) -> std::io::Result<()> {
        let (mut stream, _) = listener.accept().await?;
        let _request = stream.read(&mut [0; 1024]).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<head>").await?;
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            stream.write_all(b" ").await?;
        }
    }

    #[tokio::test]
    async fn a_page_that_comes_too_slowly_is_given_up() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let client = GuardedClient::new(Guard::new([url.clone()]), "Cordboard/test").unwrap();
        let named_by = NamedBy::Source(url.clone());
        let page = page_within(Duration::from_millis(200), &client, url.as_str(), &named_by);
        let page = tokio::select! { page = page => page, ended = drip(listener) => panic!("{ended:?}") };
        assert!(matches!(page, Err(FetchError::TimedOut { .. })), "{page:?}");
    }

    #[test]
    fn the_end_of_a_head_is_found_wherever_its_pieces_break() {
        let page = b"<head><title>T</title></HEAD><body>";
        let found = |cut: usize| contains_end(&page[..cut], 0) || contains_end(page, cut);
        assert!((0..=page.len()).all(found));
        assert!(!contains_end(&page[..27], 0));
    }

    #[test]
    fn pages_are_html() {
        assert!(is_page("Text/HTML; charset=utf-8") && is_page("application/xhtml+xml"));
        assert!(!is_page("image/svg+xml") && !is_page("text/htmlx") && !is_page(""));
    }
}
