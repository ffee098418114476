//! Forgetting a connection, and telling the plugin's server so where it listens (RFC 7009).

use cordboard_domain::connection::SealedConnection;
use cordboard_domain::id::{ConnectionId, UserId};
use cordboard_domain::ports::{CredentialError, StoreError};
use tracing::warn;

use super::{Keeper, connection_place, home, owner};
use crate::oauth::endpoint::TokenRequest;
use crate::secret::{ConnectionSecret, Token};

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
        let SealedConnection { connection, secret } = own;
        let (row, owner) = (connection.id.to_string(), owner(connection.user));
        let secret: ConnectionSecret = self.open(&connection_place(&row, &owner), secret)?;
        let ConnectionSecret::Token(token) = &secret else { return Ok(false) };
        let (Some(url), Some(client)) =
            (&token.source.revocation_url, self.client(connection.plugin, &connection.scheme).await?)
        else {
            return Ok(false);
        };
        let request = TokenRequest { url, encoding: token.source.encoding, client: &client, fields: fields(token) };
        let Ok(answer) = request.send(&self.ports.client, home(&connection.origins)).await else {
            warn!(plugin = %connection.plugin, "the plugin's server could not be told that a connection ended");
            return Ok(false);
        };
        Ok((200..300).contains(&answer.status))
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
