//! Problems as pages: what happened, what it means, and a way on.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use cordboard_agent::catalogue::CatalogueError;
use cordboard_agent::engine::EngineError;
use cordboard_agent::library::LibraryError;
use cordboard_domain::ports::{CredentialError, StoreError};
use minijinja::context;
use tracing::error;

use crate::rate_limit::TooMany;
use crate::session::SignInError;
use crate::templates;

/// A problem that ends a request.
#[derive(Debug)]
pub(crate) struct WebError {
    status: StatusCode,
    title: &'static str,
    message: String,
    /// In how many seconds the same request may succeed.
    retry_after: Option<u64>,
}

impl WebError {
    pub(crate) fn new(status: StatusCode, title: &'static str, message: impl Into<String>) -> Self {
        Self { status, title, message: message.into(), retry_after: None }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) fn title(&self) -> &'static str {
        self.title
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn retry_after(&self) -> Option<u64> {
        self.retry_after
    }

    /// The status and the message, if a person can mend the form that led here; else the error itself.
    pub(crate) fn correctable(self) -> Result<(StatusCode, String), Self> {
        match self.status {
            StatusCode::UNPROCESSABLE_ENTITY | StatusCode::CONFLICT => Ok((self.status, self.message)),
            _ => Err(self),
        }
    }

    fn internal(problem: &impl std::fmt::Display) -> Self {
        error!(%problem, "request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "This did not work",
            "Cordboard ran into a fault of its own. Nothing that was stored is lost; the log says more.",
        )
    }
}

/// The answer to an address that leads nowhere.
pub(crate) async fn not_found() -> WebError {
    missing()
}

fn missing() -> WebError {
    WebError::new(StatusCode::NOT_FOUND, "There is nothing here", "The address is wrong, or what it led to is gone.")
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(_) => missing(),
            StoreError::Conflict => Self::new(
                StatusCode::CONFLICT,
                "Not done",
                "Something else was changed meanwhile. Look again and decide anew.",
            ),
            StoreError::Full(_) | StoreError::Database(_) | StoreError::Corrupt(_) => Self::internal(&error),
        }
    }
}

impl From<SignInError> for WebError {
    fn from(SignInError(error): SignInError) -> Self {
        error.into()
    }
}

impl From<CredentialError> for WebError {
    fn from(error: CredentialError) -> Self {
        match error {
            CredentialError::Refused(message) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Not connected", message),
            CredentialError::NoClient => {
                Self::new(StatusCode::CONFLICT, "Not connected", sentence(&CredentialError::NoClient.to_string()))
            }
            CredentialError::Keys(_) => Self::internal(&error),
            CredentialError::Store(error) => error.into(),
        }
    }
}

impl From<CatalogueError> for WebError {
    fn from(error: CatalogueError) -> Self {
        let refused = |status| Self::new(status, "Not done", sentence(&error.to_string()));
        match error {
            CatalogueError::Store(error) | CatalogueError::Library(LibraryError::Store(error)) => error.into(),
            CatalogueError::Library(_) | CatalogueError::NoModel => refused(StatusCode::SERVICE_UNAVAILABLE),
            CatalogueError::Role(role) => Self::new(
                StatusCode::FORBIDDEN,
                "Not with your role",
                format!(
                    "This page is for people with the role of a {role}. An admin of this server can give it to you."
                ),
            ),
            CatalogueError::Standing(_) => Self::new(
                StatusCode::CONFLICT,
                "Not done",
                "The plugin stands elsewhere by now, so this step is not possible. Look again.",
            ),
            CatalogueError::Gather(_)
            | CatalogueError::Requests(_)
            | CatalogueError::Examples(_)
            | CatalogueError::Unavailable(_)
            | CatalogueError::NobodyOfThatName(_)
            | CatalogueError::NoReason => refused(StatusCode::UNPROCESSABLE_ENTITY),
            CatalogueError::Full(_)
            | CatalogueError::Yourself
            | CatalogueError::Banned(_)
            | CatalogueError::OwnSubmission
            | CatalogueError::OwnBan
            | CatalogueError::StaysBanned
            | CatalogueError::OriginTaken(_)
            | CatalogueError::NotVerified { .. }
            | CatalogueError::Outdated => refused(StatusCode::CONFLICT),
        }
    }
}

/// The text with a capital letter at its beginning, unless it begins with an address.
pub(crate) fn capitalized(text: &str) -> String {
    if text.starts_with("http://") || text.starts_with("https://") {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// The text with a capital letter at its beginning and a full stop at its end.
pub(crate) fn sentence(text: &str) -> String {
    let sentence = capitalized(text);
    if sentence.ends_with(['.', '!', '?', '\n', ']']) { sentence } else { format!("{sentence}.") }
}

impl From<EngineError> for WebError {
    fn from(error: EngineError) -> Self {
        let message = match &error {
            EngineError::EmptyMessage => "Write something first.",
            EngineError::LongMessage => "The message is too long. Send it in parts.",
            EngineError::Busy => {
                "The previous message is still being worked on. Wait for it, decide on it, or stop it."
            }
            EngineError::NotAwaiting => {
                "This question has been decided already, or it belongs to somebody else. Nothing was sent."
            }
            EngineError::UnknownModel(_) => "The chosen model is not configured any more. Choose another one.",
            EngineError::Arguments(problem) => {
                return Self::new(StatusCode::UNPROCESSABLE_ENTITY, "The arguments do not fit", problem.as_str());
            }
            EngineError::Store(StoreError::NotFound(_)) => return missing(),
            EngineError::Store(_) | EngineError::Library(_) | EngineError::Invalid(_) => return Self::internal(&error),
        };
        Self::new(StatusCode::CONFLICT, "Not done", message)
    }
}

impl From<TooMany> for WebError {
    fn from(TooMany { seconds }: TooMany) -> Self {
        let message = format!("There were too many attempts in a short time. Try again in {seconds} s.");
        let error = Self::new(StatusCode::TOO_MANY_REQUESTS, "Wait a moment", message);
        Self { retry_after: Some(seconds), ..error }
    }
}

impl From<minijinja::Error> for WebError {
    fn from(error: minijinja::Error) -> Self {
        Self::internal(&error)
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let page = context! { title => self.title, message => self.message.clone() };
        let mut response = match templates::page("error.html", &page) {
            Ok(html) => (self.status, html).into_response(),
            Err(_) => (self.status, self.message).into_response(),
        };
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
        }
        response
    }
}
