//! Installed plugins and every version that was ever pinned.

use async_trait::async_trait;
use cordboard_domain::id::PluginId;
use cordboard_domain::plugin::{InstalledPlugin, PluginDocuments, PluginVersion, VersionDigest};
use cordboard_domain::ports::{PluginShelf, StoreError};
use sqlx::sqlite::SqliteRow;

use crate::Store;
use crate::row::{database, id, text, time};

const COLUMNS: &str =
    "SELECT id, origin, name_for_model, name_for_human, description_for_human, current_version FROM plugins";

fn plugin(row: &SqliteRow) -> Result<InstalledPlugin, StoreError> {
    Ok(InstalledPlugin {
        id: id(row, "id")?,
        origin: text(row, "origin")?,
        name_for_model: text(row, "name_for_model")?,
        name_for_human: text(row, "name_for_human")?,
        description_for_human: text(row, "description_for_human")?,
        current: VersionDigest::from_stored(text(row, "current_version")?),
    })
}

#[async_trait]
impl PluginShelf for Store {
    async fn install(&self, plugin: &InstalledPlugin, version: &PluginVersion) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(database)?;
        sqlx::query(
            "INSERT INTO plugins (id, origin, name_for_model, name_for_human, description_for_human, \
             current_version, is_installed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1) \
             ON CONFLICT (id) DO UPDATE SET name_for_model = ?3, name_for_human = ?4, \
             description_for_human = ?5, current_version = ?6, is_installed = 1",
        )
        .bind(plugin.id.to_string())
        .bind(&plugin.origin)
        .bind(&plugin.name_for_model)
        .bind(&plugin.name_for_human)
        .bind(&plugin.description_for_human)
        .bind(plugin.current.as_str())
        .execute(&mut *transaction)
        .await
        .map_err(database)?;
        let others = serde_json::to_string(&version.documents.others).expect("documents have only string keys");
        sqlx::query(
            "INSERT INTO plugin_versions (digest, plugin_id, manifest_url, manifest_text, spec_url, spec_text, \
             others, fetched_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (digest) DO NOTHING",
        )
        .bind(version.digest.as_str())
        .bind(version.plugin.to_string())
        .bind(&version.documents.manifest_url)
        .bind(&version.documents.manifest_text)
        .bind(&version.documents.spec_url)
        .bind(&version.documents.spec_text)
        .bind(others)
        .bind(version.fetched_at.as_millisecond())
        .execute(&mut *transaction)
        .await
        .map_err(database)?;
        transaction.commit().await.map_err(database)
    }

    async fn list_plugins(&self) -> Result<Vec<InstalledPlugin>, StoreError> {
        let sql = format!("{COLUMNS} WHERE is_installed = 1 ORDER BY name_for_human, id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&self.pool).await.map_err(database)?;
        rows.iter().map(plugin).collect()
    }

    async fn lookup_plugin_by_origin(&self, origin: &str) -> Result<Option<InstalledPlugin>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE origin = ?1")))
            .bind(origin)
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        row.as_ref().map(plugin).transpose()
    }

    async fn get_plugin(&self, id: PluginId) -> Result<InstalledPlugin, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE id = ?1 AND is_installed = 1")))
            .bind(id.to_string())
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        plugin(&row.ok_or(StoreError::NotFound("plugin"))?)
    }

    async fn get_version(&self, digest: &VersionDigest) -> Result<PluginVersion, StoreError> {
        let row = sqlx::query("SELECT * FROM plugin_versions WHERE digest = ?1")
            .bind(digest.as_str())
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?
            .ok_or(StoreError::NotFound("plugin version"))?;
        let documents = PluginDocuments {
            manifest_url: text(&row, "manifest_url")?,
            manifest_text: text(&row, "manifest_text")?,
            spec_url: text(&row, "spec_url")?,
            spec_text: text(&row, "spec_text")?,
            others: serde_json::from_str(&text(&row, "others")?)
                .map_err(|error| StoreError::Corrupt(error.to_string()))?,
        };
        Ok(PluginVersion {
            plugin: id(&row, "plugin_id")?,
            digest: digest.clone(),
            documents,
            fetched_at: time(&row, "fetched_at")?,
        })
    }

    async fn uninstall(&self, id: PluginId) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(database)?;
        sqlx::query("UPDATE plugins SET is_installed = 0 WHERE id = ?1")
            .bind(id.to_string())
            .execute(&mut *transaction)
            .await
            .map_err(database)?;
        sqlx::query("DELETE FROM activations WHERE plugin_id = ?1")
            .bind(id.to_string())
            .execute(&mut *transaction)
            .await
            .map_err(database)?;
        transaction.commit().await.map_err(database)
    }
}
