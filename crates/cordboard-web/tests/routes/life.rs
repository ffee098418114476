//! A plugin's whole life, from its developer to everybody and through a change.

use cordboard_domain::account::Role;
use cordboard_domain::plugin::Standing;
use cordboard_domain::time::SignedDuration;
use cordboard_model::scripted::ScriptStep;
use cordboard_store::Store;
use cordboard_testkit::{TestApp, TestBuilder, TestPage};

use crate::scene::{
    MUST_CALL, MUST_NOT_CALL, location, person, plugin, read, registered, spec_with, submitted, verified,
};

fn reading() -> Vec<ScriptStep> {
    vec![ScriptStep::call("c", "todo_getTodos", "{}")]
}

fn saying(text: &str) -> Vec<ScriptStep> {
    vec![ScriptStep::text(text)]
}

/// The model calls the plugin for four of the five requests that must call it, and for none of the others.
fn evidence() -> Vec<Vec<ScriptStep>> {
    let calls = (0..4).map(|_| reading());
    calls.chain((0..4).map(|_| saying("I would not know."))).collect()
}

fn script() -> Vec<Vec<ScriptStep>> {
    let turn = || vec![reading(), saying("Bread.")];
    [evidence(), turn(), vec![reading()], turn(), evidence(), vec![reading()], turn()].into_iter().flatten().collect()
}

/// A conversation in which the plugin is on.
async fn switched_on(page: &TestPage, id: &str) -> String {
    let conversation = location(page.post("/conversations", &[]).await).await;
    let answer = page.post(&format!("{conversation}/plugins/{id}"), &[("active", "true")]).await;
    assert_eq!(location(answer).await, conversation);
    conversation
}

/// Says something, and gives the conversation once nothing works on it.
async fn say(app: &TestApp, page: &TestPage, conversation: &str) -> String {
    let answer = page.post(&format!("{conversation}/messages"), &[("message", "What is on my list?")]).await;
    assert_eq!(answer.status(), 303);
    app.engine.finish().await;
    page.html(conversation).await
}

/// Declines the call that waits, which ends the turn.
async fn stop(page: &TestPage, html: &str) {
    let (_, rest) = html.split_once("formaction=\"").expect("a turn is open");
    page.post(rest.split('"').next().unwrap(), &[]).await;
}

async fn whole_life(store: Store) {
    let app = TestBuilder::new(script()).store(store).start().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let reviewer = person(&app, "rita", Role::Reviewer).await;
    let user = person(&app, "uma", Role::User).await;
    let home = registered(&app, &developer).await;
    let id = home.rsplit('/').next().unwrap().to_owned();
    let detail = format!("/plugins/{id}");

    let friend = shares_with_fifteen(&app, &developer, &home).await;
    assert_eq!(location(friend.post(&format!("{detail}/install"), &[]).await).await, detail);

    // Without the domain it cannot be submitted.
    let answer = developer.post(&format!("{home}/submit"), &[("category", "food"), ("must_call", "a")]).await;
    let (status, html) = read(answer).await;
    assert!(status == 422 && html.contains("at least 5 requests"), "{html}");
    let form = [("category", "food"), ("must_call", MUST_CALL), ("must_not_call", MUST_NOT_CALL)];
    let (status, html) = read(developer.post(&format!("{home}/submit"), &form).await).await;
    assert!(status == 409 && html.contains("The domain is not verified"), "{html}");
    assert!(html.contains("Who was Ada Lovelace?"), "what was written stays: {html}");
    verified(&app, &developer, &home).await;

    let review = submitted(&app, &developer, &reviewer, &home).await;
    let html = reviewer.html(&review).await;
    for text in ["<strong>7 of 8</strong> went as they must", "todo_getTodos {}", "Verified, ", "type getTodos"] {
        assert!(html.contains(text), "{text} in {html}");
    }
    assert!(!user.html("/store").await.contains("Todo list"));
    assert_eq!(location(reviewer.post(&format!("{review}/approve"), &[]).await).await, review);

    uses_it_from_the_store(&app, &user, &detail).await;

    // The plugin can do more from now on.
    app.plugin.set_spec(spec_with(&["deleteEverything"]));
    app.clock.advance(SignedDuration::from_secs(3));
    assert!(developer.html(&format!("{home}/changed")).await.contains("has changed"));
    assert_eq!(developer.post(&format!("{home}/refresh"), &[]).await.status(), 303);
    assert_eq!(plugin(&app, &home).await.standing, Standing::Changed);
    assert!(!user.html("/store").await.contains("Todo list"));
    assert!(user.html(&detail).await.contains("out of the store until it is reviewed again"));

    asks_until_accepted(&app, &friend, &detail).await;

    let review = submitted(&app, &developer, &reviewer, &home).await;
    let html = reviewer.html(&review).await;
    assert!(html.contains("It can do more than what was approved") && html.contains("deleteEverything"), "{html}");
    assert_eq!(location(reviewer.post(&format!("{review}/approve"), &[("reason", "Fine.")]).await).await, review);
    assert!(reviewer.html(&review).await.contains("Approved by rita"));
    assert!(user.html("/store").await.contains("Todo list"));
    asks_until_accepted(&app, &user, &detail).await;
    assert_eq!(app.model.rounds_left(), 0);
}

/// Shares with fifteen people; the sixteenth is refused. Gives the first of them.
async fn shares_with_fifteen(app: &TestApp, developer: &TestPage, home: &str) -> TestPage {
    let friend = person(app, "friend1", Role::User).await;
    for number in 2..=16 {
        app.person(&format!("friend{number}"), Role::User).await;
    }
    let shares = format!("{home}/shares");
    for number in 1..=15 {
        let answer = developer.post(&shares, &[("login", &format!("friend{number}"))]).await;
        assert_eq!(location(answer).await, format!("{home}#sharing"));
    }
    let (status, html) = read(developer.post(&shares, &[("login", "friend16")]).await).await;
    assert!(status == 409 && html.contains("15 people have it already"), "{html}");
    assert!(html.contains("15 of 15 people") && html.contains("value=\"friend16\""), "{html}");
    assert!(friend.html("/plugins").await.contains("shared by dora"));
    friend
}

async fn uses_it_from_the_store(app: &TestApp, user: &TestPage, detail: &str) {
    let html = user.html("/store?q=todo").await;
    assert!(html.contains("1 plugin for “todo”") && html.contains("1 read, 2 writes"), "{html}");
    assert_eq!(location(user.post(&format!("{detail}/install"), &[]).await).await, detail);
    let conversation = switched_on(user, detail.rsplit('/').next().unwrap()).await;
    let html = say(app, user, &conversation).await;
    assert!(html.contains("Used Todo list · getTodos") && html.contains("Bread."), "{html}");
    let html = user.html("/store").await;
    assert!(html.contains("1 person in 30 days") && html.contains("Installed"), "{html}");
}

/// An update that can do more waits: reads ask, until the person accepts what they were shown.
async fn asks_until_accepted(app: &TestApp, page: &TestPage, detail: &str) {
    let html = page.html(detail).await;
    for text in ["An update waits", "It can do more", "deleteEverything", "every call asks you first"] {
        assert!(html.contains(text), "{text} in {html}");
    }
    assert_eq!(location(page.post(&format!("{detail}/install"), &[]).await).await, detail);
    assert!(page.html("/plugins").await.contains("An update waits"), "installing again accepts nothing");
    let conversation = switched_on(page, detail.rsplit('/').next().unwrap()).await;
    let before = app.plugin.received().len();
    let html = say(app, page, &conversation).await;
    assert!(html.contains("Allow once") && html.contains("until you accept it, every call asks"), "{html}");
    assert_eq!(app.plugin.received().len(), before);
    stop(page, &html).await;
    let html = page.html(detail).await;
    let (_, rest) = html.split_once("name=\"version\" value=\"").expect("a version to accept");
    let version = rest.split('"').next().unwrap();
    let accepted = page.post(&format!("{detail}/accept"), &[("version", version)]).await;
    assert_eq!(location(accepted).await, detail);
    assert!(!page.html(detail).await.contains("An update waits"));
    assert!(say(app, page, &conversation).await.contains("Used Todo list · getTodos"));
    assert_eq!(app.plugin.received().len(), before + 1);
}

#[tokio::test]
async fn a_plugin_lives_from_its_developer_to_everybody() {
    whole_life(Store::in_memory().await.unwrap()).await;
}

#[cfg(feature = "with-postgres")]
#[tokio::test]
async fn a_plugin_lives_from_its_developer_to_everybody_on_postgresql() {
    whole_life(cordboard_store::testing::postgres().await).await;
}
