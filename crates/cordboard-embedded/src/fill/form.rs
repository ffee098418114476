//! The form that the network reads: how likely is a value, or a stretch of the request, behind a parameter's line?

use crate::engine::RunError;
use crate::engine::context::Context;
use crate::engine::score::{Continuation, Engine};
use crate::engine::stop::Stop;
use crate::engine::vocabulary::Token;
use crate::words::{Word, identifier_words};

use super::slot::Slot;

/// Filled forms that show how it is done; with absent values and a list among them.
pub(crate) const FILLED_FORMS: &str = "\
Request: I want to rent a small car in Oslo from May 3 to May 9
Form: rent car
city (Where to pick up the car): Oslo
driver (Name of the driver): not given
start (First day): May 3
days (How many days. Leave out when not said): not given
size (Size of the car): small

Request: Send \"running late\" to Tom and Jane please
Form: send message
recipients (Who gets the message): Tom, Jane
text (What the message says): running late
urgent (Whether it cannot wait): not given

Request: what does the guide say about feeding cats at night?
Form: search guide
query (Words to look for): feeding cats at night
author (Who wrote it): not given
page (Number of the page): not given

";
/// The longest stretch of a request that may be copied, in words.
const LONGEST_SPAN: usize = 9;
/// Beginnings of stretches that are followed up, the likeliest ones.
const STARTS: usize = 5;
/// As much of a quotation is copied, in words.
const LONGEST_QUOTE: usize = 40;
const NOT_GIVEN: &str = "not given";

/// A stretch of the request, `first..end` in words, as a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span {
    pub(crate) first: usize,
    pub(crate) end: usize,
    pub(crate) score: f32,
}

/// A form that was begun for one request and one operation.
pub(crate) struct Form<'a> {
    engine: &'a Engine,
    stop: &'a Stop<'a>,
    begun: Context,
    pieces: Vec<Piece>,
    line_end: Token,
}

/// A line of the form, waiting for its value.
pub(crate) struct Line {
    context: Context,
    /// How likely the line stays empty.
    pub(crate) not_given: f32,
}

/// A word's tokens at the beginning of a stretch, and behind the word before it.
struct Piece {
    opening: Vec<Token>,
    following: Vec<Token>,
    opens_sentence: bool,
}

impl<'a> Form<'a> {
    pub(crate) fn begin(
        engine: &'a Engine,
        filled_forms: &Context,
        request: &str,
        words: &[Word],
        operation: &str,
        stop: &'a Stop<'a>,
    ) -> Result<Self, RunError> {
        let name = identifier_words(operation).join(" ");
        let line = request.split_whitespace().collect::<Vec<_>>().join(" ");
        let begun = engine.extend(filled_forms, &format!("Request: {line}\nForm: {name}\n"))?;
        let mut pieces = Vec::with_capacity(words.len());
        let mut previous_end = 0;
        for word in words {
            let between = request[previous_end..word.end].replace('\n', " ");
            pieces.push(Piece {
                opening: engine.vocabulary.encode(&format!(" {}", word.text))?,
                following: engine.vocabulary.encode(&between)?,
                opens_sentence: word.opens,
            });
            previous_end = word.end;
        }
        let line_end = engine.vocabulary.encode("\n")?.first().copied().unwrap_or_default();
        Ok(Self { engine, stop, begun, pieces, line_end })
    }

    /// Reads each parameter's line.
    pub(crate) fn lines(&self, slots: &[&Slot]) -> Result<Vec<Line>, RunError> {
        let texts = slots.iter().map(|slot| slot.line()).collect::<Vec<_>>();
        let contexts = self.engine.read_all(Some(&self.begun), &texts, self.stop)?;
        let tokens = self.value_tokens(NOT_GIVEN)?;
        let empty = contexts.iter().map(|context| Continuation { context, tokens: &tokens }).collect::<Vec<_>>();
        let scores = self.engine.log_probabilities(&empty, None, self.stop)?;
        let scores = scores.iter().map(|row| row.iter().map(|(own, _)| own).sum::<f32>()).collect::<Vec<_>>();
        Ok(contexts.into_iter().zip(scores).map(|(context, not_given)| Line { context, not_given }).collect())
    }

    /// How likely each value is behind each line, as `[line][value]`; relative to the line staying empty.
    pub(crate) fn values(&self, asked: &[(&Line, Vec<String>)]) -> Result<Vec<Vec<f32>>, RunError> {
        let mut tokens = Vec::new();
        for (line, values) in asked {
            for value in values {
                tokens.push((*line, self.value_tokens(value)?));
            }
        }
        let continuations =
            tokens.iter().map(|(line, tokens)| Continuation { context: &line.context, tokens }).collect::<Vec<_>>();
        let scores = self.engine.log_probabilities(&continuations, None, self.stop)?;
        let mut sums = scores.iter().map(|row| row.iter().map(|(own, _)| own).sum::<f32>());
        Ok(asked
            .iter()
            .map(|(line, values)| sums.by_ref().take(values.len()).map(|sum| sum - line.not_given).collect())
            .collect())
    }

    /// Stretches of the request behind each line, with how likely they are relative to the line staying empty.
    /// Followed up are the likeliest of `starts`, each line's own `sure_starts`, and quoted stretches to their end.
    pub(crate) fn spans(
        &self,
        lines: &[&Line],
        starts: &[usize],
        sure_starts: &[Vec<usize>],
        quotes: &[(usize, usize)],
    ) -> Result<Vec<Vec<Span>>, RunError> {
        let mut branches = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            let mut followed = self.likely_starts(line, starts)?;
            followed.extend(sure_starts[index].iter().filter(|start| !followed.contains(start)).collect::<Vec<_>>());
            branches.extend(followed.into_iter().map(|first| (index, self.branch(first, None))));
            for (first, end) in quotes {
                branches.push((index, self.branch(*first, Some((*end).min(first + LONGEST_QUOTE)))));
            }
        }
        let continuations = branches
            .iter()
            .map(|(index, branch)| Continuation { context: &lines[*index].context, tokens: &branch.tokens })
            .collect::<Vec<_>>();
        let scores = self.engine.log_probabilities(&continuations, Some(self.line_end), self.stop)?;
        let mut spans = vec![Vec::new(); lines.len()];
        for ((index, branch), row) in branches.iter().zip(&scores) {
            let mut sum = 0.0;
            let mut ends = branch.ends.iter().zip(branch.first + 1..).peekable();
            for (position, (own, line_end)) in row.iter().enumerate() {
                sum += own;
                if let Some((_, end)) = ends.next_if(|(at, _)| **at == position + 1) {
                    let score = sum + line_end - lines[*index].not_given;
                    spans[*index].push(Span { first: branch.first, end, score });
                }
            }
        }
        Ok(spans)
    }

    /// The words with which the value most likely begins.
    fn likely_starts(&self, line: &Line, starts: &[usize]) -> Result<Vec<usize>, RunError> {
        let firsts = starts.iter().map(|start| self.pieces[*start].opening[0]).collect::<Vec<_>>();
        let scores = self.engine.next_tokens(&line.context, &firsts)?;
        let mut ranked = starts.iter().copied().zip(scores).collect::<Vec<_>>();
        ranked.sort_by(|left, right| right.1.total_cmp(&left.1));
        Ok(ranked.into_iter().take(STARTS).map(|(start, _)| start).collect())
    }

    fn branch(&self, first: usize, until: Option<usize>) -> SpanBranch {
        let mut branch = SpanBranch { first, tokens: self.pieces[first].opening.clone(), ends: Vec::new() };
        branch.ends.push(branch.tokens.len());
        let more = until.unwrap_or(first + LONGEST_SPAN) - first - 1;
        let pieces = self.pieces.iter().skip(first + 1).take(more);
        for piece in pieces.take_while(|piece| until.is_some() || !piece.opens_sentence) {
            branch.tokens.extend_from_slice(&piece.following);
            branch.ends.push(branch.tokens.len());
        }
        branch
    }

    fn value_tokens(&self, value: &str) -> Result<Vec<Token>, RunError> {
        let mut tokens = self.engine.vocabulary.encode(&format!(" {value}"))?;
        tokens.push(self.line_end);
        Ok(tokens)
    }
}

/// Tokens from one word on, with the places where words end.
struct SpanBranch {
    first: usize,
    tokens: Vec<Token>,
    ends: Vec<usize>,
}
