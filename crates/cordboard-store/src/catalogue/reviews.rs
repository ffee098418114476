//! Submissions, decisions, and the history that is kept of them.

use async_trait::async_trait;
use cordboard_domain::id::{PluginId, SubmissionId};
use cordboard_domain::plugin::{Plugin, Standing};
use cordboard_domain::ports::{Resolution, Reviews, StoreError};
use cordboard_domain::review::{Evidence, ReviewEntry, Submission, SubmissionState};
use cordboard_domain::time::Timestamp;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection};

use crate::Store;
use crate::row::{database, json, text_if_any, time_if_any, to_json};

/// A statement for submissions.
fn select(rest: &str) -> Query<'static, Any, AnyArguments> {
    let sql = format!("SELECT body, state, evidence, running_until FROM submissions {rest}");
    sqlx::query(sqlx::AssertSqlSafe(sql))
}

fn submission(row: &AnyRow) -> Result<Submission, StoreError> {
    let mut submission: Submission = json(row, "body")?;
    submission.state = json(row, "state")?;
    submission.runs_until = time_if_any(row, "running_until")?;
    if text_if_any(row, "evidence")?.is_some() {
        submission.evidence = Some(json(row, "evidence")?);
    }
    Ok(submission)
}

/// Moves the plugin, closes what is pending, and writes the history.
pub(super) async fn carry_out(connection: &mut AnyConnection, resolution: &Resolution) -> Result<(), StoreError> {
    let plugin = resolution.plugin.to_string();
    let moved = sqlx::query(
        "UPDATE plugins SET standing = $3, approved_version = coalesce($4, approved_version), \
         approved_at = CASE WHEN $3 = 'approved' THEN $5 ELSE approved_at END, \
         cosmetic_changes_pass = coalesce($6, cosmetic_changes_pass) \
         WHERE id = $1 AND standing = $2 AND current_version = $7",
    )
    .bind(&plugin)
    .bind(resolution.from.as_str())
    .bind(resolution.to.as_str())
    .bind(resolution.approved.as_ref().map(|digest| digest.as_str().to_owned()))
    .bind(resolution.entry.at.as_millisecond())
    .bind(resolution.cosmetic_changes_pass.map(i64::from))
    .bind(resolution.entry.version.as_str())
    .execute(&mut *connection)
    .await
    .map_err(database)?;
    if moved.rows_affected() == 0 {
        return Err(StoreError::Conflict);
    }
    if let Some(state) = &resolution.submission {
        close(connection, &plugin, state).await?;
    }
    sqlx::query(
        "INSERT INTO review_history (plugin_id, number, body) \
         SELECT $1, coalesce(max(number), 0) + 1, $2 FROM review_history WHERE plugin_id = $1",
    )
    .bind(&plugin)
    .bind(to_json(&resolution.entry))
    .execute(connection)
    .await
    .map_err(database)?;
    Ok(())
}

async fn close(connection: &mut AnyConnection, plugin: &str, state: &SubmissionState) -> Result<(), StoreError> {
    sqlx::query("UPDATE submissions SET is_pending = 0, state = $2 WHERE plugin_id = $1 AND is_pending = 1")
        .bind(plugin)
        .bind(to_json(state))
        .execute(connection)
        .await
        .map_err(database)?;
    Ok(())
}

impl Store {
    /// A submission gives its category to the plugin when it is approved.
    async fn set_category(&self, connection: &mut AnyConnection, submission: &Submission) -> Result<(), StoreError> {
        sqlx::query("UPDATE plugins SET category = $2 WHERE id = $1")
            .bind(submission.plugin.to_string())
            .bind(submission.category.as_str())
            .execute(connection)
            .await
            .map_err(database)?;
        Ok(())
    }
}

#[async_trait]
impl Reviews for Store {
    async fn submit(&self, submission: &Submission, resolution: &Resolution) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        carry_out(&mut transaction, resolution).await?;
        sqlx::query(
            "INSERT INTO submissions (id, plugin_id, submitted_at, is_pending, body, state) \
             VALUES ($1, $2, $3, 1, $4, $5)",
        )
        .bind(submission.id.to_string())
        .bind(submission.plugin.to_string())
        .bind(submission.submitted_at.as_millisecond())
        .bind(to_json(submission))
        .bind(to_json(&submission.state))
        .execute(&mut *transaction)
        .await
        .map_err(database)?;
        self.set_category(&mut transaction, submission).await?;
        transaction.commit().await.map_err(database)
    }

    async fn resolve(&self, resolution: &Resolution) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        carry_out(&mut transaction, resolution).await?;
        transaction.commit().await.map_err(database)
    }

    async fn get_submission(&self, id: SubmissionId) -> Result<Submission, StoreError> {
        let row = select("WHERE id = $1").bind(id.to_string()).fetch_optional(&self.pool).await.map_err(database)?;
        submission(&row.ok_or(StoreError::NotFound("submission"))?)
    }

    async fn list_pending(&self) -> Result<Vec<Submission>, StoreError> {
        let rows =
            select("WHERE is_pending = 1 ORDER BY submitted_at, id").fetch_all(&self.pool).await.map_err(database)?;
        rows.iter().map(submission).collect()
    }

    async fn list_decided(&self, limit: u32) -> Result<Vec<Submission>, StoreError> {
        let rows = select("WHERE is_pending = 0 ORDER BY submitted_at DESC, id DESC LIMIT $1")
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        rows.iter().map(submission).collect()
    }

    async fn list_banned(&self) -> Result<Vec<Plugin>, StoreError> {
        self.plugins_where("WHERE p.standing = $1", &[Standing::Banned.as_str()]).await
    }

    async fn lookup_last_submission(&self, plugin: PluginId) -> Result<Option<Submission>, StoreError> {
        let row = select("WHERE plugin_id = $1 ORDER BY submitted_at DESC, id DESC LIMIT 1")
            .bind(plugin.to_string())
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        row.as_ref().map(submission).transpose()
    }

    async fn claim_evidence(&self, id: SubmissionId, now: Timestamp, until: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE submissions SET running_until = $3 \
                   WHERE id = $1 AND is_pending = 1 AND (running_until IS NULL OR running_until <= $2)";
        let claimed = sqlx::query(sql)
            .bind(id.to_string())
            .bind(now.as_millisecond())
            .bind(until.as_millisecond())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(claimed.rows_affected() > 0)
    }

    async fn set_evidence(&self, id: SubmissionId, evidence: &Evidence, until: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE submissions SET evidence = $2, running_until = $3 WHERE id = $1 AND is_pending = 1";
        let kept = sqlx::query(sql)
            .bind(id.to_string())
            .bind(to_json(evidence))
            .bind(until.as_millisecond())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(kept.rows_affected() > 0)
    }

    async fn review_history(&self, plugin: PluginId) -> Result<Vec<ReviewEntry>, StoreError> {
        let rows = sqlx::query("SELECT body FROM review_history WHERE plugin_id = $1 ORDER BY number")
            .bind(plugin.to_string())
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        rows.iter().map(|row| json(row, "body")).collect()
    }
}
