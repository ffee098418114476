//! What several tests of people share.

use cordboard_domain::account::{Account, Role};
use cordboard_domain::ports::Accounts as _;
use cordboard_testkit::{TestApp, TestPage};

pub(crate) const PASSWORD: &str = "plenty of cords";

/// A page that is signed in as the owner.
pub(crate) async fn owner(app: &TestApp) -> TestPage {
    let mut page = app.open().await;
    page.sign_in().await;
    page
}

/// Somebody who accepted an invitation and has the [`PASSWORD`], signed in.
pub(crate) async fn joined(app: &TestApp, login: &str, role: Role) -> (Account, TestPage) {
    let mut page = app.open().await;
    let link = app.invitation(role, None).await;
    let answer = page.post(&link, &[("login", login), ("name", login), ("password", PASSWORD)]).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    page.keep_cookie(&answer);
    (app.store.lookup_account(&login.parse().unwrap()).await.unwrap().unwrap(), page)
}
