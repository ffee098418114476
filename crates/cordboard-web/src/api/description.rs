//! What the API says about itself: the frame of its OpenAPI description, and its plugin manifest.

use axum::Json;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::problem::Problem;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cordboard",
        description = "Conversations with plugins: ask, decide on calls, find and install plugins, publish your own. \
                       Every request carries a personal access token, which people make at /account.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    components(schemas(Problem)),
    modifiers(&Bearer),
    security(("token" = [])),
    tags(
        (name = "me", description = "The person behind the token"),
        (name = "conversations", description = "Asking, and deciding on calls"),
        (name = "plugins", description = "The store, and what is installed"),
        (name = "develop", description = "Publishing plugins"),
        (name = "reviews", description = "Deciding what is in the store"),
        (name = "people", description = "Who may do what")
    )
)]
pub(super) struct Description;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("`cb_pat_…`")).build();
        let components = api.components.get_or_insert_with(Default::default);
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

pub(super) fn as_json(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// Cordboard as a plugin: each person gives a token of their own.
pub(super) async fn manifest(headers: HeaderMap) -> Json<Value> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    Json(json!({
        "schema_version": "v1",
        "name_for_human": "Cordboard",
        "name_for_model": "cordboard",
        "description_for_human": "Your conversations and plugins on this Cordboard server.",
        "description_for_model": "Works with the user's conversations and plugins on a Cordboard server: list \
            conversations, ask a question in one and read the answer, find plugins in the store, install them and switch \
            them on. To ask a question, create a conversation, switch on the plugins it needs, then send the message with \
            `wait`.",
        "auth": { "type": "user_http", "authorization_type": "bearer" },
        "api": { "type": "openapi", "url": "/openapi.json" },
        "logo_url": "/assets/mark.svg",
        "contact_email": format!("operator@{}", host.split(':').next().unwrap_or_default()),
        "legal_info_url": "/",
    }))
}
