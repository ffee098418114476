//! Example requests that a developer edits reach models at once, and go again.

use cordboard_agent::catalogue::CatalogueError;
use cordboard_domain::example_requests::ExampleRequests;
use cordboard_domain::ports::StoreError;
use cordboard_model::scripted::ScriptStep;
use cordboard_testkit::TestBuilder;

#[tokio::test]
async fn edited_examples_are_used_in_every_conversation_at_once() {
    let rounds = (0..3).map(|_| vec![ScriptStep::text("Well.")]).collect();
    let app = TestBuilder::new(rounds).start().await;
    let conversation = app.conversation().await;
    let budget = async || app.engine.budget(conversation).await.unwrap().unwrap().used();
    app.say(conversation, "Hello").await;
    let before = budget().await;

    let own = app.catalogue.own(&app.account(app.owner).await, app.registered().await.id).await.unwrap();
    let examples = ExampleRequests::from_lines("What is left to do?").unwrap();
    app.catalogue.edit_examples(&own, "getTodos", &examples).await.unwrap();
    app.say(conversation, "Hello").await;
    assert!(budget().await > before, "what the model is shown is counted");

    app.catalogue.reset_examples(&own, "getTodos").await.unwrap();
    app.say(conversation, "Hello").await;
    assert_eq!(budget().await, before);

    let requests = app.model.requests();
    let examples = |number: usize| {
        let tool = requests[number].tools.iter().find(|tool| tool.name == "todo_getTodos").unwrap();
        (tool.examples.clone(), requests[number].system.contains("// Example: "))
    };
    assert_eq!(examples(0), (Vec::new(), false), "made examples are not for models that read descriptions");
    assert_eq!(examples(1), (vec!["What is left to do?".to_owned()], true));
    assert_eq!(examples(2), examples(0));

    let unknown = app.catalogue.edit_examples(&own, "nothing", &ExampleRequests::from_lines("x").unwrap()).await;
    assert!(matches!(unknown, Err(CatalogueError::Store(StoreError::NotFound("operation")))));
}
