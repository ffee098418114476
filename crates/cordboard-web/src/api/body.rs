//! Bodies, queries and paths of requests; what cannot be read is a problem in words.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

/// The query.
pub(super) struct Asked<T>(pub(super) T);

/// Ids in the path; an id that is none names nothing.
pub(super) struct At<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let label = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = label.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if essence != "application/json" {
            let detail = "Send the body as JSON with `Content-Type: application/json`.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Not JSON", detail));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|error| Problem::new(error.status(), "The body cannot be read", error.body_text()))?;
        // Members in a row would be read as an object too, which nobody means.
        if bytes.trim_ascii_start().first() == Some(&b'[') {
            return Err(unfit("The body is a list; send an object.".to_owned()));
        }
        match serde_json::from_slice(&bytes) {
            Ok(value) => Ok(Self(value)),
            Err(error) if error.is_data() => Err(unfit(error.to_string())),
            Err(error) => Err(Problem::new(StatusCode::BAD_REQUEST, "Not JSON", error.to_string())),
        }
    }
}

/// A request that was read and does not fit.
pub(super) fn unfit(detail: String) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "The request does not fit", detail)
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(error) => Err(unfit(error.body_text())),
        }
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(_) => Err(super::problem::no_route().await),
        }
    }
}
