//! What people say about themselves, whom they let know it, and what has left in their name.

use async_trait::async_trait;
use cordboard_domain::id::{PluginId, UserId};
use cordboard_domain::personal::{Consent, Departure, PersonalField, PlaceSetting, PlaceShare, Profile};
use cordboard_domain::ports::{Privacy, StoreError};
use sqlx::any::AnyRow;

use crate::Store;
use crate::row::{database, flag, json, named, parsed, storable, text, text_if_any, time, to_json};

/// Rows of `profiles` that say where a person is, beside the fields of [`PersonalField`].
const SHARE: &str = "place_share";
const OWN: &str = "place_own";
const SEEN: &str = "place_seen";

fn consent(row: &AnyRow) -> Result<Consent, StoreError> {
    Ok(Consent {
        user: parsed(row, "user_id")?,
        plugin: parsed(row, "plugin_id")?,
        field: parsed(row, "field")?,
        reason: text(row, "reason")?,
        is_given: flag(row, "is_given")?,
        decided_at: time(row, "decided_at")?,
    })
}

fn departure(row: &AnyRow) -> Result<Departure, StoreError> {
    Ok(Departure {
        call: parsed(row, "call_id")?,
        user: parsed(row, "user_id")?,
        plugin: parsed(row, "plugin_id")?,
        plugin_name: text(row, "plugin_name")?,
        conversation: parsed(row, "conversation_id")?,
        operation: text(row, "operation")?,
        method: named(row, "method", |word| word.parse().ok())?,
        host: text(row, "host")?,
        arguments: json(row, "arguments")?,
        place: text_if_any(row, "place")?,
        personal: json(row, "personal")?,
        accounts: json(row, "accounts")?,
        left_at: time(row, "left_at")?,
    })
}

impl Store {
    async fn profile_rows(&self, user: UserId) -> Result<Vec<(String, String)>, StoreError> {
        let rows = sqlx::query("SELECT field, value FROM profiles WHERE user_id = $1")
            .bind(user.to_string())
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        rows.iter().map(|row| Ok((text(row, "field")?, text(row, "value")?))).collect()
    }

    async fn set_row(&self, user: UserId, field: &str, value: Option<&str>) -> Result<(), StoreError> {
        let Some(value) = value else {
            let statement = sqlx::query("DELETE FROM profiles WHERE user_id = $1 AND field = $2");
            statement.bind(user.to_string()).bind(field).execute(&self.pool).await.map_err(database)?;
            return Ok(());
        };
        sqlx::query(
            "INSERT INTO profiles (user_id, field, value) VALUES ($1, $2, $3) \
             ON CONFLICT (user_id, field) DO UPDATE SET value = excluded.value",
        )
        .bind(user.to_string())
        .bind(field)
        .bind(storable(value))
        .execute(&self.pool)
        .await
        .map_err(database)?;
        Ok(())
    }
}

#[async_trait]
impl Privacy for Store {
    async fn place(&self, user: UserId) -> Result<PlaceSetting, StoreError> {
        let mut setting = PlaceSetting::default();
        for (field, value) in self.profile_rows(user).await? {
            match field.as_str() {
                SHARE => setting.share = value.parse().map_err(|error| StoreError::Corrupt(format!("{error}")))?,
                OWN => setting.own = Some(value),
                SEEN => setting.seen = Some(value),
                _ => {}
            }
        }
        Ok(setting)
    }

    async fn set_place(&self, user: UserId, share: PlaceShare, own: Option<&str>) -> Result<(), StoreError> {
        self.set_row(user, SHARE, Some(share.as_str())).await?;
        self.set_row(user, OWN, own).await
    }

    async fn set_seen_place(&self, user: UserId, seen: &str) -> Result<(), StoreError> {
        self.set_row(user, SEEN, Some(seen)).await
    }

    async fn profile(&self, user: UserId) -> Result<Profile, StoreError> {
        let rows = self.profile_rows(user).await?;
        Ok(rows.into_iter().filter_map(|(field, value)| Some((field.parse().ok()?, value))).collect())
    }

    async fn set_profile(&self, user: UserId, field: PersonalField, value: Option<&str>) -> Result<(), StoreError> {
        self.set_row(user, field.as_str(), value).await
    }

    async fn list_consents(&self, user: UserId) -> Result<Vec<Consent>, StoreError> {
        let rows = sqlx::query("SELECT * FROM consents WHERE user_id = $1 ORDER BY plugin_id, field")
            .bind(user.to_string())
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        rows.iter().map(consent).collect()
    }

    async fn set_consent(&self, consent: &Consent) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO consents (user_id, plugin_id, field, reason, is_given, decided_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (user_id, plugin_id, field) DO UPDATE \
             SET reason = excluded.reason, is_given = excluded.is_given, decided_at = excluded.decided_at",
        )
        .bind(consent.user.to_string())
        .bind(consent.plugin.to_string())
        .bind(consent.field.as_str())
        .bind(storable(&consent.reason))
        .bind(i64::from(consent.is_given))
        .bind(consent.decided_at.as_millisecond())
        .execute(&self.pool)
        .await
        .map_err(database)?;
        Ok(())
    }

    async fn revoke_consent(&self, user: UserId, plugin: PluginId, field: PersonalField) -> Result<(), StoreError> {
        let gone = sqlx::query("DELETE FROM consents WHERE user_id = $1 AND plugin_id = $2 AND field = $3")
            .bind(user.to_string())
            .bind(plugin.to_string())
            .bind(field.as_str())
            .execute(&self.pool)
            .await
            .map_err(database)?;
        if gone.rows_affected() == 0 { Err(StoreError::NotFound("consent")) } else { Ok(()) }
    }

    async fn record_departure(&self, departure: &Departure) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO departures (call_id, user_id, plugin_id, plugin_name, conversation_id, operation, method, host, \
             arguments, place, personal, accounts, left_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
             ON CONFLICT (call_id) DO NOTHING",
        )
        .bind(departure.call.to_string())
        .bind(departure.user.to_string())
        .bind(departure.plugin.to_string())
        .bind(storable(&departure.plugin_name))
        .bind(departure.conversation.to_string())
        .bind(&departure.operation)
        .bind(departure.method.as_str())
        .bind(&departure.host)
        .bind(to_json(&departure.arguments))
        .bind(departure.place.as_deref())
        .bind(to_json(&departure.personal))
        .bind(to_json(&departure.accounts))
        .bind(departure.left_at.as_millisecond())
        .execute(&self.pool)
        .await
        .map_err(database)?;
        Ok(())
    }

    async fn list_departures(
        &self,
        user: UserId,
        plugin: Option<PluginId>,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<Departure>, StoreError> {
        let plugin = plugin.map(|plugin| plugin.to_string()).unwrap_or_default();
        let rows = sqlx::query(
            "SELECT * FROM departures WHERE user_id = $1 AND ($2 = '' OR plugin_id = $2) \
             ORDER BY left_at DESC, call_id DESC LIMIT $4 OFFSET $3",
        )
        .bind(user.to_string())
        .bind(plugin)
        .bind(i64::from(offset))
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await
        .map_err(database)?;
        rows.iter().map(departure).collect()
    }
}
