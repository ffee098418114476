//! What went wrong, for programs: problem details (RFC 9457).

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use cordboard_agent::catalogue::CatalogueError;
use cordboard_agent::engine::EngineError;
use cordboard_domain::ports::StoreError;
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use crate::error::WebError;

/// Why a request was not carried out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// The kind of problem, in a few words.
    title: String,
    /// What happened and what to do, in sentences.
    detail: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// In how many seconds the same request may succeed; told in `Retry-After`.
    #[serde(skip)]
    retry_after: Option<u64>,
}

/// Every way in which the API refuses.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum Refusals {
    /// The request cannot be understood.
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(Problem),
    /// No token, or one that does not hold.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(Problem),
    /// The token's scopes or the person's role do not reach so far.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// There is no such thing, or it is somebody else's.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
    /// It does not go together with the present state.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// The body is not JSON.
    #[response(status = 415, content_type = "application/problem+json")]
    UnsupportedMediaType(Problem),
    /// It was understood and cannot be done like this.
    #[response(status = 422, content_type = "application/problem+json")]
    Unprocessable(Problem),
    /// Too many requests; `Retry-After` says how long to wait.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(Problem),
    /// Something that the request needs cannot be had now.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
}

impl Problem {
    pub(crate) fn new(status: StatusCode, title: &str, detail: impl Into<String>) -> Self {
        Self { title: title.to_owned(), detail: detail.into(), status: status.as_u16(), retry_after: None }
    }
}

impl From<WebError> for Problem {
    fn from(error: WebError) -> Self {
        let retry_after = error.retry_after();
        Self { retry_after, ..Self::new(error.status(), error.title(), error.message()) }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        WebError::from(error).into()
    }
}

impl From<CatalogueError> for Problem {
    fn from(error: CatalogueError) -> Self {
        WebError::from(error).into()
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        WebError::from(error).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
        }
        response
    }
}

pub(crate) async fn no_route() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "There is nothing here", "The API has no such path; see /openapi.json.")
}

pub(super) async fn no_method() -> Problem {
    let detail = "The path does not take this method; see /openapi.json.";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed", detail)
}
