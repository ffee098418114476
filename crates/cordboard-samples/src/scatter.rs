//! Numbers that look random and are the same every time. Not for secrets.

/// Turns a seed into a well mixed number (the finaliser of `SplitMix64`, <https://prng.di.unimi.it/splitmix64.c>).
pub(crate) fn scatter(seed: u64) -> u64 {
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Turns a text into a well mixed number.
pub(crate) fn scatter_text(text: &str) -> u64 {
    text.bytes().fold(0, |mixed, byte| scatter(mixed ^ u64::from(byte)))
}
