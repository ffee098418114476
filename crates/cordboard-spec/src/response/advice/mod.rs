//! What a model should make of a response: wait, connect, mend an argument, ask for the next page. The sentences are the
//! host's own; of a plugin's words they repeat only numbers and short tokens.

mod link;
mod message;
mod page;
mod status;
mod wait;

use cordboard_domain::call::RawResponse;
use serde_json::Value;
use url::Url;

pub use message::message;
pub use status::reason;

/// What advice is made from.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'call> {
    pub status: u16,
    pub headers: &'call [(String, String)],
    /// The bounded view of a JSON body.
    pub value: Option<&'call Value>,
    /// The planned URL.
    pub url: &'call str,
    /// The names of the operation's arguments, as the model knows them.
    pub arguments: &'call [String],
}

/// Sentences for the model, most pressing first.
pub fn advice(exchange: Exchange<'_>) -> Vec<String> {
    let wait = wait::advice(exchange);
    if (200..300).contains(&exchange.status) {
        wait.into_iter().chain(page::advice(exchange)).collect()
    } else {
        wait.into_iter().chain(status::advice(exchange.status).map(str::to_owned)).collect()
    }
}

impl<'call> Exchange<'call> {
    /// A response with what was asked.
    pub fn of(
        raw: &'call RawResponse,
        value: Option<&'call Value>,
        url: &'call str,
        arguments: &'call [String],
    ) -> Self {
        Self { status: raw.status, headers: &raw.headers, value, url, arguments }
    }

    /// The first header of this name.
    fn header(&self, name: &str) -> Option<&'call str> {
        self.headers.iter().find(|(each, _)| each.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// What the call gave for a query parameter.
    fn given(&self, name: &str) -> Option<String> {
        let url = Url::parse(self.url).ok()?;
        url.query_pairs().find(|(each, _)| each == name).map(|(_, value)| value.into_owned())
    }

    /// The argument among these names, compared without case and separators.
    fn argument(&self, names: &[&str]) -> Option<&'call str> {
        names.iter().find_map(|name| self.arguments.iter().find(|each| plain(each) == plain(name))).map(String::as_str)
    }
}

/// `next_page`, `nextPage` and `next-page` are the same name.
fn plain(name: &str) -> String {
    name.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A value that may stand in the host's own sentence: short and without a way to write prose.
fn token(text: &str) -> Option<&str> {
    let harmless = |character: char| character.is_ascii_alphanumeric() || "-._~%+/=:".contains(character);
    (!text.is_empty() && text.len() <= 128 && text.chars().all(harmless)).then_some(text)
}
