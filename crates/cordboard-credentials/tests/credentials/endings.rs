//! Tokens are given up at the plugin's server when a person, a plugin or a client goes, and no end waits for a server.

use std::time::{Duration, Instant};

use cordboard_domain::connection::{ConnectionState, Readiness};
use cordboard_domain::credential::{OAuthServer, SchemeKind};
use cordboard_domain::id::ConnectionId;
use cordboard_domain::ports::{Credentials as _, Ending, PersonalData as _, PluginShelf as _, Vault as _};

use crate::stage::{REDIRECT, Stage, good, parameter, session, tokens};

/// A stage whose plugin's server takes tokens back, with a client there.
async fn stage() -> (Stage, SchemeKind) {
    let stage = Stage::set().await;
    let server = OAuthServer { revocation_url: Some(format!("{}/revoke", stage.stub.origin)), ..stage.oauth() };
    let kind = SchemeKind::OAuth(server);
    stage.register_client(kind.clone(), false).await;
    stage.stub.answer("/revoke", 200, "text/plain", "");
    (stage, kind)
}

/// An account of Ada's with this refresh token.
async fn connect(stage: &Stage, kind: &SchemeKind, refresh: &str) -> ConnectionId {
    stage.stub.answer("/token", 200, "application/json", tokens("access", refresh, 3600));
    let url = stage.keeper.begin_authorization(&stage.wanted(kind.clone()), &session(), REDIRECT).await.unwrap();
    stage.arrive(good(&parameter(&url, "state"))).await.unwrap().connection
}

fn given_up(stage: &Stage) -> Vec<String> {
    let mut all: Vec<String> = stage.stub.received("/revoke").iter().map(|each| each.field("token").unwrap()).collect();
    all.sort();
    all
}

/// The same stage with Bob in Ada's place.
fn bobs(stage: &Stage) -> Stage {
    let mut bobs = stage.clone();
    bobs.ada = stage.bob;
    bobs
}

#[tokio::test]
async fn a_persons_tokens_are_given_up_once_the_person_is_gone() {
    let (stage, kind) = stage().await;
    connect(&stage, &kind, "adas").await;
    connect(&bobs(&stage), &kind, "bobs").await;
    let farewell = stage.keeper.farewell(Ending::Person(stage.bob)).await;
    assert_eq!(given_up(&stage), [""; 0], "he may still be kept");
    stage.store.delete_person(stage.bob).await.unwrap();
    farewell.await;
    assert_eq!(given_up(&stage), ["bobs"]);
    let request = stage.stub.received("/revoke").remove(0);
    assert_eq!(request.field("token_type_hint").as_deref(), Some("refresh_token"));
    assert_eq!(request.field("client_secret").as_deref(), Some("client-secret-canary"));
}

#[tokio::test]
async fn a_plugin_gives_up_everybodys_tokens_and_so_does_a_developer_who_goes() {
    for goes_as_a_whole in [false, true] {
        let (stage, kind) = stage().await;
        connect(&stage, &kind, "adas").await;
        connect(&bobs(&stage), &kind, "bobs").await;
        let ending = if goes_as_a_whole { Ending::Person(stage.ada) } else { Ending::Plugin(stage.plugin) };
        let farewell = stage.keeper.farewell(ending).await;
        if goes_as_a_whole {
            stage.store.delete_person(stage.ada).await.unwrap();
        } else {
            stage.store.unregister(stage.plugin).await.unwrap();
        }
        farewell.await;
        assert_eq!(given_up(&stage), ["adas", "bobs"]);
        assert!(stage.store.list_connections(stage.bob).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn who_used_a_client_that_is_removed_is_asked_to_connect_again() {
    let (stage, kind) = stage().await;
    let connection = connect(&stage, &kind, "adas").await;
    let scheme = stage.wanted(kind.clone()).scheme.name;
    stage.keeper.forget_given(stage.plugin, &scheme).await.unwrap();
    assert_eq!(given_up(&stage), ["adas"]);
    assert_eq!(stage.keeper.lookup_client(stage.plugin, &scheme).await.unwrap(), None);
    let kept = stage.store.list_connections(stage.ada).await.unwrap();
    assert_eq!((kept.len(), kept[0].id, kept[0].state), (1, connection, ConnectionState::Broken));
    let call = stage.call(Stage::bearer());
    let readiness = stage.keeper.check(stage.ada, stage.conversation, &call).await.unwrap();
    assert!(matches!(readiness, Readiness::Missing { renews: Some(id), .. } if id == connection), "{readiness:?}");
    assert!(stage.send(&call).await.is_err() && stage.stub.received("/todos").is_empty());
    stage.register_client(kind.clone(), false).await;
    let mut wanted = stage.wanted(kind);
    wanted.renews = Some(connection);
    let url = stage.keeper.begin_authorization(&wanted, &session(), REDIRECT).await.unwrap();
    stage.arrive(good(&parameter(&url, "state"))).await.unwrap();
    stage.stub.answer("/todos", 200, "application/json", "{}");
    assert_eq!(stage.send(&call).await.unwrap().status, 200);
}

#[tokio::test]
async fn what_a_developer_gave_for_everybody_goes_and_what_people_gave_stays() {
    let stage = Stage::set().await;
    let attach = cordboard_domain::credential::Attach::Bearer;
    let wanted = stage.wanted(SchemeKind::UserKey { attach });
    stage.keeper.set_service_key(&wanted, "for everybody").await.unwrap();
    stage.keeper.add_key(&wanted, "her own", "").await.unwrap();
    stage.keeper.forget_given(stage.plugin, &wanted.scheme.name).await.unwrap();
    assert!(stage.store.list_service_connections(stage.plugin).await.unwrap().is_empty());
    assert_eq!(stage.store.list_connections(stage.ada).await.unwrap()[0].state, ConnectionState::Usable);
    let call = stage.call(Stage::bearer());
    let check = async |user| stage.keeper.check(user, stage.conversation, &call).await.unwrap();
    assert_eq!(check(stage.ada).await, Readiness::Ready);
    assert!(matches!(check(stage.bob).await, Readiness::Missing { .. }));
}

#[tokio::test]
async fn a_client_that_speaks_for_itself_goes_with_its_token() {
    let stage = Stage::set().await;
    let kind = SchemeKind::ClientCredentials { token_url: format!("{}/token", stage.stub.origin), scopes: Vec::new() };
    stage.register_client(kind.clone(), false).await;
    assert_eq!(stage.store.list_service_connections(stage.plugin).await.unwrap().len(), 1);
    stage.keeper.forget_given(stage.plugin, &stage.wanted(kind).scheme.name).await.unwrap();
    assert!(stage.store.list_service_connections(stage.plugin).await.unwrap().is_empty());
}

#[tokio::test]
async fn servers_are_told_together_and_none_holds_an_end_up() {
    let (stage, kind) = stage().await;
    for number in 0..12 {
        connect(&stage, &kind, &format!("refresh-{number}")).await;
    }
    stage.stub.delay(Duration::from_millis(500));
    let farewell = stage.keeper.farewell(Ending::Plugin(stage.plugin)).await;
    let began = Instant::now();
    farewell.await;
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    assert_eq!(given_up(&stage).len(), 12);
    stage.stub.delay(Duration::from_mins(1));
    let began = Instant::now();
    stage.keeper.farewell(Ending::Scheme(stage.plugin, &stage.wanted(kind).scheme.name)).await.await;
    assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
}

#[tokio::test]
async fn tokens_that_no_key_opens_keep_nothing_from_ending() {
    let (stage, kind) = stage().await;
    let (damaged, _) = (connect(&stage, &kind, "damaged").await, connect(&stage, &kind, "good").await);
    let mut row = stage.store.lookup_connection(damaged).await.unwrap().unwrap();
    row.secret.bytes[40] ^= 1;
    stage.store.put_connection(&row).await.unwrap();
    stage.keeper.farewell(Ending::Plugin(stage.plugin)).await.await;
    assert_eq!(given_up(&stage), ["good"]);
}
