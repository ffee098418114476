//! Cards of links that calls returned and answers mention.

use cordboard_domain::id::ConversationId;
use cordboard_model::scripted::ScriptStep;
use cordboard_testkit::{FakePlugin, TestApp, TestBuilder, TestPage};
use serde_json::json;

use crate::pictures;
use crate::support::owner;

const HEAD: &str = "<title>T</title><meta property='og:site_name' content='The News'>\
                    <meta property='og:title' content='A &lt;b&gt; story'><meta name=description content='Two lines.'>\
                    <meta property='og:image' content='/cover.png'>";

struct Scene {
    app: TestApp,
    page: TestPage,
    conversation: ConversationId,
    origin: String,
}

impl Scene {
    /// A plugin returned three links; the answer repeats them and invents one.
    async fn set() -> Self {
        let plugin = FakePlugin::start().await;
        let origin = plugin.origin().to_owned();
        let [story, bad, plain] = ["story", "bad", "plain"].map(|path| format!("{origin}/{path}"));
        plugin.answer_at("/todos", 200, "application/json", json!([story, bad, plain]).to_string());
        plugin.answer_at("/story", 200, "text/html", HEAD);
        plugin.answer_at("/bad", 500, "text/html", HEAD);
        plugin.answer_at("/plain", 200, "image/svg+xml", HEAD);
        plugin.answer_at("/cover.png", 200, "text/plain", pictures::file(2400, 1200));
        let said = format!("[Story]({story}), {bad}, <{plain}>, [again]({story}), [mine]({origin}/) and {story}/more");
        let call = vec![ScriptStep::call("c", "todo_getTodos", "{}")];
        let app = TestBuilder::new(vec![call, vec![ScriptStep::text(&said)]]).start_with(plugin).await;
        let conversation = app.conversation().await;
        app.say(conversation, "What is new?").await;
        let page = owner(&app).await;
        Self { app, page, conversation, origin }
    }

    async fn get(&self, query: &str) -> reqwest::Response {
        self.page.get(&format!("/conversations/{}/{query}", self.conversation)).await
    }

    async fn card(&self, path: &str) -> reqwest::Response {
        self.get(&format!("cards?url={}/{path}", self.origin)).await
    }

    fn fetched(&self, path: &str) -> usize {
        self.app.plugin.received().iter().filter(|request| request.target == path).count()
    }
}

#[tokio::test]
async fn links_that_a_call_returned_have_a_place_and_pages_that_can_be_had_fill_it() {
    let scene = Scene::set().await;
    let html = scene.page.html(&format!("/conversations/{}", scene.conversation)).await;
    assert_eq!(html.matches("data-card=").count(), 3, "{html}");
    for path in ["story", "bad", "plain"] {
        let link =
            format!("<a href=\"{}/{path}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\"><span", scene.origin);
        assert!(html.contains(&link), "a plain link to {path} in {html}");
    }
    assert_eq!(scene.app.plugin.received().len(), 1, "nothing is fetched before somebody looks");

    let card = scene.card("story").await;
    assert_eq!(card.status(), 200);
    let card = card.text().await.unwrap().replace("&#x2f;", "/");
    let picture = format!("/conversations/{}/images?card=http%3A%2F%2F", scene.conversation);
    for part in ["The News · localhost", "A &lt;b&gt; story", "Two lines.", &picture] {
        assert!(card.contains(part), "{part} in {card}");
    }
    for path in ["bad", "plain"] {
        assert_eq!(scene.card(path).await.status(), 204, "{path}");
    }
}

#[tokio::test]
async fn a_link_that_no_call_returned_has_no_card_and_is_not_fetched() {
    let scene = Scene::set().await;
    let before = scene.app.plugin.received().len();
    for path in ["", "story/more", "cover.png"] {
        assert_eq!(scene.card(path).await.status(), 404, "{path}");
        let picture = scene.get(&format!("images?card={}/{path}", scene.origin)).await;
        assert_eq!(picture.status(), 404, "{path}");
    }
    let elsewhere = scene.app.quiet_conversation().await;
    for query in ["cards?url", "images?card"] {
        let path = format!("/conversations/{elsewhere}/{query}={}/story", scene.origin);
        assert_eq!(scene.page.get(&path).await.status(), 404, "another chat of one's own");
    }
    assert_eq!(scene.app.plugin.received().len(), before);
}

#[tokio::test]
async fn a_cards_picture_comes_from_the_host_and_was_drawn_there() {
    let scene = Scene::set().await;
    assert_eq!(scene.card("story").await.status(), 200);
    let path = format!("images?card={}/story", scene.origin);
    let picture = scene.get(&path).await;
    assert_eq!((picture.status().as_u16(), &picture.headers()["content-type"]), (200, &"image/png".parse().unwrap()));
    assert_eq!(pictures::size(&picture.bytes().await.unwrap()), (1200, 600));
    assert_eq!(scene.fetched("/story"), 1, "the page is known already");
    scene.app.plugin.answer_at("/cover.png", 200, "image/png", "<svg onload=alert(1)>");
    assert_eq!(scene.get(&path).await.status(), 404);
}

#[tokio::test]
async fn what_an_earlier_turn_returned_has_a_card_and_what_a_later_one_returns_has_none() {
    let plugin = FakePlugin::start().await;
    let [early, late] = ["early", "late"].map(|path| format!("{}/{path}", plugin.origin()));
    plugin.answer_with(200, "application/json", json!([early]).to_string());
    let both = format!("{early} {late}");
    let call = |id: &str| vec![ScriptStep::call(id, "todo_getTodos", "{}")];
    let said = |text: &str| vec![ScriptStep::text(text)];
    let rounds = vec![call("c1"), said("Done."), said(&both), call("c2"), said("Done.")];
    let app = TestBuilder::new(rounds).start_with(plugin).await;
    let conversation = app.conversation().await;
    app.say(conversation, "What is new?").await;
    app.say(conversation, "Where is it?").await;
    app.plugin.answer_with(200, "application/json", json!([late]).to_string());
    app.say(conversation, "And now?").await;
    let page = owner(&app).await;
    app.plugin.answer_with(200, "text/html", HEAD);
    let html = page.html(&format!("/conversations/{conversation}")).await;
    assert_eq!(html.matches("data-card=").count(), 1, "{html}");
    for (link, status) in [(early, 200), (late, 404)] {
        let card = page.get(&format!("/conversations/{conversation}/cards?url={link}")).await;
        assert_eq!(card.status(), status, "{link}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_finished_has_no_cards() {
    let plugin = FakePlugin::start().await;
    let link = format!("{}/story", plugin.origin());
    plugin.answer_with(200, "application/json", json!([link]).to_string());
    let rounds = vec![
        vec![ScriptStep::call("c1", "todo_getTodos", "{}")],
        vec![ScriptStep::text(&link), ScriptStep::call("c2", "todo_addTodo", r#"{"todo": "read"}"#)],
    ];
    let app = TestBuilder::new(rounds).start_with(plugin).await;
    let conversation = app.conversation().await;
    app.say(conversation, "What is new?").await;
    let page = owner(&app).await;
    let html = page.html(&format!("/conversations/{conversation}")).await;
    assert!(html.contains("Allow once") && !html.contains("data-card"), "{html}");
    assert_eq!(page.get(&format!("/conversations/{conversation}/cards?url={link}")).await.status(), 404);
}
