//! Where values stand in a JSON text, for many pointers in one pass. The text is known to be valid JSON.

use std::borrow::Cow;
use std::collections::HashMap;

use super::pointer::Pointer;

/// The wanted pointers as a tree, so that whole branches of the text can be skipped.
#[derive(Default)]
struct Wanted {
    children: HashMap<String, Wanted>,
    indices: Vec<usize>,
}

impl Wanted {
    fn of(pointers: &[Pointer]) -> Self {
        let mut root = Self::default();
        for (index, pointer) in pointers.iter().enumerate() {
            let node = pointer.keys().fold(&mut root, |node, key| node.children.entry(key).or_default());
            node.indices.push(index);
        }
        root
    }
}

/// The byte offset of each pointer's value (of its key, in an object), in the order of the pointers.
pub(crate) fn offsets(text: &str, pointers: &[Pointer]) -> Vec<Option<usize>> {
    let mut scanner = Scanner { text, bytes: text.as_bytes(), at: 0, found: vec![None; pointers.len()] };
    scanner.blank();
    let start = scanner.at;
    scanner.value(&Wanted::of(pointers), start);
    scanner.found
}

struct Scanner<'text> {
    text: &'text str,
    bytes: &'text [u8],
    at: usize,
    found: Vec<Option<usize>>,
}

impl<'text> Scanner<'text> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blank(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn value(&mut self, wanted: &Wanted, place: usize) {
        for index in &wanted.indices {
            self.found[*index] = Some(place);
        }
        match self.peek() {
            Some(b'{') if !wanted.children.is_empty() => self.object(wanted),
            Some(b'[') if !wanted.children.is_empty() => self.array(wanted),
            _ => self.skip(),
        }
    }

    fn object(&mut self, wanted: &Wanted) {
        self.at += 1;
        loop {
            self.blank();
            if self.peek() != Some(b'"') {
                self.at += 1;
                return;
            }
            let place = self.at;
            self.string();
            let key = self.key(place);
            self.blank();
            self.at += 1;
            self.blank();
            match wanted.children.get(key.as_ref()) {
                Some(child) => self.value(child, place),
                None => self.skip(),
            }
            self.blank();
            if self.peek() != Some(b',') {
                self.at += 1;
                return;
            }
            self.at += 1;
        }
    }

    fn key(&self, start: usize) -> Cow<'text, str> {
        let text: &'text str = self.text;
        let raw = text.get(start..self.at).unwrap_or_default();
        if raw.contains('\\') {
            return serde_json::from_str::<String>(raw).unwrap_or_default().into();
        }
        raw.trim_matches('"').into()
    }

    fn array(&mut self, wanted: &Wanted) {
        self.at += 1;
        let mut index = 0_usize;
        loop {
            self.blank();
            if matches!(self.peek(), Some(b']') | None) {
                self.at += 1;
                return;
            }
            let place = self.at;
            match wanted.children.get(&index.to_string()) {
                Some(child) => self.value(child, place),
                None => self.skip(),
            }
            self.blank();
            if self.peek() == Some(b',') {
                self.at += 1;
            }
            index += 1;
        }
    }

    /// Past one value of any kind.
    fn skip(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => self.string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' | b',' if depth == 0 => return,
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                }
                _ => self.at += 1,
            }
            if depth == 0 && self.peek().is_none_or(|next| matches!(next, b',' | b'}' | b']')) {
                return;
            }
        }
    }

    /// Past a string that starts here.
    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_items_are_found_in_one_pass() {
        let text = r#" {"a": [1, {"b\"c": "]}"}], "d/e": {"f": 2, "g": []}, "h": [[], [3]]}"#;
        let check = |pointer: &str| offsets(text, &[Pointer::parse(pointer)])[0].map(|at| &text[at..at + 3]);
        let table = [
            ("", Some("{\"a")),
            ("/a", Some("\"a\"")),
            ("/a/0", Some("1, ")),
            ("/a/1/b\"c", Some("\"b\\")),
            ("/d~1e/g", Some("\"g\"")),
            ("/h/1/0", Some("3]]")),
            ("/h/2", None),
            ("/a/b", None),
        ];
        for (pointer, expected) in table {
            assert_eq!(check(pointer), expected, "{pointer}");
        }
        let pointers: Vec<Pointer> = table.iter().map(|(pointer, _)| Pointer::parse(pointer)).collect();
        let together: Vec<Option<&str>> =
            offsets(text, &pointers).into_iter().map(|at| at.map(|at| &text[at..at + 3])).collect();
        assert_eq!(together, table.map(|(_, expected)| expected));
    }
}
