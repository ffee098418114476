//! New versions of what people have.

use cordboard_domain::account::Role;
use cordboard_domain::plugin::Standing;
use cordboard_domain::time::SignedDuration;
use cordboard_store::Store;
use cordboard_testkit::TestBuilder;

use crate::scene::{app, location, person, plugin, read, registered, spec_with, submitted, verified};

#[tokio::test]
async fn an_update_is_accepted_as_it_was_shown_or_not_at_all() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let user = person(&app, "uma", Role::User).await;
    let home = registered(&app, &developer).await;
    let detail = home.replace("develop", "plugins");
    developer.post(&format!("{home}/shares"), &[("login", "uma")]).await;
    user.post(&format!("{detail}/install"), &[]).await;
    assert!(!user.html(&detail).await.contains("An update waits"));

    app.plugin.set_spec(spec_with(&[]).replace("Get the list", "Fetch the list"));
    developer.post(&format!("{home}/refresh"), &[]).await;
    let shown = plugin(&app, &home).await.current;
    let html = user.html(&detail).await;
    for text in [
        "An update waits",
        "How it is called",
        "<code>getTodos</code> no longer takes <code>limit</code>",
        "<del>",
        "<ins>",
    ] {
        assert!(html.contains(text), "{text} in {html}");
    }
    assert!(html.contains("You keep the version that you have until you accept"), "{html}");
    assert!(user.html("/plugins").await.contains("An update waits"));

    // It changes once more before the person decides.
    app.plugin.set_spec(spec_with(&["book"]));
    developer.post(&format!("{home}/refresh"), &[]).await;
    let (status, html) = read(user.post(&format!("{detail}/accept"), &[("version", shown.as_str())]).await).await;
    assert!(status == 409 && html.contains("look again"), "{html}");
    let current = plugin(&app, &home).await.current;
    let accepted = user.post(&format!("{detail}/accept"), &[("version", current.as_str())]).await;
    assert_eq!(location(accepted).await, detail);
    assert!(!user.html(&detail).await.contains("An update waits"));
}

#[tokio::test]
async fn a_developer_goes_over_at_once() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let home = registered(&app, &developer).await;
    app.plugin.set_spec(spec_with(&["book"]));
    developer.post(&format!("{home}/refresh"), &[]).await;
    let html = developer.html(&home.replace("develop", "plugins")).await;
    assert!(html.contains("POST /book") && !html.contains("An update waits"), "{html}");
}

/// A plugin in the store that changes while nobody looks.
async fn changes_by_itself(store: Store) {
    let app = TestBuilder::new(Vec::new()).store(store).start().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let reviewer = person(&app, "rita", Role::Reviewer).await;
    let home = registered(&app, &developer).await;
    assert_eq!(app.catalogue.look_around().await.unwrap(), 0, "what its developer alone has is theirs to look at");
    verified(&app, &developer, &home).await;
    let review = submitted(&app, &developer, &reviewer, &home).await;
    reviewer.post(&format!("{review}/approve"), &[]).await;
    reviewer.post(&format!("{}/install", home.replace("develop", "plugins")), &[]).await;
    assert_eq!(app.catalogue.look_around().await.unwrap(), 0);

    app.plugin.set_spec(spec_with(&["book"]));
    app.clock.advance(SignedDuration::from_mins(59));
    assert_eq!(app.catalogue.look_around().await.unwrap(), 0, "it was looked at less than an hour ago");
    app.clock.advance(SignedDuration::from_mins(14));
    let looks = [app.catalogue.look_around(), app.catalogue.look_around()];
    let found: usize = futures::future::try_join_all(looks).await.unwrap().into_iter().sum();
    assert_eq!(found, 1, "one of two servers looks");
    assert_eq!(plugin(&app, &home).await.standing, Standing::Changed);
    assert!(!reviewer.html("/store").await.contains("Todo list"));
    let html = developer.html(&home).await;
    assert!(html.contains("Delisted") && html.contains("by Cordboard"), "{html}");
    assert!(reviewer.html("/plugins").await.contains("Todo list"), "who has it keeps what was approved");

    app.plugin.set_document("/.well-known/ai-plugin.json", None);
    app.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(app.catalogue.look_around().await.unwrap(), 0, "what cannot be had has not changed");
}

#[tokio::test]
async fn a_plugin_that_changes_by_itself_leaves_the_store() {
    changes_by_itself(Store::in_memory().await.unwrap()).await;
}

#[cfg(feature = "with-postgres")]
#[tokio::test]
async fn a_plugin_that_changes_by_itself_leaves_the_store_on_postgresql() {
    changes_by_itself(cordboard_store::testing::postgres().await).await;
}

#[tokio::test]
async fn a_plugin_that_changes_while_it_is_reviewed_cannot_be_approved() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let reviewer = person(&app, "rita", Role::Reviewer).await;
    let home = registered(&app, &developer).await;
    verified(&app, &developer, &home).await;
    let review = submitted(&app, &developer, &reviewer, &home).await;
    app.plugin.set_spec(spec_with(&["book"]));
    app.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(app.catalogue.look_around().await.unwrap(), 1);
    assert_eq!(reviewer.post(&format!("{review}/approve"), &[]).await.status(), 409);
    assert_eq!(plugin(&app, &home).await.standing, Standing::Unverified);
}
