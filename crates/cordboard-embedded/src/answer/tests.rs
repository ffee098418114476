//! Answers over all kinds of results; above all, that nothing in them is made up.

use cordboard_model::chat::{ToolDefinition, ToolOutcome};
use serde_json::{Value, json};

use super::{CallResult, answer};

fn tool(reads_only: bool) -> ToolDefinition {
    ToolDefinition {
        name: "hotels_searchHotels".to_owned(),
        operation: "searchHotels".to_owned(),
        plugin: "Night Hotels".to_owned(),
        description: String::new(),
        parameters: json!({"type": "object"}),
        examples: Vec::new(),
        reads_only,
    }
}

fn section(content: &str, outcome: ToolOutcome, reads_only: bool) -> String {
    let tool = tool(reads_only);
    answer(&[CallResult { tool: Some(&tool), name: &tool.name, content, outcome }])
}

#[track_caller]
fn check(content: &Value, expected: &str) {
    assert_eq!(section(&content.to_string(), ToolOutcome::Answered, true), expected);
}

#[test]
fn a_list_of_objects_with_links_prices_and_pictures() {
    check(
        &json!({"city": "Rome", "nights": 2, "hotels": [
            {"id": "a", "name": "Grand *A*", "stars": 3, "price_per_night": 80, "currency": "EUR", "url": "https://x.org/a",
             "image_url": "https://x.org/a.png", "breakfast": true},
            {"id": "b", "name": "B", "stars": 4, "price_per_night": 95.5, "currency": "EUR", "url": null},
        ]}),
        "Here is what Night Hotels has under hotels (city: Rome, nights: 2):\n\n\
         - **[Grand \\*A\\*](https://x.org/a)** – stars: 3, price per night: 80 EUR, breakfast: yes\n  \n  \
         ![Grand \\*A\\*](https://x.org/a.png)\n\
         - **B** – stars: 4, price per night: 95.5 EUR",
    );
}

#[test]
fn lists_of_words() {
    check(&json!({"todos": ["milk", "bread"]}), "Here is what Night Hotels has under todos:\n\n- milk\n- bread");
    check(&json!({"hotels": [], "city": "Rome"}), "Night Hotels found no hotels (city: Rome).");
    check(&json!([]), "Night Hotels found no results.");
}

#[test]
fn an_object_and_a_scalar() {
    check(
        &json!({"name": "Grand", "url": "https://x.org", "owner": {"name": "Ann"}, "size": {"rooms": 3}}),
        "This is what Night Hotels has:\n\n**[Grand](https://x.org)**\n\n- owner: Ann\n- size rooms: 3",
    );
    check(&json!(42), "Night Hotels answers: 42");
    check(&json!("hello"), "Night Hotels answers:\n\n> hello");
}

#[test]
fn long_lists_are_cut_with_a_count() {
    let items = (0..23).map(|n| json!({"name": format!("n{n}")})).collect::<Vec<_>>();
    let text = section(&json!(items).to_string(), ToolOutcome::Answered, true);
    assert!(text.ends_with("- **n9**\n- … and 13 more"), "{text}");
}

#[test]
fn what_changed_something_is_confirmed() {
    assert_eq!(section("{}", ToolOutcome::Answered, false), "Done: searchHotels was accepted by Night Hotels.");
    assert_eq!(section(" ", ToolOutcome::Answered, false), "Done: searchHotels was accepted by Night Hotels.");
    let text = section(r#"{"todos": ["milk"]}"#, ToolOutcome::Answered, false);
    assert_eq!(text, "Done. Here is what Night Hotels has under todos:\n\n- milk");
}

#[test]
fn failures_and_refusals_are_told_plainly() {
    assert_eq!(
        section(r#"{"error": "no such hotel"}"#, ToolOutcome::Failed, true),
        "`searchHotels` of Night Hotels did not work. This is what came back:\n\n> {\"error\": \"no such hotel\"}",
    );
    assert!(section("", ToolOutcome::Declined, false).starts_with("All right, nothing was sent to Night Hotels."));
}

#[test]
fn what_is_no_json_or_cut_off() {
    assert_eq!(
        section("just\n<b>text</b>", ToolOutcome::Answered, true),
        "Night Hotels answers:\n\n> just\n>\n> \\<b\\>text\\</b\\>"
    );
    let text = section(r#"{"hotels": [{"name": "A"}, {"name": "B"#, ToolOutcome::Answered, true);
    assert!(text.contains("**A**") && !text.contains("**B") && text.contains("cut off"), "{text}");
}

#[test]
fn several_calls_get_a_section_each() {
    let tool = tool(true);
    let result = |content| CallResult { tool: Some(&tool), name: &tool.name, content, outcome: ToolOutcome::Answered };
    let text = answer(&[result("[1]"), result("[2]")]);
    assert_eq!(text.matches("### searchHotels").count(), 2);
}

/// Values of all shapes from a seed, without any outside source of chance.
struct Values(u64);

impl Values {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }

    fn value(&mut self, depth: u64) -> Value {
        match self.next(if depth == 0 { 6 } else { 9 }) {
            0 => Value::Null,
            1 => json!(self.next(2) == 0),
            2 => json!(self.next(100_000)),
            3 => json!(f64::from(u32::try_from(self.next(10_000)).unwrap()) / 8.0),
            4 => json!(format!("https://h{}.example.org/p{}", self.next(1000), self.next(1000))),
            5 => json!(self.text()),
            6 | 7 => Value::Array((0..self.next(14)).map(|_| self.value(depth - 1)).collect()),
            _ => {
                let count = self.next(7);
                Value::Object((0..count).map(|_| (self.key(), self.value(depth - 1))).collect())
            }
        }
    }

    fn key(&mut self) -> String {
        const KEYS: [&str; 16] = [
            "name",
            "title",
            "url",
            "image_url",
            "price",
            "currency",
            "id",
            "items",
            "data",
            "description",
            "totalCost",
            "stars",
            "body",
            "owner",
            "tags",
            "created_at",
        ];
        KEYS[usize::try_from(self.next(16)).unwrap()].to_owned()
    }

    fn text(&mut self) -> String {
        const WORDS: [&str; 12] =
            ["Grand", "*hotel*", "[x](y)", "1.", "<b>", "|", "# a", "Zoë", "42", "`code`", "line\nbreak", "![i](u)"];
        let count = self.next(40);
        (0..count).map(|_| WORDS[usize::try_from(self.next(12)).unwrap()]).collect::<Vec<_>>().join(" ")
    }
}

/// Everything that stands in the data, as one text with single spaces.
fn said(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| said(item, out)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            out.push_str(&crate::words::identifier_words(name).join(" "));
            out.push(' ');
            said(value, out);
        }),
        Value::String(text) => {
            out.push_str(&text.split_whitespace().collect::<Vec<_>>().join(" "));
            out.push(' ');
        }
        other => {
            out.push_str(&other.to_string());
            out.push(' ');
        }
    }
}

/// The words of our own sentences, and the count of what was left out.
const OWN_WORDS: &str = "Here is what Night Hotels has under found no results without any data answered searchHotels \
    This answers: nothing … and more yes no";

#[test]
fn every_word_of_an_answer_stands_in_the_data() {
    let mut values = Values(0x5EED_CAFE_F00D_1234);
    for _ in 0..3000 {
        let value = values.value(3);
        let text = section(&value.to_string(), ToolOutcome::Answered, true);
        let mut data = String::new();
        said(&value, &mut data);
        // Undo what escaping added, then compare word by word.
        let plain = text.replace('\\', "").replace("](", " ").replace("![", " ").replace("**", " ");
        let lines = plain.lines().filter(|line| !line.contains("… and "));
        for word in lines.flat_map(str::split_whitespace) {
            let bare = word.trim_matches(|character: char| !character.is_alphanumeric());
            let known = data.contains(bare) || OWN_WORDS.contains(bare);
            assert!(known, "`{bare}` is not in the data\nanswer: {text}\ndata: {value}");
        }
    }
}

#[test]
fn no_markup_of_the_data_survives() {
    let hostile =
        json!({"items": [{"name": "x](https://evil.example) [y", "note": "<script>alert(1)</script> ![a](b)"}]});
    let text = section(&hostile.to_string(), ToolOutcome::Answered, true);
    assert!(
        text.contains(r"x\](https://evil.example) \[y") && text.contains(r"\<script\>") && text.contains(r"!\[a\]"),
        "{text}"
    );
}
