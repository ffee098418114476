//! Whether a planned call may leave: one pure function for every face of the program.
//!
//! No text that a plugin or a model wrote takes part in the decision.

use serde::{Deserialize, Serialize};

use crate::call::Method;

/// What the policy says about one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It may be sent at once.
    Allow,
    /// A person must allow this exact request first.
    Confirm,
    /// It is never sent.
    Deny,
}

/// What the operator decided for all plugins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperatorRule {
    /// GET is allowed, everything else asks.
    #[default]
    Standard,
    /// Every call asks.
    AlwaysAsk,
    /// Calls that may change something are never sent.
    ReadOnly,
}

/// Decides on a call from its method, the spec's `x-openai-isConsequential`, whether the plugin is suspended (it can do
/// more by now than the person accepted) and the operator's rule: deny > confirm > allow.
///
/// `consequential: Some(false)` does not free a writing call from confirmation: it is the plugin's own word.
pub fn decide(method: Method, consequential: Option<bool>, is_suspended: bool, rule: OperatorRule) -> Verdict {
    let writes = !method.is_safe();
    match rule {
        OperatorRule::ReadOnly if writes => Verdict::Deny,
        OperatorRule::AlwaysAsk => Verdict::Confirm,
        OperatorRule::Standard | OperatorRule::ReadOnly => {
            if writes || is_suspended || consequential == Some(true) {
                Verdict::Confirm
            } else {
                Verdict::Allow
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_always_ask_and_reads_ask_only_when_marked() {
        let table = [
            (Method::Get, None, OperatorRule::Standard, Verdict::Allow),
            (Method::Get, Some(false), OperatorRule::Standard, Verdict::Allow),
            (Method::Get, Some(true), OperatorRule::Standard, Verdict::Confirm),
            (Method::Head, None, OperatorRule::Standard, Verdict::Allow),
            (Method::Post, None, OperatorRule::Standard, Verdict::Confirm),
            (Method::Post, Some(false), OperatorRule::Standard, Verdict::Confirm),
            (Method::Delete, Some(false), OperatorRule::Standard, Verdict::Confirm),
            (Method::Get, None, OperatorRule::AlwaysAsk, Verdict::Confirm),
            (Method::Post, None, OperatorRule::ReadOnly, Verdict::Deny),
            (Method::Get, Some(true), OperatorRule::ReadOnly, Verdict::Confirm),
        ];
        for (method, consequential, rule, expected) in table {
            let verdict = decide(method, consequential, false, rule);
            assert_eq!(verdict, expected, "{method:?} {consequential:?} {rule:?}");
        }
    }

    #[test]
    fn of_a_suspended_plugin_reads_ask_too() {
        assert_eq!(decide(Method::Get, None, true, OperatorRule::Standard), Verdict::Confirm);
        assert_eq!(decide(Method::Post, None, true, OperatorRule::ReadOnly), Verdict::Deny);
    }
}
