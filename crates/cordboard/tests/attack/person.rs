//! A person who uses the server with a token and with a session.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::program::{Home, Server};

/// What a person's scripts may do.
const SCOPES: [&str; 5] = ["read", "chat", "plugins", "develop", "review"];

/// Somebody with an account.
pub(crate) struct Person {
    client: reqwest::Client,
    pub(crate) base: String,
    pub(crate) login: String,
    token: String,
    cookie: String,
    /// What the server writes of its own faults.
    log: PathBuf,
    /// The ids of their plugins.
    plugins: Vec<String>,
}

impl Person {
    /// Signs in and registers the plugins.
    pub(crate) async fn arrive(home: &Home, server: &Server, login: &str, origins: &[&str]) -> Self {
        let scopes = SCOPES.iter().flat_map(|scope| ["--scope", scope]);
        let arguments: Vec<&str> = ["token", "--user", login, "--name", "attack"].into_iter().chain(scopes).collect();
        let token = home.run(&arguments).await.expect(0).stdout.trim().to_owned();
        let client = client();
        let link = link(home, &server.base, login).await;
        let answer = client.get(link).send().await.expect("an answer");
        let cookie = answer.headers().get("set-cookie").expect("the link signs in").to_str().expect("text");
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let (base, login) = (server.base.clone(), login.to_owned());
        let log = home.path("server.log");
        let mut person = Self { client, base, login, token, cookie, log, plugins: Vec::new() };
        for origin in origins {
            let registered = person.api("POST", "/registrations", Some(json!({ "address": origin }))).await;
            person.plugins.push(registered["plugin"]["id"].as_str().expect("it is registered").to_owned());
        }
        person
    }

    /// Begins a conversation with every plugin.
    pub(crate) async fn begin(&self) -> String {
        let created = self.api("POST", "/conversations", Some(json!({}))).await;
        let conversation = created["id"].as_str().expect("a conversation").to_owned();
        for plugin in &self.plugins {
            self.api("PUT", &format!("/conversations/{conversation}/plugins/{plugin}"), None).await;
        }
        conversation
    }

    /// Sends a message and gives the turn once nothing works on it.
    pub(crate) async fn say(&self, conversation: &str, text: &str) -> Value {
        let message = json!({ "text": text, "wait": 60 });
        self.api("POST", &format!("/conversations/{conversation}/messages"), Some(message)).await
    }

    /// The turn once nothing works on it.
    pub(crate) async fn turn(&self, conversation: &str, turn: &str) -> Value {
        self.api("GET", &format!("/conversations/{conversation}/turns/{turn}?wait=60"), None).await
    }

    /// Asks the API for something that it gives.
    async fn api(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (status, text) = self.ask(method, path, body).await;
        let log = || std::fs::read_to_string(&self.log).unwrap_or_default();
        assert!((200..300).contains(&status), "{method} {path}: {status} {text}\nThe server's log:\n{}", log());
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Asks the API for something that it may refuse.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (u16, String) {
        let method = method.parse().expect("a method");
        let request = self.client.request(method, format!("{}/api/v1{path}", self.base)).bearer_auth(&self.token);
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        };
        read(request).await
    }

    /// Opens a page as a browser does.
    pub(crate) async fn open(&self, path: &str) -> (u16, String) {
        read(self.client.get(format!("{}{path}", self.base)).header("cookie", &self.cookie)).await
    }

    /// Sends a form from this server's page or from another site's.
    pub(crate) async fn submit(&self, path: &str, fields: &[(&str, &str)], origin: &str) -> (u16, String) {
        read(self.form(path, fields, origin).header("cookie", &self.cookie)).await
    }

    /// Sends a form without being signed in.
    pub(crate) async fn submit_as_stranger(&self, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        read(self.form(path, fields, &self.base)).await
    }

    /// Takes back every standing permission, and gives how many there were.
    pub(crate) async fn revoke_permissions(&self) -> usize {
        let (_, page) = self.open("/permissions").await;
        let page = page.replace("&#x2f;", "/");
        let forms = page.split("action=\"").skip(1).filter_map(|each| each.split('"').next());
        let revoking: Vec<&str> = forms.filter(|path| path.starts_with("/permissions/")).collect();
        for path in &revoking {
            let (status, text) = self.submit(path, &[], &self.base).await;
            assert!(status < 400, "{path}: {status} {text}");
        }
        revoking.len()
    }

    fn form(&self, path: &str, fields: &[(&str, &str)], origin: &str) -> reqwest::RequestBuilder {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.client.post(format!("{}{path}", self.base)).header("origin", origin);
        request.header("content-type", "application/x-www-form-urlencoded").body(body)
    }
}

async fn read(request: reqwest::RequestBuilder) -> (u16, String) {
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    (status, String::from_utf8_lossy(&answer.bytes().await.expect("a body")).into_owned())
}

/// A link that signs a person in, once.
pub(crate) async fn link(home: &Home, base: &str, login: &str) -> String {
    let said = home.run(&["sign-in", "--user", login]).await.expect(0).stdout;
    let (_, token) = said.split_once("/sign-in/").expect("a link");
    format!("{base}/sign-in/{}", token.split_whitespace().next().unwrap_or_default())
}

#[expect(clippy::disallowed_methods, reason = "a test is outside the guard")]
fn client() -> reqwest::Client {
    // Another test of this process may have installed the same provider already, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let redirects = reqwest::redirect::Policy::none();
    reqwest::Client::builder().no_proxy().redirect(redirects).build().expect("a client")
}
