//! Whether what the plugin publishes has changed, for a page that asks while somebody looks at it.

use axum::extract::State;
use axum::response::Html;
use cordboard_agent::catalogue::Watched;
use cordboard_domain::plugin::Standing;
use minijinja::context;

use crate::app::App;
use crate::error::{WebError, sentence};
use crate::fragments;
use crate::own::Own;
use crate::templates::render;

/// The piece of the page that says so.
pub(super) fn piece(own: &Own, found: &Watched) -> Result<String, WebError> {
    let (state, problem) = match found {
        Watched::Same => ("same", String::new()),
        Watched::Changed => ("changed", String::new()),
        Watched::Broken(problem) => ("broken", sentence(problem)),
    };
    // What reviewers have seen is not replaced because a page is open; the host looks at it in its own time.
    let is_automatic = own.plugin.plugin().standing == Standing::Unverified;
    Ok(render("changed.html", &context! { state, problem, is_automatic, page => own.page() })?)
}

pub(crate) async fn changed(State(app): State<App>, own: Own) -> Result<Html<String>, WebError> {
    let piece = piece(&own, &app.catalogue.watch(&own.plugin).await?)?;
    Ok(Html(fragments::for_scripts("changed", "main", &piece)))
}
