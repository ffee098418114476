//! Style sheet and scripts, built into the binary.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::error::{WebError, not_found};

const ASSETS: &[(&str, &str, &str)] = &[
    ("cordboard.css", "text/css; charset=utf-8", include_str!("../assets/cordboard.css")),
    ("announcer.js", "text/javascript; charset=utf-8", include_str!("../assets/announcer.js")),
    ("cards.js", "text/javascript; charset=utf-8", include_str!("../assets/cards.js")),
    ("composer.js", "text/javascript; charset=utf-8", include_str!("../assets/composer.js")),
    ("confirmations.js", "text/javascript; charset=utf-8", include_str!("../assets/confirmations.js")),
    ("decisions.js", "text/javascript; charset=utf-8", include_str!("../assets/decisions.js")),
    ("fragments.js", "text/javascript; charset=utf-8", include_str!("../assets/fragments.js")),
    ("lines.js", "text/javascript; charset=utf-8", include_str!("../assets/lines.js")),
    ("morphdom.js", "text/javascript; charset=utf-8", include_str!("../assets/morphdom/morphdom.js")),
    ("page.js", "text/javascript; charset=utf-8", include_str!("../assets/page.js")),
    ("scrolling.js", "text/javascript; charset=utf-8", include_str!("../assets/scrolling.js")),
    ("search.js", "text/javascript; charset=utf-8", include_str!("../assets/search.js")),
    ("slide_over.js", "text/javascript; charset=utf-8", include_str!("../assets/slide_over.js")),
    ("stream.js", "text/javascript; charset=utf-8", include_str!("../assets/stream.js")),
    ("turns.js", "text/javascript; charset=utf-8", include_str!("../assets/turns.js")),
    ("watch.js", "text/javascript; charset=utf-8", include_str!("../assets/watch.js")),
    ("words.js", "text/javascript; charset=utf-8", include_str!("../assets/words.js")),
    ("mark.svg", "image/svg+xml", include_str!("../assets/mark.svg")),
];

pub(crate) async fn serve(Path(name): Path<String>) -> Result<Response, WebError> {
    match ASSETS.iter().find(|(known, _, _)| *known == name) {
        Some((_, content_type, body)) => {
            let headers = [(header::CONTENT_TYPE, *content_type), (header::CACHE_CONTROL, "no-cache")];
            Ok((headers, *body).into_response())
        }
        None => Err(not_found().await),
    }
}

#[cfg(test)]
mod tests {
    use super::ASSETS;

    #[test]
    fn scripts_and_styles_stay_small() {
        let bytes: usize = ASSETS.iter().map(|(_, _, text)| text.len()).sum();
        assert!(bytes < 100_000, "{bytes}");
    }
}
