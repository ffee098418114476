//! Splits text into the words that searching compares: lower case, without endings and without words that say nothing.

const SILENT: [&str; 41] = [
    "a", "about", "an", "and", "are", "at", "be", "by", "can", "company", "do", "does", "for", "from", "get",
    "handbook", "have", "how", "i", "if", "in", "is", "it", "many", "me", "much", "my", "of", "on", "or", "our",
    "policy", "rule", "should", "the", "to", "we", "what", "when", "with", "you",
];

/// The words of a text, in order.
pub(super) fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric());
    let telling = words.filter(|word| !word.is_empty() && !SILENT.contains(word));
    telling.map(stem).filter(|word| !SILENT.contains(&word.as_str())).collect()
}

/// Cuts plural and verb endings, so that “holidays” finds “holiday” and “booking” finds “book”.
fn stem(word: &str) -> String {
    let long = |word: &&str| word.len() >= 4;
    let single = match word.strip_suffix("ies").filter(long) {
        Some(start) => format!("{start}y"),
        None => word.strip_suffix('s').filter(|start| start.len() >= 3 && !start.ends_with('s')).unwrap_or(word).into(),
    };
    match single.strip_suffix("ing").or_else(|| single.strip_suffix("ed")).filter(long) {
        Some(start) => start.to_owned(),
        None => single,
    }
}
