//! One-time sign-in links, and sessions.

use async_trait::async_trait;
use cordboard_domain::account::Account;
use cordboard_domain::id::UserId;
use cordboard_domain::ports::{Sessions, StoreError};
use cordboard_domain::secret::TokenDigest;
use cordboard_domain::time::Timestamp;

use super::accounts::{COLUMNS, account};
use crate::Store;
use crate::row::{database, parsed};

impl Store {
    async fn add_token(
        &self,
        sql: &'static str,
        token: &TokenDigest,
        user: UserId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(sql)
            .bind(&token.0)
            .bind(user.to_string())
            .bind(expires_at.as_millisecond())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }
}

#[async_trait]
impl Sessions for Store {
    async fn add_sign_in_link(
        &self,
        token: &TokenDigest,
        user: UserId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO sign_in_links (token_digest, user_id, expires_at) VALUES ($1, $2, $3)";
        self.add_token(sql, token, user, expires_at).await
    }

    async fn redeem_sign_in_link(&self, token: &TokenDigest, now: Timestamp) -> Result<Option<UserId>, StoreError> {
        let row =
            sqlx::query("DELETE FROM sign_in_links WHERE token_digest = $1 AND expires_at > $2 RETURNING user_id")
                .bind(&token.0)
                .bind(now.as_millisecond())
                .fetch_optional(&self.pool)
                .await
                .map_err(database)?;
        row.map(|row| parsed(&row, "user_id")).transpose()
    }

    async fn add_session(&self, token: &TokenDigest, user: UserId, expires_at: Timestamp) -> Result<(), StoreError> {
        let sql = "INSERT INTO sessions (token_digest, user_id, expires_at) VALUES ($1, $2, $3)";
        self.add_token(sql, token, user, expires_at).await
    }

    async fn lookup_session(&self, token: &TokenDigest, now: Timestamp) -> Result<Option<Account>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM users u JOIN sessions s ON s.user_id = u.id \
             WHERE s.token_digest = $1 AND s.expires_at > $2 AND u.is_active = 1"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(&token.0)
            .bind(now.as_millisecond())
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        row.as_ref().map(account).transpose()
    }

    async fn end_session(&self, token: &TokenDigest) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE token_digest = $1")
            .bind(&token.0)
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }

    async fn end_sessions(&self, user: UserId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE user_id = $1")
            .bind(user.to_string())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }

    async fn sweep_expired(&self, now: Timestamp) -> Result<(), StoreError> {
        for table in ["sign_in_links", "sessions", "invitations", "share_links"] {
            sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table} WHERE expires_at <= $1")))
                .bind(now.as_millisecond())
                .execute(&self.pool)
                .await
                .map_err(database)?;
        }
        Ok(())
    }
}
