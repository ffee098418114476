//! How many people used a plugin lately. The number stands with the plugin, so that the store sorts by it without counting.

use cordboard_domain::id::{PluginId, UserId};
use cordboard_domain::ports::StoreError;
use cordboard_domain::time::{SignedDuration, Timestamp};

use crate::Store;
use crate::row::database;

/// How long a use counts.
const LATELY: SignedDuration = SignedDuration::from_hours(24 * 30);

impl Store {
    /// Notes a use. Only who did not use the plugin lately makes the number grow.
    pub(super) async fn note_use(&self, user: UserId, plugin: PluginId, at: Timestamp) -> Result<(), StoreError> {
        let (user, plugin) = (user.to_string(), plugin.to_string());
        let mut transaction = self.begin().await?;
        let begun = sqlx::query(
            "INSERT INTO plugin_uses (plugin_id, user_id, last_used_at) SELECT id, $2, $3 FROM plugins WHERE id = $1 \
             ON CONFLICT (plugin_id, user_id) DO UPDATE SET last_used_at = excluded.last_used_at \
             WHERE plugin_uses.last_used_at <= $4",
        )
        .bind(&plugin)
        .bind(&user)
        .bind(at.as_millisecond())
        .bind((at - LATELY).as_millisecond())
        .execute(&mut *transaction)
        .await
        .map_err(database)?;
        let follow = if begun.rows_affected() > 0 {
            sqlx::query("UPDATE plugins SET people = people + 1 WHERE id = $1").bind(&plugin)
        } else {
            sqlx::query("UPDATE plugin_uses SET last_used_at = $3 WHERE plugin_id = $1 AND user_id = $2")
                .bind(&plugin)
                .bind(&user)
                .bind(at.as_millisecond())
        };
        follow.execute(&mut *transaction).await.map_err(database)?;
        transaction.commit().await.map_err(database)
    }

    /// Counts anew for all plugins.
    pub(super) async fn count_people(&self, now: Timestamp) -> Result<(), StoreError> {
        const COUNT: &str =
            "(SELECT count(*) FROM plugin_uses u WHERE u.plugin_id = plugins.id AND u.last_used_at > $1)";
        let sql = format!("UPDATE plugins SET people = {COUNT} WHERE people <> {COUNT}");
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind((now - LATELY).as_millisecond())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }
}
