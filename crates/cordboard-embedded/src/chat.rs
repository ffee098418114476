//! Talk without operations: the model's own words in its own chat format.

use cordboard_model::chat::Message;

use crate::engine::RunError;
use crate::engine::context::Context;
use crate::engine::llama::Branch;
use crate::engine::score::Engine;
use crate::engine::stop::Stop;
use crate::engine::vocabulary::Token;
use crate::explain::OWN_WORDS;

/// Longest answer, in tokens.
const LONGEST_ANSWER: usize = 200;
/// The part of a conversation that is read, in tokens.
const LONGEST_PAST: usize = 700;
/// What a token loses for standing in the answer already, and how far back that reaches.
const REPETITION_PENALTY: f32 = 1.3;
const REPETITION_REACH: usize = 64;

const SYSTEM: &str = "You are a helpful assistant. Answer briefly in one or two sentences.";

/// Answers a conversation; `hear` gets the text piece by piece. Returns the tokens read and written.
pub(crate) fn answer(
    engine: &Engine,
    messages: &[Message],
    stop: &Stop<'_>,
    hear: &mut dyn FnMut(String),
) -> Result<(usize, usize), RunError> {
    let prompt = prompt(engine, messages)?;
    let mut context = read(engine, None, &prompt)?;
    let mut written: Vec<Token> = Vec::new();
    let mut pending = Vec::new();
    while written.len() < LONGEST_ANSWER {
        stop.check()?;
        let token = likeliest(engine, &context, &written)?;
        if token == engine.vocabulary.message_end || token == engine.vocabulary.begin {
            break;
        }
        written.push(token);
        pending.extend_from_slice(engine.vocabulary.bytes(token));
        if let Some(text) = take_whole_characters(&mut pending) {
            hear(text);
        }
        context = read(engine, Some(&context), &[token])?;
    }
    Ok((prompt.len(), written.len()))
}

fn read(engine: &Engine, parent: Option<&Context>, tokens: &[Token]) -> Result<Context, RunError> {
    let mut contexts = engine.llama.read(&[Branch { parent, tokens }])?.contexts;
    contexts.pop().ok_or_else(|| RunError::Tokens("nothing was read".to_owned()))
}

/// The conversation in the chat format, its beginning left out when it is too long.
fn prompt(engine: &Engine, messages: &[Message]) -> Result<Vec<Token>, RunError> {
    let mut parts = Vec::new();
    let mut room = LONGEST_PAST;
    for message in messages.iter().rev() {
        let Some((role, text)) = spoken(message) else { continue };
        let mut tokens = part(engine, role, text)?;
        if tokens.len() > room {
            if !parts.is_empty() {
                break;
            }
            // The last message is always read, as far as it fits.
            tokens.truncate(room - 1);
            tokens.push(engine.vocabulary.message_end);
        }
        room -= tokens.len();
        parts.push(tokens);
    }
    let mut prompt = part(engine, "system", SYSTEM)?;
    prompt.extend(parts.into_iter().rev().flatten());
    prompt.push(engine.vocabulary.message_start);
    prompt.extend(engine.vocabulary.encode("assistant\n")?);
    Ok(prompt)
}

/// What the network reads of a conversation: what people said, and what it said itself. An answer that was put together
/// from a result is never read: the network would imitate it with contents of its own.
fn spoken(message: &Message) -> Option<(&'static str, &str)> {
    match message {
        Message::User { text } => Some(("user", text)),
        Message::Assistant { text, .. } => {
            let own = text.trim_start().strip_prefix(OWN_WORDS)?.trim();
            (!own.is_empty()).then_some(("assistant", own))
        }
        // Data of third parties is answered from, never talked about.
        Message::Tool { .. } => None,
    }
}

fn part(engine: &Engine, role: &str, text: &str) -> Result<Vec<Token>, RunError> {
    let mut tokens = vec![engine.vocabulary.message_start];
    tokens.extend(engine.vocabulary.encode(&format!("{role}\n{text}"))?);
    tokens.push(engine.vocabulary.message_end);
    tokens.extend(engine.vocabulary.encode("\n")?);
    Ok(tokens)
}

fn likeliest(engine: &Engine, context: &Context, written: &[Token]) -> Result<Token, RunError> {
    let mut scores = engine.llama.predictions(context.last_state())?;
    let mut recent = written.iter().rev().take(REPETITION_REACH).collect::<Vec<_>>();
    recent.sort_unstable();
    recent.dedup();
    for token in recent {
        let score = &mut scores[*token as usize];
        *score = if *score > 0.0 { *score / REPETITION_PENALTY } else { *score * REPETITION_PENALTY };
    }
    let best = scores.iter().zip(0u32..).max_by(|left, right| left.0.total_cmp(right.0));
    Ok(best.map_or(engine.vocabulary.message_end, |(_, token)| token))
}

/// Takes the bytes that make whole characters.
fn take_whole_characters(bytes: &mut Vec<u8>) -> Option<String> {
    let whole = match std::str::from_utf8(bytes) {
        Ok(text) => text.len(),
        // What cannot become a character any more is dropped.
        Err(error) if error.error_len().is_some() || bytes.len() > 8 => {
            let text = String::from_utf8_lossy(bytes).replace('\u{FFFD}', "");
            bytes.clear();
            return (!text.is_empty()).then_some(text);
        }
        Err(error) => error.valid_up_to(),
    };
    let rest = bytes.split_off(whole);
    let text = String::from_utf8(std::mem::replace(bytes, rest)).unwrap_or_default();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_networks_own_words_are_read_again() {
        let said = |text: &str| Message::Assistant { text: text.to_owned(), calls: Vec::new() };
        assert_eq!(spoken(&said("Here is what Company Handbook has under results:")), None);
        assert_eq!(spoken(&said(&format!("{OWN_WORDS}\n\nBlue."))), Some(("assistant", "Blue.")));
    }

    #[test]
    fn characters_wait_until_they_are_whole() {
        let mut bytes = "né".as_bytes()[..2].to_vec();
        assert_eq!(take_whole_characters(&mut bytes).as_deref(), Some("n"));
        bytes.push("é".as_bytes()[1]);
        assert_eq!(take_whole_characters(&mut bytes).as_deref(), Some("é"));
        assert_eq!(take_whole_characters(&mut bytes), None);
        let mut broken = vec![0xFF, b'a'];
        assert_eq!(take_whole_characters(&mut broken).as_deref(), Some("a"));
    }
}
