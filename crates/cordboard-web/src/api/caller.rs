//! Who asks: a person by one of their access tokens. A handler names the scope it needs by the type it takes.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use cordboard_domain::account::{Account, Scope};
use cordboard_domain::conversation::Conversation;
use cordboard_domain::id::{ConversationId, UserId};
use cordboard_domain::ports::StoreError;
use cordboard_domain::secret::TokenDigest;

use super::problem::Problem;
use crate::app::App;
use crate::client_address::ClientAddress;
use crate::error::WebError;
use crate::rate_limit::Door;

/// A scope as a type.
pub(super) trait Needs: Send + Sync {
    const SCOPE: Scope;
}

macro_rules! scopes {
    ($($name:ident => $scope:ident),* $(,)?) => {
        $(pub(super) struct $name;

        impl Needs for $name {
            const SCOPE: Scope = Scope::$scope;
        })*
    };
}

scopes! { Read => Read, Chat => Chat, Plugins => Plugins, Develop => Develop, Review => Review, Admin => Admin }

/// A person whose token has the scope.
pub(super) struct Caller<Needed> {
    pub(super) account: Account,
    scope: PhantomData<Needed>,
}

impl<Needed> Caller<Needed> {
    pub(super) fn user(&self) -> UserId {
        self.account.id
    }

    /// The person's own conversation; anybody else's is not there.
    pub(super) async fn conversation(&self, app: &App, id: ConversationId) -> Result<Conversation, Problem> {
        let found = app.conversations.lookup_conversation(self.user(), id).await?;
        found.ok_or_else(|| StoreError::NotFound("conversation").into())
    }
}

impl<Needed: Needs> FromRequestParts<App> for Caller<Needed> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let credential = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let secret =
            credential.and_then(|value| value.split_once(' ')).filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
        let missing = |detail: &str| Problem::new(StatusCode::UNAUTHORIZED, "Who are you?", detail);
        let Some((_, secret)) = secret else {
            return Err(missing(
                "Send a personal access token as `Authorization: Bearer cb_pat_…`; make one at /account.",
            ));
        };
        let found = app.people.use_access_token(&TokenDigest::of(secret.trim()), app.clock.now()).await?;
        let Some((token, account)) = found else {
            let Ok(address) = ClientAddress::from_request_parts(parts, app).await;
            app.doors.knock(Door::AccessToken, address).map_err(WebError::from)?;
            return Err(missing("The token is unknown, revoked or expired."));
        };
        if !token.scopes.contains(&Needed::SCOPE) {
            let detail = format!("The token lacks the scope `{}`.", Needed::SCOPE.as_str());
            return Err(Problem::new(StatusCode::FORBIDDEN, "Not allowed", detail));
        }
        if account.role < Needed::SCOPE.least_role() {
            let detail = format!("This needs the role of a {}.", Needed::SCOPE.least_role());
            return Err(Problem::new(StatusCode::FORBIDDEN, "Not allowed", detail));
        }
        Ok(Self { account, scope: PhantomData })
    }
}
