//! Why each operation was in or out.

use cordboard_domain::offer::{OfferedPlugin, Showing};
use cordboard_domain::turn::Turn;
use cordboard_spec::toolset::Toolset;
use cordboard_spec::toolset::operation::Operation;
use minijinja::{Value, context};

use super::show::Recorded;
use crate::app::App;
use crate::error::WebError;
use crate::mine::Mine;

/// How many operations of one plugin are listed.
const MOST: usize = 60;
/// How many ranks of the host's own search are told.
const RANKED: usize = 10;

/// The plugins that the model was offered, then those that its person has and had not switched on.
pub(super) async fn of(app: &App, mine: &Mine, recorded: &Recorded) -> Result<Vec<Value>, WebError> {
    let mut candidates = Vec::new();
    let offered = recorded.offer().map(|offer| offer.plugins.as_slice()).unwrap_or_default();
    for each in offered {
        candidates.push(match app.engine.library().get(&each.version).await {
            Ok(toolset) => plugin(recorded, each, &toolset),
            Err(problem) => context! { name => each.namespace.as_str(), verdict => format!("Left out: {problem}") },
        });
    }
    if recorded.offer().is_none() {
        return Ok(candidates);
    }
    for installed in app.catalogue.ports.installations.list_installations(mine.user()).await? {
        if !offered.iter().any(|each| each.plugin == installed.plugin.id) {
            let verdict =
                "Out: it was not switched on in this chat when the model was asked. Switch it on above the chat.";
            candidates.push(context! { name => installed.facts.name_for_human.as_str(), verdict });
        }
    }
    Ok(candidates)
}

fn plugin(recorded: &Recorded, offered: &OfferedPlugin, toolset: &Toolset) -> Value {
    let turn = &recorded.turn;
    let ranked: Vec<&str> =
        toolset.search(&turn.user_message, RANKED).into_iter().map(|operation| operation.name.as_str()).collect();
    let rank = |operation: &Operation| ranked.iter().position(|name| *name == operation.name);
    let mut listed: Vec<&Operation> = toolset.operations.iter().collect();
    listed.sort_by_key(|operation| (!is_called(turn, offered, &operation.name), rank(operation).unwrap_or(RANKED)));
    let operations: Vec<Value> = listed
        .iter()
        .take(MOST)
        .map(|operation| {
            context! {
                name => operation.name.as_str(),
                is_called => is_called(turn, offered, &operation.name),
                is_in => offered.showing != Showing::Summary,
                why => why(offered.showing),
                rank => rank(operation).map(|rank| rank + 1),
                restrictions => operation.restrictions.iter().map(|finding| finding.message.clone()).collect::<Vec<_>>(),
            }
        })
        .collect();
    let refused: Vec<Value> = toolset
        .refused
        .iter()
        .take(MOST)
        .map(|refused| context! { name => refused.name.as_str(), why => refused.reason.message.as_str() })
        .collect();
    context! {
        name => toolset.manifest.name_for_human.as_str(),
        verdict => verdict(turn, offered),
        tokens => offered.tokens,
        more => listed.len().saturating_sub(MOST),
        operations,
        refused,
    }
}

fn is_called(turn: &Turn, offered: &OfferedPlugin, name: &str) -> bool {
    let plans = turn.calls().filter_map(|call| call.plan.as_ref());
    plans.into_iter().any(|plan| plan.plugin == offered.plugin && plan.operation == name)
}

fn why(showing: Showing) -> &'static str {
    match showing {
        Showing::Whole => "in: shown with its arguments",
        Showing::Index => "in: shown as one line, as the plugin is too large for its share of the window",
        Showing::Summary => "out: too large to be listed; the model has to find it with search_operations",
    }
}

fn verdict(turn: &Turn, offered: &OfferedPlugin) -> String {
    let of_plugin = |tool: &str| tool.starts_with(&format!("{}_", offered.namespace));
    let planned =
        turn.calls().filter(|call| call.plan.as_ref().is_some_and(|plan| plan.plugin == offered.plugin)).count();
    let refused = turn.calls().filter(|call| call.plan.is_none() && of_plugin(&call.tool)).count();
    match (planned, refused) {
        (0, 0) if turn.rounds.is_empty() => "In, but the model broke off before it said anything.".to_owned(),
        (0, 0) => "In, and the model chose not to call it. What it read and said is below; a replay with another \
                   description or another model shows what makes the difference."
            .to_owned(),
        (0, refused) => format!("The model tried {refused} times; what it asked for did not fit. See below."),
        (1, _) => "Called once.".to_owned(),
        (planned, _) => format!("Called {planned} times."),
    }
}
