//! JSON pointers (RFC 6901) as they are built while walking a document.

use std::fmt;

/// A place in a document, such as `/paths/~1todos/get`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Pointer(String);

impl Pointer {
    /// The whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// A pointer from its text.
    pub fn parse(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The member `key` of this place; array indices are keys in decimal.
    #[must_use]
    pub fn join(&self, key: impl fmt::Display) -> Self {
        let mut text = format!("{}/{key}", self.0);
        let start = self.0.len() + 1;
        if text[start..].contains(['~', '/']) {
            let escaped = text[start..].replace('~', "~0").replace('/', "~1");
            text.replace_range(start.., &escaped);
        }
        Self(text)
    }

    /// The pointer as text; empty for the whole document.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The keys from the root, unescaped.
    pub fn keys(&self) -> impl Iterator<Item = String> + '_ {
        self.0.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~"))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_empty() { "/" } else { &self.0 })
    }
}
