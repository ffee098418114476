//! Standing permissions: what a person allowed once for all, and within which bounds.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use crate::id::{GrantId, PluginId, UserId};
use crate::time::Timestamp;

/// What an argument has to be. An argument without a bound has to be absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", from = "StoredBound")]
pub enum Bound {
    /// Exactly this.
    Is(Value),
    /// A number from the least to the most, both included.
    Between { least: Number, most: Number },
    /// Any value, or none.
    Any,
}

/// A bound as databases have it.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredBound {
    Is(Value),
    Between {
        least: Number,
        most: Number,
    },
    Any,
    /// Written by earlier versions, which had no lower end.
    AtMost(Number),
}

impl From<StoredBound> for Bound {
    fn from(stored: StoredBound) -> Self {
        match stored {
            StoredBound::Is(value) => Self::Is(value),
            StoredBound::Between { least, most } => Self::Between { least, most },
            StoredBound::Any => Self::Any,
            StoredBound::AtMost(most) if is_negative(&most) => Self::Between { least: most.clone(), most },
            StoredBound::AtMost(most) => Self::Between { least: Number::from(0), most },
        }
    }
}

impl Bound {
    fn holds(&self, value: Option<&Value>) -> bool {
        match (self, value) {
            (Self::Any, _) => true,
            (Self::Is(wanted), Some(value)) => value == wanted,
            (Self::Between { least, most }, Some(Value::Number(value))) => {
                compare(least, value).is_some_and(Ordering::is_le) && compare(value, most).is_some_and(Ordering::is_le)
            }
            (Self::Is(_) | Self::Between { .. }, _) => false,
        }
    }

    /// Everything between zero and a number, in whichever order they are.
    pub fn up_to(number: &Number) -> Self {
        let (zero, number) = (Number::from(0), number.clone());
        if is_negative(&number) {
            Self::Between { least: number, most: zero }
        } else {
            Self::Between { least: zero, most: number }
        }
    }
}

fn is_negative(number: &Number) -> bool {
    compare(number, &Number::from(0)) == Some(Ordering::Less)
}

/// Compares without rounding: integers beyond 2^53 have neighbours that are one and the same as floating-point numbers.
fn compare(one: &Number, other: &Number) -> Option<Ordering> {
    match (one.as_i128(), other.as_i128()) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        (Some(one), None) => compare_mixed(one, other.as_f64()?),
        (None, Some(other)) => compare_mixed(other, one.as_f64()?).map(Ordering::reverse),
        (None, None) => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

/// The magnitude beyond which no integer of JSON lies: 2^64.
const BEYOND_INTEGERS: f64 = 18_446_744_073_709_551_616.0;

#[expect(clippy::cast_possible_truncation, reason = "whole, and within the range of the integers")]
fn compare_mixed(integer: i128, number: f64) -> Option<Ordering> {
    if number.is_nan() {
        return None;
    }
    if number.abs() >= BEYOND_INTEGERS {
        return Some(if number > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let has_fraction = number.fract() != 0.0;
    let order = integer.cmp(&(number.floor() as i128));
    Some(if order.is_eq() && has_fraction { Ordering::Less } else { order })
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
    /// By the names of arguments; the others have to be absent.
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
        is_same && self.expires_at.is_none_or(|at| now < at) && self.holds_for(call.arguments)
    }

    fn holds_for(&self, arguments: &Value) -> bool {
        let Some(arguments) = arguments.as_object() else { return false };
        let is_bounded = |name: &String| self.bounds.contains_key(name);
        arguments.keys().all(is_bounded) && self.bounds.iter().all(|(name, bound)| bound.holds(arguments.get(name)))
    }
}

/// How far a permission goes beyond the call that was asked about, as a person says it. What they do not name has to stay
/// exactly as in that call.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Terms {
    /// Arguments that may be any number between zero and the one in that call.
    pub up_to: Vec<String>,
    /// Arguments that may be anything, or absent.
    pub any: Vec<String>,
    pub expires_at: Option<Timestamp>,
}

impl Terms {
    /// The bounds that the arguments of a call make.
    pub fn bounds(&self, arguments: &Value) -> BTreeMap<String, Bound> {
        let bound = |name: &String, value: &Value| match value {
            Value::Number(number) if self.up_to.contains(name) => Bound::up_to(number),
            value => Bound::Is(value.clone()),
        };
        let given = arguments.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), bound(name, value)));
        let any = self.any.iter().map(|name| (name.clone(), Bound::Any));
        given.chain(any).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::time::SignedDuration;

    fn grant(bounds: BTreeMap<String, Bound>) -> Grant {
        let id = "0190f1f0a0a070008000000000000001";
        let now = Timestamp::UNIX_EPOCH;
        Grant {
            id: id.parse().unwrap(),
            user: id.parse().unwrap(),
            plugin: id.parse().unwrap(),
            operation: "pay".to_owned(),
            contract: "c".to_owned(),
            summary: String::new(),
            bounds,
            created_at: now,
            expires_at: Some(now + SignedDuration::from_secs(10)),
            last_used_at: None,
        }
    }

    fn covers(grant: &Grant, arguments: &Value) -> bool {
        let call = Covered { plugin: grant.plugin, operation: "pay", contract: "c", arguments };
        grant.covers(call, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_permission_is_for_one_operation_as_it_is_called_now_until_a_time() {
        let arguments = json!({"to": "ada"});
        let grant = grant(Terms::default().bounds(&arguments));
        let covers = |operation, contract, seconds| {
            let call = Covered { plugin: grant.plugin, operation, contract, arguments: &arguments };
            grant.covers(call, Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds))
        };
        assert!(covers("pay", "c", 9));
        assert!(!covers("pay", "c", 10), "it has expired");
        assert!(!covers("pay", "d", 0), "the operation is called differently");
        assert!(!covers("refund", "c", 0));
    }

    #[test]
    fn without_further_terms_only_the_same_arguments_are_covered() {
        let same = json!({"to": "ada", "amount": 20, "tags": ["a"], "room": {"beds": 1}, "memo": null});
        let grant = grant(Terms::default().bounds(&same));
        assert!(covers(&grant, &same));
        for (name, value) in [
            ("to", json!("bob")),
            ("to", json!(["ada"])),
            ("amount", json!(19)),
            ("amount", json!("20")),
            ("amount", json!(true)),
            ("tags", json!(["a", "b"])),
            ("tags", json!([])),
            ("room", json!({"beds": 1, "view": "sea"})),
            ("memo", json!("")),
            ("account", json!("other")),
            ("account", json!(null)),
        ] {
            let mut other = same.clone();
            other[name] = value;
            assert!(!covers(&grant, &other), "{other}");
        }
        for name in ["to", "amount", "tags", "room", "memo"] {
            let mut other = same.clone();
            other.as_object_mut().unwrap().remove(name);
            assert!(!covers(&grant, &other), "without {name}");
        }
        for other in [json!(null), json!([]), json!("x")] {
            assert!(!covers(&grant, &other), "{other}");
        }
    }

    #[test]
    fn what_may_be_anything_is_named_one_by_one() {
        let terms = Terms { any: vec!["to".to_owned(), "memo".to_owned()], ..Terms::default() };
        let grant = grant(terms.bounds(&json!({"to": "ada", "amount": 1})));
        assert!(covers(&grant, &json!({"amount": 1})));
        assert!(covers(&grant, &json!({"to": ["x"], "amount": 1, "memo": "y"})));
        assert!(!covers(&grant, &json!({"to": "ada", "amount": 1, "account": "z"})));
    }

    #[test]
    fn a_range_has_two_ends_and_holds_numbers_only() {
        let range = |amount: Value| {
            let terms = Terms { up_to: vec!["amount".to_owned()], ..Terms::default() };
            grant(terms.bounds(&json!({ "amount": amount })))
        };
        let check = |grant: &Grant, table: &[(Value, bool)]| {
            for (amount, expected) in table {
                assert_eq!(covers(grant, &json!({ "amount": amount })), *expected, "{amount} in {:?}", grant.bounds);
            }
        };
        let twenty = [
            (json!(20), true),
            (json!(20.0), true),
            (json!(0.5), true),
            (json!(0), true),
            (json!(20.000_001), false),
            (json!(21), false),
            (json!(-1), false),
            (json!(-0.5), false),
            (json!(i64::MIN), false),
            (json!(-1e300), false),
            (json!(u64::MAX), false),
            (json!(1e300), false),
            (json!("1"), false),
            (json!(true), false),
            (json!(null), false),
            (json!([1]), false),
        ];
        check(&range(json!(20)), &twenty);
        check(&range(json!(-5)), &[(json!(-5), true), (json!(-1), true), (json!(-6), false), (json!(1), false)]);
        let large = 9_007_199_254_740_992_u64;
        check(&range(json!(large)), &[(json!(large), true), (json!(large + 1), false)]);
        check(&range(json!(1.5)), &[(json!(1), true), (json!(2), false), (json!(1.5), true)]);
        check(&range(json!("20")), &[(json!("20"), true), (json!("10"), false), (json!(10), false)]);
        assert!(!covers(&range(json!(20)), &json!({})));
    }

    #[test]
    fn bounds_of_earlier_versions_hold_from_zero() {
        let read = |text: &str| grant(serde_json::from_str(text).unwrap());
        let positive = read(r#"{"amount": {"at_most": 20.0}}"#);
        assert!(covers(&positive, &json!({"amount": 20})) && covers(&positive, &json!({"amount": 0})));
        assert!(!covers(&positive, &json!({"amount": -1})) && !covers(&positive, &json!({"amount": 21})));
        let negative = read(r#"{"amount": {"at_most": -5.0}}"#);
        assert!(covers(&negative, &json!({"amount": -5})));
        assert!(!covers(&negative, &json!({"amount": -6})) && !covers(&negative, &json!({"amount": -4})));
        let unbounded = read("{}");
        assert!(covers(&unbounded, &json!({})) && !covers(&unbounded, &json!({"amount": 1})));
        for bound in [Bound::Any, Bound::Is(json!({"a": [1]})), Bound::up_to(&Number::from(-3))] {
            let text = serde_json::to_string(&bound).unwrap();
            assert_eq!(serde_json::from_str::<Bound>(&text).unwrap(), bound, "{text}");
        }
    }
}
