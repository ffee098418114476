//! People, their one-time links and their sessions.

use async_trait::async_trait;
use cordboard_domain::id::UserId;
use cordboard_domain::ports::{Accounts, StoreError, TokenDigest};
use cordboard_domain::time::Timestamp;

use crate::Store;
use crate::row::{database, id};

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
impl Accounts for Store {
    async fn owner(&self, id_if_new: UserId, now: Timestamp) -> Result<UserId, StoreError> {
        sqlx::query("INSERT INTO users (id, is_owner, created_at) VALUES (?1, 1, ?2) ON CONFLICT DO NOTHING")
            .bind(id_if_new.to_string())
            .bind(now.as_millisecond())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        let row =
            sqlx::query("SELECT id FROM users WHERE is_owner = 1").fetch_one(&self.pool).await.map_err(database)?;
        id(&row, "id")
    }

    async fn add_sign_in_link(
        &self,
        token: &TokenDigest,
        user: UserId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO sign_in_links (token_digest, user_id, expires_at) VALUES (?1, ?2, ?3)";
        self.add_token(sql, token, user, expires_at).await
    }

    async fn redeem_sign_in_link(&self, token: &TokenDigest, now: Timestamp) -> Result<Option<UserId>, StoreError> {
        let row =
            sqlx::query("DELETE FROM sign_in_links WHERE token_digest = ?1 AND expires_at > ?2 RETURNING user_id")
                .bind(&token.0)
                .bind(now.as_millisecond())
                .fetch_optional(&self.pool)
                .await
                .map_err(database)?;
        row.map(|row| id(&row, "user_id")).transpose()
    }

    async fn add_session(&self, token: &TokenDigest, user: UserId, expires_at: Timestamp) -> Result<(), StoreError> {
        let sql = "INSERT INTO sessions (token_digest, user_id, expires_at) VALUES (?1, ?2, ?3)";
        self.add_token(sql, token, user, expires_at).await
    }

    async fn lookup_session(&self, token: &TokenDigest, now: Timestamp) -> Result<Option<UserId>, StoreError> {
        let row = sqlx::query("SELECT user_id FROM sessions WHERE token_digest = ?1 AND expires_at > ?2")
            .bind(&token.0)
            .bind(now.as_millisecond())
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        row.map(|row| id(&row, "user_id")).transpose()
    }

    async fn end_session(&self, token: &TokenDigest) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE token_digest = ?1")
            .bind(&token.0)
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }
}
