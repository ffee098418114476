//! What people allowed once for all.

use async_trait::async_trait;
use cordboard_domain::grant::Grant;
use cordboard_domain::id::{GrantId, UserId};
use cordboard_domain::ports::{Grants, StoreError};
use cordboard_domain::time::Timestamp;
use sqlx::any::AnyRow;

use crate::Store;
use crate::row::{database, json, parsed, storable, text, time, time_if_any, to_json};

fn grant(row: &AnyRow) -> Result<Grant, StoreError> {
    Ok(Grant {
        id: parsed(row, "id")?,
        user: parsed(row, "user_id")?,
        plugin: parsed(row, "plugin_id")?,
        operation: text(row, "operation")?,
        contract: text(row, "contract")?,
        summary: text(row, "summary")?,
        bounds: json(row, "bounds")?,
        created_at: time(row, "created_at")?,
        expires_at: time_if_any(row, "expires_at")?,
        last_used_at: time_if_any(row, "last_used_at")?,
    })
}

#[async_trait]
impl Grants for Store {
    async fn add_grant(&self, grant: &Grant) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO grants (id, user_id, plugin_id, operation, contract, summary, bounds, created_at, expires_at, \
             last_used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(grant.id.to_string())
        .bind(grant.user.to_string())
        .bind(grant.plugin.to_string())
        .bind(&grant.operation)
        .bind(&grant.contract)
        .bind(storable(&grant.summary))
        .bind(to_json(&grant.bounds))
        .bind(grant.created_at.as_millisecond())
        .bind(grant.expires_at.map(Timestamp::as_millisecond))
        .bind(grant.last_used_at.map(Timestamp::as_millisecond))
        .execute(&self.pool)
        .await
        .map_err(database)?;
        Ok(())
    }

    async fn list_grants(&self, user: UserId) -> Result<Vec<Grant>, StoreError> {
        let rows = sqlx::query("SELECT * FROM grants WHERE user_id = $1 ORDER BY created_at DESC, id DESC")
            .bind(user.to_string())
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        rows.iter().map(grant).collect()
    }

    async fn record_grant_use(&self, grant: GrantId, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE grants SET last_used_at = $2 WHERE id = $1")
            .bind(grant.to_string())
            .bind(at.as_millisecond())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }

    async fn revoke_grant(&self, user: UserId, grant: GrantId) -> Result<(), StoreError> {
        let gone = sqlx::query("DELETE FROM grants WHERE id = $1 AND user_id = $2")
            .bind(grant.to_string())
            .bind(user.to_string())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        if gone.rows_affected() == 0 { Err(StoreError::NotFound("permission")) } else { Ok(()) }
    }
}
