//! The truth about turns: an append-only log of events with two counters, one within the turn and one within the
//! conversation.

use async_trait::async_trait;
use cordboard_domain::event::{RecordedEvent, TurnEvent};
use cordboard_domain::id::{ConversationId, TurnId};
use cordboard_domain::ports::{Journal, StoreError};
use cordboard_domain::time::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::Store;
use crate::row::{database, id, text, time};

fn recorded(row: &SqliteRow) -> Result<RecordedEvent, StoreError> {
    let body = text(row, "body")?;
    let event = serde_json::from_str(&body).map_err(|error| StoreError::Corrupt(format!("event: {error}")))?;
    let position: i64 = row.try_get("position").map_err(database)?;
    Ok(RecordedEvent {
        turn: id(row, "turn_id")?,
        sequence: row.try_get("sequence").map_err(database)?,
        position: position.cast_unsigned(),
        at: time(row, "at")?,
        event,
    })
}

/// Creates the turn or checks that nobody appended to it since `after`.
async fn claim(
    connection: &mut SqliteConnection,
    conversation: ConversationId,
    turn: TurnId,
    after: u32,
) -> Result<(), StoreError> {
    if after == 0 {
        let sql = "INSERT INTO turns (id, conversation_id, is_finished) VALUES (?1, ?2, 0) ON CONFLICT DO NOTHING";
        let inserted = sqlx::query(sql)
            .bind(turn.to_string())
            .bind(conversation.to_string())
            .execute(connection)
            .await
            .map_err(database)?;
        return if inserted.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict) };
    }
    let last: Option<u32> =
        sqlx::query_scalar("SELECT max(sequence) FROM events WHERE turn_id = ?1 AND conversation_id = ?2")
            .bind(turn.to_string())
            .bind(conversation.to_string())
            .fetch_one(connection)
            .await
            .map_err(database)?;
    if last == Some(after) { Ok(()) } else { Err(StoreError::Conflict) }
}

async fn insert(
    connection: &mut SqliteConnection,
    conversation: ConversationId,
    event: &RecordedEvent,
) -> Result<(), StoreError> {
    let body = serde_json::to_string(&event.event).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    sqlx::query(
        "INSERT INTO events (conversation_id, position, turn_id, sequence, at, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )
    .bind(conversation.to_string())
    .bind(event.position.cast_signed())
    .bind(event.turn.to_string())
    .bind(event.sequence)
    .bind(event.at.as_millisecond())
    .bind(body)
    .execute(&mut *connection)
    .await
    .map_err(database)?;
    if matches!(event.event, TurnEvent::Finished { .. }) {
        sqlx::query("UPDATE turns SET is_finished = 1 WHERE id = ?1")
            .bind(event.turn.to_string())
            .execute(connection)
            .await
            .map_err(database)?;
    }
    Ok(())
}

#[async_trait]
impl Journal for Store {
    async fn append(
        &self,
        conversation: ConversationId,
        turn: TurnId,
        after: u32,
        at: Timestamp,
        events: &[TurnEvent],
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(database)?;
        claim(&mut transaction, conversation, turn, after).await?;
        let last: i64 = sqlx::query_scalar("SELECT coalesce(max(position), 0) FROM events WHERE conversation_id = ?1")
            .bind(conversation.to_string())
            .fetch_one(&mut *transaction)
            .await
            .map_err(database)?;
        let mut appended = Vec::with_capacity(events.len());
        for (offset, event) in (1_u32..).zip(events) {
            let position = last.cast_unsigned() + u64::from(offset);
            let event = RecordedEvent { turn, sequence: after + offset, position, at, event: event.clone() };
            insert(&mut transaction, conversation, &event).await?;
            appended.push(event);
        }
        sqlx::query("UPDATE conversations SET updated_at = ?2 WHERE id = ?1")
            .bind(conversation.to_string())
            .bind(at.as_millisecond())
            .execute(&mut *transaction)
            .await
            .map_err(database)?;
        transaction.commit().await.map_err(database)?;
        Ok(appended)
    }

    async fn turn_events(&self, conversation: ConversationId, turn: TurnId) -> Result<Vec<RecordedEvent>, StoreError> {
        let rows = sqlx::query("SELECT * FROM events WHERE turn_id = ?1 AND conversation_id = ?2 ORDER BY sequence")
            .bind(turn.to_string())
            .bind(conversation.to_string())
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        rows.iter().map(recorded).collect()
    }

    async fn conversation_events(
        &self,
        conversation: ConversationId,
        after: u64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let rows = sqlx::query("SELECT * FROM events WHERE conversation_id = ?1 AND position > ?2 ORDER BY position")
            .bind(conversation.to_string())
            .bind(after.cast_signed())
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        rows.iter().map(recorded).collect()
    }

    async fn open_turns(&self) -> Result<Vec<(ConversationId, TurnId)>, StoreError> {
        let rows = sqlx::query("SELECT conversation_id, id FROM turns WHERE is_finished = 0 ORDER BY id")
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        rows.iter().map(|row| Ok((id(row, "conversation_id")?, id(row, "id")?))).collect()
    }
}
