//! The pages that samples show to people: one plain layout. The texts come from the samples' own data, yet are escaped.

/// Replaces the characters that mean something in HTML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// Lays out a page. `title` is escaped here; `head` and `body` are HTML.
pub(crate) fn page(title: &str, head: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
{head}
<link rel="icon" href="/logo.svg">
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1.05rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }}
img {{ max-width: 100%; height: auto; border-radius: .5rem }}
label {{ display: block; margin: 1rem 0 .25rem }}
input, textarea {{ box-sizing: border-box; width: 100%; max-width: 24rem; padding: .5rem; font: inherit }}
button {{ margin: 1rem .5rem 0 0; padding: .5rem 1.25rem; font: inherit; cursor: pointer }}
code {{ overflow-wrap: anywhere }}
.problem {{ border-left: .25rem solid #c53030; padding-left: .75rem }}
</style>
</head>
<body>
{body}
</body>
</html>
"#
    )
}
