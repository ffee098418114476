//! Signing in through an OpenID Connect provider.

use cordboard_domain::account::Role;
use cordboard_domain::ports::Accounts as _;
use cordboard_domain::time::{Clock as _, SignedDuration};
use cordboard_testkit::{TestApp, TestBuilder, TestPage};
use cordboard_web::ProviderSettings;
use url::Url;

use crate::stub_provider::{ADA, Fault, StubProvider, Visitor};

async fn started(change: impl FnOnce(&mut ProviderSettings)) -> (StubProvider, TestApp, TestPage) {
    let stub = StubProvider::start().await;
    let mut settings = stub.settings();
    change(&mut settings);
    let app = TestBuilder::new(Vec::new()).provider(settings).start().await;
    let page = app.open().await;
    (stub, app, page)
}

/// The value of a cookie that an answer sets, if it sets one.
fn cookie(answer: &reqwest::Response, name: &str) -> Option<String> {
    let all = answer.headers().get_all("set-cookie").iter();
    let set = all.filter_map(|value| value.to_str().ok()?.split(';').next());
    set.filter(|pair| pair.starts_with(name) && !pair.ends_with('=')).map(str::to_owned).next()
}

/// Goes to the provider's page, as whoever is on this page.
async fn depart(page: &mut TestPage) -> Url {
    let answer = page.get("/sign-in/provider").await;
    assert_eq!(answer.status(), 303);
    page.cookie = cookie(&answer, "cordboard_provider=");
    assert!(page.cookie.is_some());
    Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap()
}

fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(each, _)| each == name).unwrap().1.into_owned()
}

/// The path of the answer with which the provider sends somebody back.
fn back(url: &Url, code: &str) -> String {
    let to = Url::parse(&parameter(url, "redirect_uri")).unwrap();
    assert_eq!(to.path(), "/sign-in/provider/callback");
    format!("{}?code={code}&state={}", to.path(), parameter(url, "state"))
}

/// Signs in all the way; the status and the page of what came of it.
async fn sign_in(
    stub: &StubProvider,
    app: &TestApp,
    page: &mut TestPage,
    visitor: &Visitor,
    fault: Fault,
) -> (u16, String) {
    let url = depart(page).await;
    let code = stub.authorize(&url, visitor, fault, app.clock.now());
    let answer = page.get(&back(&url, &code)).await;
    let session = cookie(&answer, "cordboard_session=");
    assert_eq!(session.is_some(), answer.status() == 303, "{fault:?}");
    page.cookie = session;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn somebody_new_gets_an_account_and_finds_it_again() {
    let (stub, app, mut page) = started(|settings| settings.role = Role::Developer).await;
    assert!(page.html("/sign-in").await.contains("Sign in with Example"));
    assert_eq!(sign_in(&stub, &app, &mut page, &ADA, Fault::None).await.0, 303);
    assert_eq!(page.get("/account").await.status(), 200);
    let ada = app.store.lookup_account(&"ada".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((ada.name.as_str(), ada.role), ("Ada Lovelace", Role::Developer));
    app.store.set_login(ada.id, &"lovelace".parse().unwrap(), "Ada").await.unwrap();
    assert_eq!(sign_in(&stub, &app, &mut page, &ADA, Fault::None).await.0, 303);
    assert!(page.html("/account").await.contains("value=\"lovelace\""));
    assert_eq!(app.store.list_accounts().await.unwrap().len(), 2);
}

#[tokio::test]
async fn people_get_where_they_wanted() {
    let (stub, app, mut page) = started(|_| {}).await;
    let answer = page.get("/join/secret").await;
    page.keep_cookie(&answer);
    let answer = page.get("/sign-in/provider").await;
    page.keep_cookie(&answer);
    let url = Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
    let code = stub.authorize(&url, &ADA, Fault::None, app.clock.now());
    let answer = page.get(&back(&url, &code)).await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["location"]), (303, &"/join/secret".parse().unwrap()));
}

#[tokio::test]
async fn a_login_that_somebody_has_opens_nothing_of_theirs() {
    let (stub, app, mut page) = started(|_| {}).await;
    let here = app.person("ada", Role::Admin).await;
    assert_eq!(sign_in(&stub, &app, &mut page, &ADA, Fault::None).await.0, 303);
    let html = page.html("/account").await;
    assert!(html.contains("value=\"ada2\""), "{html}");
    assert_eq!(page.get("/people").await.status(), 403);
    let other = Visitor { subject: "1852", ..ADA };
    assert_eq!(sign_in(&stub, &app, &mut page, &other, Fault::None).await.0, 303);
    assert!(page.html("/account").await.contains("value=\"ada3\""));
    assert_eq!(app.account(here.id).await, here);
}

#[tokio::test]
async fn a_token_that_is_not_for_this_sign_in_is_refused() {
    let (stub, app, mut page) = started(|_| {}).await;
    for fault in [
        Fault::OtherKey,
        Fault::Unsigned,
        Fault::Altered,
        Fault::OtherNonce,
        Fault::OtherAudience,
        Fault::OtherIssuer,
        Fault::Expired,
        Fault::NoToken,
    ] {
        let (status, html) = sign_in(&stub, &app, &mut page, &ADA, fault).await;
        assert_eq!(status, 401, "{fault:?}");
        assert!(html.contains("Signing in with Example was not completed. Begin again."), "{fault:?}: {html}");
        app.clock.advance(SignedDuration::from_mins(1));
    }
    assert_eq!(app.store.list_accounts().await.unwrap().len(), 1);
}

#[tokio::test]
async fn keys_of_the_usual_kind_are_understood_and_may_change() {
    let (stub, app, mut page) = started(|_| {}).await;
    assert_eq!(sign_in(&stub, &app, &mut page, &ADA, Fault::None).await.0, 303);
    stub.use_rsa();
    assert_eq!(sign_in(&stub, &app, &mut page, &ADA, Fault::Altered).await.0, 401);
    assert_eq!(sign_in(&stub, &app, &mut page, &ADA, Fault::None).await.0, 303);
}

#[tokio::test]
async fn an_answer_belongs_to_the_browser_that_asked_and_works_once() {
    let (stub, app, mut page) = started(|_| {}).await;
    let url = depart(&mut page).await;
    let code = stub.authorize(&url, &ADA, Fault::None, app.clock.now());
    let path = back(&url, &code);
    let own = page.cookie.clone();
    let mut other = app.open().await;
    assert_eq!(other.get(&path).await.status(), 401, "a browser that began nothing");
    depart(&mut other).await;
    assert_eq!(other.get(&path).await.status(), 401, "a browser that began something else");
    for wrong in [
        format!("{path}0"),
        format!("/sign-in/provider/callback?code={code}"),
        format!("/sign-in/provider/callback?state={}", parameter(&url, "state")),
        format!("{path}&iss=https%3A%2F%2Fevil.example"),
        format!("{path}&error=access_denied"),
    ] {
        let answer = page.get(&wrong).await;
        assert_eq!(answer.status(), 401, "{wrong}");
        let gone = answer.headers()["set-cookie"].to_str().unwrap();
        assert!(gone.starts_with("cordboard_provider=;"), "{gone}");
    }
    let issuer: String = url::form_urlencoded::byte_serialize(stub.base.as_bytes()).collect();
    assert_eq!(page.get(&format!("{path}&iss={issuer}")).await.status(), 303);
    page.cookie = own;
    assert_eq!(page.get(&path).await.status(), 401, "the code is used up");
}

#[tokio::test]
async fn a_sign_in_waits_ten_minutes_for_its_answer() {
    for (minutes, status) in [(9, 303), (10, 401)] {
        let (stub, app, mut page) = started(|_| {}).await;
        let url = depart(&mut page).await;
        app.clock.advance(SignedDuration::from_mins(minutes));
        let code = stub.authorize(&url, &ADA, Fault::None, app.clock.now());
        assert_eq!(page.get(&back(&url, &code)).await.status(), status, "{minutes}");
    }
}

#[tokio::test]
async fn the_operator_says_who_may_come() {
    let (stub, app, mut page) = started(|settings| settings.email_domains = vec!["example.org".to_owned()]).await;
    let elsewhere = Visitor { email: "ada@evil.example", ..ADA };
    let unverified = Visitor { is_verified: false, ..ADA };
    for visitor in [elsewhere, unverified] {
        let (status, html) = sign_in(&stub, &app, &mut page, &visitor, Fault::None).await;
        assert_eq!(status, 403);
        assert!(html.contains("people of other e-mail domains"), "{html}");
    }
    assert_eq!(sign_in(&stub, &app, &mut page, &ADA, Fault::None).await.0, 303);
    let ada = app.store.lookup_account(&"ada".parse().unwrap()).await.unwrap().unwrap();
    app.store.set_active(ada.id, false).await.unwrap();
    let (status, html) = sign_in(&stub, &app, &mut page, &ADA, Fault::None).await;
    assert_eq!(status, 403);
    assert!(html.contains("This account cannot sign in any more."), "{html}");
}

#[tokio::test]
async fn a_provider_that_cannot_be_used_is_told() {
    let (stub, _app, page) = started(|_| {}).await;
    stub.move_token_endpoint("http://id.example/token");
    assert_eq!(page.get("/sign-in/provider").await.status(), 303);
    stub.stop();
    let answer = page.get("/sign-in/provider").await;
    assert_eq!(answer.status(), 502);
    assert!(answer.text().await.unwrap().contains("Example cannot be reached or used now."));
    let without = TestBuilder::new(Vec::new()).start().await;
    let page = without.open().await;
    assert!(!page.html("/sign-in").await.contains("Sign in with "));
    assert_eq!(page.get("/sign-in/provider").await.status(), 404);
    assert_eq!(page.get("/sign-in/provider/callback").await.status(), 404);
}

#[tokio::test]
async fn secrets_go_to_the_provider_over_tls_only() {
    let (stub, app, mut page) = started(|_| {}).await;
    let url = depart(&mut page).await;
    stub.move_token_endpoint("http://id.example/token");
    let code = stub.authorize(&url, &ADA, Fault::None, app.clock.now());
    assert_eq!(page.get(&back(&url, &code)).await.status(), 401);
}
