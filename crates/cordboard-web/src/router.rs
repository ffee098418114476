//! All routes.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::app::App;
use crate::pages::{chat, develop, health, plugins, reviews, sign_in, store};
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
        .merge(plugin_pages())
        .merge(developer_pages())
        .merge(review_pages())
        .fallback(error::not_found)
        .layer(axum::middleware::from_fn_with_state(app.clone(), protection::protect))
        .with_state(app)
}

/// The store and what people have.
fn plugin_pages() -> Router<App> {
    Router::new()
        .route("/store", get(store::show))
        .route("/plugins", get(plugins::installed::list))
        .route("/plugins/unverified", get(plugins::unverified::show).post(plugins::unverified::look))
        .route("/plugins/{plugin}", get(plugins::detail::show))
        .route("/plugins/{plugin}/logo", get(plugins::logo::serve))
        .route("/plugins/{plugin}/install", post(plugins::detail::install))
        .route("/plugins/{plugin}/accept", post(plugins::detail::accept))
        .route("/plugins/{plugin}/remove", post(plugins::detail::remove))
        .route("/join/{secret}", get(plugins::join::show).post(plugins::join::join))
}

/// What developers do with their own plugins.
fn developer_pages() -> Router<App> {
    let register = get(develop::list::list).post(develop::register::register);
    Router::new()
        .route("/develop", register.layer(DefaultBodyLimit::max(MAX_FORM)))
        .route("/develop/{plugin}", get(develop::show::show))
        .route("/develop/{plugin}/changed", get(develop::watch::changed))
        .route("/develop/{plugin}/refresh", post(develop::register::refresh))
        .route("/develop/{plugin}/remove", post(develop::register::remove))
        .route("/develop/{plugin}/shares", post(develop::share::add))
        .route("/develop/{plugin}/shares/{user}/revoke", post(develop::share::revoke))
        .route("/develop/{plugin}/links", post(develop::share::make_link))
        .route("/develop/{plugin}/links/{link}/revoke", post(develop::share::revoke_link))
        .route("/develop/{plugin}/submit", post(develop::submit::submit))
        .route("/develop/{plugin}/withdraw", post(develop::submit::withdraw))
}

/// What reviewers see and decide.
fn review_pages() -> Router<App> {
    Router::new()
        .route("/reviews", get(reviews::list::list))
        .route("/reviews/{submission}", get(reviews::show::show))
        .route("/reviews/{submission}/logo", get(reviews::show::logo))
        .route("/reviews/{submission}/evidence", get(reviews::evidence::progress).post(reviews::evidence::run))
        .route("/reviews/{submission}/approve", post(reviews::decide::approve))
        .route("/reviews/{submission}/reject", post(reviews::decide::reject))
        .route("/reviews/plugins/{plugin}/ban", post(reviews::decide::ban))
        .route("/reviews/plugins/{plugin}/unban", post(reviews::decide::unban))
}
