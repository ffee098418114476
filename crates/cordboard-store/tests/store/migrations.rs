//! Databases that older versions of the program made and filled: opened by this one, they keep everything.

use cordboard_domain::id::{ConversationId, PluginId, SubmissionId, UserId};
use cordboard_domain::ports::{
    Accounts as _, Conversations as _, Grants as _, Installations as _, Journal as _, PersonalData as _,
    PluginShelf as _, Results as _, Reviews as _, Sharing as _, Storefront as _, TurnClaim, Vault as _,
};
use cordboard_domain::storefront::{StoreQuery, StoreSort};
use cordboard_store::Store;
use serde_json::Value;
use sqlx::migrate::Migrator;

use crate::sample::{id, now};

static SQLITE: Migrator = sqlx::migrate!("./migrations/sqlite");
#[cfg(feature = "with-postgres")]
static POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

/// What was there before accounts, on SQLite alone.
const ALONE: &str = "\
    INSERT INTO users (id, is_owner, created_at) VALUES ('0190f1f0a0a070008000000000000001', 1, 5);
    INSERT INTO sessions (token_digest, user_id, expires_at) VALUES ('s', '0190f1f0a0a070008000000000000001', 9);
    INSERT INTO settings (key, value) VALUES ('k', 'v');
    INSERT INTO conversations (id, title, model, created_at, updated_at) \
        VALUES ('0190f1f0a0a070008000000000000002', 'Milk', 'm', 6, 7);
    INSERT INTO plugins (id, origin, name_for_model, name_for_human, description_for_human, current_version, \
        is_installed) VALUES ('0190f1f0a0a070008000000000000003', 'https://a.example', 'a', 'A', 'An A', 'd1', 1);
    INSERT INTO plugin_versions (digest, plugin_id, manifest_url, manifest_text, spec_url, spec_text, fetched_at) \
        VALUES ('d1', '0190f1f0a0a070008000000000000003', 'https://a.example/m', '{}', 'https://a.example/o', 'x', 8);
    INSERT INTO activations (conversation_id, plugin_id, version) \
        VALUES ('0190f1f0a0a070008000000000000002', '0190f1f0a0a070008000000000000003', 'd1');
    INSERT INTO turns (id, conversation_id, is_finished) \
        VALUES ('0190f1f0a0a070008000000000000004', '0190f1f0a0a070008000000000000002', 0);
    INSERT INTO events (conversation_id, position, turn_id, sequence, at, body) \
        VALUES ('0190f1f0a0a070008000000000000002', 1, '0190f1f0a0a070008000000000000004', 1, 9, \
            '{\"event\":\"started\",\"user_message\":\"hello\",\"model\":\"m\"}');";

/// What accounts, sharing and the store brought.
const TOGETHER: &str = "\
    INSERT INTO users (id, is_owner, created_at, login, name, password, role, is_active) VALUES \
        ('0190f1f0a0a070008000000000000001', 1, 5, NULL, 'Owner', NULL, 'admin', 1), \
        ('0190f1f0a0a070008000000000000005', 0, 5, 'bob', 'Bob', 'hash', 'reviewer', 1);
    INSERT INTO sessions (token_digest, user_id, expires_at) VALUES ('s', '0190f1f0a0a070008000000000000001', 9);
    INSERT INTO settings (key, value) VALUES ('k', 'v');
    INSERT INTO conversations (id, user_id, title, model, created_at, updated_at) VALUES \
        ('0190f1f0a0a070008000000000000002', '0190f1f0a0a070008000000000000001', 'Milk', 'm', 6, 7);
    INSERT INTO plugins (id, developer_id, origin, facts, name, search_text, skeleton, standing, category, \
        current_version, approved_version, approved_at, verification_token, verified_at, cosmetic_changes_pass, \
        created_at) VALUES ('0190f1f0a0a070008000000000000003', '0190f1f0a0a070008000000000000001', \
        'https://a.example', '{\"name_for_model\":\"a\",\"name_for_human\":\"A\",\"description_for_human\":\"An A\",\
        \"logo_url\":null,\"auth\":\"none\",\"reads\":1,\"writes\":0,\"tokens\":9,\"hosts\":[]}', 'A', 'a an a', 'a', \
        'approved', 'travel', 'd1', 'd1', 8, 'token', 8, 0, 5);
    INSERT INTO plugin_versions (plugin_id, digest, facts, manifest_url, manifest_text, spec_url, spec_text, others, \
        fetched_at) SELECT id, 'd1', facts, 'https://a.example/m', '{}', 'https://a.example/o', 'x', '[]', 8 \
        FROM plugins;
    INSERT INTO installations (user_id, plugin_id, version, provenance, installed_at) VALUES \
        ('0190f1f0a0a070008000000000000001', '0190f1f0a0a070008000000000000003', 'd1', 'developer', 8), \
        ('0190f1f0a0a070008000000000000005', '0190f1f0a0a070008000000000000003', 'd1', 'store', 8);
    INSERT INTO activations (conversation_id, plugin_id, version) \
        VALUES ('0190f1f0a0a070008000000000000002', '0190f1f0a0a070008000000000000003', 'd1');
    INSERT INTO turns (id, conversation_id, is_finished, holder, claimed_until) \
        VALUES ('0190f1f0a0a070008000000000000004', '0190f1f0a0a070008000000000000002', 0, 'old', 0);
    INSERT INTO events (conversation_id, position, turn_id, sequence, at, body) \
        VALUES ('0190f1f0a0a070008000000000000002', 1, '0190f1f0a0a070008000000000000004', 1, 9, \
            '{\"event\":\"started\",\"user_message\":\"hello\",\"model\":\"m\"}');
    INSERT INTO shares (plugin_id, user_id, shared_at) \
        VALUES ('0190f1f0a0a070008000000000000003', '0190f1f0a0a070008000000000000005', 8);
    INSERT INTO submissions (id, plugin_id, submitted_at, is_pending, body, state, evidence) VALUES \
        ('0190f1f0a0a070008000000000000006', '0190f1f0a0a070008000000000000003', 8, 1, \
        '{\"id\":\"0190f1f0a0a070008000000000000006\",\"plugin\":\"0190f1f0a0a070008000000000000003\",\
        \"version\":\"d1\",\"category\":\"travel\",\"requests\":{\"must_call\":[],\"must_not_call\":[]},\
        \"submitted_by\":\"0190f1f0a0a070008000000000000001\",\"submitted_at\":\"2026-01-31T12:00:00Z\",\
        \"state\":{\"state\":\"pending\"},\"evidence\":null}', '{\"state\":\"pending\"}', NULL);
    INSERT INTO plugin_uses (plugin_id, user_id, last_used_at) \
        VALUES ('0190f1f0a0a070008000000000000003', '0190f1f0a0a070008000000000000005', 1769860000000);";

const RESULT: &str = "\
    INSERT INTO results (conversation_id, call_id, number, content_type, size, body) VALUES \
        ('0190f1f0a0a070008000000000000002', '0190f1f0a0a070008000000000000007', 1, 'text/plain', 1, {bytes});";

/// Two accounts at a plugin.
const CREDENTIALS: &str = "\
    INSERT INTO connections (id, user_id, plugin_id, scheme, label, origins, scopes, state, secret, secret_key, \
        created_at, generation) VALUES \
        ('0190f1f0a0a070008000000000000008', '0190f1f0a0a070008000000000000001', \
        '0190f1f0a0a070008000000000000003', 'key', 'mine', '[]', '[]', 'usable', {bytes}, 'k', 8, 1), \
        ('0190f1f0a0a070008000000000000009', '0190f1f0a0a070008000000000000001', \
        '0190f1f0a0a070008000000000000003', 'key', 'other', '[]', '[]', 'usable', {bytes}, 'k', 9, 1);
    INSERT INTO rehearsals (plugin_id, body) VALUES ('0190f1f0a0a070008000000000000003', '{}');";

/// Which of them a conversation uses, before it was told for each scheme.
const CHOICE: &str = "\
    INSERT INTO connection_choices (conversation_id, plugin_id, connection_id) VALUES \
        ('0190f1f0a0a070008000000000000002', '0190f1f0a0a070008000000000000003', '0190f1f0a0a070008000000000000008');";

/// The same, since then.
const CHOICE_OF_SCHEME: &str = "\
    INSERT INTO connection_choices (conversation_id, plugin_id, scheme, connection_id) \
        SELECT '0190f1f0a0a070008000000000000002', plugin_id, scheme, id FROM connections WHERE label = 'mine';";

const GRANTS: &str = "\
    INSERT INTO grants (id, user_id, plugin_id, operation, contract, summary, bounds, created_at) VALUES \
        ('0190f1f0a0a07000800000000000000a', '0190f1f0a0a070008000000000000001', \
        '0190f1f0a0a070008000000000000003', 'book', 'c', 'Books', '{}', 8);";

/// What a database of this version holds, where accounts came with the migration `accounts`.
fn rows(version: i64, accounts: i64, bytes: &str) -> String {
    let parts = [
        (version < accounts, ALONE),
        (version >= accounts, TOGETHER),
        (version >= 2.min(accounts), RESULT),
        (version >= 10, CREDENTIALS),
        (version == 10 || version == 11, CHOICE),
        (version >= 12, CHOICE_OF_SCHEME),
        (version >= 11, GRANTS),
    ];
    let rows: String = parts.into_iter().filter(|(is_there, _)| *is_there).map(|(_, rows)| rows).collect();
    rows.replace("{bytes}", bytes)
}

/// The migrations up to a version, as an older program had them.
fn until(migrations: &Migrator, version: i64) -> Migrator {
    let until: Vec<_> = migrations.iter().filter(|each| each.version <= version).cloned().collect();
    Migrator::with_migrations(until)
}

/// All versions that are not the newest.
fn versions(migrations: &Migrator) -> Vec<i64> {
    let mut versions: Vec<i64> = migrations.iter().map(|migration| migration.version).collect();
    versions.pop();
    versions
}

#[tokio::test]
async fn older_files_keep_what_is_in_them() {
    for version in versions(&SQLITE) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        until(&SQLITE, version).run(&pool).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(rows(version, 4, "x'78'"))).execute(&pool).await.unwrap();
        pool.close().await;
        let store = Store::open(&path).await.unwrap();
        check(&store, version, version >= 4).await;
        let problems: Vec<String> = {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
            let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
            sqlx::query_scalar("SELECT \"table\" FROM pragma_foreign_key_check").fetch_all(&pool).await.unwrap()
        };
        assert!(problems.is_empty(), "{version}: {problems:?}");
    }
}

#[cfg(feature = "with-postgres")]
#[tokio::test]
async fn older_databases_keep_what_is_in_them() {
    for version in versions(&POSTGRES) {
        let url = cordboard_store::testing::empty_postgres().await;
        let pool = sqlx::PgPool::connect(&url).await.unwrap();
        until(&POSTGRES, version).run(&pool).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(rows(version, 1, r"'\x78'"))).execute(&pool).await.unwrap();
        pool.close().await;
        check(&Store::postgres(&url).await.unwrap(), version, true).await;
    }
}

/// Everything is there, can be taken along and moved, and goes with its person.
async fn check(store: &Store, version: i64, had_accounts: bool) {
    let (owner, bob): (UserId, UserId) = (id(1), id(5));
    let (place, plugin): (ConversationId, PluginId) = (id(2), id(3));
    assert_eq!(store.owner(id(99), now()).await.unwrap(), owner, "{version}");
    assert_eq!(store.lookup_conversation(owner, place).await.unwrap().unwrap().title, "Milk", "{version}");
    assert_eq!(store.conversation_events(place, 0).await.unwrap().len(), 1, "{version}");
    let installed = store.lookup_installation(owner, plugin).await.unwrap().unwrap();
    assert_eq!((installed.version.as_str(), installed.facts.name_for_human.as_str()), ("d1", "A"), "{version}");
    assert_eq!(store.list_activations(place).await.unwrap()[0].version, installed.version, "{version}");
    assert_eq!(store.get_version(&installed.version).await.unwrap().documents.spec_text, "x", "{version}");
    assert_eq!(store.lookup_result(place, 1).await.unwrap().is_some(), had_accounts || version >= 2, "{version}");
    let claim = TurnClaim { holder: "new".to_owned(), until: now() };
    assert_eq!(store.take_over(&claim, now()).await.unwrap().len(), 1, "{version}: the open turn goes on");
    if had_accounts {
        store.recount_people(now()).await.unwrap();
        let query = StoreQuery {
            viewer: bob,
            text: "a".to_owned(),
            category: None,
            sort: StoreSort::Popular,
            offset: 0,
            limit: 5,
        };
        let found = store.search_store(&query).await.unwrap();
        assert_eq!((found.total, found.entries[0].people, found.entries[0].is_installed), (1, 1, true), "{version}");
        assert_eq!(store.list_shared_with(bob).await.unwrap().len(), 1, "{version}");
        let submission: SubmissionId = id(6);
        assert_eq!(store.get_submission(submission).await.unwrap().runs_until, None, "{version}");
        assert!(store.claim_evidence(submission, now(), now()).await.unwrap(), "{version}");
    }
    let due = store.list_due(now(), 5).await.unwrap();
    assert_eq!(due.len(), usize::from(had_accounts), "{version}");
    if version >= 10 {
        let chosen = store.list_candidates(owner, plugin, place).await.unwrap();
        assert_eq!(chosen[0].connection.label, "mine", "{version}: the choice still holds");
    }
    if version >= 11 {
        assert_eq!(store.list_grants(owner).await.unwrap().len(), 1, "{version}");
    }
    moved(store, version).await;
    let Value::Object(export) = store.export_person(owner).await.unwrap() else { panic!("{version}") };
    assert_eq!(export["conversations"].as_array().unwrap().len(), 1, "{version}");
    store.delete_person(owner).await.unwrap();
    assert!(store.get_plugin(plugin).await.is_err() && store.get_conversation(place).await.is_err(), "{version}");
}

/// A backup of it can be restored.
async fn moved(store: &Store, version: i64) {
    let (mut file, mut again) = (Vec::new(), Vec::new());
    store.backup(&mut file).await.unwrap();
    let fresh = Store::in_memory().await.unwrap();
    fresh.restore(&mut file.as_slice()).await.unwrap();
    fresh.backup(&mut again).await.unwrap();
    assert_eq!(String::from_utf8(again).unwrap(), String::from_utf8(file).unwrap(), "{version}");
}
