//! Results that are kept whole beside the journal. The newest of a conversation stay, within two bounds.

use async_trait::async_trait;
use cordboard_domain::call::{ResultForm, StoredResult};
use cordboard_domain::id::{CallId, ConversationId};
use cordboard_domain::ports::{Results, StoreError};
use sqlx::{AnyConnection, Row as _};

use crate::Store;
use crate::row::{database, text};

/// Results that one conversation keeps.
const MOST_RESULTS: i64 = 50;
/// What the results of one conversation may take together, in bytes. The newest stays in any case.
const MOST_BYTES: i64 = 256 * 1024 * 1024;

/// Lets the oldest results go until the rest is within the bounds.
async fn sweep(connection: &mut AnyConnection, conversation: ConversationId) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM results WHERE conversation_id = $1 AND number IN (SELECT number FROM (SELECT number, \
         row_number() OVER newest AS place, CAST(sum(size) OVER newest AS BIGINT) AS total FROM results WHERE conversation_id = $1 \
         WINDOW newest AS (ORDER BY number DESC)) AS aged WHERE place > 1 AND (place > $2 OR total > $3))",
    )
    .bind(conversation.to_string())
    .bind(MOST_RESULTS)
    .bind(MOST_BYTES)
    .execute(connection)
    .await
    .map_err(database)?;
    Ok(())
}

/// Keeps others from numbering a result of the same conversation meanwhile.
async fn lock(connection: &mut AnyConnection, conversation: ConversationId) -> Result<(), StoreError> {
    sqlx::query("UPDATE conversations SET title = title WHERE id = $1")
        .bind(conversation.to_string())
        .execute(connection)
        .await
        .map_err(database)?;
    Ok(())
}

#[async_trait]
impl Results for Store {
    async fn keep_result(
        &self,
        conversation: ConversationId,
        call: CallId,
        result: &StoredResult,
    ) -> Result<u32, StoreError> {
        let mut transaction = self.begin().await?;
        lock(&mut transaction, conversation).await?;
        // The newest result is never swept, so numbers are not given twice.
        let number: i64 =
            sqlx::query_scalar("SELECT coalesce(max(number), 0) + 1 FROM results WHERE conversation_id = $1")
                .bind(conversation.to_string())
                .fetch_one(&mut *transaction)
                .await
                .map_err(database)?;
        sqlx::query(
            "INSERT INTO results (conversation_id, call_id, number, content_type, size, body) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(conversation.to_string())
        .bind(call.to_string())
        .bind(number)
        .bind(result.form.media_type())
        .bind(i64::try_from(result.text.len()).unwrap_or(i64::MAX))
        .bind(result.text.as_bytes())
        .execute(&mut *transaction)
        .await
        .map_err(database)?;
        sweep(&mut transaction, conversation).await?;
        transaction.commit().await.map_err(database)?;
        u32::try_from(number).map_err(|_| StoreError::Corrupt("a result's number".to_owned()))
    }

    async fn lookup_result(
        &self,
        conversation: ConversationId,
        number: u32,
    ) -> Result<Option<StoredResult>, StoreError> {
        let row = sqlx::query("SELECT content_type, body FROM results WHERE conversation_id = $1 AND number = $2")
            .bind(conversation.to_string())
            .bind(i64::from(number))
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        let Some(row) = row else { return Ok(None) };
        let form = ResultForm::from_media_type(&text(&row, "content_type")?);
        let form = form.ok_or_else(|| StoreError::Corrupt("a result of unknown type".to_owned()))?;
        let body: Vec<u8> = row.try_get("body").map_err(database)?;
        let text = String::from_utf8(body).map_err(|_| StoreError::Corrupt("a result that is no text".to_owned()))?;
        Ok(Some(StoredResult { form, text }))
    }
}
