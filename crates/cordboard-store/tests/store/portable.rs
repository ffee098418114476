//! Backup and restoring, within a dialect and from one to the other.

use cordboard_domain::call::{ResultForm, StoredResult};
use cordboard_domain::ports::{Accounts as _, Journal as _, Results as _, Vault as _};
use cordboard_store::{PortableError, Store};

use crate::sample::{claim, conversation, id, now, person, plugin, started};

on_both! {
    a_backup_brings_everything_back,
    what_is_no_backup_is_refused,
    a_backup_of_before_choices_were_made_for_each_scheme_is_restored,
    columns_that_a_backup_lacks_get_their_defaults,
}

async fn a_backup_brings_everything_back(store: Store) {
    store.owner(id(9), now()).await.unwrap();
    let user = person(&store, 1).await;
    let place = conversation(&store, user, 2).await;
    store.append(place, id(3), 0, now(), &claim("a"), &[started()]).await.unwrap();
    let result = StoredResult { form: ResultForm::Text, text: "whole\0".to_owned() };
    store.keep_result(place, id(4), &result).await.unwrap();
    plugin(&store, user, 5, "Todo").await;
    let mut file = Vec::new();
    let rows = store.backup(&mut file).await.unwrap();
    let second = Store::in_memory().await.unwrap();
    assert_eq!(second.restore(&mut file.as_slice()).await.unwrap(), rows);
    assert_eq!(second.conversation_events(place, 0).await.unwrap(), store.conversation_events(place, 0).await.unwrap());
    assert_eq!(second.lookup_result(place, 1).await.unwrap(), Some(result));
    let mut again = Vec::new();
    second.backup(&mut again).await.unwrap();
    assert_eq!(String::from_utf8(again).unwrap(), String::from_utf8(file.clone()).unwrap());
    let full = second.restore(&mut file.as_slice()).await;
    assert!(matches!(full, Err(PortableError::NotEmpty)));
}

async fn what_is_no_backup_is_refused(store: Store) {
    let head = r#"{"format":"cordboard-backup","version":1}"#;
    let table = [
        (String::new(), "no backup"),
        ("{}\n".to_owned(), "no backup"),
        (head.replace('1', "3"), "a newer Cordboard"),
        (format!("{head}\n"), "breaks off"),
        (format!("{head}\n[\"users\", []]\n"), "line 2"),
        (format!("{head}\n[\"nothing\", [1]]\n"), "line 2"),
        (format!("{head}\n[\"settings\", [\"a\", \"b\"]]\n{{\"rows\":2}}\n"), "line 3"),
        (format!("{head}\n[\"settings\", [\"a\", 1]]\n"), "does not fit `settings`"),
    ];
    for (text, expected) in table {
        let problem = store.restore(&mut text.as_bytes()).await.unwrap_err().to_string();
        assert!(problem.contains(expected), "{text}: {problem}");
    }
    let good = format!("{head}\n[\"settings\",[\"a\",\"b\"]]\n{{\"rows\":1}}\n");
    assert_eq!(store.restore(&mut good.as_bytes()).await.unwrap(), 1, "nothing of the refused was kept");
}

/// What a program wrote that knew one choice for each plugin.
const EARLIER: &str = r#"{"format":"cordboard-backup","version":1}
["users",["0190f1f0a0a070008000000000000001",0,5,"ada","Ada",null,"user",1]]
["conversations",["0190f1f0a0a070008000000000000002","0190f1f0a0a070008000000000000001","Milk","m",6,7]]
["plugins",["0190f1f0a0a070008000000000000003","0190f1f0a0a070008000000000000001","https://a.example","{}","A","a","a","unverified",null,"d1",null,null,"t",null,0,5]]
["connections",["0190f1f0a0a070008000000000000004","0190f1f0a0a070008000000000000001","0190f1f0a0a070008000000000000003","key","mine","[]","[]","usable","eA==","k",null,8,null,1,null]]
["connections",["0190f1f0a0a070008000000000000005","0190f1f0a0a070008000000000000001","0190f1f0a0a070008000000000000003","key","other","[]","[]","usable","eA==","k",null,9,null,1,null]]
["connection_choices",["0190f1f0a0a070008000000000000002","0190f1f0a0a070008000000000000003","0190f1f0a0a070008000000000000004"]]
{"rows":6}
"#;

async fn a_backup_of_before_choices_were_made_for_each_scheme_is_restored(store: Store) {
    assert_eq!(store.restore(&mut EARLIER.as_bytes()).await.unwrap(), 6);
    let candidates = store.list_candidates(id(1), id(3), id(2)).await.unwrap();
    assert_eq!(candidates[0].connection.label, "mine", "the choice still holds");
    let mut file = Vec::new();
    store.backup(&mut file).await.unwrap();
    assert!(
        String::from_utf8(file).unwrap().contains(r#"070008000000000000003","key","0190"#),
        "for the scheme it was for"
    );
}

async fn columns_that_a_backup_lacks_get_their_defaults(store: Store) {
    let with = |columns: &str, row: &str| {
        format!("{{\"format\":\"cordboard-backup\",\"version\":2,\"columns\":{columns}}}\n{row}\n{{\"rows\":1}}\n")
    };
    let row = r#"["users",["0190f1f0a0a070008000000000000001",0,5,"ada"]]"#;
    for (columns, expected) in [
        (r#"{"users":["id","is_owner","created_at","moon"]}"#, "`users` has a `moon`"),
        (r#"{"users":["id"],"moons":["id"]}"#, "a table `moons`"),
        (r#"{"users":["id"]}"#, "line 2"),
        ("{}", "line 2"),
        ("[]", "no backup"),
    ] {
        let problem = store.restore(&mut with(columns, row).as_bytes()).await.unwrap_err().to_string();
        assert!(problem.contains(expected), "{columns}: {problem}");
    }
    let columns = r#"{"users":["id","is_owner","created_at","login"]}"#;
    store.restore(&mut with(columns, row).as_bytes()).await.unwrap();
    assert_eq!(store.get_account(id(1)).await.unwrap().name, "Owner", "as the database has it");
}
