//! Who may see and do what with plugins.

use cordboard_domain::account::Role;
use cordboard_domain::plugin::Category;

use crate::scene::{app, listed, location, person, read, registered, signed_in, submitted, verified};

#[tokio::test]
async fn a_user_sees_nothing_of_developers_and_reviewers() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let home = registered(&app, &developer).await;
    let user = person(&app, "uma", Role::User).await;
    for path in ["/develop", &home, "/reviews"] {
        let (status, html) = read(user.get(path).await).await;
        assert!(
            status == 403 && html.contains("An admin of this server can give it to you"),
            "{path}: {status} {html}"
        );
        assert!(html.contains("Go to the chat"), "{path}");
    }
    assert_eq!(developer.get("/reviews").await.status(), 403);
    assert_eq!(user.post("/plugins/unverified", &[("address", app.plugin.origin())]).await.status(), 403);
    assert_eq!(user.post("/develop", &[("address", app.plugin.origin())]).await.status(), 403);
    let detail = home.replace("develop", "plugins");
    assert_eq!(user.get(&detail).await.status(), 404);
    assert_eq!(user.post(&format!("{detail}/install"), &[]).await.status(), 404);
    assert_eq!(user.post(&format!("{detail}/accept"), &[("version", "x")]).await.status(), 404);
    let unverified = user.html("/plugins/unverified").await;
    assert!(unverified.contains("for people with the role of a developer") && !unverified.contains("id=\"address\""));
}

#[tokio::test]
async fn a_developer_touches_nothing_of_another() {
    let app = app().await;
    let dora = person(&app, "dora", Role::Developer).await;
    let home = registered(&app, &dora).await;
    let eve = person(&app, "eve", Role::Admin).await;
    let nobody = "0190f1f0a0a070008000000000000001";
    for path in ["", "/changed"] {
        assert_eq!(eve.get(&format!("{home}{path}")).await.status(), 404, "{path}");
    }
    for path in [
        "refresh".to_owned(),
        "remove".to_owned(),
        "shares".to_owned(),
        format!("shares/{nobody}/revoke"),
        "links".to_owned(),
        format!("links/{nobody}/revoke"),
        "submit".to_owned(),
        "withdraw".to_owned(),
    ] {
        let answer = eve.post(&format!("{home}/{path}"), &[("login", "eve"), ("name", "todo")]).await;
        assert_eq!(answer.status(), 404, "{path}");
    }
    assert_eq!(dora.get(&home).await.status(), 200);
}

#[tokio::test]
async fn nobody_decides_on_their_own_plugin_but_the_owner() {
    let app = app().await;
    let rita = person(&app, "rita", Role::Reviewer).await;
    let home = registered(&app, &rita).await;
    verified(&app, &rita, &home).await;
    let review = submitted(&app, &rita, &rita, &home).await;
    assert!(rita.html(&review).await.contains("It is your own plugin, so somebody else decides"));
    for decision in ["approve", "reject"] {
        let (status, html) = read(rita.post(&format!("{review}/{decision}"), &[("reason", "Mine.")]).await).await;
        assert!(status == 409 && html.contains("decided by somebody other than its developer"), "{html}");
    }
    let owner = signed_in(&app, app.owner).await;
    assert_eq!(location(owner.post(&format!("{review}/approve"), &[]).await).await, review);
    // The owner runs the server, and there may be nobody else.
    let home = registered(&app, &owner).await;
    app.plugin.set_manifest(crate::scene::manifest(app.plugin.origin(), "Mine", "none"));
    verified(&app, &owner, &home).await;
    let review = submitted(&app, &owner, &owner, &home).await;
    let (status, html) = read(owner.post(&format!("{review}/approve"), &[]).await).await;
    assert!(status == 409 && html.contains("is in the store already"), "rita's is of the same origin: {html}");
}

#[tokio::test]
async fn at_most_three_plugins_are_on_and_only_what_is_installed() {
    let app = app().await;
    let user = person(&app, "uma", Role::User).await;
    let conversation = location(user.post("/conversations", &[]).await).await;
    let mut switches = Vec::new();
    for number in 1..=4 {
        let plugin = listed(&app, number, &format!("Plugin {number}"), Category::Data).await;
        switches.push((plugin.id, format!("{conversation}/plugins/{}", plugin.id)));
    }
    assert_eq!(user.post(&switches[0].1, &[("active", "true")]).await.status(), 404, "it is not installed");
    let html = user.html(&conversation).await;
    assert!(html.contains("These come from the store of this server") && html.contains("What Plugin 1 does"), "{html}");
    assert!(!html.contains("p4.example"), "three are enough: {html}");
    for (id, _) in &switches {
        user.post(&format!("/plugins/{id}/install"), &[]).await;
    }
    for (_, switch) in &switches[..3] {
        assert_eq!(user.post(switch, &[("active", "true")]).await.status(), 303);
    }
    let (status, html) = read(user.post(&switches[3].1, &[("active", "true")]).await).await;
    assert!(status == 409 && html.contains("At most 3 plugins can be on in one conversation"), "{html}");
    let html = user.html(&conversation).await;
    for text in ["3 of 3 on", "of 1000 tokens", "<meter", "Plugin Store →", "href=\"/store\"", "aria-disabled"] {
        assert!(html.contains(text), "{text} in {html}");
    }
}
