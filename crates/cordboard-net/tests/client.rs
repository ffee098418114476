//! The guarded client against servers on this machine.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

use std::convert::Infallible;
use std::future::IntoFuture as _;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use cordboard_domain::origin::NamedBy;
use cordboard_domain::ports::{FetchDocument as _, FetchError, FetchImage as _, FetchPage as _};
use cordboard_net::GuardedClient;
use cordboard_net::client::{ExchangeError, Limits, Outgoing};
use cordboard_net::guard::Guard;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::{StreamExt as _, stream};
use reqwest::Method;
use tokio::net::TcpListener;
use url::Url;

/// A server on a free port; gives its origin and counts its requests.
#[expect(clippy::disallowed_methods, reason = "the server ends with the test's runtime")]
async fn serve(router: Router) -> (String, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    let router = router.layer(axum::middleware::from_fn(move |request, next: axum::middleware::Next| {
        counter.fetch_add(1, Ordering::SeqCst);
        next.run(request)
    }));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(axum::serve(listener, router).into_future());
    (origin, count)
}

fn client(named: &[&str]) -> GuardedClient {
    GuardedClient::new(Guard::new(named.iter().map(|url| Url::parse(url).unwrap())), "Cordboard/test").unwrap()
}

fn get_of(url: String) -> Outgoing {
    let mut headers = HeaderMap::new();
    headers.insert("x-secret", "s".parse().unwrap());
    Outgoing { method: Method::GET, url, headers, body: None }
}

const LIMITS: Limits = Limits { total: Duration::from_secs(5), body_bytes: 1000 };

#[tokio::test]
async fn an_origin_that_nobody_named_is_not_even_connected_to() {
    let (origin, count) = serve(Router::new().route("/", get(async || "secret"))).await;
    let port = origin.rsplit(':').next().unwrap();
    for url in [origin.clone(), format!("http://127.0.0.1:{port}"), format!("http://[::1]:{port}/")] {
        let refused = client(&["http://localhost:1"]).exchange(&NamedBy::Person, get_of(url.clone()), LIMITS).await;
        assert!(matches!(refused, Err(ExchangeError::Refused(_))), "{url}: {refused:?}");
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_not_followed() {
    let (inner, count) = serve(Router::new().route("/", get(async || "secret"))).await;
    let target = inner.clone();
    let (outer, _) = serve(Router::new().route("/", get(async move || Redirect::temporary(&target)))).await;
    let refused = client(&[&outer]).exchange(&NamedBy::Person, get_of(outer.clone()), LIMITS).await;
    assert!(matches!(refused, Err(ExchangeError::Refused(_))), "{refused:?}");
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_named_origin_is_no_target_for_the_redirects_of_another() {
    let (inner, count) = serve(Router::new().route("/", get(async || "secret"))).await;
    let target = inner.clone();
    let (outer, _) = serve(Router::new().route("/", get(async move || Redirect::temporary(&target)))).await;
    let refused = client(&[&outer, &inner]).exchange(&NamedBy::Person, get_of(outer), LIMITS).await;
    assert!(matches!(refused, Err(ExchangeError::Refused(_))), "{refused:?}");
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_named_origin_is_no_target_for_the_references_of_another() {
    let (inner, count) = serve(Router::new().route("/common.yaml", get(async || "secret"))).await;
    let client = client(&[&inner]);
    let wanted = format!("{inner}/common.yaml");
    let public = Url::parse("https://shop.example/openapi.yaml").unwrap();
    let refused = client.fetch(&wanted, &NamedBy::Source(public.clone())).await;
    assert!(matches!(refused, Err(FetchError::Refused { .. })), "{refused:?}");
    assert_eq!(count.load(Ordering::SeqCst), 0);
    let own = Url::parse(&inner.replace("localhost", "127.0.0.1")).unwrap();
    assert_eq!(client.fetch(&wanted, &NamedBy::Source(own)).await.unwrap().body, b"secret");
}

#[tokio::test]
async fn long_answers_are_cut_after_decompression() {
    // 10 kB of zeros, compressed to a few bytes: `gzip` of `\0` repeated.
    let body = include_bytes!("zeros.gz");
    let packed = async || ([(header::CONTENT_ENCODING, "gzip")], body.as_slice()).into_response();
    let (origin, _) = serve(Router::new().route("/", get(packed))).await;
    let exchange = client(&[&origin]).exchange(&NamedBy::Person, get_of(origin), LIMITS).await.unwrap();
    assert_eq!((exchange.body.len(), exchange.truncated), (1000, true));
}

#[tokio::test]
async fn endless_redirects_and_silence_end() {
    let (origin, count) = serve(
        Router::new()
            .route("/", get(async || Redirect::temporary("/")))
            .route("/silent", get(async || std::future::pending::<()>().await)),
    )
    .await;
    let limits = Limits { total: Duration::from_millis(300), ..LIMITS };
    let client = client(&[&origin]);
    let endless = client.exchange(&NamedBy::Person, get_of(origin.clone()), LIMITS).await;
    assert_eq!(endless.unwrap_err().to_string(), "more than 3 redirects");
    assert_eq!(count.load(Ordering::SeqCst), 4);
    let silent = client.exchange(&NamedBy::Person, get_of(format!("{origin}/silent")), limits).await;
    assert!(matches!(silent, Err(ExchangeError::TimedOut(_))), "{silent:?}");
}

#[tokio::test]
async fn documents_are_fetched_and_problems_named() {
    let routes = Router::new().route("/good", get(async || "openapi: 3.0.0"));
    let (origin, _) = serve(routes).await;
    let client = client(&[&origin, "http://localhost:1"]);
    assert_eq!(client.fetch(&format!("{origin}/good"), &NamedBy::Person).await.unwrap().body, b"openapi: 3.0.0");
    let missing = client.fetch(&format!("{origin}/missing"), &NamedBy::Person).await.unwrap_err();
    assert!(matches!(missing, FetchError::Status { status: 404, .. }), "{missing}");
    let down = client.fetch("http://localhost:1/x", &NamedBy::Person).await.unwrap_err();
    assert!(down.to_string().starts_with("nothing answers at http://localhost:1/x"), "{down}");
}

#[tokio::test]
async fn compressed_documents_are_unpacked_whatever_their_labels_say() {
    let packed = || {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(b"openapi: 3.0.0").unwrap();
        encoder.finish().unwrap()
    };
    let labelled = [(header::CONTENT_ENCODING, "gzip")];
    let router = Router::new()
        .route("/asked", get(async |headers: HeaderMap| headers[header::ACCEPT_ENCODING].as_bytes().to_vec()))
        .route("/labelled", get(async move || (labelled.clone(), packed())))
        .route("/lies", get(async || ([(header::CONTENT_ENCODING, "gzip")], "openapi: 3.0.0")))
        .route("/silent", get(async move || packed()))
        .route("/file.gz", get(async move || ([(header::CONTENT_TYPE, "application/gzip")], packed())))
        .route("/broken", get(async move || packed()[..20].to_vec()));
    let (origin, _) = serve(router).await;
    let client = client(&[&origin]);
    let fetch = async |path: &str| client.fetch(&format!("{origin}{path}"), &NamedBy::Person).await;
    assert_eq!(fetch("/asked").await.unwrap().body, b"gzip");
    for path in ["/labelled", "/lies", "/silent", "/file.gz"] {
        assert_eq!(fetch(path).await.unwrap().body, b"openapi: 3.0.0", "{path}");
    }
    let broken = fetch("/broken").await.unwrap_err().to_string();
    assert!(broken.contains("its gzip data is damaged"), "{broken}");
}

const HTML_TYPE: (header::HeaderName, &str) = (header::CONTENT_TYPE, "text/html; charset=utf-8");
const HTML: [(header::HeaderName, &str); 1] = [HTML_TYPE];
const HEAD: &str = "<html><head><title>T</title></head>";
const MEGABYTE: usize = 1024 * 1024;

/// A body that begins with a text and never ends.
fn endless(beginning: &'static str) -> Body {
    let blanks = stream::repeat_with(|| Ok::<_, Infallible>(vec![b' '; 1000]));
    Body::from_stream(stream::iter([Ok(beginning.as_bytes().to_vec())]).chain(blanks))
}

#[tokio::test]
async fn the_head_of_a_page_is_read_and_little_more() {
    let routes = Router::new()
        .route("/head", get(async || ([HTML_TYPE, (header::CACHE_CONTROL, "max-age=60")], endless(HEAD))))
        .route("/headless", get(async || (HTML, endless("<p>"))))
        .route("/short", get(async || (HTML, "<title>T")));
    let (origin, _) = serve(routes).await;
    let named_by = NamedBy::Source(Url::parse(&origin).unwrap());
    let client = client(&[&origin]);
    let page = async |path: &str| client.fetch_page(&format!("{origin}/{path}"), &named_by).await.unwrap();
    let head = page("head").await;
    assert!(head.bytes.starts_with(HEAD.as_bytes()) && head.bytes.len() < MEGABYTE / 2, "{}", head.bytes.len());
    assert_eq!((head.fresh_for, head.content_type.as_str()), (Some(Duration::from_mins(1)), HTML_TYPE.1));
    assert_eq!(page("headless").await.bytes.len(), MEGABYTE);
    let short = page("short").await;
    assert_eq!((&short.bytes[..], short.fresh_for), (&b"<title>T"[..], None));
}

#[tokio::test]
async fn what_is_no_page_or_leads_to_another_plugin_has_no_head() {
    let (other, count) = serve(Router::new().route("/", get(async || (HTML, HEAD)))).await;
    let (target, image) = (other.clone(), ([(header::CONTENT_TYPE, "image/svg+xml")], HEAD));
    let routes = Router::new()
        .route("/away", get(async move || Redirect::temporary(&target)))
        .route("/gone", get(async || (StatusCode::GONE, HTML, HEAD)))
        .route("/image", get(async move || image));
    let (origin, _) = serve(routes).await;
    let named_by = NamedBy::Source(Url::parse(&origin).unwrap());
    let client = client(&[&origin, &other]);
    let problem = async |url: &str| client.fetch_page(url, &named_by).await.unwrap_err();
    assert!(matches!(problem(&format!("{origin}/gone")).await, FetchError::Status { status: 410, .. }));
    assert!(matches!(problem(&format!("{origin}/image")).await, FetchError::Broken { .. }));
    for url in [&format!("{origin}/away"), &other, "http://localhost:1/"] {
        assert!(matches!(problem(url).await, FetchError::Refused { .. }), "{url}");
    }
    let picture = client.fetch_image(&other, &named_by).await.unwrap_err();
    assert!(matches!(picture, FetchError::Refused { .. }), "{picture}");
    assert_eq!(count.load(Ordering::SeqCst), 0);
}
