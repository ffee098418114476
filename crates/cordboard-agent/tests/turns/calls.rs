//! Reads: called at once, answered, told to the model.

use cordboard_domain::call::CallState;
use cordboard_domain::event::{TurnEvent, TurnOutcome};
use cordboard_domain::ports::Conversations as _;
use cordboard_model::chat::{Message, ToolOutcome};
use cordboard_model::scripted::ScriptStep;
use cordboard_testkit::TestBuilder;

fn answer(text: &str) -> Vec<ScriptStep> {
    vec![ScriptStep::text(text)]
}

#[tokio::test]
async fn a_question_is_answered_from_the_plugin() {
    let rounds = vec![vec![ScriptStep::call("c1", "todo_getTodos", r#"{"limit": 5}"#)], answer("Buy bread.")];
    let app = TestBuilder::new(rounds).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "What is on my list?").await;

    assert_eq!(turn.outcome, Some(TurnOutcome::Answered));
    assert_eq!(turn.rounds[1].text(), "Buy bread.");
    let received = app.plugin.received();
    assert_eq!((received[0].method.as_str(), received[0].target.as_str()), ("GET", "/todos?limit=5"));
    let header = |name: &str| received[0].headers.get(name).and_then(|value| value.to_str().ok());
    assert_eq!(header("openai-conversation-id"), Some(conversation.as_uuid().to_string().as_str()));
    assert!(header("openai-ephemeral-user-id").is_some());
    assert_eq!(header("openai-subdivision-1-iso-code"), None);
    assert_eq!(header("user-agent"), Some("Cordboard/test"));

    let requests = app.model.requests();
    let told = requests[1].messages.last().unwrap();
    assert!(matches!(told, Message::Tool { content, outcome: ToolOutcome::Answered, .. }
        if content == r#"{"todos":["buy bread"]}"#));
}

#[tokio::test]
async fn what_the_model_saw_is_recorded_byte_for_byte() {
    let app = TestBuilder::new(vec![answer("Hello.")]).start().await;
    let conversation = app.conversation().await;
    app.say(conversation, "Hi").await;
    let sent = serde_json::to_string(&app.model.requests()[0]).unwrap();
    let recorded = app.events(conversation).await.into_iter().find_map(|event| match event.event {
        TurnEvent::ModelAsked { input, .. } => Some(input),
        _ => None,
    });
    assert_eq!(recorded.unwrap(), sent);
    assert!(sent.contains("namespace todo {") && sent.contains("// Plugin for managing a todo list."));
}

#[tokio::test]
async fn without_an_active_plugin_the_model_sees_none() {
    let app = TestBuilder::new(vec![answer("Hello.")]).start().await;
    app.registered().await;
    let conversation = app.quiet_conversation().await;
    app.say(conversation, "Hi").await;
    let request = &app.model.requests()[0];
    assert!(request.tools.is_empty() && !request.system.contains("todo"));
}

#[tokio::test]
async fn several_reads_of_one_round_are_all_sent() {
    let calls = (1..=3).map(|n| ScriptStep::call(format!("c{n}"), "todo_getTodos", format!("{{\"limit\": {n}}}")));
    let app = TestBuilder::new(vec![calls.collect(), answer("Done.")]).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "three times").await;
    assert_eq!(app.plugin.received().len(), 3);
    assert!(turn.calls().all(|call| matches!(call.state, CallState::Answered { .. })));
}

#[tokio::test]
async fn wrong_arguments_go_back_to_the_model_in_words() {
    let wrong = |arguments: &str| vec![ScriptStep::call("c", "todo_getTodos", arguments)];
    let table = [
        (r#"{"limit": "five"}"#, "The argument `limit` does not fit: \"five\" is not of type \"integer\"."),
        (r#"{"size": 5}"#, "There is no argument `size`; the arguments are: `limit`."),
        ("{", "The arguments are not valid JSON: EOF while parsing an object at line 1 column 1."),
        ("[]", "The arguments must be one JSON object."),
    ];
    for (arguments, expected) in table {
        let app = TestBuilder::new(vec![wrong(arguments), answer("I see.")]).start().await;
        let conversation = app.conversation().await;
        app.say(conversation, "x").await;
        let requests = app.model.requests();
        let Some(Message::Tool { content, outcome: ToolOutcome::Failed, .. }) = requests[1].messages.last() else {
            panic!("the model is told: {:?}", requests[1].messages);
        };
        assert_eq!(content, expected);
        assert!(app.plugin.received().is_empty());
    }
}

#[tokio::test]
async fn an_unknown_tool_is_named_with_those_there_are() {
    let rounds = vec![vec![ScriptStep::call("c", "todo_fly", "{}")], answer("Sorry.")];
    let app = TestBuilder::new(rounds).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "fly").await;
    let call = turn.calls().next().unwrap();
    let CallState::Rejected { problem } = &call.state else { panic!("{:?}", call.state) };
    assert_eq!(problem, "There is no tool `todo_fly`; the tools are: todo_getTodos, todo_addTodo, todo_deleteTodo.");
}

#[tokio::test]
async fn a_plugins_errors_reach_the_model_and_stay_on_record() {
    let rounds = || vec![vec![ScriptStep::call("c", "todo_getTodos", "{}")], answer("Sorry.")];
    let app = TestBuilder::new(rounds()).start().await;
    app.plugin.answer_with(503, "text/html", "<h1>Busy</h1>");
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "list").await;
    let CallState::Answered { response } = &turn.calls().next().unwrap().state else { panic!() };
    assert_eq!(response.status, 503);
    let told = format!("{:?}", app.model.requests()[1].messages.last().unwrap());
    assert!(told.contains("The plugin answered with status 503 (Service Unavailable): Busy"), "{told}");

    let app = TestBuilder::new(rounds()).start().await;
    let conversation = app.conversation().await;
    app.plugin.stop();
    let turn = app.say(conversation, "list").await;
    let state = &turn.calls().next().unwrap().state;
    assert!(matches!(state, CallState::Failed { failure } if failure.message.contains("does not answer")), "{state:?}");
    assert_eq!(turn.outcome, Some(TurnOutcome::Answered));
}

#[tokio::test]
async fn json_with_a_lying_label_is_read_as_json() {
    let rounds = vec![vec![ScriptStep::call("c", "todo_getTodos", "{}")], answer("One.")];
    let app = TestBuilder::new(rounds).start().await;
    app.plugin.answer_with(200, "text/html", "{ \"todos\": [ \"a\" ] }");
    let conversation = app.conversation().await;
    app.say(conversation, "list").await;
    let told = format!("{:?}", app.model.requests()[1].messages.last().unwrap());
    assert!(told.contains(r#"{\"todos\":[\"a\"]}"#), "{told}");
}

#[tokio::test]
async fn the_model_hears_what_became_of_plugins_that_it_used_earlier() {
    let read = || vec![ScriptStep::call("c", "todo_getTodos", "{}")];
    let rounds = vec![read(), answer("Bread."), answer("Still there."), answer("It is off.")];
    let app = TestBuilder::new(rounds).start().await;
    let conversation = app.conversation().await;
    app.say(conversation, "what is on my list?").await;
    let system = |number: usize| app.model.requests()[number].system.clone();
    assert!(!system(1).contains("earlier;") && !system(1).contains("switched off now"), "{}", system(1));
    app.plugin.set_spec(
        "openapi: 3.0.1\ninfo: {title: Todo, version: v2}\npaths: {/todos: {get: {operationId: getTodos, summary: New}}}",
    );
    let plugin = app.registered().await;
    app.say(conversation, "and now?").await;
    assert!(system(2).contains("Todo list has changed since it was used earlier"), "{}", system(2));
    app.store.deactivate(conversation, plugin.id).await.unwrap();
    app.say(conversation, "and now?").await;
    assert!(system(3).contains("Todo list was used earlier and is switched off now"), "{}", system(3));
    assert!(app.model.requests()[3].tools.iter().all(|tool| !tool.name.starts_with("todo")));
}
