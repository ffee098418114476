//! Every sealed value, for going over to another key.

use cordboard_domain::connection::Sealed;
use cordboard_domain::ports::{SealedPlace, StoreError};
use sqlx::any::AnyRow;

use super::sealed;
use crate::Store;
use crate::row::{database, text};

/// A table with sealed values: what makes a row's key, and whose it is.
struct SealedTable {
    name: &'static str,
    row: &'static str,
    owner: &'static str,
}

const TABLES: [SealedTable; 3] = [
    SealedTable { name: "connections", row: "id", owner: "coalesce(user_id, '')" },
    SealedTable { name: "oauth_clients", row: "plugin_id || '/' || scheme", owner: "''" },
    SealedTable { name: "authorizations", row: "state_digest", owner: "user_id" },
];

pub(super) async fn list(store: &Store, key: &str, limit: u32) -> Result<Vec<SealedPlace>, StoreError> {
    let mut places = Vec::new();
    for SealedTable { name, row, owner } in TABLES {
        let sql = format!(
            "SELECT {row} AS row_key, {owner} AS owner, secret, secret_key FROM {name} WHERE secret_key <> $1 LIMIT {limit}"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(key).fetch_all(&store.pool).await.map_err(database)?;
        for row in &rows {
            places.push(place(name, row)?);
        }
    }
    Ok(places)
}

fn place(table: &'static str, row: &AnyRow) -> Result<SealedPlace, StoreError> {
    Ok(SealedPlace { table, row: text(row, "row_key")?, owner: text(row, "owner")?, secret: sealed(row)? })
}

pub(super) async fn put(store: &Store, place: &SealedPlace, secret: &Sealed) -> Result<bool, StoreError> {
    let Some(table) = TABLES.iter().find(|table| table.name == place.table) else { return Ok(false) };
    let SealedTable { name, row, .. } = table;
    let sql = format!("UPDATE {name} SET secret = $1, secret_key = $2 WHERE {row} = $3 AND secret = $4");
    let changed = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(&secret.bytes[..])
        .bind(&secret.key)
        .bind(&place.row)
        .bind(&place.secret.bytes[..])
        .execute(&store.pool)
        .await
        .map_err(database)?;
    Ok(changed.rows_affected() == 1)
}

pub(super) async fn remove(store: &Store, place: &SealedPlace) -> Result<bool, StoreError> {
    let Some(table) = TABLES.iter().find(|table| table.name == place.table) else { return Ok(false) };
    let SealedTable { name, row, .. } = table;
    let sql = format!("DELETE FROM {name} WHERE {row} = $1 AND secret = $2");
    let removed = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(&place.row)
        .bind(&place.secret.bytes[..])
        .execute(&store.pool)
        .await
        .map_err(database)?;
    Ok(removed.rows_affected() == 1)
}
