//! With whom developers share their plugins.

use async_trait::async_trait;
use cordboard_domain::id::{PluginId, ShareLinkId, UserId};
use cordboard_domain::installation::{Share, ShareLink};
use cordboard_domain::plugin::Plugin;
use cordboard_domain::ports::{Sharing, StoreError};
use cordboard_domain::secret::TokenDigest;
use cordboard_domain::time::Timestamp;
use sqlx::any::AnyRow;

use super::installations::take_away;
use super::plugins::lock;
use crate::Store;
use crate::row::{database, parsed, text, time};

fn share_link(row: &AnyRow) -> Result<ShareLink, StoreError> {
    Ok(ShareLink {
        id: parsed(row, "id")?,
        plugin: parsed(row, "plugin_id")?,
        created_at: time(row, "created_at")?,
        expires_at: time(row, "expires_at")?,
    })
}

#[async_trait]
impl Sharing for Store {
    async fn list_shares(&self, plugin: PluginId) -> Result<Vec<Share>, StoreError> {
        let rows = sqlx::query(
            "SELECT s.plugin_id, s.user_id, s.shared_at, u.name FROM shares s JOIN users u ON u.id = s.user_id \
             WHERE s.plugin_id = $1 ORDER BY lower(u.name), u.id",
        )
        .bind(plugin.to_string())
        .fetch_all(&self.pool)
        .await
        .map_err(database)?;
        let share = |row: &AnyRow| {
            Ok(Share {
                plugin: parsed(row, "plugin_id")?,
                user: parsed(row, "user_id")?,
                name: text(row, "name")?,
                shared_at: time(row, "shared_at")?,
            })
        };
        rows.iter().map(share).collect()
    }

    async fn list_shared_with(&self, user: UserId) -> Result<Vec<Plugin>, StoreError> {
        self.plugins_where("JOIN shares s ON s.plugin_id = p.id WHERE s.user_id = $1", &[&user.to_string()]).await
    }

    async fn share(&self, plugin: PluginId, user: UserId, limit: u32, at: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        // Two who share at once cannot both take the last place.
        lock(&mut transaction, plugin).await?;
        let others: i64 = sqlx::query_scalar("SELECT count(*) FROM shares WHERE plugin_id = $1 AND user_id <> $2")
            .bind(plugin.to_string())
            .bind(user.to_string())
            .fetch_one(&mut *transaction)
            .await
            .map_err(database)?;
        if others >= i64::from(limit) {
            return Err(StoreError::Full("person"));
        }
        sqlx::query("INSERT INTO shares (plugin_id, user_id, shared_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(plugin.to_string())
            .bind(user.to_string())
            .bind(at.as_millisecond())
            .execute(&mut *transaction)
            .await
            .map_err(database)?;
        transaction.commit().await.map_err(database)
    }

    async fn revoke_share(&self, plugin: PluginId, user: UserId) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        // Who is about to install it is either here already or too late.
        lock(&mut transaction, plugin).await?;
        sqlx::query("DELETE FROM shares WHERE plugin_id = $1 AND user_id = $2")
            .bind(plugin.to_string())
            .bind(user.to_string())
            .execute(&mut *transaction)
            .await
            .map_err(database)?;
        let provenance: Option<String> =
            sqlx::query_scalar("SELECT provenance FROM installations WHERE plugin_id = $1 AND user_id = $2")
                .bind(plugin.to_string())
                .bind(user.to_string())
                .fetch_optional(&mut *transaction)
                .await
                .map_err(database)?;
        if provenance.as_deref() == Some("shared") {
            take_away(&mut transaction, user, plugin).await?;
        }
        transaction.commit().await.map_err(database)
    }

    async fn add_share_link(&self, link: &ShareLink, secret: &TokenDigest) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO share_links (id, plugin_id, secret_digest, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(link.id.to_string())
        .bind(link.plugin.to_string())
        .bind(&secret.0)
        .bind(link.created_at.as_millisecond())
        .bind(link.expires_at.as_millisecond())
        .execute(&self.pool)
        .await
        .map_err(database)?;
        Ok(())
    }

    async fn list_share_links(&self, plugin: PluginId, now: Timestamp) -> Result<Vec<ShareLink>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM share_links WHERE plugin_id = $1 AND expires_at > $2 ORDER BY created_at DESC, id DESC",
        )
        .bind(plugin.to_string())
        .bind(now.as_millisecond())
        .fetch_all(&self.pool)
        .await
        .map_err(database)?;
        rows.iter().map(share_link).collect()
    }

    async fn lookup_share_link(&self, secret: &TokenDigest, now: Timestamp) -> Result<Option<ShareLink>, StoreError> {
        let row = sqlx::query("SELECT * FROM share_links WHERE secret_digest = $1 AND expires_at > $2")
            .bind(&secret.0)
            .bind(now.as_millisecond())
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        row.as_ref().map(share_link).transpose()
    }

    async fn revoke_share_link(&self, plugin: PluginId, link: ShareLinkId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM share_links WHERE id = $1 AND plugin_id = $2")
            .bind(link.to_string())
            .bind(plugin.to_string())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }
}
