//! Forgetting connections, and telling the plugins' servers so where they listen (RFC 7009).

use std::time::Duration;

use cordboard_domain::connection::SealedConnection;
use cordboard_domain::id::{ConnectionId, PluginId, UserId};
use cordboard_domain::origin::NamedBy;
use cordboard_domain::ports::{CredentialError, Ending, Farewell, StoreError};
use cordboard_net::GuardedClient;
use futures::StreamExt as _;
use tracing::warn;

use super::{Keeper, connection_place, owner};
use crate::oauth::endpoint::TokenRequest;
use crate::secret::{Client, ConnectionSecret, Token, TokenSource};

/// How long whoever ends much at once waits for the plugins' servers: for all of them together.
const PATIENCE: Duration = Duration::from_secs(4);
/// What servers can be told in that time.
const MOST: u32 = 1_000;
const AT_ONCE: usize = 16;

/// A token with a server that can be told that it is given up.
struct GivenUp {
    plugin: PluginId,
    source: TokenSource,
    fields: Vec<(&'static str, String)>,
    client: Client,
}

impl GivenUp {
    /// Tells the server; says whether it heard.
    async fn tell(&self, client: &GuardedClient) -> bool {
        let Some(url) = &self.source.revocation_url else { return false };
        let (encoding, fields) = (self.source.encoding, self.fields.clone());
        let request = TokenRequest { url, encoding, client: &self.client, fields };
        let Ok(answer) = request.send(client, &NamedBy::home(self.source.home.clone())).await else {
            warn!(plugin = %self.plugin, "the plugin's server could not be told that a connection ended");
            return false;
        };
        (200..300).contains(&answer.status)
    }
}

impl Keeper {
    pub(super) async fn forget(&self, user: UserId, id: ConnectionId) -> Result<bool, CredentialError> {
        let found = self.ports.vault.lookup_connection(id).await?;
        let own = found.filter(|each| each.connection.user == Some(user)).ok_or(StoreError::NotFound("connection"))?;
        // Whatever the server says, the connection goes.
        let revoked = self.revoke(&own).await.unwrap_or(false);
        self.ports.vault.remove_connection(id).await?;
        Ok(revoked)
    }

    /// Tells the plugin's server, where it listens; says whether it heard.
    pub(crate) async fn revoke(&self, own: &SealedConnection) -> Result<bool, CredentialError> {
        match self.given_up(own).await? {
            Some(given_up) => Ok(given_up.tell(&self.ports.client).await),
            None => Ok(false),
        }
    }

    /// The tokens that go with an end, taken along before it comes. What cannot be read keeps nothing from ending.
    pub(super) async fn gathered(&self, ending: Ending<'_>) -> Farewell {
        let found = self.ports.vault.list_ending(ending, MOST).await.unwrap_or_else(|problem| {
            warn!(?ending, %problem, "plugins' servers are not told of it");
            Vec::new()
        });
        let mut all = Vec::new();
        for own in &found {
            all.extend(self.given_up(own).await.ok().flatten());
        }
        let client = self.ports.client.clone();
        Box::pin(async move { tell_all(&all, &client).await })
    }

    /// What its server can be told of a connection, if anything.
    async fn given_up(&self, own: &SealedConnection) -> Result<Option<GivenUp>, CredentialError> {
        let SealedConnection { connection, secret } = own;
        let (row, owner) = (connection.id.to_string(), owner(connection.user));
        let secret: ConnectionSecret = self.open(&connection_place(&row, &owner), secret)?;
        let ConnectionSecret::Token(token) = &secret else { return Ok(None) };
        if token.source.revocation_url.is_none() {
            return Ok(None);
        }
        let client = self.client(connection.plugin, &connection.scheme).await?;
        let (plugin, source, fields) = (connection.plugin, token.source.clone(), fields(token));
        Ok(client.map(|client| GivenUp { plugin, source, fields, client }))
    }
}

async fn tell_all(all: &[GivenUp], client: &GuardedClient) {
    let telling = futures::stream::iter(all).for_each_concurrent(AT_ONCE, async |each| {
        each.tell(client).await;
    });
    if tokio::time::timeout(PATIENCE, telling).await.is_err() {
        warn!("not every plugin's server was told in time that a connection ended");
    }
}

/// The refresh token, with which the server drops the access tokens too.
fn fields(token: &Token) -> Vec<(&'static str, String)> {
    let (value, hint) = match &token.refresh {
        Some(refresh) => (refresh.clone(), "refresh_token"),
        None => (token.access.clone(), "access_token"),
    };
    vec![("token", value), ("token_type_hint", hint.to_owned())]
}
