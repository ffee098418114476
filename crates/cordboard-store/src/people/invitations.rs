//! Invitations to people without an account.

use async_trait::async_trait;
use cordboard_domain::account::Invitation;
use cordboard_domain::ports::{Invitations, StoreError};
use cordboard_domain::secret::TokenDigest;
use cordboard_domain::time::Timestamp;
use sqlx::any::AnyRow;

use crate::Store;
use crate::row::{database, parsed, parsed_if_any, storable, text, time};

fn invitation(row: &AnyRow) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        role: parsed(row, "role")?,
        account: parsed_if_any(row, "account_id")?,
        invited_by: parsed_if_any(row, "invited_by")?,
        note: text(row, "note")?,
        expires_at: time(row, "expires_at")?,
    })
}

#[async_trait]
impl Invitations for Store {
    async fn add_invitation(&self, token: &TokenDigest, invitation: &Invitation) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO invitations (token_digest, role, account_id, invited_by, note, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&token.0)
        .bind(invitation.role.as_str())
        .bind(invitation.account.map(|user| user.to_string()))
        .bind(invitation.invited_by.map(|user| user.to_string()))
        .bind(storable(&invitation.note))
        .bind(invitation.expires_at.as_millisecond())
        .execute(&self.pool)
        .await
        .map_err(database)?;
        Ok(())
    }

    async fn lookup_invitation(&self, token: &TokenDigest, now: Timestamp) -> Result<Option<Invitation>, StoreError> {
        let row = sqlx::query("SELECT * FROM invitations WHERE token_digest = $1 AND expires_at > $2")
            .bind(&token.0)
            .bind(now.as_millisecond())
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        row.as_ref().map(invitation).transpose()
    }

    async fn redeem_invitation(&self, token: &TokenDigest, now: Timestamp) -> Result<Option<Invitation>, StoreError> {
        let row = sqlx::query("DELETE FROM invitations WHERE token_digest = $1 AND expires_at > $2 RETURNING *")
            .bind(&token.0)
            .bind(now.as_millisecond())
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        row.as_ref().map(invitation).transpose()
    }

    async fn list_invitations(&self, now: Timestamp) -> Result<Vec<(TokenDigest, Invitation)>, StoreError> {
        let rows = sqlx::query("SELECT * FROM invitations WHERE expires_at > $1 ORDER BY expires_at DESC")
            .bind(now.as_millisecond())
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        rows.iter().map(|row| Ok((TokenDigest(text(row, "token_digest")?), invitation(row)?))).collect()
    }

    async fn revoke_invitation(&self, token: &TokenDigest) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM invitations WHERE token_digest = $1")
            .bind(&token.0)
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }
}
