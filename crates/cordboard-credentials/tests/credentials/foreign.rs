//! The whole flow against an OAuth and OpenID Connect server that others wrote (npm `oauth2-mock-server`).

use std::net::{Ipv4Addr, TcpListener};
use std::process::Stdio;
use std::time::Duration;

use cordboard_credentials::Keyring;
use cordboard_domain::credential::{OAuthServer, SchemeKind, TokenEncoding};
use cordboard_domain::ports::{Callback, Credentials as _};
use cordboard_net::GuardedClient;
use cordboard_net::guard::Guard;
use cordboard_store::Store;
use tokio::process::{Child, Command};
use url::Url;

use crate::stage::{REDIRECT, Stage, keys, parameter, session};
use crate::stub::Stub;

/// Starts it on a free port; it ends with the handle.
#[expect(clippy::disallowed_methods, reason = "the test task says where the server is")]
async fn server() -> (Child, String) {
    let script = std::env::var("CORDBOARD_TEST_OAUTH_SERVER").expect("run the tests with `cargo xtask test`");
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let mut command = Command::new("node");
    command.arg(script).args(["-a", "localhost", "-p", &port.to_string()]).stdout(Stdio::null());
    let child = command.kill_on_drop(true).spawn().expect("Node.js runs the server");
    let origin = format!("http://localhost:{port}");
    for _ in 0..200 {
        if browser().get(format!("{origin}/jwks")).send().await.is_ok() {
            return (child, origin);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the server does not answer at {origin}");
}

/// What a person's browser does: it goes where it is sent.
#[expect(clippy::disallowed_methods, reason = "this is no part of the program")]
fn browser() -> reqwest::Client {
    // The first client of a process sets up its TLS.
    GuardedClient::new(Guard::new([]), "Cordboard/test").expect("a client");
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    client.build().expect("a client")
}

async fn consent(departure: Url) -> Callback {
    let answer = browser().get(departure).send().await.unwrap();
    let back = Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
    assert!(back.as_str().starts_with(REDIRECT), "{back}");
    let given = |name: &str| Some(parameter(&back, name)).filter(|value| !value.is_empty());
    Callback { code: given("code"), state: given("state"), iss: given("iss"), ..Callback::default() }
}

async fn whole_flow(stage: &Stage, kind: SchemeKind) {
    stage.register_client(kind.clone(), false).await;
    let departure = stage.keeper.begin_authorization(&stage.wanted(kind), &session(), REDIRECT).await.unwrap();
    let callback = consent(departure).await;
    let connected = stage.arrive(callback.clone()).await.unwrap();
    assert!(stage.arrive(callback).await.is_err(), "an answer is taken once");
    let mut call = stage.call(Stage::bearer());
    call.url = format!("{}/userinfo", stage.stub.origin);
    let read = async || {
        let response = stage.send(&call).await.unwrap();
        (response.status, String::from_utf8(response.body).unwrap())
    };
    assert_eq!(read().await, (200, r#"{"sub":"johndoe"}"#.to_owned()));
    let generation = async || stage.keeper.list_connections(stage.ada).await.unwrap()[0].generation;
    assert_eq!(generation().await, 1);
    stage.clock.advance(2 * 24 * 3600);
    assert_eq!(read().await.0, 200);
    assert_eq!(generation().await, 2, "the token ran out and was renewed");
    stage.keeper.disconnect(stage.ada, connected.connection).await.unwrap();
}

#[tokio::test]
async fn somebody_elses_server_understands_us_and_we_it() {
    let (_server, origin) = server().await;
    let keyring = Keyring::parse("test", &keys()).unwrap();
    let stage = Stage::before(Stub::elsewhere(origin.clone()), Store::in_memory().await.unwrap(), keyring).await;
    whole_flow(&stage, SchemeKind::Discovered { url: format!("{origin}/.well-known/openid-configuration") }).await;
    for encoding in [TokenEncoding::Form, TokenEncoding::Json] {
        let server = OAuthServer { encoding, revocation_url: Some(format!("{origin}/revoke")), ..stage.oauth() };
        whole_flow(&stage, SchemeKind::OAuth(server)).await;
    }
}
