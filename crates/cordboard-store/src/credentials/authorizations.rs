//! Sign-ins at plugins that wait for their answers.

use cordboard_domain::connection::PendingAuthorization;
use cordboard_domain::id::PluginId;
use cordboard_domain::ports::StoreError;
use cordboard_domain::secret::TokenDigest;
use cordboard_domain::time::Timestamp;

use super::sealed;
use crate::Store;
use crate::row::{database, parsed, text, time};

pub(super) async fn add(store: &Store, state: &TokenDigest, pending: &PendingAuthorization) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO authorizations (state_digest, session, user_id, plugin_id, secret, secret_key, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&state.0)
    .bind(&pending.session)
    .bind(pending.user.to_string())
    .bind(pending.plugin.to_string())
    .bind(&pending.secret.bytes[..])
    .bind(&pending.secret.key)
    .bind(pending.expires_at.as_millisecond())
    .execute(&store.pool)
    .await
    .map_err(database)?;
    Ok(())
}

pub(super) async fn take(
    store: &Store,
    state: &TokenDigest,
    now: Timestamp,
) -> Result<Option<PendingAuthorization>, StoreError> {
    sqlx::query("DELETE FROM authorizations WHERE expires_at <= $1")
        .bind(now.as_millisecond())
        .execute(&store.pool)
        .await
        .map_err(database)?;
    let row = sqlx::query("DELETE FROM authorizations WHERE state_digest = $1 RETURNING *")
        .bind(&state.0)
        .fetch_optional(&store.pool)
        .await
        .map_err(database)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(PendingAuthorization {
        user: parsed(&row, "user_id")?,
        session: text(&row, "session")?,
        plugin: parsed(&row, "plugin_id")?,
        secret: sealed(&row)?,
        expires_at: time(&row, "expires_at")?,
    }))
}

pub(super) async fn only(
    store: &Store,
    session: &str,
    plugin: PluginId,
    now: Timestamp,
) -> Result<Option<TokenDigest>, StoreError> {
    let open: Vec<String> = sqlx::query_scalar(
        "SELECT state_digest FROM authorizations WHERE session = $1 AND plugin_id = $2 AND expires_at > $3 LIMIT 2",
    )
    .bind(session)
    .bind(plugin.to_string())
    .bind(now.as_millisecond())
    .fetch_all(&store.pool)
    .await
    .map_err(database)?;
    Ok(<[String; 1]>::try_from(open).ok().map(|[state]| TokenDigest(state)))
}
