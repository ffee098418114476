//! A person's consent: there and back.

use cordboard_domain::connection::{PendingAuthorization, Wanted};
use cordboard_domain::credential::{OAuthServer, Scheme, SchemeKind};
use cordboard_domain::id::{PluginId, UserId};
use cordboard_domain::origin::NamedBy;
use cordboard_domain::plugin::VersionDigest;
use cordboard_domain::ports::{Callback, Connected, CredentialError};
use cordboard_domain::secret::{self, TokenDigest};
use cordboard_domain::time::{SignedDuration, Timestamp};
use url::Url;

use super::{Keeper, authorization_place};
use crate::doctor;
use crate::oauth::departure::Departure;
use crate::oauth::endpoint::TokenRequest;
use crate::oauth::token::{TokenFault, Tokens};
use crate::oauth::{answer, discovery};
use crate::secret::{Client, ConnectionSecret, Grant, SignIn, Token, TokenSource};

const LIFETIME: SignedDuration = SignedDuration::from_mins(10);
const UNKNOWN: &str = "This sign-in is not known here: it was used already, took longer than ten minutes, or belongs to \
                       another session. Begin again.";

fn refused(message: impl Into<String>) -> CredentialError {
    CredentialError::Refused(message.into())
}

impl Keeper {
    pub(super) async fn depart(
        &self,
        wanted: &Wanted,
        session: &TokenDigest,
        redirect: &str,
    ) -> Result<Url, CredentialError> {
        let registered = self.ports.vault.lookup_oauth_client(wanted.plugin, &wanted.scheme.name).await?;
        let (client, _) = registered.ok_or(CredentialError::NoClient)?;
        let server = self.server(wanted).await?;
        let (state, verifier) = (secret::generate(&*self.ports.entropy), secret::generate(&*self.ports.entropy));
        let mut scopes = server.scopes.clone();
        scopes.extend(wanted.scopes.iter().filter(|scope| !server.scopes.contains(scope)).cloned());
        let departure = Departure {
            server: &server,
            client_id: &client.client_id,
            scopes: &scopes,
            state: &state,
            verifier: &verifier,
            redirect,
        };
        let url = departure
            .url()
            .ok_or_else(|| refused("The plugin names a page for signing in that is no https address."))?;
        let sign_in = SignIn {
            scheme: wanted.scheme.name.clone(),
            version: wanted.version.clone(),
            server,
            scopes,
            redirect: redirect.to_owned(),
            verifier,
            origins: wanted.origins.clone(),
            home: wanted.home.clone(),
            renews: wanted.renews,
            conversation: wanted.conversation,
            accepts_no_state: client.accepts_no_state,
            is_rehearsed: wanted.is_rehearsed,
        };
        let (state, owner) = (TokenDigest::of(&state), wanted.user.to_string());
        let pending = PendingAuthorization {
            user: wanted.user,
            session: session.0.clone(),
            plugin: wanted.plugin,
            secret: self.seal(&authorization_place(&state.0, &owner), &sign_in),
            expires_at: self.ports.clock.now() + LIFETIME,
        };
        self.ports.vault.add_authorization(&state, &pending).await?;
        if wanted.is_rehearsed {
            self.note_departure(wanted.plugin, &wanted.scheme.name, &url).await;
        }
        Ok(url)
    }

    async fn server(&self, wanted: &Wanted) -> Result<OAuthServer, CredentialError> {
        match &wanted.scheme.kind {
            SchemeKind::OAuth(server) => Ok(server.clone()),
            SchemeKind::Discovered { url } => {
                let found = discovery::discover(&self.ports.client, url, &NamedBy::home(wanted.home.clone())).await;
                let openid = |server| OAuthServer { scopes: vec!["openid".to_owned()], ..server };
                found
                    .map(openid)
                    .map_err(|problem| refused(format!("The plugin's sign-in cannot be found: {problem}.")))
            }
            SchemeKind::ServiceKey { .. }
            | SchemeKind::UserKey { .. }
            | SchemeKind::Password
            | SchemeKind::ClientCredentials { .. } => Err(refused("This plugin has no page for signing in.")),
        }
    }

    pub(super) async fn arrive(
        &self,
        user: UserId,
        session: &TokenDigest,
        plugin: PluginId,
        version: &VersionDigest,
        callback: Callback,
    ) -> Result<Connected, CredentialError> {
        let (sign_in, is_known) = self.awaited(user, session, plugin, &callback).await?;
        if sign_in.is_rehearsed {
            let outcome = match (&is_known, answer::code(&sign_in.server, callback.clone())) {
                (Err(problem), _) => Err(problem.to_string()),
                (Ok(()), code) => code.map(|_| ()),
            };
            self.note_callback(plugin, &callback, outcome.as_ref().err().map(String::as_str)).await;
        }
        is_known?;
        if sign_in.version != *version {
            return Err(refused(
                "The plugin became another version while you signed in. Look at what changed, then begin again.",
            ));
        }
        let code = answer::code(&sign_in.server, callback).map_err(refused)?;
        let client = self.client(plugin, &sign_in.scheme).await?.ok_or(CredentialError::NoClient)?;
        let tokens = self.exchange(plugin, &sign_in, &client, code).await.map_err(|fault| match fault {
            TokenFault::Rejected(message) | TokenFault::Unusable(message) => refused(message),
        })?;
        let expires_at = expiry(self.ports.clock.now(), &tokens);
        let conversation = sign_in.conversation;
        let scopes = tokens.scopes.clone().unwrap_or_else(|| sign_in.scopes.clone());
        let scheme = Scheme { name: sign_in.scheme.clone(), kind: SchemeKind::OAuth(sign_in.server.clone()) };
        let wanted = Wanted {
            user,
            plugin,
            version: version.clone(),
            scheme,
            origins: sign_in.origins.clone(),
            home: sign_in.home.clone(),
            scopes: sign_in.scopes.clone(),
            renews: sign_in.renews,
            is_rehearsed: sign_in.is_rehearsed,
            conversation,
        };
        let source = TokenSource {
            token_url: sign_in.server.token_url.clone(),
            revocation_url: sign_in.server.revocation_url.clone(),
            encoding: sign_in.server.encoding,
            grant: Grant::Refresh,
            home: sign_in.home.clone(),
        };
        let token = Token { access: tokens.access, refresh: tokens.refresh, source };
        let secret = ConnectionSecret::Token(token);
        let connection = self.keep(&wanted, Some(user), secret, expires_at, scopes, "").await?;
        Ok(Connected { connection, is_rehearsed: sign_in.is_rehearsed, conversation })
    }

    /// The sign-in that an answer belongs to, and whether it may be gone on with. It is taken whatever comes next, so
    /// nothing can be tried twice.
    async fn awaited(
        &self,
        user: UserId,
        session: &TokenDigest,
        plugin: PluginId,
        callback: &Callback,
    ) -> Result<(SignIn, Result<(), CredentialError>), CredentialError> {
        let (vault, now) = (&self.ports.vault, self.ports.clock.now());
        let state = match callback.state.as_deref().filter(|state| !state.is_empty()) {
            Some(state) => Some(TokenDigest::of(state)),
            None => vault.only_authorization(&session.0, plugin, now).await?,
        };
        let state = state.ok_or_else(|| refused(UNKNOWN))?;
        let pending = vault.take_authorization(&state, now).await?.ok_or_else(|| refused(UNKNOWN))?;
        if pending.user != user || pending.session != session.0 || pending.plugin != plugin || pending.expires_at <= now
        {
            return Err(refused(UNKNOWN));
        }
        let owner = user.to_string();
        let sign_in: SignIn = self.open(&authorization_place(&state.0, &owner), &pending.secret)?;
        if callback.state.as_deref().is_none_or(str::is_empty) && !sign_in.accepts_no_state {
            let refusal = refused(
                "The plugin's server answers without the `state` that it was given, so the answer could be anybody's. \
                 Its developer can mend that, or allow it on the plugin's page.",
            );
            return Ok((sign_in, Err(refusal)));
        }
        Ok((sign_in, Ok(())))
    }

    async fn exchange(
        &self,
        plugin: PluginId,
        sign_in: &SignIn,
        client: &Client,
        code: String,
    ) -> Result<Tokens, TokenFault> {
        let request = TokenRequest {
            url: &sign_in.server.token_url,
            encoding: sign_in.server.encoding,
            client,
            fields: vec![
                ("grant_type", "authorization_code".to_owned()),
                ("code", code),
                ("redirect_uri", sign_in.redirect.clone()),
                ("code_verifier", sign_in.verifier.clone()),
            ],
        };
        let exchanged = request.exchange(&self.ports.client, &NamedBy::home(sign_in.home.clone())).await;
        if sign_in.is_rehearsed {
            let step = doctor::exchanged("Cordboard asks for tokens", &exchanged, self.ports.clock.now());
            self.note_step(plugin, step).await;
        }
        exchanged.tokens
    }
}

/// When tokens run out, where the server said so.
pub(crate) fn expiry(now: Timestamp, tokens: &Tokens) -> Option<Timestamp> {
    const LONGEST: i64 = 10 * 365 * 24 * 3600;
    tokens.lifetime.map(|seconds| now + SignedDuration::from_secs(seconds.min(LONGEST)))
}
