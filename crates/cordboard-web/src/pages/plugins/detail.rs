//! One plugin, for anybody who may see it: what it is, where it comes from, what it can do, and whether to have it.

use axum::extract::{Form, Path, State};
use axum::response::{Html, Redirect};
use cordboard_agent::catalogue::access::Visible;
use cordboard_domain::account::Role;
use cordboard_domain::id::{PluginId, UserId};
use cordboard_domain::installation::{Installation, Provenance};
use cordboard_domain::plugin::{Facts, Plugin, Standing, VersionDigest};
use cordboard_domain::review::ReviewAction;
use minijinja::{Value, context};
use serde::Deserialize;

use super::installed::came;
use crate::app::App;
use crate::error::WebError;
use crate::inspection::Inspection;
use crate::session::Member;
use crate::templates::page;
use crate::words;

pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    Path(id): Path<PluginId>,
) -> Result<Html<String>, WebError> {
    let visible = app.catalogue.visible(&member.account, id).await?;
    let plugin = visible.plugin();
    let installation = app.catalogue.ports.installations.lookup_installation(member.user(), id).await?;
    let (version, facts) = match &installation {
        Some(installation) => (&installation.version, &installation.facts),
        None => (visible.version(), visible.facts()),
    };
    // A version that cannot be read any more can still be removed.
    let inspection = Inspection::of(&app, id, version).await.ok();
    let (people, look_alikes) =
        tokio::try_join!(people(&app, &member, id), look_alikes(&app, facts, &plugin.origin, Some(member.user())))?;
    let is_reviewer = member.account.role >= Role::Reviewer;
    let is_own = plugin.developer == member.user();
    let view = context! {
        shell => words::shell(&member.account, if installation.is_some() { "plugins" } else { "store" }),
        id => id.to_string(),
        plugin => words::plugin(plugin, facts, version),
        version => version.as_str().get(..12),
        connect => connect(&app, &member, id, inspection.as_ref()).await?,
        category => plugin.category.filter(|_| plugin.standing == Standing::Approved).map(words::category),
        is_banned => plugin.standing == Standing::Banned,
        ban_reason => ban_reason(&app, plugin).await?,
        is_listed => plugin.standing == Standing::Approved,
        is_own,
        is_reviewer,
        shows_findings => is_own || is_reviewer,
        sight => sight(&app, &visible).await,
        installed => installation.as_ref().map(installed),
        update => update(&app, installation.as_ref()).await?,
        people,
        look_alikes,
        inspection => inspection.as_ref().map(Inspection::view),
    };
    Ok(page("plugin.html", &view)?)
}

/// What the plugin wants of people, and whether it has it.
async fn connect(
    app: &App,
    member: &Member,
    id: PluginId,
    inspection: Option<&Inspection>,
) -> Result<Option<Value>, WebError> {
    let schemes = inspection.map(|inspection| inspection.toolset.schemes()).unwrap_or_default();
    if schemes.iter().all(|scheme| scheme.kind.is_shared()) {
        return Ok(None);
    }
    let connections = app.credentials.list_connections(member.user()).await?;
    let count = connections.iter().filter(|each| each.plugin == id).count();
    let (words, url) = match count {
        0 => (
            "This plugin wants an account or a key of yours; a chat asks for it when it is needed.",
            format!("/connect/{id}"),
        ),
        _ => ("It is connected with an account or a key of yours.", "/connections".to_owned()),
    };
    Ok(Some(context! { words, url, count }))
}

/// Why the person sees a plugin, in words.
async fn sight(app: &App, visible: &Visible) -> String {
    match visible {
        Visible::Own(_) => "You registered it".to_owned(),
        Visible::Shared(plugin) => {
            format!("{} shared it with you", words::name_of(&app.catalogue, plugin.developer).await)
        }
        Visible::Listed(_) => "In the store, reviewed".to_owned(),
        Visible::Kept(_) => "You have it from the store, where it no longer is".to_owned(),
    }
}

fn installed(installation: &Installation) -> Value {
    context! {
        came => came(installation.provenance),
        at => words::day(installation.installed_at),
        is_delisted => installation.provenance == Provenance::Store
            && !matches!(installation.plugin.standing, Standing::Approved | Standing::Banned),
    }
}

/// The version that waits, and what is different in it.
async fn update(app: &App, installation: Option<&Installation>) -> Result<Option<Value>, WebError> {
    let Some(installation) = installation.filter(|each| each.plugin.standing != Standing::Banned) else {
        return Ok(None);
    };
    let changes = app.catalogue.pending_changes(installation).await?;
    Ok(changes.map(|changes| {
        context! { digest => installation.offered().as_str(), changes => words::changes(&changes) }
    }))
}

/// Why reviewers took it from everybody.
async fn ban_reason(app: &App, plugin: &Plugin) -> Result<String, WebError> {
    if plugin.standing != Standing::Banned {
        return Ok(String::new());
    }
    let history = app.catalogue.ports.reviews.review_history(plugin.id).await?;
    let ban = history.into_iter().rev().find(|entry| entry.action == ReviewAction::Banned);
    Ok(ban.map(|entry| entry.reason).unwrap_or_default())
}

async fn people(app: &App, member: &Member, id: PluginId) -> Result<Option<u32>, WebError> {
    let entry = app.catalogue.ports.storefront.lookup_store_entry(member.user(), id).await?;
    Ok(entry.map(|entry| entry.people))
}

/// Other plugins whose names look the same: in the store or with the viewer; for a reviewer (`None`) with anybody.
pub(crate) async fn look_alikes(
    app: &App,
    facts: &Facts,
    origin: &str,
    viewer: Option<UserId>,
) -> Result<Value, WebError> {
    let found = app.catalogue.ports.storefront.look_alikes(facts, origin, viewer).await?;
    let row = |each: &Plugin| {
        let (name, domain) = (each.facts.name_for_human.as_str(), words::domain(&each.origin));
        let is_listed = each.standing == Standing::Approved;
        // A reviewer may not see a plugin that other people have from its developer.
        let url = (is_listed || viewer.is_some()).then(|| format!("/plugins/{}", each.id));
        context! { name, domain, is_listed, url }
    };
    Ok(found.iter().map(row).collect())
}

pub(crate) async fn install(
    State(app): State<App>,
    member: Member,
    Path(id): Path<PluginId>,
) -> Result<Redirect, WebError> {
    app.catalogue.install(&member.account, id).await?;
    Ok(Redirect::to(&format!("/plugins/{id}")))
}

#[derive(Deserialize)]
pub(crate) struct AcceptForm {
    /// The version that the person was shown.
    version: String,
}

pub(crate) async fn accept(
    State(app): State<App>,
    member: Member,
    Path(id): Path<PluginId>,
    Form(form): Form<AcceptForm>,
) -> Result<Redirect, WebError> {
    app.catalogue.accept(&member.account, id, &VersionDigest::from_stored(form.version)).await?;
    Ok(Redirect::to(&format!("/plugins/{id}")))
}

pub(crate) async fn remove(
    State(app): State<App>,
    member: Member,
    Path(id): Path<PluginId>,
) -> Result<Redirect, WebError> {
    app.catalogue.uninstall(&member.account, id).await?;
    Ok(Redirect::to("/plugins"))
}
