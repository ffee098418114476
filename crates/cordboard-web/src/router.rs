//! All routes.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Uri;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

use crate::app::App;
use crate::pages::{
    account, chat, connections, conversations, decisions, develop, health, invitation, manage, panel, people,
    permissions, plugins, privacy, provider, reviews, sign_in, store,
};
use crate::{api, assets, error, images, link_cards, protection, stream};

/// The most that a pasted document may take as a form, in bytes; escapes may double its length.
const MAX_FORM: usize = 100 * 1024 * 1024;

/// Routes as a table, so that a test can hold its own against it: each route says how it treats a stranger's request.
macro_rules! routes {
    ($($method:ident $path:literal => $handler:path $(, up to $limit:expr)?;)*) => {
        /// Method and path of every route.
        pub const ROUTES: &[(&str, &str)] = &[$((stringify!($method), $path)),*];

        fn routes() -> Router<App> {
            Router::new()$(.route($path, $method($handler)$(.layer(DefaultBodyLimit::max($limit)))?))*
        }
    };
}

routes! {
    get "/" => chat::start;
    get "/health" => health::show;
    get "/assets/{name}" => assets::serve;
    get "/sign-in" => sign_in::show;
    post "/sign-in" => sign_in::sign_in;
    get "/sign-in/provider" => provider::start;
    get "/sign-in/provider/callback" => provider::callback;
    get "/sign-in/{token}" => sign_in::redeem;
    post "/sign-out" => sign_in::sign_out;
    get "/account" => account::show;
    post "/account/profile" => account::change_profile;
    post "/account/password" => account::change_password;
    post "/account/tokens" => account::create_token;
    post "/account/tokens/{token}/revoke" => account::revoke_token;
    get "/account/export" => account::export;
    post "/account/delete" => account::delete;
    post "/account/sign-out-everywhere" => sign_in::sign_out_everywhere;
    get "/invitations/{token}" => invitation::show;
    post "/invitations/{token}" => invitation::accept;
    get "/people" => people::list;
    post "/people/invitations" => people::invite;
    post "/people/invitations/{invitation}/revoke" => people::revoke;
    post "/people/{user}/role" => people::change_role;
    post "/people/{user}/active" => people::change_state;
    post "/people/{user}/password-link" => people::make_password_link;
    post "/people/{user}/delete" => people::delete;
    get "/conversations" => conversations::list;
    post "/conversations" => chat::create;
    get "/conversations/{conversation}" => chat::show;
    get "/conversations/{conversation}/events" => stream::events;
    get "/conversations/{conversation}/images" => images::serve;
    get "/conversations/{conversation}/cards" => link_cards::serve;
    post "/conversations/{conversation}/messages" => chat::send;
    post "/conversations/{conversation}/model" => chat::choose_model;
    post "/conversations/{conversation}/title" => manage::rename;
    post "/conversations/{conversation}/archive" => manage::archive;
    post "/conversations/{conversation}/delete" => manage::delete;
    get "/conversations/{conversation}/chat.md" => manage::as_markdown;
    get "/conversations/{conversation}/chat.json" => manage::as_json;
    post "/conversations/{conversation}/plugins/{plugin}" => chat::switch_plugin;
    get "/conversations/{conversation}/turns/{turn}/panel" => panel::show::show;
    post "/conversations/{conversation}/turns/{turn}/replay" => panel::replay::replay;
    post "/conversations/{conversation}/turns/{turn}/stop" => chat::stop;
    post "/conversations/{conversation}/turns/{turn}/confirmations/{confirmation}" => decisions::decide;
    post "/conversations/{conversation}/turns/{turn}/confirmations/{confirmation}/check" => decisions::check;
    post "/conversations/{conversation}/turns/{turn}/confirmations" => decisions::decide_together;
    post "/conversations/{conversation}/turns/{turn}/consents/{call}" => privacy::consent;
    post "/conversations/{conversation}/turns/{turn}/connections/{call}/decline" => connections::decline::decline;
    post "/conversations/{conversation}/connections/{connection}" => connections::list::choose;
    get "/connections" => connections::list::list;
    post "/connections/{connection}/remove" => connections::list::remove;
    get "/connect/{plugin}" => connections::connect::show;
    post "/connect/{plugin}" => connections::connect::connect;
    get "/connect/{plugin}/callback" => connections::answer::take;
    get "/permissions" => permissions::list;
    post "/permissions/{permission}/revoke" => permissions::revoke;
    get "/privacy" => privacy::show;
    post "/privacy/place" => privacy::set_place;
    post "/privacy/profile" => privacy::set_profile;
    post "/privacy/consents/{plugin}/{field}/revoke" => privacy::revoke;
    get "/store" => store::show;
    get "/plugins" => plugins::installed::list;
    get "/plugins/unverified" => plugins::unverified::show;
    post "/plugins/unverified" => plugins::unverified::look;
    get "/plugins/{plugin}" => plugins::detail::show;
    get "/plugins/{plugin}/logo" => plugins::logo::serve;
    post "/plugins/{plugin}/install" => plugins::detail::install;
    post "/plugins/{plugin}/accept" => plugins::detail::accept;
    post "/plugins/{plugin}/remove" => plugins::detail::remove;
    get "/join/{secret}" => plugins::join::show;
    post "/join/{secret}" => plugins::join::join;
    get "/develop/{plugin}" => develop::show::show;
    get "/develop/{plugin}/changed" => develop::watch::changed;
    post "/develop/{plugin}/refresh" => develop::register::refresh;
    post "/develop/{plugin}/remove" => develop::register::remove;
    post "/develop/{plugin}/key" => develop::credentials::set_key;
    post "/develop/{plugin}/sign-in/remove" => develop::credentials::remove;
    post "/develop/{plugin}/rehearse" => develop::credentials::rehearse;
    post "/develop/{plugin}/client" => develop::credentials::set_client;
    post "/develop/{plugin}/examples" => develop::examples::save;
    post "/develop/{plugin}/examples/reset" => develop::examples::reset;
    post "/develop/{plugin}/shares" => develop::share::add;
    post "/develop/{plugin}/shares/{user}/revoke" => develop::share::revoke;
    post "/develop/{plugin}/links" => develop::share::make_link;
    post "/develop/{plugin}/links/{link}/revoke" => develop::share::revoke_link;
    post "/develop/{plugin}/submit" => develop::submit::submit;
    post "/develop/{plugin}/withdraw" => develop::submit::withdraw;
    get "/reviews" => reviews::list::list;
    get "/reviews/{submission}" => reviews::show::show;
    get "/reviews/{submission}/logo" => reviews::show::logo;
    get "/reviews/{submission}/evidence" => reviews::evidence::progress;
    post "/reviews/{submission}/evidence" => reviews::evidence::run;
    post "/reviews/{submission}/approve" => reviews::decide::approve;
    post "/reviews/{submission}/reject" => reviews::decide::reject;
    post "/reviews/plugins/{plugin}/ban" => reviews::decide::ban;
    post "/reviews/plugins/{plugin}/unban" => reviews::decide::unban;
    get "/develop" => develop::list::list;
    post "/develop" => develop::register::register, up to MAX_FORM;
}

/// The application as a service.
pub fn router(app: App) -> Router {
    routes()
        .merge(api::router())
        .fallback(nothing)
        .layer(axum::middleware::from_fn_with_state(app.clone(), protection::protect))
        .with_state(app)
}

/// The answer to an address that leads nowhere, for people or for programs.
async fn nothing(uri: Uri) -> Response {
    if uri.path().starts_with(api::BASE) {
        return api::no_route().await.into_response();
    }
    error::not_found().await.into_response()
}
