//! Requests that stand alone, each with its own tools: put to the model and judged.

use cordboard_agent::toolbox::Toolbox;
use serde_json::{Map, Value};

use super::answer::Answer;
use super::bench::Bench;
use super::conversation::{described, operation};
use super::judge::{Verdict, Wanted, judge};
use super::report::Item;

/// A request with the operation that it should lead to.
pub(super) struct Case<'case> {
    pub(super) group: &'static str,
    pub(super) text: &'case str,
    /// None where nothing should be called.
    pub(super) wanted: Option<Wanted>,
}

impl Case<'_> {
    /// Puts the request and judges its arguments with `mistake`.
    pub(super) async fn put(
        self,
        bench: &Bench,
        toolbox: &Toolbox,
        mistake: impl FnOnce(&Map<String, Value>) -> Option<String>,
    ) -> anyhow::Result<Item> {
        let answer = bench.ask_first(toolbox, self.text).await?;
        Ok(self.item(answer, mistake))
    }

    /// What came of the request.
    pub(super) fn item(self, answer: Answer, mistake: impl FnOnce(&Map<String, Value>) -> Option<String>) -> Item {
        let is_failed = answer.failure.is_some();
        let verdict = match answer.failure {
            Some(_) => Verdict { is_operation_right: false, mistake: answer.failure },
            None => judge(self.wanted.as_ref(), &answer.calls, mistake),
        };
        Item {
            group: self.group,
            text: self.text.to_owned(),
            wanted: self.wanted.map(|wanted| wanted.label),
            got: described(&answer.calls),
            got_operation: operation(&answer.calls),
            is_operation_right: verdict.is_operation_right,
            mistake: verdict.mistake,
            stated: answer.consideration.map(|each| each.any),
            is_failed,
            seconds: answer.seconds,
            ..Item::default()
        }
    }
}
