//! What the shared helper of the browser needs of a page.

use fantoccini::Client;

/// A browser's only tab.
pub(crate) struct Page {
    pub(crate) client: Client,
}

impl Page {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Puts a picture of the page into `target/screenshots`.
    pub(crate) async fn photograph(&self, name: &str) {
        let bytes = self.client.screenshot().await.expect("a picture");
        std::fs::write(crate::browser::picture(name), bytes).expect("the picture can be written");
    }
}
