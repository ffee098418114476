//! The notebooks and the keys that open them.

use std::collections::HashMap;
use std::sync::Mutex;

use serde::Serialize;

use crate::secret::{self, Digest};

/// One note.
#[derive(Clone, Serialize)]
pub(super) struct Note {
    id: u32,
    text: String,
}

/// One person's notes, oldest first.
#[derive(Default)]
pub(super) struct Notebook {
    notes: Vec<Note>,
    /// The number of the newest note that there ever was.
    newest: u32,
}

impl Notebook {
    pub(super) fn notes(&self) -> &[Note] {
        &self.notes
    }

    pub(super) fn add(&mut self, text: &str) {
        self.newest += 1;
        self.notes.push(Note { id: self.newest, text: text.to_owned() });
    }

    /// Says whether there was such a note.
    pub(super) fn remove(&mut self, id: u32) -> bool {
        let before = self.notes.len();
        self.notes.retain(|note| note.id != id);
        self.notes.len() < before
    }
}

/// All notebooks, by the digests of their keys.
#[derive(Default)]
pub(super) struct Notebooks(Mutex<HashMap<Digest, Notebook>>);

impl Notebooks {
    /// Begins an empty notebook and gives its key.
    pub(super) fn begin(&self) -> String {
        let key = format!("note-{}", secret::generate());
        self.with(|notebooks| notebooks.insert(Digest::of(&key), Notebook::default()));
        key
    }

    /// Does something with the notebook of a key, if there is one.
    pub(super) fn open<T>(&self, key: &str, work: impl FnOnce(&mut Notebook) -> T) -> Option<T> {
        self.with(|notebooks| notebooks.get_mut(&Digest::of(key)).map(work))
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashMap<Digest, Notebook>) -> T) -> T {
        work(&mut self.0.lock().expect("no code panics while it holds the notebooks"))
    }
}
