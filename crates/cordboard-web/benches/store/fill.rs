//! A store with 1,000 plugins, and 400 people who used 50 of them each.

use cordboard_domain::account::{NewAccount, Role};
use cordboard_domain::id::{PluginId, UserId};
use cordboard_domain::plugin::{
    Category, DocumentSource, Facts, Plugin, PluginDocuments, PluginVersion, Standing, VersionDigest,
};
use cordboard_domain::ports::{Accounts as _, Installations as _, PluginShelf as _, Resolution, Reviews as _};
use cordboard_domain::review::{ReviewAction, ReviewEntry};
use cordboard_domain::time::Clock as _;
use cordboard_testkit::TestApp;

const PLUGINS: usize = 1_000;
const PEOPLE: usize = 400;
const USES: usize = 50;

const KINDS: [&str; 8] = ["hotel", "recipe", "train", "weather", "stock", "museum", "grammar", "football"];
const MANNERS: [&str; 5] = ["cheap", "quick", "local", "quiet", "early"];

const SPEC: &str = r#"{"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "servers": [{"url": "ORIGIN"}], "paths": {
    "/places": {"get": {"operationId": "search", "parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}]}},
    "/places/{id}": {"get": {"operationId": "show", "parameters": [{"name": "id", "in": "path", "required": true, "schema":
    {"type": "string"}}]}}, "/prices": {"get": {"operationId": "prices"}}, "/bookings": {"post": {"operationId": "book"}}}}"#;

pub(crate) async fn store(app: &TestApp) {
    let plugins: Vec<PluginId> = (0..PLUGINS).map(id).collect();
    for number in 0..PLUGINS {
        register(app, number).await;
    }
    for number in 0..PEOPLE {
        let user: UserId = id(PLUGINS + number);
        let account = NewAccount {
            id: user,
            login: format!("person{number}").parse().unwrap(),
            name: format!("Person {number}"),
            role: Role::User,
            password: None,
            created_at: app.clock.now(),
        };
        app.store.create_account(&account, None).await.unwrap();
        for each in 0..USES {
            let plugin = plugins[(number * 7 + each * each) % PLUGINS];
            app.store.record_use(user, plugin, app.clock.now()).await.unwrap();
        }
    }
}

/// The id of a plugin in the store.
pub(crate) fn plugin(number: usize) -> PluginId {
    id(number)
}

fn id<I: std::str::FromStr<Err: std::fmt::Debug>>(number: usize) -> I {
    format!("0190f1f0a0a070008000000000{number:06x}").parse().unwrap()
}

async fn register(app: &TestApp, number: usize) {
    let (kind, manner) = (KINDS[number % KINDS.len()], MANNERS[number % MANNERS.len()]);
    let origin = format!("https://p{number}.example");
    let facts = Facts {
        name_for_model: format!("{kind}{number}"),
        name_for_human: format!("{manner} {kind} {number}"),
        description_for_human: format!("Finds a {kind} that is {manner}, and says where it is and what it costs."),
        auth: "none".to_owned(),
        reads: 3,
        writes: 1,
        tokens: 400,
        hosts: vec![origin.clone()],
        logo_url: Some(format!("{origin}/logo.png")),
        ..Facts::default()
    };
    let digest = VersionDigest::of(origin.as_bytes());
    let documents = PluginDocuments {
        source: DocumentSource::Fetched,
        manifest_url: format!("{origin}/.well-known/ai-plugin.json"),
        manifest_text: format!(
            r#"{{"name_for_model": "{kind}{number}", "auth": {{"type": "none"}}, "api": {{"url": "{origin}/openapi.json"}}}}"#
        ),
        spec_url: format!("{origin}/openapi.json"),
        spec_text: SPEC.replace("ORIGIN", &origin),
        others: Vec::new(),
    };
    let now = app.clock.now();
    let plugin = Plugin {
        id: id(number),
        developer: app.owner,
        origin,
        facts: facts.clone(),
        standing: Standing::InReview,
        category: Some(Category::ALL[number % Category::ALL.len()]),
        current: digest.clone(),
        approved: None,
        verification_token: "token".to_owned(),
        verified_at: Some(now),
        verified_origins: Vec::new(),
        cosmetic_changes_pass: false,
        created_at: now,
    };
    let version = PluginVersion { plugin: plugin.id, digest: digest.clone(), facts, documents, fetched_at: now };
    app.store.register(&plugin, &version).await.unwrap();
    let approval = Resolution {
        plugin: plugin.id,
        from: Standing::InReview,
        to: Standing::Approved,
        approved: Some(digest.clone()),
        cosmetic_changes_pass: None,
        submission: None,
        entry: ReviewEntry {
            version: digest,
            action: ReviewAction::Approved,
            by: None,
            reason: String::new(),
            at: now,
        },
    };
    app.store.resolve(&approval).await.unwrap();
}
