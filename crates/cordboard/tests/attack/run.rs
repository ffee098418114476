//! One attack: a conversation in which the model obeys, what is tried afterwards, and what must not have come of it.

use serde_json::{Value, json};

use crate::encodings::filled;
use crate::orders::{Abuse, Attack, Place};
use crate::person::Person;
use crate::plugins::{private, secret};
use crate::world::World;

/// What came of an attack.
pub(crate) struct Finished {
    pub(crate) conversation: String,
    pub(crate) number: usize,
    /// Calls that waited for the person.
    pub(crate) asked: usize,
    /// Writes that the person confirmed.
    pub(crate) confirmed: usize,
    /// Pictures and cards that were asked for.
    pub(crate) fetches: usize,
    /// What the attacker got, or why the run shows nothing.
    pub(crate) problems: Vec<String>,
}

/// Lets an attack happen and judges it.
pub(crate) async fn run(world: &World, person: &Person, other: &Person, attack: &Attack) -> Finished {
    let before = world.journal.len();
    let conversation = person.begin().await;
    let mut finished = Finished {
        conversation: conversation.clone(),
        number: attack.number,
        asked: 0,
        confirmed: attack.order.abuse.confirmed(),
        fetches: 0,
        problems: Vec::new(),
    };
    let message = format!("Run {:05}: what is new?", attack.number);
    let mut turns = vec![person.say(&conversation, &message).await];
    if attack.place == Place::OpenGraph {
        finished.shows_cards(person).await;
        turns.push(person.say(&conversation, &message).await);
    }
    let waiting = turns.last().expect("a turn").clone();
    abuse(person, other, &conversation, attack, &waiting).await;
    if attack.order.messages.len() > 1 {
        turns.push(person.say(&conversation, &message).await);
    }
    finished.asked = turns.iter().flat_map(calls).filter(|call| call["confirmation"].is_string()).count();
    finished.asks_as_a_browser(world, person, attack).await;
    finished.judge(world, person, attack, before, &turns).await;
    if let Abuse::Standing { .. } = attack.order.abuse {
        // Otherwise it would cover writes of the person's later runs.
        let revoked = person.revoke_permissions().await;
        if revoked != 1 {
            finished.problems.push(format!("run {}: {revoked} standing permissions instead of one", attack.number));
        }
    }
    finished
}

/// Gets a picture or a card as the page of a conversation does.
pub(crate) async fn fetched(person: &Person, conversation: &str, path: &str, url: &str) -> (u16, String) {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("url", url).finish();
    person.open(&format!("/conversations/{conversation}/{path}?{query}")).await
}

fn calls(turn: &Value) -> Vec<Value> {
    turn["calls"].as_array().cloned().unwrap_or_default()
}

/// The question of a turn's first call that waits.
fn question(turn: &Value) -> Option<(Value, String)> {
    let calls = calls(turn);
    let call = calls.iter().find(|call| call["confirmation"].is_string())?;
    Some((call["arguments"].clone(), call["confirmation"].as_str()?.to_owned()))
}

fn id(turn: &Value) -> &str {
    turn["id"].as_str().expect("a turn has an id")
}

/// Allows the question of a turn, in the name of a turn.
pub(crate) async fn allow(person: &Person, conversation: &str, asked: &Value, named: &Value) -> u16 {
    let Some((_, confirmation)) = question(asked) else { return 0 };
    let path = format!("/conversations/{conversation}/turns/{}/confirmations/{confirmation}", id(named));
    person.ask("POST", &path, Some(json!({ "decision": "allow", "wait": 60 }))).await.0
}

/// Tries to have the waiting call sent in a way that must not work, or more than once.
async fn abuse(person: &Person, other: &Person, conversation: &str, attack: &Attack, turn: &Value) {
    let Some((arguments, confirmation)) = question(turn) else { return };
    let place = format!("/conversations/{conversation}/turns/{}", id(turn));
    let (page, api) =
        (format!("{place}/confirmations/{confirmation}"), format!("{place}/confirmations/{confirmation}"));
    let fields = fields(&arguments, &[("decision", "allow")]);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let again = async || {
        allow(person, conversation, turn, turn).await;
        person.submit(&page, &fields, &person.base).await;
    };
    match attack.order.abuse {
        Abuse::Nothing => {}
        Abuse::Replay => {
            tokio::join!(again(), again(), again());
            again().await;
        }
        Abuse::OtherPerson => {
            allow(other, conversation, turn, turn).await;
            other.submit(&page, &fields, &other.base).await;
            let own = other.begin().await;
            allow(other, &own, turn, turn).await;
        }
        Abuse::OtherTurn => {
            let elsewhere = person.begin().await;
            let next = person.say(&elsewhere, "Hello").await;
            allow(person, conversation, turn, &next).await;
            allow(person, &elsewhere, turn, &next).await;
            allow(person, &elsewhere, turn, turn).await;
        }
        Abuse::Declined => {
            person.ask("POST", &api, Some(json!({ "decision": "decline", "wait": 60 }))).await;
            again().await;
        }
        Abuse::Stopped => {
            person.ask("POST", &format!("{place}/stop"), None).await;
            again().await;
        }
        Abuse::OtherSite => {
            for origin in ["http://evil.example", "null", "", "http://localhost", "https://127.0.0.1"] {
                person.submit(&page, &fields, origin).await;
            }
        }
        Abuse::Stranger => {
            person.submit_as_stranger(&page, &fields).await;
        }
        Abuse::Link => {
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
            person.open(&format!("{page}?{query}")).await;
            person.open(&page).await;
        }
        Abuse::Edited => {
            let edited = json!({ "decision": "allow", "arguments": { "title": "edited" }, "wait": 60 });
            person.ask("POST", &api, Some(edited)).await;
            again().await;
        }
        Abuse::Standing { bound } => {
            let more = [("decision", "always"), ("days", "1"), ("bound.text", bound)];
            let always = self::fields(&arguments, &more);
            let always: Vec<(&str, &str)> =
                always.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            person.submit(&page, &always, &person.base).await;
            person.turn(conversation, id(turn)).await;
        }
    }
}

/// The fields of a card, with the values that it shows.
fn fields(arguments: &Value, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let shown = |(name, value): (&String, &Value)| {
        (format!("argument.{name}"), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    arguments.as_object().into_iter().flatten().map(shown).chain(more.iter().copied().map(own)).collect()
}

impl Finished {
    /// Asks for everything that the page of the conversation names, and for what the model composed.
    async fn asks_as_a_browser(&mut self, world: &World, person: &Person, attack: &Attack) {
        self.shows_cards(person).await;
        let feed = world.origins().feed;
        for composed in &attack.order.composed {
            let text = composed.replace("{run}", &format!("{:05}", self.number)).replace("{feed}", &feed);
            let url = filled(&text, &private(self.number));
            for path in ["images", "cards"] {
                let (status, _) = fetched(person, &self.conversation, path, &url).await;
                self.fetches += 1;
                if status != 404 {
                    self.problems.push(format!("{path} of the composed {url} answer {status}"));
                }
            }
        }
    }

    /// Opens the page of the conversation and gets its pictures and cards.
    async fn shows_cards(&mut self, person: &Person) {
        let page = self.page(person).await;
        let named = |path: &str| {
            let prefix = format!("/conversations/{}/{path}?", self.conversation);
            let found = page.match_indices(&prefix).map(|(at, _)| page[at..].split(['"', '\'', ' ']).next());
            found.flatten().map(str::to_owned).collect::<Vec<_>>()
        };
        for path in named("images").into_iter().chain(named("cards")) {
            let (status, text) = person.open(&path).await;
            self.fetches += 1;
            let is_plain = !["<script", "<img src=x", "onerror=", "javascript:"].iter().any(|each| text.contains(each));
            if !(status == 204 || status == 200 && is_plain) {
                self.problems.push(format!("{path} answers {status}: {text}"));
            }
        }
    }

    async fn page(&mut self, person: &Person) -> String {
        let (status, page) = person.open(&format!("/conversations/{}", self.conversation)).await;
        if status != 200 {
            self.problems.push(format!("the conversation answers {status}"));
        }
        page.replace("&#x2f;", "/").replace("&amp;", "&")
    }

    async fn judge(&mut self, world: &World, person: &Person, attack: &Attack, before: usize, turns: &[Value]) {
        if !world.model.has_obeyed(self.number) {
            self.problems.push("the model never read the order".to_owned());
        }
        let received = world.journal.since(before);
        let written = received.iter().filter(|each| each.is_of(&self.conversation) && each.is_write()).count();
        if written != self.confirmed {
            self.problems.push(format!("{written} writes, of which {} were confirmed", self.confirmed));
        }
        let (private, secret) = (private(self.number), secret(self.number));
        for each in &received {
            if each.server != "vault" && each.carries(&private) {
                self.problems.push(format!("a private value was sent: {}", each.told()));
            }
            if each.carries(&secret) {
                self.problems.push(format!("a secret was sent: {}", each.told()));
            }
            if each.is_composed() {
                self.problems.push(format!("a composed address was fetched: {}", each.told()));
            }
        }
        let page = self.page(person).await;
        self.problems.extend(forged(&page, turns));
        let named = format!("{} ({}) in {:?}", attack.order.name, attack.order.kind, attack.place);
        for problem in &mut self.problems {
            *problem = format!("run {}, {named}: {problem}", self.number);
        }
    }
}

/// What the page of a conversation has that did not come from records.
fn forged(page: &str, turns: &[Value]) -> Vec<String> {
    let tags: Vec<&str> = page.split('<').skip(1).filter_map(|each| each.split('>').next()).collect();
    let calls: usize = turns.iter().map(|turn| calls(turn).len()).sum();
    // A call that waits is a question.
    let is_line = |tag: &&&str| ["class=\"call\"", "class=\"confirmation\""].iter().any(|each| tag.contains(each));
    let lines = tags.iter().filter(is_line).count();
    let mut problems = Vec::new();
    if lines != calls {
        problems.push(format!("{lines} lines about {calls} calls"));
    }
    problems.extend(tags.into_iter().filter(|tag| is_foreign(tag)).map(|tag| format!("the page has <{tag}>")));
    problems
}

/// Whether a tag loads something from elsewhere, runs something, or sends something elsewhere.
fn is_foreign(tag: &str) -> bool {
    let elements = ["iframe", "object", "embed", "base", "video", "audio", "source", "style"];
    let is_element = |name: &str| tag == name || tag.starts_with(&format!("{name} "));
    let leads_away = |(element, attribute): (&str, &str)| {
        let address = tag.split_once(attribute).and_then(|(_, rest)| rest.split('"').next());
        is_element(element) && address.is_some_and(|address| !address.starts_with('/') || address.starts_with("//"))
    };
    let loads = [
        ("img", " src=\""),
        ("form", " action=\""),
        ("button", " formaction=\""),
        ("script", " src=\""),
        ("link", " href=\""),
    ];
    elements.into_iter().any(is_element)
        || loads.into_iter().any(leads_away)
        || ["javascript:", "href=\"data:", "srcset=", " onerror=", " onload="].iter().any(|each| tag.contains(each))
}
