//! Tools of the host. Those that it answers leave nothing to confirm, since nothing leaves the machine; `call_operation`
//! stands for a plugin's operation and is treated as such. All count towards the calls of a turn. One file per concern; a
//! new tool is a variant here with its arms.

pub(crate) mod call_operation;
pub(crate) mod find_operations;
mod read_result;

use cordboard_domain::call::HostAnswer;
use cordboard_domain::id::ConversationId;
use cordboard_domain::turn::Turn;
use cordboard_model::chat::ToolDefinition;
use serde_json::Value;

use crate::engine::{EngineError, Inner};
use crate::selection::Selection;
use crate::toolbox::Toolbox;
pub(crate) use read_result::handle as read_result_handle;

/// A tool that the host answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostTool {
    /// Reads on in a result of which the model saw a part.
    ReadResult,
    /// Finds operations by what they do.
    SearchOperations,
    /// Shows operations with their arguments.
    DescribeOperation,
}

impl HostTool {
    const ALL: [Self; 3] = [Self::ReadResult, Self::SearchOperations, Self::DescribeOperation];

    /// The name under which models call it. No plugin's tool may have it.
    fn name(self) -> &'static str {
        match self {
            Self::ReadResult => read_result::NAME,
            Self::SearchOperations => find_operations::SEARCH,
            Self::DescribeOperation => find_operations::DESCRIBE,
        }
    }

    /// The tool that a model named.
    pub(crate) fn lookup(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.name() == name)
    }

    /// Answers a call of the last turn of `path`. What the model got wrong is an answer too; an error is the host's own.
    pub(crate) async fn answer(
        self,
        inner: &Inner,
        toolbox: &Toolbox,
        conversation: ConversationId,
        path: &[&Turn],
        raw_arguments: &str,
        room: usize,
    ) -> Result<HostAnswer, EngineError> {
        match self {
            Self::ReadResult => {
                read_result::answer(&*inner.ports.results, conversation, path, raw_arguments, room).await
            }
            Self::SearchOperations => Ok(find_operations::search(toolbox, raw_arguments)),
            Self::DescribeOperation => Ok(find_operations::describe(toolbox, raw_arguments)),
        }
    }
}

/// Whether a name belongs to the host.
pub(crate) fn is_reserved(name: &str) -> bool {
    name == call_operation::NAME || HostTool::lookup(name).is_some()
}

/// The host's tools that have something to do in a conversation with these turns and this selection.
pub(crate) fn definitions(turns: &[&Turn], selection: &Selection) -> Vec<ToolDefinition> {
    let mut tools = Vec::new();
    if turns.iter().any(|turn| read_result::is_useful(turn)) {
        tools.push(read_result::tool());
    }
    if selection.searches() {
        tools.extend([
            find_operations::search_definition(),
            find_operations::describe_definition(),
            call_operation::tool(),
        ]);
    }
    tools
}

fn definition(name: &str, description: &str, parameters: Value, reads_only: bool) -> ToolDefinition {
    ToolDefinition {
        name: name.to_owned(),
        operation: name.to_owned(),
        plugin: String::new(),
        description: description.to_owned(),
        parameters,
        examples: Vec::new(),
        reads_only,
    }
}
