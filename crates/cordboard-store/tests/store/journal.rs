//! Turns: events in order, once; claims; results.

use cordboard_domain::call::{ResultForm, StoredResult};
use cordboard_domain::event::TurnEvent;
use cordboard_domain::event::TurnOutcome;
use cordboard_domain::id::{ConversationId, TurnId};
use cordboard_domain::ports::{Journal as _, Results as _, StoreError};
use cordboard_domain::time::SignedDuration;
use cordboard_store::Store;

use crate::sample::{claim, conversation, id, now, person, started, text};

on_both! {
    events_are_numbered_within_turn_and_conversation,
    pages_are_spared_what_the_model_saw,
    whoever_appends_second_loses_and_nothing_of_it_is_kept,
    many_who_append_at_once_leave_one_line,
    a_turn_without_anybody_is_taken_over_once,
    a_turn_that_rests_is_nobodys,
    a_turn_does_not_rest_while_something_is_appended,
    the_newest_results_of_a_conversation_stay,
}

fn finished() -> TurnEvent {
    TurnEvent::Finished { outcome: TurnOutcome::Answered }
}

async fn with_conversation(store: &Store) -> ConversationId {
    let user = person(store, 1).await;
    conversation(store, user, 2).await
}

async fn events_are_numbered_within_turn_and_conversation(store: Store) {
    let conversation = with_conversation(&store).await;
    let (first, second): (TurnId, TurnId) = (id(2), id(3));
    let append = async |turn, after, events: &[TurnEvent]| {
        store.append(conversation, turn, after, now(), &claim("a"), events).await
    };
    append(first, 0, &[started(), text("a")]).await.unwrap();
    let early = append(second, 0, &[started()]).await;
    assert!(matches!(early, Err(StoreError::Conflict)), "one turn at a time");
    append(first, 2, &[finished()]).await.unwrap();
    append(second, 0, &[started()]).await.unwrap();
    let events = store.conversation_events(conversation, 1).await.unwrap();
    let numbers: Vec<_> = events.iter().map(|event| (event.turn, event.sequence, event.position)).collect();
    assert_eq!(numbers, [(first, 2, 2), (first, 3, 3), (second, 1, 4)]);
    assert_eq!(store.turn_events(conversation, first).await.unwrap().len(), 3);
}

async fn pages_are_spared_what_the_model_saw(store: Store) {
    let conversation = with_conversation(&store).await;
    let said = r#"{"event":"model_asked","input":"x"}"#;
    let asked = |input: &str| TurnEvent::ModelAsked { round: u32::MAX, input: input.to_owned(), offer: None };
    let events = [started(), asked(&"\"seen\" ".repeat(10_000)), text(said), asked("")];
    store.append(conversation, id(2), 0, now(), &claim("a"), &events).await.unwrap();
    let shown = store.shown_events(conversation, 0).await.unwrap();
    let expected = [started(), asked(""), text(said), asked("")];
    assert_eq!(shown.iter().map(|each| each.event.clone()).collect::<Vec<_>>(), expected);
    let whole = store.conversation_events(conversation, 0).await.unwrap();
    assert!(whole.iter().zip(&shown).all(|(whole, shown)| whole.position == shown.position && whole.at == shown.at));
    assert_eq!(store.shown_events(conversation, 3).await.unwrap().len(), 1);
}

async fn whoever_appends_second_loses_and_nothing_of_it_is_kept(store: Store) {
    let conversation = with_conversation(&store).await;
    let turn = id(2);
    let append = async |conversation, after, events: &[TurnEvent]| {
        store.append(conversation, turn, after, now(), &claim("a"), events).await
    };
    append(conversation, 0, &[started()]).await.unwrap();
    append(conversation, 1, &[text("first")]).await.unwrap();
    let late = append(conversation, 1, &[text("late"), text("later")]).await;
    assert!(matches!(late, Err(StoreError::Conflict)));
    assert!(append(id(9), 2, &[text("x")]).await.is_err(), "another conversation");
    assert_eq!(store.turn_events(conversation, turn).await.unwrap().len(), 2);
}

#[expect(clippy::disallowed_methods, reason = "the test waits for its tasks")]
async fn many_who_append_at_once_leave_one_line(store: Store) {
    let conversation = with_conversation(&store).await;
    let turn = id(2);
    store.append(conversation, turn, 0, now(), &claim("a"), &[started()]).await.unwrap();
    let racers = (0..8).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            let holder = claim(&format!("racer {number}"));
            store.append(conversation, turn, 1, now(), &holder, &[text("mine")]).await.is_ok()
        })
    });
    let mut won = 0;
    for racer in racers.collect::<Vec<_>>() {
        won += u32::from(racer.await.unwrap());
    }
    assert_eq!(won, 1);
    assert_eq!(store.turn_events(conversation, turn).await.unwrap().len(), 2);
}

async fn a_turn_without_anybody_is_taken_over_once(store: Store) {
    let conversation = with_conversation(&store).await;
    let turn = id(2);
    store.append(conversation, turn, 0, now(), &claim("a"), &[started()]).await.unwrap();
    assert!(!store.hold(turn, &claim("b"), now()).await.unwrap(), "a's claim holds");
    assert!(store.take_over(&claim("b"), now()).await.unwrap().is_empty());
    let later = now() + SignedDuration::from_secs(31);
    let mut second = claim("b");
    second.until = later + SignedDuration::from_secs(30);
    assert_eq!(store.take_over(&second, later).await.unwrap(), [(conversation, turn)]);
    assert!(store.take_over(&second, later).await.unwrap().is_empty(), "it is b's now");
    assert!(!store.hold(turn, &claim("a"), later).await.unwrap());
    assert!(store.hold(turn, &second, later).await.unwrap());
    store.append(conversation, turn, 1, later, &second, &[finished()]).await.unwrap();
    assert!(!store.hold(turn, &second, later).await.unwrap(), "over");
    assert!(store.take_over(&claim("c"), later + SignedDuration::from_hours(1)).await.unwrap().is_empty());
}

/// Whichever of the two comes first, whoever appended keeps the turn.
async fn a_turn_does_not_rest_while_something_is_appended(store: Store) {
    let conversation = with_conversation(&store).await;
    let turn = id(2);
    store.append(conversation, turn, 0, now(), &claim("a"), &[started()]).await.unwrap();
    for sequence in 1..200 {
        let news = [text("more")];
        let (holder, at) = (claim("a"), now());
        let appending = store.append(conversation, turn, sequence, at, &holder, &news);
        let (appended, rested) = tokio::join!(appending, store.rest(turn, sequence));
        appended.unwrap();
        rested.unwrap();
        let open = store.take_over(&claim("a"), now() + SignedDuration::from_hours(1)).await.unwrap();
        assert_eq!(open, [(conversation, turn)], "after event {sequence}");
    }
}

async fn a_turn_that_rests_is_nobodys(store: Store) {
    let conversation = with_conversation(&store).await;
    let turn = id(2);
    store.append(conversation, turn, 0, now(), &claim("a"), &[started(), text("x")]).await.unwrap();
    assert!(!store.rest(turn, 1).await.unwrap(), "more has happened");
    assert!(store.rest(turn, 2).await.unwrap());
    let later = now() + SignedDuration::from_hours(1);
    assert!(store.take_over(&claim("b"), later).await.unwrap().is_empty());
    assert!(store.hold(turn, &claim("b"), now()).await.unwrap(), "whoever comes first");
    store.append(conversation, turn, 2, now(), &claim("c"), &[text("y")]).await.unwrap();
    assert!(!store.hold(turn, &claim("c"), now()).await.unwrap(), "appending takes no claim away");
}

async fn the_newest_results_of_a_conversation_stay(store: Store) {
    let conversation = with_conversation(&store).await;
    let result = |text: String| StoredResult { form: ResultForm::JsonLines, text };
    for number in 1..=52_u16 {
        let kept = store.keep_result(conversation, id(number), &result(format!("{number}"))).await.unwrap();
        assert_eq!(kept, u32::from(number));
    }
    assert_eq!(store.lookup_result(conversation, 2).await.unwrap(), None);
    assert_eq!(store.lookup_result(conversation, 3).await.unwrap(), Some(result("3".to_owned())));
    assert_eq!(store.lookup_result(id(9), 3).await.unwrap(), None, "another conversation's");
    let large = result("x".repeat(129 * 1024 * 1024));
    store.keep_result(conversation, id(60), &large).await.unwrap();
    store.keep_result(conversation, id(61), &large).await.unwrap();
    assert_eq!(store.lookup_result(conversation, 53).await.unwrap(), None);
    assert!(store.lookup_result(conversation, 54).await.unwrap().is_some());
}
