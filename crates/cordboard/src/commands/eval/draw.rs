//! Draws that are the same on every machine and in every run.

/// `SplitMix64` (Steele, Lea, Flood 2014): one number of state, good enough to choose among a few thousand.
pub(super) struct Draw {
    state: u64,
}

impl Draw {
    pub(super) fn seeded(seed: usize) -> Self {
        Self { state: seed as u64 }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("the remainder is below a usize")
    }

    /// Adds numbers below `end` that are not in `chosen` yet, until there are `count` or no more are left.
    pub(super) fn fill(&mut self, chosen: &mut Vec<usize>, count: usize, end: usize) {
        while chosen.len() < count.min(end) {
            let number = self.below(end);
            if !chosen.contains(&number) {
                chosen.push(number);
            }
        }
    }

    pub(super) fn shuffle(&mut self, items: &mut [usize]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

/// `limit` items at even distances, the first one included; all of them without a limit.
pub(super) fn evenly<T>(items: Vec<T>, limit: Option<usize>) -> Vec<T> {
    let total = items.len();
    let count = limit.unwrap_or(total).min(total);
    // The item at `at` is taken where the count of taken items, spread over all, rises.
    let is_taken = |at: usize| (at * count).div_ceil(total) < ((at + 1) * count).div_ceil(total);
    items.into_iter().enumerate().filter(|(at, _)| is_taken(*at)).map(|(_, item)| item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_distinct_and_repeatable() {
        let drawn = |seed| {
            let mut chosen = vec![3];
            let mut draw = Draw::seeded(seed);
            draw.fill(&mut chosen, 10, 12);
            draw.shuffle(&mut chosen);
            chosen
        };
        let mut first = drawn(1);
        assert_eq!(first, drawn(1));
        assert_ne!(first, drawn(2));
        first.sort_unstable();
        first.dedup();
        assert_eq!(first.len(), 10);
        assert!(first.contains(&3));
    }

    #[test]
    fn a_pool_that_is_too_small_is_taken_whole() {
        let mut chosen = vec![0];
        Draw::seeded(7).fill(&mut chosen, 10, 3);
        assert_eq!(chosen.len(), 3);
    }

    #[test]
    fn a_limit_takes_evenly_spaced_items() {
        let check = |total: usize, limit, expected: &[usize]| {
            assert_eq!(evenly((0..total).collect(), limit), expected, "{total} {limit:?}");
        };
        check(10, Some(5), &[0, 2, 4, 6, 8]);
        check(10, Some(3), &[0, 3, 6]);
        check(3, Some(9), &[0, 1, 2]);
        check(3, None, &[0, 1, 2]);
        check(0, Some(2), &[]);
        check(4, Some(0), &[]);
    }
}
