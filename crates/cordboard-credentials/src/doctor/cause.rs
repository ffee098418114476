//! What is probably wrong, told from what servers answer when it is.

use cordboard_domain::connection::ClientAuth;
use cordboard_domain::credential::TokenEncoding;
use cordboard_domain::ports::Callback;
use cordboard_domain::time::{SignedDuration, Timestamp};
use reqwest::header::DATE;

use crate::oauth::endpoint::Exchanged;
use crate::oauth::token::Tokens;

/// Clocks may differ by so much before anybody suffers.
const SKEW: SignedDuration = SignedDuration::from_secs(60);

pub(super) fn of_callback(callback: &Callback) -> Vec<String> {
    let words = [&callback.error, &callback.error_description].map(|text| text.as_deref().unwrap_or_default());
    let says = |word: &str| words.iter().any(|text| text.to_ascii_lowercase().contains(word));
    let mut causes = Vec::new();
    if callback.state.as_deref().unwrap_or_default().is_empty() {
        causes.push(
            "Your server dropped `state`. Send it back unchanged (RFC 6749, section 4.1.2); or, where you cannot change the \
             server, allow answers without it below, which people are told is a risk."
                .to_owned(),
        );
    }
    if says("redirect") {
        causes.push("The redirect address differs from the one that is registered at your server.".to_owned());
    }
    if says("scope") {
        causes.push("Your server does not know a scope that the manifest or the description asks for.".to_owned());
    }
    if says("pkce") || says("code_challenge") {
        causes.push(
            "Your server does not understand PKCE; it has to ignore parameters that it does not know.".to_owned(),
        );
    }
    causes
}

pub(super) fn of_exchange(exchanged: &Exchanged, now: Timestamp) -> Vec<String> {
    let Some(answer) = &exchanged.answer else {
        return vec![
            "Nothing answers at the token address. In a manifest, `authorization_url` is the token address.".to_owned(),
        ];
    };
    let text = String::from_utf8_lossy(&answer.body).to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let mut causes = Vec::new();
    let other = match exchanged.encoding {
        TokenEncoding::Json => "as a form (`authorization_content_type`: `application/x-www-form-urlencoded`)",
        TokenEncoding::Form => "as JSON (`authorization_content_type`: `application/json`)",
    };
    let misread = answer.status == 415
        || says(&[
            "grant_type",
            "unsupported_grant_type",
            "missing parameter",
            "content-type",
            "content type",
            "malformed",
        ]);
    if matches!(answer.status, 400 | 415 | 422) && misread {
        causes.push(format!("Your server does not read the request. It may want it {other}."));
    }
    if says(&["invalid_client", "client authentication"]) || answer.status == 401 {
        let way = match exchanged.auth {
            ClientAuth::Post => "in the header (client_secret_basic)",
            ClientAuth::Basic => "in the body (client_secret_post)",
        };
        causes.push(format!("The client id or secret is wrong, or your server wants the secret {way}."));
    }
    if says(&["redirect"]) {
        causes.push(
            "Your server compares `redirect_uri` with another address; it must be the same in both requests."
                .to_owned(),
        );
    }
    if says(&["pkce", "verifier", "challenge"]) {
        causes.push("Your server compares the PKCE verifier otherwise: the challenge is base64url, without `=`, of its SHA-256.".to_owned());
    }
    if says(&["invalid_grant", "expired"]) {
        causes.push(
            "The code is used, too old, or another client's; a refresh token may have been used before.".to_owned(),
        );
    }
    if text.trim_start().starts_with('<') {
        causes.push(
            "A web page answers where tokens should. `client_url` and `authorization_url` may be exchanged.".to_owned(),
        );
    }
    if matches!(answer.status, 404 | 405) {
        causes.push("There is no token endpoint at this address that takes a POST.".to_owned());
    }
    if (300..400).contains(&answer.status) {
        causes.push(
            "A token request is never redirected, since it carries secrets; give the address that it leads to."
                .to_owned(),
        );
    }
    causes.extend(skew(exchanged, now));
    causes
}

/// Clocks that differ make codes and tokens too old.
fn skew(exchanged: &Exchanged, now: Timestamp) -> Option<String> {
    let date = exchanged.answer.as_ref()?.headers.get(DATE)?.to_str().ok()?;
    let seconds = httpdate::parse_http_date(date).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    let theirs = Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
    let apart = now.duration_since(theirs).abs();
    (apart > SKEW).then(|| {
        format!("The clocks of the two servers are {} s apart, so codes and tokens may look too old.", apart.as_secs())
    })
}

/// What works and will not for long.
pub(super) fn of_tokens(tokens: &Tokens) -> Vec<String> {
    let mut causes = Vec::new();
    if tokens.refresh.is_none() && tokens.lifetime.is_some() {
        causes.push(
            "There is no `refresh_token`, so people have to connect again when the access token runs out.".to_owned(),
        );
    }
    if tokens.lifetime.is_none() {
        causes.push(
            "`expires_in` is not said, so a token that has run out is noticed only when your API answers 401."
                .to_owned(),
        );
    }
    causes
}
