//! How much of each plugin a model is shown: whole where the budget allows, else an index or a summary from which it
//! searches. Pure.

use cordboard_spec::render::ledger::Tokens;

use crate::toolbox::Toolbox;

/// How a plugin's operations are put before a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Showing {
    /// Every operation with its arguments.
    Whole,
    /// One line per operation.
    Index,
    /// How many operations there are, by subject.
    Summary,
}

/// How much of a plugin is shown, and which form it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For models that take function tools.
    Functions,
    /// For models that read the description only.
    TypeScript,
}

/// Decides for every plugin of a toolbox, in their order. The largest ones give way first.
pub fn select(toolbox: &Toolbox, form: Form, budget: usize) -> Vec<Showing> {
    let totals: Vec<Tokens> = toolbox.plugins.iter().map(|plugin| plugin.toolset.ledger().total).collect();
    let cost = |tokens: &Tokens, showing: Showing| match (showing, form) {
        (Showing::Whole, Form::Functions) => tokens.function,
        (Showing::Whole, Form::TypeScript) => tokens.typescript,
        (Showing::Index, _) => tokens.index,
        (Showing::Summary, _) => 0,
    };
    let mut showings = vec![Showing::Whole; totals.len()];
    for smaller in [Showing::Index, Showing::Summary] {
        loop {
            let spent: usize = totals.iter().zip(&showings).map(|(tokens, showing)| cost(tokens, *showing)).sum();
            if spent <= budget {
                return showings;
            }
            let candidates = (0..totals.len()).filter(|index| cost(&totals[*index], showings[*index]) > cost(&totals[*index], smaller));
            let Some(largest) = candidates.max_by_key(|index| cost(&totals[*index], showings[*index])) else { break };
            showings[largest] = smaller;
        }
    }
    showings
}
