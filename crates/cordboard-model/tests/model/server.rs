//! A model server that answers from memory, in pieces of any size.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use cordboard_domain::id::ModelId;
use cordboard_model::chat::{ChatModel, ModelError, ModelEvent, ModelRequest};
use cordboard_model::openai::{OpenAiConfig, OpenAiModel};
use cordboard_model::transport::{Transport, TransportError, TransportRequest, TransportResponse};
use futures::executor::block_on;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use serde_json::Value;

pub(crate) const KEY: &str = "sk-secret-1";

/// What the server does with one request.
#[derive(Clone)]
pub(crate) enum Reply {
    Answer {
        status: u16,
        body: Vec<u8>,
        piece: usize,
    },
    /// As `Answer` with status 200, and then the connection breaks.
    BreakAfter {
        body: Vec<u8>,
        problem: &'static str,
    },
    NoConnection(&'static str),
}

impl Reply {
    pub(crate) fn answer(status: u16, body: &str) -> Self {
        Self::Answer { status, body: body.into(), piece: usize::MAX }
    }
}

/// Gives its replies in order and keeps the requests.
pub(crate) struct FakeServer {
    replies: Mutex<VecDeque<Reply>>,
    requests: Mutex<Vec<TransportRequest>>,
}

impl FakeServer {
    pub(crate) fn new(replies: impl IntoIterator<Item = Reply>) -> Arc<Self> {
        Arc::new(Self { replies: Mutex::new(replies.into_iter().collect()), requests: Mutex::default() })
    }

    pub(crate) fn requests(&self) -> Vec<TransportRequest> {
        self.requests.lock().expect("no test panics while it holds the lock").clone()
    }

    pub(crate) fn bodies(&self) -> Vec<Value> {
        self.requests().into_iter().map(|request| request.body).collect()
    }

    pub(crate) fn model(self: &Arc<Self>, config: OpenAiConfig) -> OpenAiModel {
        OpenAiModel::new(config, Arc::<Self>::clone(self))
    }
}

impl Transport for FakeServer {
    fn post(&self, request: TransportRequest) -> BoxFuture<'static, Result<TransportResponse, TransportError>> {
        self.requests.lock().expect("no test panics while it holds the lock").push(request);
        let reply = self
            .replies
            .lock()
            .expect("no test panics while it holds the lock")
            .pop_front()
            .expect("a reply for every request");
        async move {
            let (status, body, piece, end) = match reply {
                Reply::Answer { status, body, piece } => (status, body, piece, None),
                Reply::BreakAfter { body, problem } => (200, body, usize::MAX, Some(problem)),
                Reply::NoConnection(problem) => return Err(TransportError(problem.to_owned())),
            };
            let pieces: Vec<_> = body.chunks(piece).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
            let end = end.map(|problem| Err(TransportError(problem.to_owned())));
            Ok(TransportResponse { status, body: futures::stream::iter(pieces.into_iter().chain(end)).boxed() })
        }
        .boxed()
    }
}

pub(crate) fn config() -> OpenAiConfig {
    OpenAiConfig {
        id: ModelId("test".to_owned()),
        name: "Test".to_owned(),
        base_url: "http://model.test/v1".to_owned(),
        model: "test-1".to_owned(),
        key: Some(KEY.to_owned()),
        context_tokens: 4096,
        takes_tools: true,
    }
}

pub(crate) fn ask(model: &dyn ChatModel, request: ModelRequest) -> Vec<Result<ModelEvent, ModelError>> {
    block_on(model.stream(request).collect())
}

/// One line for each event.
pub(crate) fn render(events: &[Result<ModelEvent, ModelError>]) -> String {
    let lines = events.iter().map(|event| match event {
        Ok(ModelEvent::Progress { label }) => format!("progress {label}\n"),
        Ok(ModelEvent::Considered { consideration }) => format!("considered {}\n", consideration.outcome),
        Ok(ModelEvent::Text { text }) => format!("text {text:?}\n"),
        Ok(ModelEvent::Call { call }) => format!("call {} {} {}\n", call.id, call.name, call.arguments),
        Ok(ModelEvent::Raw { text }) => format!("raw {text:?}\n"),
        Ok(ModelEvent::Usage { input_tokens, output_tokens }) => format!("usage {input_tokens} {output_tokens}\n"),
        Err(error) => format!("error {error}\n"),
    });
    lines.collect()
}
