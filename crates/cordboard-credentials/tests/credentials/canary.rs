//! No secret is anywhere but in requests to the plugin and its token server: not in the database file and what lies
//! beside it, a backup, the program's log at its most talkative, or what is told of failures.

use cordboard_credentials::{Keyring, Place};
use cordboard_domain::connection::Sealed;
use cordboard_domain::ports::{PersonalData as _, Vault as _};
use cordboard_store::Store;

use crate::logged::Logged;
use crate::stage::{Stage, keys, tokens};

const CANARIES: [&str; 7] = [
    "access-canary-1",
    "refresh-canary-1",
    "access-canary-2",
    "refresh-canary-2",
    "client-secret-canary",
    "code-canary-1",
    // The key.
    "1111111111111111",
];

fn assert_clean(what: &str, bytes: &[u8]) {
    for canary in CANARIES {
        let found = memchr::memmem::find(bytes, canary.as_bytes());
        assert_eq!(found, None, "{canary} is in {what}");
    }
}

#[tokio::test]
async fn no_secret_lies_in_the_open() {
    let logged = Logged::start();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cordboard.db");
    let stage = Stage::over(Store::open(&path).await.unwrap(), Keyring::parse("test", &keys()).unwrap()).await;
    let connected = stage.connected(60).await;
    stage.state().await;
    stage.clock.advance(120);
    stage.stub.answer("/todos", 200, "application/json", r#"{"echo": "access-canary-2"}"#);
    stage.stub.answer("/token", 200, "application/json", tokens("access-canary-2", "refresh-canary-2", 60));
    let response = stage.send(&stage.call(Stage::bearer())).await.unwrap();
    assert_clean("what the plugin echoes", &response.body);
    stage.clock.advance(120);
    stage.stub.answer("/token", 500, "text/html", "<p>refresh-canary-2 client-secret-canary</p>");
    let failure = stage.send(&stage.call(Stage::bearer())).await.unwrap_err();
    assert_clean("a failure", failure.message.as_bytes());
    let shown = stage.store.lookup_connection(connected.connection).await.unwrap();
    assert_clean("what is logged of a connection", format!("{shown:?}").as_bytes());
    assert_clean("a person's export", stage.store.export_person(stage.ada).await.unwrap().to_string().as_bytes());
    let mut backup = Vec::new();
    stage.store.backup(&mut backup).await.unwrap();
    assert!(!backup.is_empty());
    assert_clean("a backup", &backup);
    let log = logged.bytes();
    assert!(log.len() > 1_000, "everything is logged, also what libraries say");
    assert_clean("the log", &log);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let file = entry.unwrap().path();
        assert_clean(&file.display().to_string(), &std::fs::read(&file).unwrap());
    }
}

#[tokio::test]
async fn a_secret_that_is_moved_or_changed_does_not_open() {
    let stage = Stage::set().await;
    let connected = stage.connected(3600).await;
    let stored = stage.store.lookup_connection(connected.connection).await.unwrap().unwrap();
    let (row, owner) = (connected.connection.to_string(), stage.ada.to_string());
    let place = Place { table: "connections", row: &row, column: "secret", owner: &owner };
    assert!(stage.sealer.open(&place, &stored.secret).is_ok());
    for bit in 0..stored.secret.bytes.len() * 8 {
        let mut bytes = stored.secret.bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(stage.sealer.open(&place, &Sealed { bytes, ..stored.secret.clone() }).is_err(), "bit {bit}");
    }
    // Somebody with write access to the database gives Bob what is Ada's.
    let mut stolen = stored.clone();
    stolen.connection.user = Some(stage.bob);
    stage.store.remove_connection(connected.connection).await.unwrap();
    stage.store.put_connection(&stolen).await.unwrap();
    let mut thief = stage.clone();
    thief.ada = stage.bob;
    let failure = thief.send(&thief.call(Stage::bearer())).await.unwrap_err();
    assert!(failure.message.contains("changed or moved"), "{}", failure.message);
    assert!(stage.stub.received("/todos").is_empty());
}

#[tokio::test]
async fn other_keys_under_the_same_names_do_not_pass_for_those_of_the_database() {
    let stage = Stage::set().await;
    let other = Keyring::parse("test", &format!("k1 {}", "22".repeat(32))).unwrap();
    let other = stage.replica(other);
    assert!(other.sealer.fits(&*stage.store).await.unwrap(), "nothing is sealed yet");
    stage.connected(3600).await;
    assert!(!other.sealer.fits(&*stage.store).await.unwrap());
    assert!(stage.sealer.fits(&*stage.store).await.unwrap());
}

#[tokio::test]
async fn what_was_sealed_with_lost_keys_is_forgotten_and_nothing_else() {
    let stage = Stage::set().await;
    stage.connected(3600).await;
    assert_eq!(stage.sealer.forget_lost(&*stage.store).await.unwrap(), 0);
    let later = stage.replica(Keyring::parse("test", &format!("k2 {}", "22".repeat(32))).unwrap());
    assert_eq!(later.sealer.forget_lost(&*stage.store).await.unwrap(), 2, "the client and the connection");
    assert!(later.sealer.fits(&*stage.store).await.unwrap());
    later.connected(3600).await;
    assert!(later.sealer.fits(&*stage.store).await.unwrap(), "everything can be given again");
}
