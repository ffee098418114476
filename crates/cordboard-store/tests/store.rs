//! The database keeps what it acknowledged, in order, once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

use cordboard_domain::call::{ResultForm, StoredResult};
use cordboard_domain::conversation::{Activation, Conversation};
use cordboard_domain::event::{TurnEvent, TurnOutcome};
use cordboard_domain::id::{ConversationId, ModelId, PluginId, TurnId, UserId};
use cordboard_domain::plugin::{InstalledPlugin, PluginDocuments, PluginVersion, VersionDigest};
use cordboard_domain::ports::{
    Accounts as _, Conversations as _, Journal as _, PluginShelf as _, Results as _, Settings as _, StoreError,
    TokenDigest,
};
use cordboard_domain::time::{SignedDuration, Timestamp};
use cordboard_store::Store;

fn id<I: std::str::FromStr<Err: std::fmt::Debug>>(number: u8) -> I {
    format!("0190f1f0a0a0700080000000000000{number:02x}").parse().unwrap()
}

fn now() -> Timestamp {
    "2026-01-31T12:00:00Z".parse().unwrap()
}

async fn with_conversation() -> (Store, ConversationId) {
    let store = Store::in_memory().await.unwrap();
    let id = id(1);
    let model = ModelId("m".to_owned());
    let conversation = Conversation { id, title: String::new(), model, created_at: now(), updated_at: now() };
    store.create_conversation(&conversation).await.unwrap();
    (store, id)
}

fn started() -> TurnEvent {
    TurnEvent::Started { user_message: "hello".to_owned(), model: ModelId("m".to_owned()) }
}

fn text(text: &str) -> TurnEvent {
    TurnEvent::Text { text: text.to_owned() }
}

#[tokio::test]
async fn events_are_numbered_within_turn_and_conversation() {
    let (store, conversation) = with_conversation().await;
    let (first, second): (TurnId, TurnId) = (id(2), id(3));
    let finished = TurnEvent::Finished { outcome: TurnOutcome::Answered };
    store.append(conversation, first, 0, now(), &[started(), text("a")]).await.unwrap();
    let early = store.append(conversation, second, 0, now(), &[started()]).await;
    assert!(matches!(early, Err(StoreError::Conflict)), "one turn at a time");
    store.append(conversation, first, 2, now(), &[finished]).await.unwrap();
    store.append(conversation, second, 0, now(), &[started()]).await.unwrap();
    let events = store.conversation_events(conversation, 1).await.unwrap();
    let numbers: Vec<_> = events.iter().map(|event| (event.turn, event.sequence, event.position)).collect();
    assert_eq!(numbers, [(first, 2, 2), (first, 3, 3), (second, 1, 4)]);
    assert_eq!(store.turn_events(conversation, first).await.unwrap().len(), 3);
}

#[tokio::test]
async fn whoever_appends_second_loses_and_nothing_of_it_is_kept() {
    let (store, conversation) = with_conversation().await;
    let turn = id(2);
    store.append(conversation, turn, 0, now(), &[started()]).await.unwrap();
    store.append(conversation, turn, 1, now(), &[text("first")]).await.unwrap();
    let late = store.append(conversation, turn, 1, now(), &[text("late"), text("later")]).await;
    assert!(matches!(late, Err(StoreError::Conflict)));
    let elsewhere = store.append(id(9), turn, 2, now(), &[text("x")]).await;
    assert!(matches!(elsewhere, Err(StoreError::Conflict)));
    assert_eq!(store.turn_events(conversation, turn).await.unwrap().len(), 2);
}

#[tokio::test]
async fn open_turns_are_those_without_an_end() {
    let (store, conversation) = with_conversation().await;
    let finished = TurnEvent::Finished { outcome: TurnOutcome::Answered };
    store.append(conversation, id(2), 0, now(), &[started(), finished]).await.unwrap();
    store.append(conversation, id(3), 0, now(), &[started()]).await.unwrap();
    assert_eq!(store.open_turns().await.unwrap(), [(conversation, id(3))]);
}

#[tokio::test]
async fn links_work_once_and_sessions_end() {
    let store = Store::in_memory().await.unwrap();
    let owner = store.owner(id(1), now()).await.unwrap();
    assert_eq!(store.owner(id::<UserId>(2), now()).await.unwrap(), owner);
    let (link, session) = (TokenDigest("link".to_owned()), TokenDigest("session".to_owned()));
    let later = now() + SignedDuration::from_mins(15);
    store.add_sign_in_link(&link, owner, later).await.unwrap();
    assert_eq!(store.redeem_sign_in_link(&link, later).await.unwrap(), None);
    assert_eq!(store.redeem_sign_in_link(&link, now()).await.unwrap(), Some(owner));
    assert_eq!(store.redeem_sign_in_link(&link, now()).await.unwrap(), None);
    store.add_session(&session, owner, later).await.unwrap();
    assert_eq!(store.lookup_session(&session, now()).await.unwrap(), Some(owner));
    assert_eq!(store.lookup_session(&session, later).await.unwrap(), None);
    store.end_session(&session).await.unwrap();
    assert_eq!(store.lookup_session(&session, now()).await.unwrap(), None);
}

fn plugin(spec_text: &str) -> (InstalledPlugin, PluginVersion) {
    let documents = PluginDocuments {
        manifest_url: "https://a.example/.well-known/ai-plugin.json".to_owned(),
        manifest_text: "{}".to_owned(),
        spec_url: "https://a.example/openapi.yaml".to_owned(),
        spec_text: spec_text.to_owned(),
        others: Vec::new(),
    };
    let digest = VersionDigest::of(&documents);
    let plugin = InstalledPlugin {
        id: id::<PluginId>(1),
        origin: "https://a.example".to_owned(),
        name_for_model: "a".to_owned(),
        name_for_human: "A".to_owned(),
        description_for_human: "An A".to_owned(),
        current: digest.clone(),
    };
    (plugin.clone(), PluginVersion { plugin: plugin.id, digest, documents, fetched_at: now() })
}

#[tokio::test]
async fn a_conversation_keeps_its_version_when_the_plugin_changes() {
    let (store, conversation) = with_conversation().await;
    let (first, version) = plugin("one");
    store.install(&first, &version).await.unwrap();
    let activation = Activation { plugin: first.id, version: first.current.clone() };
    store.activate(conversation, &activation).await.unwrap();
    let (second, version) = plugin("two");
    store.install(&second, &version).await.unwrap();
    assert_eq!(store.list_activations(conversation).await.unwrap(), [activation]);
    assert_eq!(store.get_plugin(first.id).await.unwrap().current, second.current);
    assert_eq!(store.get_version(&first.current).await.unwrap().documents.spec_text, "one");
    store.uninstall(first.id).await.unwrap();
    assert!(store.list_activations(conversation).await.unwrap().is_empty());
    assert!(store.get_version(&first.current).await.is_ok());
}

#[tokio::test]
async fn a_file_is_opened_again_with_everything_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cordboard.db");
    let store = Store::open(&path).await.unwrap();
    store.set_setting("key", "value").await.unwrap();
    store.set_setting("key", "other").await.unwrap();
    store.close().await;
    let again = Store::open(&path).await.unwrap();
    assert_eq!(again.lookup_setting("key").await.unwrap().as_deref(), Some("other"));
    let problem = Store::open(&folder.path().join("none/cordboard.db")).await.unwrap_err();
    assert!(problem.to_string().contains("check that its folder exists"), "{problem}");
}

#[tokio::test]
async fn the_newest_results_of_a_conversation_stay() {
    let (store, conversation) = with_conversation().await;
    let result = |text: String| StoredResult { form: ResultForm::JsonLines, text };
    for number in 1..=52_u8 {
        let kept = store.keep_result(conversation, id(number), &result(format!("{number}"))).await.unwrap();
        assert_eq!(kept, u32::from(number));
    }
    assert_eq!(store.lookup_result(conversation, 2).await.unwrap(), None);
    assert_eq!(store.lookup_result(conversation, 3).await.unwrap(), Some(result("3".to_owned())));
    assert_eq!(store.lookup_result(id(9), 3).await.unwrap(), None, "another conversation's");
    let large = result("x".repeat(129 * 1024 * 1024));
    store.keep_result(conversation, id(60), &large).await.unwrap();
    store.keep_result(conversation, id(61), &large).await.unwrap();
    assert_eq!(store.lookup_result(conversation, 53).await.unwrap(), None);
    assert!(store.lookup_result(conversation, 54).await.unwrap().is_some());
}
