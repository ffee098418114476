//! Private origins that the operator named: each is there for the plugin that lives there, and for those listed with it.

use cordboard_agent::catalogue::access::Developer;
use cordboard_agent::engine::EngineConfig;
use cordboard_domain::call::CallState;
use cordboard_domain::id::PluginId;
use cordboard_domain::origin::ListedOrigins;
use cordboard_domain::plugin::DocumentSource;
use cordboard_domain::ports::Conversations as _;
use cordboard_model::scripted::ScriptStep;
use cordboard_testkit::{FakePlugin, TestApp, TestBuilder};
use url::Url;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

/// A description with a server at each of its levels in turn.
fn specs(server: &str) -> [String; 3] {
    let servers = format!("servers: [{{url: '{server}'}}]");
    [
        format!("openapi: 3.0.1\n{servers}\npaths: {{/todos: {{get: {{operationId: getTodos}}}}}}"),
        format!("openapi: 3.0.1\npaths: {{/todos: {{{servers}, get: {{operationId: getTodos}}}}}}"),
        format!("openapi: 3.0.1\npaths: {{/todos: {{get: {{operationId: getTodos, {servers}}}}}}}"),
    ]
}

/// An application around a plugin, in which the operator named another private origin with the plugin at `home`.
async fn app(plugin: FakePlugin, home: &str, other: &FakePlugin) -> TestApp {
    let listed = ListedOrigins::new([(url(home), vec![url(other.origin())])]);
    let rounds = vec![vec![ScriptStep::call("c", "todo_getTodos", "{}")], vec![ScriptStep::text("Done.")]];
    TestBuilder::new(rounds).config(EngineConfig { listed, ..EngineConfig::default() }).start_with(plugin).await
}

#[tokio::test]
async fn servers_lead_to_a_private_origin_of_another_only_where_it_is_listed() {
    for is_listed in [false, true] {
        for level in 0..3 {
            let (plugin, other) = (FakePlugin::start().await, FakePlugin::start().await);
            plugin.set_spec(specs(other.origin())[level].clone());
            let home = if is_listed { plugin.origin().to_owned() } else { "http://localhost:9".to_owned() };
            let app = app(plugin, &home, &other).await;
            let conversation = app.conversation().await;
            app.say(conversation, "show my todos").await;
            let reached = (other.received().len(), app.plugin.received().len());
            assert_eq!(reached, if is_listed { (1, 0) } else { (0, 1) }, "listed: {is_listed}, level {level}");
        }
    }
}

#[tokio::test]
async fn a_public_description_leads_to_no_private_server() {
    let (plugin, other) = (FakePlugin::start().await, FakePlugin::start().await);
    let app = app(plugin, "http://localhost:9", &other).await;
    for spec in specs(other.origin()) {
        let found =
            app.catalogue.gatherer.read("it", &spec, "https://shop.example/a.yaml", DocumentSource::Fetched).await;
        let found = found.unwrap();
        assert_eq!(found.toolset.operations[0].server, "https://shop.example");
        assert_eq!(found.toolset.operations[0].restrictions[0].code, "private-server");
    }
}

#[tokio::test]
async fn a_pasted_description_reaches_no_private_origin_whatever_it_claims() {
    for level in 0..3 {
        let (plugin, other) = (FakePlugin::start().await, FakePlugin::start().await);
        let app = app(plugin, "http://localhost:9", &other).await;
        let (owner, conversation) = (app.account(app.owner).await, app.quiet_conversation().await);
        let (spec, developer) = (&specs(other.origin())[level], Developer::of(&owner).unwrap());
        let named = spec.replace("openapi: 3.0.1", "openapi: 3.0.1\ninfo: {title: todo}");
        let pasted = app.catalogue.register_text(developer, &named, &format!("{}/openapi.yaml", other.origin())).await;
        activate(&app, conversation, pasted.unwrap().plugin.id).await;
        let turn = app.say(conversation, "show my todos").await;
        let call = turn.calls().next().unwrap();
        assert!(matches!(&call.state, CallState::Failed { .. }), "{call:?}");
        assert!(other.received().is_empty() && app.plugin.received().is_empty(), "level {level}");
    }
}

async fn activate(app: &TestApp, conversation: cordboard_domain::id::ConversationId, plugin: PluginId) {
    app.store.activate(conversation, plugin, usize::MAX).await.unwrap();
}
