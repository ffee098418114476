//! What a page says of itself to those who link to it: OpenGraph first, what Twitter made of it second, plain HTML last.
//!
//! The page's author is a stranger: everything is shortened, and addresses are HTTP or nothing.

mod head;
mod text;

use url::Url;

use crate::content::charset;
use crate::content::media::MediaType;
use head::Head;

const SITE_NAME: &[&str] = &["og:site_name", "application-name"];
const TITLE: &[&str] = &["og:title", "twitter:title", "title"];
const DESCRIPTION: &[&str] = &["og:description", "twitter:description", "description"];
const IMAGE: &[&str] = &["og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"];
const ADDRESS: &[&str] = &["og:url"];
/// Everything that is looked for in a head.
const NAMES: [&[&str]; 5] = [SITE_NAME, TITLE, DESCRIPTION, IMAGE, ADDRESS];

/// A page in a few words. Texts are single lines, at most as long as they can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkCard {
    /// At most 60 characters.
    pub site_name: Option<String>,
    /// At most 200 characters.
    pub title: String,
    /// At most 400 characters.
    pub description: Option<String>,
    pub image: Option<Url>,
    /// What the page calls its own address.
    pub url: Option<Url>,
}

/// Reads the beginning of a page that came from an address. A page without a title has no card.
pub fn read(address: &Url, content_type: &str, page: Vec<u8>) -> Option<LinkCard> {
    let page = charset::decode(page, &MediaType::parse(content_type), true)?;
    let head = Head::of(&page.text);
    let words = |names: &[&str], most| head.values(names).find_map(|value| text::line(value, most));
    let link = |names: &[&str]| head.values(names).find_map(|value| resolved(address, value));
    Some(LinkCard {
        site_name: words(SITE_NAME, 60),
        title: words(TITLE, 200)?,
        description: words(DESCRIPTION, 400),
        image: link(IMAGE),
        url: link(ADDRESS),
    })
}

fn resolved(address: &Url, link: &str) -> Option<Url> {
    let link = link.trim();
    let url = address.join(link).ok().filter(|_| !link.is_empty())?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

#[cfg(test)]
mod tests;
