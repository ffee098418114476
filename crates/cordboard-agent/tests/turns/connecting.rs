//! A person who connects in the moment in which the turn is about to ask for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use cordboard_agent::engine::{Engine, EngineConfig, Ports};
use cordboard_domain::call::{CallContext, CallFailure, CallState, PlannedCall, RawResponse, SentRequest};
use cordboard_domain::connection::{Connection, OAuthClient, Readiness, Wanted};
use cordboard_domain::event::{TurnEvent, TurnOutcome};
use cordboard_domain::id::{ConnectionId, ConversationId, PluginId, UserId};
use cordboard_domain::plugin::VersionDigest;
use cordboard_domain::ports::{
    Callback, ClientRegistration, Connected, CredentialError, Credentials, Dispatch, Ending, Farewell, StoreError,
};
use cordboard_domain::rehearsal::Rehearsal;
use cordboard_domain::secret::TokenDigest;
use cordboard_domain::turn::{Turn, TurnState};
use cordboard_model::registry::ModelRegistry;
use cordboard_model::scripted::{ScriptStep, ScriptedModel};
use cordboard_testkit::{CountingEntropy, TestApp, TestBuilder};
use serde_json::json;
use url::Url;

/// Credentials of somebody who has connected by the time of this look, which counts from 1.
struct Sudden {
    connects_before: u32,
    looks: AtomicU32,
}

#[async_trait]
impl Credentials for Sudden {
    async fn check(&self, _: UserId, _: ConversationId, _: &PlannedCall) -> Result<Readiness, StoreError> {
        let look = self.looks.fetch_add(1, Ordering::SeqCst) + 1;
        let scheme = "ai-plugin.json#auth".to_owned();
        let missing = Readiness::Missing { scheme, scopes: Vec::new(), renews: None };
        Ok(if look < self.connects_before { missing } else { Readiness::Ready })
    }

    async fn used_by(&self, _: UserId, _: ConversationId, _: &PlannedCall) -> Result<Vec<Connection>, StoreError> {
        Ok(Vec::new())
    }

    async fn lookup_client(&self, _: PluginId, _: &str) -> Result<Option<OAuthClient>, StoreError> {
        unreachable!("turns only look")
    }

    async fn register_client(&self, _: &Wanted, _: ClientRegistration) -> Result<(), CredentialError> {
        unreachable!("turns only look")
    }

    async fn set_service_key(&self, _: &Wanted, _: &str) -> Result<(), CredentialError> {
        unreachable!("turns only look")
    }

    async fn forget_given(&self, _: PluginId, _: &str) -> Result<(), CredentialError> {
        unreachable!("turns only look")
    }

    async fn add_key(&self, _: &Wanted, _: &str, _: &str) -> Result<ConnectionId, CredentialError> {
        unreachable!("turns only look")
    }

    async fn begin_authorization(&self, _: &Wanted, _: &TokenDigest, _: &str) -> Result<Url, CredentialError> {
        unreachable!("turns only look")
    }

    async fn complete_authorization(
        &self,
        _: UserId,
        _: &TokenDigest,
        _: PluginId,
        _: &VersionDigest,
        _: Callback,
    ) -> Result<Connected, CredentialError> {
        unreachable!("turns only look")
    }

    async fn list_connections(&self, _: UserId) -> Result<Vec<Connection>, StoreError> {
        unreachable!("turns only look")
    }

    async fn list_service_connections(&self, _: PluginId) -> Result<Vec<Connection>, StoreError> {
        unreachable!("turns only look")
    }

    async fn lookup_rehearsal(&self, _: PluginId) -> Result<Option<Rehearsal>, StoreError> {
        unreachable!("turns only look")
    }

    async fn rehearse_renewal(&self, _: UserId, _: ConnectionId) -> Result<(), CredentialError> {
        unreachable!("turns only look")
    }

    async fn choose(&self, _: UserId, _: ConversationId, _: ConnectionId) -> Result<(), StoreError> {
        unreachable!("turns only look")
    }

    async fn disconnect(&self, _: UserId, _: ConnectionId) -> Result<bool, CredentialError> {
        unreachable!("turns only look")
    }

    async fn farewell(&self, _: Ending<'_>) -> Farewell {
        unreachable!("turns only look")
    }
}

/// A plugin that answers everything.
struct Answering;

#[async_trait]
impl Dispatch for Answering {
    async fn dispatch(&self, _: &PlannedCall, _: &CallContext) -> Result<RawResponse, CallFailure> {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let sent = SentRequest::default();
        Ok(RawResponse { sent, status: 200, headers, body: b"[]".to_vec(), truncated: false, elapsed_ms: 1 })
    }
}

/// An engine on the application's database, with these credentials.
fn engine(app: &TestApp, credentials: Arc<Sudden>) -> Engine {
    let store = &app.store;
    let ports = Ports {
        journal: store.clone(),
        conversations: store.clone(),
        shelf: store.clone(),
        examples: store.clone(),
        installations: store.clone(),
        results: store.clone(),
        dispatch: Arc::new(Answering),
        credentials,
        grants: store.clone(),
        privacy: store.clone(),
        clock: app.clock.clone(),
        entropy: Arc::new(CountingEntropy::default()),
    };
    let rounds = vec![vec![ScriptStep::call("c", "todo_getTodos", "{}")], vec![ScriptStep::text("Nothing to do.")]];
    Engine::new(ports, ModelRegistry::new(vec![Arc::new(ScriptedModel::new(rounds))]), EngineConfig::default())
}

/// The turn as it comes to rest, for somebody who has connected by the time of this look.
async fn turn(connects_before: u32) -> (TestApp, ConversationId, Turn, Arc<Sudden>) {
    let app = TestBuilder::new(Vec::new()).start().await;
    app.plugin.ask_for(json!({"type": "user_http"}));
    let conversation = app.conversation().await;
    let credentials = Arc::new(Sudden { connects_before, looks: AtomicU32::new(0) });
    let engine = engine(&app, credentials.clone());
    let turn = engine.submit(conversation, app.owner, "What is on my list?").await.unwrap();
    engine.finish().await;
    let turn = app.settled(conversation, turn).await;
    (app, conversation, turn, credentials)
}

#[tokio::test]
async fn who_connects_while_the_question_is_on_its_way_is_not_asked() {
    let (app, conversation, turn, _) = turn(2).await;
    assert_eq!(turn.state(), TurnState::Finished(TurnOutcome::Answered));
    assert!(matches!(turn.calls().next().unwrap().state, CallState::Answered { .. }));
    let events = app.events(conversation).await;
    let asked = events.iter().position(|each| matches!(each.event, TurnEvent::ConnectionRequested { .. })).unwrap();
    assert!(matches!(events[asked + 1].event, TurnEvent::CallConnected { .. }), "{events:?}");
}

#[tokio::test]
async fn who_does_not_is_looked_at_once_more_and_then_asked() {
    let (_, _, turn, credentials) = turn(u32::MAX).await;
    assert_eq!(turn.state(), TurnState::AwaitingConnection);
    assert_eq!(credentials.looks.load(Ordering::SeqCst), 2);
}
