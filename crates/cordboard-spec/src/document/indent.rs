//! Indentation that YAML forbids and authors write: the text with it mended, line by line.

use super::source::Position;

/// How wide a tab may be meant to be. What is too wide for the lines around it seldom parses.
pub(crate) const TAB_WIDTHS: [usize; 3] = [8, 4, 2];

/// The text with lines that begin with a closing bracket moved to the right by one step. Lines stay lines.
pub(crate) fn indent_closing_brackets(text: &str) -> String {
    text.split_inclusive('\n').fold(String::with_capacity(text.len() + 64), |mut indented, line| {
        if line.trim_start_matches(' ').starts_with([']', '}']) {
            indented.push_str("  ");
        }
        indented.push_str(line);
        indented
    })
}

/// Whether any line is indented by tabs.
pub(crate) fn has_tabs(text: &str) -> bool {
    text.lines().any(|line| blank(line).contains('\t'))
}

/// The text with so many spaces for every tab in the indentation of a line.
pub(crate) fn expand_tabs(text: &str, width: usize) -> String {
    let spaces = " ".repeat(width);
    text.split_inclusive('\n').fold(String::with_capacity(text.len() * 2), |mut expanded, line| {
        let blank = blank(line);
        expanded.push_str(&blank.replace('\t', &spaces));
        expanded.push_str(&line[blank.len()..]);
        expanded
    })
}

/// Places in an expanded text as places in the text itself.
pub(crate) fn unexpanded(text: &str, width: usize, mut places: Vec<Option<Position>>) -> Vec<Option<Position>> {
    let lines: Vec<&str> = text.lines().collect();
    for place in places.iter_mut().flatten() {
        let tabs = lines.get(place.line.saturating_sub(1)).map_or(0, |line| blank(line).matches('\t').count());
        place.column = place.column.saturating_sub(tabs * (width - 1)).max(1);
    }
    places
}

fn blank(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}
