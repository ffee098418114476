//! Pictures of strangers as answers of this host, so that browsers contact nobody else.

use std::time::Duration;

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use cordboard_domain::origin::NamedBy;
use cordboard_domain::ports::FetchError;
use tokio::sync::Semaphore;

use crate::app::App;
use crate::redrawing::{NoPicture, redraw};

/// How many are drawn at once, which bounds the memory that this takes.
static DRAWN_AT_ONCE: Semaphore = Semaphore::const_new(2);

const A_DAY: Duration = Duration::from_hours(24);

/// Why a picture cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PictureError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    NoPicture(#[from] NoPicture),
    #[error("drawing it was interrupted")]
    Interrupted,
}

/// Fetches a picture on somebody's word and draws it anew. Browsers keep it as long as its server lets them, at most a
/// day.
pub(crate) async fn show(app: &App, url: &str, named_by: &NamedBy) -> Result<Response, PictureError> {
    let fetched = app.images.fetch_image(url, named_by).await?;
    let permit = DRAWN_AT_ONCE.acquire().await.map_err(|_| PictureError::Interrupted)?;
    let drawing = tokio::task::spawn_blocking(move || {
        // Drawing goes on when nobody waits for it any more, and counts until it is done.
        let _permit = permit;
        redraw(&fetched.bytes)
    });
    let redrawn = drawing.await.map_err(|_| PictureError::Interrupted)??;
    let kept = match fetched.fresh_for.unwrap_or(A_DAY).min(A_DAY).as_secs() {
        0 => "private, no-store".to_owned(),
        seconds => format!("private, max-age={seconds}"),
    };
    let headers = [(header::CONTENT_TYPE, redrawn.content_type.to_owned()), (header::CACHE_CONTROL, kept)];
    Ok((headers, redrawn.bytes).into_response())
}
