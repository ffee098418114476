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
