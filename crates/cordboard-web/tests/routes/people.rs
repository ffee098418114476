//! The admins' page.

use cordboard_domain::account::Role;
use cordboard_domain::ports::{Accounts as _, PluginShelf as _};
use cordboard_testkit::{TestBuilder, TestPage};

use crate::support::{PASSWORD, joined, owner};

/// The one `/invitations/…` path in a page.
fn link_in(html: &str) -> String {
    let (_, rest) = html.split_once("/invitations/").unwrap();
    format!("/invitations/{}", rest.split(['<', '"']).next().unwrap())
}

async fn invite(page: &TestPage, role: &str, note: &str) -> String {
    let answer = page.post("/people/invitations", &[("role", role), ("note", note)]).await;
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap().replace("&#x2f;", "/")
}

#[tokio::test]
async fn an_admin_invites_and_revokes() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = owner(&app).await;
    let html = invite(&page, "developer", "Ada from <payroll>").await;
    assert!(html.contains(&format!("{}/invitations/", page.base)), "{html}");
    let link = link_in(html.split("class=\"secret\"").nth(1).unwrap());
    let list = page.html("/people").await;
    assert!(list.contains("Ada from &lt;payroll&gt;") && list.contains("developer · until"), "{list}");
    assert!(!list.contains(&link), "the link is shown once");
    assert_eq!(page.get(&link).await.status(), 200);
    let action = list.split('"').find(|text| text.ends_with("/revoke")).unwrap();
    assert_eq!(page.post(action, &[]).await.status(), 303);
    assert_eq!(page.get(&link).await.status(), 410);
    assert!(!page.html("/people").await.contains("payroll"));
}

#[tokio::test]
async fn roles_and_states_are_changed_and_take_effect_at_once() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = owner(&app).await;
    let (ada, ada_page) = joined(&app, "ada", Role::User).await;
    let base = format!("/people/{}", ada.id);
    assert_eq!(ada_page.get("/people").await.status(), 403);
    assert_eq!(page.post(&format!("{base}/role"), &[("role", "admin")]).await.status(), 303);
    assert_eq!(ada_page.get("/people").await.status(), 200);
    assert_eq!(page.post(&format!("{base}/role"), &[("role", "emperor")]).await.status(), 422);
    assert_eq!(page.post(&format!("{base}/active"), &[("active", "false")]).await.status(), 303);
    assert_eq!(ada_page.get("/account").await.status(), 303);
    assert!(page.html("/people").await.contains("cannot sign in"));
    assert_eq!(page.post(&format!("{base}/active"), &[("active", "true")]).await.status(), 303);
    assert!(app.account(ada.id).await.is_active);
    // The old session ended with the deactivation.
    assert_eq!(ada_page.get("/account").await.status(), 303);
}

#[tokio::test]
async fn nobody_changes_the_owner_or_themselves() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let (ada, page) = joined(&app, "ada", Role::Admin).await;
    for user in [app.owner, ada.id] {
        let base = format!("/people/{user}");
        assert_eq!(page.post(&format!("{base}/role"), &[("role", "user")]).await.status(), 409);
        assert_eq!(page.post(&format!("{base}/active"), &[("active", "false")]).await.status(), 409);
        assert!(app.account(user).await.is_active && app.account(user).await.role == Role::Admin);
    }
    let nobody = page.post("/people/00000000000000000000000000000000/role", &[("role", "user")]).await;
    assert_eq!(nobody.status(), 404);
}

#[tokio::test]
async fn invitations_of_a_former_admin_lead_nowhere() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = owner(&app).await;
    let kept = link_in(invite(&page, "user", "kept").await.split("class=\"secret\"").nth(1).unwrap());
    for (login, path, form) in [("ada", "role", ("role", "reviewer")), ("bob", "active", ("active", "false"))] {
        let (person, person_page) = joined(&app, login, Role::Admin).await;
        let html = invite(&person_page, "admin", "for later").await;
        let link = link_in(html.split("class=\"secret\"").nth(1).unwrap());
        assert_eq!(page.get(&link).await.status(), 200);
        page.post(&format!("/people/{}/{path}", person.id), &[form]).await;
        assert_eq!(page.get(&link).await.status(), 410, "{login}");
    }
    assert_eq!(page.get(&kept).await.status(), 200);
}

#[tokio::test]
async fn who_forgot_a_password_chooses_another_by_an_admins_link() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = owner(&app).await;
    let (ada, ada_page) = joined(&app, "ada", Role::Reviewer).await;
    let answer = page.post(&format!("/people/{}/password-link", ada.id), &[]).await;
    let html = answer.text().await.unwrap().replace("&#x2f;", "/");
    assert!(html.contains("Send this link to ada") && html.contains("New password for ada"), "{html}");
    let link = link_in(html.split("class=\"secret\"").nth(1).unwrap());
    assert_eq!(ada_page.get("/account").await.status(), 200, "nothing happens until it is used");
    let visitor = app.open().await;
    let html = visitor.html(&link).await;
    assert!(html.contains("value=\"ada\"") && html.contains("Save and sign in"), "{html}");
    let form = [("login", "ada"), ("name", "Ada"), ("password", "another plenty")];
    assert_eq!(visitor.post(&link, &form).await.status(), 303);
    assert_eq!(ada_page.get("/account").await.status(), 303, "whoever was signed in is out");
    let sign_in = async |password| visitor.post("/sign-in", &[("login", "ada"), ("password", password)]).await.status();
    assert_eq!((sign_in(PASSWORD).await.as_u16(), sign_in("another plenty").await.as_u16()), (401, 303));
    assert_eq!(app.account(ada.id).await.role, Role::Reviewer);
    assert_eq!(visitor.get(&link).await.status(), 410);
}

#[tokio::test]
async fn no_admin_gets_a_link_for_the_owner_or_for_who_may_not_come_in() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let (_, page) = joined(&app, "ada", Role::Admin).await;
    let (bob, _) = joined(&app, "bob", Role::User).await;
    assert_eq!(page.post(&format!("/people/{}/password-link", app.owner), &[]).await.status(), 409);
    let path = format!("/people/{}/password-link", bob.id);
    let html = page.post(&path, &[]).await.text().await.unwrap().replace("&#x2f;", "/");
    let link = link_in(html.split("class=\"secret\"").nth(1).unwrap());
    page.post(&format!("/people/{}/active", bob.id), &[("active", "false")]).await;
    assert_eq!(page.get(&link).await.status(), 410, "a link from before leads nowhere");
    assert_eq!(page.post(&path, &[]).await.status(), 409);
}

#[tokio::test]
async fn who_was_deactivated_can_be_deleted() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = owner(&app).await;
    let (ada, ada_page) = joined(&app, "ada", Role::Developer).await;
    assert_eq!(ada_page.post("/develop", &[("address", app.plugin.origin())]).await.status(), 303);
    let base = format!("/people/{}", ada.id);
    assert_eq!(page.post(&format!("{base}/delete"), &[]).await.status(), 409, "not who may still come in");
    assert_eq!(ada_page.post(&format!("/people/{}/delete", app.owner), &[]).await.status(), 403);
    page.post(&format!("{base}/active"), &[("active", "false")]).await;
    assert!(page.html("/people").await.contains("Delete for good"));
    assert_eq!(page.post(&format!("{base}/delete"), &[]).await.status(), 303);
    assert!(!page.html("/people").await.contains("Delete for good"));
    assert!(app.store.get_account(ada.id).await.is_err());
    assert!(app.store.list_registrations(ada.id).await.unwrap().is_empty());
    assert_eq!(page.post(&format!("{base}/delete"), &[]).await.status(), 404);
    assert_eq!(page.post(&format!("/people/{}/delete", app.owner), &[]).await.status(), 409);
}
