//! Errors of the token endpoints, as RFC 6749 section 5.2 writes them.

use axum::Json;
use axum::http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why there are no tokens.
#[derive(Debug)]
pub(super) struct Refusal {
    error: &'static str,
    description: &'static str,
}

impl Refusal {
    pub(super) fn request(description: &'static str) -> Self {
        Self { error: "invalid_request", description }
    }

    pub(super) fn client() -> Self {
        Self { error: "invalid_client", description: "the client is unknown or its secret is wrong" }
    }

    pub(super) fn grant(description: &'static str) -> Self {
        Self { error: "invalid_grant", description }
    }

    pub(super) fn grant_type() -> Self {
        let description = "grant_type must be authorization_code or refresh_token";
        Self { error: "unsupported_grant_type", description }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let is_about_client = self.error == "invalid_client";
        let status = if is_about_client { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
        let body = json!({ "error": self.error, "error_description": self.description });
        let mut response = (status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response();
        if is_about_client {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"hotels\""));
        }
        response
    }
}
