//! Tokens that run out under load, on one server and on two, and when a server dies in between.

use std::time::Duration;

use cordboard_credentials::Keyring;
use cordboard_domain::call::Method;
use cordboard_domain::connection::Readiness;
use cordboard_domain::credential::{OAuthServer, SchemeKind};
use cordboard_domain::ports::{Credentials as _, Vault as _};
use cordboard_store::Store;
use tokio::task::JoinSet;

use crate::stage::{REDIRECT, Stage, good, keys, parameter, seconds, session, tokens};

const CALLS: usize = 1_000;

/// Places so many calls at once and gives the tokens with which they came.
async fn at_once(servers: &[Stage], calls: usize) -> Vec<String> {
    let mut set = JoinSet::new();
    for number in 0..calls {
        let stage = servers[number % servers.len()].clone();
        set.spawn(async move { stage.send(&stage.call(Stage::bearer())).await.unwrap().status });
    }
    while let Some(status) = set.join_next().await {
        assert_eq!(status.unwrap(), 200);
    }
    let received = servers[0].stub.received("/todos");
    received.iter().map(|each| each.headers["authorization"].to_str().unwrap().to_owned()).collect()
}

async fn one_renewal_for_all(servers: &[Stage]) {
    let stage = &servers[0];
    stage.connected(60).await;
    stage.clock.advance(120);
    stage.stub.answer("/todos", 200, "application/json", "{}");
    stage.stub.answer("/token", 200, "application/json", tokens("access-2", "refresh-2", 3600));
    stage.stub.delay(Duration::from_millis(200));
    let used = at_once(servers, CALLS).await;
    assert_eq!((used.len(), used.iter().filter(|token| *token == "Bearer access-2").count()), (CALLS, CALLS));
    let asked: Vec<_> =
        stage.stub.received("/token").into_iter().filter(|each| each.field("refresh_token").is_some()).collect();
    assert_eq!(asked.len(), 1, "exactly one renewal");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_on_an_expired_token_renew_it_once() {
    one_renewal_for_all(&[Stage::set().await]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_renew_it_once_together() {
    let first = Stage::over(database().await, Keyring::parse("test", &keys()).unwrap()).await;
    let second = first.replica(Keyring::parse("test", &keys()).unwrap());
    one_renewal_for_all(&[first, second]).await;
}

/// PostgreSQL where a server is there for tests, as several servers would share it.
pub(crate) async fn database() -> Store {
    #[cfg(feature = "with-postgres")]
    return cordboard_store::testing::postgres().await;
    #[cfg(not(feature = "with-postgres"))]
    Store::in_memory().await.unwrap()
}

#[tokio::test]
async fn a_server_that_dies_between_answer_and_commit_costs_a_new_sign_in_and_nothing_else() {
    let stage = Stage::set().await;
    let connected = stage.connected(60).await;
    stage.clock.advance(120);
    stage.stub.answer("/todos", 200, "application/json", "{}");
    // A server took the right to renew, got an answer, and died before it could store it.
    let now = cordboard_domain::time::Clock::now(&*stage.clock);
    assert!(stage.store.claim_renewal(connected.connection, 1, now, now + seconds(30)).await.unwrap());
    stage.clock.advance(31);
    // The token server has given the next refresh token away and takes the old one no more.
    stage.stub.answer("/token", 400, "application/json", r#"{"error": "invalid_grant"}"#);
    let call = stage.call(Stage::bearer());
    let failure = stage.send(&call).await.unwrap_err();
    assert!(failure.message.contains("connect again"), "{}", failure.message);
    let readiness = stage.keeper.check(stage.ada, stage.conversation, &call).await.unwrap();
    assert!(matches!(readiness, Readiness::Missing { .. }), "the next call asks her");
    assert!(stage.stub.received("/todos").is_empty());
    stage.connected(3600).await;
    assert_eq!(stage.send(&call).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_token_server_that_is_down_breaks_nothing() {
    let stage = Stage::set().await;
    stage.connected(60).await;
    stage.clock.advance(120);
    stage.stub.answer("/todos", 200, "application/json", "{}");
    stage.stub.answer("/token", 503, "text/plain", "busy");
    assert!(stage.send(&stage.call(Stage::bearer())).await.unwrap_err().message.contains("503"));
    stage.stub.answer("/token", 200, "application/json", tokens("access-2", "refresh-2", 3600));
    assert_eq!(stage.send(&stage.call(Stage::bearer())).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_refused_token_is_renewed_and_only_a_read_is_sent_again() {
    let stage = Stage::set().await;
    stage.connected(3600).await;
    stage.stub.answer("/todos", 401, "application/json", "{}");
    stage.stub.answer("/token", 200, "application/json", r#"{"access_token": "access-2", "expires_in": 3600}"#);
    assert_eq!(stage.send(&stage.call(Stage::bearer())).await.unwrap().status, 401);
    assert_eq!(stage.stub.received("/todos").len(), 2);
    assert_eq!(stage.stub.received("/todos")[1].headers["authorization"], "Bearer access-2");
    let mut write = stage.call(Stage::bearer());
    write.method = Method::Post;
    stage.send(&write).await.unwrap();
    assert_eq!(stage.stub.received("/todos").len(), 3, "a write is sent once");
    let refreshes = stage.stub.received("/token");
    assert_eq!(
        refreshes.last().unwrap().field("refresh_token").as_deref(),
        Some("refresh-canary-1"),
        "the old one goes on"
    );
}

#[tokio::test]
async fn a_token_that_lives_for_seconds_is_renewed_once_for_each_call() {
    let stage = Stage::set().await;
    stage.connected(5).await;
    stage.stub.answer("/todos", 200, "application/json", "{}");
    stage.stub.answer("/token", 200, "application/json", tokens("access-2", "refresh-2", 5));
    for _ in 0..2 {
        assert_eq!(stage.send(&stage.call(Stage::bearer())).await.unwrap().status, 200);
    }
    let refreshes = stage.stub.received("/token").iter().filter(|each| each.field("refresh_token").is_some()).count();
    assert_eq!(refreshes, 2);
}

#[tokio::test]
async fn a_refused_token_that_cannot_be_renewed_is_asked_for_again() {
    let stage = Stage::set().await;
    stage.connected(3600).await;
    stage.stub.answer("/token", 200, "application/json", r#"{"access_token": "access-alone"}"#);
    let given = stage.state().await;
    stage.arrive(good(&given)).await.unwrap();
    stage.stub.answer("/todos", 401, "application/json", "{}");
    let call = stage.call(Stage::bearer());
    assert_eq!(stage.send(&call).await.unwrap().status, 401);
    let readiness = stage.keeper.check(stage.ada, stage.conversation, &call).await.unwrap();
    assert!(matches!(readiness, Readiness::Missing { .. }), "and no other account of hers takes its place");
    assert_eq!(stage.stub.received("/todos").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_comes_after_its_person_disconnected_is_given_back() {
    let stage = Stage::set().await;
    let server = OAuthServer { revocation_url: Some(format!("{}/revoke", stage.stub.origin)), ..stage.oauth() };
    stage.register_client(SchemeKind::OAuth(server.clone()), false).await;
    stage.stub.answer("/token", 200, "application/json", tokens("access-1", "refresh-1", 60));
    stage.stub.answer("/revoke", 200, "text/plain", "");
    let wanted = stage.wanted(SchemeKind::OAuth(server));
    let url = stage.keeper.begin_authorization(&wanted, &session(), REDIRECT).await.unwrap();
    let connected = stage.arrive(good(&parameter(&url, "state"))).await.unwrap();
    stage.clock.advance(120);
    stage.stub.answer("/token", 200, "application/json", tokens("access-2", "refresh-2", 60));
    let now = cordboard_domain::time::Clock::now(&*stage.clock);
    let sending = stage.clone();
    stage.stub.delay(Duration::from_millis(300));
    let mut call = JoinSet::new();
    call.spawn(async move { sending.send(&sending.call(Stage::bearer())).await });
    while stage.stub.received("/token").len() < 2 {
        tokio::task::yield_now().await;
    }
    assert!(!stage.store.claim_renewal(connected.connection, 1, now, now).await.unwrap(), "it is being renewed");
    stage.store.remove_connection(connected.connection).await.unwrap();
    assert!(call.join_next().await.unwrap().unwrap().is_err());
    assert_eq!(stage.stub.received("/revoke")[0].field("token").as_deref(), Some("refresh-2"));
}
