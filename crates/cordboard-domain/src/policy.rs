//! Whether a planned call may leave: one pure function for every face of the program.
//!
//! No text that a plugin or a model wrote takes part in the decision.

use serde::{Deserialize, Serialize};

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
    /// Reads are allowed, everything else asks.
    #[default]
    Standard,
    /// Every call asks.
    AlwaysAsk,
    /// Calls that may change something are never sent.
    ReadOnly,
}

/// What is known of a call that wants to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own, and every combination occurs")]
pub struct Question {
    /// Whether the exact request only reads ([`crate::call::PlannedCall::is_read`]).
    pub is_read: bool,
    /// The spec's `x-openai-isConsequential`.
    pub consequential: Option<bool>,
    /// Whether the plugin can do more by now than the person accepted.
    pub is_suspended: bool,
    /// Whether a standing permission of the person covers the call.
    pub is_granted: bool,
    /// Whether it would tell a value of another plugin's result, or a secret.
    pub discloses: bool,
}

impl Question {
    /// Whether a person may allow such calls once for all: only where the plugin itself says that they are not
    /// consequential, and never with what asks by itself.
    pub fn may_be_standing(&self) -> bool {
        !self.discloses && self.consequential == Some(false)
    }
}

/// Decides on a call: deny > confirm > allow.
///
/// `consequential: Some(false)` does not free a writing call from confirmation, as it is the plugin's own word; it lets a
/// person do so.
pub fn decide(question: Question, rule: OperatorRule) -> Verdict {
    let Question { is_read, consequential, is_suspended, is_granted, discloses } = question;
    let writes = !is_read;
    match rule {
        OperatorRule::ReadOnly if writes => Verdict::Deny,
        OperatorRule::AlwaysAsk => Verdict::Confirm,
        OperatorRule::Standard | OperatorRule::ReadOnly => {
            if is_suspended
                || discloses
                || consequential == Some(true)
                || writes && !(is_granted && question.may_be_standing())
            {
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
            (true, None, OperatorRule::Standard, Verdict::Allow),
            (true, Some(false), OperatorRule::Standard, Verdict::Allow),
            (true, Some(true), OperatorRule::Standard, Verdict::Confirm),
            (false, None, OperatorRule::Standard, Verdict::Confirm),
            (false, Some(false), OperatorRule::Standard, Verdict::Confirm),
            (true, None, OperatorRule::AlwaysAsk, Verdict::Confirm),
            (false, None, OperatorRule::ReadOnly, Verdict::Deny),
            (true, Some(true), OperatorRule::ReadOnly, Verdict::Confirm),
        ];
        for (is_read, consequential, rule, expected) in table {
            let question =
                Question { is_read, consequential, is_suspended: false, is_granted: false, discloses: false };
            let verdict = decide(question, rule);
            assert_eq!(verdict, expected, "{is_read} {consequential:?} {rule:?}");
        }
    }

    #[test]
    fn of_a_suspended_plugin_reads_ask_too() {
        let question = |is_read| Question {
            is_read,
            consequential: None,
            is_suspended: true,
            is_granted: false,
            discloses: false,
        };
        assert_eq!(decide(question(true), OperatorRule::Standard), Verdict::Confirm);
        assert_eq!(decide(question(false), OperatorRule::ReadOnly), Verdict::Deny);
    }

    #[test]
    fn a_standing_permission_frees_only_what_the_plugin_and_the_operator_leave_to_people() {
        let check = |consequential, is_suspended, rule| {
            decide(Question { is_read: false, consequential, is_suspended, is_granted: true, discloses: false }, rule)
        };
        assert_eq!(check(Some(false), false, OperatorRule::Standard), Verdict::Allow);
        assert_eq!(check(None, false, OperatorRule::Standard), Verdict::Confirm);
        assert_eq!(check(Some(true), false, OperatorRule::Standard), Verdict::Confirm);
        assert_eq!(check(Some(false), true, OperatorRule::Standard), Verdict::Confirm, "suspended");
        assert_eq!(check(Some(false), false, OperatorRule::AlwaysAsk), Verdict::Confirm);
        assert_eq!(check(Some(false), false, OperatorRule::ReadOnly), Verdict::Deny);
    }

    #[test]
    fn what_discloses_asks_also_where_it_only_reads_or_was_permitted() {
        for is_read in [true, false] {
            let (consequential, is_suspended, is_granted) = (Some(false), false, true);
            let question = Question { is_read, consequential, is_suspended, is_granted, discloses: true };
            assert_eq!(decide(question, OperatorRule::Standard), Verdict::Confirm);
            assert!(!question.may_be_standing());
        }
    }
}
