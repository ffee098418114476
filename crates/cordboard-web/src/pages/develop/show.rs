//! A developer's plugin: what the host understood, what a model will see, and the plugin's way to everybody.

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use cordboard_agent::catalogue::Watched;
use cordboard_domain::plugin::PluginDocuments;
use cordboard_spec::document::source::Source;
use minijinja::{Value, context};

use super::examples::ExamplesForm;
use super::submit::SubmitForm;
use super::{credentials, examples, share, submit, verification, watch};
use crate::app::App;
use crate::error::WebError;
use crate::inspection::Inspection;
use crate::own::Own;
use crate::templates::page;
use crate::words;

/// The longest document that the page writes out, in bytes.
const LONGEST_DOCUMENT: usize = 300_000;

/// What one request adds to the page.
#[derive(Default)]
pub(super) struct Extra {
    pub(super) trouble: Option<(Place, String)>,
    pub(super) new_link: Option<String>,
    /// The login that was typed.
    pub(super) login: String,
    /// The submission that was typed.
    pub(super) typed: Option<SubmitForm>,
    /// The example requests that were typed.
    pub(super) examples: Option<ExamplesForm>,
}

/// Where on the page a problem is told.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Documents,
    Sharing,
    Review,
    Removal,
    SignIn,
    Examples,
}

impl Place {
    fn as_str(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Sharing => "sharing",
            Self::Review => "review",
            Self::Removal => "removal",
            Self::SignIn => "sign-in",
            Self::Examples => "examples",
        }
    }
}

pub(crate) async fn show(State(app): State<App>, own: Own) -> Result<Html<String>, WebError> {
    render(&app, &own, &Extra::default()).await
}

/// The page again with a problem that its developer can mend; any other is the answer by itself.
pub(super) async fn trouble(
    app: &App,
    own: &Own,
    place: Place,
    error: WebError,
    extra: Extra,
) -> Result<Response, WebError> {
    let (status, message) = error.correctable()?;
    let extra = Extra { trouble: Some((place, message)), ..extra };
    Ok((status, render(app, own, &extra).await?).into_response())
}

pub(super) async fn render(app: &App, own: &Own, extra: &Extra) -> Result<Html<String>, WebError> {
    let plugin = own.plugin.plugin();
    let inspection = Inspection::of(app, plugin.id, &plugin.current).await?;
    let documents = &inspection.documents;
    let trouble = extra.trouble.as_ref();
    let view = context! {
        shell => words::shell(&own.member.account, "develop"),
        base => own.page(),
        plugin => words::plugin(plugin, &plugin.facts, &plugin.current),
        name_for_model => plugin.facts.name_for_model.as_str(),
        id => plugin.id.to_string(),
        version => plugin.current.as_str().get(..12),
        standing => words::standing(plugin.standing),
        trouble_at => trouble.map(|(place, _)| place.as_str()),
        trouble => trouble.map(|(_, message)| message.as_str()),
        // After a problem, the page waits for its developer.
        changed => if trouble.is_none() { watch::piece(own, &Watched::Same)? } else { String::new() },
        credentials => credentials::view(app, own, &inspection.toolset).await?,
        verification => verification::view(plugin, documents),
        examples => examples::view(app, own, extra).await?,
        documents => written(&inspection),
        share => share::view(app, own, extra).await?,
        submit => submit::view(app, own, extra).await?,
        inspection => inspection.view(),
    };
    Ok(page("develop_plugin.html", &view)?)
}

/// The documents as the host understood them, as JSON.
fn written(inspection: &Inspection) -> Value {
    let PluginDocuments { manifest_url, manifest_text, spec_url, spec_text, others, source: _ } = &inspection.documents;
    let manifest = serde_json::to_string_pretty(&inspection.toolset.manifest).unwrap_or_default();
    let mut written = Vec::new();
    if manifest_text.is_empty() {
        written.push(context! { title => "Manifest (made from the description)", url => spec_url, text => manifest });
    } else {
        written.push(context! { title => "Validated manifest", url => manifest_url, text => manifest });
    }
    written.push(context! { title => "Validated description", url => spec_url, text => normalized(spec_text) });
    for other in others {
        let text = other.problem.clone().map_or_else(|| normalized(&other.text), Some);
        written.push(context! { title => "Document it refers to", url => other.url.as_str(), text });
    }
    written.into()
}

/// A document as indented JSON; `None` where it is too long to be read on a page.
fn normalized(text: &str) -> Option<String> {
    if text.len() > LONGEST_DOCUMENT {
        return None;
    }
    match Source::parse("document", text) {
        Ok(source) => {
            serde_json::to_string_pretty(&source.value).ok().filter(|text| text.len() <= 3 * LONGEST_DOCUMENT)
        }
        Err(problem) => Some(problem.to_string()),
    }
}
