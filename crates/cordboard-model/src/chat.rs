//! The trait that every chat model implements, and what goes in and out of it.

use cordboard_domain::consideration::Consideration;
use cordboard_domain::id::ModelId;
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A chat model, wherever it runs.
pub trait ChatModel: Send + Sync {
    /// What people and the engine need to know about the model.
    fn info(&self) -> &ModelInfo;

    /// Says which tools the next request will probably carry. Returns at once; models that gain nothing ignore it.
    fn prepare(&self, _tools: Vec<ToolDefinition>) {}

    /// Asks the model. Dropping the stream stops the model.
    fn stream(&self, request: ModelRequest) -> BoxStream<'static, Result<ModelEvent, ModelError>>;
}

/// A model as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelInfo {
    pub id: ModelId,
    pub name: String,
    /// The context window in tokens.
    pub context_tokens: u32,
    pub tool_form: ToolForm,
}

/// How a model learns of the operations that it may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolForm {
    /// From function tools, beside the prompt.
    Functions,
    /// From the description in the prompt.
    Text,
    /// It chooses among all tools by itself, outside its window.
    Own,
}

/// Everything that a model is given. Serialised, it is what the journal records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelRequest {
    /// The hidden part: rules of the house and the compact description of each active plugin.
    pub system: String,
    pub messages: Vec<Message>,
    pub tools: Vec<ToolDefinition>,
    /// Only for models that choose among the tools by themselves ([`ToolForm::Own`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<Setting>,
}

/// What a model that chooses among tools by itself knows beside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// The day on which the request was made, `2026-03-31`, where the person's time zone is known in it, else in UTC.
    pub today: String,
    /// The plugins of the person: those switched on, whose operations are among the tools, and the others.
    pub plugins: Vec<PluginProfile>,
}

/// A plugin by what it says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginProfile {
    /// For people; the same as [`ToolDefinition::plugin`].
    pub name: String,
    /// The manifest's `description_for_model` and the API description's `info.description`.
    pub about: String,
    /// Whether it is switched on in the conversation.
    pub is_active: bool,
    /// Example requests of its operations; only for plugins that are not switched on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
}

/// One message of the conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "role")]
pub enum Message {
    User {
        text: String,
    },
    Assistant {
        text: String,
        calls: Vec<ToolCall>,
    },
    /// What came of a call; `content` is data from a third party.
    Tool {
        call_id: String,
        tool: String,
        content: String,
        /// The host's own words about the content: what was left out, how to go on. May be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
        outcome: ToolOutcome,
    },
}

/// Whether a tool message carries a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolOutcome {
    /// `content` is the (possibly shortened) response body of the plugin.
    Answered,
    /// `content` says why there is no result: an error of the plugin, a refused argument.
    Failed,
    /// A person did not allow the call; `content` says so, with their word to the model.
    Declined,
}

/// A call that a model asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCall {
    /// Unique within the turn.
    pub id: String,
    /// A [`ToolDefinition::name`], if the model got it right.
    pub name: String,
    /// A JSON object, if the model got it right.
    pub arguments: String,
}

/// An operation as models see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolDefinition {
    /// Unique within the request; matches `^[a-zA-Z0-9_-]{1,64}$`.
    pub name: String,
    /// The operation's own name within its plugin, such as `searchHotels`.
    pub operation: String,
    /// The plugin's name for people; empty for a tool of the host itself.
    pub plugin: String,
    pub description: String,
    /// A JSON Schema of type object. Self-contained: no `$ref`.
    pub parameters: Value,
    /// Requests that should lead to this operation, in people's words; may be empty.
    pub examples: Vec<String>,
    /// Whether the operation only reads.
    pub reads_only: bool,
}

/// What a model says while it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum ModelEvent {
    /// What it is busy with, for people: `Reading the request`, `Filling in searchHotels`.
    Progress { label: String },
    /// How it weighed the operations, from a model that chooses by score.
    Considered { consideration: Consideration },
    /// More of its answer, as markdown.
    Text { text: String },
    /// A complete call.
    Call { call: ToolCall },
    /// All that it wrote, byte for byte, where calls stood in the text.
    Raw { text: String },
    /// Tokens, where the server tells them.
    Usage { input_tokens: u64, output_tokens: u64 },
}

/// Why a model could not answer, in words for the person who must mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Not configured or not loaded; says what to do.
    #[error("{0}")]
    Unavailable(String),
    /// The server said no.
    #[error("the model server at {server} refused ({status}): {message}")]
    Refused { server: String, status: u16, message: String },
    /// The server could not be reached or broke off.
    #[error("the model server at {server} {problem}")]
    Broken { server: String, problem: String },
    /// The model itself failed.
    #[error("the model failed: {0}")]
    Failed(String),
}
