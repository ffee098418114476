//! Example requests that developers edited.

use std::collections::BTreeMap;

use async_trait::async_trait;
use cordboard_domain::example_requests::{EditedExamples, ExampleRequests};
use cordboard_domain::id::PluginId;
use cordboard_domain::ports::{Examples, StoreError};

use crate::Store;
use crate::row::{database, json, parsed, text, to_json};

#[async_trait]
impl Examples for Store {
    async fn list_examples(&self, plugins: &[PluginId]) -> Result<BTreeMap<PluginId, EditedExamples>, StoreError> {
        let mut found: BTreeMap<PluginId, EditedExamples> = BTreeMap::new();
        if plugins.is_empty() {
            return Ok(found);
        }
        let numbers = (1..=plugins.len()).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ");
        let sql = format!("SELECT plugin_id, operation, examples FROM edited_examples WHERE plugin_id IN ({numbers})");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql));
        let query = plugins.iter().fold(query, |query, plugin| query.bind(plugin.to_string()));
        for row in &query.fetch_all(&self.pool).await.map_err(database)? {
            let of_plugin = found.entry(parsed(row, "plugin_id")?).or_default();
            of_plugin.insert(text(row, "operation")?, json(row, "examples")?);
        }
        Ok(found)
    }

    async fn set_examples(
        &self,
        plugin: PluginId,
        operation: &str,
        examples: &ExampleRequests,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO edited_examples (plugin_id, operation, examples) VALUES ($1, $2, $3) \
             ON CONFLICT (plugin_id, operation) DO UPDATE SET examples = excluded.examples",
        )
        .bind(plugin.to_string())
        .bind(operation.to_owned())
        .bind(to_json(examples))
        .execute(&self.pool)
        .await
        .map_err(database)?;
        Ok(())
    }

    async fn delete_examples(&self, plugin: PluginId, operation: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM edited_examples WHERE plugin_id = $1 AND operation = $2")
            .bind(plugin.to_string())
            .bind(operation.to_owned())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }
}
