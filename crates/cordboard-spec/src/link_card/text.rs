//! Text of strangers as a line of bounded length.

/// The words of a text, one space apart, with `…` where more than `most` characters are left out; nothing for no words.
/// Characters that change the direction of what follows are left out: they would reach beyond the line.
pub(super) fn line(text: &str, most: usize) -> Option<String> {
    let kept = text.chars().filter(|each| !turns_text(*each));
    let plain: String = kept.map(|each| if each.is_control() { ' ' } else { each }).collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return None;
    }
    if line.chars().nth(most).is_none() {
        return Some(line);
    }
    let beginning: String = line.chars().take(most - 1).collect();
    Some(format!("{}…", beginning.trim_end()))
}

fn turns_text(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
