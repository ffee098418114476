//! What needs the model's file; its path comes from the environment variable `CORDBOARD_MODEL_FILE`.
#![cfg(feature = "with-model-file")]

mod truth;

use std::path::PathBuf;
use std::sync::OnceLock;

use cordboard_embedded::EmbeddedModel;
use cordboard_model::chat::{
    ChatModel, Message, ModelEvent, ModelRequest, PluginProfile, Setting, ToolCall, ToolDefinition, ToolOutcome,
};
use futures::StreamExt;
use serde_json::{Value, json};

/// The path of the model's file.
#[expect(clippy::disallowed_methods, reason = "the file is too large to come with the tests")]
fn model_file() -> PathBuf {
    std::env::var_os("CORDBOARD_MODEL_FILE").map(PathBuf::from).expect(
        "these tests need CORDBOARD_MODEL_FILE: the path of SmolLM2-135M-Instruct.Q4_1.gguf. \
         Without the file, run the tests without the feature `with-model-file`",
    )
}

/// The model, loaded once for all tests.
fn model() -> &'static EmbeddedModel {
    static MODEL: OnceLock<EmbeddedModel> = OnceLock::new();
    MODEL.get_or_init(|| EmbeddedModel::load(&model_file()).expect("the model's file can be loaded"))
}

fn tool(plugin: &str, operation: &str, description: &str, parameters: Value, examples: &[&str]) -> ToolDefinition {
    ToolDefinition {
        name: format!("{plugin}_{operation}"),
        operation: operation.to_owned(),
        plugin: plugin.to_owned(),
        description: description.to_owned(),
        parameters,
        examples: examples.iter().map(|example| (*example).to_owned()).collect(),
        reads_only: !operation.starts_with("add"),
    }
}

fn tools() -> Vec<ToolDefinition> {
    let film = json!({"type": "object", "required": ["title"], "properties": {
        "title": {"type": "string", "description": "Title of the film."}}});
    let table = json!({"type": "object", "required": ["restaurant", "guests"], "properties": {
        "restaurant": {"type": "string", "description": "Name of the restaurant."},
        "guests": {"type": "integer", "minimum": 1, "description": "How many people come."},
        "outdoors": {"type": "boolean", "description": "Whether the table is outdoors."},
        "meal": {"type": "string", "enum": ["lunch", "dinner"], "description": "Which meal."}}});
    vec![
        tool("films", "getFilm", "Describe one film by its title", film, &["What is the film Heat about?"]),
        tool(
            "tables",
            "addReservation",
            "Reserve a table in a restaurant",
            table,
            &["Reserve a table for 3 at Da Mario"],
        ),
        tool(
            "tables",
            "listReservations",
            "Show all reserved tables",
            json!({"type": "object", "properties": {}}),
            &["Which tables have I reserved?"],
        ),
    ]
}

async fn run(messages: Vec<Message>, tools: Vec<ToolDefinition>) -> Vec<ModelEvent> {
    let request = ModelRequest { system: String::new(), messages, tools, setting: None };
    model().stream(request).map(|event| event.expect("the model does not fail")).collect().await
}

async fn ask(text: &str, tools: Vec<ToolDefinition>) -> Vec<ModelEvent> {
    run(vec![Message::User { text: text.to_owned() }], tools).await
}

fn call(events: &[ModelEvent]) -> Option<&ToolCall> {
    events.iter().find_map(|event| match event {
        ModelEvent::Call { call } => Some(call),
        ModelEvent::Progress { .. }
        | ModelEvent::Considered { .. }
        | ModelEvent::Text { .. }
        | ModelEvent::Raw { .. }
        | ModelEvent::Usage { .. } => None,
    })
}

fn text(events: &[ModelEvent]) -> String {
    let texts = events.iter().filter_map(|event| match event {
        ModelEvent::Text { text } => Some(text.as_str()),
        ModelEvent::Progress { .. }
        | ModelEvent::Considered { .. }
        | ModelEvent::Call { .. }
        | ModelEvent::Raw { .. }
        | ModelEvent::Usage { .. } => None,
    });
    texts.collect()
}

#[tokio::test]
async fn a_request_becomes_a_call() {
    let events = ask("Could you reserve a table at Chez Nora for six people for dinner?", tools()).await;
    let call = call(&events).expect("a call");
    assert_eq!(call.name, "tables_addReservation");
    let arguments: Value = serde_json::from_str(&call.arguments).expect("JSON");
    assert_eq!(arguments, json!({"restaurant": "Chez Nora", "guests": 6, "meal": "dinner"}));
    let label =
        |event: &ModelEvent| matches!(event, ModelEvent::Progress { label } if label == "Filling in addReservation");
    assert!(events.iter().any(label), "{events:?}");
}

#[tokio::test]
async fn a_call_without_parameters() {
    let events = ask("show me my reserved tables", tools()).await;
    let call = call(&events).expect("a call");
    assert_eq!((call.name.as_str(), call.arguments.as_str()), ("tables_listReservations", "{}"));
}

#[tokio::test]
async fn what_is_missing_is_asked_for() {
    let events = ask("Please reserve a table at Chez Nora", tools()).await;
    assert_eq!(call(&events), None);
    assert!(text(&events).contains("**guests**"), "{}", text(&events));
}

#[tokio::test]
async fn without_plugins_it_marks_its_own_words_each_time() {
    let events = ask("Name a colour.", Vec::new()).await;
    assert!(text(&events).starts_with("*The small built-in model’s own words"), "{}", text(&events));
    let again = run(
        vec![
            Message::User { text: "Hi".to_owned() },
            Message::Assistant { text: "Hello!".to_owned(), calls: Vec::new() },
            Message::User { text: "Name a colour.".to_owned() },
        ],
        Vec::new(),
    )
    .await;
    assert!(text(&again).starts_with("*The small built-in model’s own words"), "{}", text(&again));
}

#[tokio::test]
async fn with_plugins_on_it_does_not_talk_freely() {
    let events = ask("Hello! How are you doing?", tools()).await;
    assert_eq!(call(&events), None);
    assert!(text(&events).starts_with("Hello. I can call"), "{}", text(&events));
    let events = ask("Who painted the Mona Lisa?", tools()).await;
    assert_eq!(call(&events), None);
    assert!(text(&events).starts_with("I understood a question about “painted Mona Lisa”"), "{}", text(&events));
    assert!(events.iter().any(|event| matches!(event, ModelEvent::Considered { consideration }
        if consideration.outcome.starts_with("Called nothing") && consideration.candidates.len() == 3)));
}

#[tokio::test]
async fn sums_are_computed_and_not_guessed() {
    for tools in [tools(), Vec::new()] {
        let events = ask("How much is 12 plus 7?", tools).await;
        assert_eq!(text(&events), "12 + 7 = **19**");
    }
}

#[tokio::test]
async fn a_plugin_that_is_switched_off_is_named() {
    let setting = Setting {
        today: "2026-03-31".to_owned(),
        plugins: vec![PluginProfile {
            name: "Weather".to_owned(),
            about: "The weather forecast for any city".to_owned(),
            is_active: false,
            examples: vec!["What will the weather be in Rome tomorrow?".to_owned()],
        }],
    };
    let messages = vec![Message::User { text: "What is the weather in Lisbon tomorrow?".to_owned() }];
    let request = ModelRequest { system: String::new(), messages, tools: tools(), setting: Some(setting) };
    let events = model().stream(request).map(|event| event.expect("the model does not fail")).collect::<Vec<_>>().await;
    assert_eq!(call(&events), None);
    assert!(text(&events).contains("The plugin **Weather** fits that"), "{}", text(&events));
}

#[tokio::test]
async fn a_key_that_nobody_gave_is_looked_up_first() {
    let delete = ToolDefinition {
        reads_only: false,
        ..tool(
            "todo",
            "deleteTodo",
            "Delete a todo",
            json!({"type": "object", "required": ["todo_id"], "properties": {"todo_id": {"type": "integer", "description": "The todo's number."}}}),
            &["Remove the third todo from my list"],
        )
    };
    let list = tool(
        "todo",
        "getTodos",
        "List all todos",
        json!({"type": "object", "properties": {}}),
        &["What do I have to do?"],
    );
    let tools = vec![list, delete];
    let mut messages = vec![Message::User { text: "delete the todo hello".to_owned() }];
    let events = run(messages.clone(), tools.clone()).await;
    let lookup = call(&events).expect("a lookup").clone();
    assert_eq!((lookup.name.as_str(), lookup.arguments.as_str()), ("todo_getTodos", "{}"));
    messages.push(Message::Assistant { text: String::new(), calls: vec![lookup.clone()] });
    messages.push(Message::Tool {
        call_id: lookup.id,
        tool: lookup.name,
        content: json!([{"id": 4, "text": "milk"}, {"id": 9, "text": "hello"}]).to_string(),
        note: String::new(),
        outcome: ToolOutcome::Answered,
    });
    let events = run(messages, tools).await;
    let placed = call(&events).expect("the call");
    assert_eq!((placed.name.as_str(), placed.arguments.as_str()), ("todo_deleteTodo", r#"{"todo_id":9}"#));
}

#[tokio::test]
async fn results_are_told_without_the_network() {
    let messages = vec![
        Message::User { text: "What is Heat about?".to_owned() },
        Message::Assistant { text: String::new(), calls: Vec::new() },
        Message::Tool {
            call_id: "c".to_owned(),
            tool: "films_getFilm".to_owned(),
            content: json!({"title": "Heat", "year": 1995}).to_string(),
            note: String::new(),
            outcome: ToolOutcome::Answered,
        },
    ];
    let events = run(messages, tools()).await;
    assert_eq!(text(&events), "This is what films has:\n\n**Heat**\n\n- year: 1995");
    assert_eq!(events.len(), 1);
}

#[tokio::test]
async fn the_same_request_gives_the_same_events() {
    let mut one = ask("What is the film Casablanca about?", tools()).await;
    let mut other = ask("What is the film Casablanca about?", tools()).await;
    // Whether one has to wait depends on the other tests.
    let waits = |event: &ModelEvent| matches!(event, ModelEvent::Progress { label } if label.starts_with("Waiting"));
    one.retain(|event| !waits(event));
    other.retain(|event| !waits(event));
    assert_eq!(one, other);
}

#[tokio::test]
async fn dropping_the_stream_stops_the_model() {
    let request = |text: &str| ModelRequest {
        system: String::new(),
        messages: vec![Message::User { text: text.to_owned() }],
        tools: Vec::new(),
        setting: None,
    };
    let mut stream = model().stream(request("Write a long story about a ship."));
    assert!(stream.next().await.is_some());
    drop(stream);
    // The next request only gets its turn once the first has stopped.
    let events = model().stream(request("Say hello.")).collect::<Vec<_>>().await;
    assert!(events.iter().all(Result::is_ok));
}

#[test]
fn a_damaged_file_says_what_to_do() {
    let whole = std::fs::read(model_file()).expect("the file can be read");
    let cut = std::env::temp_dir().join(format!("cordboard-embedded-cut-{}.gguf", std::process::id()));
    std::fs::write(&cut, &whole[..whole.len() / 2]).expect("a temporary file can be written");
    let error = EmbeddedModel::load(&cut).err().expect("half a file is no model").to_string();
    std::fs::remove_file(&cut).expect("the temporary file can be removed");
    assert!(error.contains("cut off or damaged") && error.contains("fetch it again"), "{error}");
}
