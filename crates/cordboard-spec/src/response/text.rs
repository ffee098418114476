//! Text cut where a reader would cut it.

/// The beginning of a text in at most `limit` characters, and how many characters are left out. The cut is at the end
/// of a line or else of a word, when there is one in the last quarter.
pub(super) fn cut(text: &str, limit: usize) -> (&str, usize) {
    let Some((end, _)) = text.char_indices().nth(limit) else { return (text, 0) };
    let kept = &text[..end];
    let late = |index: &usize| *index >= end / 4 * 3;
    let line = kept.rfind('\n').filter(late);
    let end = line.or_else(|| kept.rfind(char::is_whitespace).filter(late)).unwrap_or(end);
    let kept = text[..end].trim_end();
    (kept, text[kept.len()..].chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cut_is_at_a_line_or_a_word() {
        let table = [
            ("short", 10, ("short", 0)),
            ("one line\nand another one", 11, ("one line", 16)),
            ("some words without end", 12, ("some words", 12)),
            ("unbreakable", 4, ("unbr", 7)),
            ("äöüß", 2, ("äö", 2)),
            ("", 0, ("", 0)),
        ];
        for (text, limit, expected) in table {
            assert_eq!(cut(text, limit), expected, "{text}");
        }
    }
}
