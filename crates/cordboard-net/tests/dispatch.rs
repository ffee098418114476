//! Calls as they leave and responses as they come.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

use std::future::IntoFuture as _;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::{any, get};
use cordboard_domain::call::{CallContext, Method, PlannedCall, RawResponse};
use cordboard_domain::plugin::VersionDigest;
use cordboard_domain::ports::Dispatch as _;
use cordboard_domain::time::{Clock, Timestamp};
use cordboard_net::guard::Guard;
use cordboard_net::{Dispatcher, GuardedClient, HostHeaders};
use tokio::net::TcpListener;
use url::Url;

const LIMIT: usize = 64 * 1024 * 1024;

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

async fn accepted(headers: HeaderMap) -> Vec<u8> {
    headers["accept"].as_bytes().to_vec()
}

async fn key(headers: HeaderMap) -> Vec<u8> {
    headers.get("idempotency-key").map(|key| key.as_bytes().to_vec()).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "the server ends with the test's runtime")]
async fn dispatch(method: Method, path: &str, headers: &[(&str, &str)]) -> RawResponse {
    let router = Router::new()
        .route("/accept", get(accepted))
        .route("/key", any(key))
        .route("/bytes", get(async || vec![0xff_u8, 0, 1]))
        .route("/endless", get(async || vec![b'x'; LIMIT + 10]));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(axum::serve(listener, router).into_future());
    let client = GuardedClient::new(Guard::new([Url::parse(&origin).unwrap()]), "Cordboard/test").unwrap();
    let dispatcher =
        Dispatcher::new(client, HostHeaders::new(vec![7; 32]), Arc::new(StoppedClock), Duration::from_secs(30));
    let id = "0190f1f0a0a070008000000000000001";
    let call = PlannedCall {
        plugin: id.parse().unwrap(),
        version: VersionDigest::from_stored("v".to_owned()),
        operation: "get".to_owned(),
        method,
        url: format!("{origin}{path}"),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: None,
        may_override_method: false,
        credentials: Vec::new(),
        home: Url::parse(&origin).ok(),
    };
    let context = CallContext {
        call: id.parse().unwrap(),
        conversation: id.parse().unwrap(),
        user: id.parse().unwrap(),
        subdivision: None,
    };
    dispatcher.dispatch(&call, &context).await.unwrap()
}

#[tokio::test]
async fn the_operations_own_accept_header_goes_before_the_default() {
    let sent = |raw: RawResponse| String::from_utf8(raw.body).unwrap();
    assert!(sent(dispatch(Method::Get, "/accept", &[]).await).starts_with("application/json, text/*"));
    assert_eq!(sent(dispatch(Method::Get, "/accept", &[("Accept", "text/csv")]).await), "text/csv");
}

#[tokio::test]
async fn bodies_come_as_bytes_up_to_a_limit() {
    let raw = dispatch(Method::Get, "/bytes", &[]).await;
    assert_eq!((raw.body, raw.truncated), (vec![0xff, 0, 1], false));
    let raw = dispatch(Method::Get, "/endless", &[]).await;
    assert_eq!((raw.body.len(), raw.truncated), (LIMIT, true));
}

#[tokio::test]
async fn a_write_says_which_call_it_is_and_a_read_does_not() {
    let written = dispatch(Method::Post, "/key", &[]).await;
    assert_eq!(written.body, b"0190f1f0-a0a0-7000-8000-000000000001");
    assert!(dispatch(Method::Get, "/key", &[]).await.body.is_empty());
}
