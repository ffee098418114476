//! `plugin`, `call` and `ask` as a person types them, against the sample plugins and a model that does as it is told.

use cordboard_samples::{RunningSample, Sample, spawn};
use serde_json::{Value, json};

use crate::http::get_json;
use crate::program::Home;
use crate::stub_model::{Script, StubModel};

async fn start(sample: Sample) -> RunningSample {
    spawn(sample, 0).await.expect("a sample on a free port")
}

/// What the sample's list holds.
pub(crate) async fn todos(origin: &str) -> Vec<String> {
    let answer = get_json(&format!("{origin}/todos")).await;
    serde_json::from_value(answer["todos"].clone()).expect("a list of texts")
}

#[tokio::test]
async fn a_plugin_is_added_listed_and_shown() {
    let hotels = start(Sample::Hotels).await;
    let home = Home::new();
    home.run(&["plugin", "list"]).await.expect(0).prints(&["No plugin is installed", "cordboard plugin add DOMAIN"]);
    let added = home.run(&["plugin", "add", hotels.origin()]).await.expect(0);
    let allow = format!("--allow-origin {}", hotels.origin());
    added.prints(&["Installed Nightcord Hotels from", "searchHotels", "GET", "/hotels"]).complains(&[&allow]);
    home.run(&["plugin", "list"]).await.expect(0).prints(&["Nightcord Hotels", hotels.origin()]);
    let shown = home.run(&["plugin", "show", "hotels"]).await.expect(0);
    shown.prints(&["Nightcord Hotels", "searchHotels", "What the model is told:", "type searchHotels"]);
    // The same, without installing.
    Home::new().run(&["plugin", "show", hotels.origin()]).await.expect(0).prints(&["searchHotels"]);
}

#[tokio::test]
async fn a_plugin_is_added_listed_and_shown_as_json() {
    let hotels = start(Sample::Hotels).await;
    let home = Home::new();
    assert_eq!(home.run(&["plugin", "list", "--json"]).await.expect(0).json(), json!([]));
    let added = home.run(&["plugin", "add", "--json", hotels.origin()]).await.expect(0).json();
    assert_eq!(added["plugin"]["origin"], hotels.origin());
    assert_eq!(added["plugin"]["facts"]["name_for_model"], "hotels");
    let listed = home.run(&["plugin", "list", "--json"]).await.expect(0).json();
    assert_eq!(listed, json!([added["plugin"]]));
    let shown = home.run(&["plugin", "show", "--json", "hotels"]).await.expect(0).json();
    assert_eq!(shown, added["toolset"]);
    let names = shown["operations"].as_array().expect("operations").iter().map(|operation| &operation["name"]);
    assert!(names.into_iter().any(|name| name == "searchHotels"), "{shown}");
}

#[tokio::test]
async fn a_call_that_reads_is_placed_at_once() {
    let hotels = start(Sample::Hotels).await;
    let home = Home::new();
    let arguments = ["call", hotels.origin(), "searchHotels", "--arg", "city=Paris", "--arg", "nights=2"];
    let called = home.run(&arguments).await.expect(0);
    let answer = called.json();
    assert_eq!(answer["hotels"][0]["district"], "Canal Saint-Martin");
    called.complains(&["GET", "/hotels?city=Paris&nights=2", "-> 200 in"]);
    let called = home.run(&[&arguments[..], &["--json"]].concat()).await.expect(0).json();
    assert_eq!(called["request"]["method"], "GET");
    assert_eq!(called["response"]["status"], 200);
    let body = called["response"]["body"].as_str().expect("the answer's text");
    assert_eq!(serde_json::from_str::<Value>(body).expect("JSON"), answer);
}

#[tokio::test]
async fn a_call_that_changes_something_asks_first() {
    let todo = start(Sample::Todo).await;
    let home = Home::new();
    let arguments = ["call", todo.origin(), "addTodo", "--arg", "todo=buy milk"];
    for typed in ["n\n", "\n", ""] {
        let declined = home.run_typing(&arguments, typed).await.expect(1);
        declined.complains(&["POST", "/todos", "buy milk", "Send it? [y/n]", "Nothing was sent."]);
    }
    assert_eq!(todos(todo.origin()).await, Vec::<String>::new());
    home.run_typing(&arguments, "y\n").await.expect(0).prints(&["buy milk"]);
    assert_eq!(todos(todo.origin()).await, ["buy milk"]);
    home.run(&[&arguments[..], &["--yes"]].concat()).await.expect(0);
    assert_eq!(todos(todo.origin()).await, ["buy milk", "buy milk"]);
}

#[tokio::test]
async fn a_call_that_does_not_fit_says_what_would() {
    let hotels = start(Sample::Hotels).await;
    let home = Home::new();
    let call = async |arguments: &[&str]| home.run(&[&["call", hotels.origin()], arguments].concat()).await;
    call(&[]).await.expect(0).prints(&["searchHotels", "GET", "/hotels"]);
    call(&["findHotels"]).await.expect(2).complains(&["there is no operation `findHotels`", "searchHotels"]);
    call(&["searchHotels"]).await.expect(2).complains(&["city"]);
    let wrong = call(&["searchHotels", "--arg", "city=Paris", "--arg", "nights=few"]).await.expect(2);
    wrong.complains(&["nights", "integer"]);
    let unknown = call(&["searchHotels", "--arg", "city=Paris", "--arg", "pool=yes"]).await.expect(2);
    unknown.complains(&["pool"]);
    call(&["searchHotels", "--arg", "Paris"]).await.expect(2).complains(&["--arg wants NAME=VALUE, not `Paris`"]);
    let refused = call(&["searchHotels", "--arg", "city=Paris", "--arg", "nights=99"]).await;
    assert!(refused.code != 0 && (refused.stderr.clone() + &refused.stdout).contains("nights"), "{refused:?}");
}

/// A home whose model asks the to-do list to add `buy milk`.
async fn home_with_obedient_model() -> (Home, StubModel) {
    let arguments = json!({ "todo": "buy milk" });
    let model = StubModel::start(Script::Call { tool: "addTodo", arguments, then: "Here is what it said:" }).await;
    let home = Home::new();
    home.write("cordboard.toml", model.config());
    (home, model)
}

#[tokio::test]
async fn a_question_is_answered_through_a_plugin_once_the_person_agrees() {
    let todo = start(Sample::Todo).await;
    let (home, _model) = home_with_obedient_model().await;
    let ask = ["ask", "--plugin", todo.origin(), "Add buy milk to my list"];
    let declined = home.run_typing(&ask, "n\n").await.expect(0);
    declined.complains(&["TODO list wants to:", "POST", "buy milk", "Send it? [y/n]", "declined, nothing was sent"]);
    assert_eq!(todos(todo.origin()).await, Vec::<String>::new());
    let allowed = home.run_typing(&ask, "y\n").await.expect(0);
    allowed.prints(&["Here is what it said:", "buy milk"]).complains(&["POST", "/todos -> 200"]);
    assert_eq!(todos(todo.origin()).await, ["buy milk"]);
    home.run(&["ask", "--yes", "--plugin", todo.origin(), "Add buy milk to my list"]).await.expect(0);
    assert_eq!(todos(todo.origin()).await, ["buy milk", "buy milk"]);
}

#[tokio::test]
async fn a_question_is_answered_as_lines_of_json() {
    let todo = start(Sample::Todo).await;
    let (home, _model) = home_with_obedient_model().await;
    let asked = home.run(&["ask", "--json", "--yes", "--plugin", todo.origin(), "Add buy milk to my list"]).await;
    let asked = asked.expect(0);
    let events: Vec<Value> = asked.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let names: Vec<&str> = events.iter().filter_map(|event| event["event"].as_str()).collect();
    assert_eq!(names.first(), Some(&"started"), "{names:?}");
    assert_eq!(names.last(), Some(&"finished"), "{names:?}");
    let order =
        ["call_proposed", "call_planned", "confirmation_requested", "call_decided", "call_sent", "call_answered"];
    let calls: Vec<&str> = names.into_iter().filter(|name| order.contains(name)).collect();
    assert_eq!(calls, order);
}
