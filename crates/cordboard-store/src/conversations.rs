//! Conversations and the plugins that are active in them.

use std::collections::HashSet;

use async_trait::async_trait;
use cordboard_domain::conversation::{Activation, Conversation};
use cordboard_domain::event::TurnEvent;
use cordboard_domain::id::{ConversationId, ModelId, PluginId, UserId};
use cordboard_domain::plugin::VersionDigest;
use cordboard_domain::ports::{Conversations, StoreError};
use cordboard_domain::time::Timestamp;
use sqlx::any::AnyRow;

use crate::Store;
use crate::row::{database, json, parsed, storable, text, time, time_if_any};

/// Plugins that are switched on in a conversation, that its person still has, and that are not banned.
const ACTIVE: &str = "FROM activations a JOIN conversations c ON c.id = a.conversation_id \
                      JOIN installations i ON i.plugin_id = a.plugin_id AND i.user_id = c.user_id \
                      JOIN plugins p ON p.id = a.plugin_id WHERE a.conversation_id = $1 AND p.standing <> 'banned'";

fn conversation(row: &AnyRow) -> Result<Conversation, StoreError> {
    Ok(Conversation {
        id: parsed(row, "id")?,
        user: parsed(row, "user_id")?,
        title: text(row, "title")?,
        model: ModelId(text(row, "model")?),
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
        archived_at: time_if_any(row, "archived_at")?,
    })
}

/// A person's conversations in which they said something with this text. The database looks roughly, since it keeps
/// messages as JSON and need not know what is large and small in every script.
async fn said(store: &Store, user: UserId, text: &str) -> Result<HashSet<ConversationId>, StoreError> {
    let wanted = text.to_lowercase();
    let rows = sqlx::query(
        "SELECT e.conversation_id, e.body FROM events e JOIN conversations c ON c.id = e.conversation_id \
         WHERE c.user_id = $1 AND e.sequence = 1 AND lower(e.body) LIKE $2 ESCAPE '!'",
    )
    .bind(user.to_string())
    .bind(pattern(&wanted))
    .fetch_all(&store.pool)
    .await
    .map_err(database)?;
    let mut found = HashSet::new();
    for row in &rows {
        let event: TurnEvent = json(row, "body")?;
        if matches!(event, TurnEvent::Started { user_message, .. } if user_message.to_lowercase().contains(&wanted)) {
            found.insert(parsed(row, "conversation_id")?);
        }
    }
    Ok(found)
}

/// What JSON text is like in which another text stands.
fn pattern(text: &str) -> String {
    let known = |character: char| match character {
        '%' | '_' | '!' => format!("!{character}"),
        ' '..='~' if !matches!(character, '"' | '\\') => character.to_string(),
        _ => "%".to_owned(),
    };
    format!("%{}%", text.chars().map(known).collect::<String>())
}

#[async_trait]
impl Conversations for Store {
    async fn create_conversation(&self, conversation: &Conversation) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO conversations (id, user_id, title, model, created_at, updated_at, archived_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(conversation.id.to_string())
        .bind(conversation.user.to_string())
        .bind(storable(&conversation.title))
        .bind(&conversation.model.0)
        .bind(conversation.created_at.as_millisecond())
        .bind(conversation.updated_at.as_millisecond())
        .bind(conversation.archived_at.map(Timestamp::as_millisecond))
        .execute(&self.pool)
        .await
        .map_err(database)?;
        Ok(())
    }

    async fn get_conversation(&self, id: ConversationId) -> Result<Conversation, StoreError> {
        let row = sqlx::query("SELECT * FROM conversations WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        conversation(&row.ok_or(StoreError::NotFound("conversation"))?)
    }

    async fn lookup_conversation(&self, user: UserId, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
        let row = sqlx::query("SELECT * FROM conversations WHERE id = $1 AND user_id = $2")
            .bind(id.to_string())
            .bind(user.to_string())
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        row.as_ref().map(conversation).transpose()
    }

    async fn list_conversations(&self, user: UserId) -> Result<Vec<Conversation>, StoreError> {
        let rows = sqlx::query("SELECT * FROM conversations WHERE user_id = $1 ORDER BY updated_at DESC, id DESC")
            .bind(user.to_string())
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        rows.iter().map(conversation).collect()
    }

    async fn set_model(&self, id: ConversationId, model: &ModelId) -> Result<(), StoreError> {
        sqlx::query("UPDATE conversations SET model = $2 WHERE id = $1")
            .bind(id.to_string())
            .bind(&model.0)
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }

    async fn find_conversations(&self, user: UserId, text: &str) -> Result<Vec<Conversation>, StoreError> {
        let (wanted, said) = (text.to_lowercase(), said(self, user, text).await?);
        let all = self.list_conversations(user).await?.into_iter();
        Ok(all.filter(|each| said.contains(&each.id) || each.title.to_lowercase().contains(&wanted)).collect())
    }

    async fn set_archived(&self, id: ConversationId, at: Option<Timestamp>) -> Result<(), StoreError> {
        sqlx::query("UPDATE conversations SET archived_at = $2 WHERE id = $1")
            .bind(id.to_string())
            .bind(at.map(Timestamp::as_millisecond))
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }

    async fn set_title(&self, id: ConversationId, title: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE conversations SET title = $2 WHERE id = $1")
            .bind(id.to_string())
            .bind(storable(title))
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }

    async fn delete_conversation(&self, id: ConversationId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM conversations WHERE id = $1")
            .bind(id.to_string())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }

    async fn list_activations(&self, conversation: ConversationId) -> Result<Vec<Activation>, StoreError> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT a.plugin_id, a.version {ACTIVE} ORDER BY lower(p.name), p.id"
        )))
        .bind(conversation.to_string())
        .fetch_all(&self.pool)
        .await
        .map_err(database)?;
        let activation = |row: &AnyRow| {
            let version = VersionDigest::from_stored(text(row, "version")?);
            Ok(Activation { plugin: parsed(row, "plugin_id")?, version })
        };
        rows.iter().map(activation).collect()
    }

    async fn activate(&self, conversation: ConversationId, plugin: PluginId, most: usize) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        // Locks the conversation, so that two that are switched on at once cannot both take the last place.
        sqlx::query("UPDATE conversations SET title = title WHERE id = $1")
            .bind(conversation.to_string())
            .execute(&mut *transaction)
            .await
            .map_err(database)?;
        let others = format!("SELECT count(*) {ACTIVE} AND a.plugin_id <> $2");
        let others: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(others))
            .bind(conversation.to_string())
            .bind(plugin.to_string())
            .fetch_one(&mut *transaction)
            .await
            .map_err(database)?;
        if usize::try_from(others).is_ok_and(|others| others >= most) {
            return Err(StoreError::Full("plugin"));
        }
        // Locks what is installed, so that the version is still the accepted one when it is switched on.
        let version: Option<String> = sqlx::query_scalar(
            "UPDATE installations SET version = version WHERE plugin_id = $2 \
             AND user_id = (SELECT user_id FROM conversations WHERE id = $1) RETURNING version",
        )
        .bind(conversation.to_string())
        .bind(plugin.to_string())
        .fetch_optional(&mut *transaction)
        .await
        .map_err(database)?;
        sqlx::query(
            "INSERT INTO activations (conversation_id, plugin_id, version) VALUES ($1, $2, $3) \
             ON CONFLICT (conversation_id, plugin_id) DO UPDATE SET version = excluded.version",
        )
        .bind(conversation.to_string())
        .bind(plugin.to_string())
        .bind(version.ok_or(StoreError::NotFound("plugin"))?)
        .execute(&mut *transaction)
        .await
        .map_err(database)?;
        transaction.commit().await.map_err(database)
    }

    async fn deactivate(&self, conversation: ConversationId, plugin: PluginId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM activations WHERE conversation_id = $1 AND plugin_id = $2")
            .bind(conversation.to_string())
            .bind(plugin.to_string())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }
}
