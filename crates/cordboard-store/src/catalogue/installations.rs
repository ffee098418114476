//! What people have installed, and whether they use it.

use async_trait::async_trait;
use cordboard_domain::id::{PluginId, UserId};
use cordboard_domain::installation::{Installation, Provenance};
use cordboard_domain::plugin::VersionDigest;
use cordboard_domain::ports::{Installations, StoreError};
use cordboard_domain::time::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::plugins::{COLUMNS, lock, plugin};
use crate::Store;
use crate::row::{database, json, named, text, time};

fn installation(row: &AnyRow) -> Result<Installation, StoreError> {
    Ok(Installation {
        plugin: plugin(row)?,
        version: VersionDigest::from_stored(text(row, "version")?),
        facts: json(row, "pinned_facts")?,
        provenance: named(row, "provenance", Provenance::lookup)?,
        installed_at: time(row, "installed_at")?,
    })
}

impl Store {
    async fn installations_where(
        &self,
        user: UserId,
        plugin: Option<PluginId>,
    ) -> Result<Vec<Installation>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, i.version, i.provenance, i.installed_at, v.facts AS pinned_facts \
             FROM installations i JOIN plugins p ON p.id = i.plugin_id \
             JOIN plugin_versions v ON v.plugin_id = i.plugin_id AND v.digest = i.version \
             WHERE i.user_id = $1 AND ($2 = '' OR i.plugin_id = $2) ORDER BY lower(p.name), p.id"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(user.to_string())
            .bind(plugin.map(|id| id.to_string()).unwrap_or_default())
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        rows.iter().map(installation).collect()
    }
}

/// Whether the plugin is shared with a person, which stays so until the transaction ends.
async fn is_shared(connection: &mut AnyConnection, plugin: PluginId, user: UserId) -> Result<bool, StoreError> {
    lock(connection, plugin).await?;
    let shares: i64 = sqlx::query_scalar("SELECT count(*) FROM shares WHERE plugin_id = $1 AND user_id = $2")
        .bind(plugin.to_string())
        .bind(user.to_string())
        .fetch_one(connection)
        .await
        .map_err(database)?;
    Ok(shares > 0)
}

/// Takes a plugin from a person and from their conversations.
pub(super) async fn take_away(
    connection: &mut AnyConnection,
    user: UserId,
    plugin: PluginId,
) -> Result<(), StoreError> {
    let statements = [
        "DELETE FROM installations WHERE user_id = $1 AND plugin_id = $2",
        "DELETE FROM activations WHERE plugin_id = $2 \
         AND conversation_id IN (SELECT id FROM conversations WHERE user_id = $1)",
    ];
    for sql in statements {
        sqlx::query(sql)
            .bind(user.to_string())
            .bind(plugin.to_string())
            .execute(&mut *connection)
            .await
            .map_err(database)?;
    }
    Ok(())
}

#[async_trait]
impl Installations for Store {
    async fn install(
        &self,
        user: UserId,
        plugin: PluginId,
        version: &VersionDigest,
        provenance: Provenance,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        if provenance == Provenance::Shared && !is_shared(&mut transaction, plugin, user).await? {
            return Err(StoreError::NotFound("plugin"));
        }
        sqlx::query(
            "INSERT INTO installations (user_id, plugin_id, version, provenance, installed_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (user_id, plugin_id) DO UPDATE SET provenance = excluded.provenance",
        )
        .bind(user.to_string())
        .bind(plugin.to_string())
        .bind(version.as_str())
        .bind(provenance.as_str())
        .bind(at.as_millisecond())
        .execute(&mut *transaction)
        .await
        .map_err(database)?;
        transaction.commit().await.map_err(database)
    }

    async fn go_over(
        &self,
        user: UserId,
        plugin: PluginId,
        version: &VersionDigest,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let gone_over = sqlx::query(
            "UPDATE installations SET version = $3, installed_at = $4 WHERE user_id = $1 AND plugin_id = $2",
        )
        .bind(user.to_string())
        .bind(plugin.to_string())
        .bind(version.as_str())
        .bind(at.as_millisecond())
        .execute(&mut *transaction)
        .await
        .map_err(database)?;
        if gone_over.rows_affected() == 0 {
            return Err(StoreError::NotFound("plugin"));
        }
        sqlx::query(
            "UPDATE activations SET version = $3 WHERE plugin_id = $2 \
             AND conversation_id IN (SELECT id FROM conversations WHERE user_id = $1)",
        )
        .bind(user.to_string())
        .bind(plugin.to_string())
        .bind(version.as_str())
        .execute(&mut *transaction)
        .await
        .map_err(database)?;
        transaction.commit().await.map_err(database)
    }

    async fn list_installations(&self, user: UserId) -> Result<Vec<Installation>, StoreError> {
        self.installations_where(user, None).await
    }

    async fn lookup_installation(&self, user: UserId, plugin: PluginId) -> Result<Option<Installation>, StoreError> {
        Ok(self.installations_where(user, Some(plugin)).await?.into_iter().next())
    }

    async fn uninstall(&self, user: UserId, plugin: PluginId) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        take_away(&mut transaction, user, plugin).await?;
        transaction.commit().await.map_err(database)
    }

    async fn record_use(&self, user: UserId, plugin: PluginId, at: Timestamp) -> Result<(), StoreError> {
        self.note_use(user, plugin, at).await
    }
}
