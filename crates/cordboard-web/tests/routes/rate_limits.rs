//! Knocking too often.

use cordboard_domain::account::Role;
use cordboard_domain::time::SignedDuration;
use cordboard_testkit::{TestApp, TestBuilder, TestPage};
use cordboard_web::Settings;

use crate::support::{joined, owner};

/// Knocks until the door closes, and says after how many times.
async fn knock(page: &TestPage, path: &str, form: Option<&[(&str, &str)]>) -> (usize, reqwest::Response) {
    for count in 0..300 {
        let answer = match form {
            Some(form) => page.post(path, form).await,
            None => page.get(path).await,
        };
        if answer.status() == 429 {
            return (count, answer);
        }
    }
    panic!("{path} stays open");
}

fn wait(app: &TestApp, answer: &reqwest::Response) {
    let seconds: i64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds));
    app.clock.advance(SignedDuration::from_secs(seconds));
}

#[tokio::test]
async fn doors_close_and_say_when_they_open() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = app.open().await;
    // What is no login costs a hash all the same, and only the address counts.
    let wrong = [("login", "?"), ("password", "guess")];
    for (path, form, at_once) in
        [("/sign-in/guess", None, 30), ("/invitations/guess", None, 30), ("/sign-in", Some(&wrong[..]), 20)]
    {
        let (count, answer) = knock(&page, path, form).await;
        assert_eq!(count, at_once, "{path}");
        wait(&app, &answer);
        assert!(answer.text().await.unwrap().contains("There were too many attempts"), "{path}");
        let (count, _) = knock(&page, path, form).await;
        assert!((1..=2).contains(&count), "{path}");
    }
    assert_eq!(page.get("/sign-in").await.status(), 200);
}

#[tokio::test]
async fn programs_are_told_when_to_try_again() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = app.open().await;
    let guess = async || {
        let request = page.client.get(format!("{}/api/v1/me", page.base)).bearer_auth("cb_pat_guess");
        page.send(request).await
    };
    for _ in 0..30 {
        assert_eq!(guess().await.status(), 401);
    }
    let refused = guess().await;
    assert_eq!(refused.status(), 429);
    wait(&app, &refused);
    assert_eq!(guess().await.status(), 401);
}

#[tokio::test]
async fn guesses_at_one_login_close_it_for_a_while() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = app.open().await;
    let (count, answer) = knock(&page, "/sign-in", Some(&[("login", "ada"), ("password", "guess")])).await;
    assert_eq!(count, 10);
    let other = page.post("/sign-in", &[("login", "bob"), ("password", "guess")]).await;
    assert_eq!(other.status(), 401);
    wait(&app, &answer);
    let (count, _) = knock(&page, "/sign-in", Some(&[("login", "ada"), ("password", "guess")])).await;
    assert_eq!(count, 1);
}

#[tokio::test]
async fn what_the_host_fetches_for_a_person_is_bounded() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = owner(&app).await;
    let plugin = format!("/plugins/{}", app.registered().await.id);
    let (count, answer) = knock(&page, &format!("{plugin}/logo"), None).await;
    assert_eq!(count, 240, "ten pages of the store");
    wait(&app, &answer);
    let (count, _) = knock(&page, "/develop", Some(&[("address", "nonsense!")])).await;
    assert_eq!(count, 60);
    let (_, other) = joined(&app, "ada", Role::Developer).await;
    assert_eq!(other.post("/develop", &[("address", app.plugin.origin())]).await.status(), 303);
    assert_eq!(page.get(&plugin).await.status(), 200);
}

#[tokio::test]
async fn behind_a_proxy_each_client_counts_for_itself() {
    let header = "x-forwarded-for";
    let settings = Settings { client_address_header: Some(header.to_owned()), ..Settings::default() };
    for (settings, status) in [(settings, 410), (Settings::default(), 429)] {
        let app = TestBuilder::new(Vec::new()).settings(settings).start().await;
        let page = app.open().await;
        let knock = async |address: &str| {
            let request = page.client.get(format!("{}/sign-in/guess", page.base)).header(header, address);
            page.send(request).await.status().as_u16()
        };
        while knock("203.0.113.1, 192.0.2.1").await != 429 {}
        assert_eq!(knock("192.0.2.2").await, status);
        assert_eq!(knock("198.51.100.1, 192.0.2.1").await, 429, "what a client wrote itself changes nothing");
    }
}
