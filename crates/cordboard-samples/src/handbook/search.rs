//! Ranks pages by BM25 (Robertson and Zaragoza, 2009), the usual measure of how well a text answers a few words.

use std::collections::HashMap;

use super::library::Page;
use super::words::words;

/// How soon repeating a word stops to count, and how much long pages are held back.
const SATURATION: f64 = 1.2;
const LENGTH: f64 = 0.75;
/// A word in the title counts as often as this.
const TITLE_WEIGHT: usize = 4;

/// The words of all pages, counted.
pub(super) struct Index {
    pages: Vec<Counted>,
    /// In how many pages a word occurs.
    spread: HashMap<String, usize>,
}

struct Counted {
    page: Page,
    counts: HashMap<String, usize>,
    length: usize,
}

/// A page that fits.
pub(super) struct Hit {
    pub(super) page: Page,
    /// The paragraph that fits best.
    pub(super) excerpt: String,
}

impl Index {
    pub(super) fn new(pages: impl IntoIterator<Item = Page>) -> Self {
        let pages: Vec<_> = pages.into_iter().map(count).collect();
        let mut spread = HashMap::new();
        for word in pages.iter().flat_map(|page| page.counts.keys()) {
            *spread.entry(word.clone()).or_default() += 1;
        }
        Self { pages, spread }
    }

    /// The pages with any of the words, best first.
    pub(super) fn search(&self, query: &str) -> Vec<Hit> {
        let query = words(query);
        let scored = self.pages.iter().map(|page| (self.score(page, &query), page));
        let mut scored: Vec<_> = scored.filter(|(score, _)| *score > 0.0).collect();
        scored.sort_by(|(left, _), (right, _)| right.total_cmp(left));
        scored.into_iter().map(|(_, page)| Hit { page: page.page, excerpt: self.excerpt(page.page, &query) }).collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "word counts are far below 2^52")]
    fn score(&self, page: &Counted, query: &[String]) -> f64 {
        let total: usize = self.pages.iter().map(|page| page.length).sum();
        let average = total as f64 / self.pages.len() as f64;
        let damping = SATURATION * (1.0 - LENGTH + LENGTH * page.length as f64 / average);
        let word_score = |word: &String| {
            let count = page.counts.get(word).copied().unwrap_or_default() as f64;
            self.rarity(word) * count * (SATURATION + 1.0) / (count + damping)
        };
        query.iter().map(word_score).sum()
    }

    /// How much a word tells: the fewer pages have it, the more.
    #[expect(clippy::cast_precision_loss, reason = "page counts are far below 2^52")]
    fn rarity(&self, word: &str) -> f64 {
        let (all, having) = (self.pages.len() as f64, self.spread.get(word).copied().unwrap_or_default() as f64);
        ((all - having + 0.5) / (having + 0.5)).ln_1p()
    }

    /// The paragraph with the most telling words; those of the title belong to the whole page and don't count.
    fn excerpt(&self, page: Page, query: &[String]) -> String {
        let title = words(page.title());
        let telling: Vec<_> = query.iter().filter(|word| !title.contains(word)).collect();
        let weight = |heading: &str, text: &str| -> f64 {
            let present = words(&format!("{heading} {text}"));
            telling.iter().filter(|word| present.contains(word)).map(|word| self.rarity(word)).sum()
        };
        let mut best = (-1.0, String::new());
        for (heading, text) in page.paragraphs() {
            let weight = weight(heading, &text);
            if weight > best.0 {
                best = (weight, text);
            }
        }
        best.1
    }
}

fn count(page: Page) -> Counted {
    let (body, title) = (words(page.markdown), words(page.title()));
    let length = body.len();
    let mut counts = HashMap::new();
    let more_title = title.iter().cycle().take(title.len() * (TITLE_WEIGHT - 1)).cloned();
    for word in body.into_iter().chain(more_title) {
        *counts.entry(word).or_default() += 1;
    }
    Counted { page, counts, length }
}
