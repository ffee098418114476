//! What operators do in the terminal: back up, restore, export, make tokens, start a server for others.

use cordboard_domain::connection::{ClientAuth, OAuthClient, Sealed};
use cordboard_domain::ports::{Accounts as _, PluginShelf as _, Vault as _};
use cordboard_domain::time::Timestamp;
use cordboard_samples::Sample;
use cordboard_store::Store;
use serde_json::{Value, json};

use crate::http::{Reader, get_with_token, wait_for};
use crate::ports::ClosedPort;
use crate::program::Home;

/// A home whose database has a plugin.
async fn with_plugin() -> (Home, cordboard_samples::RunningSample) {
    let todo = cordboard_samples::spawn(Sample::Todo, 0).await.expect("the sample starts");
    let home = Home::new();
    home.run(&["plugin", "add", todo.origin()]).await.expect(0);
    (home, todo)
}

#[tokio::test]
async fn a_backup_is_restored_into_another_folder() {
    let (home, _todo) = with_plugin().await;
    let file = home.path("all.jsonl");
    let file = file.to_str().expect("a path");
    home.run(&["backup", file]).await.expect(0).prints(&["Wrote", "rows"]);
    home.run(&["backup", file]).await.expect(2).complains(&["give a file that does not exist"]);
    let other = Home::new();
    other.run(&["restore", file]).await.expect(0).prints(&["Restored"]);
    other.run(&["plugin", "list"]).await.expect(0).prints(&["TODO list"]);
    other.run(&["restore", file]).await.expect(2).complains(&["not empty"]);
    Home::new().run(&["backup", "x.jsonl"]).await.expect(2).complains(&["there is no database", "--database"]);
    let broken = other.write("broken.jsonl", "{}\n");
    Home::new()
        .run(&["restore", broken.to_str().expect("a path")])
        .await
        .expect(2)
        .complains(&["no backup of Cordboard"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(file).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "only its owner reads it");
    }
}

#[tokio::test]
async fn a_person_takes_everything_along() {
    let (home, todo) = with_plugin().await;
    let export = home.run(&["export", "--user", "owner"]).await.expect(0).json();
    assert_eq!(export["plugins"][0]["origin"], todo.origin());
    home.run(&["export", "--user", "nobody"]).await.expect(2).complains(&["nobody here has the login `nobody`"]);
}

#[tokio::test]
async fn a_token_opens_the_api() {
    let (home, _todo) = with_plugin().await;
    home.run(&["token", "--name", "x", "--scope", "all"])
        .await
        .expect(2)
        .complains(&["`all` is no scope", "read, chat"]);
    let made = home.run(&["token", "--name", "script", "--scope", "read"]).await.expect(0);
    let server = home.serve(&["serve", "--listen", "127.0.0.1:0"]).await;
    let plugins: Value = get_with_token(&format!("{}/api/v1/plugins", server.base), made.stdout.trim()).await;
    assert_eq!(plugins[0]["facts"]["name"], "TODO list");
    assert_eq!(plugins[0]["provenance"], json!("developer"));
}

#[tokio::test]
async fn a_server_for_others_begins_with_an_invitation_to_its_owner() {
    let home = Home::new();
    let port = ClosedPort::claim();
    let address = format!("127.0.0.1:{}", port.number());
    home.write("cordboard.toml", format!("public_url = 'http://localhost:{}'\n", port.number()));
    let mut server = home.serve_for_others(&["serve", "--listen", &address]).await;
    wait_for(&format!("{}/health", server.base)).await;
    let reader = Reader::stranger(&server);
    let page = reader.read(&server.link).await;
    assert!(page.contains("name=\"password\""), "{page}");
    let fields = [("login", "grace"), ("name", "Grace"), ("password", "a long enough secret")];
    assert!(reader.try_send_all(&server.link, &fields).await, "the invitation is accepted");
    let again = reader.read(&server.link).await;
    assert!(!again.contains("name=\"password\""), "once: {again}");
    home.run(&["sign-in", "--user", "grace"]).await.expect(0).prints(&["/sign-in/"]);
    server.kill().await;
    let second = home.command(["serve", "--listen", &address]);
    let said = home.first_line(second, "People sign in at").await;
    assert!(said.contains(&format!("http://localhost:{}/sign-in", port.number())), "{said}");
}

#[tokio::test]
async fn keys_are_made_rotated_and_retired() {
    let (home, _todo) = with_plugin().await;
    let listed = home.run(&["keys", "list"]).await.expect(0).stdout;
    let first = listed.split_whitespace().next().expect("a name").to_owned();
    home.run(&["keys", "retire", &first]).await.expect(2).complains(&["is the key that seals"]);
    home.run(&["keys", "rotate"]).await.expect(0).prints(&["seals from now on", &format!("keys retire {first}")]);
    home.run(&["keys", "retire", &first]).await.expect(0);
    home.run(&["keys", "retire", &first]).await.expect(2).complains(&["there is no key"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let file = home.path("data/cordboard.keys");
        assert_eq!(std::fs::metadata(&file).expect("the key file").permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("its own file");
        home.run(&["keys", "list"]).await.expect(2).complains(&["can be read by others", "chmod 600"]);
    }
}

#[tokio::test]
async fn a_database_whose_keys_are_elsewhere_says_so() {
    let (home, _todo) = with_plugin().await;
    let nobody = "0190f1f0a0a070008000000000000001".parse().expect("an id");
    let database = home.path("data/cordboard.db");
    let store = Store::open(&database).await.expect("the database");
    let owner = store.owner(nobody, Timestamp::UNIX_EPOCH).await.expect("the owner");
    let plugin = store.list_registrations(owner).await.expect("plugins").remove(0).id;
    let client = OAuthClient {
        plugin,
        scheme: "x".to_owned(),
        client_id: "x".to_owned(),
        auth: ClientAuth::Post,
        accepts_no_state: false,
    };
    store.set_oauth_client(&client, &Sealed { key: "k-elsewhere".to_owned(), bytes: vec![1] }).await.expect("a row");
    store.close().await;
    let complaint = ["sealed with the key `k-elsewhere`", "cordboard.keys", "CORDBOARD_KEYS"];
    home.run(&["serve", "--listen", "127.0.0.1:0"]).await.expect(2).complains(&complaint);
    let file = home.path("all.jsonl");
    let file = file.to_str().expect("a path");
    home.run(&["backup", file]).await.expect(0).complains(&["useless without the keys in"]);
    let other = Home::new();
    let complaint = ["will not start yet", "people have to connect again", "k-elsewhere"];
    other.run(&["restore", file]).await.expect(0).complains(&complaint);
    other.run(&["keys", "list"]).await.expect(2).complains(&["keys forget-lost"]);
    other.run(&["keys", "forget-lost"]).await.expect(0).prints(&["no key opens are forgotten: 1"]);
    other.run(&["keys", "list"]).await.expect(0);
}
