//! Standing permissions: what a person allowed once for all, and within which bounds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::{GrantId, PluginId, UserId};
use crate::time::Timestamp;

/// What an argument has to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// Exactly this; null where the argument has to be absent.
    Is(Value),
    /// A number that is no larger.
    AtMost(f64),
}

impl Bound {
    fn holds(&self, value: Option<&Value>) -> bool {
        match self {
            Self::Is(wanted) => value.unwrap_or(&Value::Null) == wanted,
            Self::AtMost(most) => value.and_then(Value::as_f64).is_some_and(|value| value <= *most),
        }
    }
}

/// What a person allows without being asked again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    pub id: GrantId,
    pub user: UserId,
    pub plugin: PluginId,
    /// The operation's name.
    pub operation: String,
    /// The digest of how the operation is called; one that is called otherwise is asked about again.
    pub contract: String,
    /// What the operation does, in the plugin's words at the time.
    pub summary: String,
    /// By the names of arguments; the others may be anything.
    pub bounds: BTreeMap<String, Bound>,
    pub created_at: Timestamp,
    /// Absent where it holds until it is revoked.
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
}

/// A call that may be allowed already.
#[derive(Debug, Clone, Copy)]
pub struct Covered<'call> {
    pub plugin: PluginId,
    pub operation: &'call str,
    pub contract: &'call str,
    pub arguments: &'call Value,
}

impl Grant {
    /// Whether this allows a call at a moment.
    pub fn covers(&self, call: Covered<'_>, now: Timestamp) -> bool {
        let is_same = self.plugin == call.plugin && self.operation == call.operation && self.contract == call.contract;
        is_same
            && self.expires_at.is_none_or(|at| now < at)
            && self.bounds.iter().all(|(name, bound)| bound.holds(call.arguments.get(name)))
    }
}

/// How far a permission shall go, as a person says it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Terms {
    /// Arguments that have to stay as they are in the call that was asked about.
    pub same: Vec<String>,
    /// Arguments that may be no larger than in that call.
    pub at_most: Vec<String>,
    pub expires_at: Option<Timestamp>,
}

impl Terms {
    /// The bounds that the arguments of a call make.
    pub fn bounds(&self, arguments: &Value) -> BTreeMap<String, Bound> {
        let value = |name: &String| arguments.get(name).cloned().unwrap_or(Value::Null);
        let same = self.same.iter().map(|name| (name.clone(), Bound::Is(value(name))));
        let most = self.at_most.iter().filter_map(|name| Some((name.clone(), Bound::AtMost(value(name).as_f64()?))));
        same.chain(most).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_permission_covers_what_was_said_and_nothing_else() {
        let id = "0190f1f0a0a070008000000000000001";
        let arguments = json!({"to": "ada", "amount": 20, "note": "x"});
        let terms = Terms {
            same: vec!["to".to_owned(), "account".to_owned()],
            at_most: vec!["amount".to_owned(), "note".to_owned()],
            expires_at: None,
        };
        let now = Timestamp::UNIX_EPOCH;
        let grant = Grant {
            id: id.parse().unwrap(),
            user: id.parse().unwrap(),
            plugin: id.parse().unwrap(),
            operation: "pay".to_owned(),
            contract: "c".to_owned(),
            summary: String::new(),
            bounds: terms.bounds(&arguments),
            created_at: now,
            expires_at: Some(now + crate::time::SignedDuration::from_secs(10)),
            last_used_at: None,
        };
        let covers = |operation, contract, arguments: &Value, seconds| {
            let call = Covered { plugin: grant.plugin, operation, contract, arguments };
            grant.covers(call, now + crate::time::SignedDuration::from_secs(seconds))
        };
        assert!(covers("pay", "c", &arguments, 9));
        assert!(covers("pay", "c", &json!({"to": "ada", "amount": 0.5}), 0));
        assert!(!covers("pay", "c", &arguments, 10), "its time is over");
        assert!(!covers("pay", "d", &arguments, 0), "it is called otherwise");
        assert!(!covers("refund", "c", &arguments, 0));
        for other in [
            json!({"to": "bob", "amount": 1}),
            json!({"to": "ada", "amount": 21}),
            json!({"to": "ada", "amount": "1"}),
            json!({"to": "ada"}),
            json!({"amount": 1}),
            json!({"to": "ada", "amount": 1, "account": "other"}),
            json!({"to": ["ada"], "amount": 1}),
        ] {
            assert!(!covers("pay", "c", &other, 0), "{other}");
        }
    }
}
