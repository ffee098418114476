//! What of a text that still grows can be shown without changing its look later.
//!
//! A link, an emphasis or a row of a table is held back until it is whole, so that no mark-up flashes up and nothing that
//! somebody reads moves. What stays open for long is shown as it is.

/// The most that is held back, in bytes.
const MOST: usize = 400;

/// The longest beginning of a text that stands as it will stay.
pub(crate) fn settled(text: &str) -> &str {
    let held_from = held_from(text);
    if text.len() - held_from > MOST { text } else { text[..held_from].trim_end() }
}

/// Where begins what may still change its look.
fn held_from(text: &str) -> usize {
    let line_start = text.rfind('\n').map_or(0, |end| end + 1);
    let line = &text[line_start..];
    if is_in_code(&text[..line_start]) {
        return if may_end_code(line) { line_start } else { text.len() };
    }
    if line.is_empty() || line.trim_start().starts_with('|') {
        return table_held_from(text, line_start);
    }
    if line.chars().all(|each| " >-*_+#=|~`:.0123456789".contains(each)) || begins_fence(line) {
        return line_start;
    }
    let start = paragraph_start(text, line_start);
    start + open_span(&text[start..]).unwrap_or(text.len() - start)
}

/// Where the lines begin through which a span may run up to the last one.
fn paragraph_start(text: &str, line_start: usize) -> usize {
    let begins_block = |line: &str| {
        let line = line.trim_start();
        line.is_empty() || line.starts_with(['#', '>', '|']) || begins_item(line) || begins_fence(line)
    };
    let mut start = line_start;
    while start > 0 && !begins_block(&text[start..]) {
        let before = text[..start - 1].rfind('\n').map_or(0, |end| end + 1);
        if text[before..start].trim().is_empty() {
            break;
        }
        start = before;
    }
    start
}

/// Whether a line begins with the mark of a list's item.
fn begins_item(line: &str) -> bool {
    let mark = line.split(' ').next().unwrap_or_default();
    let digits = mark.trim_end_matches(['.', ')']);
    matches!(mark, "-" | "*" | "+")
        || digits.len() + 1 == mark.len() && digits.chars().all(|each| each.is_ascii_digit())
}

/// The two lines that make a table come together, and each of its rows as a whole.
fn table_held_from(text: &str, line_start: usize) -> usize {
    let rows = text[..line_start].split_inclusive('\n').rev().take_while(|line| line.trim_start().starts_with('|'));
    let (count, bytes) = rows.fold((0, 0), |(count, bytes), row| (count + 1, bytes + row.len()));
    if count < 2 { line_start - bytes } else { line_start }
}

fn begins_fence(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("```") || line.starts_with("~~~")
}

fn may_end_code(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && ["`", "~"].iter().any(|mark| line.trim_start_matches(mark).is_empty()) || begins_fence(line)
}

/// Whether a text ends within a block of code.
fn is_in_code(text: &str) -> bool {
    text.lines().filter(|line| begins_fence(line)).count() % 2 == 1
}

/// Where the first span begins that the text does not end: code, an emphasis, a link, an address or a formula.
fn open_span(text: &str) -> Option<usize> {
    let mut open: Vec<(&str, usize)> = Vec::new();
    let mut place = 0;
    while let Some(next) = text[place..].chars().next() {
        let rest = &text[place..];
        let mark = mark_of(rest);
        let in_code = open.last().is_some_and(|(mark, _)| mark.starts_with('`'));
        let ended = open.iter().rposition(|(each, _)| ends(each, rest)).filter(|at| !in_code || at + 1 == open.len());
        if let Some(at) = ended {
            // What was open within it ends too. Behind the words of a link its address is open.
            let (begun, from) = open[at];
            open.truncate(at);
            if matches!(begun, "[" | "![") && !is_plain_bracket(rest) {
                open.push(("](", from));
            }
        } else if !in_code && begins(mark, &text[..place], &rest[mark.len()..]) {
            open.push((mark, place));
        }
        let skipped = if mark == "\\" { rest.chars().take(2).map(char::len_utf8).sum() } else { mark.len() };
        place += skipped.max(next.len_utf8());
    }
    open.first().map(|(_, place)| *place)
}

/// The mark with which a text begins, or nothing. At the end of a text, part of a mark may be all there is yet.
fn mark_of(text: &str) -> &str {
    const MARKS: [&str; 16] =
        ["```", "``", "`", "**", "*", "__", "_", "~~", "![", "[", "<", "$$", "http", "\\(", "\\[", "\\"];
    const BEGUN: [&str; 6] = ["!", "~", "$", "h", "ht", "htt"];
    let mark = MARKS.into_iter().find(|mark| text.starts_with(mark));
    mark.or_else(|| BEGUN.into_iter().find(|begun| text == *begun)).map_or("", |mark| &text[..mark.len()])
}

/// Whether a text begins with what ends a span.
fn ends(mark: &str, text: &str) -> bool {
    match mark {
        "[" | "![" => text.starts_with("](") || is_plain_bracket(text),
        "](" => text.starts_with(')'),
        "<" => text.starts_with('>'),
        "\\(" => text.starts_with("\\)"),
        "\\[" => text.starts_with("\\]"),
        "http" => text.starts_with(char::is_whitespace),
        _ => mark_of(text) == mark,
    }
}

/// A bracket that ends without leading anywhere.
fn is_plain_bracket(text: &str) -> bool {
    text.strip_prefix(']').is_some_and(|rest| rest.chars().next().is_some_and(|next| next != '('))
}

/// Whether a mark can begin a span where it stands.
fn begins(mark: &str, before: &str, after: &str) -> bool {
    let is_in_word = before.chars().next_back().is_some_and(char::is_alphanumeric);
    let is_followed = after.chars().next().is_none_or(|next| !next.is_whitespace());
    match mark {
        "" | "\\" => false,
        "_" | "__" | "http" | "h" | "ht" | "htt" => !is_in_word && is_followed,
        "*" | "**" | "~~" => is_followed,
        "<" => after.chars().next().is_none_or(char::is_alphabetic),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_whole_is_held_back() {
        for (text, expected) in [
            ("All of this stays", "All of this stays"),
            ("See [Book", "See"),
            ("See [Book](https://a.exam", "See"),
            ("See [Book](https://a.example) now", "See [Book](https://a.example) now"),
            ("See ![a view](https://a", "See"),
            ("Take [1] or [2", "Take [1] or"),
            ("It is **very", "It is"),
            ("It is **very** good", "It is **very** good"),
            ("It is **very *much", "It is"),
            ("It is **", "It is"),
            ("2 * 3 is 6", "2 * 3 is 6"),
            ("It is **very\nmuch", "It is"),
            ("It is **very\nmuch** so", "It is **very\nmuch** so"),
            ("- a * b\n- c *d", "- a * b\n- c"),
            ("with \\(x_1 + x", "with"),
            ("with \\(x_1\\) it", "with \\(x_1\\) it"),
            ("snake_case stays", "snake_case stays"),
            ("call `ls", "call"),
            ("call `a*b` and", "call `a*b` and"),
            ("at https://a.exam", "at"),
            ("at https://a.example today", "at https://a.example today"),
            ("at <https://a.exa", "at"),
            ("a < b", "a < b"),
            ("a \\* b", "a \\* b"),
            ("One\n\n-", "One"),
            ("One\n\n12.", "One"),
            ("One\n\n- two", "One\n\n- two"),
            ("One\n\n| a | b", "One"),
            ("One\n\n| a | b |\n|--", "One"),
            ("| a |\n|---|\n| 1 |\n| 2", "| a |\n|---|\n| 1 |"),
            ("Code:\n\n```ru", "Code:"),
            ("```rust\nlet a = **b", "```rust\nlet a = **b"),
            ("```rust\nlet a;\n``", "```rust\nlet a;"),
            ("```rust\nlet a;\n```", "```rust\nlet a;"),
            ("", ""),
        ] {
            assert_eq!(settled(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_stays_open_for_long_is_shown() {
        let text = format!("[{}", "word ".repeat(100));
        assert_eq!(settled(&text), text);
    }

    #[test]
    fn what_is_shown_only_grows() {
        let text = "# Where\n\nSee **[the _Rialto_](https://a.example/x_y)** or `a*b`, 5 * 3 é \\* <https://b.example> wow!\n\n\
                    | a | b |\n|---|---|\n| 1 | **2** |\n\n1. one\n2. ![two](https://c.example/2.png) ~~no~~\n\n```rust\nlet **a\n\
                    ```\n\nhttps://d.example $$x_1$$ [3] h! ";
        let ends = text.char_indices().map(|(end, _)| end).chain([text.len()]);
        let shown: Vec<&str> = ends.map(|end| settled(&text[..end])).collect();
        for pair in shown.windows(2) {
            assert!(pair[1].starts_with(pair[0]), "{:?} after {:?}", pair[1], pair[0]);
        }
        assert_eq!(shown.last(), Some(&text.trim_end()));
    }
}
