//! A conversation before the person whose it is. Handlers that take it cannot reach anybody else's.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use cordboard_domain::conversation::Conversation;
use cordboard_domain::id::{ConversationId, UserId};

use crate::app::App;
use crate::error::{WebError, not_found};
use crate::session::Member;

/// The conversation that the path names, which is the member's own.
#[derive(Debug, Clone)]
pub(crate) struct Mine {
    pub(crate) member: Member,
    pub(crate) conversation: Conversation,
}

impl Mine {
    pub(crate) fn id(&self) -> ConversationId {
        self.conversation.id
    }

    pub(crate) fn user(&self) -> UserId {
        self.member.user()
    }
}

impl FromRequestParts<App> for Mine {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let member = <Member as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        let path = RawPathParams::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        let id = path.iter().find(|(name, _)| *name == "conversation").and_then(|(_, value)| value.parse().ok());
        let Some(id) = id else { return Err(not_found().await.into_response()) };
        match app.conversations.lookup_conversation(member.user(), id).await {
            Ok(Some(conversation)) => Ok(Self { member, conversation }),
            Ok(None) => Err(not_found().await.into_response()),
            Err(error) => Err(WebError::from(error).into_response()),
        }
    }
}
