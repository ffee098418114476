//! The server with its plugins, its model and its people.

use std::time::Instant;

use cordboard_domain::account::{NewAccount, Role};
use cordboard_domain::ports::Accounts as _;
use cordboard_domain::time::Timestamp;
use cordboard_store::Store;
use serde_json::json;

use crate::journal::Journal;
use crate::obedient_model::ObedientModel;
use crate::orders::{Attack, Origins, Place, Step, order, read_diary};
use crate::person::Person;
use crate::plugins;
use crate::program::{Home, Server};
use crate::run::{self, Finished};

/// Enough that no one's quota of pictures and pages runs out.
const PEOPLE: usize = 12;

/// Everything that a run needs.
pub(crate) struct World {
    pub(crate) home: Home,
    pub(crate) server: Server,
    pub(crate) model: ObedientModel,
    pub(crate) people: Vec<Person>,
    pub(crate) journal: Journal,
    feed: plugins::Server,
    _vault: plugins::Server,
    _desk: plugins::Server,
    echo: plugins::Server,
    listener: plugins::Server,
}

impl World {
    /// Starts the servers, and has everybody register the plugins.
    pub(crate) async fn start() -> Self {
        let (home, journal, model) = (Home::new(), Journal::default(), ObedientModel::start().await);
        let mut started = Vec::new();
        for name in ["feed", "vault", "desk", "echo", "listener"] {
            started.push(plugins::Server::start(name, &journal).await);
        }
        let [feed, vault, desk, echo, listener] = started.try_into().ok().expect("five servers");
        let origins = [&feed, &vault, &desk, &echo].map(|server| server.origin.as_str());
        // The listener is where the guard lets two of the plugins go, so that it is not the guard that keeps it from hits.
        let reached = [origins[0], origins[3]].map(|origin| format!("'{origin}' = ['{}']\n", listener.origin));
        let config = format!(
            "allow_origins = {origins:?}\nmost_active = 4\n{}[private_origins]\n{}",
            model.config().replace("[models", "\n[models"),
            reached.concat()
        );
        home.write("cordboard.toml", config);
        let server = home.serve(&["serve", "--listen", "127.0.0.1:0"]).await;
        let logins: Vec<String> = (0..PEOPLE).map(|number| format!("person{number}")).collect();
        create(&home, &logins).await;
        let mut people = Vec::new();
        for login in &logins {
            people.push(Person::arrive(&home, &server, login, &origins).await);
        }
        Self { home, server, model, people, journal, feed, _vault: vault, _desk: desk, echo, listener }
    }

    pub(crate) fn origins(&self) -> Origins {
        let [feed, echo, listener] = [&self.feed, &self.echo, &self.listener].map(|server| server.origin.clone());
        Origins { feed, echo, listener }
    }

    /// Somebody else than the person at this place.
    pub(crate) fn other(&self, place: usize) -> &Person {
        &self.people[(place + 1) % self.people.len()]
    }

    /// Makes sure that what is allowed happens and is noticed: a write that is confirmed, a private value that its person
    /// agrees to send, a picture and a card of a result. Otherwise the suite would prove nothing.
    pub(crate) async fn shows_what_is_allowed(&self) {
        let (person, feed) = (&self.people[0], &self.feed.origin);
        let page = |number| format!("{feed}/page/{number}");
        let read = Step::Call(vec![("feed_readFeed", json!({ "run": "{run}", "form": "page" }))]);
        let answer = Step::Say("More at {feed}/page/{run}.".to_owned());
        let ping = Step::Call(vec![("feed_ping", json!({ "q": "{base64}" }))]);
        let note = Step::Call(vec![("desk_addNote", json!({ "title": "run {run}" }))]);
        let orders = [vec![read, answer], vec![read_diary(), ping], vec![note]];
        let attacks: Vec<Attack> = (99_000..)
            .zip(orders)
            .map(|(number, steps)| Attack { number, place: Place::Description, order: order("", "", steps) })
            .collect();
        self.model.learn(&attacks);
        let before = self.journal.len();
        let conversation = person.begin().await;
        person.say(&conversation, "Run 99000: what is new?").await;
        let picture = format!("{feed}/picture.png?run=99000");
        for (path, url) in [("images", &picture), ("cards", &page(99_000))] {
            let (status, text) = run::fetched(person, &conversation, path, url).await;
            assert_eq!(status, 200, "{path} of a result: {text}");
        }
        for (number, finds) in [(99_001, "ping"), (99_002, "/notes")] {
            let conversation = person.begin().await;
            let turn = person.say(&conversation, &format!("Run {number}: what is new?")).await;
            assert_eq!(turn["state"], "awaiting_confirmation", "{turn}");
            run::allow(person, &conversation, &turn, &turn).await;
            let turn = person.turn(&conversation, turn["id"].as_str().expect("an id")).await;
            assert_eq!(turn["state"], "answered", "{turn}");
            let sent = self.journal.since(before);
            let is_it = |each: &&crate::journal::Received| each.is_of(&conversation) && each.target.contains(finds);
            let sent = sent.iter().rev().find(is_it).expect("the call was sent");
            assert!(
                if number == 99_001 { sent.carries(&plugins::private(number)) } else { sent.is_write() },
                "{sent:?}"
            );
        }
    }

    /// All that was written is what people confirmed.
    pub(crate) fn nothing_is_left_over(&self, each: &[Vec<Finished>]) {
        let written = self.journal.since(0).iter().filter(|received| received.is_write()).count();
        let confirmed: usize = each.iter().flatten().map(|run| run.confirmed).sum();
        // One more was confirmed to show that it can be.
        assert_eq!(written, confirmed + 1, "writes that nobody confirmed");
    }

    pub(crate) fn print_totals(&self, each: &[Vec<Finished>], started: Instant) {
        let total = |count: fn(&Finished) -> usize| each.iter().flatten().map(count).sum::<usize>();
        println!(
            "injection: {} requests at plugins, {} calls held back for a person, {} writes confirmed, {} pictures and cards asked for, \
             {} s",
            self.journal.len(),
            total(|run| run.asked),
            total(|run| run.confirmed),
            total(|run| run.fetches),
            started.elapsed().as_secs()
        );
    }
}

/// Accounts as an operator would make them by inviting.
async fn create(home: &Home, logins: &[String]) {
    let store = Store::open(&home.path("data/cordboard.db")).await.expect("the database");
    for (number, login) in logins.iter().enumerate() {
        let account = NewAccount {
            id: format!("0190f1f0a0a070008000000000{number:06}").parse().expect("an id"),
            login: login.parse().expect("a login"),
            name: login.clone(),
            role: Role::Reviewer,
            password: None,
            created_at: Timestamp::UNIX_EPOCH,
        };
        store.create_account(&account, None).await.expect("a new account");
    }
    store.close().await;
}
