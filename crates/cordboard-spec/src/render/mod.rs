//! A toolset as models see it: the compact TypeScript form, JSON Schema function tools, and an index of one line per
//! operation; and what each costs in tokens.

pub mod function;
pub mod index;
pub mod ledger;
pub mod outline;
pub mod tokens;
pub mod typescript;

/// The most of an operation's description that models see, in characters (protocol: limits).
pub const MAX_OPERATION_DESCRIPTION: usize = 300;
/// The most of an argument's description that models see, in characters.
pub const MAX_ARGUMENT_DESCRIPTION: usize = 700;

/// At most `limit` characters, cut at a word.
pub fn cut(text: &str, limit: usize) -> &str {
    let Some((end, _)) = text.char_indices().nth(limit) else { return text };
    let head = &text[..end];
    head.rfind(char::is_whitespace).map_or(head, |space| head[..space].trim_end())
}

#[cfg(test)]
#[test]
fn texts_are_cut_at_words() {
    assert_eq!(cut("one two three", 9), "one two");
    assert_eq!(cut("short", 9), "short");
    assert_eq!(cut("unbroken", 3), "unb");
}
