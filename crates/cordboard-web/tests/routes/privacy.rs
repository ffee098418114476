//! What plugins learn of a person: where they are, what they agreed to, and what has left.

use cordboard_domain::call::CallState;
use cordboard_domain::event::TurnOutcome;
use cordboard_domain::id::ConversationId;
use cordboard_domain::turn::{Turn, TurnState};
use cordboard_model::scripted::ScriptStep;
use cordboard_testkit::{TestApp, TestBuilder, TestPage};

use crate::support::owner;

const SPEC: &str = "openapi: 3.0.1\npaths: {/weather: {get: {operationId: weather, parameters: [\
    {name: day, in: query, schema: {type: string}}, \
    {name: where, in: query, x-cordboard-personal: city, required: REQUIRED, description: To know <where>, schema: {type: string}}, \
    {name: X-Zone, in: header, x-cordboard-personal: time_zone, schema: {type: string}}, \
    {name: mood, in: query, x-cordboard-personal: mood, schema: {type: string}}]}}}";

struct Scene {
    app: TestApp,
    page: TestPage,
    conversation: ConversationId,
}

impl Scene {
    async fn set(required: bool, calls: usize) -> Self {
        let rounds = (0..calls).flat_map(|_| {
            [vec![ScriptStep::call("c", "todo_weather", r#"{"day": "monday"}"#)], vec![ScriptStep::text("Sunny.")]]
        });
        let app = TestBuilder::new(rounds.collect()).start().await;
        app.plugin.set_spec(SPEC.replace("REQUIRED", &required.to_string()));
        let conversation = app.conversation().await;
        let page = owner(&app).await;
        Self { app, page, conversation }
    }

    async fn ask(&self) -> Turn {
        self.app.say(self.conversation, "weather").await
    }

    async fn answer(&self, turn: &Turn, form: &[(&str, &str)]) -> (u16, Turn) {
        let call = turn.calls().next().unwrap().id;
        let path = format!("/conversations/{}/turns/{}/consents/{call}", self.conversation, turn.id);
        let status = self.page.post(&path, form).await.status().as_u16();
        (status, self.app.settled(self.conversation, turn.id).await)
    }
}

#[tokio::test]
async fn what_a_plugin_asks_for_reaches_it_only_with_consent_until_that_is_taken_back() {
    let scene = Scene::set(false, 4).await;
    let turn = scene.ask().await;
    assert_eq!(turn.state(), TurnState::AwaitingConsent);
    assert!(scene.app.plugin.received().is_empty());
    let offered = serde_json::to_string(&scene.app.model.requests()[0].tools).unwrap();
    assert!(!offered.contains("where") && !offered.contains("X-Zone") && offered.contains("mood"), "{offered}");
    let html = scene.page.html(&format!("/conversations/{}", scene.conversation)).await;
    for part in
        ["Todo list asks for something about you", "Your city", "Your time zone", "To know &lt;where&gt;", "Not now"]
    {
        assert!(html.contains(part), "{part} in {html}");
    }

    assert!(!html.contains(" checked"), "nothing is ticked beforehand");
    let (status, unticked) = scene.answer(&turn, &[("decision", "allow"), ("city", "Bad Tölz")]).await;
    assert_eq!((status, unticked.state()), (422, TurnState::AwaitingConsent), "nothing was ticked");
    for unfit in ["", "a\r\nb"] {
        let (status, turn) = scene.answer(&turn, &[("decision", "allow"), ("share.city", "on"), ("city", unfit)]).await;
        assert_eq!((status, turn.state()), (422, TurnState::AwaitingConsent), "{unfit:?}");
    }
    let form = [("decision", "allow"), ("share.city", "on"), ("city", "Bad Tölz"), ("time_zone", "Europe/Berlin")];
    let (status, turn) = scene.answer(&turn, &form).await;
    assert_eq!((status, turn.outcome.clone()), (303, Some(TurnOutcome::Answered)));
    assert_eq!(scene.app.plugin.received()[0].target, "/weather?day=monday&where=Bad%20T%C3%B6lz");
    assert!(scene.app.plugin.received()[0].headers.get("x-zone").is_none(), "that was not ticked");

    scene.ask().await;
    assert_eq!(scene.app.plugin.received().len(), 2, "it is not asked again");
    let privacy = scene.page.html("/privacy").await;
    for part in [
        "learns your city",
        "does not learn your time zone",
        "with day",
        "<strong>your city</strong>",
        "The exact request",
    ] {
        assert!(privacy.contains(part), "{part} in {privacy}");
    }

    let plugin = scene.app.registered().await.id;
    let revoke = format!("/privacy/consents/{plugin}/city/revoke");
    assert_eq!(scene.page.post(&revoke, &[]).await.status(), 303);
    assert_eq!(scene.page.post(&revoke, &[]).await.status(), 404);
    let turn = scene.ask().await;
    assert_eq!(turn.state(), TurnState::AwaitingConsent);
    let html = scene.page.html(&format!("/conversations/{}", scene.conversation)).await;
    assert!(html.contains("value=\"Bad Tölz\""), "what was said once need not be written again");
    let (_, turn) = scene.answer(&turn, &[("decision", "decline"), ("share.city", "on")]).await;
    assert_eq!(turn.outcome, Some(TurnOutcome::Answered));
    assert_eq!(scene.app.plugin.received()[2].target, "/weather?day=monday");
    scene.ask().await;
    assert_eq!(scene.app.plugin.received()[3].target, "/weather?day=monday", "no is remembered");
}

#[tokio::test]
async fn an_operation_that_cannot_do_without_is_not_called_without() {
    let scene = Scene::set(true, 1).await;
    let turn = scene.ask().await;
    let (_, turn) = scene.answer(&turn, &[("decision", "decline")]).await;
    let state = &turn.calls().next().unwrap().state;
    assert!(matches!(state, CallState::Rejected { problem } if problem.contains("needs the user's city")), "{state:?}");
    assert!(scene.app.plugin.received().is_empty());
}

#[tokio::test]
async fn what_is_taken_back_while_a_call_waits_does_not_leave_with_it() {
    let scene = Scene::set(false, 1).await;
    scene.app.plugin.set_spec(SPEC.replace("REQUIRED", "false").replace("get:", "post:"));
    let conversation = scene.app.conversation().await;
    let scene = Scene { conversation, ..scene };
    let turn = scene.ask().await;
    let (_, turn) = scene.answer(&turn, &[("decision", "allow"), ("share.city", "on"), ("city", "Rome")]).await;
    let CallState::AwaitingConfirmation { confirmation } = &turn.calls().next().unwrap().state else {
        panic!("{turn:?}")
    };
    let html = scene.page.html(&format!("/conversations/{conversation}")).await;
    assert!(html.contains("tells <strong>your city</strong>"), "{html}");
    let plugin = scene.app.registered().await.id;
    assert_eq!(scene.page.post(&format!("/privacy/consents/{plugin}/city/revoke"), &[]).await.status(), 303);
    let path = format!("/conversations/{conversation}/turns/{}/confirmations/{}", turn.id, confirmation.id);
    scene.page.post(&path, &[("decision", "allow")]).await;
    let turn = scene.app.settled(conversation, turn.id).await;
    let state = &turn.calls().next().unwrap().state;
    assert!(matches!(state, CallState::Failed { failure } if failure.message.contains("no longer share")), "{state:?}");
    assert!(scene.app.plugin.received().is_empty());
}

#[tokio::test]
async fn people_say_where_they_are_and_how_much_of_it_is_told() {
    let scene = Scene::set(false, 5).await;
    let place = async |form: &[(&str, &str)]| scene.page.post("/privacy/place", form).await.status().as_u16();
    let told = async || {
        let turn = scene.ask().await;
        if turn.state() == TurnState::AwaitingConsent {
            scene.answer(&turn, &[("decision", "decline")]).await;
        }
        let received = scene.app.plugin.received();
        received
            .last()
            .unwrap()
            .headers
            .get("openai-subdivision-1-iso-code")
            .map(|code| code.to_str().unwrap().to_owned())
    };
    assert_eq!(told().await, None, "nobody said anything");
    assert_eq!(place(&[("share", "subdivision"), ("country", "DE"), ("subdivision", "US-CA")]).await, 303);
    assert_eq!(told().await.as_deref(), Some("DE"), "a state of another country does not count");
    let html = scene.page.html("/privacy").await;
    assert!(html.contains("<strong>Germany</strong>") && html.contains("value=\"DE-BE\""), "{html}");
    assert_eq!(place(&[("share", "subdivision"), ("country", "DE"), ("subdivision", "DE-BE")]).await, 303);
    assert_eq!(told().await.as_deref(), Some("DE-BE"));
    assert_eq!(place(&[("share", "country"), ("country", "DE"), ("subdivision", "DE-BE")]).await, 303);
    assert_eq!(told().await.as_deref(), Some("DE"));
    assert_eq!(place(&[("share", "off"), ("country", "DE")]).await, 303);
    assert_eq!(told().await, None);
    for unfit in [[("share", "all"), ("country", "DE")], [("share", "off"), ("country", "XX")]] {
        assert_eq!(place(&unfit).await, 422, "{unfit:?}");
    }
    let html = scene.page.html("/privacy").await;
    assert!(html.contains("Plugins are not told where you are") && html.contains("place DE-BE"), "{html}");
}

#[tokio::test]
async fn what_people_say_about_themselves_is_checked_kept_and_forgotten() {
    let scene = Scene::set(false, 0).await;
    let say = async |form: &[(&str, &str)]| scene.page.post("/privacy/profile", form).await.status().as_u16();
    assert_eq!(say(&[("name", "Ada"), ("email", "nobody")]).await, 422);
    assert!(!scene.page.html("/privacy").await.contains("value=\"Ada\""), "all or nothing");
    assert_eq!(say(&[("name", "Ada"), ("email", "ada@example.org"), ("coordinates", "1,2")]).await, 303);
    assert!(scene.page.html("/privacy").await.contains("value=\"ada@example.org\""));
    assert_eq!(say(&[("email", " ")]).await, 303);
    let html = scene.page.html("/privacy").await;
    assert!(html.contains("value=\"Ada\"") && !html.contains("ada@example.org"));
}
