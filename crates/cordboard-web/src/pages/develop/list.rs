//! A developer's registrations, and the form for one more.

use axum::extract::State;
use axum::response::Html;
use cordboard_agent::catalogue::access::Developer;
use cordboard_domain::plugin::Plugin;
use minijinja::{Value, context};

use super::register::RegisterForm;
use crate::app::App;
use crate::error::WebError;
use crate::session::Member;
use crate::templates::page;
use crate::words;

pub(crate) async fn list(State(app): State<App>, member: Member) -> Result<Html<String>, WebError> {
    Developer::of(&member.account)?;
    show(&app, &member, &RegisterForm::default(), None).await
}

pub(super) async fn show(
    app: &App,
    member: &Member,
    form: &RegisterForm,
    problem: Option<String>,
) -> Result<Html<String>, WebError> {
    let registered = app.catalogue.ports.shelf.list_registrations(member.user()).await?;
    let view = context! {
        shell => words::shell(&member.account, "develop"),
        registered => registered.iter().map(row).collect::<Value>(),
        address => form.address.as_str(),
        text => form.text.as_str(),
        problem,
    };
    Ok(page("develop.html", &view)?)
}

fn row(plugin: &Plugin) -> Value {
    context! {
        url => format!("/develop/{}", plugin.id),
        plugin => words::plugin(plugin, &plugin.facts, &plugin.current),
        standing => words::standing(plugin.standing),
        is_verified => plugin.verified_at.is_some(),
    }
}
