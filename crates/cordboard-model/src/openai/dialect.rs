//! Habits of requests that some servers refuse, and what their refusals sound like.
//!
//! Every server is first asked in the fullest form. One that refuses a habit is asked again without it, and from then on
//! always without: nothing has to be configured, and a server that improves is asked fully after a restart.

/// Which habits a server takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// `stream_options.include_usage`, without which `OpenAI` counts no tokens. Mistral, Databricks and older Ollama and
    /// LM Studio refused it.
    pub(crate) usage: bool,
    /// An assistant message with text and calls. Mistral wants one or the other.
    pub(crate) text_beside_calls: bool,
    /// Ids of calls as they are. Mistral takes only nine letters and digits, so it refuses those of other servers.
    pub(crate) free_ids: bool,
}

impl Dialect {
    /// The fullest form.
    pub(crate) const FULL: Self = Self { usage: true, text_beside_calls: true, free_ids: true };

    /// The form to try after this refusal; none if no habit of ours is to blame.
    pub(crate) fn after(self, status: u16, refusal: &str) -> Option<Self> {
        if !matches!(status, 400 | 422) {
            return None;
        }
        let refusal = refusal.to_ascii_lowercase();
        let mut next = self;
        if refusal.contains("stream_options") || refusal.contains("include_usage") {
            next.usage = false;
        }
        if refusal.contains("tool_calls") && refusal.contains("not both") {
            next.text_beside_calls = false;
        }
        if refusal.contains("tool call id") && refusal.contains("length of 9") {
            next.free_ids = false;
        }
        (next != self).then_some(next)
    }
}
