//! Putting a turn's question to a model again, with edited descriptions or another model, side by side.

use std::collections::BTreeMap;

use axum::extract::{Form, Path, State};
use axum::response::Html;
use cordboard_agent::replaying::{Changes, Replay};
use cordboard_domain::id::{ConversationId, ModelId, TurnId};
use minijinja::{Value, context};

use super::show::{Recorded, whole};
use crate::app::App;
use crate::error::{WebError, not_found};
use crate::fragments::pretty;
use crate::mine::Mine;
use crate::rate_limit::Errand;

/// How many operations of one plugin can be edited: those that the host's own search finds first.
const MOST: usize = 8;

/// `model`; `plugin.ID` and `operation.ID.NAME` with descriptions.
#[derive(Default)]
pub(crate) struct ReplayForm(BTreeMap<String, String>);

impl ReplayForm {
    fn text(&self, name: &str, original: &str) -> String {
        self.0.get(name).cloned().unwrap_or_else(|| original.to_owned())
    }
}

/// The fields of the form, as they were sent or else as the plugins have them.
pub(super) async fn form(app: &App, recorded: &Recorded, sent: &ReplayForm) -> Result<Value, WebError> {
    let Some(offer) = recorded.offer() else { return Ok(Value::from(())) };
    let chosen = sent.text("model", &recorded.turn.model.0);
    let models: Vec<Value> = app
        .engine
        .models()
        .list()
        .map(
            |model| context! { id => model.id.0.as_str(), name => model.name.as_str(), chosen => model.id.0 == chosen },
        )
        .collect();
    let mut plugins = Vec::new();
    for offered in &offer.plugins {
        let Ok(toolset) = app.engine.library().get(&offered.version).await else { continue };
        let found = toolset.search(&recorded.turn.user_message, MOST);
        let listed = if found.is_empty() { toolset.operations.iter().take(MOST).collect() } else { found };
        let name = format!("plugin.{}", offered.plugin);
        plugins.push(context! {
            title => toolset.manifest.name_for_human.as_str(),
            description => sent.text(&name, &toolset.manifest.description_for_model),
            name,
            operations => listed.into_iter().map(|operation| {
                let name = format!("operation.{}.{}", offered.plugin, operation.name);
                context! { title => operation.name.as_str(), description => sent.text(&name, &operation.description), name }
            }).collect::<Vec<_>>(),
        });
    }
    Ok(context! { models, plugins })
}

pub(crate) async fn replay(
    State(app): State<App>,
    mine: Mine,
    Path((_, turn)): Path<(ConversationId, TurnId)>,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Result<Html<String>, WebError> {
    let form = ReplayForm(fields);
    let recorded = Recorded::of(&app, &mine, turn).await?;
    let Some(offer) = recorded.offer() else { return Err(not_found().await) };
    app.doors.send_out(Errand::Replay, mine.user())?;
    let mut changes = Changes {
        model: ModelId(form.text("model", &recorded.turn.model.0)),
        descriptions: BTreeMap::new(),
        operations: BTreeMap::new(),
    };
    for offered in &offer.plugins {
        if let Some(text) = form.0.get(&format!("plugin.{}", offered.plugin)) {
            changes.descriptions.insert(offered.plugin, text.clone());
        }
        let prefix = format!("operation.{}.", offered.plugin);
        for (name, text) in form.0.iter().filter_map(|(name, text)| Some((name.strip_prefix(&prefix)?, text))) {
            changes.operations.insert((offered.plugin, name.to_owned()), text.clone());
        }
    }
    let replayed = app.engine.replay(mine.id(), turn, offer, &changes).await?;
    let view = view(&recorded, &changes.model, &replayed);
    let fields = self::form(&app, &recorded, &form).await?;
    whole(&app, &mine, &recorded, fields, view).await
}

fn view(recorded: &Recorded, model: &ModelId, replayed: &Replay) -> Value {
    let first = recorded.turn.rounds.first();
    let before: Vec<Value> = first
        .iter()
        .flat_map(|round| round.calls())
        .map(|call| context! { tool => call.tool.as_str(), arguments => pretty(&call.raw_arguments) })
        .collect();
    let after: Vec<Value> = replayed
        .calls
        .iter()
        .map(|(call, problem)| context! { tool => call.name.as_str(), arguments => pretty(&call.arguments), problem })
        .collect();
    let input = serde_json::to_string(&replayed.request).unwrap_or_default();
    context! {
        before => context! {
            model => recorded.turn.model.0.as_str(),
            text => first.map(cordboard_domain::turn::Round::text).unwrap_or_default(),
            calls => before,
        },
        after => context! {
            model => model.0.as_str(),
            text => replayed.text.as_str(),
            calls => after,
            problem => replayed.problem.as_deref(),
            tokens => cordboard_agent::prompt_parts::of(&input).iter().map(|part| part.tokens).sum::<usize>(),
            input,
        },
    }
}
