//! The headers with which the host introduces itself to a plugin (protocol: "What the host sends").

use cordboard_domain::call::{CallContext, PlannedCall};
use cordboard_domain::id::UserId;
use cordboard_domain::time::{Timestamp, utc_day};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest, Sha256};

/// Makes the host's own headers.
#[derive(Clone)]
pub struct HostHeaders {
    /// Keeps anybody from telling people by their daily ids.
    secret: Vec<u8>,
}

impl HostHeaders {
    /// Headers whose daily ids depend on `secret`, which belongs to the installation.
    pub fn new(secret: Vec<u8>) -> Self {
        Self { secret }
    }

    pub(crate) fn add(&self, call: &PlannedCall, context: &CallContext, now: Timestamp, headers: &mut HeaderMap) {
        let mut put = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        put("openai-conversation-id", &context.conversation.as_uuid().to_string());
        put("openai-ephemeral-user-id", &self.ephemeral_id(context.user, now).to_string());
        // What arrives twice is still one call.
        if !call.is_read() {
            put("idempotency-key", &context.call.as_uuid().to_string());
        }
        if let Some(subdivision) = &context.subdivision {
            put("openai-subdivision-1-iso-code", subdivision);
        }
    }

    /// An id for the person that is another one each day (UTC) and cannot be led back to them.
    fn ephemeral_id(&self, user: UserId, now: Timestamp) -> uuid::Uuid {
        let digest = Sha256::new()
            .chain_update(&self.secret)
            .chain_update(user.as_uuid().as_bytes())
            .chain_update(utc_day(now))
            .finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_daily_id_changes_at_midnight_and_differs_between_people() {
        let headers = HostHeaders::new(vec![7; 32]);
        let user: UserId = "0190f1f0a0a070008000000000000001".parse().unwrap();
        let other: UserId = "0190f1f0a0a070008000000000000002".parse().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let morning = headers.ephemeral_id(user, at("2026-01-31T00:00:00Z"));
        assert_eq!(morning, headers.ephemeral_id(user, at("2026-01-31T23:59:59Z")));
        assert_ne!(morning, headers.ephemeral_id(user, at("2026-02-01T00:00:00Z")));
        assert_ne!(morning, headers.ephemeral_id(other, at("2026-01-31T00:00:00Z")));
    }
}
