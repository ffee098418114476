//! Formulas as models write them, so that markdown leaves what is in them as it stands.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Code, in which nothing is a formula, or a formula between `\\(` and `\\)` or between `\\[` and `\\]`.
static FORMULA: LazyLock<Regex> = LazyLock::new(|| {
    let code = r"(?P<code>(?:```|~~~)[\s\S]*?(?:```|~~~|$)|`[^`\n]+`)";
    let formula = r"\\\((?P<inline>[^\n$`]+?)\\\)|\\\[(?P<block>[^$`]+?)\\\]";
    Regex::new(&format!("{code}|{formula}")).expect("a valid expression")
});

/// The text with its formulas between `$`, which the parser knows.
pub(crate) fn marked(text: &str) -> Cow<'_, str> {
    FORMULA.replace_all(text, |found: &Captures<'_>| {
        let part = |name| found.name(name).map(|part| part.as_str().trim());
        match (part("inline"), part("block")) {
            (Some(formula), _) => format!("${formula}$"),
            (_, Some(formula)) => format!("$${formula}$$"),
            _ => found[0].to_owned(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn formulas_are_marked_and_code_is_left_alone() {
        for (text, expected) in [
            (r"so \(x_1 * y_1\) is", "so $x_1 * y_1$ is"),
            ("\\[\nx_1\n\\]", "$$x_1$$"),
            (r"`\(x\)` and \(y\)", r"`\(x\)` and $y$"),
            ("```\n\\(x\\)\n```", "```\n\\(x\\)\n```"),
            (r"a \( alone", r"a \( alone"),
        ] {
            assert_eq!(marked(text), expected, "{text}");
        }
    }
}
