//! A plain HTTP client, for what plugins hold and for pages that need no browser.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, interval};

use crate::program::{PATIENCE, Server};

#[expect(clippy::disallowed_methods, reason = "a test stands outside the guard")]
fn client() -> reqwest::Client {
    // Another test of this process may have installed the same provider already, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let redirects = reqwest::redirect::Policy::none();
    reqwest::Client::builder().no_proxy().redirect(redirects).build().expect("a client")
}

/// What lies at an address.
pub(crate) async fn get(url: &str) -> String {
    client().get(url).send().await.expect("an answer").text().await.expect("a body")
}

/// The bytes that lie at an address.
#[cfg(feature = "tool-tests")]
pub(crate) async fn get_bytes(url: &str) -> Vec<u8> {
    client().get(url).send().await.expect("an answer").bytes().await.expect("a body").into()
}

/// The JSON that lies at an address.
pub(crate) async fn get_json(url: &str) -> Value {
    serde_json::from_str(&get(url).await).expect("JSON")
}

/// The JSON that lies at an address for whoever has the token.
pub(crate) async fn get_with_token(url: &str, token: &str) -> Value {
    let answer = client().get(url).bearer_auth(token).send().await.expect("an answer");
    serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON")
}

/// Waits until something answers at an address with success.
pub(crate) async fn wait_for(url: &str) {
    let client = client();
    let deadline = Instant::now() + PATIENCE;
    let mut ticks = interval(Duration::from_millis(50));
    while !client.get(url).send().await.is_ok_and(|answer| answer.status().is_success()) {
        assert!(Instant::now() < deadline, "nothing answers at {url}");
        ticks.tick().await;
    }
}

/// A person who is signed in and reads the pages without a browser.
pub(crate) struct Reader {
    client: reqwest::Client,
    base: String,
    cookie: String,
}

impl Reader {
    /// Uses the server's sign-in link.
    pub(crate) async fn sign_in(server: &Server) -> Self {
        let client = client();
        let answer = client.get(&server.link).send().await.expect("an answer");
        let cookie = answer.headers().get("set-cookie").expect("the link signs in").to_str().expect("text");
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Self { client, base: server.base.clone(), cookie }
    }

    /// The same person at another server on the same database.
    #[cfg(feature = "tool-tests")]
    pub(crate) fn at(&self, server: &Server) -> Self {
        Self { client: client(), base: server.base.clone(), cookie: self.cookie.clone() }
    }

    /// Sends a form to a server that may not live to answer; says whether it was acknowledged.
    #[cfg(feature = "tool-tests")]
    pub(crate) async fn try_send(&self, path: &str, name: &str, value: &str) -> bool {
        let answer = self.form(path, &[(name, value)]).send().await;
        answer.is_ok_and(|answer| answer.status().is_redirection() || answer.status().is_success())
    }

    /// An open event stream.
    #[cfg(feature = "tool-tests")]
    pub(crate) async fn stream(&self, path: &str) -> reqwest::Response {
        let request = self.client.get(format!("{}{path}", self.base)).header("cookie", &self.cookie);
        request.send().await.expect("an answer")
    }

    /// Reads a chat until nothing works on its turns.
    #[cfg(feature = "tool-tests")]
    pub(crate) async fn read_until_quiet(&self, path: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut ticks = interval(Duration::from_millis(50));
        loop {
            let page = self.read(path).await;
            if page.contains("class=\"status\"") && !page.contains("data-state=\"running\"") {
                return page;
            }
            assert!(Instant::now() < deadline, "nobody goes on with:\n{page}");
            ticks.tick().await;
        }
    }

    /// Somebody without a session.
    pub(crate) fn stranger(server: &Server) -> Self {
        Self { client: client(), base: server.base.clone(), cookie: String::new() }
    }

    /// Sends a form with several fields; says whether it was acknowledged.
    pub(crate) async fn try_send_all(&self, path: &str, fields: &[(&str, &str)]) -> bool {
        let answer = self.form(path, fields).send().await.expect("an answer");
        answer.status().is_redirection() || answer.status().is_success()
    }

    /// Sends a form with several fields and gives the page that comes of it.
    #[cfg(feature = "tool-tests")]
    pub(crate) async fn send_all(&self, path: &str, fields: &[(&str, &str)]) -> String {
        self.form(path, fields).send().await.expect("an answer").text().await.expect("a page")
    }

    /// Registers a plugin and gives its id.
    pub(crate) async fn register(&self, origin: &str) -> String {
        self.send("/develop", "address", origin).await;
        let shown = self.read("/plugins").await;
        let (_, rest) = shown.split_once("href=\"/plugins/").expect("the plugin is installed");
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    /// Opens a chat and gives its path.
    pub(crate) async fn open_chat(&self) -> String {
        let answer = self.client.get(&self.base).header("cookie", &self.cookie).send().await.expect("an answer");
        answer.headers().get("location").expect("a chat").to_str().expect("text").to_owned()
    }

    /// The page at a path, with its slashes as people see them.
    pub(crate) async fn read(&self, path: &str) -> String {
        let request = self.client.get(format!("{}{path}", self.base)).header("cookie", &self.cookie);
        request.send().await.expect("an answer").text().await.expect("a page").replace("&#x2f;", "/")
    }

    /// Sends a form and gives the page that comes of it.
    pub(crate) async fn send(&self, path: &str, name: &str, value: &str) -> String {
        self.form(path, &[(name, value)]).send().await.expect("an answer").text().await.expect("a page")
    }

    fn form(&self, path: &str, fields: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.client.post(format!("{}{path}", self.base)).header("cookie", &self.cookie);
        let request = request.header("origin", &self.base).header("content-type", "application/x-www-form-urlencoded");
        request.body(body)
    }

    /// Reads a page until it holds a text.
    pub(crate) async fn read_until(&self, path: &str, text: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut ticks = interval(Duration::from_millis(50));
        loop {
            let page = self.read(path).await;
            if page.contains(text) {
                return page;
            }
            assert!(Instant::now() < deadline, "`{text}` does not come on:\n{page}");
            ticks.tick().await;
        }
    }
}
