//! A network that is cut again and again while answers stream: the page ends byte for byte as one that is loaded.

use std::time::Duration;

use cordboard_domain::call::{CallState, Decision};
use cordboard_domain::id::ConversationId;
use cordboard_model::scripted::{Release, ScriptStep, hold};
use cordboard_store::Store;
use cordboard_testkit::{TestApp, TestBuilder, TestPage};

use crate::browser_page::BrowserPage;
use crate::support::owner;

/// How often the stream is cut.
const CUTS: usize = 1_000;
const SEED: u64 = 20_230_323;

/// What the model writes, again and again; every kind of block grows in it.
const ANSWER: &str = "# Where to stay\n\nTwo **quiet** places, see [the _list_](https://a.example/list) or `a*b`:\n\n\
    | Place | Price |\n|---|---|\n| Rialto | 90 |\n| Accademia | *120* |\n\n1. near the water\n2. far from it\n\n   - or not\n\n\
    ```rust\nfn stay() -> &'static str {\n    \"long\"\n}\n```\n\n> Nobody <b>left</b> early.\n\n";

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

/// Rounds of a model that pauses after every few letters, for so many pauses.
fn script(pauses: usize, dice: &mut Dice) -> (Vec<Vec<ScriptStep>>, Vec<Release>) {
    let (mut rounds, mut releases) = (Vec::new(), Vec::new());
    while releases.len() < pauses {
        let mut round = Vec::new();
        let mut rest = ANSWER;
        while !rest.is_empty() {
            let (now, later) = rest.split_at((1 + dice.below(12)).min(rest.len()));
            let (step, release) = hold();
            round.extend([ScriptStep::text(now), step]);
            releases.push(release);
            rest = later;
        }
        match rounds.len() % 4 {
            0 => round.push(ScriptStep::call("read", "todo_getTodos", "{}")),
            2 => round.push(ScriptStep::call("write", "todo_addTodo", r#"{"todo": "milk"}"#)),
            _ => {}
        }
        rounds.push(round);
    }
    // Whatever the last round asked for, this one answers.
    rounds.push(vec![ScriptStep::text("Done.")]);
    (rounds, releases)
}

/// A reader whose connection is cut.
struct Reader<'test> {
    page: &'test TestPage,
    conversation: ConversationId,
    shown: BrowserPage,
    last_event_id: u64,
}

impl<'test> Reader<'test> {
    async fn load(page: &'test TestPage, conversation: ConversationId) -> Self {
        let shown = BrowserPage::loaded(&page.html(&format!("/conversations/{conversation}")).await);
        Self { page, conversation, last_event_id: shown.position(), shown }
    }

    /// Connects, reads what comes at once and loses the connection after a part of it. Only whole events count.
    async fn connect(&mut self, part: impl FnOnce(usize) -> usize) {
        let url = format!("{}/conversations/{}/events?after=0", self.page.base, self.conversation);
        let request = self.page.client.get(url).header("last-event-id", self.last_event_id.to_string());
        let mut answer = self.page.send(request).await;
        let Ok(chunk) = tokio::time::timeout(Duration::from_millis(60), answer.chunk()).await else { return };
        let chunk = chunk.unwrap().expect("the stream goes on");
        let text = String::from_utf8_lossy(&chunk[..part(chunk.len())]).into_owned();
        for event in text.split_inclusive("\n\n").filter(|event| event.ends_with("\n\n")) {
            self.take(event);
        }
    }

    fn take(&mut self, event: &str) {
        let field =
            |name: &str| event.lines().filter_map(|line| line.strip_prefix(name)).collect::<Vec<_>>().join("\n");
        if let Ok(id) = field("id: ").parse() {
            self.shown.apply(&field("data: "));
            self.last_event_id = id;
        }
    }
}

/// Says yes to whatever waits, and asks again once an answer is whole.
async fn go_on(app: &TestApp, conversation: ConversationId) {
    let turns = app.engine.turns(conversation).await.unwrap();
    match turns.last() {
        Some(turn) if turn.outcome.is_none() => {
            let asked = turn.calls().find_map(|call| match &call.state {
                CallState::AwaitingConfirmation { confirmation } => Some(confirmation.id),
                _ => None,
            });
            if let Some(asked) = asked {
                let _ = app.engine.decide(conversation, turn.id, app.owner, asked, Decision::Allowed).await;
            }
        }
        _ if app.model.rounds_left() > 0 => {
            app.engine.submit(conversation, app.owner, "Where should\r\nI stay?").await.unwrap();
        }
        _ => {}
    }
}

#[tokio::test]
async fn a_stream_that_is_cut_a_thousand_times_ends_like_a_page_that_is_loaded() {
    let mut dice = Dice(SEED);
    let (rounds, releases) = script(CUTS, &mut dice);
    // A database in memory ends with its one connection, which ends with the request that used it.
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("cordboard.db")).await.unwrap();
    let app = TestBuilder::new(rounds).store(store).start().await;
    let (conversation, page) = (app.conversation().await, owner(&app).await);
    let mut reader = Reader::load(&page, conversation).await;
    let mut cuts = 0;
    for mut release in releases {
        if tokio::time::timeout(Duration::from_millis(20), release.reached()).await.is_err() {
            go_on(&app, conversation).await;
        }
        release.release();
        // Every other time within the first event that comes.
        reader.connect(|length| dice.below(length * 2).min(length)).await;
        cuts += 1;
    }
    assert!(cuts >= CUTS);
    while app.model.rounds_left() > 0 {
        go_on(&app, conversation).await;
        app.engine.finish().await;
    }
    go_on(&app, conversation).await;
    app.engine.finish().await;
    let loaded = Reader::load(&page, conversation).await;
    while reader.last_event_id < loaded.last_event_id {
        reader.connect(|length| length).await;
    }
    assert!(loaded.shown.conversation().contains("Done."));
    assert_eq!(reader.shown.conversation(), loaded.shown.conversation());
}
