//! Tools that the host itself answers. Nothing leaves the machine, so nobody is asked; they count towards the calls of a
//! turn like any other. One file per tool; a new one is a variant here with its arms.

mod read_result;

use cordboard_domain::call::HostAnswer;
use cordboard_domain::id::ConversationId;
use cordboard_domain::turn::Turn;
use cordboard_model::chat::ToolDefinition;

use crate::engine::{EngineError, Inner};
pub(crate) use read_result::handle as read_result_handle;

/// A tool of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostTool {
    /// Reads on in a result of which the model saw a part.
    ReadResult,
}

impl HostTool {
    const ALL: [Self; 1] = [Self::ReadResult];

    /// The name under which models call it. No plugin's tool may have it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ReadResult => read_result::NAME,
        }
    }

    /// The tool that a model named.
    pub(crate) fn lookup(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.name() == name)
    }

    fn definition(self) -> ToolDefinition {
        match self {
            Self::ReadResult => read_result::definition(),
        }
    }

    /// Whether a conversation has anything for the tool to do.
    fn is_useful(self, turns: &[&Turn]) -> bool {
        match self {
            Self::ReadResult => turns.iter().any(|turn| read_result::is_useful(turn)),
        }
    }

    /// Answers a call. What the model got wrong is an answer too; an error is the host's own.
    pub(crate) async fn answer(
        self,
        inner: &Inner,
        conversation: ConversationId,
        raw_arguments: &str,
        room: usize,
    ) -> Result<HostAnswer, EngineError> {
        match self {
            Self::ReadResult => read_result::answer(&*inner.ports.results, conversation, raw_arguments, room).await,
        }
    }
}

/// The host's tools that are offered in a conversation with these turns.
pub(crate) fn definitions(turns: &[&Turn]) -> Vec<ToolDefinition> {
    HostTool::ALL.into_iter().filter(|tool| tool.is_useful(turns)).map(HostTool::definition).collect()
}
