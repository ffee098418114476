//! People, the ways in, and what belongs to a person.

use async_trait::async_trait;

use super::StoreError;
use crate::account::{AccessToken, Account, ExternalIdentity, Invitation, Login, NewAccount, PasswordHash, Role};
use crate::id::{AccessTokenId, UserId};
use crate::secret::TokenDigest;
use crate::time::Timestamp;

/// People with an account.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The person who runs this server; created on first use with the id given.
    async fn owner(&self, id_if_new: UserId, now: Timestamp) -> Result<UserId, StoreError>;
    /// Conflicts where the login is taken.
    async fn create_account(&self, account: &NewAccount, identity: Option<&ExternalIdentity>)
    -> Result<(), StoreError>;
    async fn get_account(&self, user: UserId) -> Result<Account, StoreError>;
    /// By name.
    async fn list_accounts(&self) -> Result<Vec<Account>, StoreError>;
    async fn lookup_account(&self, login: &Login) -> Result<Option<Account>, StoreError>;
    async fn lookup_identity(&self, identity: &ExternalIdentity) -> Result<Option<Account>, StoreError>;
    /// The hashed password of an account that has one.
    async fn lookup_password(&self, user: UserId) -> Result<Option<PasswordHash>, StoreError>;
    /// Conflicts where the login is taken.
    async fn set_login(&self, user: UserId, login: &Login, name: &str) -> Result<(), StoreError>;
    async fn set_password(&self, user: UserId, password: &PasswordHash) -> Result<(), StoreError>;
    async fn set_role(&self, user: UserId, role: Role) -> Result<(), StoreError>;
    /// A person who is not active cannot sign in, and no session or token of theirs holds.
    async fn set_active(&self, user: UserId, is_active: bool) -> Result<(), StoreError>;
}

/// One-time sign-in links, and sessions.
#[async_trait]
pub trait Sessions: Send + Sync {
    async fn add_sign_in_link(
        &self,
        token: &TokenDigest,
        user: UserId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Uses up a link; `None` when it is unknown, used or expired.
    async fn redeem_sign_in_link(&self, token: &TokenDigest, now: Timestamp) -> Result<Option<UserId>, StoreError>;
    async fn add_session(&self, token: &TokenDigest, user: UserId, expires_at: Timestamp) -> Result<(), StoreError>;
    /// The active person behind a session that has not expired.
    async fn lookup_session(&self, token: &TokenDigest, now: Timestamp) -> Result<Option<Account>, StoreError>;
    async fn end_session(&self, token: &TokenDigest) -> Result<(), StoreError>;
    /// Ends all sessions of a person, on every device.
    async fn end_sessions(&self, user: UserId) -> Result<(), StoreError>;
    /// Forgets links, sessions and invitations that have expired.
    async fn sweep_expired(&self, now: Timestamp) -> Result<(), StoreError>;
}

/// Invitations to people without an account.
#[async_trait]
pub trait Invitations: Send + Sync {
    async fn add_invitation(&self, token: &TokenDigest, invitation: &Invitation) -> Result<(), StoreError>;
    async fn lookup_invitation(&self, token: &TokenDigest, now: Timestamp) -> Result<Option<Invitation>, StoreError>;
    /// Uses up an invitation; `None` when it is unknown, used or expired.
    async fn redeem_invitation(&self, token: &TokenDigest, now: Timestamp) -> Result<Option<Invitation>, StoreError>;
    /// Open invitations, the newest first.
    async fn list_invitations(&self, now: Timestamp) -> Result<Vec<(TokenDigest, Invitation)>, StoreError>;
    async fn revoke_invitation(&self, token: &TokenDigest) -> Result<(), StoreError>;
}

/// Personal access tokens.
#[async_trait]
pub trait AccessTokens: Send + Sync {
    async fn add_access_token(&self, token: &AccessToken, secret: &TokenDigest) -> Result<(), StoreError>;
    /// The newest first.
    async fn list_access_tokens(&self, user: UserId) -> Result<Vec<AccessToken>, StoreError>;
    /// The token that has not expired with its active person; notes that it was used.
    async fn use_access_token(
        &self,
        secret: &TokenDigest,
        now: Timestamp,
    ) -> Result<Option<(AccessToken, Account)>, StoreError>;
    async fn revoke_access_token(&self, user: UserId, token: AccessTokenId) -> Result<(), StoreError>;
}

/// Everything that belongs to one person.
#[async_trait]
pub trait PersonalData: Send + Sync {
    /// All rows of a person by table, without secrets.
    async fn export_person(&self, user: UserId) -> Result<serde_json::Value, StoreError>;
    /// Deletes a person and what is theirs: conversations, plugins, shares, tokens, uses.
    async fn delete_person(&self, user: UserId) -> Result<(), StoreError>;
}

/// Everything about people at once, as one store keeps it.
pub trait People: Accounts + Sessions + Invitations + AccessTokens + PersonalData {}

impl<Store: Accounts + Sessions + Invitations + AccessTokens + PersonalData> People for Store {}
