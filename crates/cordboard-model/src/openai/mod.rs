//! Any server that speaks `OpenAI`'s chat completions: hosted ones, Ollama, vLLM, llama.cpp, LM Studio and gateways.
//!
//! Opens no sockets and reads no environment; knows neither images nor sampling options, and shows no thoughts.

mod answer;
mod assemble;
mod dialect;
mod fenced;
mod framing;
mod refusal;
mod request;
mod sse;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use cordboard_domain::id::ModelId;
use futures::StreamExt;
use futures::stream::BoxStream;

use crate::chat::{ChatModel, Message, ModelError, ModelEvent, ModelInfo, ModelRequest, ToolForm};
use crate::transport::{Transport, TransportError, TransportRequest, TransportResponse};
use answer::Answer;
use assemble::Assembler;
use dialect::Dialect;
use refusal::Server;
use request::Form;

/// An error page need not be read further, in bytes.
const MAX_ERROR_BODY: usize = 64 * 1024;

/// Where a model is served, and what it can do.
#[derive(Clone)]
pub struct OpenAiConfig {
    pub id: ModelId,
    /// For people.
    pub name: String,
    /// What comes before `/chat/completions`, such as `http://localhost:8080/v1`; may have a query.
    pub base_url: String,
    /// The server's name for the model.
    pub model: String,
    /// Never shown.
    pub key: Option<String>,
    /// The context window in tokens.
    pub context_tokens: u32,
    /// Whether the server takes `tools`; if not, calls are asked for and found in the text.
    pub takes_tools: bool,
}

impl fmt::Debug for OpenAiConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OpenAiConfig")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("base_url", &server_name(&self.base_url))
            .field("model", &self.model)
            .field("key", &self.key.as_ref().map(|_| "[hidden]"))
            .field("context_tokens", &self.context_tokens)
            .field("takes_tools", &self.takes_tools)
            .finish()
    }
}

/// A chat model on such a server.
pub struct OpenAiModel {
    info: ModelInfo,
    connection: Connection,
}

/// What a running answer needs of its model.
#[derive(Clone)]
struct Connection {
    server: Server,
    url: String,
    takes_tools: bool,
    /// What the server was found to take.
    dialect: Arc<Mutex<Dialect>>,
    transport: Arc<dyn Transport>,
}

impl OpenAiModel {
    /// A model; the server is not asked before the first request.
    pub fn new(config: OpenAiConfig, transport: Arc<dyn Transport>) -> Self {
        let tool_form = if config.takes_tools { ToolForm::Functions } else { ToolForm::Text };
        let OpenAiConfig { id, name, base_url, model, key, context_tokens, takes_tools } = config;
        let key = key.map(|key| key.trim().to_owned()).filter(|key| !key.is_empty());
        let server = Server { name: server_name(&base_url), model, key };
        let dialect = Arc::new(Mutex::new(Dialect::FULL));
        let connection = Connection { server, url: completions_url(&base_url), takes_tools, dialect, transport };
        Self { info: ModelInfo { id, name, context_tokens, tool_form }, connection }
    }
}

impl ChatModel for OpenAiModel {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn stream(&self, request: ModelRequest) -> BoxStream<'static, Result<ModelEvent, ModelError>> {
        let connection = self.connection.clone();
        let stream = async_stream::try_stream! {
            let mut response = connection.open(&request).await?;
            let calls_in_text = !connection.takes_tools && !request.tools.is_empty();
            let mut answer = Answer::new(connection.server.clone(), Assembler::new(call_ids(&request)), calls_in_text);
            while !answer.is_ended() {
                let mut events = Vec::new();
                let (outcome, is_last) = match response.body.next().await {
                    Some(Ok(bytes)) => (answer.feed(&bytes, &mut events), answer.is_ended()),
                    // Some servers hang up rudely once all is said.
                    Some(Err(_)) if answer.is_finished() => (Ok(()), true),
                    Some(Err(error)) => (Err(connection.server.unreachable(&error, true)), true),
                    None => (Ok(()), true),
                };
                let outcome = if is_last { outcome.and_then(|()| answer.finish(&mut events)) } else { outcome };
                for event in events {
                    yield event;
                }
                outcome?;
                if is_last {
                    break;
                }
            }
        };
        stream.boxed()
    }
}

impl Connection {
    /// Sends the request, again in a plainer form where the server refuses a habit of ours.
    async fn open(&self, request: &ModelRequest) -> Result<TransportResponse, ModelError> {
        let mut dialect = *self.dialect.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let form = Form { model: &self.server.model, takes_tools: self.takes_tools, dialect };
            let request =
                TransportRequest { url: self.url.clone(), key: self.server.key.clone(), body: form.body(request) };
            let response = self.transport.post(request).await;
            let mut response = response.map_err(|error| self.server.unreachable(&error, false))?;
            if (200..300).contains(&response.status) {
                return Ok(response);
            }
            let body = read_error(&mut response).await;
            let Some(plainer) = dialect.after(response.status, &body) else {
                return Err(self.server.refused(response.status, &body));
            };
            dialect = plainer;
            *self.dialect.lock().unwrap_or_else(PoisonError::into_inner) = plainer;
        }
    }
}

/// As much of the body as is needed and comes.
async fn read_error(response: &mut TransportResponse) -> String {
    let mut body = Vec::new();
    while let Some(Ok::<_, TransportError>(bytes)) = response.body.next().await {
        body.extend_from_slice(&bytes);
        if body.len() > MAX_ERROR_BODY {
            body.truncate(MAX_ERROR_BODY);
            break;
        }
    }
    String::from_utf8_lossy(&body).into_owned()
}

fn call_ids(request: &ModelRequest) -> impl Iterator<Item = String> {
    request.messages.iter().flat_map(|message| match message {
        Message::Assistant { calls, .. } => calls.iter().map(|call| call.id.clone()).collect(),
        Message::User { .. } | Message::Tool { .. } => Vec::new(),
    })
}

/// Forgives a trailing slash and the whole path, which people copy from examples.
fn completions_url(base_url: &str) -> String {
    let (path, query) =
        base_url.trim().split_once('?').map_or((base_url.trim(), None), |(path, query)| (path, Some(query)));
    let path = path.trim_end_matches('/').trim_end_matches("/chat/completions").trim_end_matches('/');
    match query {
        Some(query) => format!("{path}/chat/completions?{query}"),
        None => format!("{path}/chat/completions"),
    }
}

/// The base URL as it may be shown: a user's name, password and query can be secret.
fn server_name(base_url: &str) -> String {
    let url = base_url.trim().split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let host_end = rest.find('/').unwrap_or(rest.len());
    let host_start = rest[..host_end].rfind('@').map_or(0, |at| at + 1);
    format!("{scheme}://{}", &rest[host_start..])
}

#[cfg(test)]
mod tests {
    use super::{completions_url, server_name};

    #[test]
    fn addresses_are_forgiving_and_names_hold_no_secret() {
        for (base_url, url, name) in [
            ("http://a:1/v1", "http://a:1/v1/chat/completions", "http://a:1/v1"),
            (" http://a/v1/ ", "http://a/v1/chat/completions", "http://a/v1"),
            ("http://a/v1/chat/completions", "http://a/v1/chat/completions", "http://a/v1/chat/completions"),
            ("https://a/d?api-version=2", "https://a/d/chat/completions?api-version=2", "https://a/d"),
            ("https://me:secret@a/v1", "https://me:secret@a/v1/chat/completions", "https://a/v1"),
            ("a:1/v1", "a:1/v1/chat/completions", "a:1/v1"),
        ] {
            assert_eq!((completions_url(base_url).as_str(), server_name(base_url).as_str()), (url, name));
        }
    }
}
