//! The JSON API: tokens and scopes, asking and deciding, publishing and installing, and nothing of anybody else's.

use cordboard_domain::account::{AccessToken, Account, Role, Scope};
use cordboard_domain::id::{AccessTokenId, UserId};
use cordboard_domain::ports::{AccessTokens as _, PluginShelf as _};
use cordboard_domain::secret::TokenDigest;
use cordboard_domain::time::{Clock as _, SignedDuration};
use cordboard_model::scripted::ScriptStep;
use cordboard_testkit::{CountingEntropy, TestApp, TestBuilder, TestPage};
use reqwest::Method;
use serde_json::{Value, json};

use crate::scene::{registered, signed_in, spec_with, verified};

/// A program that acts for a person.
struct Program<'page> {
    page: &'page TestPage,
    secret: String,
}

async fn program<'page>(app: &TestApp, page: &'page TestPage, user: UserId, scopes: &[Scope]) -> Program<'page> {
    let secret = format!("cb_pat_{user}_{}", scopes.len());
    let token = AccessToken {
        id: AccessTokenId::generate(&*app.clock, &CountingEntropy::default()),
        user,
        name: "test".to_owned(),
        scopes: scopes.to_vec(),
        created_at: app.clock.now(),
        expires_at: Some(app.clock.now() + SignedDuration::from_hours(1)),
        last_used_at: None,
    };
    app.clock.advance(SignedDuration::from_millis(1));
    app.store.add_access_token(&token, &TokenDigest::of(&secret)).await.unwrap();
    Program { page, secret }
}

impl Program<'_> {
    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let url = format!("{}/api/v1{path}", self.page.base);
        let mut request = self.page.client.request(method, url).bearer_auth(&self.secret);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let label = answer.headers().get("content-type").map(|label| label.to_str().unwrap().to_owned());
        let text = answer.text().await.unwrap();
        let expected = if status >= 400 { "application/problem+json" } else { "application/json" };
        assert!(text.is_empty() || label.as_deref() == Some(expected), "{path}: {label:?} {text}");
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.send(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::POST, path, Some(body)).await
    }
}

#[tokio::test]
async fn a_request_needs_a_token_with_the_scope() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = app.open().await;
    let reader = program(&app, &page, app.owner, &[Scope::Read]).await;
    assert_eq!(reader.get("/me").await["role"], "admin");
    let (status, problem) = reader.post("/conversations", json!({})).await;
    assert_eq!((status, problem["detail"].as_str().unwrap()), (403, "The token lacks the scope `chat`."));
    let stranger = Program { page: &page, secret: "cb_pat_wrong".to_owned() };
    assert_eq!(stranger.send(Method::GET, "/me", None).await.0, 401);
    app.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(reader.send(Method::GET, "/me", None).await.0, 401, "expired");
    let with_cookie = page.get("/api/v1/me").await;
    assert_eq!(with_cookie.status(), 401, "the API takes no cookies");
    assert_eq!(with_cookie.headers()["www-authenticate"], "Bearer");
}

#[tokio::test]
async fn what_cannot_be_read_is_a_problem_in_words() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = app.open().await;
    let program = program(&app, &page, app.owner, &Scope::ALL).await;
    let table = [
        (Method::GET, "/conversations/nonsense", None, 404),
        (Method::GET, "/nowhere", None, 404),
        (Method::PUT, "/me", None, 405),
        (Method::GET, "/store?limit=many", None, 422),
        (Method::GET, "/store?limit=101", None, 422),
        (Method::GET, "/store?category=ships", None, 422),
        (Method::POST, "/conversations", None, 415),
        (Method::POST, "/conversations", Some(json!({"model": "gone"})), 409),
        (Method::POST, "/conversations", Some(json!([null])), 422),
        (Method::POST, "/registrations", Some(json!({"address": "not a host"})), 422),
        (Method::PATCH, "/people/0190f1f0a0a070008000000000000009", Some(json!({"role": "king"})), 422),
    ];
    for (method, path, body, expected) in table {
        let (status, problem) = program.send(method, path, body).await;
        assert_eq!((status, problem["status"].as_u64()), (expected, Some(u64::from(expected))), "{path}: {problem}");
        assert!(!problem["detail"].as_str().unwrap().is_empty(), "{path}");
    }
}

#[tokio::test]
async fn a_question_is_asked_decided_on_and_answered() {
    let rounds = vec![
        vec![ScriptStep::call("c", "todo_addTodo", r#"{"todo": "milk"}"#)],
        vec![ScriptStep::text("It is on your list.")],
        vec![ScriptStep::text("It was there already.")],
    ];
    let app = TestBuilder::new(rounds).start().await;
    let plugin = app.registered().await.id;
    let page = app.open().await;
    let program = program(&app, &page, app.owner, &[Scope::Read, Scope::Chat]).await;
    let (status, conversation) = program.post("/conversations", json!({})).await;
    assert_eq!(status, 201);
    let base = format!("/conversations/{}", conversation["id"].as_str().unwrap());
    assert_eq!(program.send(Method::PUT, &format!("{base}/plugins/{plugin}"), None).await.0, 204);
    assert_eq!(program.get(&format!("{base}/plugins")).await[0]["plugin"], plugin.as_uuid().to_string());
    let (status, turn) = program.post(&format!("{base}/messages"), json!({"text": "add milk", "wait": 30})).await;
    assert_eq!((status, turn["state"].as_str()), (202, Some("awaiting_confirmation")), "{turn}");
    let call = &turn["calls"][0];
    assert_eq!(call["arguments"], json!({"todo": "milk"}));
    assert!(app.plugin.received().is_empty());
    let path = format!(
        "{base}/turns/{}/confirmations/{}",
        turn["id"].as_str().unwrap(),
        call["confirmation"].as_str().unwrap()
    );
    let (status, turn) = program.post(&path, json!({"decision": "allow", "wait": 30})).await;
    assert_eq!((status, turn["state"].as_str()), (200, Some("answered")), "{turn}");
    assert_eq!(turn["answer"], "It is on your list.");
    assert_eq!(app.plugin.received().len(), 1);
    assert_eq!(program.post(&path, json!({"decision": "allow"})).await.0, 409, "once");
    assert_eq!(program.get(&format!("{base}/turns")).await[0], turn);
    let again = json!({"text": "add milk again", "instead_of": turn["id"], "wait": 30});
    let (status, again) = program.post(&format!("{base}/messages"), again).await;
    assert_eq!((status, again["follows"].as_str()), (202, Some("beginning")), "{again}");
    let nowhere = json!({"text": "again", "instead_of": conversation["id"]});
    assert_eq!(program.post(&format!("{base}/messages"), nowhere).await.0, 422);
    let renamed = program.send(Method::PATCH, &base, Some(json!({"title": "Milk"}))).await.1;
    assert_eq!(renamed["title"], "Milk");
    for (archived, is_away) in [(true, true), (false, false)] {
        let changed = program.send(Method::PATCH, &base, Some(json!({ "archived": archived }))).await.1;
        assert_eq!(changed["archived_at"].is_string(), is_away, "{changed}");
    }
    assert_eq!(program.send(Method::DELETE, &base, None).await.0, 204);
    assert_eq!(program.get("/conversations").await, json!([]));
}

#[tokio::test]
async fn a_plugin_is_published_shared_reviewed_and_installed() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = app.open().await;
    let developer = app.person("dev", Role::Developer).await;
    let friend = app.person("friend", Role::User).await;
    let dev = program(&app, &page, developer.id, &Scope::ALL).await;
    let other = program(&app, &page, friend.id, &Scope::ALL).await;
    let owner = program(&app, &page, app.owner, &Scope::ALL).await;
    let (status, registered) = dev.post("/registrations", json!({"address": app.plugin.origin()})).await;
    assert_eq!((status, registered["report"]["counts"]["ready"].as_u64()), (201, Some(3)), "{registered}");
    let id = registered["plugin"]["id"].as_str().unwrap().to_owned();
    assert_eq!(other.send(Method::PUT, &format!("/plugins/{id}"), None).await.0, 404, "nobody's but the developer's");
    assert_eq!(dev.post(&format!("/registrations/{id}/shares"), json!({"login": "friend"})).await.0, 204);
    let installed = other.send(Method::PUT, &format!("/plugins/{id}"), None).await;
    assert_eq!((installed.0, installed.1["provenance"].as_str()), (200, Some("shared")));
    let link = dev.post(&format!("/registrations/{id}/share-links"), json!({})).await.1;
    let secret = link["path"].as_str().unwrap().trim_start_matches("/join/").to_owned();
    assert_eq!(owner.post("/join", json!({"secret": secret})).await.0, 200);
    assert_eq!(dev.get(&format!("/registrations/{id}/shares")).await["people"].as_array().unwrap().len(), 2);
    let requests =
        json!({"category": "productivity", "must_call": ["a", "b", "c", "d", "e"], "must_not_call": ["x", "y", "z"]});
    let (status, problem) = dev.send(Method::PUT, &format!("/registrations/{id}/submission"), Some(requests)).await;
    assert_eq!(status, 409);
    assert!(problem["detail"].as_str().unwrap().contains("verification_tokens"), "{problem}");
    assert_eq!(other.send(Method::GET, "/reviews", None).await.0, 403);
    assert_eq!(owner.get("/reviews").await, json!([]));
    assert_eq!(owner.post(&format!("/reviews/plugins/{id}/ban"), json!({"reason": "a test"})).await.0, 204);
    assert_eq!(owner.get("/store").await["total"], 0);
    assert_eq!(other.get("/plugins").await[0]["plugin"]["standing"], "banned");
}

#[tokio::test]
async fn example_requests_are_edited_and_reset() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = app.open().await;
    let developer = app.person("dev", Role::Developer).await;
    let stranger = app.person("eve", Role::Developer).await;
    let dev = program(&app, &page, developer.id, &[Scope::Develop]).await;
    let other = program(&app, &page, stranger.id, &[Scope::Develop]).await;
    let (_, registered) = dev.post("/registrations", json!({"address": app.plugin.origin()})).await;
    let path = format!("/registrations/{}/examples", registered["plugin"]["id"].as_str().unwrap());
    let made = dev.get(&path).await;
    assert_eq!((&made[1]["operation"], &made[1]["source"]), (&json!("addTodo"), &json!("made")), "{made}");
    let add = format!("{path}/addTodo");
    let edited = |text: &str| Some(json!({"examples": [text]}));
    assert_eq!(dev.send(Method::PUT, &add, edited(" Remind me of milk ")).await.0, 204);
    let view = json!({"operation": "addTodo", "source": "edited", "examples": ["Remind me of milk"]});
    assert_eq!(dev.get(&path).await[1], view);
    assert_eq!(other.send(Method::PUT, &add, edited("Mine now")).await.0, 404);
    assert_eq!(other.send(Method::DELETE, &add, None).await.0, 404);
    assert_eq!(dev.send(Method::PUT, &format!("{path}/launch"), edited("Launch it")).await.0, 404);
    let (status, problem) = dev.send(Method::PUT, &add, edited("two\nlines")).await;
    assert_eq!(status, 422);
    assert!(problem["detail"].as_str().unwrap().contains("two⟨U+000A⟩lines"), "{problem}");
    assert_eq!(dev.get(&path).await[1], view);
    assert_eq!(dev.send(Method::DELETE, &add, None).await.0, 204);
    assert_eq!(dev.get(&path).await, made);
}

/// A program sees what reviewers see on the page, and its developer what became of it.
#[tokio::test]
async fn evidence_changes_and_decisions_are_told_to_programs() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let developer = signed_in(&app, app.person("dora", Role::Developer).await.id).await;
    let home = registered(&app, &developer).await;
    let id = home.rsplit('/').next().unwrap().to_owned();
    let plugin = app.store.get_plugin(id.parse().unwrap()).await.unwrap();
    let dev = program(&app, &developer, plugin.developer, &[Scope::Develop]).await;
    let owner = program(&app, &developer, app.owner, &[Scope::Review]).await;
    verified(&app, &developer, &home).await;
    let requests =
        json!({"category": "data", "must_call": ["a", "b", "c", "d", "e"], "must_not_call": ["x", "y", "z"]});
    let submission = format!("/registrations/{id}/submission");
    for more in [&[][..], &["deleteEverything"]] {
        if !more.is_empty() {
            app.plugin.set_spec(spec_with(more));
            assert_eq!(dev.post(&format!("/registrations/{id}/refresh"), json!({})).await.0, 200);
        }
        let (status, submitted) = dev.send(Method::PUT, &submission, Some(requests.clone())).await;
        assert_eq!(status, 200, "{submitted}");
        app.engine.finish().await;
        let review = format!("/reviews/{}", submitted["id"].as_str().unwrap());
        assert_eq!(owner.post(&format!("{review}/evidence"), json!({})).await.0, 202);
        app.engine.finish().await;
        let shown = owner.get(&review).await;
        assert_eq!(shown["submission"]["evidence"]["requests"].as_array().unwrap().len(), 8, "{shown}");
        assert_eq!((&shown["may_decide"], shown["verified_at"].is_string()), (&json!(true), true));
        assert!(shown["report"]["counts"]["ready"].as_u64() >= Some(2), "{}", shown["report"]);
        match more.first() {
            None => assert!(shown["changes"].is_null(), "{}", shown["changes"]),
            Some(new) => assert!(shown["changes"].to_string().contains(new), "{}", shown["changes"]),
        }
        let decided = if more.is_empty() { "approve" } else { "reject" };
        assert_eq!(owner.post(&format!("{review}/{decided}"), json!({"reason": "I looked."})).await.0, 204);
        assert_eq!(owner.post(&format!("{review}/evidence"), json!({})).await.0, 409);
    }
    let told = dev.get(&format!("/registrations/{id}")).await;
    assert_eq!(
        (told["submission"]["state"].as_str(), told["submission"]["reason"].as_str()),
        (Some("rejected"), Some("I looked."))
    );
    let actions: Vec<&str> =
        told["history"].as_array().unwrap().iter().map(|line| line["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["submitted", "approved", "delisted", "submitted", "rejected"]);
}

/// Every operation of the description, with Ada's things before Bob.
#[tokio::test]
async fn nobody_reaches_anybody_elses_things() {
    let app = TestBuilder::new(vec![vec![ScriptStep::call("c", "todo_addTodo", r#"{"todo": "milk"}"#)]]).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "add milk").await;
    let plugin = app.registered().await.id;
    let page = app.open().await;
    program(&app, &page, app.owner, &[Scope::Read]).await;
    let token = app.store.list_access_tokens(app.owner).await.unwrap()[0].id;
    let bob: Account = app.person("bob", Role::Developer).await;
    let bobs = program(&app, &page, bob.id, &Scope::ALL).await;
    let before = app.events(conversation).await;
    let description: Value = serde_json::from_str(&page.get("/openapi.json").await.text().await.unwrap()).unwrap();
    let mut tried = 0;
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if !path.contains('{') {
                continue;
            }
            let path = path
                .trim_start_matches("/api/v1")
                .replace("{conversation}", &conversation.to_string())
                .replace("{turn}", &turn.id.to_string())
                .replace("{plugin}", &plugin.to_string())
                .replace("{token}", &token.to_string())
                .replace("{user}", &app.owner.to_string())
                .replace("{submission}", &app.owner.to_string())
                .replace("{operation}", "getTodos")
                .replace("{link}", &app.owner.to_string())
                .replace("{confirmation}", &app.owner.to_string());
            let body = operation.get("requestBody").map(|_| {
                json!({"text": "hi", "decision": "allow", "version": "x", "login": "bob", "reason": "mine",
                    "category": "travel", "must_call": [], "must_not_call": [], "title": "mine", "examples": ["mine"]})
            });
            let method: Method = method.to_uppercase().parse().unwrap();
            let (status, problem) = bobs.send(method.clone(), &path, body).await;
            assert!(matches!(status, 403 | 404), "{method} {path}: {status} {problem}");
            tried += 1;
        }
    }
    assert!(tried > 30, "{tried}");
    assert_eq!(app.events(conversation).await, before);
    assert_eq!(app.store.list_access_tokens(app.owner).await.unwrap().len(), 1);
}

#[tokio::test]
async fn cordboard_is_a_plugin_itself() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = app.open().await;
    let manifest = page.get("/.well-known/ai-plugin.json").await.text().await.unwrap();
    let address = url::Url::parse(&format!("{}/.well-known/ai-plugin.json", page.base)).unwrap();
    let (read, findings) = cordboard_spec::toolset::read_manifest(&address, &manifest).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    let description = page.get("/openapi.json").await.text().await.unwrap();
    let bundle = cordboard_spec::document::bundle::Bundle::read(&read.spec_url, description).unwrap();
    let toolset = cordboard_spec::toolset::Toolset::compile(&address, &manifest, &bundle).unwrap();
    let counts = toolset.counts();
    assert!(counts[0] > 40 && counts[1..] == [0, 0], "{counts:?}: {:?}", toolset.all_findings().collect::<Vec<_>>());
    assert!(toolset.operation("sendMessage").is_some());
}
