//! The hotels' authorization server: what it gives, and everything that it refuses.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cordboard_samples::Sample;
use reqwest::{Method, Response};
use serde_json::json;

use crate::client::{Client, json as json_of};
use crate::consent::{Browser, Flow, REDIRECT, VERIFIER, back, form, location, member, tokens};

async fn start() -> Client {
    Client::start(Sample::Hotels).await
}

/// Fails unless the answer is this error of the token endpoint.
async fn refused(response: Response, error: &str) {
    let status = if error == "invalid_client" { 401 } else { 400 };
    assert_eq!(json_of(response, status).await["error"], error);
}

#[tokio::test]
async fn consent_leads_to_tokens_in_the_account_s_name() {
    let hotels = start().await;
    let flow = Flow::new(&hotels);
    let query = flow.query("state", Some("a&state"));
    let answer = flow.answer(&query, "allow").await;
    assert_eq!(member(&answer, "state").as_deref(), Some("a&state"));
    assert_eq!(member(&answer, "iss").as_deref(), Some(hotels.server.origin()));
    let code = member(&answer, "code").expect("a code");
    let response = flow.redeem(&code, "unused", "").await;
    assert_eq!(response.headers()["cache-control"], "no-store");
    let answer = json_of(response, 200).await;
    assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("Bearer"), &json!(300)));
    assert_eq!(answer["scope"], "bookings");
    assert_eq!(flow.book(&tokens(&answer).access).await, 200);
}

#[tokio::test]
async fn a_client_may_send_json_and_may_show_its_secret_in_a_header() {
    let hotels = start().await;
    let flow = Flow::new(&hotels);
    let query = flow.query("code_challenge", None).replace("&code_challenge_method=S256", "");
    let request = json!({
        "grant_type": "authorization_code", "code": flow.code(&query).await, "redirect_uri": REDIRECT,
        "client_id": flow.client.id, "client_secret": flow.client.secret,
    });
    let answer = json_of(hotels.send(Method::POST, "/oauth/token", &request).await, 200).await;
    let refresh = format!("grant_type=refresh_token&refresh_token={}", tokens(&answer).refresh);
    let shown = STANDARD.encode(format!("{}:{}", flow.client.id, flow.client.secret));
    let basic = async |shown: &str, body: &str| {
        let request = hotels.request(Method::POST, "/oauth/token").header("authorization", format!("Basic {shown}"));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(body.to_owned()).send().await.expect("an answer")
    };
    refused(basic(&STANDARD.encode(format!("{}:x", flow.client.id)), &refresh).await, "invalid_client").await;
    refused(basic(&shown, &format!("{refresh}&client_id=a&client_secret=b")).await, "invalid_request").await;
    json_of(basic(&shown, &refresh).await, 200).await;
}

#[tokio::test]
async fn a_person_is_never_sent_to_an_address_that_is_not_registered_letter_by_letter() {
    let hotels = start().await;
    let flow = Flow::new(&hotels);
    let wrong = [
        ("redirect_uri", Some("http://localhost:8010/connect/7/callback/")),
        ("redirect_uri", Some("http://localhost:8010/connect/7/callback?x=1")),
        ("redirect_uri", Some("http://localhost:8011/connect/7/callback")),
        ("redirect_uri", Some("http://127.0.0.1:8010/connect/7/callback")),
        ("redirect_uri", Some("https://localhost:8010/connect/7/callback")),
        ("redirect_uri", Some("HTTP://localhost:8010/connect/7/callback")),
        ("redirect_uri", Some("http://localhost:8010/connect/7/../7/callback")),
        ("redirect_uri", Some("javascript:alert(1)")),
        ("redirect_uri", Some("")),
        ("redirect_uri", None),
        ("client_id", Some("client-unknown")),
        ("client_id", None),
    ];
    for (name, value) in wrong {
        let response = hotels.get(&format!("/oauth/authorize?{}", flow.query(name, value))).await;
        assert_eq!(response.status(), 400, "{name} {value:?}");
        assert!(response.headers().get("location").is_none());
    }
    let twice = format!("{}&redirect_uri=https://evil.example", flow.query("unused", None));
    assert_eq!(hotels.get(&format!("/oauth/authorize?{twice}")).await.status(), 400);
    // Another client's address is as foreign as any.
    let other = Flow::new(&hotels).client.id;
    hotels.server.setup().clients.register("Other", ["http://localhost:9/back".parse().expect("an address")]);
    let query = flow.query("client_id", Some(&other)).replace("8010", "9");
    assert_eq!(hotels.get(&format!("/oauth/authorize?{query}")).await.status(), 400);
}

#[tokio::test]
async fn what_else_is_wrong_is_told_to_the_client() {
    let hotels = start().await;
    let flow = Flow::new(&hotels);
    for (name, value, error) in [
        ("response_type", Some("token"), "unsupported_response_type"),
        ("response_type", None, "unsupported_response_type"),
        ("scope", Some("bookings everything"), "invalid_scope"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("code_challenge_method", None, "invalid_request"),
        ("code_challenge", Some("short"), "invalid_request"),
        ("code_challenge", None, "invalid_request"),
    ] {
        let response = hotels.get(&format!("/oauth/authorize?{}", flow.query(name, value))).await;
        let answer = back(&response);
        assert_eq!(member(&answer, "error").as_deref(), Some(error), "{name} {value:?}");
        assert_eq!(member(&answer, "state").as_deref(), Some("a&state"));
        assert_eq!(member(&answer, "iss").as_deref(), Some(hotels.server.origin()));
    }
}

#[tokio::test]
async fn who_does_not_agree_gives_nothing() {
    let hotels = start().await;
    let flow = Flow::new(&hotels);
    let answer = flow.answer(&flow.query("unused", None), "deny").await;
    assert_eq!(member(&answer, "error").as_deref(), Some("access_denied"));
    assert_eq!(member(&answer, "state").as_deref(), Some("a&state"));
    assert_eq!(member(&answer, "code"), None);
}

#[tokio::test]
async fn the_consent_page_says_who_asks_for_what_and_nothing_may_frame_it() {
    let hotels = start().await;
    let flow = Flow::new(&hotels);
    let query = flow.query("unused", None);
    let mut browser = Browser::at(&hotels);
    let entered = browser.enter("/new-account", &query, "<b>Anna</b>", "long enough").await;
    assert_eq!(location(&entered), format!("/oauth/authorize?{query}"));
    let page = browser.open(&format!("/oauth/authorize?{query}")).await;
    for part in
        ["Let Cordboard book for you?", "&lt;b&gt;Anna&lt;/b&gt;", "<code>bookings</code>", "http://localhost:8010"]
    {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    let response = hotels.get(&format!("/sign-in?{query}")).await;
    assert_eq!(response.headers()["content-security-policy"], "frame-ancestors 'none'");
    let cookie = response.headers()["set-cookie"].to_str().expect("text");
    assert!(cookie.starts_with("nightcord_hotels_session=") && cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
}

#[tokio::test]
async fn forms_are_taken_from_the_hotels_own_pages_alone() {
    let hotels = start().await;
    let flow = Flow::new(&hotels);
    let query = flow.query("unused", None);
    let (authorize, sign_in) = (format!("/oauth/authorize?{query}"), format!("/sign-in?{query}"));
    let mut browser = Browser::at(&hotels);
    browser.enter("/new-account", &query, "Anna", "long enough").await;
    browser.open(&authorize).await;
    browser.form_token = "forged".to_owned();
    // The person is asked again, and no code is given.
    assert_eq!(location(&browser.send(&authorize, &[("answer", "allow")]).await), authorize);
    browser.form_token = "forged".to_owned();
    browser.send(&format!("/sign-out?{query}"), &[]).await;
    assert!(browser.is_signed_in(&query).await);
    let mut stranger = Browser::at(&hotels);
    stranger.form_token = browser.form_token.clone();
    let answer = stranger.send(&sign_in, &[("name", "Anna"), ("password", "long enough")]).await;
    assert_eq!(answer.status(), 422);
}

#[tokio::test]
async fn accounts_open_with_their_password_alone() {
    let hotels = start().await;
    let flow = Flow::new(&hotels);
    let query = flow.query("unused", None);
    let mut browser = Browser::at(&hotels);
    for (name, password) in [("", "long enough"), ("Anna", "short"), (" ", "long enough"), ("a\u{7}b", "long enough")] {
        assert_eq!(browser.enter("/new-account", &query, name, password).await.status(), 422, "{name:?}");
    }
    assert_eq!(browser.enter("/new-account", &query, "Anna", "long enough").await.status(), 303);
    let before = browser.cookie.clone();
    assert_eq!(browser.enter("/new-account", &query, " ANNA ", "another one").await.status(), 422);
    browser.open(&format!("/oauth/authorize?{query}")).await;
    browser.send(&format!("/sign-out?{query}"), &[]).await;
    assert!(!browser.is_signed_in(&query).await);
    browser.cookie = before;
    assert!(!browser.is_signed_in(&query).await, "the old cookie is worth nothing");
    for (name, password) in [("Anna", "long enougH"), ("Anna", ""), ("Bert", "long enough")] {
        assert_eq!(browser.enter("/sign-in", &query, name, password).await.status(), 422, "{name} {password}");
    }
    assert_eq!(browser.enter("/sign-in", &query, "anna", "long enough").await.status(), 303);
    hotels.wait(3601);
    assert!(!browser.is_signed_in(&query).await, "a visit lasts an hour");
}

#[tokio::test]
async fn a_client_without_the_right_secret_gets_nothing() {
    let hotels = start().await;
    let flow = Flow::new(&hotels);
    let code = flow.code(&flow.query("unused", None)).await;
    let (id, secret) = (flow.client.id.as_str(), flow.client.secret.as_str());
    let grant = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let own: [&[(&str, &str)]; 5] = [
        &[("client_id", id), ("client_secret", "wrong")],
        &[("client_id", id), ("client_secret", "")],
        &[("client_id", id)],
        &[("client_id", "client-unknown"), ("client_secret", secret)],
        &[],
    ];
    for own in own {
        refused(form(&hotels, "/oauth/token", &[&grant[..], own].concat()).await, "invalid_client").await;
    }
    // Another client cannot use the code, nor spoil it.
    refused(Flow::new(&hotels).redeem(&code, "unused", "").await, "invalid_grant").await;
    json_of(flow.redeem(&code, "unused", "").await, 200).await;
}

#[tokio::test]
async fn a_code_is_good_once_for_a_minute_and_for_who_asked() {
    let hotels = start().await;
    let flow = Flow::new(&hotels);
    let query = flow.query("unused", None);
    for (name, value) in [
        ("code_verifier", "another-verifier-that-is-long-enough-to-be-one"),
        ("code_verifier", ""),
        ("redirect_uri", "http://localhost:8010/elsewhere"),
        ("redirect_uri", ""),
    ] {
        let code = flow.code(&query).await;
        refused(flow.redeem(&code, name, value).await, "invalid_grant").await;
        refused(flow.redeem(&code, "unused", "").await, "invalid_grant").await;
    }
    let code = flow.code(&query).await;
    hotels.wait(60);
    refused(flow.redeem(&code, "unused", "").await, "invalid_grant").await;
    refused(flow.redeem("unknown", "unused", "").await, "invalid_grant").await;
    refused(flow.redeem("unknown", "grant_type", "password").await, "unsupported_grant_type").await;
    // A verifier without a challenge means that somebody took the challenge away.
    let bare = flow.query("code_challenge", None).replace("&code_challenge_method=S256", "");
    refused(flow.redeem(&flow.code(&bare).await, "unused", "").await, "invalid_grant").await;
}

#[tokio::test]
async fn a_code_that_comes_twice_ends_the_consent() {
    let hotels = start().await;
    let flow = Flow::new(&hotels);
    let code = flow.code(&flow.query("unused", None)).await;
    let first = tokens(&json_of(flow.redeem(&code, "unused", "").await, 200).await);
    assert_eq!(flow.book(&first.access).await, 200);
    refused(flow.redeem(&code, "unused", "").await, "invalid_grant").await;
    assert_eq!(flow.book(&first.access).await, 401);
    refused(flow.refresh(&first.refresh).await, "invalid_grant").await;
}

#[tokio::test]
async fn tokens_run_out_and_refresh_tokens_rotate() {
    let hotels = start().await;
    let flow = Flow::new(&hotels);
    let first = flow.tokens().await;
    hotels.wait(299);
    assert_eq!(flow.book(&first.access).await, 200);
    hotels.wait(1);
    assert_eq!(flow.book(&first.access).await, 401);
    let second = tokens(&json_of(flow.refresh(&first.refresh).await, 200).await);
    assert_ne!((&first.access, &first.refresh), (&second.access, &second.refresh));
    assert_eq!(flow.book(&second.access).await, 200);
    // Neither kind of token passes for the other, and another client's are unknown.
    refused(flow.refresh(&second.access).await, "invalid_grant").await;
    assert_eq!(flow.book(&second.refresh).await, 401);
    refused(Flow::new(&hotels).refresh(&second.refresh).await, "invalid_grant").await;
    let third = tokens(&json_of(flow.refresh(&second.refresh).await, 200).await);
    assert_eq!(flow.book(&third.access).await, 200);
    // A used one shows that somebody else has it: everything ends.
    refused(flow.refresh(&first.refresh).await, "invalid_grant").await;
    refused(flow.refresh(&third.refresh).await, "invalid_grant").await;
    assert_eq!(flow.book(&third.access).await, 401);
}

#[tokio::test]
async fn a_revoked_token_takes_its_family_along_and_no_other() {
    let hotels = start().await;
    let flow = Flow::new(&hotels);
    let (ended, other) = (flow.tokens().await, flow.tokens().await);
    let revoke = async |flow: &Flow<'_>, token: &str| flow.post("/oauth/revoke", &[("token", token)]).await.status();
    assert_eq!(revoke(&Flow::new(&hotels), &ended.refresh).await, 200);
    assert_eq!(flow.book(&ended.access).await, 200, "another client ends nothing");
    assert_eq!(revoke(&flow, &ended.refresh).await, 200);
    assert_eq!(revoke(&flow, "unknown").await, 200);
    assert_eq!(flow.book(&ended.access).await, 401);
    refused(flow.refresh(&ended.refresh).await, "invalid_grant").await;
    assert_eq!(flow.book(&other.access).await, 200);
    refused(form(&hotels, "/oauth/revoke", &[("token", &other.access)]).await, "invalid_client").await;
    assert_eq!(revoke(&flow, &other.access).await, 200);
    refused(flow.refresh(&other.refresh).await, "invalid_grant").await;
}

#[tokio::test]
async fn searching_needs_no_account_and_booking_does() {
    let hotels = start().await;
    hotels.get_json("/hotels?city=Paris").await;
    let wanted = json!({ "hotel": "Maison Tilleul", "nights": 1, "guest_name": "Anna" });
    let response = hotels.send(Method::POST, "/bookings", &wanted).await;
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
    assert!(json_of(response, 401).await["error"].as_str().expect("text").contains("access token"));
    assert_eq!(Flow::new(&hotels).book("unknown").await, 401);
}
