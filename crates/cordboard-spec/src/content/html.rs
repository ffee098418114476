//! HTML as tokens. No tree is built, so a hostile page costs little more than its length.

use std::cell::Cell;

use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{RawKind, Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// How much is read at once, in bytes.
const PIECE: usize = 4 * 1024;

/// After so many bytes without a token nothing more is read: each attribute of a tag is compared with all before it.
const LONGEST_TOKEN: usize = 32 * 1024;

/// Hands the tokens of a text to a sink, until the sink asks for a script to run.
pub(crate) fn tokenize<S: TokenSink>(html: &str, sink: S) -> S {
    let tokenizer = Tokenizer::new(Watched { sink, silence: Cell::new(0) }, TokenizerOpts::default());
    let input = BufferQueue::default();
    let mut rest = html;
    while !rest.is_empty() && tokenizer.sink.silence.get() < LONGEST_TOKEN {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
        rest = after;
        tokenizer.sink.silence.update(|silence| silence + piece.len());
        input.push_back(StrTendril::from_slice(piece));
        if matches!(tokenizer.feed(&input), TokenizerResult::Script(_)) {
            return tokenizer.sink.sink;
        }
    }
    tokenizer.end();
    tokenizer.sink.sink
}

/// Counts the bytes since the last token.
struct Watched<S> {
    sink: S,
    silence: Cell<usize>,
}

impl<S: TokenSink> TokenSink for Watched<S> {
    type Handle = S::Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<S::Handle> {
        if matches!(token, Token::ParseError(_)) {
            return TokenSinkResult::Continue;
        }
        self.silence.set(0);
        self.sink.process_token(token, line)
    }
}

/// How an element's content is read that is no markup.
pub(crate) fn raw_text(name: &str) -> Option<RawKind> {
    match name {
        "script" => Some(ScriptData),
        "style" | "iframe" | "noembed" | "noframes" | "xmp" => Some(Rawtext),
        "title" | "textarea" => Some(Rcdata),
        _ => None,
    }
}
