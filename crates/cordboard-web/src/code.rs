//! Blocks of code with their colours, as classes for the style sheet.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use minijinja::HtmlEscape;
use syntect::html::{ClassStyle, ClassedHTMLGenerator};
use syntect::parsing::SyntaxSet;
use syntect::util::LinesWithEndings;

/// Longer code stays plain, in bytes.
const LONGEST: usize = 20_000;
/// How many blocks are remembered; an answer that streams is rendered many times.
const REMEMBERED: usize = 256;

const CLASSES: ClassStyle = ClassStyle::SpacedPrefixed { prefix: "hl-" };

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);
static COLOURED: LazyLock<Mutex<HashMap<(String, String), String>>> = LazyLock::new(Mutex::default);

/// A block as HTML, with its language and a button to copy it. `is_growing` leaves the colours for later.
pub(crate) fn block(language: &str, code: &str, is_growing: bool) -> String {
    let language = language.split([' ', ',', '{']).next().unwrap_or_default();
    let coloured = if is_growing { None } else { coloured(language, code) };
    let inner = coloured.unwrap_or_else(|| HtmlEscape(code).to_string());
    format!(
        "<div class=\"code\"><div class=\"code-head\"><span>{}</span>\
         <button type=\"button\" class=\"quiet scripted\" data-copy-code>Copy code</button></div>\
         <pre tabindex=\"0\"><code>{inner}</code></pre></div>\n",
        HtmlEscape(language)
    )
}

fn coloured(language: &str, code: &str) -> Option<String> {
    if code.len() > LONGEST {
        return None;
    }
    let syntax = SYNTAXES.find_syntax_by_token(language).filter(|_| !language.is_empty())?;
    let key = (language.to_owned(), code.to_owned());
    let mut remembered = COLOURED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(html) = remembered.get(&key) {
        return Some(html.clone());
    }
    let mut generator = ClassedHTMLGenerator::new_with_class_style(syntax, &SYNTAXES, CLASSES);
    for line in LinesWithEndings::from(code) {
        generator.parse_html_for_line_which_includes_newline(line).ok()?;
    }
    let html = generator.finalize();
    if remembered.len() >= REMEMBERED {
        remembered.clear();
    }
    remembered.insert(key, html.clone());
    Some(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_has_colours_where_its_language_is_known_and_is_never_markup() {
        let html = block("rust,ignore", "let a = \"<b>\"; // x\n", false);
        assert!(
            html.contains("hl-string") && html.contains("hl-comment") && html.contains("<span>rust</span>"),
            "{html}"
        );
        assert!(!html.contains("<b>"));
        for (language, is_growing) in [("rust", true), ("", false), ("<i>", false)] {
            let html = block(language, "<b>x</b>", is_growing);
            assert!(
                html.contains("<code>&lt;b&gt;x&lt;&#x2f;b&gt;</code>")
                    || html.contains("<code>&lt;b&gt;x&lt;/b&gt;</code>"),
                "{html}"
            );
            assert!(!html.contains("<i>"));
        }
        assert!(!block("rust", &"x".repeat(LONGEST + 1), false).contains("hl-"));
    }
}
