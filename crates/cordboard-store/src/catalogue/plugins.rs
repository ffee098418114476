//! Registered plugins and their versions.

use async_trait::async_trait;
use cordboard_domain::id::{PluginId, UserId};
use cordboard_domain::plugin::{
    Category, DocumentSource, Facts, Plugin, PluginDocuments, PluginVersion, Standing, Verification, VersionDigest,
};
use cordboard_domain::ports::{PluginShelf, Resolution, StoreError};
use cordboard_domain::time::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::look::look;
use super::reviews::carry_out;
use crate::Store;
use crate::row::{database, flag, json, named, parsed, storable, text, text_if_any, time, time_if_any, to_json};

/// The columns of a plugin where plugins are `p`.
pub(super) const COLUMNS: &str = "p.id, p.developer_id, p.origin, p.facts, p.standing, p.category, p.current_version, \
                                  p.approved_version, p.verification_token, p.verified_at, p.verified_origins, \
                                  p.cosmetic_changes_pass, p.created_at";

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
        verified_origins: json(row, "verified_origins")?,
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
         others, fetched_at, source) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (plugin_id, digest) DO UPDATE SET source = excluded.source",
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
    .bind(documents.source.as_str())
    .execute(connection)
    .await
    .map_err(database)?;
    Ok(())
}

/// Keeps others from sharing or moving a plugin until the transaction ends.
pub(super) async fn lock(connection: &mut AnyConnection, plugin: PluginId) -> Result<(), StoreError> {
    let locked = sqlx::query("UPDATE plugins SET name = name WHERE id = $1")
        .bind(plugin.to_string())
        .execute(connection)
        .await
        .map_err(database)?;
    if locked.rows_affected() == 0 { Err(StoreError::NotFound("plugin")) } else { Ok(()) }
}

impl Store {
    pub(super) async fn plugins_where(&self, rest: &str, values: &[&str]) -> Result<Vec<Plugin>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM plugins p {rest} ORDER BY lower(p.name), p.id");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql));
        let query = values.iter().fold(query, |query, value| query.bind((*value).to_owned()));
        query.fetch_all(&self.pool).await.map_err(database)?.iter().map(plugin).collect()
    }
}

#[async_trait]
impl PluginShelf for Store {
    async fn register(&self, plugin: &Plugin, version: &PluginVersion) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO plugins (id, developer_id, origin, facts, name, search_text, skeleton, standing, category, \
             current_version, approved_version, verification_token, verified_at, cosmetic_changes_pass, created_at, \
             looked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)",
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
        let mut connection = self.pool.acquire().await.map_err(database)?;
        insert_version(&mut connection, version).await
    }

    async fn make_current(
        &self,
        before: &Plugin,
        version: &PluginVersion,
        step: Option<&Resolution>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let advanced = sqlx::query(
            "UPDATE plugins SET facts = $4, name = $5, search_text = $6, skeleton = $7, current_version = $8, \
             looked_at = $9 \
             WHERE id = $1 AND standing = $2 AND current_version = $3",
        )
        .bind(before.id.to_string())
        .bind(before.standing.as_str())
        .bind(before.current.as_str())
        .bind(to_json(&version.facts))
        .bind(storable(&version.facts.name_for_human))
        .bind(search_text(&version.facts, &before.origin))
        .bind(look(&version.facts.name_for_human))
        .bind(version.digest.as_str())
        .bind(version.fetched_at.as_millisecond())
        .execute(&mut *transaction)
        .await
        .map_err(database)?;
        if advanced.rows_affected() == 0 {
            return Err(StoreError::Conflict);
        }
        if let Some(step) = step {
            carry_out(&mut transaction, step).await?;
        }
        transaction.commit().await.map_err(database)
    }

    async fn get_plugin(&self, id: PluginId) -> Result<Plugin, StoreError> {
        let found = self.plugins_where("WHERE p.id = $1", &[&id.to_string()]).await?.into_iter().next();
        found.ok_or(StoreError::NotFound("plugin"))
    }

    async fn lookup_registration(&self, developer: UserId, origin: &str) -> Result<Option<Plugin>, StoreError> {
        let rest = "WHERE p.developer_id = $1 AND p.origin = $2";
        Ok(self.plugins_where(rest, &[&developer.to_string(), origin]).await?.into_iter().next())
    }

    async fn list_registrations(&self, developer: UserId) -> Result<Vec<Plugin>, StoreError> {
        self.plugins_where("WHERE p.developer_id = $1", &[&developer.to_string()]).await
    }

    async fn get_version(&self, digest: &VersionDigest) -> Result<PluginVersion, StoreError> {
        let row = sqlx::query("SELECT * FROM plugin_versions WHERE digest = $1 ORDER BY source = 'pasted' LIMIT 1")
            .bind(digest.as_str())
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?
            .ok_or(StoreError::NotFound("plugin version"))?;
        let documents = PluginDocuments {
            source: named(&row, "source", DocumentSource::lookup)?,
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

    async fn set_verified(&self, plugin: PluginId, found: &Verification) -> Result<(), StoreError> {
        sqlx::query("UPDATE plugins SET verified_at = $2, verified_origins = $3 WHERE id = $1")
            .bind(plugin.to_string())
            .bind(found.verified_at.map(Timestamp::as_millisecond))
            .bind(to_json(&found.origins))
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }

    async fn list_due(&self, since: Timestamp, limit: u32) -> Result<Vec<Plugin>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM plugins p WHERE p.looked_at <= $1 AND p.standing <> 'banned' AND (p.standing <> 'unverified' \
             OR EXISTS (SELECT 1 FROM installations i WHERE i.plugin_id = p.id AND i.user_id <> p.developer_id)) \
             ORDER BY p.looked_at, p.id LIMIT $2"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(since.as_millisecond())
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        rows.iter().map(plugin).collect()
    }

    async fn claim_look(&self, plugin: PluginId, since: Timestamp, at: Timestamp) -> Result<bool, StoreError> {
        let claimed = sqlx::query("UPDATE plugins SET looked_at = $3 WHERE id = $1 AND looked_at <= $2")
            .bind(plugin.to_string())
            .bind(since.as_millisecond())
            .bind(at.as_millisecond())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(claimed.rows_affected() > 0)
    }

    async fn unregister(&self, plugin: PluginId) -> Result<(), StoreError> {
        let gone = sqlx::query("DELETE FROM plugins WHERE id = $1 AND standing <> 'banned'")
            .bind(plugin.to_string())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        if gone.rows_affected() == 0 && self.get_plugin(plugin).await.is_ok() {
            Err(StoreError::Conflict)
        } else {
            Ok(())
        }
    }
}
