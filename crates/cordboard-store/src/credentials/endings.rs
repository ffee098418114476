//! Connections that go with a person, a plugin, or what its developer gave.

use cordboard_domain::connection::SealedConnection;
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
