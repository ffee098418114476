//! What a plugin costs in tokens, before it is installed.

use serde::Serialize;

use super::{function, index, tokens, typescript};
use crate::toolset::Toolset;
use crate::toolset::operation::Operation;

/// Tokens (`o200k_base`) of each way of showing something to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default)]
pub struct Tokens {
    /// The TypeScript form.
    pub typescript: usize,
    /// The function tool as JSON.
    pub function: usize,
    /// The line in the index.
    pub index: usize,
}

/// Tokens of a plugin, whole and operation by operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// Description and namespace included.
    pub total: Tokens,
    /// In the order of [`Toolset::operations`].
    pub operations: Vec<Tokens>,
}

impl Ledger {
    /// Counts a toolset.
    pub fn of(toolset: &Toolset) -> Self {
        let namespace = toolset.namespace();
        let operations: Vec<Tokens> = toolset.operations.iter().map(|each| operation(each, &namespace)).collect();
        let frame = tokens::count(&typescript::frame(toolset, &namespace));
        let sum = |part: fn(&Tokens) -> usize| operations.iter().map(part).sum::<usize>() + frame;
        let total = Tokens {
            typescript: sum(|each| each.typescript),
            function: sum(|each| each.function),
            index: sum(|each| each.index),
        };
        Self { total, operations }
    }
}

fn operation(operation: &Operation, namespace: &str) -> Tokens {
    let tool = serde_json::to_string(&function::render(operation, namespace)).expect("a tool has only string keys");
    Tokens {
        typescript: tokens::count(&typescript::operation(operation)),
        function: tokens::count(&tool),
        index: tokens::count(&index::line(operation)) + 1,
    }
}
