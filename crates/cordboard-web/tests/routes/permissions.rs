//! Standing permissions: given on a card, bounded, listed, used, suspended, taken back.

use cordboard_domain::call::CallState;
use cordboard_domain::id::ConversationId;
use cordboard_domain::ports::{Grants as _, Vault as _};
use cordboard_domain::time::SignedDuration;
use cordboard_domain::turn::{Turn, TurnState};
use cordboard_model::scripted::ScriptStep;
use cordboard_testkit::{TestApp, TestBuilder, TestPage};
use serde_json::{Value, json};

use crate::support::owner;

const SPEC: &str = "openapi: 3.0.1\npaths: {/pay: {post: {operationId: pay, x-openai-isConsequential: FLAG, summary: Pay somebody, \
    requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {to: {type: string}, \
    amount: {type: number}, account: {type: string}}}}}}}}}";

struct Scene {
    app: TestApp,
    page: TestPage,
    conversation: ConversationId,
}

impl Scene {
    async fn set(flag: &str, payments: &[(&str, i32)]) -> Self {
        Self::with(json!({"type": "none"}), flag, payments).await
    }

    /// With a plugin that asks who is calling.
    async fn with(auth: Value, flag: &str, payments: &[(&str, i32)]) -> Self {
        let pay = |(to, amount): &(&str, i32)| {
            let arguments = format!(r#"{{"to": "{to}", "amount": {amount}}}"#);
            [vec![ScriptStep::call("c", "todo_pay", arguments)], vec![ScriptStep::text("Done.")]]
        };
        let app = TestBuilder::new(payments.iter().flat_map(pay).collect()).start().await;
        app.plugin.ask_for(auth);
        app.plugin.set_spec(SPEC.replace("FLAG", flag));
        let conversation = app.conversation().await;
        let page = owner(&app).await;
        Self { app, page, conversation }
    }

    async fn pay(&self) -> Turn {
        self.app.say(self.conversation, "pay").await
    }

    /// Answers the question of a turn with a form.
    async fn answer(&self, turn: &Turn, form: &[(&str, &str)]) -> (u16, Turn) {
        let CallState::AwaitingConfirmation { confirmation } = &turn.calls().next().unwrap().state else {
            panic!("nothing was asked")
        };
        let path = format!("/conversations/{}/turns/{}/confirmations/{}", self.conversation, turn.id, confirmation.id);
        let status = self.page.post(&path, form).await.status().as_u16();
        (status, self.app.settled(self.conversation, turn.id).await)
    }
}

fn is_asked(turn: &Turn) -> bool {
    turn.state() == TurnState::AwaitingConfirmation
}

#[tokio::test]
async fn what_is_allowed_within_bounds_leaves_unasked_and_nothing_else_does() {
    let payments = [("ada", 20), ("ada", 15), ("ada", -1), ("ada", 21), ("bob", 1), ("ada", 1), ("ada", 2)];
    let scene = Scene::set("false", &payments).await;
    let first = scene.pay().await;
    let card = scene.page.html(&format!("/conversations/{}", scene.conversation)).await;
    assert!(card.contains("Always allow this…") && card.contains("from 0 to 20"), "{card}");
    let form = [("decision", "always"), ("bound.to", "same"), ("bound.amount", "up_to"), ("days", "7")];
    let (status, turn) = scene.answer(&first, &form).await;
    assert_eq!((status, matches!(turn.calls().next().unwrap().state, CallState::Answered { .. })), (303, true));

    let second = scene.pay().await;
    assert!(matches!(second.calls().next().unwrap().state, CallState::Answered { .. }), "15 is within the range");
    let shown = scene.page.html(&format!("/conversations/{}", scene.conversation)).await;
    assert!(shown.contains("Sent without asking"));
    for what in ["a negative amount", "21 is more", "bob is somebody else"] {
        let turn = scene.pay().await;
        assert!(is_asked(&turn), "{what}");
        scene.answer(&turn, &[("decision", "decline")]).await;
    }
    let listed = scene.page.html("/permissions").await;
    assert!(
        listed.contains("to is “ada”") && listed.contains("amount is from 0 to 20") && listed.contains("last used"),
        "{listed}"
    );
    scene.app.clock.advance(SignedDuration::from_hours(24 * 7));
    let late = scene.pay().await;
    assert!(is_asked(&late), "its time is over");
    scene.answer(&late, &[("decision", "always")]).await;
    let grant = scene.app.store.list_grants(scene.app.owner).await.unwrap().remove(0);
    assert_eq!(scene.page.post(&format!("/permissions/{}/revoke", grant.id), &[]).await.status(), 303);
    assert!(is_asked(&scene.pay().await), "it was taken back");
    assert_eq!(scene.app.plugin.received().len(), 3);
}

#[tokio::test]
async fn a_permission_covers_exactly_the_arguments_of_its_call_unless_more_is_chosen() {
    let scene = Scene::set("false", &[("ada", 20), ("ada", 20), ("ada", 19), ("bob", 19)]).await;
    let first = scene.pay().await;
    let card = scene.page.html(&format!("/conversations/{}", scene.conversation)).await;
    for part in [
        "<option value=\"same\" selected>only ada</option>",
        "<option value=\"same\" selected>only 20</option>",
        "Arguments that this call leaves out (1)",
        "<option value=\"same\" selected>left out</option>",
    ] {
        assert!(card.contains(part), "{part} in {card}");
    }
    for days in ["0", "367", "-1", "x", "99999999999999999999"] {
        assert_eq!(scene.answer(&first, &[("decision", "always"), ("days", days)]).await.0, 422, "{days}");
    }
    scene.answer(&first, &[("decision", "always"), ("bound.amount", ""), ("bound.to", "at_most")]).await;
    assert!(!is_asked(&scene.pay().await), "the same arguments");
    let other = scene.pay().await;
    assert!(is_asked(&other), "another amount");
    scene.answer(&other, &[("decision", "always"), ("bound.to", "any")]).await;
    assert!(!is_asked(&scene.pay().await), "anybody was chosen");
    let grants = scene.app.store.list_grants(scene.app.owner).await.unwrap();
    assert!(grants.iter().all(|grant| grant.expires_at.is_some()), "without `days`, a permission ends");
    assert!(scene.page.html("/permissions").await.contains("every other argument is left out"));
}

#[tokio::test]
async fn only_what_the_plugin_permits_can_be_allowed_for_good() {
    for flag in ["true", "null"] {
        let scene = Scene::set(flag, &[("ada", 1), ("ada", 1)]).await;
        let turn = scene.pay().await;
        assert!(!scene.page.html(&format!("/conversations/{}", scene.conversation)).await.contains("Always allow"));
        let (status, turn) = scene.answer(&turn, &[("decision", "always")]).await;
        assert!(status == 409 && is_asked(&turn), "{flag}");
        assert!(scene.app.store.list_grants(scene.app.owner).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_plugin_that_can_do_more_by_now_asks_again_until_that_is_accepted() {
    let scene = Scene::set("false", &[("ada", 1), ("ada", 1), ("ada", 1)]).await;
    let turn = scene.pay().await;
    scene.answer(&turn, &[("decision", "always"), ("days", "")]).await;
    assert!(!is_asked(&scene.pay().await));
    let spec =
        SPEC.replace("FLAG", "false").replace("amount: {type: number}", "amount: {type: number}, memo: {type: string}");
    scene.app.plugin.set_spec(spec);
    scene.app.registered().await;
    let turn = scene.pay().await;
    assert!(is_asked(&turn), "the operation is called otherwise by now");
}

#[tokio::test]
async fn what_is_taken_back_while_a_call_waits_for_its_person_to_connect_does_not_leave() {
    let scene = Scene::with(json!({"type": "user_http"}), "false", &[("ada", 1), ("ada", 1)]).await;
    let Scene { app, page, conversation } = &scene;
    let connect = format!("/connect/{}", app.registered().await.id);
    page.post(&connect, &[("key", "my-own-key")]).await;
    let first = scene.pay().await;
    scene.answer(&first, &[("decision", "always")]).await;
    let grant = app.store.list_grants(app.owner).await.unwrap().remove(0).id;
    let sent = app.plugin.received().len();
    let connection = app.store.list_connections(app.owner).await.unwrap()[0].id;
    app.store.release_renewal(connection, 1, true).await.unwrap();
    let turn = scene.pay().await;
    assert_eq!(turn.state(), TurnState::AwaitingConnection);
    page.post(&format!("/permissions/{grant}/revoke"), &[]).await;
    page.post(&connect, &[("key", "my-new-key")]).await;
    let turn = app.settled(*conversation, turn.id).await;
    let state = &turn.calls().next().unwrap().state;
    assert!(matches!(state, CallState::Declined { .. }), "{state:?}");
    assert_eq!(app.plugin.received().len(), sent);
}
