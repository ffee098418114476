//! How much of each plugin a model is shown: whole where the budget allows, else an index or a summary from which it
//! searches. Pure.

use cordboard_domain::id::PluginId;
use cordboard_domain::offer::{Offer, OfferedPlugin, Showing};
use cordboard_model::chat::{ModelInfo, ToolForm};

use crate::toolbox::{ActivePlugin, Toolbox};

/// The smallest budget in tokens; below it, searching costs more than it saves.
const SMALLEST_BUDGET: usize = 1_000;

/// What the plugins of a conversation take of the model's window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// The most that they may take together, in tokens.
    pub limit: usize,
    /// Each plugin as it is shown and what that takes, in their order.
    pub plugins: Vec<(PluginId, Showing, usize)>,
}

impl Budget {
    /// Of a toolbox before a model that may spend `share` percent of its window on tools.
    pub fn of(toolbox: &Toolbox, model: &ModelInfo, share: u32) -> Self {
        let selection = Selection::of(toolbox, model, share);
        let costs = toolbox.plugins.iter().zip(&selection.showings);
        let plugins = costs.map(|(active, showing)| (active.plugin, *showing, cost(active, *showing, selection.form)));
        Self { limit: limit(model, share), plugins: plugins.collect() }
    }

    /// The same as it is recorded.
    pub(crate) fn offer(&self, toolbox: &Toolbox) -> Offer {
        let offered =
            toolbox.plugins.iter().zip(&self.plugins).map(|(active, (plugin, showing, tokens))| OfferedPlugin {
                plugin: *plugin,
                version: active.version.clone(),
                namespace: active.namespace.clone(),
                showing: *showing,
                tokens: *tokens,
            });
        Offer { limit: self.limit, plugins: offered.collect() }
    }

    /// What they take together, in tokens.
    pub fn used(&self) -> usize {
        self.plugins.iter().map(|(_, _, tokens)| tokens).sum()
    }
}

/// What is shown of every plugin of a toolbox, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    pub form: ToolForm,
    pub showings: Vec<Showing>,
}

impl Selection {
    /// Decides for a model that may spend `share` percent of its window on tools. The largest plugins give way first.
    pub fn of(toolbox: &Toolbox, model: &ModelInfo, share: u32) -> Self {
        let budget = limit(model, share);
        let form = model.tool_form;
        let showings = match form {
            ToolForm::Functions | ToolForm::Text => fit(toolbox, form, budget),
            ToolForm::Own => vec![Showing::Whole; toolbox.plugins.len()],
        };
        Self { form, showings }
    }

    /// Whether any plugin has to be searched.
    pub fn searches(&self) -> bool {
        self.showings.iter().any(|showing| *showing != Showing::Whole)
    }
}

fn limit(model: &ModelInfo, share: u32) -> usize {
    (model.context_tokens as usize * share as usize / 100).max(SMALLEST_BUDGET)
}

fn cost(active: &ActivePlugin, showing: Showing, form: ToolForm) -> usize {
    let total = active.toolset.ledger().total;
    match (showing, form) {
        (Showing::Whole, ToolForm::Functions) => total.function,
        (Showing::Whole, ToolForm::Text | ToolForm::Own) => total.typescript,
        (Showing::Index, _) => total.index,
        (Showing::Summary, _) => 0,
    }
}

fn fit(toolbox: &Toolbox, form: ToolForm, budget: usize) -> Vec<Showing> {
    let plugins = &toolbox.plugins;
    let mut showings = vec![Showing::Whole; plugins.len()];
    loop {
        let costs: Vec<usize> =
            plugins.iter().zip(&showings).map(|(active, showing)| cost(active, *showing, form)).collect();
        let largest = (0..costs.len()).max_by_key(|index| costs[*index]);
        match largest {
            Some(index) if costs.iter().sum::<usize>() > budget => showings[index] = showings[index].smaller(),
            _ => return showings,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cordboard_domain::id::ModelId;
    use cordboard_domain::plugin::VersionDigest;
    use cordboard_spec::document::bundle::Bundle;
    use cordboard_spec::toolset::Toolset;
    use url::Url;

    use super::*;

    fn toolbox(sizes: &[usize]) -> Toolbox {
        Toolbox::new(sizes.iter().enumerate().map(|(number, size)| {
            let path = |each| {
                format!("  /thing{each}: {{get: {{operationId: get_{each}, summary: Get one of the things}}}}\n")
            };
            let paths = (0..*size).map(path).collect::<Vec<_>>().concat();
            let spec = format!("openapi: 3.1.0\ninfo: {{title: api{number}}}\npaths:\n{paths}");
            let bundle = Bundle::read(&Url::parse("https://a.example/o").unwrap(), spec).unwrap();
            let id = format!("0190f1f0a0a07000800000000000000{number}").parse().unwrap();
            let toolset = Arc::new(Toolset::compile_bare(&bundle).unwrap());
            (id, VersionDigest::from_stored(number.to_string()), toolset)
        }))
    }

    fn check(sizes: &[usize], form: ToolForm, context_tokens: u32, expected: &[Showing]) {
        let model = ModelInfo { id: ModelId("m".to_owned()), name: "M".to_owned(), context_tokens, tool_form: form };
        assert_eq!(Selection::of(&toolbox(sizes), &model, 10).showings, expected);
    }

    #[test]
    fn the_largest_plugins_give_way_first() {
        use Showing::{Index, Summary, Whole};
        check(&[3, 5], ToolForm::Functions, 128_000, &[Whole, Whole]);
        check(&[3, 60], ToolForm::Functions, 20_000, &[Whole, Index]);
        check(&[3, 60], ToolForm::Text, 20_000, &[Whole, Whole]);
        check(&[60, 60], ToolForm::Text, 15_000, &[Index, Index]);
        check(&[3, 900], ToolForm::Functions, 20_000, &[Whole, Summary]);
        check(&[3, 900], ToolForm::Own, 20_000, &[Whole, Whole]);
    }
}
