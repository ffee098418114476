//! The head of a page: its title, and what its `meta` elements say.

use std::cell::{Cell, RefCell};

use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

use crate::content::html::{raw_text, tokenize};

/// How many values are kept, and how many bytes of each.
const MOST_VALUES: usize = 64;
const LONGEST_VALUE: usize = 4096;

/// Values in the order of the page, each under its name in small letters; the title is called `title`.
pub(super) struct Head(Vec<(String, String)>);

impl Head {
    /// Reads a page until its head ends. A page that marks no head is read whole.
    pub(super) fn of(html: &str) -> Self {
        Self(tokenize(html, Reader::default()).values.into_inner())
    }

    /// The values under these names: all of the first name, then all of the second, and so on.
    pub(super) fn values<'head>(&'head self, names: &'head [&str]) -> impl Iterator<Item = &'head str> {
        let under = |wanted: &'head str| self.0.iter().filter(move |(name, _)| name == wanted);
        names.iter().flat_map(move |name| under(name)).map(|(_, value)| value.as_str())
    }
}

#[derive(Default)]
struct Reader {
    values: RefCell<Vec<(String, String)>>,
    /// The first title as far as it was read; later ones do not count.
    title: Cell<Title>,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Title {
    #[default]
    Awaited,
    Open,
    Read,
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) if self.title.get() == Title::Open => self.add_to_title(&text),
            Token::TagToken(tag) => return self.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Reader {
    fn tag(&self, tag: &Tag) -> TokenSinkResult<()> {
        match (tag.kind, &*tag.name) {
            // The tokenizer stops where a script would run.
            (TagKind::EndTag, "head") | (TagKind::StartTag, "body") => return TokenSinkResult::Script(()),
            (TagKind::StartTag, "title") if self.title.get() == Title::Awaited => {
                self.title.set(Title::Open);
                self.add("title", "");
            }
            (TagKind::EndTag, "title") if self.title.get() == Title::Open => self.title.set(Title::Read),
            (TagKind::StartTag, "meta") => self.meta(tag),
            _ => {}
        }
        let raw = raw_text(&tag.name).filter(|_| tag.kind == TagKind::StartTag);
        raw.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData)
    }

    /// Authors write `property` and `name` for each other.
    fn meta(&self, tag: &Tag) {
        let attribute = |name: &str| tag.attrs.iter().find(|attribute| &*attribute.name.local == name);
        let Some(content) = attribute("content") else { return };
        for name in ["property", "name"].into_iter().filter_map(attribute) {
            self.add(&name.value.trim().to_ascii_lowercase(), &content.value);
        }
    }

    fn add(&self, name: &str, value: &str) {
        let mut values = self.values.borrow_mut();
        let is_wanted = super::NAMES.iter().any(|names| names.contains(&name));
        if is_wanted && values.len() < MOST_VALUES {
            values.push((name.to_owned(), value[..value.floor_char_boundary(LONGEST_VALUE)].to_owned()));
        }
    }

    fn add_to_title(&self, text: &str) {
        let mut values = self.values.borrow_mut();
        if let Some((_, title)) = values.iter_mut().rev().find(|(name, _)| name == "title") {
            let room = LONGEST_VALUE.saturating_sub(title.len());
            title.push_str(&text[..text.floor_char_boundary(room)]);
        }
    }
}
