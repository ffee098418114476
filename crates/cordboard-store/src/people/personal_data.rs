//! Everything that belongs to one person: to take along, and to delete.

use async_trait::async_trait;
use cordboard_domain::id::UserId;
use cordboard_domain::ports::{PersonalData, StoreError};
use serde_json::{Map, Value};

use crate::Store;
use crate::portable::{select, value};
use crate::row::database;
use crate::tables::TABLES;

#[async_trait]
impl PersonalData for Store {
    async fn export_person(&self, user: UserId) -> Result<Value, StoreError> {
        let mut export = Map::new();
        for table in &TABLES {
            let Some(condition) = table.of_person else { continue };
            let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{} WHERE {condition}", select(table))))
                .bind(user.to_string())
                .fetch_all(&self.pool)
                .await
                .map_err(database)?;
            let mut list = Vec::with_capacity(rows.len());
            for row in &rows {
                let mut members = Map::new();
                for (column, kind) in table.columns.iter().filter(|(name, _)| !table.secrets.contains(name)) {
                    members.insert((*column).to_owned(), value(row, column, *kind)?);
                }
                list.push(Value::Object(members));
            }
            export.insert(table.name.to_owned(), Value::Array(list));
        }
        Ok(Value::Object(export))
    }

    async fn delete_person(&self, user: UserId) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let deleted = sqlx::query("DELETE FROM users WHERE id = $1")
            .bind(user.to_string())
            .execute(&mut *transaction)
            .await
            .map_err(database)?;
        if deleted.rows_affected() == 0 {
            return Err(StoreError::NotFound("account"));
        }
        transaction.commit().await.map_err(database)
    }
}
