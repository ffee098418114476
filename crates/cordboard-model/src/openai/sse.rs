//! Server-sent events out of bytes that may be cut anywhere.
//!
//! Our own, because a model server's stream needs two liberties that the standard forbids: the last event counts although
//! no blank line follows it, and older llama.cpp servers report failures in a field named `error`. There is no
//! reconnection and no `id`.

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SseEvent {
    /// `error` marks a failure; all other names mean nothing to us.
    pub(crate) name: String,
    /// The `data` lines, joined by line feeds.
    pub(crate) data: String,
}

/// Collects bytes until an event is whole.
#[derive(Debug, Default)]
pub(crate) struct SseParser {
    line: Vec<u8>,
    /// The last byte was a carriage return, so that a line feed now belongs to it.
    after_return: bool,
    past_first_line: bool,
    event: SseEvent,
}

impl SseParser {
    /// The events that these bytes complete.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Vec<SseEvent> {
        let mut events = Vec::new();
        for &byte in bytes {
            let belongs_to_return = byte == b'\n' && self.after_return;
            self.after_return = byte == b'\r';
            match byte {
                b'\n' if belongs_to_return => {}
                b'\r' | b'\n' => events.extend(self.end_line()),
                _ => self.line.push(byte),
            }
        }
        events
    }

    /// What was left when the bytes ended.
    pub(crate) fn finish(&mut self) -> Option<SseEvent> {
        self.end_line().or_else(|| self.take_event())
    }

    /// How many bytes wait for the rest of their event.
    pub(crate) fn waiting(&self) -> usize {
        self.line.len() + self.event.data.len()
    }

    fn end_line(&mut self) -> Option<SseEvent> {
        let bytes = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&bytes);
        let line = if self.past_first_line { &line } else { line.trim_start_matches('\u{feff}') };
        self.past_first_line = true;
        if line.is_empty() {
            return self.take_event();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => self.add_data(value),
            "event" => value.clone_into(&mut self.event.name),
            "error" => {
                "error".clone_into(&mut self.event.name);
                self.add_data(value);
            }
            _ => {}
        }
        None
    }

    fn add_data(&mut self, value: &str) {
        if !self.event.data.is_empty() {
            self.event.data.push('\n');
        }
        self.event.data.push_str(value);
    }

    fn take_event(&mut self) -> Option<SseEvent> {
        let event = std::mem::take(&mut self.event);
        (!event.data.is_empty()).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stream: &str, expected: &[(&str, &str)]) {
        for size in 1..=stream.len().max(1) {
            let mut parser = SseParser::default();
            let mut events: Vec<SseEvent> =
                stream.as_bytes().chunks(size).flat_map(|piece| parser.feed(piece)).collect();
            events.extend(parser.finish());
            let found: Vec<(&str, &str)> =
                events.iter().map(|event| (event.name.as_str(), event.data.as_str())).collect();
            assert_eq!(found, expected, "in pieces of {size} bytes: {stream:?}");
        }
    }

    #[test]
    fn line_ends_of_every_kind_end_lines() {
        check("data: a\n\ndata: b\r\n\r\ndata: c\r\rdata: d\n\n", &[("", "a"), ("", "b"), ("", "c"), ("", "d")]);
    }

    #[test]
    fn letters_of_several_bytes_survive_any_cut() {
        check("data: Grüße 🏨\n\n", &[("", "Grüße 🏨")]);
    }

    #[test]
    fn comments_ids_and_a_byte_order_mark_are_passed_over() {
        check("\u{feff}: PROCESSING\n\nid: 7\nretry: 3\ndata:a\n\n:\n\n", &[("", "a")]);
    }

    #[test]
    fn data_lines_are_joined_and_the_last_event_needs_no_blank_line() {
        check("data: a\ndata:  b\n\ndata: c", &[("", "a\n b"), ("", "c")]);
    }

    #[test]
    fn failures_are_named() {
        check("event: error\ndata: x\n\nerror: y\n\ndata: z\n\n", &[("error", "x"), ("error", "y"), ("", "z")]);
    }
}
