//! All routes.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::app::App;
use crate::pages::{chat, health, plugins, sign_in};
use crate::{assets, error, images, protection, stream};

/// The most that a pasted document may take as a form, in bytes; escapes may double its length.
const MAX_FORM: usize = 100 * 1024 * 1024;

/// The application as a service.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/", get(chat::start))
        .route("/health", get(health::show))
        .route("/assets/{name}", get(assets::serve))
        .route("/sign-in", get(sign_in::show))
        .route("/sign-in/{token}", get(sign_in::redeem))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/conversations", post(chat::create))
        .route("/conversations/{conversation}", get(chat::show))
        .route("/conversations/{conversation}/events", get(stream::events))
        .route("/conversations/{conversation}/images", get(images::serve))
        .route("/conversations/{conversation}/messages", post(chat::send))
        .route("/conversations/{conversation}/model", post(chat::choose_model))
        .route("/conversations/{conversation}/plugins/{plugin}", post(chat::switch_plugin))
        .route("/conversations/{conversation}/turns/{turn}/stop", post(chat::stop))
        .route("/conversations/{conversation}/turns/{turn}/confirmations/{confirmation}", post(chat::decide))
        .route("/plugins", get(plugins::list).post(plugins::install).layer(DefaultBodyLimit::max(MAX_FORM)))
        .route("/plugins/{plugin}", get(plugins::show))
        .route("/plugins/{plugin}/remove", post(plugins::remove))
        .fallback(error::not_found)
        .layer(axum::middleware::from_fn_with_state(app.clone(), protection::protect))
        .with_state(app)
}
