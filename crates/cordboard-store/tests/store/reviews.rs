//! Submissions and decisions.

use cordboard_domain::id::{ModelId, UserId};
use cordboard_domain::plugin::{Category, Plugin, Standing};
use cordboard_domain::ports::{PluginShelf as _, Resolution, Reviews as _, StoreError};
use cordboard_domain::review::{
    Evidence, RequestEvidence, ReviewAction, ReviewEntry, Ruling, SampleRequests, Submission, SubmissionState,
};
use cordboard_domain::time::SignedDuration;
use cordboard_store::Store;

use crate::sample::{id, now, person, plugin};

on_both! {
    a_decision_moves_the_plugin_and_is_recorded,
    a_decision_on_yesterdays_standing_changes_nothing,
    a_decision_on_yesterdays_version_changes_nothing,
    of_many_decisions_at_once_one_counts,
    the_requests_are_run_by_one_at_a_time,
    one_registration_of_an_origin_is_in_the_store,
}

fn resolution(plugin: &Plugin, from: Standing, to: Standing, action: ReviewAction, by: UserId) -> Resolution {
    let ruling = Ruling { by, at: now(), reason: "fine".to_owned() };
    Resolution {
        plugin: plugin.id,
        from,
        to,
        approved: (to == Standing::Approved).then(|| plugin.current.clone()),
        cosmetic_changes_pass: (to == Standing::Approved).then_some(true),
        submission: (action == ReviewAction::Approved).then_some(SubmissionState::Approved(ruling)),
        entry: ReviewEntry {
            version: plugin.current.clone(),
            action,
            by: Some(by),
            reason: "fine".to_owned(),
            at: now(),
        },
    }
}

async fn submit(store: &Store, plugin: &Plugin, number: u16) -> Result<Submission, StoreError> {
    let submission = Submission {
        id: id(number),
        plugin: plugin.id,
        version: plugin.current.clone(),
        category: Category::Travel,
        requests: SampleRequests { must_call: vec!["a".to_owned()], must_not_call: Vec::new() },
        submitted_by: plugin.developer,
        submitted_at: now(),
        state: SubmissionState::Pending,
        evidence: None,
        runs_until: None,
    };
    let step = resolution(plugin, Standing::Unverified, Standing::InReview, ReviewAction::Submitted, plugin.developer);
    store.submit(&submission, &step).await.map(|()| submission)
}

async fn a_decision_moves_the_plugin_and_is_recorded(store: Store) {
    let (developer, reviewer) = (person(&store, 1).await, person(&store, 2).await);
    let plugin = plugin(&store, developer, 3, "Hotels").await;
    let submission = submit(&store, &plugin, 4).await.unwrap();
    let evidence = Evidence {
        model: ModelId("m".to_owned()),
        ran_at: now(),
        requests: vec![RequestEvidence { text: "a".to_owned(), must_call: true, calls: Vec::new(), problem: None }],
    };
    assert!(store.set_evidence(submission.id, &evidence, now()).await.unwrap());
    assert_eq!(store.list_pending().await.unwrap()[0].evidence, Some(evidence));
    let approve = resolution(&plugin, Standing::InReview, Standing::Approved, ReviewAction::Approved, reviewer);
    store.resolve(&approve).await.unwrap();
    let now_listed = store.get_plugin(plugin.id).await.unwrap();
    assert_eq!((now_listed.standing, now_listed.category), (Standing::Approved, Some(Category::Travel)));
    assert_eq!(now_listed.approved, Some(plugin.current.clone()));
    assert!(now_listed.cosmetic_changes_pass);
    assert!(store.list_pending().await.unwrap().is_empty());
    let state = store.get_submission(submission.id).await.unwrap().state;
    assert!(matches!(state, SubmissionState::Approved(Ruling { by, .. }) if by == reviewer));
    let history: Vec<_> =
        store.review_history(plugin.id).await.unwrap().into_iter().map(|entry| entry.action).collect();
    assert_eq!(history, [ReviewAction::Submitted, ReviewAction::Approved]);
}

async fn a_decision_on_yesterdays_version_changes_nothing(store: Store) {
    let developer = person(&store, 1).await;
    let plugin = plugin(&store, developer, 3, "Hotels").await;
    submit(&store, &plugin, 4).await.unwrap();
    let before = store.get_plugin(plugin.id).await.unwrap();
    let newer = crate::sample::version(plugin.id, "Hotels", "newer");
    store.add_version(&newer).await.unwrap();
    let approve = resolution(&plugin, Standing::InReview, Standing::Approved, ReviewAction::Approved, developer);
    store.make_current(&before, &newer, None).await.unwrap();
    assert!(matches!(store.resolve(&approve).await, Err(StoreError::Conflict)), "another version is current");
    assert!(matches!(store.make_current(&before, &newer, None).await, Err(StoreError::Conflict)));
    let after = store.get_plugin(plugin.id).await.unwrap();
    assert_eq!((after.standing, after.approved, after.current), (Standing::InReview, None, newer.digest));
}

async fn of_many_decisions_at_once_one_counts(store: Store) {
    let developer = person(&store, 1).await;
    let plugin = plugin(&store, developer, 3, "Hotels").await;
    submit(&store, &plugin, 4).await.unwrap();
    let approve = resolution(&plugin, Standing::InReview, Standing::Approved, ReviewAction::Approved, developer);
    let reject = resolution(&plugin, Standing::InReview, Standing::Unverified, ReviewAction::Rejected, developer);
    let decisions = [&approve, &reject, &approve, &reject].map(|each| store.resolve(each));
    let results = futures::future::join_all(decisions).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert!(results.iter().all(|result| matches!(result, Ok(()) | Err(StoreError::Conflict))), "{results:?}");
    assert_eq!(store.review_history(plugin.id).await.unwrap().len(), 2);
}

async fn the_requests_are_run_by_one_at_a_time(store: Store) {
    let developer = person(&store, 1).await;
    let plugin = plugin(&store, developer, 3, "Hotels").await;
    let submission = submit(&store, &plugin, 4).await.unwrap().id;
    let (second, minute) = (SignedDuration::from_secs(1), SignedDuration::from_mins(1));
    let claim = async |now| store.claim_evidence(submission, now, now + minute).await.unwrap();
    assert!(claim(now()).await);
    assert!(!claim(now() + second).await, "somebody runs them");
    let pending = store.get_submission(submission).await.unwrap();
    assert!(pending.is_running(now() + second) && !pending.is_interrupted(now() + second));
    assert!(!pending.is_running(now() + minute) && pending.is_interrupted(now() + minute));
    assert!(claim(now() + minute).await, "the first was not heard of for a minute");
    let evidence = Evidence { model: ModelId("m".to_owned()), ran_at: now(), requests: Vec::new() };
    assert!(store.set_evidence(submission, &evidence, now()).await.unwrap());
    assert!(claim(now()).await, "given up");
    let reject = resolution(&plugin, Standing::InReview, Standing::Unverified, ReviewAction::Rejected, developer);
    let rejected = SubmissionState::Rejected(Ruling { by: developer, at: now(), reason: "no".to_owned() });
    store.resolve(&Resolution { submission: Some(rejected), ..reject }).await.unwrap();
    assert!(!claim(now() + minute + minute).await, "decided");
    assert!(!store.set_evidence(submission, &evidence, now()).await.unwrap());
}

async fn a_decision_on_yesterdays_standing_changes_nothing(store: Store) {
    let developer = person(&store, 1).await;
    let plugin = plugin(&store, developer, 3, "Hotels").await;
    submit(&store, &plugin, 4).await.unwrap();
    assert!(matches!(submit(&store, &plugin, 5).await, Err(StoreError::Conflict)), "submitted already");
    let reject = resolution(&plugin, Standing::InReview, Standing::Unverified, ReviewAction::Rejected, developer);
    store.resolve(&reject).await.unwrap();
    let late = resolution(&plugin, Standing::InReview, Standing::Approved, ReviewAction::Approved, developer);
    assert!(matches!(store.resolve(&late).await, Err(StoreError::Conflict)));
    assert_eq!(store.review_history(plugin.id).await.unwrap().len(), 2);
}

async fn one_registration_of_an_origin_is_in_the_store(store: Store) {
    let (first, second) = (person(&store, 1).await, person(&store, 2).await);
    let own = plugin(&store, first, 3, "Hotels").await;
    let other = Plugin { id: id(4), developer: second, ..own.clone() };
    store.register(&other, &crate::sample::version(id(4), "Hotels", "Hotels 3")).await.unwrap();
    for (plugin, number) in [(&own, 5), (&other, 6)] {
        submit(&store, plugin, number).await.unwrap();
    }
    let approve = |plugin| resolution(plugin, Standing::InReview, Standing::Approved, ReviewAction::Approved, first);
    store.resolve(&approve(&own)).await.unwrap();
    assert!(matches!(store.resolve(&approve(&other)).await, Err(StoreError::Conflict)));
}
