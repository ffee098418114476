//! Signing in.

use cordboard_domain::account::Role;
use cordboard_domain::time::SignedDuration;
use cordboard_testkit::TestBuilder;
use cordboard_web::Settings;

use crate::support::{PASSWORD, joined};

#[tokio::test]
async fn a_link_works_once() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let mut page = app.open().await;
    page.sign_in().await;
    assert_eq!(page.get("/plugins").await.status(), 200);
    let again = page.get(&page.link).await;
    assert_eq!(again.status(), 410);
    assert!(again.text().await.unwrap().contains("This link no longer works"));
}

#[tokio::test]
async fn a_link_expires() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = app.open().await;
    app.clock.advance(SignedDuration::from_mins(16));
    assert_eq!(page.get(&page.link).await.status(), 410);
}

#[tokio::test]
async fn nothing_is_shown_without_a_session() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let conversation = app.conversation().await;
    let page = app.open().await;
    let base = format!("/conversations/{conversation}");
    for path in ["/", "/plugins", &base, &format!("{base}/events?after=0")] {
        let answer = page.get(path).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["location"]),
            (303, &"/sign-in".parse().unwrap()),
            "{path}"
        );
    }
    let answer = page.post(&format!("{base}/messages"), &[("message", "hello")]).await;
    assert_eq!(answer.headers()["location"], "/sign-in");
    assert!(app.events(conversation).await.is_empty());
}

#[tokio::test]
async fn people_get_where_they_wanted_after_signing_in() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let (_, ada) = joined(&app, "ada", Role::User).await;
    drop(ada);
    let mut page = app.open().await;
    for (number, way) in ["link", "password", "invitation"].into_iter().enumerate() {
        page.cookie = None;
        let wanted = format!("/join/secret{number}?from=%2F%2Fmail");
        let answer = page.get(&wanted).await;
        assert_eq!(answer.headers()["location"], "/sign-in");
        page.keep_cookie(&answer);
        // Neither what a page loads nor a form is where somebody wanted to go.
        let parts = page.client.get(format!("{}/plugins/x/logo", page.base)).header("sec-fetch-dest", "image");
        assert!(!page.send(parts).await.headers().contains_key("set-cookie"));
        assert!(!page.post("/conversations", &[]).await.headers().contains_key("set-cookie"));
        let answer = match way {
            "link" => page.get(&page.link.clone()).await,
            "password" => page.post("/sign-in", &[("login", "ada"), ("password", PASSWORD)]).await,
            _ => {
                let path = app.invitation(Role::User, None).await;
                page.post(&path, &[("login", "bob"), ("name", "Bob"), ("password", PASSWORD)]).await
            }
        };
        assert_eq!(answer.headers()["location"], wanted.as_str(), "{way}");
        page.keep_cookie(&answer);
        assert!(!page.cookie.as_ref().unwrap().contains("next"), "it is gone to once");
        assert_eq!(page.get("/account").await.status(), 200);
    }
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let (_, ada) = joined(&app, "ada", Role::User).await;
    drop(ada);
    let mut page = app.open().await;
    let first = page.get("//evil.example/%2e%2e").await;
    assert_eq!((first.status().as_u16(), first.headers().get("set-cookie")), (404, None));
    for wanted in
        ["//evil.example", "%2F%2Fevil.example", "%2F%5Cevil.example", "https%3A%2F%2Fevil.example", "%2F%09%2Fevil"]
    {
        page.cookie = Some(format!("cordboard_next={wanted}"));
        let answer = page.post("/sign-in", &[("login", "ada"), ("password", PASSWORD)]).await;
        assert_eq!((answer.status().as_u16(), &answer.headers()["location"]), (303, &"/".parse().unwrap()), "{wanted}");
        app.clock.advance(SignedDuration::from_mins(1));
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let mut page = app.open().await;
    page.sign_in().await;
    page.post("/sign-out", &[]).await;
    // The old cookie is still sent here, and no longer means anything.
    assert_eq!(page.get("/plugins").await.status(), 303);
}

#[tokio::test]
async fn the_cookie_is_bound_to_the_host_where_there_is_https() {
    for (is_https, name) in [(true, "__Host-cordboard="), (false, "cordboard_session=")] {
        let settings = Settings { is_https, ..Settings::default() };
        let app = TestBuilder::new(Vec::new()).settings(settings).start().await;
        let mut page = app.open().await;
        let answer = page.get(&page.link.clone()).await;
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.starts_with(name), "{cookie}");
        for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            assert!(cookie.contains(part), "{part} in {cookie}");
        }
        // A cookie with the prefix `__Host-` is accepted with `Secure` and without `Domain` only.
        assert_eq!(cookie.contains("; Secure"), is_https, "{cookie}");
        assert!(!cookie.contains("Domain"), "{cookie}");
        page.keep_cookie(&answer);
        assert_eq!(page.get("/account").await.status(), 200);
        let other = page
            .cookie
            .as_ref()
            .unwrap()
            .replace(name, if is_https { "cordboard_session=" } else { "__Host-cordboard=" });
        page.cookie = Some(other);
        assert_eq!(page.get("/account").await.status(), 303, "the other name is not looked at");
        let ended = page.post("/sign-out", &[]).await;
        assert_eq!(ended.status(), 303);
    }
}

#[tokio::test]
async fn the_rail_offers_what_the_role_may_do() {
    let app = TestBuilder::new(Vec::new()).start().await;
    for (login, role, sees_people) in [("ada", Role::Admin, true), ("bob", Role::Reviewer, false)] {
        let person = app.person(login, role).await;
        let mut page = app.open_as(person.id).await;
        page.sign_in().await;
        let chat = page.post("/conversations", &[]).await;
        let html = page.html(chat.headers()["location"].to_str().unwrap()).await;
        assert_eq!(html.contains("href=\"/people\""), sees_people, "{login}");
        assert!(html.contains(&format!("<a href=\"/account\">{login}</a>")), "{html}");
    }
}
