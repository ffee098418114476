//! What the network says about texts: probabilities of continuations, many at once.

use rayon::prelude::*;

use super::RunError;
use super::context::Context;
use super::kernels::{log_sum_exp, vectorised};
use super::llama::{Branch, Llama};
use super::stop::Stop;
use super::vocabulary::{Token, Vocabulary};

/// Tokens read at once; also how long a dropped request may go on.
const BATCH_TOKENS: usize = 256;
/// States compared with the whole vocabulary at once: 64 of them make 12 MB.
const PREDICTION_ROWS: usize = 64;

/// The network with its vocabulary and threads.
pub(crate) struct Engine {
    pub(crate) llama: Llama,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) threads: rayon::ThreadPool,
}

/// Asks a state how likely some tokens come next.
struct Probe<'a> {
    state: &'a [f32],
    tokens: &'a [Token],
}

/// A continuation whose probability is wanted.
pub(crate) struct Continuation<'a> {
    pub(crate) context: &'a Context,
    pub(crate) tokens: &'a [Token],
}

impl Engine {
    /// Runs `work` on the engine's own threads.
    pub(crate) fn run<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        self.threads.install(work)
    }

    /// Reads a text from its beginning.
    pub(crate) fn begin(&self, text: &str) -> Result<Context, RunError> {
        let mut tokens = vec![self.vocabulary.begin];
        tokens.extend(self.vocabulary.encode(text)?);
        self.only(None, &tokens)
    }

    /// Reads more of a text.
    pub(crate) fn extend(&self, context: &Context, text: &str) -> Result<Context, RunError> {
        self.only(Some(context), &self.vocabulary.encode(text)?)
    }

    fn only(&self, parent: Option<&Context>, tokens: &[Token]) -> Result<Context, RunError> {
        let mut contexts = self.llama.read(&[Branch { parent, tokens }])?.contexts;
        contexts.pop().ok_or_else(|| RunError::Tokens("nothing was read".to_owned()))
    }

    /// Reads many texts, each from its beginning or from `parent`.
    pub(crate) fn read_all(
        &self,
        parent: Option<&Context>,
        texts: &[String],
        stop: &Stop<'_>,
    ) -> Result<Vec<Context>, RunError> {
        let mut tokens = Vec::with_capacity(texts.len());
        for text in texts {
            let mut of_text = if parent.is_none() { vec![self.vocabulary.begin] } else { Vec::new() };
            of_text.extend(self.vocabulary.encode(text)?);
            tokens.push(of_text);
        }
        let mut contexts = Vec::with_capacity(texts.len());
        for group in groups(&tokens, Vec::len) {
            stop.check()?;
            let branches = group.iter().map(|tokens| Branch { parent, tokens }).collect::<Vec<_>>();
            contexts.extend(self.llama.read(&branches)?.contexts);
        }
        Ok(contexts)
    }

    /// Per continuation and token: the logarithm of its probability. `aside` is a further token whose probability is
    /// wanted after every token (it comes second).
    pub(crate) fn log_probabilities(
        &self,
        continuations: &[Continuation<'_>],
        aside: Option<Token>,
        stop: &Stop<'_>,
    ) -> Result<Vec<Vec<(f32, f32)>>, RunError> {
        let mut all = Vec::with_capacity(continuations.len());
        for group in groups(continuations, |continuation| continuation.tokens.len()) {
            stop.check()?;
            all.extend(self.group_probabilities(group, aside)?);
        }
        Ok(all)
    }

    fn group_probabilities(
        &self,
        group: &[Continuation<'_>],
        aside: Option<Token>,
    ) -> Result<Vec<Vec<(f32, f32)>>, RunError> {
        // Nothing is asked of the last token's state unless it predicts the token aside.
        let unread = usize::from(aside.is_none());
        let branches = group
            .iter()
            .map(|one| Branch {
                parent: Some(one.context),
                tokens: &one.tokens[..one.tokens.len() - unread.min(one.tokens.len())],
            })
            .collect::<Vec<_>>();
        let states = if branches.iter().all(|branch| branch.tokens.is_empty()) {
            vec![Vec::new(); group.len()]
        } else {
            self.llama.read(&branches)?.states
        };
        let width = self.llama.width();
        let targets = group.iter().map(|one| targets(one.tokens, aside)).collect::<Vec<_>>();
        let mut probes = Vec::new();
        for ((one, states), targets) in group.iter().zip(&states).zip(&targets) {
            let rows = std::iter::once(one.context.last_state()).chain(states.chunks_exact(width));
            probes.extend(rows.zip(targets).map(|(state, tokens)| Probe { state, tokens }));
        }
        let mut answers = self.probe(&probes)?.into_iter();
        Ok(group
            .iter()
            .map(|one| {
                let rows = answers.by_ref().take(one.tokens.len() + 1 - unread).collect::<Vec<_>>();
                collect(&rows, one.tokens.len(), aside.is_some())
            })
            .collect())
    }

    /// The first tokens' log probabilities after each context.
    pub(crate) fn next_tokens(&self, context: &Context, tokens: &[Token]) -> Result<Vec<f32>, RunError> {
        Ok(self.probe(&[Probe { state: context.last_state(), tokens }])?.pop().unwrap_or_default())
    }

    fn probe(&self, probes: &[Probe<'_>]) -> Result<Vec<Vec<f32>>, RunError> {
        let mut answers = Vec::with_capacity(probes.len());
        for rows in probes.chunks(PREDICTION_ROWS) {
            let states = rows.iter().flat_map(|probe| probe.state).copied().collect::<Vec<_>>();
            let predictions = self.llama.predictions(&states)?;
            let found = predictions.par_chunks(self.vocabulary.len()).zip(rows.par_iter()).map(|(row, probe)| {
                let total = vectorised(
                    #[inline(always)]
                    || log_sum_exp(row),
                );
                probe.tokens.iter().map(|token| row[*token as usize] - total).collect::<Vec<_>>()
            });
            answers.extend(found.collect::<Vec<_>>());
        }
        Ok(answers)
    }
}

/// Per state: which tokens are asked for.
fn targets(tokens: &[Token], aside: Option<Token>) -> Vec<Vec<Token>> {
    let mut targets = tokens.iter().map(|token| vec![*token]).collect::<Vec<_>>();
    if let Some(aside) = aside {
        targets.push(Vec::new());
        targets.iter_mut().skip(1).for_each(|wanted| wanted.push(aside));
    }
    targets
}

/// Per token: its own log probability and that of the token aside after it.
fn collect(rows: &[Vec<f32>], tokens: usize, with_aside: bool) -> Vec<(f32, f32)> {
    (0..tokens)
        .map(|index| {
            let own = rows.get(index).and_then(|row| row.first()).copied().unwrap_or(f32::NEG_INFINITY);
            let aside = rows.get(index + 1).and_then(|row| row.last()).copied().filter(|_| with_aside);
            (own, aside.unwrap_or(0.0))
        })
        .collect()
}

/// Neighbours that together stay within one batch.
fn groups<T>(items: &[T], size: impl Fn(&T) -> usize) -> Vec<&[T]> {
    let mut groups = Vec::new();
    let mut rest = items;
    while !rest.is_empty() {
        let mut tokens = 0;
        let count = rest.iter().take_while(|item| {
            tokens += size(item);
            tokens <= BATCH_TOKENS
        });
        let (group, others) = rest.split_at(count.count().max(1));
        groups.push(group);
        rest = others;
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_stay_within_a_batch() {
        let sizes = [100, 100, 100, 300, 10];
        let groups = groups(&sizes, |size| *size);
        assert_eq!(groups, [&[100, 100][..], &[100], &[300], &[10]]);
    }

    #[test]
    fn each_token_and_the_token_aside() {
        assert_eq!(targets(&[7, 8], None), [vec![7], vec![8]]);
        assert_eq!(targets(&[7, 8], Some(1)), [vec![7], vec![8, 1], vec![1]]);
        let rows = [vec![-1.0], vec![-2.0, -5.0], vec![-6.0]];
        assert_eq!(collect(&rows, 2, true), [(-1.0, -5.0), (-2.0, -6.0)]);
        assert_eq!(collect(&rows[..2], 2, false), [(-1.0, 0.0), (-2.0, 0.0)]);
    }
}
