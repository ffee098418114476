//! People with an account.

use async_trait::async_trait;
use cordboard_domain::account::{Account, ExternalIdentity, Login, NewAccount, PasswordHash, Role};
use cordboard_domain::id::UserId;
use cordboard_domain::ports::{Accounts, StoreError};
use cordboard_domain::time::Timestamp;
use sqlx::any::AnyRow;

use crate::Store;
use crate::row::{database, flag, parsed, parsed_if_any, storable, text, time};

/// The columns of an account where users are `u`.
pub(super) const COLUMNS: &str = "u.id, u.login, u.name, u.role, u.is_owner, u.is_active, u.created_at";

pub(super) fn account(row: &AnyRow) -> Result<Account, StoreError> {
    Ok(Account {
        id: parsed(row, "id")?,
        login: parsed_if_any(row, "login")?,
        name: text(row, "name")?,
        role: parsed(row, "role")?,
        is_owner: flag(row, "is_owner")?,
        is_active: flag(row, "is_active")?,
        created_at: time(row, "created_at")?,
    })
}

impl Store {
    async fn update_user(&self, column: &str, value: &str, user: UserId) -> Result<(), StoreError> {
        let updated = sqlx::query(sqlx::AssertSqlSafe(format!("UPDATE users SET {column} = $2 WHERE id = $1")))
            .bind(user.to_string())
            .bind(value)
            .execute(&self.pool)
            .await
            .map_err(database)?;
        if updated.rows_affected() == 0 { Err(StoreError::NotFound("account")) } else { Ok(()) }
    }

    async fn account_where(&self, condition: &str, value: &str) -> Result<Option<Account>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM users u WHERE {condition}");
        let row =
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(value).fetch_optional(&self.pool).await.map_err(database)?;
        row.as_ref().map(account).transpose()
    }
}

#[async_trait]
impl Accounts for Store {
    async fn owner(&self, id_if_new: UserId, now: Timestamp) -> Result<UserId, StoreError> {
        sqlx::query("INSERT INTO users (id, is_owner, created_at) VALUES ($1, 1, $2) ON CONFLICT DO NOTHING")
            .bind(id_if_new.to_string())
            .bind(now.as_millisecond())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        let row =
            sqlx::query("SELECT id FROM users WHERE is_owner = 1").fetch_one(&self.pool).await.map_err(database)?;
        parsed(&row, "id")
    }

    async fn create_account(
        &self,
        account: &NewAccount,
        identity: Option<&ExternalIdentity>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO users (id, is_owner, created_at, login, name, password, role, is_active) \
             VALUES ($1, 0, $2, $3, $4, $5, $6, 1)",
        )
        .bind(account.id.to_string())
        .bind(account.created_at.as_millisecond())
        .bind(account.login.as_str())
        .bind(storable(&account.name))
        .bind(account.password.as_ref().map(|hash| hash.0.clone()))
        .bind(account.role.as_str())
        .execute(&mut *transaction)
        .await
        .map_err(database)?;
        if let Some(identity) = identity {
            sqlx::query("INSERT INTO identities (issuer, subject, user_id) VALUES ($1, $2, $3)")
                .bind(&identity.issuer)
                .bind(&identity.subject)
                .bind(account.id.to_string())
                .execute(&mut *transaction)
                .await
                .map_err(database)?;
        }
        transaction.commit().await.map_err(database)
    }

    async fn get_account(&self, user: UserId) -> Result<Account, StoreError> {
        self.account_where("u.id = $1", &user.to_string()).await?.ok_or(StoreError::NotFound("account"))
    }

    async fn list_accounts(&self) -> Result<Vec<Account>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM users u ORDER BY lower(u.name), u.id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&self.pool).await.map_err(database)?;
        rows.iter().map(account).collect()
    }

    async fn lookup_account(&self, login: &Login) -> Result<Option<Account>, StoreError> {
        self.account_where("u.login = $1", login.as_str()).await
    }

    async fn lookup_identity(&self, identity: &ExternalIdentity) -> Result<Option<Account>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM users u JOIN identities i ON i.user_id = u.id WHERE i.issuer = $1 AND i.subject = $2"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(&identity.issuer)
            .bind(&identity.subject)
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        row.as_ref().map(account).transpose()
    }

    async fn lookup_password(&self, user: UserId) -> Result<Option<PasswordHash>, StoreError> {
        let hash: Option<Option<String>> = sqlx::query_scalar("SELECT password FROM users WHERE id = $1")
            .bind(user.to_string())
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        Ok(hash.flatten().map(PasswordHash))
    }

    async fn set_login(&self, user: UserId, login: &Login, name: &str) -> Result<(), StoreError> {
        let updated = sqlx::query("UPDATE users SET login = $2, name = $3 WHERE id = $1")
            .bind(user.to_string())
            .bind(login.as_str())
            .bind(storable(name))
            .execute(&self.pool)
            .await
            .map_err(database)?;
        if updated.rows_affected() == 0 { Err(StoreError::NotFound("account")) } else { Ok(()) }
    }

    async fn set_password(&self, user: UserId, password: &PasswordHash) -> Result<(), StoreError> {
        self.update_user("password", &password.0, user).await
    }

    async fn set_role(&self, user: UserId, role: Role) -> Result<(), StoreError> {
        self.update_user("role", role.as_str(), user).await
    }

    async fn set_active(&self, user: UserId, is_active: bool) -> Result<(), StoreError> {
        let updated = sqlx::query("UPDATE users SET is_active = $2 WHERE id = $1")
            .bind(user.to_string())
            .bind(i64::from(is_active))
            .execute(&self.pool)
            .await
            .map_err(database)?;
        if updated.rows_affected() == 0 { Err(StoreError::NotFound("account")) } else { Ok(()) }
    }
}
