//! What people and developers gave, and the right to renew it.

use cordboard_domain::connection::{Connection, ConnectionState, Renewal, SealedConnection};
use cordboard_domain::id::{ConnectionId, ConversationId, PluginId, UserId};
use cordboard_domain::ports::StoreError;
use cordboard_domain::time::Timestamp;
use sqlx::any::AnyRow;

use super::sealed;
use crate::Store;
use crate::row::{count, database, json, named, parsed, parsed_if_any, text, time, time_if_any, to_json};

fn connection(row: &AnyRow) -> Result<Connection, StoreError> {
    Ok(Connection {
        id: parsed(row, "id")?,
        user: parsed_if_any(row, "user_id")?,
        plugin: parsed(row, "plugin_id")?,
        scheme: text(row, "scheme")?,
        label: text(row, "label")?,
        origins: json(row, "origins")?,
        scopes: json(row, "scopes")?,
        asked: json(row, "asked")?,
        state: named(row, "state", ConnectionState::lookup)?,
        expires_at: time_if_any(row, "expires_at")?,
        created_at: time(row, "created_at")?,
        last_used_at: time_if_any(row, "last_used_at")?,
        generation: count(row, "generation")?,
    })
}

pub(super) fn sealed_connection(row: &AnyRow) -> Result<SealedConnection, StoreError> {
    Ok(SealedConnection { connection: connection(row)?, secret: sealed(row)? })
}

pub(super) async fn put(store: &Store, given: &SealedConnection) -> Result<(), StoreError> {
    let SealedConnection { connection, secret } = given;
    sqlx::query(
        "INSERT INTO connections (id, user_id, plugin_id, scheme, label, origins, scopes, state, secret, secret_key, \
         expires_at, created_at, last_used_at, generation, asked) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
         ON CONFLICT (id) DO UPDATE SET label = excluded.label, origins = excluded.origins, scopes = excluded.scopes, \
         asked = excluded.asked, state = excluded.state, secret = excluded.secret, secret_key = excluded.secret_key, \
         expires_at = excluded.expires_at, generation = connections.generation + 1, renewing_until = NULL",
    )
    .bind(connection.id.to_string())
    .bind(connection.user.map(|user| user.to_string()))
    .bind(connection.plugin.to_string())
    .bind(&connection.scheme)
    .bind(&connection.label)
    .bind(to_json(&connection.origins))
    .bind(to_json(&connection.scopes))
    .bind(connection.state.as_str())
    .bind(&secret.bytes[..])
    .bind(&secret.key)
    .bind(connection.expires_at.map(Timestamp::as_millisecond))
    .bind(connection.created_at.as_millisecond())
    .bind(connection.last_used_at.map(Timestamp::as_millisecond))
    .bind(i64::from(connection.generation))
    .bind(to_json(&connection.asked))
    .execute(&store.pool)
    .await
    .map_err(database)?;
    Ok(())
}

pub(super) async fn lookup(store: &Store, id: ConnectionId) -> Result<Option<SealedConnection>, StoreError> {
    let row = sqlx::query("SELECT * FROM connections WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(&store.pool)
        .await
        .map_err(database)?;
    row.as_ref().map(sealed_connection).transpose()
}

pub(super) async fn list(store: &Store, user: UserId) -> Result<Vec<Connection>, StoreError> {
    let rows = sqlx::query("SELECT * FROM connections WHERE user_id = $1 ORDER BY plugin_id, created_at, id")
        .bind(user.to_string())
        .fetch_all(&store.pool)
        .await
        .map_err(database)?;
    rows.iter().map(connection).collect()
}

pub(super) async fn list_candidates(
    store: &Store,
    user: UserId,
    plugin: PluginId,
    conversation: ConversationId,
) -> Result<Vec<SealedConnection>, StoreError> {
    let rows = sqlx::query(
        "SELECT c.* FROM connections c LEFT JOIN connection_choices o \
         ON o.connection_id = c.id AND o.conversation_id = $3 \
         WHERE c.plugin_id = $2 AND (c.user_id = $1 OR c.user_id IS NULL) \
         ORDER BY CASE WHEN o.connection_id IS NULL THEN 1 ELSE 0 END, CASE WHEN c.user_id IS NULL THEN 1 ELSE 0 END, \
         c.created_at DESC, c.id DESC",
    )
    .bind(user.to_string())
    .bind(plugin.to_string())
    .bind(conversation.to_string())
    .fetch_all(&store.pool)
    .await
    .map_err(database)?;
    rows.iter().map(sealed_connection).collect()
}

pub(super) async fn list_service(store: &Store, plugin: PluginId) -> Result<Vec<Connection>, StoreError> {
    let rows = sqlx::query("SELECT * FROM connections WHERE plugin_id = $1 AND user_id IS NULL ORDER BY scheme")
        .bind(plugin.to_string())
        .fetch_all(&store.pool)
        .await
        .map_err(database)?;
    rows.iter().map(connection).collect()
}

pub(super) async fn claim_renewal(
    store: &Store,
    id: ConnectionId,
    generation: u32,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let claimed = sqlx::query(
        "UPDATE connections SET renewing_until = $4 WHERE id = $1 AND generation = $2 AND state = 'usable' \
         AND (renewing_until IS NULL OR renewing_until <= $3)",
    )
    .bind(id.to_string())
    .bind(i64::from(generation))
    .bind(now.as_millisecond())
    .bind(until.as_millisecond())
    .execute(&store.pool)
    .await
    .map_err(database)?;
    Ok(claimed.rows_affected() == 1)
}

pub(super) async fn renew(
    store: &Store,
    id: ConnectionId,
    generation: u32,
    renewal: &Renewal,
) -> Result<bool, StoreError> {
    let renewed = sqlx::query(
        "UPDATE connections SET secret = $3, secret_key = $4, expires_at = $5, generation = generation + 1, \
         renewing_until = NULL WHERE id = $1 AND generation = $2",
    )
    .bind(id.to_string())
    .bind(i64::from(generation))
    .bind(&renewal.secret.bytes[..])
    .bind(&renewal.secret.key)
    .bind(renewal.expires_at.map(Timestamp::as_millisecond))
    .execute(&store.pool)
    .await
    .map_err(database)?;
    Ok(renewed.rows_affected() == 1)
}

pub(super) async fn release_renewal(
    store: &Store,
    id: ConnectionId,
    generation: u32,
    is_broken: bool,
) -> Result<(), StoreError> {
    let state = if is_broken { ConnectionState::Broken } else { ConnectionState::Usable };
    sqlx::query("UPDATE connections SET renewing_until = NULL, state = $3 WHERE id = $1 AND generation = $2")
        .bind(id.to_string())
        .bind(i64::from(generation))
        .bind(state.as_str())
        .execute(&store.pool)
        .await
        .map_err(database)?;
    Ok(())
}

pub(super) async fn record_use(store: &Store, id: ConnectionId, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query("UPDATE connections SET last_used_at = $2 WHERE id = $1")
        .bind(id.to_string())
        .bind(at.as_millisecond())
        .execute(&store.pool)
        .await
        .map_err(database)?;
    Ok(())
}

pub(super) async fn remove(store: &Store, id: ConnectionId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM connections WHERE id = $1")
        .bind(id.to_string())
        .execute(&store.pool)
        .await
        .map_err(database)?;
    Ok(())
}

pub(super) async fn choose(store: &Store, conversation: ConversationId, id: ConnectionId) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO connection_choices (conversation_id, plugin_id, scheme, connection_id) \
         SELECT $1, plugin_id, scheme, id FROM connections WHERE id = $2 \
         ON CONFLICT (conversation_id, plugin_id, scheme) DO UPDATE SET connection_id = excluded.connection_id",
    )
    .bind(conversation.to_string())
    .bind(id.to_string())
    .execute(&store.pool)
    .await
    .map_err(database)?;
    Ok(())
}
