//! The headings of an answer, which stand below the page's own.

use comrak::nodes::{AstNode, NodeValue};

/// The level of the heading under which an answer stands.
const ABOVE: u8 = 2;
const DEEPEST: u8 = 6;

/// Puts headings below the answer's, without leaving a level out. What follows a heading does not change it.
pub(crate) fn fit<'arena>(root: &'arena AstNode<'arena>) {
    let mut open: Vec<u8> = Vec::new();
    for node in root.descendants() {
        if let NodeValue::Heading(heading) = &mut node.data_mut().value {
            while open.pop_if(|level| *level >= heading.level).is_some() {}
            open.push(heading.level);
            let depth = u8::try_from(open.len()).unwrap_or(DEEPEST);
            heading.level = depth.saturating_add(ABOVE).min(DEEPEST);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::markdown::blocks;

    #[test]
    fn headings_stand_below_the_answer_and_leave_no_level_out() {
        for (markdown, expected) in [
            ("# A\n\n### B\n\n## C\n\n# D", ["<h3>A</h3>", "<h4>B</h4>", "<h4>C</h4>", "<h3>D</h3>"]),
            ("### A\n\n# B\n\n## C\n\n###### D", ["<h3>A</h3>", "<h3>B</h3>", "<h4>C</h4>", "<h5>D</h5>"]),
        ] {
            let found: Vec<String> =
                blocks(markdown, false, &|_| None).iter().map(|html| html.trim().to_owned()).collect();
            assert_eq!(found, expected);
        }
    }
}
