//! A call: what a model asked for, what exactly would be sent, what came of it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

use crate::argument_field::ArgumentField;
use crate::connection::ConnectionRequest;
use crate::credential::Slot;
use crate::disclosure::Disclosure;
use crate::id::{CallId, ConfirmationId, ConversationId, GrantId, PluginId, UserId};
use crate::personal::{ConsentRequest, PersonalField};
use crate::plugin::{VersionDigest, hex};
use crate::policy::Verdict;
use crate::time::Timestamp;

/// The HTTP methods that an OpenAPI path item can declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Get,
    Head,
    Options,
    Trace,
    Post,
    Put,
    Patch,
    Delete,
    /// Safe, with a body (OpenAPI 3.2).
    Query,
}

impl Method {
    /// All methods, in the order in which operations are listed.
    pub const ALL: [Self; 9] = [
        Self::Get,
        Self::Head,
        Self::Options,
        Self::Trace,
        Self::Post,
        Self::Put,
        Self::Patch,
        Self::Delete,
        Self::Query,
    ];

    /// Whether the method only reads by the rules of HTTP (RFC 9110, section 9.2.1).
    pub fn is_safe(self) -> bool {
        match self {
            Self::Get | Self::Head | Self::Options | Self::Trace | Self::Query => true,
            Self::Post | Self::Put | Self::Patch | Self::Delete => false,
        }
    }

    /// `GET`, `POST` and so on.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Trace => "TRACE",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Query => "QUERY",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Method {
    type Err = ();

    /// Reads a method in any case.
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|method| method.as_str().eq_ignore_ascii_case(text)).ok_or(())
    }
}

/// A request body, already encoded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedBody {
    pub content_type: String,
    #[serde(flatten)]
    pub content: BodyContent,
}

/// The bytes of a body, kept so that people can read them where they are text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyContent {
    Text(String),
    #[serde(with = "base64_bytes")]
    Base64(Vec<u8>),
}

impl BodyContent {
    /// Text where the bytes are UTF-8.
    pub fn of(bytes: Vec<u8>) -> Self {
        String::from_utf8(bytes).map_or_else(|error| Self::Base64(error.into_bytes()), Self::Text)
    }

    /// The bytes as they are sent.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Base64(bytes) => bytes,
        }
    }

    /// For people: the text, or how many bytes there are.
    pub fn describe(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Base64(bytes) => format!("({} bytes that are no text)", bytes.len()),
        }
    }
}

mod base64_bytes {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// The exact request that would leave, without credentials and without the host's own headers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedCall {
    pub plugin: PluginId,
    pub version: VersionDigest,
    /// The operation's name as models see it.
    pub operation: String,
    pub method: Method,
    /// Absolute, with query.
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<PlannedBody>,
    /// Whether the operation takes a method override, so that the request counts as a write whatever its method says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_override_method: bool,
    /// What is added when it leaves: any one of these lists, an empty one meaning nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<Vec<Slot>>,
    /// Where the plugin lives, for the guard; absent where its documents were pasted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<Url>,
}

impl PlannedCall {
    /// The same call of a plugin that lives here.
    #[must_use]
    pub fn from_home(self, home: Option<Url>) -> Self {
        Self { home, ..self }
    }

    /// SHA-256 over every byte that would be sent; a confirmation holds for this digest only.
    pub fn digest(&self) -> RequestDigest {
        let bytes = serde_json::to_vec(self).expect("a planned call has only string keys");
        RequestDigest(hex(&Sha256::digest(bytes)))
    }
}

/// The fingerprint of a [`PlannedCall`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestDigest(String);

/// Who asks for a call, and where: what the host's own headers are made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallContext {
    pub call: CallId,
    pub conversation: ConversationId,
    pub user: UserId,
    /// ISO 3166-2, such as `US-CA`, when the person shares it.
    pub subdivision: Option<String>,
}

/// A call as it is put before a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallPreview {
    pub plugin_name: String,
    /// What the operation does, in the plugin's words.
    pub summary: String,
    /// Scheme, host and port, from the planned URL.
    pub host: String,
    /// The arguments after validation.
    pub arguments: serde_json::Value,
    /// What was mended in the arguments as the model wrote them.
    #[serde(default)]
    pub repairs: Vec<String>,
    /// Whether the plugin permits that its person allows the operation once for all.
    #[serde(default)]
    pub may_be_standing: bool,
    /// The standing permission under which it leaves unasked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<GrantId>,
    /// What it tells of its person, with their consent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub personal: Vec<PersonalField>,
    /// As whom it goes out, in words: the accounts whose credentials are added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
    /// What it would tell that came with another plugin's result, and secrets; it asks whatever its method.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disclosures: Vec<Disclosure>,
    /// How a person may change the arguments before they allow it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ArgumentField>,
    /// The arguments that a person changed, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
}

/// A question to a person. It holds for one person, one conversation and one exact request, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    pub id: ConfirmationId,
    pub user: UserId,
    pub request: RequestDigest,
    pub expires_at: Timestamp,
}

/// What a person said to a [`Confirmation`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Allowed,
    /// With a word to the model; may be empty.
    Declined(String),
    Expired,
}

/// What went out before the body, with the host's own headers; secrets are masked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentRequest {
    pub url: String,
    pub headers: Vec<(String, String)>,
}

/// What a plugin answered, byte for byte. It is read by `cordboard_spec::response` and never stored like this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawResponse {
    pub sent: SentRequest,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    /// After decompression.
    pub body: Vec<u8>,
    /// Whether the plugin sent more than the host takes.
    pub truncated: bool,
    pub elapsed_ms: u64,
}

/// What a plugin answered, as it is recorded: `body` is the bounded view, never the whole of a large answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallResponse {
    /// As it was sent; absent in old records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<SentRequest>,
    pub status: u16,
    pub content_type: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// Whether the plugin sent more than the host takes.
    pub truncated: bool,
    pub elapsed_ms: u64,
    /// The size of what came, in bytes.
    #[serde(default)]
    pub bytes: u64,
    /// What `body` leaves out, in a sentence; empty when it is all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub left_out: String,
    /// The number under which the whole body is kept within the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<u32>,
    /// What was surprising about the encoding or the type, for developers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Where the body differs from what the plugin's description promises, for developers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
    /// What the model should make of it: wait, ask for the next page, mend an argument.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<String>,
}

impl CallResponse {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// A result that is kept whole, because the model saw less than came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResult {
    pub form: ResultForm,
    /// Decoded.
    pub text: String,
}

/// How the text of a [`StoredResult`] is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultForm {
    Json,
    JsonLines,
    Text,
    Html,
}

impl ResultForm {
    const ALL: [Self; 4] = [Self::Json, Self::JsonLines, Self::Text, Self::Html];

    /// The media type under which the form is stored.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::JsonLines => "application/x-ndjson",
            Self::Text => "text/plain",
            Self::Html => "text/html",
        }
    }

    /// The form with this media type.
    pub fn from_media_type(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.media_type() == text)
    }
}

/// What the host itself answered to a call of one of its own tools.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostAnswer {
    /// What was done, for people, in a few words.
    pub title: String,
    /// For the model: data, or what to mend.
    pub content: String,
    /// The host's own words about the content; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    pub succeeded: bool,
}

/// Why no response came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallFailure {
    pub kind: FailureKind,
    /// For the person and the model: what happened, in a sentence.
    pub message: String,
}

/// The kinds of failure that need different advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The guard refused the address.
    Refused,
    /// Nothing answered at the address.
    Unreachable,
    /// The time for one call ran out.
    TimedOut,
    /// The answer broke off or is not HTTP.
    Broken,
}

/// Where a call stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum CallState {
    /// The model asked for it; nothing has been checked.
    Proposed,
    /// The arguments or the operation do not fit; the model was told.
    Rejected {
        problem: String,
    },
    /// It may be sent.
    Ready,
    /// A person is asked.
    AwaitingConfirmation {
        confirmation: Confirmation,
    },
    /// The plugin asks for something about its person, who has not decided on that.
    AwaitingConsent {
        request: ConsentRequest,
    },
    /// It may be sent once its person has connected at the plugin.
    AwaitingConnection {
        request: ConnectionRequest,
    },
    /// A person said no, or did not answer in time.
    Declined {
        decision: Decision,
    },
    /// It left, or was about to when the host stopped.
    Sent {
        at: Timestamp,
    },
    Answered {
        response: CallResponse,
    },
    /// The host answered by itself; nothing left the machine.
    AnsweredByHost {
        answer: HostAnswer,
    },
    Failed {
        failure: CallFailure,
    },
    /// It was sent and the outcome is not known; it is never sent again by itself.
    Unknown,
    /// The turn ended before it was sent.
    Cancelled,
}

/// One call within a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    pub id: CallId,
    /// The id under which the model expects the result.
    pub model_call_id: String,
    /// The tool's name as the model wrote it.
    pub tool: String,
    /// The arguments as the model wrote them.
    pub raw_arguments: String,
    pub plan: Option<PlannedCall>,
    pub preview: Option<CallPreview>,
    /// When a person decided on it.
    pub decided_at: Option<Timestamp>,
    pub state: CallState,
}

impl Call {
    /// Takes what would be sent now.
    pub(crate) fn replan(&mut self, plan: PlannedCall, preview: CallPreview) {
        self.plan = Some(plan);
        self.preview = Some(preview);
    }
}

/// What can happen to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallStep {
    Reject { problem: String },
    Plan { verdict: Verdict },
    Ask { confirmation: Confirmation },
    Revise { confirmation: Confirmation },
    Decide { decision: Decision },
    AskForConsent { request: ConsentRequest },
    Consent,
    AskToConnect { request: ConnectionRequest },
    Connect,
    Send { at: Timestamp },
    Answer { response: CallResponse },
    AnswerByHost { answer: HostAnswer },
    Fail { failure: CallFailure },
    LoseTrack,
    Cancel,
}

/// A step that the call's state does not allow.
#[derive(Debug, thiserror::Error)]
#[error("a call that is {state} cannot take the step {step}")]
pub struct InvalidStep {
    state: String,
    step: String,
}

impl CallState {
    /// The only way from one state to the next.
    #[expect(clippy::match_same_arms, reason = "a table of transitions reads by its left side")]
    pub fn step(self, step: CallStep) -> Result<Self, InvalidStep> {
        match (self, step) {
            (Self::Proposed, CallStep::Reject { problem }) => Ok(Self::Rejected { problem }),
            (Self::Proposed, CallStep::Plan { verdict: Verdict::Allow }) => Ok(Self::Ready),
            (Self::Proposed, CallStep::Plan { verdict: Verdict::Deny }) => {
                Ok(Self::Rejected { problem: "The operator does not allow calls that change something.".into() })
            }
            (Self::Proposed, CallStep::Plan { verdict: Verdict::Confirm }) => Ok(Self::Proposed),
            (Self::Proposed, CallStep::AnswerByHost { answer }) => Ok(Self::AnsweredByHost { answer }),
            (Self::Proposed, CallStep::Ask { confirmation }) => Ok(Self::AwaitingConfirmation { confirmation }),
            (Self::AwaitingConfirmation { .. }, CallStep::Revise { confirmation }) => {
                Ok(Self::AwaitingConfirmation { confirmation })
            }
            (Self::AwaitingConfirmation { .. }, CallStep::Decide { decision: Decision::Allowed }) => Ok(Self::Ready),
            (Self::AwaitingConfirmation { .. }, CallStep::Decide { decision }) => Ok(Self::Declined { decision }),
            (Self::Proposed, CallStep::AskForConsent { request }) => Ok(Self::AwaitingConsent { request }),
            // With what is known now, it is checked and planned like any other.
            (Self::AwaitingConsent { .. }, CallStep::Consent) => Ok(Self::Proposed),
            (Self::Ready, CallStep::AskToConnect { request }) => Ok(Self::AwaitingConnection { request }),
            (Self::AwaitingConnection { .. }, CallStep::Connect) => Ok(Self::Ready),
            (
                Self::AwaitingConnection { .. },
                CallStep::Decide { decision: decision @ (Decision::Declined(_) | Decision::Expired) },
            ) => Ok(Self::Declined { decision }),
            (Self::Ready | Self::AwaitingConnection { .. }, CallStep::Fail { failure }) => Ok(Self::Failed { failure }),
            (Self::Ready, CallStep::Send { at }) => Ok(Self::Sent { at }),
            (Self::Sent { .. }, CallStep::Answer { response }) => Ok(Self::Answered { response }),
            (Self::Sent { .. }, CallStep::Fail { failure }) => Ok(Self::Failed { failure }),
            (Self::Sent { .. }, CallStep::LoseTrack) => Ok(Self::Unknown),
            (
                Self::Proposed
                | Self::Ready
                | Self::AwaitingConfirmation { .. }
                | Self::AwaitingConsent { .. }
                | Self::AwaitingConnection { .. },
                CallStep::Cancel,
            ) => Ok(Self::Cancelled),
            (state, step) => Err(InvalidStep { state: state.name().to_owned(), step: step.name().to_owned() }),
        }
    }

    /// Whether nothing more will happen to the call.
    pub fn is_settled(&self) -> bool {
        match self {
            Self::Proposed
            | Self::Ready
            | Self::AwaitingConfirmation { .. }
            | Self::AwaitingConsent { .. }
            | Self::AwaitingConnection { .. }
            | Self::Sent { .. } => false,
            Self::Rejected { .. }
            | Self::Declined { .. }
            | Self::Answered { .. }
            | Self::AnsweredByHost { .. }
            | Self::Failed { .. }
            | Self::Unknown
            | Self::Cancelled => true,
        }
    }

    /// The state in a word, for messages and logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Rejected { .. } => "rejected",
            Self::Ready => "ready",
            Self::AwaitingConfirmation { .. } => "awaiting confirmation",
            Self::AwaitingConsent { .. } => "awaiting consent",
            Self::AwaitingConnection { .. } => "awaiting connection",
            Self::Declined { .. } => "declined",
            Self::Sent { .. } => "sent",
            Self::Answered { .. } => "answered",
            Self::AnsweredByHost { .. } => "answered by the host",
            Self::Failed { .. } => "failed",
            Self::Unknown => "of unknown outcome",
            Self::Cancelled => "cancelled",
        }
    }
}

impl CallStep {
    fn name(&self) -> &'static str {
        match self {
            Self::Reject { .. } => "reject",
            Self::Plan { .. } => "plan",
            Self::Ask { .. } => "ask",
            Self::Revise { .. } => "revise",
            Self::Decide { .. } => "decide",
            Self::AskForConsent { .. } => "ask for consent",
            Self::Consent => "consent",
            Self::AskToConnect { .. } => "ask to connect",
            Self::Connect => "connect",
            Self::Send { .. } => "send",
            Self::Answer { .. } => "answer",
            Self::AnswerByHost { .. } => "answer by the host",
            Self::Fail { .. } => "fail",
            Self::LoseTrack => "lose track",
            Self::Cancel => "cancel",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_that_were_recorded_before_views_are_still_read() {
        let old =
            r#"{"status":200,"content_type":"text/plain","headers":[],"body":"x","truncated":false,"elapsed_ms":1}"#;
        let response: CallResponse = serde_json::from_str(old).unwrap();
        assert_eq!(serde_json::to_value(&response).unwrap()["bytes"], 0);
        assert!(response.is_success() && response.result.is_none() && response.left_out.is_empty());
    }

    #[test]
    fn the_host_answers_only_what_has_not_been_planned() {
        let answer = HostAnswer { title: String::new(), content: String::new(), note: String::new(), succeeded: true };
        let step = || CallStep::AnswerByHost { answer: answer.clone() };
        let answered = CallState::Proposed.step(step()).unwrap();
        assert!(answered.is_settled());
        assert!(answered.step(step()).is_err() && CallState::Ready.step(step()).is_err());
    }
}
