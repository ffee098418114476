//! Of any page a card has short single lines, and addresses of the web.
#![no_main]

use cordboard_spec::link_card;
use libfuzzer_sys::fuzz_target;
use url::Url;

const TYPES: [&str; 3] = ["text/html; charset=utf-8", "text/html; charset=latin1", "application/xhtml+xml"];

fuzz_target!(|bytes: &[u8]| {
    let content_type = TYPES[bytes.first().map_or(0, |first| usize::from(*first)) % TYPES.len()];
    let address = Url::parse("https://news.example/a/story").expect("an address");
    let Some(card) = link_card::read(&address, content_type, bytes.to_vec()) else { return };
    let lines = [Some(&card.title), card.site_name.as_ref(), card.description.as_ref()];
    for (line, most) in lines.into_iter().zip([200, 60, 400]) {
        assert!(line.is_none_or(|line| line.chars().count() <= most && !line.contains('\n')));
    }
    for url in [card.image, card.url].into_iter().flatten() {
        assert!(matches!(url.scheme(), "http" | "https"));
    }
});
