//! Whether a model that states how likely a call is states it rightly.

use serde::Serialize;

use super::report::{Item, count};

const BINS: usize = 10;

/// The requests for which the stated likelihood lies in one tenth of the range.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Bin {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) requests: usize,
    /// The mean of what the model stated; absent for an empty bin.
    pub(super) stated: Option<f64>,
    /// The share of requests for which a call was right to place.
    pub(super) actual: Option<f64>,
}

/// Ten bins, or none where the model states nothing.
pub(super) fn of(items: &[Item]) -> Vec<Bin> {
    let stated: Vec<(usize, bool)> =
        items.iter().filter_map(|item| Some((item.stated?.into(), item.wanted.is_some()))).collect();
    if stated.is_empty() { Vec::new() } else { (0..BINS).map(|number| bin(number, &stated)).collect() }
}

fn bin(number: usize, stated: &[(usize, bool)]) -> Bin {
    let width = 1000 / BINS;
    let inside: Vec<&(usize, bool)> =
        stated.iter().filter(|(likelihood, _)| (likelihood / width).min(BINS - 1) == number).collect();
    let mean = |sum: usize, unit: usize| (!inside.is_empty()).then(|| count(sum) / count(unit * inside.len()));
    Bin {
        from: count(number) / count(BINS),
        to: count(number + 1) / count(BINS),
        requests: inside.len(),
        stated: mean(inside.iter().map(|(likelihood, _)| likelihood).sum(), 1000),
        actual: mean(inside.iter().filter(|(_, is_call)| *is_call).count(), 1),
    }
}

pub(super) fn table(bins: &[Bin]) -> Vec<String> {
    if bins.is_empty() {
        return Vec::new();
    }
    let heading = "Stated likelihood of a call, against how often one was right:".to_owned();
    let columns = format!("{:>11} {:>9} {:>8} {:>8}", "bin", "requests", "stated", "actual");
    let percent = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0));
    let rows = bins.iter().map(|bin| {
        let range = format!("{:.1} – {:.1}", bin.from, bin.to);
        format!("{range:>11} {:>9} {:>8} {:>8}", bin.requests, percent(bin.stated), percent(bin.actual))
    });
    [String::new(), heading, columns].into_iter().chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_compare_what_was_stated_with_what_was_right() {
        let item = |stated, is_call: bool| Item {
            stated: Some(stated),
            wanted: is_call.then(|| "a.b".to_owned()),
            ..Item::default()
        };
        let items = [item(900, true), item(1000, true), item(950, false), item(0, false), Item::default()];
        let bins = of(&items);
        assert_eq!(bins.len(), BINS);
        assert_eq!((bins[0].requests, bins[0].stated, bins[0].actual), (1, Some(0.0), Some(0.0)));
        assert_eq!((bins[5].requests, bins[5].stated), (0, None));
        assert_eq!((bins[9].requests, bins[9].stated), (3, Some(0.95)));
        assert!((bins[9].actual.unwrap() - 2.0 / 3.0).abs() < 1e-9);
        assert_eq!(table(&bins)[3], "  0.0 – 0.1         1    0.0 %    0.0 %");
        assert!(of(&[Item::default()]).is_empty());
    }
}
