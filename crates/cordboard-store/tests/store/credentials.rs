//! Sealed credentials: whose they are, who may renew them, and that an answer is taken once.

use cordboard_domain::connection::{
    ClientAuth, Connection, ConnectionState, OAuthClient, PendingAuthorization, Renewal, Sealed, SealedConnection,
};
use cordboard_domain::id::{ConnectionId, PluginId, UserId};
use cordboard_domain::ports::{Ending, PersonalData as _, StoreError, Vault as _};
use cordboard_domain::secret::TokenDigest;
use cordboard_domain::time::SignedDuration;
use cordboard_store::Store;

use crate::sample::{conversation, id, now, person, plugin};

on_both! {
    people_use_their_own_connections_and_the_developers,
    one_renews_and_the_others_see_it,
    an_authorization_is_taken_once,
    clients_are_replaced,
    everything_is_sealed_anew,
    connections_go_with_their_person,
    what_ends_is_known_before,
    what_a_developer_gave_is_removed,
}

fn sealed(bytes: &[u8]) -> Sealed {
    Sealed { key: "k1".to_owned(), bytes: bytes.to_vec() }
}

fn connection(number: u16, user: Option<UserId>, plugin: PluginId) -> SealedConnection {
    let connection = Connection {
        id: id(number),
        user,
        plugin,
        scheme: "key".to_owned(),
        label: "Ada".to_owned(),
        origins: vec!["https://a.example".to_owned()],
        scopes: Vec::new(),
        asked: vec!["read".to_owned()],
        state: ConnectionState::Usable,
        expires_at: Some(now()),
        created_at: now() + SignedDuration::from_secs(i64::from(number)),
        last_used_at: None,
        generation: 1,
    };
    SealedConnection { connection, secret: sealed(&[0, 1, 0xff]) }
}

async fn people_use_their_own_connections_and_the_developers(store: Store) {
    let (ada, bob) = (person(&store, 1).await, person(&store, 2).await);
    let (place, plugin) = (conversation(&store, ada, 3).await, plugin(&store, bob, 4, "Todo").await.id);
    let candidates = async || -> Vec<ConnectionId> {
        let found = store.list_candidates(ada, plugin, place).await.unwrap();
        found.into_iter().map(|each| each.connection.id).collect()
    };
    let all = [connection(10, Some(ada), plugin), connection(11, Some(ada), plugin), connection(12, Some(bob), plugin)];
    for each in &all {
        store.put_connection(each).await.unwrap();
    }
    assert_eq!(candidates().await, [id(11), id(10)]);
    store.choose_connection(place, id(10)).await.unwrap();
    assert_eq!(candidates().await, [id(10), id(11)]);
    store.put_connection(&connection(13, None, plugin)).await.unwrap();
    assert_eq!(candidates().await, [id(10), id(11), id(13)], "what everybody has comes after what is one's own");
    let mut other_scheme = connection(15, Some(ada), plugin);
    "other".clone_into(&mut other_scheme.connection.scheme);
    store.put_connection(&other_scheme).await.unwrap();
    store.choose_connection(place, id(15)).await.unwrap();
    assert_eq!(candidates().await, [id(15), id(10), id(11), id(13)], "one choice for each scheme");
    store.remove_connection(id(15)).await.unwrap();
    let second = store.put_connection(&connection(14, None, plugin)).await;
    assert!(matches!(second, Err(StoreError::Conflict)), "{second:?}");
    assert_eq!(store.lookup_connection(id(10)).await.unwrap().as_ref(), Some(&all[0]));
    let shown: Vec<ConnectionId> = store.list_connections(ada).await.unwrap().into_iter().map(|each| each.id).collect();
    assert_eq!(shown, [id(10), id(11)]);
    assert_eq!(store.list_service_connections(plugin).await.unwrap().len(), 1);
    store.remove_connection(id(10)).await.unwrap();
    store.release_renewal(id(11), 1, true).await.unwrap();
    assert_eq!(candidates().await, [id(11), id(13)], "a broken one is still the one that is meant");
}

async fn one_renews_and_the_others_see_it(store: Store) {
    let user = person(&store, 1).await;
    let plugin = plugin(&store, user, 3, "Todo").await.id;
    store.put_connection(&connection(10, Some(user), plugin)).await.unwrap();
    let id: ConnectionId = id(10);
    let later = |seconds| now() + SignedDuration::from_secs(seconds);
    assert!(store.claim_renewal(id, 1, now(), later(30)).await.unwrap());
    assert!(!store.claim_renewal(id, 1, now(), later(30)).await.unwrap());
    assert!(store.claim_renewal(id, 1, later(30), later(60)).await.unwrap(), "whoever had it is gone");
    let renewal = Renewal { secret: sealed(b"new"), expires_at: Some(later(90)) };
    assert!(store.renew(id, 1, &renewal).await.unwrap());
    assert!(!store.renew(id, 1, &renewal).await.unwrap(), "the second answer comes too late");
    assert!(!store.claim_renewal(id, 1, later(61), later(99)).await.unwrap(), "there is a newer one");
    let found = store.lookup_connection(id).await.unwrap().unwrap();
    assert_eq!((found.secret, found.connection.generation), (renewal.secret, 2));
    store.release_renewal(id, 2, true).await.unwrap();
    assert_eq!(store.lookup_connection(id).await.unwrap().unwrap().connection.state, ConnectionState::Broken);
    assert!(!store.claim_renewal(id, 2, later(61), later(99)).await.unwrap());
}

async fn an_authorization_is_taken_once(store: Store) {
    let user = person(&store, 1).await;
    let plugin = plugin(&store, user, 3, "Todo").await.id;
    let expires_at = now() + SignedDuration::from_mins(10);
    let pending =
        PendingAuthorization { user, session: "s".to_owned(), plugin, secret: sealed(b"verifier"), expires_at };
    let (one, two) = (TokenDigest::of("one"), TokenDigest::of("two"));
    store.add_authorization(&one, &pending).await.unwrap();
    assert_eq!(store.only_authorization("s", plugin, now()).await.unwrap().as_ref(), Some(&one));
    assert_eq!(store.only_authorization("other", plugin, now()).await.unwrap(), None);
    store.add_authorization(&two, &pending).await.unwrap();
    assert_eq!(store.only_authorization("s", plugin, now()).await.unwrap(), None, "it could be either");
    assert_eq!(store.take_authorization(&one, now()).await.unwrap(), Some(pending));
    assert_eq!(store.take_authorization(&one, now()).await.unwrap(), None);
    assert_eq!(store.take_authorization(&two, expires_at).await.unwrap(), None, "its time is over");
}

async fn clients_are_replaced(store: Store) {
    let user = person(&store, 1).await;
    let plugin = plugin(&store, user, 3, "Todo").await.id;
    let client = |name: &str, auth, accepts_no_state| OAuthClient {
        plugin,
        scheme: "flow".to_owned(),
        client_id: name.to_owned(),
        auth,
        accepts_no_state,
    };
    assert_eq!(store.lookup_oauth_client(plugin, "flow").await.unwrap(), None);
    store.set_oauth_client(&client("a", ClientAuth::Post, false), &sealed(b"1")).await.unwrap();
    let second = client("b", ClientAuth::Basic, true);
    store.set_oauth_client(&second, &sealed(b"2")).await.unwrap();
    assert_eq!(store.lookup_oauth_client(plugin, "flow").await.unwrap(), Some((second, sealed(b"2"))));
}

async fn everything_is_sealed_anew(store: Store) {
    let user = person(&store, 1).await;
    let plugin = plugin(&store, user, 3, "Todo").await.id;
    store.put_connection(&connection(10, Some(user), plugin)).await.unwrap();
    store.put_connection(&connection(11, None, plugin)).await.unwrap();
    let client = OAuthClient {
        plugin,
        scheme: "flow".to_owned(),
        client_id: "a".to_owned(),
        auth: ClientAuth::Post,
        accepts_no_state: false,
    };
    store.set_oauth_client(&client, &sealed(b"client")).await.unwrap();
    let places = store.list_sealed_otherwise("k2", 10).await.unwrap();
    let owners: Vec<(&str, String)> = places.iter().map(|place| (place.table, place.owner.clone())).collect();
    assert!(owners.contains(&("connections", user.to_string())) && owners.contains(&("connections", String::new())));
    assert_eq!(places.len(), 3);
    let fresh = Sealed { key: "k2".to_owned(), bytes: b"fresh".to_vec() };
    for place in &places {
        assert!(store.reseal(place, &fresh).await.unwrap());
        assert!(!store.reseal(place, &fresh).await.unwrap(), "it has changed meanwhile");
    }
    assert_eq!(store.list_sealed_otherwise("k2", 10).await.unwrap(), []);
    assert_eq!(store.lookup_oauth_client(plugin, "flow").await.unwrap().unwrap().1, fresh);
}

async fn connections_go_with_their_person(store: Store) {
    let (ada, bob) = (person(&store, 1).await, person(&store, 2).await);
    let plugin = plugin(&store, bob, 3, "Todo").await.id;
    store.put_connection(&connection(10, Some(ada), plugin)).await.unwrap();
    store.delete_person(ada).await.unwrap();
    assert_eq!(store.lookup_connection(id(10)).await.unwrap(), None);
}

async fn what_ends_is_known_before(store: Store) {
    let (ada, bob) = (person(&store, 1).await, person(&store, 2).await);
    let (adas, bobs) = (plugin(&store, ada, 3, "Todo").await.id, plugin(&store, bob, 4, "Notes").await.id);
    let all = [connection(10, Some(ada), bobs), connection(11, Some(bob), adas), connection(12, None, bobs)];
    for each in &all {
        store.put_connection(each).await.unwrap();
    }
    let ends = async |ending, limit| -> Vec<ConnectionId> {
        let found = store.list_ending(ending, limit).await.unwrap();
        found.into_iter().map(|each| each.connection.id).collect()
    };
    assert_eq!(ends(Ending::Person(ada), 9).await, [id(11), id(10)], "hers, and those of her plugin");
    assert_eq!(ends(Ending::Plugin(bobs), 9).await, [id(12), id(10)]);
    assert_eq!(ends(Ending::Plugin(bobs), 1).await, [id(12)]);
    assert_eq!(ends(Ending::Scheme(bobs, "key"), 9).await, [id(12), id(10)]);
    assert_eq!(ends(Ending::Scheme(bobs, "other"), 9).await, []);
}

async fn what_a_developer_gave_is_removed(store: Store) {
    let (ada, bob) = (person(&store, 1).await, person(&store, 2).await);
    let (one, other) = (plugin(&store, ada, 3, "Todo").await.id, plugin(&store, ada, 4, "Notes").await.id);
    let all = [connection(10, Some(bob), one), connection(11, None, one), connection(12, Some(bob), other)];
    for each in &all {
        store.put_connection(each).await.unwrap();
    }
    let state = async |number| store.lookup_connection(id(number)).await.unwrap().map(|each| each.connection.state);
    store.remove_given(one, "key").await.unwrap();
    assert_eq!((state(10).await, state(11).await), (Some(ConnectionState::Usable), None), "a key of his own stays");
    let client = OAuthClient {
        plugin: one,
        scheme: "key".to_owned(),
        client_id: "a".to_owned(),
        auth: ClientAuth::Post,
        accepts_no_state: false,
    };
    store.set_oauth_client(&client, &sealed(b"client")).await.unwrap();
    store.remove_given(one, "other").await.unwrap();
    assert!(store.lookup_oauth_client(one, "key").await.unwrap().is_some());
    store.remove_given(one, "key").await.unwrap();
    assert_eq!(store.lookup_oauth_client(one, "key").await.unwrap(), None);
    assert_eq!((state(10).await, state(12).await), (Some(ConnectionState::Broken), Some(ConnectionState::Usable)));
    let late = Renewal { secret: sealed(b"late"), expires_at: None };
    assert!(!store.renew(id(10), 1, &late).await.unwrap(), "a renewal that was under way comes too late");
}
