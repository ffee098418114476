//! The text of an HTML page, mostly an error page that a server sent in place of data.

use std::cell::{Cell, RefCell};

use html5ever::tokenizer::states::Rcdata;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

use crate::content::html::{raw_text, tokenize};

/// What is read of a page, in bytes.
const MOST: usize = 1024 * 1024;

/// Elements within a line; every other one begins a new line.
const INLINE: [&str; 22] = [
    "a", "abbr", "b", "bdi", "cite", "code", "data", "em", "font", "i", "img", "kbd", "label", "mark", "q", "s",
    "small", "span", "strong", "sub", "sup", "u",
];

/// What a reader of the page would read, line by line.
pub(super) fn text(html: &str) -> String {
    let written = tokenize(&html[..html.floor_char_boundary(MOST)], Reader::default()).text.take();
    let mut lines: Vec<String> = Vec::new();
    for line in written.split('\n') {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if !line.is_empty() && lines.last() != Some(&line) {
            lines.push(line);
        }
    }
    lines.join("\n")
}

#[derive(Default)]
struct Reader {
    text: RefCell<String>,
    /// Within a script or a style sheet.
    is_hidden: Cell<bool>,
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            // A line break in the source is a space.
            Token::CharacterTokens(text) if !self.is_hidden.get() => {
                self.text.borrow_mut().push_str(&text.replace('\n', " "));
            }
            Token::TagToken(tag) => return self.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Reader {
    fn tag(&self, tag: &Tag) -> TokenSinkResult<()> {
        if !INLINE.contains(&&*tag.name) {
            self.text.borrow_mut().push('\n');
        }
        let raw = raw_text(&tag.name).filter(|_| tag.kind == TagKind::StartTag && !tag.self_closing);
        self.is_hidden.set(raw.is_some_and(|raw| raw != Rcdata));
        raw.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_become_their_text() {
        let table = [
            (
                "<html><head><title>Bad Gateway</title><style>p{color:red}</style></head><body><h1>Bad Gateway</h1>\n\
                 <script>alert('<p>')</script><p>Try&nbsp;again\n &amp; wait, <b>pl</b>ease.</p><!-- nginx --></body>",
                "Bad Gateway\nTry again & wait, please.",
            ),
            ("<p>One<br>two</p><ul><li>a</li><li>b</li></ul>", "One\ntwo\na\nb"),
            ("<table><tr><td>k<td>v</tr></table>", "k\nv"),
            ("no tags", "no tags"),
            ("<p>cut <b", "cut"),
        ];
        for (html, expected) in table {
            assert_eq!(text(html), expected);
        }
    }

    #[test]
    fn deep_and_broken_pages_do_no_harm() {
        for html in ["<div>".repeat(200_000), "<".repeat(500_000), "<b><i></b>".repeat(100_000), "&#".repeat(100_000)] {
            let _ = text(&html);
        }
    }
}
