//! How many tokens a text takes, by the `o200k_base` vocabulary, which is close to what current models use.

/// Tokens of a text.
pub fn count(text: &str) -> usize {
    bpe_openai::o200k_base().count(text)
}

#[cfg(test)]
#[test]
fn tokens_are_counted_as_the_vocabulary_has_them() {
    assert_eq!(count(""), 0);
    assert_eq!(count("Hello world"), 2);
    assert_eq!(count("namespace todo {"), 3);
}
