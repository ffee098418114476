//! What a person allowed once for all: in words, with a way to take it back.

use axum::extract::{Path, State};
use axum::response::{Html, Redirect};
use cordboard_domain::grant::{Bound, Grant};
use cordboard_domain::id::GrantId;
use cordboard_domain::installation::Installation;
use minijinja::{Value, context};

use crate::app::App;
use crate::arguments::label;
use crate::error::WebError;
use crate::session::Member;
use crate::templates::page;
use crate::words;

pub(crate) async fn list(State(app): State<App>, member: Member) -> Result<Html<String>, WebError> {
    let grants = app.grants.list_grants(member.user()).await?;
    let installed = app.catalogue.ports.installations.list_installations(member.user()).await?;
    let now = app.clock.now();
    let rows: Value = grants
        .iter()
        .map(|grant| {
            let name = installed.iter().find(|each| each.plugin.id == grant.plugin).map(name_of);
            context! { is_over => grant.expires_at.is_some_and(|at| at <= now), name, ..row(grant) }
        })
        .collect();
    let view = context! { shell => words::shell(&member.account, "plugins"), rows };
    Ok(page("permissions.html", &view)?)
}

fn name_of(installation: &Installation) -> String {
    installation.facts.name_for_human.clone()
}

fn row(grant: &Grant) -> Value {
    context! {
        operation => grant.operation.as_str(),
        summary => grant.summary.as_str(),
        bounds => grant.bounds.iter().map(|(name, bound)| bound_words(name, bound)).collect::<Vec<_>>(),
        since => words::day(grant.created_at),
        until => grant.expires_at.map(words::moment),
        used => grant.last_used_at.map(words::moment),
        revoke => format!("/permissions/{}/revoke", grant.id),
    }
}

fn bound_words(name: &str, bound: &Bound) -> String {
    let name = label(name);
    match bound {
        Bound::Is(value) => match value.as_str() {
            Some(text) => format!("{name} is “{text}”"),
            None => format!("{name} is {value}"),
        },
        Bound::Between { least, most } => format!("{name} is from {least} to {most}"),
        Bound::Any => format!("{name} is anything"),
    }
}

pub(crate) async fn revoke(
    State(app): State<App>,
    member: Member,
    Path(grant): Path<GrantId>,
) -> Result<Redirect, WebError> {
    app.grants.revoke_grant(member.user(), grant).await?;
    Ok(Redirect::to("/permissions"))
}
