//! Conversations and the plugins that are active in them.

use async_trait::async_trait;
use cordboard_domain::conversation::{Activation, Conversation};
use cordboard_domain::id::{ConversationId, ModelId, PluginId};
use cordboard_domain::plugin::VersionDigest;
use cordboard_domain::ports::{Conversations, StoreError};
use sqlx::sqlite::SqliteRow;

use crate::Store;
use crate::row::{database, id, text, time};

const COLUMNS: &str = "SELECT id, title, model, created_at, updated_at FROM conversations";

fn conversation(row: &SqliteRow) -> Result<Conversation, StoreError> {
    Ok(Conversation {
        id: id(row, "id")?,
        title: text(row, "title")?,
        model: ModelId(text(row, "model")?),
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
    })
}

#[async_trait]
impl Conversations for Store {
    async fn create_conversation(&self, conversation: &Conversation) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO conversations (id, title, model, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)")
            .bind(conversation.id.to_string())
            .bind(&conversation.title)
            .bind(&conversation.model.0)
            .bind(conversation.created_at.as_millisecond())
            .bind(conversation.updated_at.as_millisecond())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }

    async fn get_conversation(&self, id: ConversationId) -> Result<Conversation, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE id = ?1")))
            .bind(id.to_string())
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        conversation(&row.ok_or(StoreError::NotFound("conversation"))?)
    }

    async fn list_conversations(&self) -> Result<Vec<Conversation>, StoreError> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} ORDER BY updated_at DESC, id DESC")))
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        rows.iter().map(conversation).collect()
    }

    async fn set_model(&self, id: ConversationId, model: &ModelId) -> Result<(), StoreError> {
        sqlx::query("UPDATE conversations SET model = ?2 WHERE id = ?1")
            .bind(id.to_string())
            .bind(&model.0)
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }

    async fn set_title(&self, id: ConversationId, title: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE conversations SET title = ?2 WHERE id = ?1")
            .bind(id.to_string())
            .bind(title)
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }

    async fn list_activations(&self, conversation: ConversationId) -> Result<Vec<Activation>, StoreError> {
        let rows = sqlx::query(
            "SELECT a.plugin_id, a.version FROM activations a JOIN plugins p ON p.id = a.plugin_id \
             WHERE a.conversation_id = ?1 AND p.is_installed = 1 ORDER BY p.name_for_human, p.id",
        )
        .bind(conversation.to_string())
        .fetch_all(&self.pool)
        .await
        .map_err(database)?;
        let activation = |row: &SqliteRow| {
            let version = VersionDigest::from_stored(text(row, "version")?);
            Ok(Activation { plugin: id(row, "plugin_id")?, version })
        };
        rows.iter().map(activation).collect()
    }

    async fn activate(&self, conversation: ConversationId, activation: &Activation) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO activations (conversation_id, plugin_id, version) VALUES (?1, ?2, ?3) \
             ON CONFLICT (conversation_id, plugin_id) DO UPDATE SET version = ?3",
        )
        .bind(conversation.to_string())
        .bind(activation.plugin.to_string())
        .bind(activation.version.as_str())
        .execute(&self.pool)
        .await
        .map_err(database)?;
        Ok(())
    }

    async fn deactivate(&self, conversation: ConversationId, plugin: PluginId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM activations WHERE conversation_id = ?1 AND plugin_id = ?2")
            .bind(conversation.to_string())
            .bind(plugin.to_string())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }
}
