//! How a model that chooses by score weighed the operations, for `ask --trace`.

use cordboard_domain::consideration::{Candidate, Consideration, decimal, percent};

/// One line about the whole, one per candidate, and what followed.
pub(crate) fn lines(consideration: &Consideration) -> Vec<String> {
    let Consideration { candidates, any, threshold, outcome } = consideration;
    let (any, threshold) = (percent(*any), percent(*threshold));
    let any = format!("… likelihood that any operation is meant: {any}; a call needs {threshold}");
    let candidates = candidates.iter().map(candidate);
    [any].into_iter().chain(candidates).chain([format!("  {outcome}")]).map(|line| one_line(&line)).collect()
}

fn candidate(candidate: &Candidate) -> String {
    let Candidate { tool, share, margin, reasons } = candidate;
    let reasons = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join("; ")) };
    format!("  {tool} {}, margin {}{reasons}", percent(*share), decimal(*margin))
}

/// Names are the plugin's, and must not begin a line of their own.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_and_outcome_are_listed() {
        let candidate = |tool: &str, share, margin, reasons: &[&str]| Candidate {
            tool: tool.to_owned(),
            share,
            margin,
            reasons: reasons.iter().map(|reason| (*reason).to_owned()).collect(),
        };
        let consideration = Consideration {
            candidates: vec![
                candidate("hotels_search", 931, 125, &["+2.10 words shared with the name", "-0.20 a negation"]),
                candidate("todo\n✓ sent", 69, -125, &[]),
            ],
            any: 413,
            threshold: 500,
            outcome: "No call: no operation is likely enough.".to_owned(),
        };
        assert_eq!(
            lines(&consideration),
            [
                "… likelihood that any operation is meant: 41.3 %; a call needs 50.0 %",
                "  hotels_search 93.1 %, margin +1.25: +2.10 words shared with the name; -0.20 a negation",
                "  todo ✓ sent 6.9 %, margin -1.25",
                "  No call: no operation is likely enough.",
            ]
        );
    }
}
