//! The model's tokens: byte-level pairs, built from the vocabulary and merges inside the file.

use tokenizers::models::bpe::BPE;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::{AddedToken, Tokenizer};

use super::RunError;
use super::load::{LoadError, ModelFile};

/// A token's number.
pub(crate) type Token = u32;

/// Texts to tokens and back.
pub(crate) struct Vocabulary {
    tokenizer: Tokenizer,
    /// What each token stands for, as bytes.
    bytes: Vec<Vec<u8>>,
    /// Begins every text that has no markup of its own.
    pub(crate) begin: Token,
    /// Opens a message of the chat format.
    pub(crate) message_start: Token,
    /// Closes a message of the chat format.
    pub(crate) message_end: Token,
}

impl Vocabulary {
    pub(crate) fn read(file: &ModelFile) -> Result<Self, LoadError> {
        let pre = file.text("tokenizer.ggml.pre")?;
        if pre != "smollm" {
            return Err(file.damaged(format!("its tokenizer is `{pre}` where `smollm` is expected")));
        }
        let pieces = file.texts("tokenizer.ggml.tokens")?;
        let merges = file.texts("tokenizer.ggml.merges")?;
        let tokenizer = build(&pieces, &merges).map_err(|problem| file.damaged(problem))?;
        let id = |piece: &str| {
            tokenizer.token_to_id(piece).ok_or_else(|| file.damaged(format!("it lacks the token {piece}")))
        };
        let (begin, message_start, message_end) = (id("<|endoftext|>")?, id("<|im_start|>")?, id("<|im_end|>")?);
        Ok(Self {
            bytes: pieces.iter().map(|piece| bytes_of(piece)).collect(),
            tokenizer,
            begin,
            message_start,
            message_end,
        })
    }

    /// How many tokens there are.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The tokens of a text; markup in it is read as plain text.
    pub(crate) fn encode(&self, text: &str) -> Result<Vec<Token>, RunError> {
        // Breaking up `<|` keeps other people's words from becoming markup of the chat format.
        let harmless = text.replace("<|", "< |");
        let encoding = self.tokenizer.encode(harmless, false).map_err(|error| RunError::Tokens(error.to_string()))?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The bytes that a token stands for; a character may be spread over several tokens.
    pub(crate) fn bytes(&self, token: Token) -> &[u8] {
        self.bytes.get(token as usize).map_or(&[], Vec::as_slice)
    }
}

fn build(pieces: &[String], merges: &[String]) -> Result<Tokenizer, String> {
    let numbered = pieces.iter().zip(0u32..).map(|(piece, id)| (piece.clone(), id)).collect::<Vec<_>>();
    let pairs = merges
        .iter()
        .map(|merge| merge.split_once(' ').map(|(left, right)| (left.to_owned(), right.to_owned())))
        .collect::<Option<Vec<_>>>()
        .ok_or("a merge is not a pair")?;
    let model = BPE::builder()
        .vocab_and_merges(numbered.into_iter().collect::<tokenizers::models::bpe::Vocab>(), pairs)
        .build()
        .map_err(|error| error.to_string())?;
    let mut tokenizer = Tokenizer::new(model);
    // As `smollm` demands: each digit on its own, then GPT-2's pattern over bytes.
    let split = Sequence::new(vec![Digits::new(true).into(), ByteLevel::new(false, true, true).into()]);
    tokenizer.with_pre_tokenizer(Some(split));
    let markup = pieces.iter().take_while(|piece| piece.starts_with('<') && piece.ends_with('>'));
    let markup = markup.map(|piece| AddedToken::from(piece.clone(), true)).collect::<Vec<_>>();
    tokenizer.add_special_tokens(markup).map_err(|error| error.to_string())?;
    Ok(tokenizer)
}

/// Undoes the byte-level alphabet, in which every byte is written as one printable character.
fn bytes_of(piece: &str) -> Vec<u8> {
    piece.chars().filter_map(byte_of).collect()
}

fn byte_of(character: char) -> Option<u8> {
    let code = u32::from(character);
    if let Ok(byte) = u8::try_from(code)
        && printable(byte)
    {
        return Some(byte);
    }
    // The bytes that are not printable stand at 256 and up, in order.
    let index = usize::try_from(code.checked_sub(256)?).ok()?;
    (0..=u8::MAX).filter(|byte| !printable(*byte)).nth(index)
}

fn printable(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_become_bytes() {
        assert_eq!(bytes_of("ĠMama"), b" Mama");
        assert_eq!(bytes_of("Ċ"), b"\n");
        assert_eq!(bytes_of("Ã©"), "é".as_bytes());
    }
}
