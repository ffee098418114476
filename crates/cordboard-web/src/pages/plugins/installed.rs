//! What a person has installed: what waits for them first, and what is shared with them.

use axum::extract::State;
use axum::response::Html;
use cordboard_domain::installation::{Installation, Provenance};
use cordboard_domain::plugin::{Plugin, Standing};
use minijinja::{Value, context};

use crate::app::App;
use crate::error::WebError;
use crate::session::Member;
use crate::templates::page;
use crate::words;

pub(crate) async fn list(State(app): State<App>, member: Member) -> Result<Html<String>, WebError> {
    let mut installed = app.catalogue.ports.installations.list_installations(member.user()).await?;
    installed.sort_by_key(|each| !waits(each));
    let shared = shared(&app, &member, &installed).await?;
    let view = context! {
        shell => words::shell(&member.account, "plugins"),
        installed => installed.iter().map(row).collect::<Value>(),
        shared,
    };
    Ok(page("plugins.html", &view)?)
}

/// Whether an update waits that the person can go over to.
fn waits(installation: &Installation) -> bool {
    installation.has_update() && installation.plugin.standing != Standing::Banned
}

fn row(installation: &Installation) -> Value {
    let plugin = &installation.plugin;
    context! {
        plugin => words::plugin(plugin, &installation.facts, &installation.version),
        came => came(installation.provenance),
        has_update => waits(installation),
        is_banned => plugin.standing == Standing::Banned,
        is_delisted => installation.provenance == Provenance::Store
            && !matches!(plugin.standing, Standing::Approved | Standing::Banned),
    }
}

/// How the person came to it.
pub(super) fn came(provenance: Provenance) -> &'static str {
    match provenance {
        Provenance::Developer => "You registered it",
        Provenance::Shared => "Its developer shared it with you",
        Provenance::Store => "From the store",
    }
}

/// What is shared with a person that they have not installed.
pub(super) async fn shared(app: &App, member: &Member, installed: &[Installation]) -> Result<Value, WebError> {
    let shared = app.catalogue.ports.sharing.list_shared_with(member.user()).await?;
    let is_new = |plugin: &Plugin| {
        plugin.standing != Standing::Banned && !installed.iter().any(|each| each.plugin.id == plugin.id)
    };
    let mut rows = Vec::new();
    for plugin in shared.into_iter().filter(is_new) {
        rows.push(context! {
            plugin => words::plugin(&plugin, &plugin.facts, &plugin.current),
            by => words::name_of(&app.catalogue, plugin.developer).await,
        });
    }
    Ok(rows.into())
}
