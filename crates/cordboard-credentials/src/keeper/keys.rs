//! Keys, passwords and clients as people type them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cordboard_domain::connection::{Connection, ConnectionState, OAuthClient, SealedConnection, Wanted};
use cordboard_domain::credential::{Attach, SchemeKind, TokenEncoding};
use cordboard_domain::id::{ConnectionId, UserId};
use cordboard_domain::ports::{ClientRegistration, CredentialError};
use cordboard_domain::time::Timestamp;
use tracing::warn;

use super::{Keeper, client_place, client_row, connection_place, owner};
use crate::secret::{ClientSecret, ConnectionSecret, Grant, Token, TokenSource};

const LONGEST_KEY: usize = 8_192;
const LONGEST_LABEL: usize = 60;

impl Keeper {
    pub(super) async fn keep_key(
        &self,
        wanted: &Wanted,
        key: &str,
        label: &str,
    ) -> Result<ConnectionId, CredentialError> {
        let value = match &wanted.scheme.kind {
            SchemeKind::UserKey { attach } => sendable(key, attach)?,
            SchemeKind::Password => sendable(key, &Attach::Basic)?,
            SchemeKind::ServiceKey { .. }
            | SchemeKind::OAuth(_)
            | SchemeKind::Discovered { .. }
            | SchemeKind::ClientCredentials { .. } => {
                return Err(refused("This plugin does not ask people for a key."));
            }
        };
        let secret = ConnectionSecret::Key { value };
        self.keep(wanted, Some(wanted.user), secret, None, Vec::new(), label).await
    }

    pub(super) async fn keep_service_key(&self, wanted: &Wanted, key: &str) -> Result<(), CredentialError> {
        let attach = match &wanted.scheme.kind {
            // A description does not say whose a key is; its developer may give one for everybody.
            SchemeKind::ServiceKey { attach } | SchemeKind::UserKey { attach } => attach.clone(),
            SchemeKind::Password => Attach::Basic,
            SchemeKind::OAuth(_) | SchemeKind::Discovered { .. } | SchemeKind::ClientCredentials { .. } => {
                return Err(refused("This plugin does not ask its developer for a key."));
            }
        };
        let secret = ConnectionSecret::Key { value: sendable(key, &attach)? };
        self.keep_for_all(wanted, secret, None).await
    }

    pub(super) async fn keep_client(
        &self,
        wanted: &Wanted,
        registration: ClientRegistration,
    ) -> Result<(), CredentialError> {
        let ClientRegistration { client_id, client_secret, auth, accepts_no_state } = registration;
        let scheme = wanted.scheme.name.clone();
        let client_id = client_id.trim().to_owned();
        if !wanted.scheme.kind.needs_client() {
            return Err(refused("This plugin needs no client."));
        }
        if client_id.is_empty() || client_id.len() > LONGEST_KEY || client_id.chars().any(char::is_control) {
            return Err(refused(
                "A client id is what the plugin's server gave you when you registered Cordboard there.",
            ));
        }
        let known = self.client(wanted.plugin, &scheme).await?;
        let secret = match client_secret.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) {
            Some(secret) if secret.len() > LONGEST_KEY || secret.chars().any(char::is_control) => {
                return Err(refused("The client secret cannot be one: it is too long or has line breaks."));
            }
            Some(secret) => secret,
            None => known.map(|mut client| std::mem::take(&mut client.secret)).unwrap_or_default(),
        };
        let row = client_row(wanted.plugin, &scheme);
        let sealed = self.seal(&client_place(&row), &ClientSecret { secret });
        let client = OAuthClient { plugin: wanted.plugin, scheme, client_id, auth, accepts_no_state };
        self.ports.vault.set_oauth_client(&client, &sealed).await?;
        if let SchemeKind::ClientCredentials { token_url, scopes } = &wanted.scheme.kind {
            let grant = Grant::ClientCredentials { scopes: scopes.clone() };
            let source = TokenSource {
                token_url: token_url.clone(),
                revocation_url: None,
                encoding: TokenEncoding::Form,
                grant,
                home: wanted.home.clone(),
            };
            let token = Token { access: String::new(), refresh: None, source };
            // Run out from the beginning, so that the first call asks for a token.
            self.keep_for_all(wanted, ConnectionSecret::Token(token), Some(Timestamp::UNIX_EPOCH)).await?;
        }
        Ok(())
    }

    async fn keep_for_all(
        &self,
        wanted: &Wanted,
        secret: ConnectionSecret,
        expires_at: Option<Timestamp>,
    ) -> Result<(), CredentialError> {
        let given = self.ports.vault.list_service_connections(wanted.plugin).await?;
        let known = given.into_iter().find(|each| each.scheme == wanted.scheme.name).map(|each| each.id);
        let wanted = Wanted { renews: known, ..wanted.clone() };
        self.keep(&wanted, None, secret, expires_at, Vec::new(), "For everybody").await.map(|_| ())
    }

    /// Stores a secret: as a new connection, or in place of the one that it renews.
    pub(super) async fn keep(
        &self,
        wanted: &Wanted,
        user: Option<UserId>,
        secret: ConnectionSecret,
        expires_at: Option<Timestamp>,
        scopes: Vec<String>,
        label: &str,
    ) -> Result<ConnectionId, CredentialError> {
        let (vault, clock) = (&self.ports.vault, &self.ports.clock);
        let known = match wanted.renews {
            Some(id) => vault.lookup_connection(id).await?.map(|each| each.connection),
            None => None,
        };
        let known =
            known.filter(|each| each.user == user && each.plugin == wanted.plugin && each.scheme == wanted.scheme.name);
        let id = known.as_ref().map_or_else(|| ConnectionId::generate(&**clock, &*self.ports.entropy), |each| each.id);
        let label = match (clean(label), &known) {
            (label, _) if !label.is_empty() => label,
            (_, Some(known)) => known.label.clone(),
            (_, None) => self.next_label(wanted, user).await?,
        };
        let (row, owner) = (id.to_string(), owner(user));
        let sealed = self.seal(&connection_place(&row, &owner), &secret);
        let connection = Connection {
            id,
            user,
            plugin: wanted.plugin,
            scheme: wanted.scheme.name.clone(),
            label,
            origins: wanted.origins.clone(),
            scopes,
            asked: wanted.scopes.clone(),
            state: ConnectionState::Usable,
            expires_at,
            created_at: clock.now(),
            last_used_at: None,
            generation: 1,
        };
        vault.put_connection(&SealedConnection { connection, secret: sealed }).await?;
        if let (Some(conversation), Some(_)) = (wanted.conversation, user)
            && let Err(problem) = vault.choose_connection(conversation, id).await
        {
            warn!(%conversation, %problem, "the new connection was not chosen for its conversation");
        }
        Ok(id)
    }

    async fn next_label(&self, wanted: &Wanted, user: Option<UserId>) -> Result<String, CredentialError> {
        let Some(user) = user else { return Ok(String::new()) };
        let own = self.ports.vault.list_connections(user).await?;
        let labels: Vec<&str> =
            own.iter().filter(|each| each.plugin == wanted.plugin).map(|each| each.label.as_str()).collect();
        let free = (1..=labels.len() + 1)
            .map(|number| format!("Account {number}"))
            .find(|label| !labels.contains(&label.as_str()));
        Ok(free.unwrap_or_default())
    }
}

fn refused(message: &str) -> CredentialError {
    CredentialError::Refused(message.to_owned())
}

fn clean(label: &str) -> String {
    let words: String = label.chars().filter(|each| !each.is_control()).take(LONGEST_LABEL).collect();
    words.trim().to_owned()
}

/// A key as it is sent. After `Basic` stands base64, which people seldom have; `name:password` becomes that.
fn sendable(key: &str, attach: &Attach) -> Result<String, CredentialError> {
    let key = key.trim();
    if key.is_empty() {
        return Err(refused("Paste the key first."));
    }
    if key.len() > LONGEST_KEY {
        return Err(refused("This is too long for a key."));
    }
    let fits = |byte: u8| match attach {
        Attach::Cookie { .. } => byte.is_ascii_graphic() && !b"\",;\\".contains(&byte),
        Attach::Query { .. } => true,
        Attach::Bearer | Attach::Basic | Attach::Header { .. } => byte.is_ascii_graphic() || byte == b' ',
    };
    if *attach == Attach::Basic && key.contains(':') {
        return Ok(STANDARD.encode(key));
    }
    if key.bytes().all(fits) && !key.chars().any(char::is_control) {
        Ok(key.to_owned())
    } else {
        Err(refused(
            "This key has characters that cannot be sent where the plugin wants it. Copy it again, without line breaks.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sent_as_they_can_be() {
        let check = |key: &str, attach: &Attach| sendable(key, attach).ok();
        assert_eq!(check(" k1 \n", &Attach::Bearer).as_deref(), Some("k1"));
        assert_eq!(check("ada:pässword", &Attach::Basic).as_deref(), Some("YWRhOnDDpHNzd29yZA=="));
        assert_eq!(check("YWRhOng=", &Attach::Basic).as_deref(), Some("YWRhOng="));
        let cookie = Attach::Cookie { name: "s".to_owned() };
        for (key, attach) in
            [("", &Attach::Bearer), ("a\nb", &Attach::Bearer), ("ä", &Attach::Bearer), ("a;b", &cookie)]
        {
            assert_eq!(check(key, attach), None, "{key:?}");
        }
        assert!(check("ä b", &Attach::Query { name: "k".to_owned() }).is_some());
    }
}
