//! What bytes from strangers are: media types, charsets, documents.

pub(crate) mod charset;
mod document;
pub(crate) mod html;
pub(crate) mod media;

pub use document::document_text;
