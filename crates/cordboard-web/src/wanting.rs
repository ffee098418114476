//! What somebody is about to connect to: a way of signing in that a plugin of theirs asks for.

use axum::http::StatusCode;
use cordboard_domain::connection::{Wanted, account_host};
use cordboard_domain::id::PluginId;
use cordboard_domain::plugin::{Facts, VersionDigest};
use cordboard_spec::toolset::Toolset;

use crate::app::App;
use crate::error::{WebError, not_found, sentence};
use crate::own::Own;
use crate::session::Member;

/// A wish with what pages show of it.
pub(crate) struct Wish {
    pub(crate) wanted: Wanted,
    pub(crate) facts: Facts,
}

impl Wish {
    /// The host that the person deals with.
    pub(crate) fn host(&self) -> String {
        account_host(&self.wanted.scheme, &self.wanted.origins)
    }

    /// A way of signing in at a plugin that a person has, in the version that they have.
    pub(crate) async fn of_member(
        app: &App,
        member: &Member,
        plugin: PluginId,
        scheme: Option<&str>,
    ) -> Result<Self, WebError> {
        let installation = app.catalogue.ports.installations.lookup_installation(member.user(), plugin).await?;
        let Some(installation) = installation else { return Err(not_found().await) };
        let mut wish = Self::of(app, member, plugin, &installation.version, installation.facts, scheme).await?;
        wish.wanted.is_rehearsed = installation.plugin.developer == member.user();
        Ok(wish)
    }

    /// The same for a plugin's developer, in the version that was fetched last.
    pub(crate) async fn of_developer(app: &App, own: &Own, scheme: &str) -> Result<Self, WebError> {
        let plugin = own.plugin.plugin();
        Self::of(app, &own.member, plugin.id, &plugin.current, plugin.facts.clone(), Some(scheme)).await
    }

    async fn of(
        app: &App,
        member: &Member,
        plugin: PluginId,
        version: &VersionDigest,
        facts: Facts,
        scheme: Option<&str>,
    ) -> Result<Self, WebError> {
        let toolset = app.engine.library().get(version).await.map_err(|problem| unreadable(&problem.to_string()))?;
        let scheme = match scheme {
            Some(name) => toolset.scheme(name),
            None => personal(&toolset),
        };
        let Some(scheme) = scheme else { return Err(not_found().await) };
        let (hosts, home) = (facts.hosts.clone(), toolset.home.clone());
        let wanted = Wanted::new(member.user(), plugin, version.clone(), scheme, hosts, home);
        Ok(Self { wanted, facts })
    }
}

/// The first way in which people give something of their own.
fn personal(toolset: &Toolset) -> Option<cordboard_domain::credential::Scheme> {
    toolset.schemes().into_iter().find(|scheme| !scheme.kind.is_shared())
}

fn unreadable(problem: &str) -> WebError {
    WebError::new(StatusCode::CONFLICT, "This plugin cannot be used", sentence(problem))
}
