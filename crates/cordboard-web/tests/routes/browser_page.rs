//! A conversation's page as a browser holds it, which takes in pieces of HTML as `fragments.js` does.

use dom_query::Document;

/// The start and end of a piece, see `fragments::for_scripts`.
const PIECE: &str = "<template ";
const END: &str = "</template>";

pub(crate) struct BrowserPage(Document);

impl BrowserPage {
    /// A page that was loaded.
    pub(crate) fn loaded(html: &str) -> Self {
        Self(Document::from(html))
    }

    /// The position of the last stored event that a loaded page shows.
    pub(crate) fn position(&self) -> u64 {
        self.0.select("main").attr("data-position").unwrap().parse().unwrap()
    }

    /// What the page shows of the conversation, byte for byte.
    pub(crate) fn conversation(&self) -> String {
        let part = |css: &str| self.0.select(css).html().to_string();
        format!("{}\n{}\n{}", part("#turns"), part("#activity"), part("#composer-action"))
    }

    /// Takes in what one event carried.
    pub(crate) fn apply(&self, data: &str) {
        for piece in data.split(END).filter_map(|piece| piece.split_once(PIECE)).map(|(_, piece)| piece) {
            let (attributes, html) = piece.split_once('>').unwrap();
            match (attribute(attributes, "data-id"), attribute(attributes, "data-parent")) {
                (Some(id), Some(parent)) => self.put(id, parent, html),
                _ => self.remove(attribute(attributes, "data-remove").expect("the page need not be loaded anew")),
            }
        }
    }

    fn put(&self, id: &str, parent: &str, html: &str) {
        let existing = self.0.select(&format!("[id=\"{id}\"]"));
        if !existing.exists() {
            self.0.select(&format!("[id=\"{parent}\"]")).append_html(html.trim());
            return;
        }
        // What is only the place of a piece of its own stays as it is.
        let sent = Document::from(html.trim());
        for place in &sent.select("[data-piece]") {
            let shown = self.0.select(&format!("[id=\"{}\"]", place.attr("id").unwrap()));
            place.replace_with_html(shown.html());
        }
        existing.replace_with_html(sent.select("body").inner_html());
    }

    fn remove(&self, id: &str) {
        self.0.select(&format!("[id=\"{id}\"]")).remove();
    }
}

fn attribute<'text>(attributes: &'text str, name: &str) -> Option<&'text str> {
    let (_, rest) = attributes.split_once(&format!("{name}=\""))?;
    rest.split('"').next()
}
