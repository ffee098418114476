use super::*;

const HTML: &str = "text/html; charset=utf-8";

fn card(page: impl AsRef<[u8]>) -> Option<LinkCard> {
    card_as(HTML, page)
}

fn card_as(content_type: &str, page: impl AsRef<[u8]>) -> Option<LinkCard> {
    let address = Url::parse("https://news.example/a/story?id=1").unwrap();
    read(&address, content_type, page.as_ref().to_vec())
}

fn title(page: &str) -> Option<String> {
    card(page).map(|card| card.title)
}

fn meta(name: &str, value: &str) -> String {
    format!("<meta property=\"{name}\" content=\"{value}\">")
}

#[test]
fn opengraph_says_it_all() {
    let page = "<!doctype html><html prefix='og: https://ogp.me/ns#'><head><meta charset=utf-8><title>T | News</title>\
                <meta property='og:site_name' content='The News'><meta property='og:title' content='A &amp; B'>\
                <meta property='og:description' content=' Two\n lines. '><meta property='og:image' content='/b.png'>\
                <meta property='og:url' content='https://news.example/a/story'></head><body>";
    let expected = LinkCard {
        site_name: Some("The News".to_owned()),
        title: "A & B".to_owned(),
        description: Some("Two lines.".to_owned()),
        image: Url::parse("https://news.example/b.png").ok(),
        url: Url::parse("https://news.example/a/story").ok(),
    };
    assert_eq!(card(page), Some(expected));
}

#[test]
fn the_better_source_wins_in_any_order() {
    let [og, twitter, plain] = [meta("og:title", "O"), meta("twitter:title", "T"), "<title>P</title>".to_owned()];
    for (page, expected) in [
        ([&*plain, &twitter, &og].concat(), "O"),
        ([&*og, &plain, &twitter].concat(), "O"),
        ([&*plain, &twitter].concat(), "T"),
        (plain.clone(), "P"),
        ([&*meta("og:title", " "), &twitter].concat(), "T"),
        ([&*og, &meta("og:title", "second")].concat(), "O"),
        (format!("<meta content=V name=OG:Title>{plain}"), "V"),
        (format!("{plain}<title>second</title>"), "P"),
        ("<title>a<b>&lt;i&gt;</title>".to_owned(), "a<b><i>"),
        ("<title>never closed".to_owned(), "never closed"),
        ("<title></title><svg><title>icon</title></svg>".to_owned() + &twitter, "T"),
    ] {
        assert_eq!(title(&page).as_deref(), Some(expected), "{page}");
    }
}

#[test]
fn what_is_no_part_of_the_head_does_not_count() {
    let later = meta("og:title", "later");
    for page in [
        format!("<head></head>{later}"),
        format!("<body>{later}"),
        format!("<!-- {later} -->"),
        format!("<script>'{later}'</script>"),
        format!("<style>{later}</style>"),
        "<meta property=og:title>".to_owned(),
        String::new(),
    ] {
        assert_eq!(title(&page), None, "{page}");
    }
    assert_eq!(title(&format!("<script>'</head>'</script>{later}")).as_deref(), Some("later"));
}

#[test]
fn pictures_have_addresses_of_the_web() {
    let image = |page: &str| card(format!("<title>T</title>{page}")).and_then(|card| card.image).map(String::from);
    for (page, expected) in [
        (meta("og:image", "//cdn.example/a.png"), Some("https://cdn.example/a.png")),
        (meta("og:image:url", "a.png"), Some("https://news.example/a/a.png")),
        (
            meta("og:image", "http://a.example/") + &meta("og:image:secure_url", "https://a.example/"),
            Some("https://a.example/"),
        ),
        (meta("og:image", "data:image/png,x") + &meta("og:image", "https://a.example/2"), Some("https://a.example/2")),
        (meta("og:image", "javascript:alert(1)") + &meta("twitter:image:src", "/t"), Some("https://news.example/t")),
        (meta("og:image", " "), None),
        (meta("og:image", "https://[bad"), None),
        (meta("og:image", "file:///etc/passwd"), None),
    ] {
        assert_eq!(image(&page).as_deref(), expected, "{page}");
    }
}

#[test]
fn charsets_are_told_as_everywhere() {
    for (content_type, page) in [
        ("text/html; charset=iso-8859-1", &b"<title>caf\xe9</title>"[..]),
        ("text/html", b"<meta charset=windows-1252><title>caf\xe9</title>"),
        ("text/html", b"<title>caf\xe9</title>"),
        ("text/html", "<title>café</title>".as_bytes()),
        ("application/xhtml+xml", "\u{feff}<title>café</title>".as_bytes()),
    ] {
        assert_eq!(card_as(content_type, page).map(|card| card.title).as_deref(), Some("café"), "{page:?}");
    }
    let cut = "<title>caf\u{e9}".as_bytes();
    assert_eq!(card(&cut[..cut.len() - 1]).map(|card| card.title).as_deref(), Some("caf"));
    assert_eq!(card(b"%PDF-1.7 <title>T</title>"), None);
}

#[test]
fn texts_are_lines_of_bounded_length() {
    let long = card(
        meta("og:site_name", &"s".repeat(9999))
            + &meta("og:title", &"é ".repeat(5000))
            + &meta("description", &"d".repeat(401)),
    );
    let long = long.unwrap();
    assert_eq!(long.site_name.unwrap().chars().count(), 60);
    assert!(long.title.ends_with(" é…") && long.title.chars().count() <= 200, "{}", long.title);
    assert_eq!(long.description, Some(format!("{}…", "d".repeat(399))));
    assert_eq!(title("<title>a\u{202e}b\u{0}\u{7}\u{2066}c</title>"), None, "zero bytes are no text");
    assert_eq!(title("<title>a\u{202e}b&#7;\u{2066}c</title>").as_deref(), Some("ab c"));
}

#[test]
fn hostile_pages_end() {
    let attributes: String = (0..300_000).flat_map(|number| [" a".to_owned(), number.to_string()]).collect();
    let tags = format!("<i{}>", &attributes[..30_000]).repeat(30);
    for page in [
        meta("og:title", "T").repeat(20_000),
        format!("<title>T</title><meta{attributes}>"),
        format!("<title>T</title>{tags}"),
        format!("<title>T{}", "x".repeat(1_000_000)),
        "<title>T</title>".to_owned() + &"<".repeat(1_000_000),
        "<title>T</title><!--".to_owned() + &"-".repeat(1_000_000),
        "<title>T</title>".to_owned() + &"<head>".repeat(200_000),
    ] {
        assert!(title(&page).unwrap().starts_with('T'));
    }
}
