//! Accepting an invitation.

use cordboard_domain::account::Role;
use cordboard_domain::ports::Accounts as _;
use cordboard_domain::time::SignedDuration;
use cordboard_testkit::{TestBuilder, TestPage};

use crate::support::{PASSWORD, joined};

async fn accept(page: &TestPage, link: &str, login: &str, name: &str, password: &str) -> (u16, String) {
    let answer = page.post(link, &[("login", login), ("name", name), ("password", password)]).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn an_invited_person_chooses_and_is_signed_in() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let link = app.invitation(Role::Developer, None).await;
    let mut page = app.open().await;
    assert!(page.html(&link).await.contains("You join as developer."));
    let answer = page.post(&link, &[("login", "Ada"), ("name", "Ada Lovelace"), ("password", PASSWORD)]).await;
    page.keep_cookie(&answer);
    assert_eq!(page.get("/account").await.status(), 200);
    let ada = app.store.lookup_account(&"ada".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((ada.name.as_str(), ada.role, ada.is_owner), ("Ada Lovelace", Role::Developer, false));
    let again = page.get(&link).await;
    assert_eq!(again.status(), 410);
    assert!(again.text().await.unwrap().contains("Ask whoever sent it for a new one"));
    assert_eq!(accept(&page, &link, "eve", "Eve", PASSWORD).await.0, 410);
}

#[tokio::test]
async fn what_will_not_do_is_told_and_the_invitation_stays() {
    let app = TestBuilder::new(Vec::new()).start().await;
    joined(&app, "ada", Role::User).await;
    let link = app.invitation(Role::User, None).await;
    let page = app.open().await;
    for (login, name, password, problem) in [
        ("a b", "Bob", PASSWORD, "A login has 2 to 100 letters"),
        ("ADA", "Bob", PASSWORD, "The login ada is taken."),
        ("bob", " ", PASSWORD, "The name needs 1 to 100 characters."),
        ("bob", "Bob", "123456789", "at least 10 characters"),
        ("bob.builder", "Bob", "Bob.Builder", "may not be the login"),
    ] {
        let (status, html) = accept(&page, &link, login, name, password).await;
        assert_eq!(status, 422, "{login}");
        assert!(html.contains(problem), "{problem} in {html}");
        assert!(html.contains(&format!("value=\"{login}\"")) && !html.contains(password), "{html}");
    }
    assert_eq!(accept(&page, &link, "bob", "Bob", PASSWORD).await.0, 303);
}

#[tokio::test]
async fn an_invitation_expires() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let link = app.invitation(Role::User, None).await;
    let page = app.open().await;
    app.clock.advance(SignedDuration::from_hours(24 * 7));
    assert_eq!(page.get(&link).await.status(), 410);
    assert_eq!(accept(&page, &link, "bob", "Bob", PASSWORD).await.0, 410);
    assert!(app.store.lookup_account(&"bob".parse().unwrap()).await.unwrap().is_none());
}

#[tokio::test]
async fn the_owner_gets_a_login_on_the_account_that_is_there() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let link = app.invitation(Role::Admin, Some(app.owner)).await;
    let page = app.open().await;
    assert!(page.html(&link).await.contains("Set up your sign-in"));
    assert_eq!(accept(&page, &link, "grace", "Grace", PASSWORD).await.0, 303);
    let owner = app.account(app.owner).await;
    assert_eq!((owner.name.as_str(), owner.is_owner, owner.role), ("Grace", true, Role::Admin));
    let answer = page.post("/sign-in", &[("login", "grace"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status(), 303);
}

#[tokio::test]
async fn of_two_who_use_one_invitation_one_gets_in() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let link = app.invitation(Role::User, None).await;
    let page = app.open().await;
    let (one, other) =
        tokio::join!(accept(&page, &link, "one", "One", PASSWORD), accept(&page, &link, "other", "Other", PASSWORD));
    let mut statuses = [one.0, other.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410]);
    assert_eq!(app.store.list_accounts().await.unwrap().len(), 2);
}
