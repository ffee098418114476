//! Small values that belong to the installation as a whole.

use async_trait::async_trait;
use cordboard_domain::ports::{Settings, StoreError};

use crate::Store;
use crate::row::database;

#[async_trait]
impl Settings for Store {
    async fn setting_or(&self, key: &str, value: &str) -> Result<String, StoreError> {
        sqlx::query("INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING")
            .bind(key)
            .bind(value)
            .execute(&self.pool)
            .await
            .map_err(database)?;
        sqlx::query_scalar("SELECT value FROM settings WHERE key = $1")
            .bind(key)
            .fetch_one(&self.pool)
            .await
            .map_err(database)
    }
}
