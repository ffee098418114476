//! Backup and restoring, within a dialect and from one to the other.

use cordboard_domain::call::{ResultForm, StoredResult};
use cordboard_domain::ports::{Accounts as _, Journal as _, Results as _};
use cordboard_store::{PortableError, Store};

use crate::sample::{claim, conversation, id, now, person, plugin, started};

on_both! { a_backup_brings_everything_back, what_is_no_backup_is_refused }

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
