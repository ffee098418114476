//! Accounts, sessions, invitations, tokens, and what becomes of people's data.

use cordboard_domain::account::{AccessToken, ExternalIdentity, Invitation, NewAccount, PasswordHash, Role, Scope};
use cordboard_domain::id::UserId;
use cordboard_domain::installation::Provenance;
use cordboard_domain::ports::{
    AccessTokens as _, Accounts as _, Conversations as _, Installations as _, Invitations as _, Journal as _,
    PersonalData as _, PluginShelf as _, Sessions as _, Settings as _, Sharing as _, StoreError,
};
use cordboard_domain::secret::TokenDigest;
use cordboard_domain::time::SignedDuration;
use cordboard_store::Store;

use crate::sample::{claim, conversation, id, now, person, plugin, started};

on_both! {
    there_is_one_owner,
    links_work_once_and_sessions_end,
    a_login_belongs_to_one_person,
    invitations_work_once,
    access_tokens_hold_until_they_are_revoked_or_expire,
    nothing_of_a_person_who_is_not_active_holds,
    people_see_their_own_conversations_only,
    a_deleted_person_leaves_nothing,
    settings_are_kept,
}

fn digest(text: &str) -> TokenDigest {
    TokenDigest(text.to_owned())
}

async fn there_is_one_owner(store: Store) {
    let owner = store.owner(id(1), now()).await.unwrap();
    assert_eq!(store.owner(id::<UserId>(2), now()).await.unwrap(), owner);
    let account = store.get_account(owner).await.unwrap();
    assert!(account.is_owner && account.role == Role::Admin && account.login.is_none());
}

async fn links_work_once_and_sessions_end(store: Store) {
    let owner = store.owner(id(1), now()).await.unwrap();
    let later = now() + SignedDuration::from_mins(15);
    store.add_sign_in_link(&digest("link"), owner, later).await.unwrap();
    assert_eq!(store.redeem_sign_in_link(&digest("link"), later).await.unwrap(), None);
    assert_eq!(store.redeem_sign_in_link(&digest("link"), now()).await.unwrap(), Some(owner));
    assert_eq!(store.redeem_sign_in_link(&digest("link"), now()).await.unwrap(), None);
    for session in ["one", "two"] {
        store.add_session(&digest(session), owner, later).await.unwrap();
    }
    let lookup = async |session, at| store.lookup_session(&digest(session), at).await.unwrap().map(|found| found.id);
    assert_eq!(lookup("one", now()).await, Some(owner));
    assert_eq!(lookup("one", later).await, None);
    store.end_session(&digest("one")).await.unwrap();
    assert_eq!(lookup("one", now()).await, None);
    assert_eq!(lookup("two", now()).await, Some(owner));
    store.end_sessions(owner).await.unwrap();
    assert_eq!(lookup("two", now()).await, None);
    store.add_session(&digest("three"), owner, later).await.unwrap();
    store.sweep_expired(later).await.unwrap();
    assert_eq!(lookup("three", now()).await, None);
}

async fn a_login_belongs_to_one_person(store: Store) {
    let first = person(&store, 1).await;
    let identity = ExternalIdentity { issuer: "https://id.example".to_owned(), subject: "7".to_owned() };
    let mut other = NewAccount {
        id: id(2),
        login: "person1".parse().unwrap(),
        name: "Other\0".to_owned(),
        role: Role::User,
        password: Some(PasswordHash("$argon2id$x".to_owned())),
        created_at: now(),
    };
    let taken = store.create_account(&other, Some(&identity)).await;
    assert!(matches!(taken, Err(StoreError::Conflict)));
    assert_eq!(store.lookup_identity(&identity).await.unwrap(), None, "nothing of it is kept");
    other.login = "other".parse().unwrap();
    store.create_account(&other, Some(&identity)).await.unwrap();
    assert_eq!(store.lookup_identity(&identity).await.unwrap().unwrap().name, "Other");
    assert_eq!(store.lookup_account(&"person1".parse().unwrap()).await.unwrap().unwrap().id, first);
    assert_eq!(store.lookup_password(first).await.unwrap(), None);
    assert_eq!(store.lookup_password(other.id).await.unwrap(), other.password);
    let renamed = store.set_login(other.id, &"person1".parse().unwrap(), "X").await;
    assert!(matches!(renamed, Err(StoreError::Conflict)));
    store.set_role(other.id, Role::Reviewer).await.unwrap();
    assert_eq!(store.get_account(other.id).await.unwrap().role, Role::Reviewer);
    let names: Vec<String> = store.list_accounts().await.unwrap().into_iter().map(|account| account.name).collect();
    assert_eq!(names, ["Other", "Person 1"]);
}

async fn invitations_work_once(store: Store) {
    let inviter = person(&store, 1).await;
    let invitation = Invitation {
        role: Role::Developer,
        account: None,
        invited_by: Some(inviter),
        note: "for Grace".to_owned(),
        expires_at: now() + SignedDuration::from_hours(1),
    };
    store.add_invitation(&digest("a"), &invitation).await.unwrap();
    store.add_invitation(&digest("b"), &invitation).await.unwrap();
    assert_eq!(store.lookup_invitation(&digest("a"), now()).await.unwrap(), Some(invitation.clone()));
    assert_eq!(store.redeem_invitation(&digest("a"), invitation.expires_at).await.unwrap(), None);
    assert_eq!(store.redeem_invitation(&digest("a"), now()).await.unwrap(), Some(invitation.clone()));
    assert_eq!(store.redeem_invitation(&digest("a"), now()).await.unwrap(), None);
    assert_eq!(store.list_invitations(now()).await.unwrap(), [(digest("b"), invitation)]);
    store.revoke_invitation(&digest("b")).await.unwrap();
    assert!(store.list_invitations(now()).await.unwrap().is_empty());
}

async fn access_tokens_hold_until_they_are_revoked_or_expire(store: Store) {
    let (user, other) = (person(&store, 1).await, person(&store, 2).await);
    let token = AccessToken {
        id: id(7),
        user,
        name: "script".to_owned(),
        scopes: vec![Scope::Read, Scope::Chat],
        created_at: now(),
        expires_at: Some(now() + SignedDuration::from_hours(1)),
        last_used_at: None,
    };
    store.add_access_token(&token, &digest("secret")).await.unwrap();
    let (token_used, account) = store.use_access_token(&digest("secret"), now()).await.unwrap().unwrap();
    assert_eq!((token_used.scopes, token_used.last_used_at, account.id), (token.scopes.clone(), Some(now()), user));
    let late = token.expires_at.unwrap();
    assert_eq!(store.use_access_token(&digest("secret"), late).await.unwrap(), None);
    assert_eq!(store.use_access_token(&digest("wrong"), now()).await.unwrap(), None);
    store.revoke_access_token(other, token.id).await.unwrap();
    assert_eq!(store.list_access_tokens(user).await.unwrap().len(), 1, "nobody revokes another's");
    store.revoke_access_token(user, token.id).await.unwrap();
    assert_eq!(store.use_access_token(&digest("secret"), now()).await.unwrap(), None);
}

async fn nothing_of_a_person_who_is_not_active_holds(store: Store) {
    let user = person(&store, 1).await;
    let later = now() + SignedDuration::from_hours(1);
    store.add_session(&digest("s"), user, later).await.unwrap();
    let token = AccessToken {
        id: id(7),
        user,
        name: "t".to_owned(),
        scopes: vec![Scope::Read],
        created_at: now(),
        expires_at: None,
        last_used_at: None,
    };
    store.add_access_token(&token, &digest("secret")).await.unwrap();
    store.set_active(user, false).await.unwrap();
    assert_eq!(store.lookup_session(&digest("s"), now()).await.unwrap(), None);
    assert_eq!(store.use_access_token(&digest("secret"), now()).await.unwrap(), None);
    store.set_active(user, true).await.unwrap();
    assert!(store.lookup_session(&digest("s"), now()).await.unwrap().is_some());
}

async fn people_see_their_own_conversations_only(store: Store) {
    let (first, second) = (person(&store, 1).await, person(&store, 2).await);
    let own = conversation(&store, first, 3).await;
    store.set_title(own, "Mine\0").await.unwrap();
    assert_eq!(store.lookup_conversation(first, own).await.unwrap().unwrap().title, "Mine");
    assert_eq!(store.lookup_conversation(second, own).await.unwrap(), None);
    assert!(store.list_conversations(second).await.unwrap().is_empty());
    store.delete_conversation(own).await.unwrap();
    assert!(store.list_conversations(first).await.unwrap().is_empty());
}

async fn a_deleted_person_leaves_nothing(store: Store) {
    let (user, other) = (person(&store, 1).await, person(&store, 2).await);
    let own = conversation(&store, user, 3).await;
    store.append(own, id(4), 0, now(), &claim("a"), &[started()]).await.unwrap();
    let plugin = plugin(&store, user, 5, "Todo").await;
    store.share(plugin.id, other, 15, now()).await.unwrap();
    let elsewhere = conversation(&store, other, 6).await;
    for (person, place, provenance) in [(user, own, Provenance::Developer), (other, elsewhere, Provenance::Shared)] {
        store.install(person, plugin.id, &plugin.current, provenance, now()).await.unwrap();
        store.activate(place, plugin.id, 3).await.unwrap();
        store.record_use(person, plugin.id, now()).await.unwrap();
    }
    store.set_password(user, &PasswordHash("$argon2id$canary".to_owned())).await.unwrap();
    let export = store.export_person(user).await.unwrap();
    assert_eq!(export["users"][0]["login"], "person1");
    assert!(export["events"][0]["body"].as_str().unwrap().contains("hello"));
    assert_eq!(export["plugins"][0]["origin"], "https://p5.example");
    assert!(!export.to_string().contains("canary") && !export.to_string().contains("person2"));
    store.delete_person(user).await.unwrap();
    let empty = store.export_person(user).await.unwrap();
    assert!(empty.as_object().unwrap().values().all(|rows| rows == &serde_json::json!([])), "{empty}");
    assert!(store.list_installations(other).await.unwrap().is_empty());
    assert!(store.list_activations(elsewhere).await.unwrap().is_empty());
    assert!(store.get_plugin(plugin.id).await.is_err());
    assert!(matches!(store.delete_person(user).await, Err(StoreError::NotFound(_))));
}

async fn settings_are_kept(store: Store) {
    assert_eq!(store.setting_or("key", "first").await.unwrap(), "first");
    assert_eq!(store.setting_or("key", "second").await.unwrap(), "first");
}
