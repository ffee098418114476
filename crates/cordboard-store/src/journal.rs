//! The truth about turns: an append-only log of events with two counters, one within the turn and one within the
//! conversation; and who works on which turn.

use async_trait::async_trait;
use cordboard_domain::event::{RecordedEvent, TurnEvent};
use cordboard_domain::id::{ConversationId, TurnId, UserId};
use cordboard_domain::ports::{Journal, StoreError, TurnClaim};
use cordboard_domain::time::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::Store;
use crate::database::Dialect;
use crate::news::CHANNEL;
use crate::row::{corrupt, count, database, integer, json, parsed, text, time, to_json};

/// Events of a conversation without what the model saw. The longest head that is kept of a `ModelAsked` has 51 characters.
const SHOWN: &str = "SELECT turn_id, sequence, position, at, CASE WHEN body LIKE '{\"event\":\"model_asked\"%' \
    THEN substr(body, 1, 51) ELSE body END AS body FROM events WHERE conversation_id = $1 AND position > $2 ORDER BY position";

fn recorded(row: &AnyRow) -> Result<RecordedEvent, StoreError> {
    recorded_as(row, json(row, "body")?)
}

fn recorded_as(row: &AnyRow, event: TurnEvent) -> Result<RecordedEvent, StoreError> {
    Ok(RecordedEvent {
        turn: parsed(row, "turn_id")?,
        sequence: count(row, "sequence")?,
        position: integer(row, "position")?.cast_unsigned(),
        at: time(row, "at")?,
        event,
    })
}

/// An event of [`SHOWN`].
fn shown(row: &AnyRow) -> Result<RecordedEvent, StoreError> {
    let body = text(row, "body")?;
    match body.split_once(",\"input\":") {
        Some((head, _)) if head.starts_with("{\"event\":\"model_asked\"") => {
            let event = serde_json::from_str(&format!("{head},\"input\":\"\"}}"));
            recorded_as(row, event.map_err(|error| corrupt("body", error))?)
        }
        _ => recorded(row),
    }
}

/// Creates the turn or checks that nobody appended to it since `after`.
async fn begin_or_follow(
    connection: &mut AnyConnection,
    conversation: ConversationId,
    turn: TurnId,
    after: u32,
) -> Result<(), StoreError> {
    if after == 0 {
        let sql = "INSERT INTO turns (id, conversation_id, is_finished) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING";
        let inserted = sqlx::query(sql)
            .bind(turn.to_string())
            .bind(conversation.to_string())
            .execute(connection)
            .await
            .map_err(database)?;
        return if inserted.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict) };
    }
    let last: Option<i64> =
        sqlx::query_scalar("SELECT max(sequence) FROM events WHERE turn_id = $1 AND conversation_id = $2")
            .bind(turn.to_string())
            .bind(conversation.to_string())
            .fetch_one(connection)
            .await
            .map_err(database)?;
    if last == Some(i64::from(after)) { Ok(()) } else { Err(StoreError::Conflict) }
}

async fn insert(
    connection: &mut AnyConnection,
    conversation: ConversationId,
    event: &RecordedEvent,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO events (conversation_id, position, turn_id, sequence, at, body) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(conversation.to_string())
    .bind(event.position.cast_signed())
    .bind(event.turn.to_string())
    .bind(i64::from(event.sequence))
    .bind(event.at.as_millisecond())
    .bind(to_json(&event.event))
    .execute(&mut *connection)
    .await
    .map_err(database)?;
    if matches!(event.event, TurnEvent::Finished { .. }) {
        sqlx::query("UPDATE turns SET is_finished = 1, claimed_until = NULL WHERE id = $1")
            .bind(event.turn.to_string())
            .execute(connection)
            .await
            .map_err(database)?;
    }
    Ok(())
}

/// Says that somebody works on the turn; `false` when it is over or somebody else's claim holds, which is left alone.
async fn claim_turn(
    connection: &mut AnyConnection,
    turn: TurnId,
    claim: &TurnClaim,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let claimed = sqlx::query(
        "UPDATE turns SET holder = $2, claimed_until = $3 WHERE id = $1 AND is_finished = 0 \
         AND (holder = $2 OR claimed_until IS NULL OR claimed_until <= $4)",
    )
    .bind(turn.to_string())
    .bind(&claim.holder)
    .bind(claim.until.as_millisecond())
    .bind(now.as_millisecond())
    .execute(connection)
    .await
    .map_err(database)?;
    Ok(claimed.rows_affected() == 1)
}

impl Store {
    /// Locks the conversation until the transaction ends and tells other servers that it has news.
    async fn touch(
        &self,
        connection: &mut AnyConnection,
        conversation: ConversationId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let touched = sqlx::query("UPDATE conversations SET updated_at = $2 WHERE id = $1")
            .bind(conversation.to_string())
            .bind(at.as_millisecond())
            .execute(&mut *connection)
            .await
            .map_err(database)?;
        if touched.rows_affected() == 0 {
            return Err(StoreError::NotFound("conversation"));
        }
        if self.dialect == Dialect::Postgres {
            // The message leaves when the transaction commits.
            sqlx::query("SELECT CAST(pg_notify($1, $2) AS TEXT)")
                .bind(CHANNEL)
                .bind(conversation.to_string())
                .execute(connection)
                .await
                .map_err(database)?;
        }
        Ok(())
    }
}

#[async_trait]
impl Journal for Store {
    async fn append(
        &self,
        conversation: ConversationId,
        turn: TurnId,
        after: u32,
        at: Timestamp,
        claim: &TurnClaim,
        events: &[TurnEvent],
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let mut transaction = self.begin().await?;
        self.touch(&mut transaction, conversation, at).await?;
        begin_or_follow(&mut transaction, conversation, turn, after).await?;
        claim_turn(&mut transaction, turn, claim, at).await?;
        let last: i64 = sqlx::query_scalar("SELECT coalesce(max(position), 0) FROM events WHERE conversation_id = $1")
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
        transaction.commit().await.map_err(database)?;
        Ok(appended)
    }

    async fn turn_events(&self, conversation: ConversationId, turn: TurnId) -> Result<Vec<RecordedEvent>, StoreError> {
        let rows = sqlx::query("SELECT * FROM events WHERE turn_id = $1 AND conversation_id = $2 ORDER BY sequence")
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
        let rows = sqlx::query("SELECT * FROM events WHERE conversation_id = $1 AND position > $2 ORDER BY position")
            .bind(conversation.to_string())
            .bind(after.cast_signed())
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        rows.iter().map(recorded).collect()
    }

    async fn shown_events(&self, conversation: ConversationId, after: u64) -> Result<Vec<RecordedEvent>, StoreError> {
        let rows = sqlx::query(SHOWN)
            .bind(conversation.to_string())
            .bind(after.cast_signed())
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        rows.iter().map(shown).collect()
    }

    async fn take_over(&self, claim: &TurnClaim, now: Timestamp) -> Result<Vec<(ConversationId, TurnId)>, StoreError> {
        let rows = sqlx::query(
            "UPDATE turns SET holder = $1, claimed_until = $2 WHERE is_finished = 0 AND claimed_until <= $3 \
             RETURNING conversation_id, id",
        )
        .bind(&claim.holder)
        .bind(claim.until.as_millisecond())
        .bind(now.as_millisecond())
        .fetch_all(&self.pool)
        .await
        .map_err(database)?;
        rows.iter().map(|row| Ok((parsed(row, "conversation_id")?, parsed(row, "id")?))).collect()
    }

    async fn list_open_turns(&self, user: UserId) -> Result<Vec<(ConversationId, TurnId)>, StoreError> {
        let rows = sqlx::query(
            "SELECT t.conversation_id, t.id FROM turns t JOIN conversations c ON c.id = t.conversation_id \
             WHERE c.user_id = $1 AND t.is_finished = 0",
        )
        .bind(user.to_string())
        .fetch_all(&self.pool)
        .await
        .map_err(database)?;
        rows.iter().map(|row| Ok((parsed(row, "conversation_id")?, parsed(row, "id")?))).collect()
    }

    async fn hold(&self, turn: TurnId, claim: &TurnClaim, now: Timestamp) -> Result<bool, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(database)?;
        claim_turn(&mut connection, turn, claim, now).await
    }

    async fn rest(&self, turn: TurnId, after: u32) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        // Whoever appends holds this row until the events are there to be seen, so that they are looked for only then.
        sqlx::query("UPDATE turns SET claimed_until = claimed_until WHERE id = $1")
            .bind(turn.to_string())
            .execute(&mut *transaction)
            .await
            .map_err(database)?;
        let rested = sqlx::query(
            "UPDATE turns SET claimed_until = NULL WHERE id = $1 \
             AND (SELECT max(sequence) FROM events WHERE turn_id = $1) = $2",
        )
        .bind(turn.to_string())
        .bind(i64::from(after))
        .execute(&mut *transaction)
        .await
        .map_err(database)?;
        transaction.commit().await.map_err(database)?;
        Ok(rested.rows_affected() == 1)
    }
}
