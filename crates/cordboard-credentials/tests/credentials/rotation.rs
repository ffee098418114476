//! Going over to another key while calls run.

use std::sync::Arc;

use cordboard_credentials::{Keyring, Sealer};
use cordboard_domain::ports::Vault as _;
use cordboard_store::Store;
use tokio::task::JoinSet;

use crate::stage::{Counting, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_rotated_under_load_without_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let (path, entropy) = (folder.path().join("keys"), Counting::default());
    let keyring = || Keyring::open(&path, &entropy).unwrap();
    let stage = Stage::over(Store::in_memory().await.unwrap(), keyring()).await;
    stage.connected(3600).await;
    stage.stub.answer("/todos", 200, "application/json", "{}");
    let mut calls = JoinSet::new();
    for _ in 0..8 {
        let stage = stage.clone();
        calls.spawn(async move {
            for _ in 0..50 {
                assert_eq!(stage.send(&stage.call(Stage::bearer())).await.unwrap().status, 200);
            }
        });
    }
    // Another process rotates, three times; the server learns of the new keys when it meets them.
    for _ in 0..3 {
        let keyring = Arc::new(keyring());
        keyring.add(&entropy).unwrap();
        let sealer = Sealer::new(keyring, Arc::new(Counting::default()));
        let resealed = sealer.reseal_all(&*stage.store).await.unwrap();
        assert!(resealed.count >= 2 && resealed.unopened.is_empty(), "{resealed:?}");
    }
    while let Some(done) = calls.join_next().await {
        done.unwrap();
    }
    let newest = keyring();
    assert_eq!(stage.store.list_sealed_otherwise(&newest.active(), 10).await.unwrap(), []);
    for name in newest.names().into_iter().filter(|name| *name != newest.active()) {
        newest.retire(&name).unwrap();
    }
    assert_eq!(stage.send(&stage.call(Stage::bearer())).await.unwrap().status, 200);
}

#[tokio::test]
async fn what_does_not_open_is_left_and_named_and_the_rest_goes_over() {
    let folder = tempfile::tempdir().unwrap();
    let (path, entropy) = (folder.path().join("keys"), Counting::default());
    let stage = Stage::over(Store::in_memory().await.unwrap(), Keyring::open(&path, &entropy).unwrap()).await;
    let (damaged, good) = (stage.connected(3600).await, stage.connected(3600).await);
    let mut row = stage.store.lookup_connection(damaged.connection).await.unwrap().unwrap();
    row.secret.bytes[40] ^= 1;
    stage.store.put_connection(&row).await.unwrap();
    let keyring = Arc::new(Keyring::open(&path, &entropy).unwrap());
    keyring.add(&entropy).unwrap();
    let resealed = Sealer::new(keyring.clone(), Arc::new(Counting::default())).reseal_all(&*stage.store).await.unwrap();
    let named: Vec<(&str, &str)> = resealed.unopened.iter().map(|each| (each.table, each.row.as_str())).collect();
    assert_eq!(named, [("connections", damaged.connection.to_string().as_str())]);
    let moved = stage.store.lookup_connection(good.connection).await.unwrap().unwrap();
    assert_eq!(moved.secret.key, keyring.active());
    let left = stage.store.lookup_connection(damaged.connection).await.unwrap().unwrap();
    assert_eq!(left.secret, row.secret);
}
