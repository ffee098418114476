//! Other people's texts inside our markdown: nothing in them may become markup.

/// Longest text that an item shows.
const LONGEST_TEXT: usize = 400;

/// A text as plain words of a markdown line.
pub(crate) fn escaped(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut safe = String::with_capacity(line.len());
    for (index, character) in line.char_indices() {
        if needs_escape(character, &line, index) {
            safe.push('\\');
        }
        safe.push(character);
    }
    safe
}

fn needs_escape(character: char, line: &str, index: usize) -> bool {
    match character {
        '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' => true,
        // Only at the beginning of a line.
        '#' | '+' | '-' | '=' | ':' => index == 0,
        // `1.` and `1)` would begin a numbered list.
        '.' | ')' => {
            let numbered = index > 0 && line[..index].chars().all(|before| before.is_ascii_digit());
            numbered && !line[index + 1..].starts_with(|next: char| !next.is_whitespace())
        }
        // `![` would be an image.
        '!' => line[index + 1..].starts_with('['),
        _ => false,
    }
}

/// As [`escaped`], shortened to what fits into a list.
pub(crate) fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST_TEXT {
        return escaped(&line);
    }
    let cut = line.chars().take(LONGEST_TEXT).collect::<String>();
    let whole_words = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{} …", escaped(whole_words))
}

/// An address as it stands between `(` and `)` of a link.
pub(crate) fn address(url: &str) -> String {
    url.replace('(', "%28").replace(')', "%29").replace('<', "%3C").replace('>', "%3E").replace('\\', "%5C")
}

/// A text of several lines as a quotation.
pub(crate) fn quotation(text: &str) -> String {
    text.trim()
        .lines()
        .map(|line| format!("> {}", escaped(line)).trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text() {
        for (text, expected) in [
            ("a *b* [c](d)", r"a \*b\* \[c\](d)"),
            ("# no heading", r"\# no heading"),
            ("1. no list", r"1\. no list"),
            ("3.5 stars", "3.5 stars"),
            ("<script>", r"\<script\>"),
            ("two\nlines", "two lines"),
            ("![x](y)", r"\!\[x\](y)"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }

    #[test]
    fn addresses_cannot_end_a_link() {
        assert_eq!(address("https://x.org/a)b"), "https://x.org/a%29b");
    }
}
