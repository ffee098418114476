//! What the tests put into the database.

use std::str::FromStr;

use cordboard_domain::account::{NewAccount, Role};
use cordboard_domain::conversation::Conversation;
use cordboard_domain::event::TurnEvent;
use cordboard_domain::id::{ConversationId, ModelId, PluginId, UserId};
use cordboard_domain::plugin::{
    DocumentSource, Facts, Plugin, PluginDocuments, PluginVersion, Standing, VersionDigest,
};
use cordboard_domain::ports::{Accounts as _, Conversations as _, PluginShelf as _, TurnClaim};
use cordboard_domain::time::{SignedDuration, Timestamp};
use cordboard_store::Store;

pub(crate) fn id<I: FromStr<Err: std::fmt::Debug>>(number: u16) -> I {
    format!("0190f1f0a0a070008000000000{number:06x}").parse().unwrap()
}

pub(crate) fn now() -> Timestamp {
    "2026-01-31T12:00:00Z".parse().unwrap()
}

pub(crate) fn claim(holder: &str) -> TurnClaim {
    TurnClaim { holder: holder.to_owned(), until: now() + SignedDuration::from_secs(30) }
}

pub(crate) fn started() -> TurnEvent {
    TurnEvent::Started { user_message: "hello".to_owned(), model: ModelId("m".to_owned()), follows: None }
}

pub(crate) fn text(text: &str) -> TurnEvent {
    TurnEvent::Text { text: text.to_owned() }
}

/// A person; the number makes the id and the login.
pub(crate) async fn person(store: &Store, number: u16) -> UserId {
    let account = NewAccount {
        id: id(number),
        login: format!("person{number}").parse().unwrap(),
        name: format!("Person {number}"),
        role: Role::Developer,
        password: None,
        created_at: now(),
    };
    store.create_account(&account, None).await.unwrap();
    account.id
}

pub(crate) async fn conversation(store: &Store, user: UserId, number: u16) -> ConversationId {
    let model = ModelId("m".to_owned());
    let id = id(number);
    let conversation = Conversation::empty(id, user, model, now());
    store.create_conversation(&conversation).await.unwrap();
    id
}

pub(crate) fn version(plugin: PluginId, name: &str, spec_text: &str) -> PluginVersion {
    let documents = PluginDocuments {
        source: DocumentSource::Fetched,
        manifest_url: "https://a.example/.well-known/ai-plugin.json".to_owned(),
        manifest_text: "{}".to_owned(),
        spec_url: "https://a.example/openapi.yaml".to_owned(),
        spec_text: spec_text.to_owned(),
        others: Vec::new(),
    };
    let facts = Facts {
        name_for_model: name.to_lowercase(),
        name_for_human: name.to_owned(),
        description_for_human: format!("What {name} does"),
        ..Facts::default()
    };
    PluginVersion { plugin, digest: VersionDigest::of(spec_text.as_bytes()), facts, documents, fetched_at: now() }
}

/// A registered plugin at an origin of its own.
pub(crate) async fn plugin(store: &Store, developer: UserId, number: u16, name: &str) -> Plugin {
    let version = version(id(number), name, &format!("{name} {number}"));
    let plugin = Plugin {
        id: version.plugin,
        developer,
        origin: format!("https://p{number}.example"),
        facts: version.facts.clone(),
        standing: Standing::Unverified,
        category: None,
        current: version.digest.clone(),
        approved: None,
        verification_token: "token".to_owned(),
        verified_at: None,
        verified_origins: Vec::new(),
        cosmetic_changes_pass: false,
        created_at: now(),
    };
    store.register(&plugin, &version).await.unwrap();
    plugin
}
