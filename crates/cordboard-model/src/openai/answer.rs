//! A server's answer as it arrives: bytes in, [`ModelEvent`]s out.
//!
//! Pure. Besides the stream that was asked for it reads a whole JSON answer, since some servers and proxies ignore
//! `stream`, and recognises a web page, which a wrong address gives.

use serde_json::Value;

use super::assemble::Assembler;
use super::fenced::{FenceReader, Part};
use super::refusal::{Server, looks_like_html, status_within};
use super::sse::{SseEvent, SseParser};
use crate::chat::{ModelError, ModelEvent};

/// The most bytes that one event, or an answer in one piece, may have.
const MAX_WAITING: usize = 8 * 1024 * 1024;
const END: &str = "[DONE]";

/// Reads one answer.
pub(crate) struct Answer {
    server: Server,
    body: Body,
    assembler: Assembler,
    /// Where calls are written in the text.
    fences: Option<FenceReader>,
    /// What was written, with the calls in it.
    raw: String,
    has_calls_in_text: bool,
    /// Whether anything but comments has come.
    began: bool,
    ended: bool,
}

/// The form of the body, which its first byte tells.
enum Body {
    Unknown,
    Events(SseParser),
    Whole(Vec<u8>),
}

impl Answer {
    pub(crate) fn new(server: Server, assembler: Assembler, calls_in_text: bool) -> Self {
        let fences = calls_in_text.then(FenceReader::default);
        Self {
            server,
            body: Body::Unknown,
            assembler,
            fences,
            raw: String::new(),
            has_calls_in_text: false,
            began: false,
            ended: false,
        }
    }

    /// Whether no more bytes need to be read.
    pub(crate) fn is_ended(&self) -> bool {
        self.ended
    }

    /// Whether the server said that its answer is complete.
    pub(crate) fn is_finished(&self) -> bool {
        self.ended || self.assembler.is_finished()
    }

    /// Adds to `out` what these bytes say; after an error the answer is over.
    pub(crate) fn feed(&mut self, bytes: &[u8], out: &mut Vec<ModelEvent>) -> Result<(), ModelError> {
        if matches!(self.body, Body::Unknown) {
            self.body = match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
                None => return Ok(()),
                Some(b'{' | b'[' | b'<') => Body::Whole(Vec::new()),
                Some(_) => Body::Events(SseParser::default()),
            };
        }
        let (events, waiting) = match &mut self.body {
            Body::Unknown => (Vec::new(), 0),
            Body::Events(parser) => (parser.feed(bytes), parser.waiting()),
            Body::Whole(whole) => {
                whole.extend_from_slice(bytes);
                (Vec::new(), whole.len())
            }
        };
        for event in &events {
            self.event(event, out)?;
        }
        if waiting > MAX_WAITING {
            return Err(self.server.broken(format!("sent more than {MAX_WAITING} bytes in one piece")));
        }
        Ok(())
    }

    /// The bytes have ended: gives the rest, or says that something is missing.
    pub(crate) fn finish(&mut self, out: &mut Vec<ModelEvent>) -> Result<(), ModelError> {
        match std::mem::replace(&mut self.body, Body::Unknown) {
            Body::Unknown => {}
            Body::Events(mut parser) => {
                if let Some(event) = parser.finish() {
                    self.event(&event, out)?;
                }
            }
            Body::Whole(whole) => self.whole(&String::from_utf8_lossy(&whole), out)?,
        }
        if let Some(fences) = &mut self.fences {
            let parts = fences.finish();
            self.parts(parts, out);
        }
        if !self.began {
            return Err(self.server.broken("closed the connection without an answer"));
        }
        if !self.is_finished() {
            return Err(self.server.broken("broke off in the middle of its answer"));
        }
        if self.has_calls_in_text {
            out.push(ModelEvent::Raw { text: std::mem::take(&mut self.raw) });
        }
        out.extend(self.assembler.finish()?);
        Ok(())
    }

    fn whole(&mut self, text: &str, out: &mut Vec<ModelEvent>) -> Result<(), ModelError> {
        if looks_like_html(text) {
            return Err(self.server.not_a_stream(text));
        }
        let values = values(text).map_err(|_| self.server.not_a_stream(text))?;
        for value in &values {
            if !value["choices"].is_array() && !says_error(value) {
                return Err(self.server.not_a_stream(text));
            }
            self.ended |= value["choices"][0]["message"].is_object();
            self.value(value, out)?;
        }
        Ok(())
    }

    fn event(&mut self, event: &SseEvent, out: &mut Vec<ModelEvent>) -> Result<(), ModelError> {
        let data = event.data.trim();
        if event.name == "error" {
            return Err(self.refused(&serde_json::from_str(data).unwrap_or_else(|_| data.into())));
        }
        let (data, ends) = data.strip_suffix(END).map_or((data, false), |data| (data, true));
        self.began |= ends;
        let values = values(data).map_err(|_| self.server.not_a_stream(data))?;
        for value in &values {
            self.value(value, out)?;
        }
        self.ended |= ends;
        Ok(())
    }

    fn value(&mut self, value: &Value, out: &mut Vec<ModelEvent>) -> Result<(), ModelError> {
        self.began = true;
        if says_error(value) {
            return Err(self.refused(value));
        }
        for event in self.assembler.chunk(value) {
            match (event, &mut self.fences) {
                (ModelEvent::Text { text }, Some(fences)) => {
                    self.raw.push_str(&text);
                    let parts = fences.feed(&text);
                    self.parts(parts, out);
                }
                (event, _) => out.push(event),
            }
        }
        Ok(())
    }

    fn parts(&mut self, parts: Vec<Part>, out: &mut Vec<ModelEvent>) {
        for part in parts {
            match part {
                Part::Text(text) => out.push(ModelEvent::Text { text }),
                Part::Call { tool, arguments } => {
                    self.has_calls_in_text = true;
                    self.assembler.add_whole(tool, arguments);
                }
            }
        }
    }

    /// The status was that of success when the stream began, so the error's own counts if it has one.
    fn refused(&self, error: &Value) -> ModelError {
        self.server.refused_with(status_within(error).unwrap_or(200), error)
    }
}

/// One value, or several where a server forgets the blank lines between its events.
fn values(text: &str) -> Result<Vec<Value>, serde_json::Error> {
    serde_json::Deserializer::from_str(text).into_iter().collect()
}

/// Errors have a field `error`; vLLM's and Mistral's once had `object: "error"`, and Gemini's stand in a list.
fn says_error(value: &Value) -> bool {
    let value = value.get(0).unwrap_or(value);
    !value["error"].is_null() || value["object"] == "error"
}
