//! What developers tried last at their own plugins.

use cordboard_domain::id::PluginId;
use cordboard_domain::ports::StoreError;
use cordboard_domain::rehearsal::Rehearsal;

use crate::Store;
use crate::row::{database, json, storable, to_json};

pub(super) async fn set(store: &Store, plugin: PluginId, rehearsal: &Rehearsal) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO rehearsals (plugin_id, body) VALUES ($1, $2) ON CONFLICT (plugin_id) DO UPDATE SET body = excluded.body",
    )
    .bind(plugin.to_string())
    .bind(storable(&to_json(rehearsal)))
    .execute(&store.pool)
    .await
    .map_err(database)?;
    Ok(())
}

pub(super) async fn lookup(store: &Store, plugin: PluginId) -> Result<Option<Rehearsal>, StoreError> {
    let row = sqlx::query("SELECT body FROM rehearsals WHERE plugin_id = $1")
        .bind(plugin.to_string())
        .fetch_optional(&store.pool)
        .await
        .map_err(database)?;
    row.as_ref().map(|row| json(row, "body")).transpose()
}
