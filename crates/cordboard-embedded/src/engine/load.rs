//! Reads the model's file: checks that it is what we can run, and dequantises it.
//!
//! Scoring is all prefill, for which 32-bit weights are the fastest; the file's own four bits would be fifteen times
//! slower.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use candle_core::quantized::gguf_file::{Content, Value};
use candle_core::{Device, Tensor};

/// Why the model's file cannot be used, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(
        "the model file {} cannot be read: {source}. Check the path; the file is SmolLM2-135M-Instruct as GGUF",
        path.display()
    )]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("the file {} is not a GGUF file. Give the path of SmolLM2-135M-Instruct in GGUF format", path.display())]
    NotGguf { path: PathBuf },
    #[error(
        "{} holds a model of architecture `{architecture}`; the built-in model runs `llama` only. \
         Give the path of SmolLM2-135M-Instruct in GGUF format",
        path.display()
    )]
    Architecture { path: PathBuf, architecture: String },
    #[error("the model file {} is cut off or damaged ({detail}). Delete it and fetch it again", path.display())]
    Damaged { path: PathBuf, detail: String },
    #[error("the threads of the built-in model could not be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// The network's dimensions, as the file states them.
#[derive(Debug, Clone)]
pub(crate) struct Dimensions {
    pub(crate) layers: usize,
    pub(crate) width: usize,
    pub(crate) heads: usize,
    pub(crate) kv_heads: usize,
    pub(crate) context: usize,
    pub(crate) rope_base: f32,
    pub(crate) epsilon: f32,
}

/// A GGUF file in memory.
pub(crate) struct ModelFile {
    path: PathBuf,
    bytes: Vec<u8>,
    content: Content,
}

impl ModelFile {
    pub(crate) fn open(path: &Path) -> Result<Self, LoadError> {
        let path = path.to_owned();
        let bytes = std::fs::read(&path).map_err(|source| LoadError::Unreadable { path: path.clone(), source })?;
        if !bytes.starts_with(b"GGUF") {
            return Err(LoadError::NotGguf { path });
        }
        let content = Content::read(&mut Cursor::new(&bytes)).map_err(|error| damaged(&path, error))?;
        let file = Self { path, bytes, content };
        let architecture = file.text("general.architecture")?;
        if architecture == "llama" {
            Ok(file)
        } else {
            Err(LoadError::Architecture { path: file.path.clone(), architecture: architecture.to_owned() })
        }
    }

    pub(crate) fn dimensions(&self) -> Result<Dimensions, LoadError> {
        let dimensions = Dimensions {
            layers: self.size("llama.block_count")?,
            width: self.size("llama.embedding_length")?,
            heads: self.size("llama.attention.head_count")?,
            kv_heads: self.size("llama.attention.head_count_kv")?,
            context: self.size("llama.context_length")?,
            rope_base: self.real("llama.rope.freq_base").unwrap_or(10_000.0),
            epsilon: self.real("llama.attention.layer_norm_rms_epsilon")?,
        };
        let fits = dimensions.heads > 0
            && dimensions.kv_heads > 0
            && dimensions.heads.is_multiple_of(dimensions.kv_heads)
            && dimensions.width.is_multiple_of(dimensions.heads)
            && (dimensions.width / dimensions.heads).is_multiple_of(16);
        if fits { Ok(dimensions) } else { Err(damaged(&self.path, "its dimensions do not fit together")) }
    }

    /// The tensor in 32 bits; with several names, one below the other.
    pub(crate) fn stacked(&self, names: &[String]) -> Result<Tensor, LoadError> {
        let parts = names.iter().map(|name| self.tensor(name)).collect::<Result<Vec<_>, _>>()?;
        let stacked = if let [only] = parts.as_slice() { Ok(only.clone()) } else { Tensor::cat(&parts, 0) };
        stacked.map_err(|error| damaged(&self.path, error))
    }

    /// The tensor's elements in 32 bits.
    pub(crate) fn vector(&self, name: &str) -> Result<Vec<f32>, LoadError> {
        let tensor = self.tensor(name)?;
        tensor.flatten_all().and_then(|flat| flat.to_vec1()).map_err(|error| damaged(&self.path, error))
    }

    fn tensor(&self, name: &str) -> Result<Tensor, LoadError> {
        let read = self.content.tensor(&mut Cursor::new(&self.bytes), name, &Device::Cpu);
        read.and_then(|quantised| quantised.dequantize(&Device::Cpu)).map_err(|error| damaged(&self.path, error))
    }

    pub(crate) fn texts(&self, key: &str) -> Result<Vec<String>, LoadError> {
        let values = self.value(key)?.to_vec().map_err(|error| damaged(&self.path, error))?;
        let texts = values.iter().map(|value| value.to_string().cloned()).collect::<Result<_, _>>();
        texts.map_err(|error| damaged(&self.path, error))
    }

    pub(crate) fn text(&self, key: &str) -> Result<&str, LoadError> {
        self.value(key)?.to_string().map(String::as_str).map_err(|error| damaged(&self.path, error))
    }

    pub(crate) fn damaged(&self, detail: impl std::fmt::Display) -> LoadError {
        damaged(&self.path, detail)
    }

    fn size(&self, key: &str) -> Result<usize, LoadError> {
        self.value(key)?.to_u32().map(|size| size as usize).map_err(|error| damaged(&self.path, error))
    }

    fn real(&self, key: &str) -> Result<f32, LoadError> {
        self.value(key)?.to_f32().map_err(|error| damaged(&self.path, error))
    }

    fn value(&self, key: &str) -> Result<&Value, LoadError> {
        self.content.metadata.get(key).ok_or_else(|| damaged(&self.path, format!("`{key}` is missing")))
    }
}

fn damaged(path: &Path, detail: impl std::fmt::Display) -> LoadError {
    let detail = detail.to_string();
    let first_line = detail.lines().next().unwrap_or_default().to_owned();
    LoadError::Damaged { path: path.to_owned(), detail: first_line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content: Option<&[u8]>, name: &str, expected: &str) {
        let path = std::env::temp_dir().join(format!("cordboard-embedded-{}-{name}.gguf", std::process::id()));
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        let error = ModelFile::open(&path).err().unwrap().to_string();
        if content.is_some() {
            std::fs::remove_file(&path).unwrap();
        }
        assert!(error.contains(expected) && error.contains(name), "{error}");
    }

    #[test]
    fn what_is_wrong_and_what_to_do() {
        check(None, "missing", "cannot be read");
        check(Some(b"<html>"), "page", "is not a GGUF file");
        check(Some(b"GGUF\x03\0\0\0"), "short", "cut off or damaged");
        // Version 3, no tensors, one text: general.architecture = gpt2.
        let mut other = b"GGUF\x03\0\0\0".to_vec();
        other.extend(0u64.to_le_bytes());
        other.extend(1u64.to_le_bytes());
        other.extend(20u64.to_le_bytes());
        other.extend(b"general.architecture");
        other.extend(8u32.to_le_bytes());
        other.extend(4u64.to_le_bytes());
        other.extend(b"gpt2");
        check(Some(&other), "other", "architecture `gpt2`");
    }
}
