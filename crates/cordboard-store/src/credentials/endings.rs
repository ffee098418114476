//! Connections that go with a person, a plugin, or what its developer gave.

use cordboard_domain::connection::SealedConnection;
use cordboard_domain::id::PluginId;
use cordboard_domain::ports::{Ending, StoreError};

use super::connections::sealed_connection;
use crate::Store;
use crate::row::database;

const OF_PERSON: &str = "user_id = $1 OR plugin_id IN (SELECT id FROM plugins WHERE developer_id = $1)";
const OF_PLUGIN: &str = "plugin_id = $1";
const OF_SCHEME: &str = "plugin_id = $1 AND scheme = $2";

pub(super) async fn list(store: &Store, ending: Ending<'_>, limit: u32) -> Result<Vec<SealedConnection>, StoreError> {
    let (condition, id, scheme) = match ending {
        Ending::Person(user) => (OF_PERSON, user.to_string(), None),
        Ending::Plugin(plugin) => (OF_PLUGIN, plugin.to_string(), None),
        Ending::Scheme(plugin, scheme) => (OF_SCHEME, plugin.to_string(), Some(scheme)),
    };
    let sql = format!("SELECT * FROM connections WHERE {condition} ORDER BY created_at DESC, id DESC LIMIT {limit}");
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id);
    let query = match scheme {
        Some(scheme) => query.bind(scheme),
        None => query,
    };
    query.fetch_all(&store.pool).await.map_err(database)?.iter().map(sealed_connection).collect()
}

pub(super) async fn remove_given(store: &Store, plugin: PluginId, scheme: &str) -> Result<(), StoreError> {
    const CLIENT: &str = "DELETE FROM oauth_clients WHERE plugin_id = $1 AND scheme = $2";
    const FOR_ALL: &str = "DELETE FROM connections WHERE plugin_id = $1 AND scheme = $2 AND user_id IS NULL";
    // A renewal that is under way finds another generation, and stores nothing.
    const OF_PEOPLE: &str = "UPDATE connections SET state = 'broken', generation = generation + 1, renewing_until = NULL \
                             WHERE plugin_id = $1 AND scheme = $2";
    let mut transaction = store.begin().await?;
    let remove = |sql| sqlx::query(sql).bind(plugin.to_string()).bind(scheme.to_owned());
    let client = remove(CLIENT).execute(&mut *transaction).await.map_err(database)?;
    remove(FOR_ALL).execute(&mut *transaction).await.map_err(database)?;
    if client.rows_affected() > 0 {
        remove(OF_PEOPLE).execute(&mut *transaction).await.map_err(database)?;
    }
    transaction.commit().await.map_err(database)
}
