//! The pages of the handbook, embedded in the program.

/// One page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    /// Its file's name without the ending.
    pub(super) slug: &'static str,
    pub(super) markdown: &'static str,
}

macro_rules! pages {
    ($($slug:literal),* $(,)?) => {
        [$(Page { slug: $slug, markdown: include_str!(concat!("pages/", $slug, ".md")) }),*]
    };
}

/// Every page.
pub(super) fn pages() -> [Page; 10] {
    pages![
        "code-review",
        "equipment",
        "expenses",
        "holidays",
        "office",
        "onboarding",
        "parental-leave",
        "remote-work",
        "security",
        "travel",
    ]
}

impl Page {
    /// The first heading.
    pub(super) fn title(&self) -> &'static str {
        self.markdown.lines().next().unwrap_or_default().trim_start_matches('#').trim()
    }

    /// The first paragraph.
    pub(super) fn introduction(&self) -> String {
        self.paragraphs().into_iter().next().map(|(_, text)| text).unwrap_or_default()
    }

    /// Each paragraph on one line, with the heading of its section; the title stands over all, so it is left out.
    pub(super) fn paragraphs(&self) -> Vec<(&'static str, String)> {
        let mut heading = "";
        let mut found = Vec::new();
        for block in self.markdown.split("\n\n") {
            match (block.strip_prefix("## "), block.starts_with("# ")) {
                (Some(section), _) => heading = section,
                (None, true) => {}
                (None, false) => found.push((heading, block.split_whitespace().collect::<Vec<_>>().join(" "))),
            }
        }
        found
    }
}
