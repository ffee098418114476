//! A plugin before its own developer. Handlers that take it cannot reach anybody else's.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use cordboard_agent::catalogue::access::{Developer, OwnPlugin};
use cordboard_domain::id::PluginId;

use crate::app::App;
use crate::error::{WebError, not_found};
use crate::own_address::OwnAddress;
use crate::session::Member;

/// The plugin that the path names, which the member registered.
#[derive(Debug, Clone)]
pub(crate) struct Own {
    pub(crate) member: Member,
    pub(crate) plugin: OwnPlugin,
    /// This server's own.
    pub(crate) address: OwnAddress,
}

impl Own {
    pub(crate) fn id(&self) -> PluginId {
        self.plugin.plugin().id
    }

    /// The address of its page.
    pub(crate) fn page(&self) -> String {
        format!("/develop/{}", self.id())
    }
}

impl FromRequestParts<App> for Own {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let member = <Member as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        let refused = |error| WebError::from(error).into_response();
        Developer::of(&member.account).map_err(refused)?;
        let path = RawPathParams::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        let id = path.iter().find(|(name, _)| *name == "plugin").and_then(|(_, value)| value.parse().ok());
        let Some(id) = id else { return Err(not_found().await.into_response()) };
        let plugin = app.catalogue.own(&member.account, id).await.map_err(refused)?;
        let Ok(address) = OwnAddress::from_request_parts(parts, app).await;
        Ok(Self { member, plugin, address })
    }
}
