//! Saying who is calling, as people and developers meet it: keys, accounts, and turns that wait for them.

use cordboard_domain::call::{CallState, Decision};
use cordboard_domain::event::TurnOutcome;
use cordboard_domain::id::{ConversationId, PluginId};
use cordboard_domain::ports::{PersonalData as _, Vault as _};
use cordboard_domain::time::SignedDuration;
use cordboard_domain::turn::{Turn, TurnState};
use cordboard_model::scripted::ScriptStep;
use cordboard_store::Store;
use cordboard_testkit::{TestApp, TestBuilder, TestPage};
use serde_json::json;
use url::Url;

use crate::support::owner;

const SCHEME: &str = "ai-plugin.json%23auth";

/// An application whose model reads the list and says so, twice.
async fn app(auth: serde_json::Value) -> (TestApp, TestPage, PluginId, ConversationId) {
    let round = || [vec![ScriptStep::call("c", "todo_getTodos", "{}")], vec![ScriptStep::text("You have one.")]];
    let rounds = [round(), round()].into_iter().flatten().collect();
    let app = TestBuilder::new(rounds).start().await;
    if auth == json!("oauth") {
        app.plugin.ask_for_oauth();
    } else {
        app.plugin.ask_for(auth);
    }
    let conversation = app.conversation().await;
    let (page, plugin) = (owner(&app).await, app.registered().await.id);
    (app, page, plugin, conversation)
}

fn state(turn: &Turn) -> &CallState {
    &turn.calls().next().unwrap().state
}

/// The query of the page that a form leads on to.
async fn departure(page: &TestPage, plugin: PluginId, form: &[(&str, &str)]) -> Url {
    let answer = page.post(&format!("/connect/{plugin}"), form).await;
    assert_eq!(answer.status(), 200);
    let text = answer.text().await.unwrap().replace("&#x2f;", "/").replace("&amp;", "&");
    let (_, rest) = text.split_once("url=").unwrap();
    Url::parse(rest.split('"').next().unwrap()).unwrap()
}

fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[tokio::test]
async fn a_developers_key_goes_with_everybodys_calls() {
    let (app, page, plugin, conversation) = app(json!({"type": "service_http"})).await;
    let turn = app.say(conversation, "What is on my list?").await;
    let CallState::Failed { failure } = state(&turn) else { panic!("{:?}", state(&turn)) };
    assert!(failure.message.contains("the plugin's developer has not given"), "{}", failure.message);
    assert!(app.plugin.received().is_empty());
    let form = [("scheme", "ai-plugin.json#auth"), ("key", "the-service-key")];
    assert_eq!(page.post(&format!("/develop/{plugin}/key"), &form).await.status(), 303);
    app.say(conversation, "And now?").await;
    assert_eq!(app.plugin.received()[0].headers["authorization"], "Bearer the-service-key");
    let shown = page.html(&format!("/develop/{plugin}")).await;
    assert!(shown.contains("there is one since") && !shown.contains("the-service-key"));
}

#[tokio::test]
async fn a_turn_waits_for_a_persons_key_and_goes_on_by_itself() {
    let (app, page, plugin, conversation) = app(json!({"type": "user_http", "authorization_type": "basic"})).await;
    let turn = app.say(conversation, "What is on my list?").await;
    assert_eq!(turn.state(), TurnState::AwaitingConnection);
    let shown = page.html(&format!("/conversations/{conversation}")).await;
    let link = format!("/connect/{plugin}?scheme={SCHEME}&amp;conversation={conversation}&amp;scope=");
    assert!(shown.contains("needs to know who you are") && shown.contains(&link), "{shown}");
    let conversation_id = conversation.to_string();
    let form = [("key", "ada:secret words"), ("conversation", conversation_id.as_str())];
    let answer = page.post(&format!("/connect/{plugin}"), &form).await;
    assert_eq!(answer.headers()["location"], format!("/conversations/{conversation}"));
    let turn = app.settled(conversation, turn.id).await;
    assert!(matches!(state(&turn), CallState::Answered { .. }), "{:?}", state(&turn));
    assert_eq!(app.plugin.received()[0].headers["authorization"], "Basic YWRhOnNlY3JldCB3b3Jkcw==");
}

#[tokio::test]
async fn whoever_does_not_connect_goes_on_without_the_call() {
    let (app, page, _, conversation) = app(json!({"type": "user_http"})).await;
    let turn = app.say(conversation, "What is on my list?").await;
    let call = turn.calls().next().unwrap().id;
    let path = format!("/conversations/{conversation}/turns/{}/connections/{call}/decline", turn.id);
    assert_eq!(page.post(&path, &[]).await.status(), 303);
    let turn = app.settled(conversation, turn.id).await;
    assert!(matches!(state(&turn), CallState::Declined { .. }));
    assert_eq!(page.post(&path, &[]).await.status(), 409);
    assert!(app.plugin.received().is_empty());
}

#[tokio::test]
async fn a_person_agrees_at_the_plugins_page_and_the_turn_goes_on() {
    let (app, page, plugin, conversation) = app(json!("oauth")).await;
    let conversation_id = conversation.to_string();
    let turn = app.say(conversation, "What is on my list?").await;
    let refused = page.post(&format!("/connect/{plugin}"), &[]).await;
    assert_eq!(refused.status(), 409, "there is no client yet");
    let client = [
        ("scheme", "ai-plugin.json#auth"),
        ("client_id", "cordboard"),
        ("client_secret", "client-canary"),
        ("auth", "post"),
    ];
    assert_eq!(page.post(&format!("/develop/{plugin}/client"), &client).await.status(), 303);

    let url = departure(&page, plugin, &[("conversation", &conversation_id)]).await;
    assert_eq!(url.as_str().split('?').next().unwrap(), format!("{}/authorize", app.plugin.origin()));
    let back = parameter(&url, "redirect_uri");
    assert_eq!(back, format!("{}/connect/{plugin}/callback", page.base));
    assert_eq!(
        (parameter(&url, "scope").as_str(), parameter(&url, "code_challenge_method").as_str()),
        ("todos", "S256")
    );
    let tokens = json!({"access_token": "access-one", "refresh_token": "refresh-one", "expires_in": 3600});
    app.plugin.answer_at("/token", 200, "application/json", tokens.to_string());
    let state_given = parameter(&url, "state");
    let callback = format!("/connect/{plugin}/callback?code=the-code&state={state_given}");
    let answer = page.get(&callback).await;
    assert_eq!(answer.headers()["location"], format!("/conversations/{conversation}"));

    let turn = app.settled(conversation, turn.id).await;
    assert!(matches!(state(&turn), CallState::Answered { .. }), "{:?}", state(&turn));
    let received = app.plugin.received();
    let request: serde_json::Value = serde_json::from_str(&received[0].body).unwrap();
    assert_eq!((&request["code"], &request["client_secret"]), (&json!("the-code"), &json!("client-canary")));
    assert_eq!(request["redirect_uri"], back);
    assert_eq!(received[1].headers["authorization"], "Bearer access-one");
    assert_eq!(page.get(&callback).await.status(), 422, "an answer is taken once");

    let shown = page.html("/connections").await;
    assert!(shown.contains("Account 1") && shown.contains("todos"), "{shown}");
    let pages = [
        shown,
        page.html(&format!("/conversations/{conversation}")).await,
        page.html(&format!("/develop/{plugin}")).await,
    ];
    let told = format!(
        "{pages:?} {:?} {:?} {}",
        app.events(conversation).await,
        app.model.requests(),
        app.store.export_person(app.owner).await.unwrap()
    );
    for secret in ["access-one", "refresh-one", "client-canary", "the-code", state_given.as_str()] {
        assert!(!told.contains(secret), "{secret}");
    }

    let connection = app.store.list_connections(app.owner).await.unwrap()[0].id;
    let answer = page.post(&format!("/connections/{connection}/remove"), &[]).await;
    assert_eq!(answer.headers()["location"], "/connections?ended=forgotten");
    assert!(app.store.list_connections(app.owner).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_server_that_grants_in_other_words_is_tried_once_and_shown() {
    let (app, page, plugin, conversation) = app(json!("oauth")).await;
    let client = [("scheme", "ai-plugin.json#auth"), ("client_id", "cordboard"), ("auth", "post")];
    page.post(&format!("/develop/{plugin}/client"), &client).await;
    let turn = app.say(conversation, "What is on my list?").await;
    let id = conversation.to_string();
    let url = departure(&page, plugin, &[("conversation", &id)]).await;
    let tokens = json!({"access_token": "access-one", "scope": "lists.read"});
    app.plugin.answer_at("/token", 200, "application/json", tokens.to_string());
    page.get(&format!("/connect/{plugin}/callback?code=c&state={}", parameter(&url, "state"))).await;
    let turn = app.settled(conversation, turn.id).await;
    assert!(matches!(state(&turn), CallState::Answered { .. }), "{:?}", state(&turn));
    let shown = page.html("/connections").await;
    assert!(shown.contains("did not say that it granted todos") && shown.contains("Connect again"), "{shown}");
    assert_eq!(page.html(&format!("/develop/{plugin}")).await.matches("id=\"doctor\"").count(), 1);
}

#[tokio::test]
async fn a_refresh_that_fails_asks_the_person_to_connect_again() {
    let (app, page, plugin, conversation) = app(json!("oauth")).await;
    let client =
        [("scheme", "ai-plugin.json#auth"), ("client_id", "cordboard"), ("client_secret", "s"), ("auth", "post")];
    page.post(&format!("/develop/{plugin}/client"), &client).await;
    let connect = async |renew: &str| {
        let form = if renew.is_empty() { vec![] } else { vec![("renew", renew)] };
        let url = departure(&page, plugin, &form).await;
        let tokens = json!({"access_token": "access-one", "refresh_token": "refresh-one", "expires_in": 4});
        app.plugin.answer_at("/token", 200, "application/json", tokens.to_string());
        page.get(&format!("/connect/{plugin}/callback?code=c&state={}", parameter(&url, "state"))).await
    };
    connect("").await;
    app.plugin.answer_at("/token", 400, "application/json", r#"{"error": "invalid_grant"}"#);
    let turn = app.say(conversation, "What is on my list?").await;
    assert_eq!(turn.state(), TurnState::AwaitingConnection, "the call waits and is not lost");
    assert!(app.plugin.received().iter().all(|each| each.target == "/token"), "nothing else left");
    let broken = app.store.list_connections(app.owner).await.unwrap().remove(0);
    assert!(page.html("/connections").await.contains("Connect again"));
    let card = page.html(&format!("/conversations/{conversation}")).await;
    assert!(card.contains(&format!("&amp;renew={}", broken.id)), "no second account comes of it: {card}");
    connect(&broken.id.to_string()).await;
    let mended = app.store.list_connections(app.owner).await.unwrap();
    assert_eq!((mended.len(), mended[0].id, mended[0].label.as_str()), (1, broken.id, "Account 1"));
    let turn = app.settled(conversation, turn.id).await;
    assert!(matches!(state(&turn), CallState::Answered { .. }), "{:?}", state(&turn));
}

#[tokio::test]
async fn a_turn_whose_connection_was_made_before_a_server_died_goes_on_from_its_card() {
    let (app, page, plugin, conversation) = app(json!({"type": "user_http"})).await;
    page.post(&format!("/connect/{plugin}"), &[("key", "my-own-key")]).await;
    let connection = app.store.list_connections(app.owner).await.unwrap()[0].id;
    app.store.release_renewal(connection, 1, true).await.unwrap();
    let turn = app.say(conversation, "What is on my list?").await;
    let card = format!("/connect/{plugin}?scheme={SCHEME}&conversation={conversation}&scope=");
    assert_eq!(page.get(&card).await.status(), 200, "there is something to connect");
    // The connection is stored; the server died before it could go on with the turn.
    app.store.release_renewal(connection, 1, false).await.unwrap();
    assert_eq!(page.get(&card).await.headers()["location"], format!("/conversations/{conversation}"));
    let turn = app.settled(conversation, turn.id).await;
    assert!(matches!(state(&turn), CallState::Answered { .. }), "{:?}", state(&turn));
}

#[tokio::test]
async fn the_doctor_shows_both_halves_and_says_what_is_probably_wrong() {
    let (app, page, plugin, _) = app(json!("oauth")).await;
    let client = [
        ("scheme", "ai-plugin.json#auth"),
        ("client_id", "cordboard"),
        ("client_secret", "the-secret"),
        ("auth", "post"),
    ];
    page.post(&format!("/develop/{plugin}/client"), &client).await;
    let develop = format!("/develop/{plugin}");
    let shown = page.html(&develop).await;
    assert!(shown.contains(&format!("{}/connect/{plugin}/callback", page.base)), "the address to register");

    let url = departure(&page, plugin, &[]).await;
    assert!(page.html(&develop).await.contains("Nothing came back yet"));
    let wrong = r#"{"error": "invalid_client", "error_description": "the-secret is wrong"}"#;
    app.plugin.answer_at("/token", 401, "application/json", wrong);
    let state_given = parameter(&url, "state");
    let answer = page.get(&format!("/connect/{plugin}/callback?code=the-code&state={state_given}")).await;
    assert!(answer.status() == 422 && answer.text().await.unwrap().contains("What the doctor says"));
    let shown = page.html(&develop).await;
    assert!(shown.contains("your server wants the secret in the header"), "{shown}");
    for secret in ["the-secret", "the-code", state_given.as_str()] {
        assert!(!shown.contains(secret), "{secret}");
    }

    let url = departure(&page, plugin, &[]).await;
    page.get(&format!("/connect/{plugin}/callback?code=c&state=&iss={}", app.plugin.origin())).await;
    assert!(page.html(&develop).await.contains("Your server dropped <code>state</code>"));
    drop(url);

    let url = departure(&page, plugin, &[]).await;
    let tokens = json!({"access_token": "access-one", "refresh_token": "refresh-one", "expires_in": 3600});
    app.plugin.answer_at("/token", 200, "application/json", tokens.to_string());
    let answer = page.get(&format!("/connect/{plugin}/callback?code=c&state={}", parameter(&url, "state"))).await;
    assert_eq!(answer.headers()["location"], format!("{develop}#doctor"));
    page.post(&format!("{develop}/rehearse"), &[("scheme", "ai-plugin.json#auth")]).await;
    let shown = page.html(&develop).await;
    assert!(shown.contains("Cordboard renews the access token") && !shown.contains("refresh-one"), "{shown}");
}

#[tokio::test]
async fn of_several_accounts_each_conversation_has_its_own() {
    let (app, page, plugin, conversation) = app(json!({"type": "user_http"})).await;
    for (label, key) in [("Work", "work-key"), ("Home", "home-key")] {
        page.post(&format!("/connect/{plugin}"), &[("key", key), ("label", label)]).await;
        app.clock.advance(SignedDuration::from_secs(1));
    }
    app.say(conversation, "What is on my list?").await;
    let shown = page.html(&format!("/connections?conversation={conversation}")).await;
    assert!(shown.contains("Work") && shown.contains("Home"), "{shown}");
    let work =
        app.store.list_connections(app.owner).await.unwrap().into_iter().find(|each| each.label == "Work").unwrap();
    let answer = page.post(&format!("/conversations/{conversation}/connections/{}", work.id), &[]).await;
    assert_eq!(answer.status(), 303);
    app.say(conversation, "And at work?").await;
    let keys: Vec<_> = app.plugin.received().iter().map(|each| each.headers["authorization"].clone()).collect();
    assert_eq!(keys, ["Bearer home-key", "Bearer work-key"], "the newest, then the chosen one");
}

#[tokio::test]
async fn a_turn_that_waits_goes_on_after_a_restart_too() {
    let store = Store::in_memory().await.unwrap();
    let call = vec![ScriptStep::call("c", "todo_getTodos", "{}")];
    let app = TestBuilder::new(vec![call]).store(store.clone()).start().await;
    app.plugin.ask_for(json!({"type": "user_http"}));
    let (conversation, plugin) = (app.conversation().await, app.registered().await.id);
    let turn = app.say(conversation, "What is on my list?").await;
    assert_eq!(turn.state(), TurnState::AwaitingConnection);
    let TestApp { plugin: server, .. } = app;

    let again = TestBuilder::new(vec![vec![ScriptStep::text("One.")]]).store(store).start_with(server).await;
    again.engine.resume(true).await.unwrap();
    let page = owner(&again).await;
    page.post(&format!("/connect/{plugin}"), &[("key", "my-own-key")]).await;
    let turn = again.settled(conversation, turn.id).await;
    assert_eq!(turn.state(), TurnState::Finished(TurnOutcome::Answered));
    assert_eq!(again.plugin.received()[0].headers["authorization"], "Bearer my-own-key");
}

#[tokio::test]
async fn a_call_that_waits_ends_when_its_version_does() {
    let (app, page, plugin, conversation) = app(json!({"type": "user_http"})).await;
    let turn = app.say(conversation, "What is on my list?").await;
    assert_eq!(turn.state(), TurnState::AwaitingConnection);
    app.plugin.ask_for_oauth();
    page.post(&format!("/develop/{plugin}/refresh"), &[]).await;
    let turn = app.settled(conversation, turn.id).await;
    let CallState::Failed { failure } = state(&turn) else { panic!("{:?}", state(&turn)) };
    assert!(failure.message.contains("another version"), "{}", failure.message);
    assert!(app.plugin.received().is_empty());
}

#[tokio::test]
async fn who_connects_a_day_later_is_told_that_it_was_too_late() {
    let (app, page, plugin, conversation) = app(json!({"type": "user_http"})).await;
    let turn = app.say(conversation, "What is on my list?").await;
    app.clock.advance(SignedDuration::from_hours(25));
    page.post(&format!("/connect/{plugin}"), &[("key", "my-own-key")]).await;
    let turn = app.settled(conversation, turn.id).await;
    assert!(matches!(state(&turn), CallState::Declined { decision: Decision::Expired }), "{:?}", state(&turn));
    assert!(app.plugin.received().is_empty());
}
