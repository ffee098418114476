//! The network: a Llama that reads many branches of a tree of texts at once.
//!
//! All tokens of all branches go through the matrices as one batch without padding; only attention looks at each
//! branch's own past.

use candle_core::{Device, Tensor};
use rayon::prelude::*;

use super::RunError;
use super::context::{Context, Segment};
use super::kernels::{add_scaled, dot, rms_norm, rotate, silu_gate, softmax, vectorised};
use super::load::{Dimensions, LoadError, ModelFile};
use super::vocabulary::Token;

/// Positions beyond this are never read, whatever the file says.
const LONGEST_TEXT: usize = 8192;

/// The weights, in 32 bits.
pub(crate) struct Llama {
    dimensions: Dimensions,
    /// One row per token; also what the states are compared with to predict the next token.
    embeddings: Tensor,
    layers: Vec<Layer>,
    last_norm: Vec<f32>,
    /// Cosines and sines of each position's angles.
    cosines: Vec<f32>,
    sines: Vec<f32>,
}

struct Layer {
    attention_norm: Vec<f32>,
    /// Queries, keys and values one below the other.
    query_key_value: Tensor,
    attention_out: Tensor,
    feed_norm: Vec<f32>,
    gate_and_up: Tensor,
    down: Tensor,
}

/// New tokens after a text that was read before.
pub(crate) struct Branch<'a> {
    pub(crate) parent: Option<&'a Context>,
    pub(crate) tokens: &'a [Token],
}

/// What came of reading branches.
pub(crate) struct Reading {
    /// Per branch, one state per token: final and normed.
    pub(crate) states: Vec<Vec<f32>>,
    /// Per branch, for further reading.
    pub(crate) contexts: Vec<Context>,
}

impl Llama {
    pub(crate) fn read_from(file: &ModelFile) -> Result<Self, LoadError> {
        let dimensions = file.dimensions()?;
        let layers = (0..dimensions.layers).into_par_iter().map(|index| Layer::read_from(file, index));
        let layers = layers.collect::<Result<Vec<_>, _>>()?;
        let (cosines, sines) = angles(&dimensions);
        let embeddings = file.stacked(&["token_embd.weight".to_owned()])?;
        Ok(Self { embeddings, layers, last_norm: file.vector("output_norm.weight")?, cosines, sines, dimensions })
    }

    /// How many numbers describe a token.
    pub(crate) fn width(&self) -> usize {
        self.dimensions.width
    }

    /// The longest text that can be read, in tokens.
    pub(crate) fn longest_text(&self) -> usize {
        self.dimensions.context.min(LONGEST_TEXT)
    }

    /// Reads all branches at once.
    pub(crate) fn read(&self, branches: &[Branch<'_>]) -> Result<Reading, RunError> {
        let batch = Batch::new(branches, self.longest_text());
        if batch.rows() == 0 {
            return Err(RunError::Tokens("it is empty".to_owned()));
        }
        let mut states = self.embed(&batch.tokens)?;
        let mut kept = Vec::with_capacity(self.layers.len());
        for (index, layer) in self.layers.iter().enumerate() {
            let (keys, values) = self.attend(layer, index, &batch, &mut states)?;
            self.feed(layer, &mut states)?;
            kept.push((keys, values));
        }
        let states = normed(&states, &self.last_norm, self.dimensions.epsilon);
        Ok(self.sort_out(branches, &batch, &states, &kept))
    }

    /// For each state, how strongly it predicts each token; rows of the vocabulary's length.
    pub(crate) fn predictions(&self, states: &[f32]) -> Result<Vec<f32>, RunError> {
        product(states.to_vec(), self.dimensions.width, &self.embeddings)
    }

    /// The rows of the table of tokens, one after the other.
    pub(crate) fn embed(&self, tokens: &[Token]) -> Result<Vec<f32>, RunError> {
        let rows = Tensor::from_slice(tokens, tokens.len(), &Device::Cpu)?;
        Ok(self.embeddings.index_select(&rows, 0)?.flatten_all()?.to_vec1()?)
    }

    /// The mean row of the table of tokens.
    pub(crate) fn mean_embedding(&self) -> Result<Vec<f32>, RunError> {
        Ok(self.embeddings.mean(0)?.to_vec1()?)
    }

    /// Adds what the tokens draw from their past; returns their keys and values.
    fn attend(
        &self,
        layer: &Layer,
        index: usize,
        batch: &Batch<'_>,
        states: &mut [f32],
    ) -> Result<(Vec<f32>, Vec<f32>), RunError> {
        let width = self.dimensions.width;
        let normed = normed(states, &layer.attention_norm, self.dimensions.epsilon);
        let mixed = product(normed, width, &layer.query_key_value)?;
        let (queries, keys, values) = self.split(&mixed, batch);
        let mut drawn = vec![0.0; states.len()];
        drawn.par_chunks_mut(width).zip(queries.par_chunks(width)).enumerate().for_each_init(
            Vec::new,
            |scores, (row, (out, query))| {
                let past = batch.past(row, index, &keys, &values, self.kv_width());
                vectorised(
                    #[inline(always)]
                    || self.attend_one(query, &past, scores, out),
                );
            },
        );
        let added = product(drawn, width, &layer.attention_out)?;
        add(states, &added);
        Ok((keys, values))
    }

    /// Attention of one token: every head over every piece of the past.
    #[allow(clippy::inline_always)] // see `kernels`
    #[inline(always)]
    fn attend_one(&self, query: &[f32], past: &[(&[f32], &[f32])], scores: &mut Vec<f32>, out: &mut [f32]) {
        let size = self.head_size();
        let kv_width = self.kv_width();
        let group = self.dimensions.heads / self.dimensions.kv_heads * size;
        let scale = 1.0 / small(size).sqrt();
        for kv_head in 0..self.dimensions.kv_heads {
            let from = kv_head * size;
            for head in (kv_head * group..(kv_head + 1) * group).step_by(size) {
                let query = &query[head..head + size];
                scores.clear();
                for (keys, _) in past {
                    scores.extend(keys.chunks_exact(kv_width).map(|key| dot(query, &key[from..from + size]) * scale));
                }
                softmax(scores);
                let values = past.iter().flat_map(|(_, values)| values.chunks_exact(kv_width));
                for (weight, value) in scores.iter().zip(values) {
                    add_scaled(&mut out[head..head + size], *weight, &value[from..from + size]);
                }
            }
        }
    }

    /// Queries, keys and values, the first two turned by their positions.
    fn split(&self, mixed: &[f32], batch: &Batch<'_>) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
        let (width, kv_width, half) = (self.dimensions.width, self.kv_width(), self.head_size() / 2);
        let mut queries = Vec::with_capacity(batch.rows() * width);
        let mut keys = Vec::with_capacity(batch.rows() * kv_width);
        let mut values = Vec::with_capacity(batch.rows() * kv_width);
        for (row, position) in mixed.chunks_exact(width + 2 * kv_width).zip(&batch.positions) {
            queries.extend_from_slice(&row[..width]);
            keys.extend_from_slice(&row[width..width + kv_width]);
            values.extend_from_slice(&row[width + kv_width..]);
            let angles = position * half..(position + 1) * half;
            let (cosines, sines) = (&self.cosines[angles.clone()], &self.sines[angles]);
            let (query_start, key_start) = (queries.len() - width, keys.len() - kv_width);
            rotate(&mut queries[query_start..], cosines, sines);
            rotate(&mut keys[key_start..], cosines, sines);
        }
        (queries, keys, values)
    }

    /// Adds the feed-forward part.
    fn feed(&self, layer: &Layer, states: &mut [f32]) -> Result<(), RunError> {
        let width = self.dimensions.width;
        let normed = normed(states, &layer.feed_norm, self.dimensions.epsilon);
        let both = product(normed, width, &layer.gate_and_up)?;
        let inner = layer.down.dim(1)?;
        let mut gated = vec![0.0; both.len() / 2];
        gated.par_chunks_mut(inner).zip(both.par_chunks(2 * inner)).for_each(|(out, row)| {
            vectorised(
                #[inline(always)]
                || silu_gate(row, out),
            );
        });
        let added = product(gated, inner, &layer.down)?;
        add(states, &added);
        Ok(())
    }

    /// Gives each branch its part of the batch.
    fn sort_out(
        &self,
        branches: &[Branch<'_>],
        batch: &Batch<'_>,
        states: &[f32],
        kept: &[(Vec<f32>, Vec<f32>)],
    ) -> Reading {
        let (width, kv_width) = (self.dimensions.width, self.kv_width());
        let mut reading = Reading { states: Vec::new(), contexts: Vec::new() };
        for (branch, (first, length)) in branches.iter().zip(&batch.spans) {
            let own = states[first * width..(first + length) * width].to_vec();
            let cut = |rows: &Vec<f32>| rows[first * kv_width..(first + length) * kv_width].to_vec();
            let last_state = match length {
                0 => branch.parent.map(|parent| parent.last_state().to_vec()).unwrap_or_default(),
                _ => own[(length - 1) * width..].to_vec(),
            };
            reading.contexts.push(Context::new(Segment {
                parent: branch.parent.cloned(),
                start: branch.parent.map_or(0, Context::end),
                length: *length,
                keys: kept.iter().map(|(keys, _)| cut(keys)).collect(),
                values: kept.iter().map(|(_, values)| cut(values)).collect(),
                last_state,
            }));
            reading.states.push(own);
        }
        reading
    }

    fn head_size(&self) -> usize {
        self.dimensions.width / self.dimensions.heads
    }

    fn kv_width(&self) -> usize {
        self.head_size() * self.dimensions.kv_heads
    }
}

impl Layer {
    fn read_from(file: &ModelFile, index: usize) -> Result<Self, LoadError> {
        let name = |part: &str| format!("blk.{index}.{part}.weight");
        Ok(Self {
            attention_norm: file.vector(&name("attn_norm"))?,
            query_key_value: file.stacked(&[name("attn_q"), name("attn_k"), name("attn_v")])?,
            attention_out: file.stacked(&[name("attn_output")])?,
            feed_norm: file.vector(&name("ffn_norm"))?,
            gate_and_up: file.stacked(&[name("ffn_gate"), name("ffn_up")])?,
            down: file.stacked(&[name("ffn_down")])?,
        })
    }
}

/// All branches' tokens in one row.
struct Batch<'a> {
    tokens: Vec<Token>,
    positions: Vec<usize>,
    /// Which branch each token belongs to.
    owners: Vec<usize>,
    /// Per branch, its first row and the number of its rows.
    spans: Vec<(usize, usize)>,
    /// Per branch, what was read before.
    chains: Vec<Vec<&'a Segment>>,
}

impl<'a> Batch<'a> {
    /// What does not fit into `longest` tokens is left out.
    fn new(branches: &'a [Branch<'a>], longest: usize) -> Self {
        let mut batch = Self {
            tokens: Vec::new(),
            positions: Vec::new(),
            owners: Vec::new(),
            spans: Vec::new(),
            chains: Vec::new(),
        };
        for (owner, branch) in branches.iter().enumerate() {
            let start = branch.parent.map_or(0, Context::end);
            let length = branch.tokens.len().min(longest.saturating_sub(start));
            batch.spans.push((batch.tokens.len(), length));
            batch.tokens.extend_from_slice(&branch.tokens[..length]);
            batch.positions.extend(start..start + length);
            batch.owners.extend(std::iter::repeat_n(owner, length));
            batch.chains.push(branch.parent.map(Context::chain).unwrap_or_default());
        }
        batch
    }

    fn rows(&self) -> usize {
        self.tokens.len()
    }

    /// Keys and values of everything that the token in `row` may look at, itself last.
    fn past<'b>(
        &'b self,
        row: usize,
        layer: usize,
        keys: &'b [f32],
        values: &'b [f32],
        kv_width: usize,
    ) -> Vec<(&'b [f32], &'b [f32])> {
        let owner = self.owners[row];
        let own = self.spans[owner].0 * kv_width..(row + 1) * kv_width;
        let shared = self.chains[owner].iter();
        let shared = shared.map(|segment| (segment.keys[layer].as_slice(), segment.values[layer].as_slice()));
        shared.chain(std::iter::once((&keys[own.clone()], &values[own]))).collect()
    }
}

/// Each row times the matrix, whose rows are the outputs.
fn product(rows: Vec<f32>, width: usize, matrix: &Tensor) -> Result<Vec<f32>, RunError> {
    let count = rows.len() / width;
    let rows = Tensor::from_vec(rows, (count, width), &Device::Cpu)?;
    Ok(rows.matmul(&matrix.t()?)?.flatten_all()?.to_vec1()?)
}

fn normed(states: &[f32], weight: &[f32], epsilon: f32) -> Vec<f32> {
    let mut out = vec![0.0; states.len()];
    let width = weight.len();
    vectorised(
        #[inline(always)]
        || {
            for (row, target) in states.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
                rms_norm(row, weight, epsilon, target);
            }
        },
    );
    out
}

fn add(states: &mut [f32], added: &[f32]) {
    for (state, more) in states.iter_mut().zip(added) {
        *state += more;
    }
}

fn angles(dimensions: &Dimensions) -> (Vec<f32>, Vec<f32>) {
    let size = dimensions.width / dimensions.heads;
    let mut cosines = Vec::new();
    let mut sines = Vec::new();
    for position in 0..dimensions.context.min(LONGEST_TEXT) {
        for pair in 0..size / 2 {
            let angle = small(position) / dimensions.rope_base.powf(small(2 * pair) / small(size));
            cosines.push(angle.cos());
            sines.push(angle.sin());
        }
    }
    (cosines, sines)
}

#[allow(clippy::cast_precision_loss)] // Positions and sizes stay far below 2²³.
fn small(number: usize) -> f32 {
    number as f32
}
