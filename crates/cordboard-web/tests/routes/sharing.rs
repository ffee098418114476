//! Sharing by login and by link.

use cordboard_domain::account::Role;
use cordboard_domain::time::SignedDuration;
use cordboard_testkit::TestPage;

use crate::scene::{app, location, person, read, registered};

/// Makes a link, and gives its path.
async fn link(developer: &TestPage, home: &str) -> String {
    let (status, html) = read(developer.post(&format!("{home}/links"), &[]).await).await;
    assert_eq!(status, 201);
    let (_, rest) = html.split_once("/join/").expect("the link is shown");
    format!("/join/{}", rest.split('<').next().unwrap())
}

#[tokio::test]
async fn people_join_by_a_link_that_is_shown_once() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let user = person(&app, "uma", Role::User).await;
    let home = registered(&app, &developer).await;
    let join = link(&developer, &home).await;
    let html = developer.html(&home).await;
    assert!(html.contains("Open links") && !html.contains("/join/"), "{html}");
    let html = user.html(&join).await;
    for text in
        ["dora shares Todo list with you", "Nobody reviewed this plugin", app.plugin.origin(), "1 read, 2 writes"]
    {
        assert!(html.contains(text), "{text} in {html}");
    }
    assert!(developer.html(&join).await.contains("This is your own link"));
    let plugin = location(user.post(&join, &[]).await).await;
    assert!(user.html(&plugin).await.contains("Its developer shared it with you"));
    let html = developer.html(&home).await;
    assert!(html.contains("1 of 15 people") && html.contains("Take it from uma"), "{html}");

    let revoke = html.split("action=\"").find(|part| part.contains("/shares/")).unwrap().split('"').next().unwrap();
    developer.post(revoke, &[]).await;
    assert_eq!(user.get(&plugin).await.status(), 404);
    assert!(user.html("/plugins").await.contains("Nothing is installed yet"));
}

#[tokio::test]
async fn a_link_ends_when_it_is_revoked_and_after_a_week() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let user = person(&app, "uma", Role::User).await;
    let home = registered(&app, &developer).await;
    let join = link(&developer, &home).await;
    let html = developer.html(&home).await;
    let revoke = html.split("action=\"").find(|part| part.contains("/links/")).unwrap().split('"').next().unwrap();
    developer.post(revoke, &[]).await;
    let (status, html) = read(user.get(&join).await).await;
    assert!(status == 410 && html.contains("Ask the developer who sent it for a new one"), "{html}");
    let join = link(&developer, &home).await;
    app.clock.advance(SignedDuration::from_hours(24 * 7));
    assert_eq!(user.post(&join, &[]).await.status(), 410);
    assert_eq!(user.get("/join/nonsense").await.status(), 410);
}

#[tokio::test]
async fn a_login_that_nobody_has_is_named() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let home = registered(&app, &developer).await;
    for (login, status, expected) in
        [("nobody", 422, "Nobody here has the login `nobody`"), ("dora", 409, "You registered it yourself")]
    {
        let answer = read(developer.post(&format!("{home}/shares"), &[("login", login)]).await).await;
        assert!(answer.0 == status && answer.1.contains(expected), "{expected}: {}", answer.1);
    }
}
