//! What leaves with a call, and where it does not go.

use cordboard_domain::connection::{ClientAuth, Wanted};
use cordboard_domain::credential::{Attach, Giver, OF_MANIFEST, Scheme, SchemeKind, Slot, TokenEncoding};
use cordboard_domain::ports::{ClientRegistration, Credentials as _};
use serde_json::json;

use crate::stage::{REDIRECT, Stage, good, parameter, session, tokens};

fn slot(scheme: &str, attach: Attach) -> Slot {
    Slot { scheme: scheme.to_owned(), attach, scopes: Vec::new(), giver: Giver::Either }
}

async fn key(stage: &Stage, scheme: &str, attach: Attach, value: &str) {
    let scheme = Scheme { name: scheme.to_owned(), kind: SchemeKind::UserKey { attach } };
    let wanted = Wanted { scheme, ..stage.wanted(SchemeKind::Password) };
    stage.keeper.add_key(&wanted, value, "").await.unwrap();
}

#[tokio::test]
async fn several_keys_go_together_where_each_belongs() {
    let stage = Stage::set().await;
    stage.stub.answer("/todos", 200, "application/json", "{}");
    let (header, query) = (Attach::Header { name: "X-App".to_owned() }, Attach::Query { name: "key".to_owned() });
    let cookie = Attach::Cookie { name: "sid".to_owned() };
    key(&stage, "app", header.clone(), "app-key").await;
    key(&stage, "key", query.clone(), "query key").await;
    key(&stage, "session", cookie.clone(), "cookie-key").await;
    let call = stage.call(vec![vec![slot("app", header), slot("key", query), slot("session", cookie)]]);
    assert_eq!(stage.send(&call).await.unwrap().status, 200);
    let received = stage.stub.received("/todos").remove(0);
    assert_eq!(received.target, "/todos?key=query+key");
    assert_eq!(
        (&received.headers["x-app"], &received.headers["cookie"]),
        (&"app-key".parse().unwrap(), &"sid=cookie-key".parse().unwrap())
    );
}

#[tokio::test]
async fn the_first_alternative_that_can_be_had_is_used_and_none_where_none_is_needed() {
    let stage = Stage::set().await;
    stage.stub.answer("/todos", 200, "application/json", "{}");
    let alternatives = vec![vec![slot("a", Attach::Bearer)], vec![slot("b", Attach::Basic)], Vec::new()];
    stage.send(&stage.call(alternatives.clone())).await.unwrap();
    key(&stage, "b", Attach::Basic, "ada:pw").await;
    stage.send(&stage.call(alternatives)).await.unwrap();
    let received = stage.stub.received("/todos");
    assert!(received[0].headers.get("authorization").is_none());
    assert_eq!(received[1].headers["authorization"], "Basic YWRhOnB3");
}

#[tokio::test]
async fn a_token_goes_to_the_pinned_origins_alone_and_never_across_a_redirect() {
    let stage = Stage::set().await;
    stage.connected(3600).await;
    let elsewhere = crate::stub::Stub::start().await;
    let mut call = stage.call(Stage::bearer());
    call.url = format!("{}/todos", elsewhere.origin);
    assert!(stage.send(&call).await.unwrap_err().message.starts_with("The call was not sent"));
    stage.stub.answer_with("/todos", 302, vec![("location", format!("{}/stolen", elsewhere.origin))], "");
    let failed = stage.send(&stage.call(Stage::bearer())).await;
    assert!(failed.is_err(), "{failed:?}");
    assert!(elsewhere.received("/stolen").is_empty() && elsewhere.received("/todos").is_empty());
}

#[tokio::test]
async fn a_client_speaks_for_itself() {
    let stage = Stage::set().await;
    let kind = SchemeKind::ClientCredentials {
        token_url: format!("{}/token", stage.stub.origin),
        scopes: vec!["machine".to_owned()],
    };
    let registration = ClientRegistration {
        client_id: "id:1".to_owned(),
        client_secret: Some("s/1".to_owned()),
        auth: ClientAuth::Basic,
        accepts_no_state: false,
    };
    stage.keeper.register_client(&stage.wanted(kind), registration).await.unwrap();
    stage.stub.answer("/token", 200, "application/json", r#"{"access_token": "machine-token", "expires_in": 60}"#);
    stage.stub.answer("/todos", 200, "application/json", "{}");
    for _ in 0..2 {
        stage.send(&stage.call(Stage::bearer())).await.unwrap();
    }
    let asked = stage.stub.received("/token");
    assert_eq!(asked.len(), 1, "one token serves both");
    // RFC 6749, section 2.3.1: both parts are encoded before they are joined.
    assert_eq!(asked[0].headers["authorization"], "Basic aWQlM0ExOnMlMkYx");
    assert_eq!(
        (asked[0].field("grant_type").as_deref(), asked[0].field("scope").as_deref()),
        (Some("client_credentials"), Some("machine"))
    );
    assert_eq!(asked[0].field("client_secret"), None);
    assert_eq!(stage.stub.received("/todos")[1].headers["authorization"], "Bearer machine-token");
}

#[tokio::test]
async fn a_server_that_describes_itself_is_found() {
    let stage = Stage::set().await;
    let origin = &stage.stub.origin;
    let url = format!("{origin}/.well-known/openid-configuration");
    let metadata = json!({"issuer": origin, "authorization_endpoint": format!("{origin}/a"), "token_endpoint": format!("{origin}/token"),
        "authorization_response_iss_parameter_supported": true});
    stage.stub.answer("/.well-known/openid-configuration", 200, "application/json", metadata.to_string());
    stage.stub.answer("/token", 200, "application/json", tokens("a", "r", 60));
    stage.register_client(SchemeKind::Discovered { url: url.clone() }, false).await;
    let wanted = stage.wanted(SchemeKind::Discovered { url });
    let depart = async || stage.keeper.begin_authorization(&wanted, &session(), REDIRECT).await.unwrap();
    let departure = depart().await;
    assert_eq!(parameter(&departure, "scope"), "openid");
    assert!(stage.arrive(good(&parameter(&departure, "state"))).await.is_err(), "it always names itself");
    let mut answer = good(&parameter(&depart().await, "state"));
    answer.iss = Some(origin.clone());
    stage.arrive(answer).await.unwrap();
    assert_eq!(stage.stub.received("/token")[0].field("code_verifier").unwrap().len(), 64);
}

#[tokio::test]
async fn tokens_are_asked_for_as_the_server_wants_it() {
    for (encoding, kind) in
        [(TokenEncoding::Json, "application/json"), (TokenEncoding::Form, "application/x-www-form-urlencoded")]
    {
        let stage = Stage::set().await;
        let mut server = stage.oauth();
        server.encoding = encoding;
        stage.register_client(SchemeKind::OAuth(server.clone()), false).await;
        stage.stub.answer("/token", 200, "application/json", r#"{"access_token": "a"}"#);
        let wanted = stage.wanted(SchemeKind::OAuth(server));
        let url = stage.keeper.begin_authorization(&wanted, &session(), REDIRECT).await.unwrap();
        stage.arrive(good(&parameter(&url, "state"))).await.unwrap();
        let asked = stage.stub.received("/token").remove(0);
        assert_eq!(asked.headers["content-type"], kind);
        assert_eq!(asked.field("grant_type").as_deref(), Some("authorization_code"));
        assert_eq!(asked.field("client_id").as_deref(), Some("cordboard"));
        assert_eq!(asked.field("redirect_uri").as_deref(), Some(REDIRECT));
    }
}

#[tokio::test]
async fn a_wrong_key_of_a_person_is_asked_for_again_and_the_developers_is_not() {
    let stage = Stage::set().await;
    stage.stub.answer("/todos", 401, "application/json", r#"{"error": "the key my-own-key is wrong"}"#);
    let attach = Attach::Bearer;
    key(&stage, OF_MANIFEST, attach.clone(), "my-own-key").await;
    let response = stage.send(&stage.call(Stage::bearer())).await.unwrap();
    assert_eq!(String::from_utf8(response.body).unwrap(), r#"{"error": "the key ●●●● is wrong"}"#);
    let call = stage.call(Stage::bearer());
    assert_ne!(
        stage.keeper.check(stage.ada, stage.conversation, &call).await.unwrap(),
        cordboard_domain::connection::Readiness::Ready
    );
    let wanted = stage.wanted(SchemeKind::ServiceKey { attach });
    stage.keeper.set_service_key(&wanted, "service-key").await.unwrap();
    let mut shared = call;
    shared.credentials[0][0].giver = Giver::Developer;
    stage.send(&shared).await.unwrap();
    assert_eq!(stage.stub.received("/todos")[1].headers["authorization"], "Bearer service-key");
    assert_eq!(
        stage.keeper.check(stage.ada, stage.conversation, &shared).await.unwrap(),
        cordboard_domain::connection::Readiness::Ready
    );
}

#[tokio::test]
async fn disconnecting_tells_the_server_where_it_listens() {
    let stage = Stage::set().await;
    let mut server = stage.oauth();
    server.revocation_url = Some(format!("{}/revoke", stage.stub.origin));
    stage.register_client(SchemeKind::OAuth(server.clone()), false).await;
    stage.stub.answer("/token", 200, "application/json", tokens("access-1", "refresh-1", 60));
    stage.stub.answer("/revoke", 200, "text/plain", "");
    let wanted = stage.wanted(SchemeKind::OAuth(server));
    let url = stage.keeper.begin_authorization(&wanted, &session(), REDIRECT).await.unwrap();
    let connected = stage.arrive(good(&parameter(&url, "state"))).await.unwrap();
    assert!(stage.keeper.disconnect(stage.bob, connected.connection).await.is_err(), "it is hers");
    assert!(stage.keeper.disconnect(stage.ada, connected.connection).await.unwrap());
    let told = stage.stub.received("/revoke").remove(0);
    assert_eq!(
        (told.field("token").as_deref(), told.field("token_type_hint").as_deref()),
        (Some("refresh-1"), Some("refresh_token"))
    );
    assert!(stage.keeper.list_connections(stage.ada).await.unwrap().is_empty());
}
