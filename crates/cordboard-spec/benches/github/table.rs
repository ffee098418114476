//! Targets and what was measured, as Markdown.

use std::fmt;

/// How strictly a target is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Counts, shares, tokens and memory, which do not depend on the machine.
    Exact,
    /// Times, which do: only a multiple of the target is a failure.
    Time,
}

/// By how much a time may miss its target on a slow or busy machine.
const SLACK: f64 = 4.0;

#[derive(Default)]
pub(crate) struct Table {
    lines: Vec<[String; 3]>,
    missed: Vec<String>,
}

impl Table {
    /// A number that must not be above its target.
    pub(crate) fn at_most(&mut self, what: &str, kind: Kind, target: f64, measured: f64, unit: &str) {
        let limit = if kind == Kind::Time { target * SLACK } else { target };
        let shown = format!("{measured:.3}");
        let shown = shown.trim_end_matches('0').trim_end_matches('.');
        let shown = if measured >= 10.0 { format!("{measured:.1}") } else { shown.to_owned() };
        if measured > limit {
            self.missed.push(format!("{what}: {shown} {unit}, the target is {target} {unit}"));
        }
        let warning = if measured > target { " (missed)" } else { "" };
        self.line(
            what,
            format!("≤ {target} {unit}").trim_end(),
            format!("{shown} {unit}").trim_end().to_owned() + warning,
        );
    }

    /// A count that has to be complete.
    pub(crate) fn all(&mut self, what: &str, target: usize, measured: usize) {
        if measured != target {
            self.missed.push(format!("{what}: {measured} of {target}"));
        }
        self.line(what, &format!("{target} of {target}"), format!("{measured} of {target}"));
    }

    /// Something without a target.
    pub(crate) fn note(&mut self, what: &str, measured: String) {
        self.line(what, "", measured);
    }

    pub(crate) fn missed(&self) -> &[String] {
        &self.missed
    }

    fn line(&mut self, what: &str, target: &str, measured: String) {
        self.lines.push([what.to_owned(), target.to_owned(), measured]);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "| | target | measured |\n|---|---|---|")?;
        self.lines
            .iter()
            .try_for_each(|[what, target, measured]| writeln!(formatter, "| {what} | {target} | {measured} |"))
    }
}
