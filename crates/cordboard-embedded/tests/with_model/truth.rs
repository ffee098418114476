//! 200 messages in the middle of conversations: what needs no call is never answered like a result, and what can be
//! answered by a call still is.

use std::collections::HashSet;

use cordboard_model::chat::{
    ChatModel, Message, ModelEvent, ModelRequest, PluginProfile, Setting, ToolCall, ToolDefinition, ToolOutcome,
};
use futures::StreamExt;
use serde_json::json;

use super::{model, tool};

/// Cities for the follow-ups; none is in a result.
const CITIES: [&str; 20] = [
    "Lisbon", "Oslo", "Vienna", "Prague", "Dublin", "Athens", "Warsaw", "Madrid", "Berlin", "Helsinki", "Porto",
    "Munich", "Geneva", "Krakow", "Naples", "Seville", "Zagreb", "Bergen", "Lyon", "Turin",
];
/// Messages that no operation of the test answers, of all kinds.
const UNANSWERABLE: [&str; 25] = [
    "who painted the Mona Lisa?",
    "why is the sky blue",
    "tell me a joke about penguins",
    "thanks, that helps",
    "how many days holiday do I have",
    "what is the capital of Australia",
    "I had soup for lunch today",
    "my sister is learning the piano",
    "write a haiku about snow",
    "do you like music?",
    "who won the football yesterday",
    "how do I fix a bicycle tyre",
    "are you a robot?",
    "what does the word ephemeral mean",
    "good night",
    "explain photosynthesis to me",
    "my head hurts",
    "what is the meaning of life",
    "recommend me a novel",
    "how old is the universe",
    "I feel a bit sad today",
    "can you sing?",
    "what time does the bank close",
    "did you sleep well?",
    "that was funny",
];
/// Values of the results in the conversations; none may turn up where nothing was called.
const VALUES: [&str; 8] = ["Zephyr", "Quillon", "Marlowe", "231", "417", "Ostrava", "buckwheat", "tamarind"];
/// How answers from results begin.
const LEADS: [&str; 6] = ["Here is what", "This is what", "Done", "found no", "answers:", "Here are"];

fn tools() -> Vec<ToolDefinition> {
    let stay = json!({"type": "object", "required": ["city"], "properties": {
        "city": {"type": "string", "description": "City to stay in."},
        "nights": {"type": "integer", "minimum": 1, "description": "How many nights."}}});
    let item = json!({"type": "object", "required": ["item"], "properties": {
        "item": {"type": "string", "description": "What to buy."}}});
    vec![
        tool("stays", "searchHotels", "Find hotels in a city", stay, &["Where can I stay in Paris?"]),
        tool("shopping", "addItem", "Put something on the shopping list", item, &["Add milk to my shopping list"]),
        tool(
            "shopping",
            "listItems",
            "Show the shopping list",
            json!({"type": "object", "properties": {}}),
            &["What is on my shopping list?"],
        ),
    ]
}

/// A conversation in which something was called and answered from its result.
fn history(number: usize) -> Vec<Message> {
    let (text, tool, arguments, content, said) = if number.is_multiple_of(2) {
        (
            "Where can I stay in Ostrava for two nights?",
            "stays_searchHotels",
            json!({"city": "Ostrava", "nights": 2}),
            json!({"hotels": [{"name": "Zephyr Palace", "price": 231}, {"name": "Quillon Inn", "price": 417}]}),
            "Here is what stays has under hotels:\n\n- **Zephyr Palace** – price: 231\n- **Quillon Inn** – price: 417",
        )
    } else {
        (
            "What is on my shopping list?",
            "shopping_listItems",
            json!({}),
            json!({"items": ["buckwheat", "tamarind", "Marlowe tea"]}),
            "Here is what shopping has under items:\n\n- buckwheat\n- tamarind\n- Marlowe tea",
        )
    };
    let call = ToolCall { id: "call_1".to_owned(), name: tool.to_owned(), arguments: arguments.to_string() };
    vec![
        Message::User { text: text.to_owned() },
        Message::Assistant { text: String::new(), calls: vec![call] },
        Message::Tool {
            call_id: "call_1".to_owned(),
            tool: tool.to_owned(),
            content: content.to_string(),
            note: String::new(),
            outcome: ToolOutcome::Answered,
        },
        Message::Assistant { text: said.to_owned(), calls: Vec::new() },
    ]
}

/// A message that a call answers, with a text that its arguments must contain.
fn answerable(number: usize) -> (usize, String, String) {
    let city = CITIES[number % CITIES.len()];
    match number / CITIES.len() {
        0 => (0, format!("and in {city}?"), city.to_owned()),
        1 => (0, format!("what about {city}"), city.to_owned()),
        2 => (1, format!("Any hotels in {city}?"), city.to_owned()),
        3 => (1, format!("add {} tea to my shopping list", city.to_lowercase()), city.to_lowercase()),
        _ => (0, "what's on my shopping list now?".to_owned(), String::new()),
    }
}

async fn run(mut messages: Vec<Message>, text: String) -> (Option<ToolCall>, String) {
    messages.push(Message::User { text });
    let plugins = ["stays", "shopping"].map(|name| PluginProfile {
        name: name.to_owned(),
        about: String::new(),
        is_active: true,
        examples: Vec::new(),
    });
    let setting = Setting { today: "2026-03-31".to_owned(), plugins: plugins.to_vec() };
    let request = ModelRequest { system: String::new(), messages, tools: tools(), setting: Some(setting) };
    let events = model().stream(request).map(|event| event.expect("the model does not fail")).collect::<Vec<_>>().await;
    let (mut call, mut said) = (None, String::new());
    for event in events {
        match event {
            ModelEvent::Call { call: placed } => call = Some(placed),
            ModelEvent::Text { text } => said.push_str(&text),
            ModelEvent::Progress { .. }
            | ModelEvent::Considered { .. }
            | ModelEvent::Raw { .. }
            | ModelEvent::Usage { .. } => {}
        }
    }
    (call, said)
}

#[tokio::test]
async fn what_calls_nothing_looks_like_no_result_and_follow_ups_still_call() {
    let (mut called, mut misses) = (0, Vec::new());
    for number in 0..100 {
        let (which, text, wanted) = answerable(number);
        let (call, said) = run(history(which), text.clone()).await;
        match call {
            Some(call) if call.arguments.to_lowercase().contains(&wanted.to_lowercase()) => called += 1,
            Some(call) => misses.push(format!("{text}: {} {}", call.name, call.arguments)),
            None => misses.push(format!("{text}: {said}")),
        }
    }
    let (mut answers, mut invented, mut calls) = (HashSet::new(), Vec::new(), 0);
    for number in 0..100 {
        let text = UNANSWERABLE[number % UNANSWERABLE.len()];
        let (call, said) = run(history(number / UNANSWERABLE.len()), text.to_owned()).await;
        calls += usize::from(call.is_some());
        let like_a_result =
            LEADS.iter().any(|lead| said.contains(lead)) || VALUES.iter().any(|value| said.contains(value));
        if call.is_none() && (like_a_result || said.trim().is_empty()) {
            invented.push(format!("{text}: {said}"));
        }
        answers.insert(said);
    }
    assert!(calls <= 15, "{calls} of 100 messages that no operation answers led to a call");
    assert!(invented.is_empty(), "{}", invented.join("\n"));
    assert!(called >= 90, "{called} of 100 follow-ups called:\n{}", misses.join("\n"));
    assert!(answers.len() >= 15, "{} different answers", answers.len());
}
