//! Arithmetic over slices, written so that the compiler can use whatever vector instructions the machine has.
//!
//! The large matrix products are candle's; here is the rest.

// Without inlining into the dispatched closure a function would be compiled for the oldest processor.
#![allow(clippy::inline_always)]

/// Runs `work` compiled for the widest vector instructions of this machine.
#[inline(always)]
pub(crate) fn vectorised<R>(work: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(work)
}

const LANES: usize = 16;

/// The scalar product; lengths are equal multiples of sixteen.
#[inline(always)]
pub(crate) fn dot(left: &[f32], right: &[f32]) -> f32 {
    let mut sums = [0.0f32; LANES];
    for (a, b) in left.chunks_exact(LANES).zip(right.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    fold(sums)
}

#[inline(always)]
fn fold(sums: [f32; LANES]) -> f32 {
    let mut eight = [0.0f32; 8];
    for lane in 0..8 {
        eight[lane] = sums[lane] + sums[lane + 8];
    }
    let mut four = [0.0f32; 4];
    for lane in 0..4 {
        four[lane] = eight[lane] + eight[lane + 4];
    }
    (four[0] + four[2]) + (four[1] + four[3])
}

/// `target += factor * source`.
#[inline(always)]
pub(crate) fn add_scaled(target: &mut [f32], factor: f32, source: &[f32]) {
    for (sum, value) in target.iter_mut().zip(source) {
        *sum += factor * value;
    }
}

/// e to the power of `x`, good to about six digits.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    // Splits x·log2(e) into a whole and a fractional part; adding and subtracting 1.5·2²³ rounds to the nearest.
    const ROUNDING: f32 = 12_582_912.0;
    let power = (x * std::f32::consts::LOG2_E).clamp(-126.0, 126.0);
    let shifted = power + ROUNDING;
    let whole = shifted - ROUNDING;
    let rest = (power - whole) * std::f32::consts::LN_2;
    let series = 1.0 + rest * (1.0 + rest * (0.5 + rest * (1.0 / 6.0 + rest * (1.0 / 24.0 + rest * (1.0 / 120.0)))));
    let exponent = shifted.to_bits().wrapping_sub(ROUNDING.to_bits()).wrapping_add(127);
    series * f32::from_bits(exponent << 23)
}

/// Scales `row` to unit root mean square, times `weight`.
#[inline(always)]
pub(crate) fn rms_norm(row: &[f32], weight: &[f32], epsilon: f32, out: &mut [f32]) {
    let mean = dot(row, row) / length(row);
    let scale = 1.0 / (mean + epsilon).sqrt();
    for ((target, value), factor) in out.iter_mut().zip(row).zip(weight) {
        *target = value * scale * factor;
    }
}

/// The gated activation: `gate_and_up` holds both halves one after the other.
#[inline(always)]
pub(crate) fn silu_gate(gate_and_up: &[f32], out: &mut [f32]) {
    let (gates, ups) = gate_and_up.split_at(out.len());
    for ((target, gate), up) in out.iter_mut().zip(gates).zip(ups) {
        *target = gate / (1.0 + exp(-gate)) * up;
    }
}

/// Turns scores into weights that sum up to one.
#[inline(always)]
pub(crate) fn softmax(scores: &mut [f32]) {
    let top = maximum(scores);
    let mut sums = [0.0f32; LANES];
    for (index, score) in scores.iter_mut().enumerate() {
        *score = exp(*score - top);
        sums[index % LANES] += *score;
    }
    let scale = 1.0 / fold(sums);
    for score in scores.iter_mut() {
        *score *= scale;
    }
}

/// The logarithm of the sum of the exponentials.
#[inline(always)]
pub(crate) fn log_sum_exp(row: &[f32]) -> f32 {
    let top = maximum(row);
    let mut sums = [0.0f32; LANES];
    let mut chunks = row.chunks_exact(LANES);
    for chunk in &mut chunks {
        for lane in 0..LANES {
            sums[lane] += exp(chunk[lane] - top);
        }
    }
    for (lane, value) in chunks.remainder().iter().enumerate() {
        sums[lane] += exp(value - top);
    }
    top + fold(sums).ln()
}

#[inline(always)]
pub(crate) fn maximum(row: &[f32]) -> f32 {
    let mut tops = [f32::NEG_INFINITY; LANES];
    let mut chunks = row.chunks_exact(LANES);
    for chunk in &mut chunks {
        for lane in 0..LANES {
            tops[lane] = if chunk[lane] > tops[lane] { chunk[lane] } else { tops[lane] };
        }
    }
    chunks.remainder().iter().chain(&tops).fold(f32::NEG_INFINITY, |top, value| top.max(*value))
}

/// Turns each pair of neighbours by the angle of its position (the layout of Llama in GGUF files).
#[inline(always)]
pub(crate) fn rotate(row: &mut [f32], cosines: &[f32], sines: &[f32]) {
    for head in row.chunks_exact_mut(cosines.len() * 2) {
        for ((pair, cos), sin) in head.chunks_exact_mut(2).zip(cosines).zip(sines) {
            let (first, second) = (pair[0], pair[1]);
            pair[0] = first * cos - second * sin;
            pair[1] = first * sin + second * cos;
        }
    }
}

#[allow(clippy::cast_precision_loss)] // Rows have some hundred elements.
#[inline(always)]
fn length(row: &[f32]) -> f32 {
    row.len() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_close() {
        for x in [-20.0f32, -3.3, -0.5, 0.0, 0.1, 1.0, 7.7, 30.0] {
            assert!((exp(x) / x.exp() - 1.0).abs() < 2e-5, "{x}: {} {}", exp(x), x.exp());
        }
        assert!(exp(-1000.0) < 1e-30);
    }

    #[test]
    fn softmax_sums_to_one() {
        let mut scores = [1.0, 2.0, 3.0, -50.0, 2.0];
        softmax(&mut scores);
        assert!((scores.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(scores[2] > scores[1]);
    }

    #[test]
    fn log_sum_exp_of_any_length() {
        let row: Vec<f32> = (0..37u8).map(|n| f32::from(n) / 7.0).collect();
        let expected = row.iter().map(|value| value.exp()).sum::<f32>().ln();
        assert!((log_sum_exp(&row) - expected).abs() < 1e-4);
    }
}
