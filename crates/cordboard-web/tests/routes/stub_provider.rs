//! An OpenID Connect provider in the process, which errs on request.

use std::collections::HashMap;
use std::future::IntoFuture as _;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use cordboard_domain::account::Role;
use cordboard_domain::time::Timestamp;
use cordboard_web::ProviderSettings;
use openidconnect::core::{
    CoreEdDsaPrivateSigningKey, CoreIdToken, CoreIdTokenClaims, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
    CoreRsaPrivateSigningKey,
};
use openidconnect::{
    Audience, EmptyAdditionalClaims, EndUserEmail, EndUserName, EndUserUsername, IssuerUrl, JsonWebKeyId, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, PrivateSigningKey as _, StandardClaims, SubjectIdentifier,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use url::Url;

/// How a token is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    OtherKey,
    Unsigned,
    Altered,
    OtherNonce,
    OtherAudience,
    OtherIssuer,
    Expired,
    NoToken,
}

/// Who signs in at the provider.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) subject: &'static str,
    pub(crate) handle: &'static str,
    pub(crate) email: &'static str,
    pub(crate) is_verified: bool,
}

pub(crate) const ADA: Visitor = Visitor { subject: "1815", handle: "ada", email: "ada@example.org", is_verified: true };

/// A code that was given out, and what it stands for.
struct Grant {
    request: HashMap<String, String>,
    visitor: Visitor,
    fault: Fault,
    now: SystemTime,
}

#[derive(Default)]
struct Records {
    grants: HashMap<String, Grant>,
    count: usize,
    /// Whether it signs with RSA, as most providers do, instead of a curve.
    uses_rsa: bool,
    /// Where tokens are fetched, if not at the provider.
    token_endpoint: Option<String>,
}

pub(crate) struct StubProvider {
    pub(crate) base: String,
    records: Arc<Mutex<Records>>,
    server: AbortHandle,
}

impl Drop for StubProvider {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl StubProvider {
    #[expect(clippy::disallowed_methods, reason = "the stub owns the task and ends it")]
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let base = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let records = Arc::new(Mutex::new(Records::default()));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state((base.clone(), records.clone()));
        let server = tokio::spawn(axum::serve(listener, router).into_future()).abort_handle();
        Self { base, records, server }
    }

    pub(crate) fn settings(&self) -> ProviderSettings {
        ProviderSettings {
            issuer: self.base.clone(),
            client_id: "cordboard".to_owned(),
            client_secret: "a secret".to_owned(),
            name: "Example".to_owned(),
            role: Role::User,
            email_domains: Vec::new(),
        }
    }

    /// Somebody signs in at the page to which the address leads, and comes back with a code.
    pub(crate) fn authorize(&self, page: &Url, visitor: &Visitor, fault: Fault, now: Timestamp) -> String {
        assert_eq!(page.path(), "/authorize");
        let request: HashMap<String, String> = page.query_pairs().into_owned().collect();
        for (name, value) in [("client_id", "cordboard"), ("response_type", "code"), ("code_challenge_method", "S256")]
        {
            assert_eq!(request[name], value, "{name}");
        }
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(now.as_second()).unwrap());
        let mut records = self.records.lock().unwrap();
        records.count += 1;
        let code = format!("code-{}", records.count);
        records.grants.insert(code.clone(), Grant { request, visitor: visitor.clone(), fault, now });
        code
    }

    pub(crate) fn use_rsa(&self) {
        self.records.lock().unwrap().uses_rsa = true;
    }

    pub(crate) fn move_token_endpoint(&self, url: &str) {
        self.records.lock().unwrap().token_endpoint = Some(url.to_owned());
    }

    pub(crate) fn stop(&self) {
        self.server.abort();
    }
}

type Stub = State<(String, Arc<Mutex<Records>>)>;

async fn discovery(State((base, records)): Stub) -> Json<Value> {
    let (moved, uses_rsa) = {
        let records = records.lock().unwrap();
        (records.token_endpoint.clone(), records.uses_rsa)
    };
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": moved.unwrap_or_else(|| format!("{base}/token")),
        "jwks_uri": format!("{base}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [if uses_rsa { "RS256" } else { "EdDSA" }],
    }))
}

async fn keys(State((_, records)): Stub) -> Json<CoreJsonWebKeySet> {
    let uses_rsa = records.lock().unwrap().uses_rsa;
    let key = if uses_rsa { rsa_key().as_verification_key() } else { key(1).as_verification_key() };
    Json(CoreJsonWebKeySet::new(vec![key]))
}

/// A key that signs for nobody but this stub; short, so that tests without optimisation stay fast.
const RSA: &str = "\
    MIICXAIBAAKBgQDJAuK2HyBziQ4Z4hRKnNRpK8o1PestAMwShrKCZTo0S65X7Gx9NVY97x4QqfmT+bD3jg67cJF9d/qQgR6G8NC5\
    JtY6X5FbZsrv7Wg8wkIhY1xTr278U1Q4RNapYJJ4wNDfubS5gZROip7zix4QVafxsK3JHOd5UACl14kqqVPNEwIDAQABAoGATcLh\
    A4VtH2Tw4JB2OxsKjRkUo54tgX5ic/RJ0Gnqp1pzuq3KlnFwyIrdfaLT2yvoCwyYpGh60Cf+9bINpjQ4+gdMyAIuGZkSg1w4+V4W\
    LL+D2LDYW4lxQI9zBIOe7BKpY6T5Z/gknd0Dk3lF43Op/MnJFPVSJdgKme/5flFbaHECQQD4oXD6XVByHLAaCPWqXlTHSFvaJS1Z\
    E8bhRlyfBXme98OQDdsW0EMHFrsqdZKAuXKpjEhYGa1dy5lbVT+4XkQLAkEAzvgeRlBtzDga5u1xiD0IKEZU/Cm0drb3akCfFYGm\
    c2PlYWjHw1MLbTjzVTlnBrUeOeRV3Fmam7K2IE1CYu54GQJAeh/afa/eNt7uhStHeDKzk9tv+pvuRWXYd4j3L8khrzrmHVkg93i+\
    o7m/n6B2oLH2p19XnaanKH48Ssd58BaldwJAbc4xsbhmKFzz2OTMwS0wML3vxMETn5A+/749KJnah4nOXrnKkhRzEYWPg/2qbWKW\
    ILzF2NwpLMXJ3qVevUIrsQJBAJZebWFq8AMe3Ta+pVnpKwx89J4ZzrRxajHuFa3Woj9OR17tV2i5cw7Q3oo6gb9IAlKNUAz7Achl\
    cvcyedKrPvg=";

fn rsa_key() -> CoreRsaPrivateSigningKey {
    CoreRsaPrivateSigningKey::from_pem(&pem("RSA PRIVATE KEY", RSA), Some(key_id())).unwrap()
}

fn pem(label: &str, body: &str) -> String {
    let lines: Vec<&str> = (0..body.len()).step_by(64).map(|at| &body[at..body.len().min(at + 64)]).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn key_id() -> JsonWebKeyId {
    JsonWebKeyId::new("one".to_owned())
}

/// A key of its own for each number.
fn key(number: u8) -> CoreEdDsaPrivateSigningKey {
    let body = match number {
        1 => "MC4CAQAwBQYDK2VwBCIEIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB",
        _ => "MC4CAQAwBQYDK2VwBCIEIAICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC",
    };
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem("PRIVATE KEY", body), Some(key_id())).unwrap()
}

async fn token(
    State((base, records)): Stub,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let refused = (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })));
    // `cordboard:a+secret`, encoded as RFC 6749 has it.
    if headers["authorization"] != "Basic Y29yZGJvYXJkOmErc2VjcmV0" {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_client" })));
    }
    let (grant, uses_rsa) = {
        let mut records = records.lock().unwrap();
        (records.grants.remove(&form["code"]), records.uses_rsa)
    };
    let Some(grant) = grant else { return refused };
    let verifier = PkceCodeVerifier::new(form["code_verifier"].clone());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    if challenge.as_str() != grant.request["code_challenge"] || form["redirect_uri"] != grant.request["redirect_uri"] {
        return refused;
    }
    let mut answer = json!({ "access_token": "not used", "token_type": "Bearer" });
    if grant.fault != Fault::NoToken {
        answer["id_token"] = Value::String(id_token(&base, &grant, uses_rsa));
    }
    (StatusCode::OK, Json(answer))
}

fn id_token(base: &str, grant: &Grant, uses_rsa: bool) -> String {
    let Grant { request, visitor, fault, now } = grant;
    let or = |wrong: Fault, value: &str, other: &str| if *fault == wrong { other.to_owned() } else { value.to_owned() };
    let issuer = or(Fault::OtherIssuer, base, "https://evil.example");
    let audience = or(Fault::OtherAudience, "cordboard", "somebody-else");
    let nonce = or(Fault::OtherNonce, &request["nonce"], "another");
    let age = Duration::from_secs(if *fault == Fault::Expired { 600 } else { 0 });
    let begins = *now - age;
    let ends = begins + Duration::from_mins(5);
    let about = StandardClaims::new(SubjectIdentifier::new(visitor.subject.to_owned()))
        .set_name(Some(EndUserName::new("Ada Lovelace".to_owned()).into()))
        .set_preferred_username(Some(EndUserUsername::new(visitor.handle.to_owned())))
        .set_email(Some(EndUserEmail::new(visitor.email.to_owned())))
        .set_email_verified(Some(visitor.is_verified));
    let audience = vec![Audience::new(audience)];
    let issuer = IssuerUrl::new(issuer).unwrap();
    let claims = CoreIdTokenClaims::new(issuer, audience, ends.into(), begins.into(), about, EmptyAdditionalClaims {})
        .set_nonce(Some(Nonce::new(nonce)));
    let signed = if uses_rsa {
        CoreIdToken::new(claims, &rsa_key(), CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, None, None)
    } else {
        let key = key(if *fault == Fault::OtherKey { 2 } else { 1 });
        CoreIdToken::new(claims, &key, CoreJwsSigningAlgorithm::EdDsa, None, None)
    };
    let token = signed.unwrap().to_string();
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    match fault {
        // {"alg":"none"}
        Fault::Unsigned => format!("eyJhbGciOiJub25lIn0.{}.", parts[1]),
        Fault::Altered => {
            let middle = parts[2].len() / 2..=parts[2].len() / 2;
            let other = if &parts[2][middle.clone()] == "A" { "B" } else { "A" };
            parts[2].replace_range(middle, other);
            parts.join(".")
        }
        _ => token,
    }
}
