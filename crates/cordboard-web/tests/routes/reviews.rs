//! What reviewers see and decide.

use cordboard_domain::account::Role;
use cordboard_domain::plugin::Standing;
use cordboard_domain::ports::{Accounts as _, Reviews as _};
use cordboard_domain::time::SignedDuration;
use cordboard_model::scripted::{ScriptStep, hold};
use cordboard_testkit::TestBuilder;

use crate::scene::{
    MUST_CALL, MUST_NOT_CALL, app, location, manifest, person, plugin, read, registered, submitted, verified,
};

#[tokio::test]
async fn a_rejection_needs_a_reason_which_the_developer_reads() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let reviewer = person(&app, "rita", Role::Reviewer).await;
    assert!(reviewer.html("/reviews").await.contains("Nothing waits"));
    let home = registered(&app, &developer).await;
    verified(&app, &developer, &home).await;
    let review = submitted(&app, &developer, &reviewer, &home).await;
    assert!(developer.html(&home).await.contains("In review"));
    let (status, html) = read(reviewer.post(&format!("{review}/reject"), &[("reason", " ")]).await).await;
    assert!(status == 422 && html.contains("Give a reason."), "{html}");
    let answer = reviewer.post(&format!("{review}/reject"), &[("reason", "It names other plugins.")]).await;
    assert_eq!(location(answer).await, review);
    let html = reviewer.html(&review).await;
    assert!(
        html.contains("Rejected by rita") && html.contains("It names other plugins.") && !html.contains(">Approve<")
    );
    let html = developer.html(&home).await;
    assert!(html.contains("The last submission was sent back: “It names other plugins.”"), "{html}");
    assert!(html.contains("Read me my list"), "the requests stay: {html}");
    // What is decided is decided.
    assert_eq!(reviewer.post(&format!("{review}/approve"), &[]).await.status(), 409);
    assert_eq!(plugin(&app, &home).await.standing, Standing::Unverified);
}

#[tokio::test]
async fn the_requests_are_run_on_submission_and_the_page_follows() {
    let (step, release) = hold();
    let app = TestBuilder::new(vec![vec![step, ScriptStep::call("c", "todo_getTodos", "{}")]]).start().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let reviewer = person(&app, "rita", Role::Reviewer).await;
    let home = registered(&app, &developer).await;
    verified(&app, &developer, &home).await;
    let form = [("category", "data"), ("must_call", MUST_CALL), ("must_not_call", MUST_NOT_CALL)];
    developer.post(&format!("{home}/submit"), &form).await;
    let list = reviewer.html("/reviews").await;
    let review = format!("/reviews/{}", list.split("href=\"/reviews/").nth(1).unwrap().split('"').next().unwrap());
    let piece = reviewer.html(&format!("{review}/evidence")).await;
    assert!(piece.contains("Asking the model: 0 of 8 done") && piece.contains("data-watch"), "{piece}");
    release.release();
    app.engine.finish().await;
    let piece = reviewer.html(&format!("{review}/evidence")).await;
    for text in ["<strong>1 of 8</strong>", "todo_getTodos {}", "Could not be found out", "Run the requests again"] {
        assert!(piece.contains(text), "{text} in {piece}");
    }
    assert!(!piece.contains("data-watch") && app.plugin.received().is_empty(), "{piece}");
    let again = reviewer.post(&format!("{review}/evidence"), &[]).await;
    assert_eq!(location(again).await, format!("{review}#evidence"));
    app.engine.finish().await;
    assert!(reviewer.html(&review).await.contains("<strong>0 of 8</strong>"), "the script has no more rounds");
    assert_eq!(developer.get(&format!("{review}/evidence")).await.status(), 403);
}

#[tokio::test]
async fn requests_that_a_stopped_server_left_behind_are_run_by_another() {
    let (step, _never) = hold();
    let rounds = vec![vec![ScriptStep::call("c", "todo_getTodos", "{}")], vec![step]];
    let first = TestBuilder::new(rounds).start().await;
    let developer = person(&first, "dora", Role::Developer).await;
    let home = registered(&first, &developer).await;
    verified(&first, &developer, &home).await;
    let form = [("category", "data"), ("must_call", MUST_CALL), ("must_not_call", MUST_NOT_CALL)];
    developer.post(&format!("{home}/submit"), &form).await;
    while first.store.list_pending().await.unwrap()[0].progress().0 < 1 {
        tokio::task::yield_now().await;
    }
    // The first server hangs; the second, on the same database, was just started.
    let rest = (0..7).map(|_| vec![ScriptStep::text("I would not know.")]).collect();
    let second = TestBuilder::new(rest).store((*first.store).clone()).start().await;
    assert_eq!(second.catalogue.resume_evidence(false).await.unwrap(), 0, "the first may still be at work");
    let reviewer = person(&first, "rita", Role::Reviewer).await;
    for app in [&first, &second] {
        app.clock.advance(SignedDuration::from_mins(6));
    }
    let review = format!("/reviews/{}", second.store.list_pending().await.unwrap()[0].id);
    let html = reviewer.html(&review).await;
    for text in ["interrupted after 1 of 8", "goes on by itself", "Go on now", "data-watch"] {
        assert!(html.contains(text), "{text} in {html}");
    }
    assert_eq!(second.catalogue.resume_evidence(false).await.unwrap(), 1);
    second.engine.finish().await;
    let html = reviewer.html(&review).await;
    assert!(html.contains("<strong>4 of 8</strong>") && html.contains("todo_getTodos {}"), "{html}");
    assert!(!html.contains("data-watch=\"/reviews"), "{html}");
    assert_eq!(second.model.rounds_left(), 0, "what was run before was not run again");
    assert_eq!(second.catalogue.resume_evidence(true).await.unwrap(), 0);
}

#[tokio::test]
async fn after_a_restart_requests_go_on_at_once() {
    let (step, _never) = hold();
    let first = TestBuilder::new(vec![vec![step]]).start().await;
    let developer = person(&first, "dora", Role::Developer).await;
    let home = registered(&first, &developer).await;
    verified(&first, &developer, &home).await;
    let form = [("category", "data"), ("must_call", MUST_CALL), ("must_not_call", MUST_NOT_CALL)];
    developer.post(&format!("{home}/submit"), &form).await;
    let second = TestBuilder::new(Vec::new()).store((*first.store).clone()).start().await;
    assert_eq!(second.catalogue.resume_evidence(true).await.unwrap(), 1);
    second.engine.finish().await;
    assert_eq!(second.store.list_pending().await.unwrap()[0].progress(), (8, 8));
}

#[tokio::test]
async fn a_ban_takes_the_plugin_from_everybody_and_says_why() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let reviewer = person(&app, "rita", Role::Reviewer).await;
    let user = person(&app, "uma", Role::User).await;
    let home = registered(&app, &developer).await;
    verified(&app, &developer, &home).await;
    let review = submitted(&app, &developer, &reviewer, &home).await;
    reviewer.post(&format!("{review}/approve"), &[]).await;
    let detail = home.replace("develop", "plugins");
    user.post(&format!("{detail}/install"), &[]).await;
    let conversation = location(user.post("/conversations", &[]).await).await;
    let switch = format!("{conversation}/plugins/{}", home.rsplit('/').next().unwrap());
    user.post(&switch, &[("active", "true")]).await;
    assert!(user.html(&conversation).await.contains("Switch off Todo list"));

    let ban = format!("/reviews{detail}/ban");
    assert_eq!(user.post(&ban, &[("reason", "no")]).await.status(), 403);
    assert_eq!(reviewer.post(&ban, &[]).await.status(), 422);
    assert_eq!(location(reviewer.post(&ban, &[("reason", "It sells data.")]).await).await, "/reviews");
    assert!(!user.html(&conversation).await.contains("Todo list"));
    let (status, html) = read(user.post(&switch, &[("active", "true")]).await).await;
    assert!(status == 409 && html.contains("banned"), "{html}");
    assert!(user.html("/plugins").await.contains("Reviewers banned it"));
    assert!(user.html(&detail).await.contains("They wrote: “It sells data.”"));
    assert!(!user.html("/store").await.contains("Todo list"));
    assert_eq!(developer.post(&format!("{detail}/install"), &[]).await.status(), 409);
    assert!(reviewer.html("/reviews").await.contains("End the ban"));

    let (status, html) = read(developer.post(&format!("{home}/remove"), &[("name", "todo")]).await).await;
    assert!(status == 409 && html.contains("stays as long as the ban does"), "{html}");
    let unban = ban.replace("/ban", "/unban");
    app.store.set_role(plugin(&app, &home).await.developer, Role::Reviewer).await.unwrap();
    let (status, html) = read(developer.post(&unban, &[("reason", "I say so.")]).await).await;
    assert!(status == 409 && html.contains("somebody other than the plugin's developer"), "{html}");
    assert_eq!(plugin(&app, &home).await.standing, Standing::Banned);
    reviewer.post(&unban, &[("reason", "It stopped.")]).await;
    assert_eq!(plugin(&app, &home).await.standing, Standing::Changed);
    assert!(!user.html("/store").await.contains("Todo list"), "it has to be reviewed again");
}

#[tokio::test]
async fn cosmetic_changes_pass_where_a_reviewer_lets_them() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let reviewer = person(&app, "rita", Role::Reviewer).await;
    let home = registered(&app, &developer).await;
    verified(&app, &developer, &home).await;
    let review = submitted(&app, &developer, &reviewer, &home).await;
    reviewer.post(&format!("{review}/approve"), &[("cosmetic_changes_pass", "yes")]).await;
    let token = plugin(&app, &home).await.verification_token;
    let published = manifest(app.plugin.origin(), "Todo list", &token);
    app.plugin.set_manifest(published.replace("\"v1\"", "\"v1.1\""));
    developer.post(&format!("{home}/refresh"), &[]).await;
    assert_eq!(plugin(&app, &home).await.standing, Standing::Approved);
    let html = developer.html(&home).await;
    assert!(html.contains("Passed") && html.contains("by Cordboard"), "{html}");

    // Another name makes it look like another plugin.
    app.plugin.set_manifest(manifest(app.plugin.origin(), "Todo lists", &token));
    developer.post(&format!("{home}/refresh"), &[]).await;
    assert_eq!(plugin(&app, &home).await.standing, Standing::Changed);
    assert!(!reviewer.html("/store").await.contains("Todo list"));
}

#[tokio::test]
async fn a_submission_can_be_withdrawn() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let reviewer = person(&app, "rita", Role::Reviewer).await;
    let home = registered(&app, &developer).await;
    verified(&app, &developer, &home).await;
    let review = submitted(&app, &developer, &reviewer, &home).await;
    developer.post(&format!("{home}/withdraw"), &[]).await;
    assert!(reviewer.html("/reviews").await.contains("Nothing waits"));
    assert!(reviewer.html(&review).await.contains("Withdrawn"));
    assert_eq!(developer.post(&format!("{home}/withdraw"), &[]).await.status(), 409);
}
