//! Databases as files and by URL.

use cordboard_domain::ports::Settings as _;
use cordboard_store::Store;

#[tokio::test]
async fn a_file_is_opened_again_with_everything_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a folder? 100%.db");
    let store = Store::open(&path).await.unwrap();
    store.setting_or("key", "value").await.unwrap();
    store.close().await;
    assert!(path.exists());
    let again = Store::open(&path).await.unwrap();
    assert_eq!(again.setting_or("key", "other").await.unwrap(), "value");
    let problem = Store::open(&folder.path().join("none/cordboard.db")).await.unwrap_err();
    assert!(problem.to_string().contains("check that its folder exists"), "{problem}");
}

#[tokio::test]
async fn an_address_that_is_no_database_is_named_without_its_password() {
    let problem = Store::postgres("mysql://me:secret@host/x").await.unwrap_err().to_string();
    assert!(problem.contains("`mysql`") && !problem.contains("secret"), "{problem}");
    let problem = Store::postgres("postgres://me:secret@127.0.0.1:1/x").await.unwrap_err().to_string();
    assert!(problem.contains("cannot be reached") && !problem.contains("secret"), "{problem}");
}

#[cfg(feature = "with-postgres")]
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the test waits for its tasks")]
async fn servers_that_start_together_migrate_once() {
    let url = cordboard_store::testing::empty_postgres().await;
    let starts = (0..5).map(|_| {
        let url = url.clone();
        tokio::spawn(async move { Store::postgres(&url).await.unwrap() })
    });
    for start in starts.collect::<Vec<_>>() {
        start.await.unwrap();
    }
}

/// A database as the program made it before there were accounts.
const OLD: &str = "\
    INSERT INTO users VALUES ('0190f1f0a0a070008000000000000001', 1, 5);
    INSERT INTO conversations VALUES ('0190f1f0a0a070008000000000000002', 'Milk', 'm', 6, 7);
    INSERT INTO plugins VALUES ('0190f1f0a0a070008000000000000003', 'https://a.example', 'a', 'A', 'An A', 'd1', 1);
    INSERT INTO plugin_versions VALUES ('d1', '0190f1f0a0a070008000000000000003', 'https://a.example/m', '{}', \
        'https://a.example/o', 'x', 8, '[]');
    INSERT INTO activations VALUES ('0190f1f0a0a070008000000000000002', '0190f1f0a0a070008000000000000003', 'd1');
    INSERT INTO turns VALUES ('0190f1f0a0a070008000000000000004', '0190f1f0a0a070008000000000000002', 0);";

#[tokio::test]
async fn an_older_file_is_brought_up_to_date_with_everything_in_it() {
    use cordboard_domain::ports::{
        Accounts as _, Conversations as _, Installations as _, Journal as _, PluginShelf as _, TurnClaim,
    };
    use cordboard_domain::time::Timestamp;
    use sqlx::Executor as _;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let mut migrations = sqlx::migrate!("./migrations/sqlite");
    migrations.migrations.to_mut().retain(|migration| migration.version <= 3);
    migrations.run(&pool).await.unwrap();
    pool.execute(OLD).await.unwrap();
    pool.close().await;

    let store = Store::open(&path).await.unwrap();
    let now: Timestamp = crate::sample::now();
    let owner = store.owner(crate::sample::id(9), now).await.unwrap();
    let conversation = &store.list_conversations(owner).await.unwrap()[0];
    assert_eq!(conversation.title, "Milk");
    let installed = &store.list_installations(owner).await.unwrap()[0];
    assert_eq!((installed.version.as_str(), installed.facts.name_for_human.as_str()), ("d1", "A"));
    assert_eq!(store.list_activations(conversation.id).await.unwrap()[0].version, installed.version);
    assert_eq!(store.get_version(&installed.version).await.unwrap().documents.spec_text, "x");
    let claim = TurnClaim { holder: "new".to_owned(), until: now };
    assert_eq!(store.take_over(&claim, now).await.unwrap().len(), 1, "the open turn goes on");
}
