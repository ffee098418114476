//! Plugins: registered by several developers, installed, shared, found in the store.

use cordboard_domain::conversation::Activation;
use cordboard_domain::example_requests::ExampleRequests;
use cordboard_domain::id::UserId;
use cordboard_domain::installation::{Provenance, ShareLink};
use cordboard_domain::plugin::{Category, Facts, Plugin, Standing};
use cordboard_domain::ports::{
    Conversations as _, Examples as _, Installations as _, PersonalData as _, PluginShelf as _, Resolution,
    Reviews as _, Sharing as _, StoreError, Storefront as _,
};
use cordboard_domain::review::{ReviewAction, ReviewEntry};
use cordboard_domain::secret::TokenDigest;
use cordboard_domain::storefront::{StoreQuery, StoreSort};
use cordboard_domain::time::SignedDuration;
use cordboard_store::Store;

use crate::sample::{conversation, id, now, person, plugin, version};

on_both! {
    an_origin_is_registered_once_per_developer,
    what_is_installed_is_pinned,
    a_banned_plugin_is_not_active_anywhere,
    of_many_that_are_switched_on_at_once_as_many_are_on_as_may,
    what_is_not_installed_is_not_switched_on,
    whoever_installs_while_it_is_taken_back_does_not_keep_it,
    a_plugin_is_shared_with_so_many_and_no_more,
    of_many_who_join_at_once_as_many_get_in_as_may,
    share_links_expire_and_are_revoked,
    the_store_is_searched_and_sorted,
    people_count_for_30_days_and_once,
    many_uses_at_once_count_each_person_once,
    plugins_are_looked_at_in_turn_by_one_server,
    names_that_look_alike_are_flagged,
    edited_examples_belong_to_the_plugin,
}

async fn an_origin_is_registered_once_per_developer(store: Store) {
    let (first, second) = (person(&store, 1).await, person(&store, 2).await);
    let own = plugin(&store, first, 3, "Todo").await;
    let again = Plugin { id: id(4), ..own.clone() };
    let conflict = store.register(&again, &version(id(4), "Todo", "x")).await;
    assert!(matches!(conflict, Err(StoreError::Conflict)));
    let others = Plugin { developer: second, ..again };
    store.register(&others, &version(id(4), "Todo", "Todo 3")).await.unwrap();
    assert_eq!(store.lookup_registration(first, &own.origin).await.unwrap(), Some(own));
    assert_eq!(store.list_registrations(second).await.unwrap(), std::slice::from_ref(&others));
    store.unregister(others.id).await.unwrap();
    assert!(store.list_registrations(second).await.unwrap().is_empty());
}

async fn what_is_installed_is_pinned(store: Store) {
    let user = person(&store, 1).await;
    let place = conversation(&store, user, 2).await;
    let first = plugin(&store, user, 3, "Todo").await;
    store.install(user, first.id, &first.current, Provenance::Developer, now()).await.unwrap();
    let activation = Activation { plugin: first.id, version: first.current.clone() };
    store.activate(place, first.id, 3).await.unwrap();
    let second = version(first.id, "Todo list", "two");
    store.add_version(&second).await.unwrap();
    store.make_current(&first, &second, None).await.unwrap();
    assert_eq!(store.list_activations(place).await.unwrap(), [activation]);
    let installed = store.lookup_installation(user, first.id).await.unwrap().unwrap();
    assert!(installed.has_update());
    assert_eq!((installed.version, installed.plugin.current), (first.current.clone(), second.digest.clone()));
    assert_eq!(
        (installed.facts.name_for_human.as_str(), installed.plugin.facts.name_for_human),
        ("Todo", "Todo list".to_owned())
    );
    assert_eq!(store.get_version(&first.current).await.unwrap().documents.spec_text, "Todo 3");
    store.install(user, first.id, &second.digest, Provenance::Developer, now()).await.unwrap();
    let still = store.lookup_installation(user, first.id).await.unwrap().unwrap();
    assert_eq!(still.version, first.current, "installing again accepts nothing");
    store.go_over(user, first.id, &second.digest, now()).await.unwrap();
    assert_eq!(store.list_activations(place).await.unwrap()[0].version, second.digest);
    store.uninstall(user, first.id).await.unwrap();
    assert!(store.list_activations(place).await.unwrap().is_empty());
    let gone = store.go_over(user, first.id, &first.current, now()).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))), "going over brings nothing back: {gone:?}");
    assert!(store.get_version(&first.current).await.is_ok());
}

async fn a_banned_plugin_is_not_active_anywhere(store: Store) {
    let user = person(&store, 1).await;
    let place = conversation(&store, user, 2).await;
    let plugin = plugin(&store, user, 3, "Todo").await;
    store.install(user, plugin.id, &plugin.current, Provenance::Developer, now()).await.unwrap();
    store.activate(place, plugin.id, 3).await.unwrap();
    step(&store, &plugin, Standing::Unverified, Standing::Banned, ReviewAction::Banned).await;
    assert!(store.list_activations(place).await.unwrap().is_empty());
    assert_eq!(store.list_installations(user).await.unwrap()[0].plugin.standing, Standing::Banned);
    assert!(matches!(store.unregister(plugin.id).await, Err(StoreError::Conflict)), "the ban stays");
}

async fn of_many_that_are_switched_on_at_once_as_many_are_on_as_may(store: Store) {
    let user = person(&store, 1).await;
    let place = conversation(&store, user, 2).await;
    let mut plugins = Vec::new();
    for number in 10..18 {
        let plugin = plugin(&store, user, number, "Todo").await;
        store.install(user, plugin.id, &plugin.current, Provenance::Developer, now()).await.unwrap();
        plugins.push(plugin.id);
    }
    let switches = plugins.iter().map(|plugin| store.activate(place, *plugin, 3));
    let results = futures::future::join_all(switches).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 3);
    assert!(results.iter().all(|result| matches!(result, Ok(()) | Err(StoreError::Full(_)))), "{results:?}");
    let active = store.list_activations(place).await.unwrap();
    assert_eq!(active.len(), 3);
    store.activate(place, active[0].plugin, 3).await.unwrap();
    store.uninstall(user, active[1].plugin).await.unwrap();
    let next = plugins.into_iter().find(|id| active.iter().all(|on| on.plugin != *id)).unwrap();
    store.activate(place, next, 3).await.unwrap();
}

async fn what_is_not_installed_is_not_switched_on(store: Store) {
    let (user, other) = (person(&store, 1).await, person(&store, 2).await);
    let place = conversation(&store, user, 3).await;
    let plugin = plugin(&store, other, 4, "Todo").await;
    store.install(other, plugin.id, &plugin.current, Provenance::Developer, now()).await.unwrap();
    let refused = store.activate(place, plugin.id, 3).await;
    assert!(matches!(refused, Err(StoreError::NotFound(_))), "{refused:?}");
}

async fn whoever_installs_while_it_is_taken_back_does_not_keep_it(store: Store) {
    let developer = person(&store, 1).await;
    let plugin = plugin(&store, developer, 2, "Todo").await;
    for number in 10..20 {
        let user = person(&store, number).await;
        store.share(plugin.id, user, 15, now()).await.unwrap();
        let install = store.install(user, plugin.id, &plugin.current, Provenance::Shared, now());
        let (_, revoked) = tokio::join!(install, store.revoke_share(plugin.id, user));
        revoked.unwrap();
        assert!(store.list_installations(user).await.unwrap().is_empty());
    }
}

async fn step(store: &Store, plugin: &Plugin, from: Standing, to: Standing, action: ReviewAction) {
    let entry = ReviewEntry {
        version: plugin.current.clone(),
        action,
        by: None,
        reason: String::new(),
        at: now() + SignedDuration::from_secs(plugin.facts.name_for_human.len().try_into().unwrap()),
    };
    let approved = (to == Standing::Approved).then(|| plugin.current.clone());
    let resolution =
        Resolution { plugin: plugin.id, from, to, approved, cosmetic_changes_pass: None, submission: None, entry };
    store.resolve(&resolution).await.unwrap();
}

async fn a_plugin_is_shared_with_so_many_and_no_more(store: Store) {
    let developer = person(&store, 1).await;
    let plugin = plugin(&store, developer, 2, "Todo").await;
    for number in 10..25 {
        let user = person(&store, number).await;
        store.share(plugin.id, user, 15, now()).await.unwrap();
    }
    let late = person(&store, 30).await;
    assert!(matches!(store.share(plugin.id, late, 15, now()).await, Err(StoreError::Full(_))));
    store.share(plugin.id, id(10), 15, now()).await.unwrap();
    assert_eq!(store.list_shares(plugin.id).await.unwrap().len(), 15);
    store.install(id(10), plugin.id, &plugin.current, Provenance::Shared, now()).await.unwrap();
    store.revoke_share(plugin.id, id(10)).await.unwrap();
    assert!(store.list_installations(id(10)).await.unwrap().is_empty(), "what was shared is gone");
    let late_install = store.install(id(10), plugin.id, &plugin.current, Provenance::Shared, now()).await;
    assert!(matches!(late_install, Err(StoreError::NotFound(_))), "{late_install:?}");
    store.share(plugin.id, late, 15, now()).await.unwrap();
    assert_eq!(store.list_shared_with(late).await.unwrap(), [plugin]);
}

async fn of_many_who_join_at_once_as_many_get_in_as_may(store: Store) {
    let developer = person(&store, 1).await;
    let plugin = plugin(&store, developer, 2, "Todo").await;
    let mut people = Vec::new();
    for number in 10..30 {
        people.push(person(&store, number).await);
    }
    let joins = people.iter().map(|user| store.share(plugin.id, *user, 15, now()));
    let results = futures::future::join_all(joins).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 15);
    assert!(results.iter().all(|result| matches!(result, Ok(()) | Err(StoreError::Full(_)))), "{results:?}");
    assert_eq!(store.list_shares(plugin.id).await.unwrap().len(), 15);
}

async fn share_links_expire_and_are_revoked(store: Store) {
    let developer = person(&store, 1).await;
    let plugin = plugin(&store, developer, 2, "Todo").await;
    let expires_at = now() + SignedDuration::from_hours(1);
    let link = ShareLink { id: id(3), plugin: plugin.id, created_at: now(), expires_at };
    let secret = TokenDigest("secret".to_owned());
    store.add_share_link(&link, &secret).await.unwrap();
    assert_eq!(store.lookup_share_link(&secret, now()).await.unwrap(), Some(link.clone()));
    assert_eq!(store.lookup_share_link(&secret, expires_at).await.unwrap(), None);
    store.revoke_share_link(id(9), link.id).await.unwrap();
    assert_eq!(store.list_share_links(plugin.id, now()).await.unwrap(), std::slice::from_ref(&link));
    store.revoke_share_link(plugin.id, link.id).await.unwrap();
    assert_eq!(store.lookup_share_link(&secret, now()).await.unwrap(), None);
}

fn query(viewer: UserId, text: &str, sort: StoreSort) -> StoreQuery {
    StoreQuery { viewer, text: text.to_owned(), category: None, sort, offset: 0, limit: 20 }
}

async fn the_store_is_searched_and_sorted(store: Store) {
    let user = person(&store, 1).await;
    let mut plugins = Vec::new();
    for (number, name) in [(2, "Hotels"), (3, "Cheap hotels 100%"), (4, "Todo"), (5, "Hidden")] {
        plugins.push(plugin(&store, user, number, name).await);
    }
    for plugin in &plugins[..3] {
        step(&store, plugin, Standing::Unverified, Standing::Approved, ReviewAction::Approved).await;
    }
    let long_ago = now() - SignedDuration::from_hours(24 * 31);
    store.record_use(user, plugins[2].id, long_ago).await.unwrap();
    store.recount_people(now()).await.unwrap();
    for number in 10..12 {
        let someone = person(&store, number).await;
        store.record_use(someone, plugins[1].id, now()).await.unwrap();
        store.record_use(someone, plugins[1].id, now()).await.unwrap();
    }
    store.install(user, plugins[0].id, &plugins[0].current, Provenance::Store, now()).await.unwrap();
    let find = async |text: &str, sort| {
        let page = store.search_store(&query(user, text, sort)).await.unwrap();
        assert_eq!(page.total as usize, page.entries.len());
        page.entries.into_iter().map(|entry| (entry.plugin.facts.name_for_human, entry.people)).collect::<Vec<_>>()
    };
    let named =
        |names: &[(&str, u32)]| names.iter().map(|(name, people)| ((*name).to_owned(), *people)).collect::<Vec<_>>();
    assert_eq!(find("", StoreSort::Popular).await, named(&[("Cheap hotels 100%", 2), ("Hotels", 0), ("Todo", 0)]));
    assert_eq!(find("HOTEL", StoreSort::Name).await, named(&[("Cheap hotels 100%", 2), ("Hotels", 0)]));
    assert_eq!(find("cheap p3.example", StoreSort::New).await, named(&[("Cheap hotels 100%", 2)]));
    assert_eq!(find("100%", StoreSort::Name).await, named(&[("Cheap hotels 100%", 2)]));
    assert_eq!(find("_", StoreSort::Name).await, named(&[]));
    assert_eq!(find("hidden\0", StoreSort::Name).await, named(&[]));
    let page = StoreQuery { offset: 1, limit: 1, category: None, ..query(user, "", StoreSort::Name) };
    let page = store.search_store(&page).await.unwrap();
    assert_eq!((page.total, page.entries[0].plugin.facts.name_for_human.as_str()), (3, "Hotels"));
    assert!(page.entries[0].is_installed);
    let travel = StoreQuery { category: Some(Category::Travel), ..query(user, "", StoreSort::Name) };
    assert_eq!(store.search_store(&travel).await.unwrap().total, 0);
    let entry = store.lookup_store_entry(user, plugins[1].id).await.unwrap().unwrap();
    assert_eq!(entry.people, 2);
    assert_eq!(store.lookup_store_entry(user, plugins[3].id).await.unwrap(), None);
}

async fn people_count_for_30_days_and_once(store: Store) {
    let developer = person(&store, 1).await;
    let plugin = plugin(&store, developer, 2, "Hotels").await;
    step(&store, &plugin, Standing::Unverified, Standing::Approved, ReviewAction::Approved).await;
    let users = [person(&store, 3).await, person(&store, 4).await];
    let people = async || store.lookup_store_entry(developer, plugin.id).await.unwrap().unwrap().people;
    let day = |number: i64| now() + SignedDuration::from_hours(24 * number);
    for (user, at, expected) in [(0, 0, 1), (0, 20, 1), (1, 20, 2), (1, 21, 2)] {
        store.record_use(users[user], plugin.id, day(at)).await.unwrap();
        assert_eq!(people().await, expected, "person {user}, day {at}");
    }
    store.recount_people(day(50)).await.unwrap();
    assert_eq!(people().await, 1, "the first person did not use it for 30 days");
    store.record_use(users[0], plugin.id, day(51)).await.unwrap();
    assert_eq!(people().await, 2);
    store.delete_person(users[0]).await.unwrap();
    store.recount_people(day(50)).await.unwrap();
    assert_eq!(people().await, 1, "who left does not count");
}

async fn many_uses_at_once_count_each_person_once(store: Store) {
    let developer = person(&store, 1).await;
    let plugin = plugin(&store, developer, 2, "Hotels").await;
    step(&store, &plugin, Standing::Unverified, Standing::Approved, ReviewAction::Approved).await;
    let mut users = Vec::new();
    for number in 10..18 {
        users.push(person(&store, number).await);
    }
    let at_once = users.iter().chain(&users).map(|user| store.record_use(*user, plugin.id, now()));
    futures::future::try_join_all(at_once).await.unwrap();
    assert_eq!(store.lookup_store_entry(developer, plugin.id).await.unwrap().unwrap().people, 8);
}

async fn plugins_are_looked_at_in_turn_by_one_server(store: Store) {
    let (developer, other) = (person(&store, 1).await, person(&store, 2).await);
    let [listed, shared, own, banned] = [
        plugin(&store, developer, 3, "A"),
        plugin(&store, developer, 4, "B"),
        plugin(&store, developer, 5, "C"),
        plugin(&store, developer, 6, "D"),
    ];
    let (listed, shared, own, banned) = (listed.await, shared.await, own.await, banned.await);
    step(&store, &listed, Standing::Unverified, Standing::Approved, ReviewAction::Approved).await;
    step(&store, &banned, Standing::Unverified, Standing::Banned, ReviewAction::Banned).await;
    for (user, plugin) in [(other, &shared), (developer, &own), (other, &banned)] {
        store.share(plugin.id, user, 15, now()).await.unwrap();
        store.install(user, plugin.id, &plugin.current, Provenance::Shared, now()).await.unwrap();
    }
    let due = async |since| store.list_due(since, 10).await.unwrap().iter().map(|each| each.id).collect::<Vec<_>>();
    let (second, hour) = (SignedDuration::from_secs(1), SignedDuration::from_hours(1));
    assert!(due(now() - second).await.is_empty(), "registering is a look");
    assert_eq!(due(now()).await, [listed.id, shared.id]);
    assert!(store.claim_look(listed.id, now(), now() + hour).await.unwrap());
    assert!(!store.claim_look(listed.id, now(), now() + hour).await.unwrap(), "another server was faster");
    assert_eq!(due(now()).await, [shared.id]);
    assert_eq!(due(now() + hour).await, [shared.id, listed.id], "who waits longest comes first");
    assert_eq!(store.list_due(now() + hour, 1).await.unwrap().len(), 1);
}

async fn names_that_look_alike_are_flagged(store: Store) {
    let user = person(&store, 1).await;
    for (number, name) in [(2, "PayPal"), (3, "РаyРаl"), (4, "Todo")] {
        let plugin = plugin(&store, user, number, name).await;
        step(&store, &plugin, Standing::Unverified, Standing::Approved, ReviewAction::Approved).await;
    }
    let page = store.search_store(&query(user, "", StoreSort::Name)).await.unwrap();
    let flagged: Vec<bool> = page.entries.iter().map(|entry| entry.has_look_alike).collect();
    assert_eq!(flagged.iter().filter(|flag| **flag).count(), 2, "{flagged:?}");
    let facts = version(id(9), "paypa1", "x").facts;
    let alike = async |viewer| store.look_alikes(&facts, "https://p2.example", viewer).await.unwrap().len();
    assert_eq!(alike(Some(user)).await, 1, "its own origin is not another one");
    let unlisted = plugin(&store, user, 5, "paypaI").await;
    assert_eq!(alike(Some(user)).await, 1, "it is neither listed nor installed");
    let viewer = person(&store, 6).await;
    store.install(viewer, unlisted.id, &unlisted.current, Provenance::Store, now()).await.unwrap();
    assert_eq!((alike(Some(viewer)).await, alike(Some(user)).await, alike(None).await), (2, 1, 2));
    let page = store.search_store(&query(viewer, "todo", StoreSort::Name)).await.unwrap();
    assert!(page.entries.iter().all(|entry| !entry.has_look_alike));
    let pasted = Facts { is_pasted: true, ..facts.clone() };
    assert_eq!(
        store.look_alikes(&pasted, "https://p2.example", Some(user)).await.unwrap().len(),
        2,
        "a claimed origin"
    );
}

async fn edited_examples_belong_to_the_plugin(store: Store) {
    let user = person(&store, 1).await;
    let [todo, hotels] = [plugin(&store, user, 3, "Todo").await.id, plugin(&store, user, 4, "Hotels").await.id];
    let requests = |lines: &str| ExampleRequests::from_lines(lines).unwrap();
    store.set_examples(todo, "getTodos", &requests("What is left?")).await.unwrap();
    store.set_examples(todo, "getTodos", &requests("What is left?\nWas ist noch zu tun?")).await.unwrap();
    store.set_examples(todo, "addTodo", &requests("Remind me of milk")).await.unwrap();
    let found = store.list_examples(&[todo, hotels]).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[&todo]["getTodos"], requests("What is left?\nWas ist noch zu tun?"));
    assert_eq!(found[&todo].len(), 2);
    store.delete_examples(todo, "getTodos").await.unwrap();
    store.delete_examples(hotels, "getTodos").await.unwrap();
    assert_eq!(store.list_examples(&[todo]).await.unwrap()[&todo].keys().collect::<Vec<_>>(), ["addTodo"]);
    assert!(store.list_examples(&[]).await.unwrap().is_empty());
    store.unregister(todo).await.unwrap();
    assert!(store.list_examples(&[todo]).await.unwrap().is_empty());
}
