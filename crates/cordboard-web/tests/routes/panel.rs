//! The developer's panel of a turn, and asking it again.

use cordboard_domain::account::Role;
use cordboard_domain::consideration::{Candidate, Consideration};
use cordboard_domain::ports::Conversations as _;
use cordboard_model::chat::ModelEvent;
use cordboard_model::scripted::ScriptStep;
use cordboard_testkit::TestBuilder;

use crate::support::{joined, owner};

#[tokio::test]
async fn a_panel_tells_what_the_model_saw_said_and_got() {
    let rounds = vec![
        vec![
            ScriptStep::text("Let me <see>."),
            ModelEvent::Raw { text: "Let me <see>.\n```call\n{\"tool\": \"x\"}\n```".to_owned() }.into(),
            ScriptStep::call("c", "todo_getTodos", "{}"),
        ],
        vec![ScriptStep::text("You have one.")],
    ];
    let app = TestBuilder::new(rounds).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "What is on my list?").await;
    let page = owner(&app).await;
    assert!(page.html(&format!("/conversations/{conversation}")).await.contains("What happened"));
    let panel = page.html(&format!("/conversations/{conversation}/turns/{}/panel", turn.id)).await;
    for part in [
        "Called once.",
        "Let me &lt;see&gt;.\n```call\n{&quot;tool&quot;: &quot;x&quot;}\n```",
        "in: shown with its arguments",
        "<code>addTodo</code></td><td>no",
        "<code>getTodos</code></td><td>yes",
        "Rules of the house and descriptions of plugins",
        "Result of todo_getTodos",
        "Let me &lt;see&gt;.",
        "todo_getTodos {}",
        "Allowed: it only reads",
        "openai-ephemeral-user-id: ",
        "What the model was given of it",
        "buy bread",
        "Round 2",
    ] {
        assert!(panel.contains(part), "{part} in {panel}");
    }
    let recorded = serde_json::to_string(&app.model.requests()[0]).unwrap();
    let shown = recorded.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    assert!(panel.contains(&shown.replace('\'', "&#x27;")), "byte for byte");
}

#[tokio::test]
async fn a_panel_shows_how_a_model_weighed_the_operations() {
    let considered = |any: u16, candidates: Vec<Candidate>, outcome: &str| {
        let consideration = Consideration { candidates, any, threshold: 500, outcome: outcome.to_owned() };
        ModelEvent::Considered { consideration }.into()
    };
    let candidate = |tool: &str, share: u16, margin: i32| Candidate {
        tool: tool.to_owned(),
        share,
        margin,
        reasons: vec!["+2.10 words shared with <the name>".to_owned(), "-0.30 a negation".to_owned()],
    };
    let candidates = vec![candidate("todo_getTodos", 931, 125), candidate("todo_addTodo", 69, -125)];
    let rounds = vec![vec![
        considered(413, candidates, "No call: no operation is likely enough."),
        considered(820, Vec::new(), "A second look."),
        ScriptStep::text("I cannot do that."),
    ]];
    let app = TestBuilder::new(rounds).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "What is on my list?").await;
    let page = owner(&app).await;
    let panel = page.html(&format!("/conversations/{conversation}/turns/{}/panel", turn.id)).await;
    for part in [
        "<small>1 of 2</small>",
        "<p>No call: no operation is likely enough.</p>",
        "any operation is meant: 41.3 %. A call needs at least 50.0 %.",
        "<code>todo_getTodos</code></td><td>93.1 %</td><td>+1.25</td>",
        "<code>todo_addTodo</code></td><td>6.9 %</td><td>-1.25</td>",
        "<span class=\"block\">+2.10 words shared with &lt;the name&gt;</span><span class=\"block\">-0.30 a negation",
        "<small>2 of 2</small>",
        "A second look.",
    ] {
        assert!(panel.contains(part), "{part} in {panel}");
    }
    let chat = page.html(&format!("/conversations/{conversation}")).await;
    assert!(!chat.contains("likely enough") && !chat.contains("weighed"), "{chat}");
}

#[tokio::test]
async fn why_a_plugin_was_not_called_has_an_answer() {
    let app = TestBuilder::new((0..2).map(|_| vec![ScriptStep::text("I do not know.")]).collect()).start().await;
    let off = app.quiet_conversation().await;
    let on = app.conversation().await;
    let page = owner(&app).await;
    for (conversation, answer) in [(on, "the model chose not to call it"), (off, "it was not switched on in this chat")]
    {
        let plugin = app.registered().await.id;
        if conversation == off {
            app.store.deactivate(off, plugin).await.unwrap();
        }
        let turn = app.say(conversation, "What is on my list?").await;
        let panel = page.html(&format!("/conversations/{conversation}/turns/{}/panel", turn.id)).await;
        assert!(panel.contains(answer), "{answer} in {panel}");
    }
}

#[tokio::test]
async fn a_turn_is_asked_again_with_other_words_side_by_side() {
    let rounds = vec![
        vec![ScriptStep::text("I do not know.")],
        vec![ScriptStep::text("Now I look."), ScriptStep::call("c", "todo_addTodo", r#"{"what": 1}"#)],
    ];
    let app = TestBuilder::new(rounds).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "Add milk").await;
    let plugin = app.registered().await.id;
    let page = owner(&app).await;
    let path = format!("/conversations/{conversation}/turns/{}/replay", turn.id);
    let (described, added) = (format!("plugin.{plugin}"), format!("operation.{plugin}.addTodo"));
    let form = [("model", "scripted"), (&described, "Use it for <shopping>."), (&added, "Puts a thing on the list.")];
    let answer = page.post(&path, &form).await;
    assert_eq!(answer.status(), 200);
    let html = answer.text().await.unwrap();
    for part in ["I do not know.", "Now I look.", "todo_addTodo", "no argument `what`", "Use it for &lt;shopping&gt;."]
    {
        assert!(html.contains(part), "{part} in {html}");
    }
    let asked = &app.model.requests()[1];
    assert!(asked.system.contains("Use it for <shopping>.") && asked.system.contains("Puts a thing on the list."));
    assert!(app.plugin.received().is_empty(), "nothing is called");
    assert_eq!(app.events(conversation).await.last().unwrap().sequence, turn.sequence, "nothing is stored");
    assert_eq!(page.post(&path, &[("model", "unheard-of")]).await.status(), 409);
}

#[tokio::test]
async fn a_panel_is_for_developers() {
    let app = TestBuilder::new(vec![vec![ScriptStep::text("Hello.")]]).start().await;
    let (account, page) = joined(&app, "grace", Role::User).await;
    page.get("/").await;
    let conversation = app.store.list_conversations(account.id).await.unwrap().remove(0).id;
    let turn = app.engine.submit(conversation, account.id, "Hi").await.unwrap();
    app.settled(conversation, turn).await;
    assert_eq!(page.get(&format!("/conversations/{conversation}/turns/{turn}/panel")).await.status(), 404);
    assert_eq!(page.post(&format!("/conversations/{conversation}/turns/{turn}/replay"), &[]).await.status(), 404);
}
