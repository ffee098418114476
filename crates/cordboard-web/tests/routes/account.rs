//! A person's own account.

use cordboard_domain::account::{Role, Scope};
use cordboard_domain::ports::{AccessTokens as _, Accounts as _};
use cordboard_domain::time::{Clock as _, SignedDuration};
use cordboard_testkit::TestBuilder;

use crate::support::{PASSWORD, joined, owner};

#[tokio::test]
async fn name_and_login_are_changed() {
    let app = TestBuilder::new(Vec::new()).start().await;
    joined(&app, "bob", Role::User).await;
    let (ada, page) = joined(&app, "ada", Role::User).await;
    let answer = page.post("/account/profile", &[("login", "lovelace"), ("name", "Ada Lovelace")]).await;
    assert_eq!(answer.headers()["location"], "/account?done=profile");
    assert!(page.html("/account?done=profile").await.contains("Name and login are saved."));
    let changed = app.account(ada.id).await;
    assert_eq!((changed.name.as_str(), changed.login.unwrap().as_str()), ("Ada Lovelace", "lovelace"));
    for (login, name, problem) in
        [("bob", "Ada", "The login bob is taken."), ("a b", "Ada", "A login has"), ("ada", "", "The name needs")]
    {
        let answer = page.post("/account/profile", &[("login", login), ("name", name)]).await;
        assert_eq!(answer.status(), 422);
        assert!(answer.text().await.unwrap().contains(problem), "{problem}");
    }
}

#[tokio::test]
async fn a_new_password_needs_the_present_one_and_ends_other_sessions() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let (ada, mut page) = joined(&app, "ada", Role::User).await;
    let mut other = app.open_as(ada.id).await;
    other.sign_in().await;
    for (present, password, problem) in [
        ("wrong", "another long one", "The present password is another one."),
        ("", "another long one", "The present password is another one."),
        (PASSWORD, "short", "at least 10 characters"),
    ] {
        let answer = page.post("/account/password", &[("present", present), ("password", password)]).await;
        assert_eq!(answer.status(), 422);
        assert!(answer.text().await.unwrap().contains(problem), "{problem}");
    }
    let old = page.cookie.clone();
    let form = [("present", PASSWORD), ("password", "another long one")];
    let answer = page.post("/account/password", &form).await;
    assert_eq!(answer.status(), 303);
    page.keep_cookie(&answer);
    assert_ne!(page.cookie, old);
    assert_eq!(page.get("/account").await.status(), 200);
    assert_eq!(other.get("/account").await.status(), 303);
    for (password, status) in [(PASSWORD, 401), ("another long one", 303)] {
        let answer = page.post("/sign-in", &[("login", "ada"), ("password", password)]).await;
        assert_eq!(answer.status(), status);
    }
}

#[tokio::test]
async fn the_owner_of_a_local_server_can_set_a_password() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = owner(&app).await;
    let form = [("password", PASSWORD)];
    let answer = page.post("/account/password", &form).await;
    assert!(answer.text().await.unwrap().contains("Choose a login first"));
    page.post("/account/profile", &[("login", "grace"), ("name", "Grace")]).await;
    assert_eq!(page.post("/account/password", &form).await.status(), 303);
    assert!(app.store.lookup_password(app.owner).await.unwrap().is_some());
}

#[tokio::test]
async fn a_token_is_shown_once_and_does_no_more_than_its_person() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let (ada, page) = joined(&app, "ada", Role::Developer).await;
    let offer = page.html("/account").await;
    assert!(offer.contains("value=\"develop\"") && !offer.contains("value=\"review\""), "{offer}");
    for (form, problem) in [
        (&[("name", ""), ("scope", "read")][..], "Give the token a name"),
        (&[("name", "Script")][..], "Choose at least one thing"),
        (&[("name", "Script"), ("scope", "review")][..], "may do no more than you may"),
        (&[("name", "Script"), ("scope", "everything")][..], "may do no more than you may"),
        (&[("name", "Script"), ("scope", "read"), ("days", "9999999999999")][..], "or until it is revoked"),
    ] {
        let answer = page.post("/account/tokens", form).await;
        assert_eq!(answer.status(), 422, "{problem}");
        assert!(answer.text().await.unwrap().contains(problem), "{problem}");
    }
    let form = [("name", "Script"), ("scope", "read"), ("scope", "develop"), ("days", "30")];
    let html = page.post("/account/tokens", &form).await.text().await.unwrap();
    let secret = format!("cb_pat_{}", &html.split_once("cb_pat_").unwrap().1[..64]);
    let digest = cordboard_domain::secret::TokenDigest::of(&secret);
    let now = app.clock.now();
    let (token, account) = app.store.use_access_token(&digest, now).await.unwrap().unwrap();
    assert_eq!((account.id, token.scopes), (ada.id, vec![Scope::Read, Scope::Develop]));
    assert_eq!(token.expires_at, Some(now + SignedDuration::from_hours(24 * 30)));
    let list = page.html("/account").await;
    assert!(list.contains("Script") && list.contains("until 2 March 2026") && !list.contains("cb_pat_"), "{list}");
    assert_eq!(page.post(&format!("/account/tokens/{}/revoke", token.id), &[]).await.status(), 303);
    assert!(app.store.use_access_token(&digest, now).await.unwrap().is_none());
}

#[tokio::test]
async fn a_person_takes_everything_along_without_secrets() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let (_, page) = joined(&app, "ada", Role::User).await;
    page.post("/account/tokens", &[("name", "Script"), ("scope", "read")]).await;
    let answer = page.get("/account/export").await;
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let text = answer.text().await.unwrap();
    let data: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(data["users"][0]["login"], "ada");
    assert_eq!(data["access_tokens"][0]["name"], "Script");
    assert!(!text.contains("argon2") && !text.contains("digest"), "{text}");
}

#[tokio::test]
async fn an_account_is_deleted_by_typing_its_login_and_the_owner_is_not() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let (ada, page) = joined(&app, "ada", Role::User).await;
    for typed in ["", "bob"] {
        let answer = page.post("/account/delete", &[("login", typed)]).await;
        assert_eq!(answer.status(), 422);
    }
    assert_eq!(page.post("/account/delete", &[("login", "Ada")]).await.headers()["location"], "/sign-in");
    assert!(app.store.get_account(ada.id).await.is_err());
    assert_eq!(page.get("/account").await.status(), 303);
    let owner = owner(&app).await;
    assert!(!owner.html("/account").await.contains("Delete the account"));
    assert_eq!(owner.post("/account/delete", &[("login", "")]).await.status(), 422);
    assert!(app.account(app.owner).await.is_owner);
}
