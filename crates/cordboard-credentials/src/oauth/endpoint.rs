//! Requests to a token server, in the way it wants them.

use cordboard_domain::origin::NamedBy;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cordboard_domain::connection::ClientAuth;
use cordboard_domain::credential::TokenEncoding;
use cordboard_net::GuardedClient;
use cordboard_net::client::{Exchange, Limits, Outgoing};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::token::{TokenFault, Tokens, read};
use crate::redact::Redaction;
use crate::secret::Client;

/// Answers with tokens are small, and somebody waits.
const LIMITS: Limits = Limits { total: Duration::from_secs(15), body_bytes: 64 * 1024 };

/// One request.
pub(crate) struct TokenRequest<'request> {
    pub(crate) url: &'request str,
    pub(crate) encoding: TokenEncoding,
    pub(crate) client: &'request Client,
    /// Without what the client says of itself.
    pub(crate) fields: Vec<(&'static str, String)>,
}

/// Both halves of an exchange, and what came of it.
pub(crate) struct Exchanged {
    pub(crate) encoding: TokenEncoding,
    pub(crate) auth: ClientAuth,
    pub(crate) request: Option<Outgoing>,
    pub(crate) answer: Option<Exchange>,
    pub(crate) tokens: Result<Tokens, TokenFault>,
}

impl TokenRequest<'_> {
    /// Asks for tokens. `named_by` is the word of the plugin whose manifest or description names the server.
    pub(crate) async fn exchange(&self, client: &GuardedClient, named_by: &NamedBy) -> Exchanged {
        let (answer, tokens) = match self.send(client, named_by).await {
            Err(fault) => (None, Err(fault)),
            Ok(mut answer) => {
                let kind = answer.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
                let redaction = self.redaction();
                let masked = redaction.text(&String::from_utf8_lossy(&answer.body)).into_bytes();
                // What is told of a refusal is cut to a length, so it is masked before.
                let told = |fault| read(answer.status, kind, &masked).err().unwrap_or(fault);
                let tokens = read(answer.status, kind, &answer.body).map_err(told);
                answer.body = masked;
                mask_headers(&mut answer.headers, &redaction);
                (Some(answer), tokens)
            }
        };
        Exchanged { encoding: self.encoding, auth: self.client.auth, request: self.outgoing(), answer, tokens }
    }

    /// Sends it, whatever comes back.
    pub(crate) async fn send(&self, client: &GuardedClient, named_by: &NamedBy) -> Result<Exchange, TokenFault> {
        let outgoing = self.outgoing().ok_or_else(|| {
            TokenFault::Unusable("The client's name or secret cannot be sent in a header.".to_owned())
        })?;
        let failed = |problem: String| TokenFault::Unusable(format!("The token server cannot be asked: {problem}."));
        let exchange = client.exchange(named_by, outgoing, LIMITS).await.map_err(|error| failed(error.to_string()))?;
        if exchange.truncated {
            return Err(failed(format!("it answers with more than {} bytes", LIMITS.body_bytes)));
        }
        Ok(exchange)
    }

    fn outgoing(&self) -> Option<Outgoing> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let mut fields = self.fields.clone();
        match self.client.auth {
            ClientAuth::Post => {
                fields.push(("client_id", self.client.id.clone()));
                if !self.client.secret.is_empty() {
                    fields.push(("client_secret", self.client.secret.clone()));
                }
            }
            ClientAuth::Basic => {
                let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(self.pair()))).ok()?;
                value.set_sensitive(true);
                headers.insert(AUTHORIZATION, value);
            }
        }
        let (kind, body) = match self.encoding {
            TokenEncoding::Json => {
                let members: Map<String, Value> =
                    fields.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
                ("application/json", Value::Object(members).to_string())
            }
            TokenEncoding::Form => {
                let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                ("application/x-www-form-urlencoded", body)
            }
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        Some(Outgoing { method: Method::POST, url: self.url.to_owned(), headers, body: Some(body.into_bytes()) })
    }

    /// Name and secret as RFC 6749, section 2.3.1, joins them.
    fn pair(&self) -> String {
        let part = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        format!("{}:{}", part(&self.client.id), part(&self.client.secret))
    }

    /// Masks what was sent, which servers echo.
    fn redaction(&self) -> Redaction {
        let secret_fields = ["code", "code_verifier", "refresh_token", "token"];
        let sent = self.fields.iter().filter(|(name, _)| secret_fields.contains(name)).map(|(_, value)| value.as_str());
        let pair = STANDARD.encode(self.pair());
        Redaction::of(sent.chain([self.client.secret.as_str(), pair.as_str()]))
    }
}

fn mask_headers(headers: &mut HeaderMap, redaction: &Redaction) {
    for value in headers.values_mut() {
        let masked = redaction.text(&String::from_utf8_lossy(value.as_bytes()));
        if let Ok(masked) = HeaderValue::from_bytes(masked.as_bytes()) {
            *value = masked;
        }
    }
}
