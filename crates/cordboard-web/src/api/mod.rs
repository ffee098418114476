//! The JSON API: what the pages do, for programs. Described by `/openapi.json`, which is generated from this code; spoken
//! to with personal access tokens; and a plugin itself, by `/.well-known/ai-plugin.json`.

mod access_tokens;
mod body;
mod caller;
mod conversations;
mod description;
mod examples;
mod me;
mod people;
mod plugins;
mod problem;
mod registrations;
mod reviews;
mod sharing;
mod storefront;
pub(crate) mod turns;
mod view;

use axum::Router;
use axum::routing::get;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(crate) use problem::no_route;

/// Where the API lies.
pub(crate) const BASE: &str = "/api/v1";

/// The API's routes with their description.
pub(crate) fn router() -> Router<App> {
    let (router, description) = parts();
    let text = description.to_pretty_json().expect("a description has only string keys");
    router
        .method_not_allowed_fallback(problem::no_method)
        .route("/openapi.json", get(async move || description::as_json(text)))
        .route("/.well-known/ai-plugin.json", get(description::manifest))
}

fn parts() -> (Router<App>, utoipa::openapi::OpenApi) {
    let api = OpenApiRouter::new()
        .routes(routes!(me::show))
        .routes(routes!(me::models))
        .routes(routes!(access_tokens::list))
        .routes(routes!(access_tokens::revoke))
        .routes(routes!(conversations::list, conversations::create))
        .routes(routes!(conversations::show, conversations::change, conversations::delete))
        .routes(routes!(conversations::active_plugins))
        .routes(routes!(conversations::switch_on, conversations::switch_off))
        .routes(routes!(turns::list))
        .routes(routes!(turns::send))
        .routes(routes!(turns::show))
        .routes(routes!(turns::stop))
        .routes(routes!(turns::decide))
        .routes(routes!(storefront::search))
        .routes(routes!(storefront::show))
        .routes(routes!(plugins::list))
        .routes(routes!(plugins::show, plugins::install, plugins::uninstall))
        .routes(routes!(plugins::changes))
        .routes(routes!(plugins::accept))
        .routes(routes!(registrations::list, registrations::create))
        .routes(routes!(registrations::show, registrations::delete))
        .routes(routes!(registrations::refresh))
        .routes(routes!(registrations::submit, registrations::withdraw))
        .routes(routes!(examples::list))
        .routes(routes!(examples::edit, examples::reset))
        .routes(routes!(sharing::list, sharing::share))
        .routes(routes!(sharing::revoke))
        .routes(routes!(sharing::make_link))
        .routes(routes!(sharing::revoke_link))
        .routes(routes!(sharing::join))
        .routes(routes!(reviews::list))
        .routes(routes!(reviews::show))
        .routes(routes!(reviews::run_evidence))
        .routes(routes!(reviews::approve))
        .routes(routes!(reviews::reject))
        .routes(routes!(reviews::ban))
        .routes(routes!(reviews::unban))
        .routes(routes!(people::list))
        .routes(routes!(people::change, people::delete));
    OpenApiRouter::with_openapi(description::Description::openapi()).nest(BASE, api).split_for_parts()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_description_is_what_it_was() {
        let text = super::parts().1.to_pretty_json().unwrap() + "\n";
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/api/openapi.json");
        let known = std::fs::read_to_string(file).unwrap_or_default();
        if text != known {
            std::fs::write(format!("{file}.new"), &text).unwrap();
            panic!("the API's description changed; look at {file}.new and put it in the place of {file}");
        }
    }
}
