//! Registered plugins and their versions.

use async_trait::async_trait;
use cordboard_domain::id::{PluginId, UserId};
use cordboard_domain::plugin::{Category, Facts, Plugin, PluginDocuments, PluginVersion, Standing, VersionDigest};
use cordboard_domain::ports::{PluginShelf, StoreError};
use cordboard_domain::time::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::look::look;
use crate::Store;
use crate::row::{database, flag, json, named, parsed, storable, text, text_if_any, time, time_if_any, to_json};

/// The columns of a plugin where plugins are `p`.
pub(super) const COLUMNS: &str = "p.id, p.developer_id, p.origin, p.facts, p.standing, p.category, p.current_version, \
                                  p.approved_version, p.verification_token, p.verified_at, p.cosmetic_changes_pass, \
                                  p.created_at";

pub(super) fn plugin(row: &AnyRow) -> Result<Plugin, StoreError> {
    Ok(Plugin {
        id: parsed(row, "id")?,
        developer: parsed(row, "developer_id")?,
        origin: text(row, "origin")?,
        facts: json(row, "facts")?,
        standing: named(row, "standing", Standing::lookup)?,
        category: text_if_any(row, "category")?.as_deref().and_then(Category::lookup),
        current: VersionDigest::from_stored(text(row, "current_version")?),
        approved: text_if_any(row, "approved_version")?.map(VersionDigest::from_stored),
        verification_token: text(row, "verification_token")?,
        verified_at: time_if_any(row, "verified_at")?,
        cosmetic_changes_pass: flag(row, "cosmetic_changes_pass")?,
        created_at: time(row, "created_at")?,
    })
}

/// What is searched: names, description and host, in lower case.
fn search_text(facts: &Facts, origin: &str) -> String {
    let Facts { name_for_human, name_for_model, description_for_human, .. } = facts;
    storable(&format!("{name_for_human} {name_for_model} {description_for_human} {origin}")).to_lowercase()
}

async fn insert_version(connection: &mut AnyConnection, version: &PluginVersion) -> Result<(), StoreError> {
    let documents = &version.documents;
    sqlx::query(
        "INSERT INTO plugin_versions (plugin_id, digest, facts, manifest_url, manifest_text, spec_url, spec_text, \
         others, fetched_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (plugin_id, digest) DO NOTHING",
    )
    .bind(version.plugin.to_string())
    .bind(version.digest.as_str())
    .bind(to_json(&version.facts))
    .bind(&documents.manifest_url)
    .bind(storable(&documents.manifest_text))
    .bind(&documents.spec_url)
    .bind(storable(&documents.spec_text))
    .bind(to_json(&documents.others))
    .bind(version.fetched_at.as_millisecond())
    .execute(connection)
    .await
    .map_err(database)?;
    Ok(())
}

impl Store {
    pub(super) async fn plugins_where(&self, rest: &str, value: &str) -> Result<Vec<Plugin>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM plugins p {rest} ORDER BY lower(p.name), p.id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(value).fetch_all(&self.pool).await.map_err(database)?;
        rows.iter().map(plugin).collect()
    }
}

#[async_trait]
impl PluginShelf for Store {
    async fn register(&self, plugin: &Plugin, version: &PluginVersion) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO plugins (id, developer_id, origin, facts, name, search_text, skeleton, standing, category, \
             current_version, approved_version, verification_token, verified_at, cosmetic_changes_pass, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(plugin.id.to_string())
        .bind(plugin.developer.to_string())
        .bind(&plugin.origin)
        .bind(to_json(&plugin.facts))
        .bind(storable(&plugin.facts.name_for_human))
        .bind(search_text(&plugin.facts, &plugin.origin))
        .bind(look(&plugin.facts.name_for_human))
        .bind(plugin.standing.as_str())
        .bind(plugin.category.map(|category| category.as_str().to_owned()))
        .bind(plugin.current.as_str())
        .bind(plugin.approved.as_ref().map(|digest| digest.as_str().to_owned()))
        .bind(&plugin.verification_token)
        .bind(plugin.verified_at.map(Timestamp::as_millisecond))
        .bind(i64::from(plugin.cosmetic_changes_pass))
        .bind(plugin.created_at.as_millisecond())
        .execute(&mut *transaction)
        .await
        .map_err(database)?;
        insert_version(&mut transaction, version).await?;
        transaction.commit().await.map_err(database)
    }

    async fn add_version(&self, version: &PluginVersion) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        insert_version(&mut transaction, version).await?;
        let origin: Option<String> = sqlx::query_scalar("SELECT origin FROM plugins WHERE id = $1")
            .bind(version.plugin.to_string())
            .fetch_optional(&mut *transaction)
            .await
            .map_err(database)?;
        let origin = origin.ok_or(StoreError::NotFound("plugin"))?;
        sqlx::query(
            "UPDATE plugins SET facts = $2, name = $3, search_text = $4, skeleton = $5, current_version = $6 \
             WHERE id = $1",
        )
        .bind(version.plugin.to_string())
        .bind(to_json(&version.facts))
        .bind(storable(&version.facts.name_for_human))
        .bind(search_text(&version.facts, &origin))
        .bind(look(&version.facts.name_for_human))
        .bind(version.digest.as_str())
        .execute(&mut *transaction)
        .await
        .map_err(database)?;
        transaction.commit().await.map_err(database)
    }

    async fn get_plugin(&self, id: PluginId) -> Result<Plugin, StoreError> {
        let found = self.plugins_where("WHERE p.id = $1", &id.to_string()).await?.into_iter().next();
        found.ok_or(StoreError::NotFound("plugin"))
    }

    async fn lookup_registration(&self, developer: UserId, origin: &str) -> Result<Option<Plugin>, StoreError> {
        let own = self.list_registrations(developer).await?;
        Ok(own.into_iter().find(|plugin| plugin.origin == origin))
    }

    async fn list_registrations(&self, developer: UserId) -> Result<Vec<Plugin>, StoreError> {
        self.plugins_where("WHERE p.developer_id = $1", &developer.to_string()).await
    }

    async fn get_version(&self, digest: &VersionDigest) -> Result<PluginVersion, StoreError> {
        let row = sqlx::query("SELECT * FROM plugin_versions WHERE digest = $1 LIMIT 1")
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
            others: json(&row, "others")?,
        };
        Ok(PluginVersion {
            plugin: parsed(&row, "plugin_id")?,
            digest: digest.clone(),
            facts: json(&row, "facts")?,
            documents,
            fetched_at: time(&row, "fetched_at")?,
        })
    }

    async fn set_verified(&self, plugin: PluginId, at: Option<Timestamp>) -> Result<(), StoreError> {
        sqlx::query("UPDATE plugins SET verified_at = $2 WHERE id = $1")
            .bind(plugin.to_string())
            .bind(at.map(Timestamp::as_millisecond))
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }

    async fn unregister(&self, plugin: PluginId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM plugins WHERE id = $1")
            .bind(plugin.to_string())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }
}
