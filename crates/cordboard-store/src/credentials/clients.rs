//! OAuth clients that developers registered at their plugins' servers.

use cordboard_domain::connection::{ClientAuth, OAuthClient, Sealed};
use cordboard_domain::id::PluginId;
use cordboard_domain::ports::StoreError;

use super::sealed;
use crate::Store;
use crate::row::{database, flag, named, parsed, text};

pub(super) async fn set(store: &Store, client: &OAuthClient, secret: &Sealed) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO oauth_clients (plugin_id, scheme, client_id, auth, accepts_no_state, secret, secret_key) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (plugin_id, scheme) DO UPDATE SET \
         client_id = excluded.client_id, auth = excluded.auth, accepts_no_state = excluded.accepts_no_state, \
         secret = excluded.secret, secret_key = excluded.secret_key",
    )
    .bind(client.plugin.to_string())
    .bind(&client.scheme)
    .bind(&client.client_id)
    .bind(client.auth.as_str())
    .bind(i64::from(client.accepts_no_state))
    .bind(&secret.bytes[..])
    .bind(&secret.key)
    .execute(&store.pool)
    .await
    .map_err(database)?;
    Ok(())
}

pub(super) async fn lookup(
    store: &Store,
    plugin: PluginId,
    scheme: &str,
) -> Result<Option<(OAuthClient, Sealed)>, StoreError> {
    let row = sqlx::query("SELECT * FROM oauth_clients WHERE plugin_id = $1 AND scheme = $2")
        .bind(plugin.to_string())
        .bind(scheme)
        .fetch_optional(&store.pool)
        .await
        .map_err(database)?;
    let Some(row) = row else { return Ok(None) };
    let client = OAuthClient {
        plugin: parsed(&row, "plugin_id")?,
        scheme: text(&row, "scheme")?,
        client_id: text(&row, "client_id")?,
        auth: named(&row, "auth", ClientAuth::lookup)?,
        accepts_no_state: flag(&row, "accepts_no_state")?,
    };
    Ok(Some((client, sealed(&row)?)))
}
