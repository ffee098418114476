//! Where people make a key.

use super::TITLE;
use crate::html::{escape, page};

/// What the front page offers.
pub(super) const FORM: &str = "<h2>Your key</h2>\n<p>A key opens a notebook of your own. Make one, and give it to the chat \
     host that asks for it.</p>\n<form method=\"post\" action=\"/keys\"><button>Make a key</button></form>";

/// The page that shows a new key.
pub(super) fn with_key(key: &str) -> String {
    let body = format!(
        "<h1>Your key</h1>\n<p><code id=\"key\">{}</code></p>\n<p>Copy it now: it is not shown again. Whoever has it reads \
         and writes this notebook.</p>\n<p><a href=\"/\">Back</a></p>",
        escape(key)
    );
    page(&format!("A key · {TITLE}"), "", &body)
}
