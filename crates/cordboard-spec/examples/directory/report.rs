//! What the run over all descriptions comes to, as Markdown.

use std::collections::BTreeMap;
use std::fmt;

use crate::document::{Outcome, Tools, Verdict};

/// The share of descriptions that have to give tools.
const GOAL: f64 = 0.99;

pub(crate) struct Report {
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) seconds: f64,
    pub(crate) peak_megabytes: f32,
}

impl Report {
    fn tools(&self) -> impl Iterator<Item = (&str, &Tools)> {
        self.outcomes.iter().filter_map(|outcome| match &outcome.verdict {
            Verdict::Tools(tools) => Some((outcome.name.as_str(), tools)),
            Verdict::NoTools { .. } | Verdict::Panicked => None,
        })
    }

    fn panicked(&self) -> Vec<&str> {
        let panicked = self.outcomes.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Panicked));
        panicked.map(|outcome| outcome.name.as_str()).collect()
    }

    /// The share of descriptions that give tools.
    #[expect(clippy::cast_precision_loss, reason = "there are few documents")]
    fn share(&self) -> f64 {
        self.tools().count() as f64 / self.outcomes.len() as f64
    }

    fn listed(&self, part: fn(&Tools) -> &Vec<String>) -> Vec<String> {
        self.tools().flat_map(|(name, tools)| part(tools).iter().map(move |each| format!("{name}: {each}"))).collect()
    }

    /// What falls short, in words; empty when all is well.
    pub(crate) fn missed_targets(&self) -> Vec<String> {
        let mut missed: Vec<String> = self.panicked().iter().map(|name| format!("{name} panics")).collect();
        missed.extend(self.listed(|tools| &tools.invalid_schemas).iter().map(|each| format!("invalid schema: {each}")));
        missed.extend(self.listed(|tools| &tools.invalid_names).iter().map(|each| format!("invalid name: {each}")));
        if self.outcomes.is_empty() || self.share() < GOAL {
            missed.push(format!("{:.2} % of documents give tools", 100.0 * self.share()));
        }
        missed
    }

    fn summary(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [ready, degraded, refused] = self.tools().fold([0; 3], |mut sum, (_, tools)| {
            sum.iter_mut().zip(tools.counts).for_each(|(sum, count)| *sum += count);
            sum
        });
        let slowest = self.outcomes.iter().max_by(|one, other| one.seconds.total_cmp(&other.seconds));
        let (slowest, seconds) = slowest.map_or(("none", 0.0), |outcome| (&outcome.name, outcome.seconds));
        let (documents, tools) = (self.outcomes.len(), self.tools().count());
        writeln!(formatter, "| | target | measured |\n|---|---|---|")?;
        writeln!(
            formatter,
            "| documents that give tools | ≥ 99 % | {tools} of {documents} ({:.2} %) |",
            100.0 * self.share()
        )?;
        writeln!(formatter, "| panics | 0 | {} |", self.panicked().len())?;
        let schemas = self.listed(|tools| &tools.invalid_schemas).len();
        writeln!(formatter, "| schemas invalid under JSON Schema 2020-12 | 0 | {schemas} of {} |", ready + degraded)?;
        let names = self.listed(|tools| &tools.invalid_names).len();
        writeln!(formatter, "| tool names not allowed or taken twice | 0 | {names} |")?;
        writeln!(formatter, "| operations ready, degraded, refused | | {ready}, {degraded}, {refused} |")?;
        writeln!(formatter, "| slowest document | | {seconds:.2} s ({slowest}) |")?;
        writeln!(formatter, "| all documents, checks included | | {:.0} s |", self.seconds)?;
        writeln!(formatter, "| peak memory of the run | | {:.0} MB |", self.peak_megabytes)
    }

    fn without_tools(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "\n| document without tools | reason | in words |\n|---|---|---|")?;
        for outcome in &self.outcomes {
            if let Verdict::NoTools { reason, message } = &outcome.verdict {
                let words = match message.split_once('\n') {
                    Some((_, reasons)) if reasons.trim().is_empty() => "its `paths` are empty".to_owned(),
                    Some((_, reasons)) => reasons.lines().next().unwrap_or_default().trim().replace('|', "\\|"),
                    None => message.replace('|', "\\|"),
                };
                writeln!(formatter, "| {} | `{reason}` | {words} |", outcome.name)?;
            }
        }
        Ok(())
    }

    fn codes(
        &self,
        formatter: &mut fmt::Formatter<'_>,
        title: &str,
        part: fn(&Tools) -> &Vec<&'static str>,
    ) -> fmt::Result {
        let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
        for (_, tools) in self.tools() {
            let mut codes = part(tools).clone();
            codes.sort_unstable();
            for group in codes.chunk_by(PartialEq::eq) {
                let [operations, documents] = counts.entry(group[0]).or_default();
                *operations += group.len();
                *documents += 1;
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, [operations, _])| std::cmp::Reverse(*operations));
        writeln!(formatter, "\n| {title} | operations | documents |\n|---|---|---|")?;
        counts.iter().try_for_each(|(code, [operations, documents])| {
            writeln!(formatter, "| `{code}` | {operations} | {documents} |")
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.summary(formatter)?;
        self.without_tools(formatter)?;
        self.codes(formatter, "what restricts operations", |tools| &tools.restrictions)?;
        self.codes(formatter, "why operations are refused", |tools| &tools.refusals)
    }
}
