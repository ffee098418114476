//! What an evaluation found: as JSON in full, and as tables for people.

use serde::Serialize;

use super::calibration::{self, Bin};
use super::confusion::{self, Confusion};
use crate::terminal;

/// One judged request.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Item {
    /// What it counts under.
    pub(super) group: &'static str,
    pub(super) text: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) demo: bool,
    /// What should be called, as `plugin.operation`; absent where nothing should be.
    pub(super) wanted: Option<String>,
    /// What was called, with its arguments as the model wrote them.
    pub(super) got: Option<String>,
    /// What was called, as `plugin.operation`.
    #[serde(skip)]
    pub(super) got_operation: Option<String>,
    pub(super) is_operation_right: bool,
    /// What is wrong; absent where operation and arguments are right.
    pub(super) mistake: Option<String>,
    /// How likely the model said it is that anything should be called, in thousandths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stated: Option<u16>,
    /// The place of the wanted plugin among the model's candidates, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rank: Option<usize>,
    /// Whether the model did not answer; `mistake` says why.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_failed: bool,
    pub(super) seconds: f64,
}

impl Item {
    pub(super) fn is_right(&self) -> bool {
        self.mistake.is_none()
    }
}

/// How many of some items have a property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Measure {
    pub(super) group: String,
    pub(super) name: &'static str,
    pub(super) right: usize,
    pub(super) total: usize,
}

impl Measure {
    pub(super) fn count<'a>(
        group: &str,
        name: &'static str,
        items: impl IntoIterator<Item = &'a Item>,
        is_right: impl Fn(&Item) -> bool,
    ) -> Self {
        let (mut right, mut total) = (0, 0);
        for item in items {
            total += 1;
            right += usize::from(is_right(item));
        }
        Self { group: group.to_owned(), name, right, total }
    }
}

/// The measures of each group, in the order in which groups first appear.
pub(super) fn measures(items: &[Item]) -> Vec<Measure> {
    let mut groups: Vec<&str> = Vec::new();
    for item in items {
        if !groups.contains(&item.group) {
            groups.push(item.group);
        }
    }
    let mut measures = Vec::new();
    for group in groups {
        let of = |calls: bool| items.iter().filter(move |item| item.group == group && item.wanted.is_some() == calls);
        measures.extend([
            Measure::count(group, "operation right", of(true), |item| item.is_operation_right),
            Measure::count(group, "all right", of(true), Item::is_right),
            Measure::count(group, "any call placed", of(true), |item| item.got.is_some()),
            Measure::count(group, "left alone", of(false), Item::is_right),
        ]);
    }
    measures.retain(|measure| measure.total > 0);
    measures
}

#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) model: String,
    pub(super) right: usize,
    pub(super) total: usize,
    /// Requests to which the model gave no answer.
    pub(super) failed: usize,
    pub(super) measures: Vec<Measure>,
    /// What could not be measured, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) notes: Vec<String>,
    pub(super) seconds_per_request: f64,
    pub(super) confusions: Vec<Confusion>,
    /// Empty for models that do not state how likely a call is.
    pub(super) calibration: Vec<Bin>,
    pub(super) results: Vec<Item>,
}

impl Report {
    pub(super) fn new(model: &str, measures: Vec<Measure>, results: Vec<Item>) -> Self {
        let seconds: f64 = results.iter().map(|item| item.seconds).sum();
        Self {
            model: model.to_owned(),
            right: results.iter().filter(|item| item.is_right()).count(),
            total: results.len(),
            failed: results.iter().filter(|item| item.is_failed).count(),
            measures,
            notes: Vec::new(),
            seconds_per_request: seconds / count(results.len().max(1)),
            confusions: confusion::of(&results),
            calibration: calibration::of(&results),
            results,
        }
    }

    pub(super) fn share(&self) -> f64 {
        count(self.right) / count(self.total.max(1))
    }

    /// Prints the report: the full one as JSON, or tables.
    pub(super) fn print(&self, as_json: bool) -> anyhow::Result<()> {
        if as_json {
            return terminal::say_json(self);
        }
        for line in self.lines() {
            terminal::say(&line);
        }
        Ok(())
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("{:<40} {:>6} {:>6} {:>8}", self.model, "right", "of", "share")];
        lines.extend(self.measures.iter().map(|measure| {
            let name = format!("{}: {}", measure.group, measure.name);
            let share = percent(measure.right, measure.total);
            format!("{name:<40} {:>6} {:>6} {share:>8}", measure.right, measure.total)
        }));
        lines.extend(self.notes.iter().cloned());
        if self.failed > 0 {
            let reason = self.results.iter().find(|item| item.is_failed).and_then(|item| item.mistake.as_deref());
            lines.push(format!("{} failed; the first: {}", self.failed, reason.unwrap_or_default()));
        }
        lines.push(format!("{:.2} s per request", self.seconds_per_request));
        lines.extend(confusion::table(&self.confusions));
        lines.extend(calibration::table(&self.calibration));
        lines
    }
}

/// `91.7 %`.
pub(super) fn percent(part: usize, total: usize) -> String {
    format!("{:.1} %", 100.0 * count(part) / count(total.max(1)))
}

#[expect(clippy::cast_precision_loss, reason = "evaluation sets have far fewer than 2^52 entries")]
pub(super) fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(wanted: Option<&str>, got: Option<&str>, is_right: bool) -> Item {
        Item {
            group: "requests",
            wanted: wanted.map(str::to_owned),
            got: got.map(str::to_owned),
            got_operation: got.map(str::to_owned),
            is_operation_right: wanted == got,
            mistake: (!is_right).then(|| "wrong".to_owned()),
            seconds: 0.5,
            ..Item::default()
        }
    }

    #[test]
    fn measures_tell_operation_arguments_and_restraint_apart() {
        let items = vec![
            item(Some("a.b"), Some("a.b"), true),
            item(Some("a.b"), Some("a.b"), false),
            item(Some("a.b"), None, false),
            item(None, None, true),
        ];
        let report = Report::new("Test", measures(&items), items);
        let found: Vec<_> = report.measures.iter().map(|each| (each.name, each.right, each.total)).collect();
        let expected =
            [("operation right", 2, 3), ("all right", 1, 3), ("any call placed", 2, 3), ("left alone", 1, 1)];
        assert_eq!(found, expected);
        assert_eq!((report.right, report.total), (2, 4));
        let lines = report.lines();
        assert_eq!(lines[1], "requests: operation right                     2      3   66.7 %");
        assert!(lines.contains(&"0.50 s per request".to_owned()), "{lines:#?}");
    }
}
