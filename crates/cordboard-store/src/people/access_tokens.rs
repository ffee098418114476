//! Personal access tokens.

use async_trait::async_trait;
use cordboard_domain::account::{AccessToken, Account, Scope};
use cordboard_domain::id::{AccessTokenId, UserId};
use cordboard_domain::ports::{AccessTokens, Accounts as _, StoreError};
use cordboard_domain::secret::TokenDigest;
use cordboard_domain::time::Timestamp;
use sqlx::any::AnyRow;

use crate::Store;
use crate::row::{database, parsed, storable, text, time, time_if_any};

fn access_token(row: &AnyRow) -> Result<AccessToken, StoreError> {
    Ok(AccessToken {
        id: parsed(row, "id")?,
        user: parsed(row, "user_id")?,
        name: text(row, "name")?,
        scopes: text(row, "scopes")?.split(' ').filter_map(Scope::lookup).collect(),
        created_at: time(row, "created_at")?,
        expires_at: time_if_any(row, "expires_at")?,
        last_used_at: time_if_any(row, "last_used_at")?,
    })
}

#[async_trait]
impl AccessTokens for Store {
    async fn add_access_token(&self, token: &AccessToken, secret: &TokenDigest) -> Result<(), StoreError> {
        let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
        sqlx::query(
            "INSERT INTO access_tokens (id, user_id, name, secret_digest, scopes, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(token.id.to_string())
        .bind(token.user.to_string())
        .bind(storable(&token.name))
        .bind(&secret.0)
        .bind(scopes.join(" "))
        .bind(token.created_at.as_millisecond())
        .bind(token.expires_at.map(Timestamp::as_millisecond))
        .execute(&self.pool)
        .await
        .map_err(database)?;
        Ok(())
    }

    async fn list_access_tokens(&self, user: UserId) -> Result<Vec<AccessToken>, StoreError> {
        let rows = sqlx::query("SELECT * FROM access_tokens WHERE user_id = $1 ORDER BY created_at DESC, id DESC")
            .bind(user.to_string())
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        rows.iter().map(access_token).collect()
    }

    async fn use_access_token(
        &self,
        secret: &TokenDigest,
        now: Timestamp,
    ) -> Result<Option<(AccessToken, Account)>, StoreError> {
        let row = sqlx::query(
            "UPDATE access_tokens SET last_used_at = $2 WHERE secret_digest = $1 \
             AND (expires_at IS NULL OR expires_at > $2) RETURNING *",
        )
        .bind(&secret.0)
        .bind(now.as_millisecond())
        .fetch_optional(&self.pool)
        .await
        .map_err(database)?;
        let Some(token) = row.as_ref().map(access_token).transpose()? else { return Ok(None) };
        let account = self.get_account(token.user).await?;
        Ok(Some((token, account)).filter(|(_, account)| account.is_active))
    }

    async fn revoke_access_token(&self, user: UserId, token: AccessTokenId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM access_tokens WHERE id = $1 AND user_id = $2")
            .bind(token.to_string())
            .bind(user.to_string())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }
}
