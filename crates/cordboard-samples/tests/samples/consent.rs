//! A client of the hotels and a person with a browser, as far as it takes to come to tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cordboard_samples::hotels;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::{Url, form_urlencoded};

use crate::client::{Client, json as json_of};

pub(crate) const REDIRECT: &str = "http://localhost:8010/connect/7/callback";
pub(crate) const VERIFIER: &str = "a-verifier-that-is-long-enough-to-be-one-00000";
const PASSWORD: &str = "long enough";

/// A registered client at a running server.
pub(crate) struct Flow<'a> {
    pub(crate) at: &'a Client,
    pub(crate) client: hotels::Client,
}

pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl<'a> Flow<'a> {
    pub(crate) fn new(at: &'a Client) -> Self {
        let redirect = Url::parse(REDIRECT).expect("an address");
        Self { at, client: at.server.setup().clients.register("Cordboard", [redirect]) }
    }

    /// The members of a right request for consent.
    pub(crate) fn asked(&self) -> Vec<(&'static str, String)> {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        [
            ("response_type", "code"),
            ("client_id", &self.client.id),
            ("redirect_uri", REDIRECT),
            ("scope", "bookings"),
            ("state", "a&state"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .to_vec()
    }

    /// The query of such a request with one member as given; without it where nothing is given.
    pub(crate) fn query(&self, name: &str, value: Option<&str>) -> String {
        let mut asked = self.asked();
        asked.retain(|(other, _)| *other != name);
        let changed = value.map(|value| (name, value.to_owned()));
        form_urlencoded::Serializer::new(String::new()).extend_pairs(asked).extend_pairs(changed).finish()
    }

    /// Somebody with an account agrees or not, with a challenge or without; the answer to the client.
    pub(crate) async fn answer(&self, query: &str, decision: &str) -> Vec<(String, String)> {
        let mut browser = Browser::at(self.at);
        browser.enter("/new-account", query, "Anna", PASSWORD).await;
        if !browser.is_signed_in(query).await {
            browser.enter("/sign-in", query, "Anna", PASSWORD).await;
        }
        browser.open(&format!("/oauth/authorize?{query}")).await;
        let decided = browser.send(&format!("/oauth/authorize?{query}"), &[("answer", decision)]).await;
        back(&decided)
    }

    pub(crate) async fn code(&self, query: &str) -> String {
        member(&self.answer(query, "allow").await, "code").expect("a code")
    }

    /// Sends members to an endpoint as a form, with what the client says of itself.
    pub(crate) async fn post(&self, path: &str, members: &[(&str, &str)]) -> Response {
        let own = [("client_id", self.client.id.as_str()), ("client_secret", self.client.secret.as_str())];
        form(self.at, path, &[members, &own].concat()).await
    }

    /// Redeems a code with one member of the request as given.
    pub(crate) async fn redeem(&self, code: &str, name: &str, value: &str) -> Response {
        let mut members = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        members.retain(|(other, _)| *other != name);
        members.push((name, value));
        self.post("/oauth/token", &members).await
    }

    pub(crate) async fn tokens(&self) -> Tokens {
        let code = self.code(&self.query("state", Some("s"))).await;
        tokens(&json_of(self.redeem(&code, "unused", "").await, 200).await)
    }

    pub(crate) async fn refresh(&self, token: &str) -> Response {
        self.post("/oauth/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// The status of a booking with this token.
    pub(crate) async fn book(&self, access: &str) -> u16 {
        let wanted = json!({ "hotel": "Maison Tilleul", "nights": 1, "guest_name": "Anna" });
        self.at.send_as(access, Method::POST, "/bookings", &wanted).await.status().as_u16()
    }
}

/// The tokens of an answer.
pub(crate) fn tokens(answer: &Value) -> Tokens {
    let text = |name: &str| answer[name].as_str().expect("a token").to_owned();
    Tokens { access: text("access_token"), refresh: text("refresh_token") }
}

/// Sends a form.
pub(crate) async fn form(at: &Client, path: &str, members: &[(&str, &str)]) -> Response {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(members).finish();
    let request = at.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
    request.body(body).send().await.expect("an answer")
}

/// Where an answer leads, as the members of the address's query.
pub(crate) fn back(response: &Response) -> Vec<(String, String)> {
    let url = Url::parse(&location(response)).expect("an address");
    assert_eq!(url.as_str().split('?').next(), Some(REDIRECT));
    url.query_pairs().into_owned().collect()
}

pub(crate) fn location(response: &Response) -> String {
    assert_eq!(response.status(), 303, "{}", response.url());
    response.headers()["location"].to_str().expect("text").to_owned()
}

pub(crate) fn member(members: &[(String, String)], name: &str) -> Option<String> {
    members.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
}

/// A browser: it keeps the cookie and the hidden member of the last form.
pub(crate) struct Browser<'a> {
    at: &'a Client,
    pub(crate) cookie: String,
    pub(crate) form_token: String,
}

impl<'a> Browser<'a> {
    pub(crate) fn at(at: &'a Client) -> Self {
        Self { at, cookie: String::new(), form_token: String::new() }
    }

    /// Opens a page and gives it.
    pub(crate) async fn open(&mut self, path: &str) -> String {
        let request = self.at.request(Method::GET, path).header("cookie", &self.cookie);
        let response = request.send().await.expect("an answer");
        self.keep(&response);
        let page = response.text().await.expect("a page");
        let token = page.split("name=\"form_token\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        token.unwrap_or_default().clone_into(&mut self.form_token);
        page
    }

    /// Sends the last page's form.
    pub(crate) async fn send(&mut self, path: &str, members: &[(&str, &str)]) -> Response {
        let members = [members, &[("form_token", self.form_token.as_str())]].concat();
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(members).finish();
        let request = self.at.request(Method::POST, path).header("cookie", &self.cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let response = request.send().await.expect("an answer");
        self.keep(&response);
        response
    }

    /// Goes through one of the two ways in.
    pub(crate) async fn enter(&mut self, path: &str, query: &str, name: &str, password: &str) -> Response {
        let path = format!("{path}?{query}");
        self.open(&path).await;
        self.send(&path, &[("name", name), ("password", password)]).await
    }

    pub(crate) async fn is_signed_in(&mut self, query: &str) -> bool {
        self.open(&format!("/oauth/authorize?{query}")).await.contains("You are signed in as")
    }

    fn keep(&mut self, response: &Response) {
        if let Some(cookie) = response.headers().get("set-cookie") {
            let cookie = cookie.to_str().expect("text");
            cookie.split(';').next().unwrap_or_default().clone_into(&mut self.cookie);
        }
    }
}
