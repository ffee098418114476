//! Signing in with a password, and everywhere out.

use cordboard_domain::account::{PasswordHash, Role};
use cordboard_domain::ports::Accounts as _;
use cordboard_testkit::{TestBuilder, TestPage};

use crate::support::{PASSWORD, joined};

async fn attempt(page: &TestPage, login: &str, password: &str) -> (u16, String) {
    let answer = page.post("/sign-in", &[("login", login), ("password", password)]).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn login_and_password_open_a_session() {
    let app = TestBuilder::new(Vec::new()).start().await;
    joined(&app, "ada@example.org", Role::User).await;
    let mut page = app.open().await;
    let answer = page.post("/sign-in", &[("login", " Ada@Example.org "), ("password", PASSWORD)]).await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["location"]), (303, &"/".parse().unwrap()));
    page.keep_cookie(&answer);
    assert_eq!(page.get("/account").await.status(), 200);
}

#[tokio::test]
async fn an_unknown_login_and_a_wrong_password_look_the_same() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let (bob, _) = joined(&app, "bob", Role::User).await;
    joined(&app, "ada", Role::User).await;
    app.person("cleo", Role::User).await;
    app.store.set_active(bob.id, false).await.unwrap();
    let page = app.open().await;
    let cases = [("ada", "another one"), ("nobody", PASSWORD), ("cleo", PASSWORD), ("cleo", ""), ("bob", PASSWORD)];
    for (login, password) in cases {
        let (status, html) = attempt(&page, login, password).await;
        assert_eq!(status, 401, "{login}");
        assert!(html.contains("Login and password do not fit.") && html.contains("<form"), "{html}");
        assert!(html.contains(&format!("value=\"{login}\"")) && !html.contains(PASSWORD), "{html}");
    }
    let (status, _) = attempt(&page, "not a login", PASSWORD).await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn a_hash_of_less_effort_is_replaced_by_signing_in() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let ada = app.person("ada", Role::User).await;
    let weak = "$argon2id$v=19$m=256,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$npnWSt/Rn8SSS6YQDQ/J7JzD6hPTmpCn/uV9ew2pkUc";
    app.store.set_password(ada.id, &PasswordHash(weak.to_owned())).await.unwrap();
    let page = app.open().await;
    assert_eq!(attempt(&page, "ada", "plenty of cords").await.0, 303);
    let stored = app.store.lookup_password(ada.id).await.unwrap().unwrap();
    assert!(stored.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", stored.0);
    assert_eq!(attempt(&page, "ada", "plenty of cords").await.0, 303);
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let (ada, first) = joined(&app, "ada", Role::User).await;
    let (_, bob) = joined(&app, "bob", Role::User).await;
    let mut second = app.open_as(ada.id).await;
    second.sign_in().await;
    let answer = second.post("/account/sign-out-everywhere", &[]).await;
    assert_eq!(answer.headers()["location"], "/sign-in");
    for page in [&first, &second] {
        assert_eq!(page.get("/account").await.status(), 303);
    }
    assert_eq!(bob.get("/account").await.status(), 200);
}

#[tokio::test]
async fn signing_in_anew_ends_the_session_that_the_browser_had() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let (_, mut page) = joined(&app, "ada", Role::User).await;
    let old = page.cookie.clone();
    let answer = page.post("/sign-in", &[("login", "ada"), ("password", PASSWORD)]).await;
    page.keep_cookie(&answer);
    assert_eq!(page.get("/account").await.status(), 200);
    page.cookie = old;
    assert_eq!(page.get("/account").await.status(), 303);
}
