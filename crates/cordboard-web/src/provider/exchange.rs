//! The authorization code flow: where to send somebody, and who the provider says came back.

use std::time::{Duration, SystemTime};

use cordboard_domain::account::ExternalIdentity;
use cordboard_domain::time::Timestamp;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenClaims, CoreProviderMetadata,
};
use openidconnect::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
use url::Url;

use super::pending::Pending;
use super::{Provider, ProviderError};

/// A client of which the provider's documents said where its endpoints are.
type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// Whom the provider vouches for.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) identity: ExternalIdentity,
    pub(crate) name: Option<String>,
    pub(crate) handle: Option<String>,
    /// Only where the provider says that it is verified.
    pub(crate) email: Option<String>,
}

/// Where the provider asks people who they are.
pub(crate) async fn depart(provider: &Provider, pending: &Pending, back_to: String) -> Result<Url, ProviderError> {
    let client = client(provider, back_to).await?;
    let verifier = PkceCodeVerifier::new(pending.verifier.clone());
    let (state, nonce) = (CsrfToken::new(pending.state.clone()), Nonce::new(pending.nonce.clone()));
    let (url, _, _) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || state, || nonce)
        .add_scope(Scope::new("profile".to_owned()))
        .add_scope(Scope::new("email".to_owned()))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
        .url();
    if provider.is_safe(&url) {
        Ok(url)
    } else {
        Err(ProviderError::Unusable(format!("its page for signing in is not at an https address: {url}")))
    }
}

/// Exchanges the code for a token and checks it: signature, issuer, audience, time and nonce.
pub(crate) async fn identify(
    provider: &Provider,
    pending: &Pending,
    code: String,
    back_to: String,
    now: Timestamp,
) -> Result<Person, ProviderError> {
    let client = client(provider, back_to).await?;
    let request = client.exchange_code(AuthorizationCode::new(code)).map_err(unusable)?;
    let request = request.set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.clone()));
    let response = request.request_async(provider).await.map_err(untrusted)?;
    let token = response.id_token().ok_or_else(|| ProviderError::Untrusted("the answer has no ID token".to_owned()))?;
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(now.as_millisecond()).unwrap_or(0));
    let verifier = client.id_token_verifier().set_time_fn(move || now.into());
    let claims = token.claims(&verifier, &Nonce::new(pending.nonce.clone())).map_err(untrusted)?;
    Ok(person(claims))
}

/// Reads the provider's documents anew each time, so that keys which it changed are known.
async fn client(provider: &Provider, back_to: String) -> Result<Client, ProviderError> {
    let settings = &provider.settings;
    let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(unusable)?;
    let documents = CoreProviderMetadata::discover_async(issuer, provider).await.map_err(unusable)?;
    let methods = documents.token_endpoint_auth_methods_supported().cloned().unwrap_or_default();
    let in_body = methods.contains(&CoreClientAuthMethod::ClientSecretPost)
        && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic);
    let secret = ClientSecret::new(settings.client_secret.clone());
    let client = CoreClient::from_provider_metadata(documents, ClientId::new(settings.client_id.clone()), Some(secret))
        .set_redirect_uri(RedirectUrl::new(back_to).map_err(unusable)?)
        .set_auth_type(if in_body { AuthType::RequestBody } else { AuthType::BasicAuth });
    Ok(client)
}

fn person(claims: &CoreIdTokenClaims) -> Person {
    let name = claims.name().and_then(|names| names.get(None)).map(|name| name.to_string());
    let email = claims.email().filter(|_| claims.email_verified() == Some(true));
    Person {
        identity: ExternalIdentity { issuer: claims.issuer().to_string(), subject: claims.subject().to_string() },
        name,
        handle: claims.preferred_username().map(|handle| handle.to_string()),
        email: email.map(|email| email.to_string()),
    }
}

/// All causes in one line; the outermost alone says little.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

fn unusable(error: impl std::error::Error) -> ProviderError {
    ProviderError::Unusable(causes(&error))
}

fn untrusted(error: impl std::error::Error) -> ProviderError {
    ProviderError::Untrusted(causes(&error))
}
