//! The built-in model itself, asked in the terminal.

use cordboard_samples::{Sample, spawn};
use serde_json::Value;

use crate::program::Home;
use crate::terminal::todos;
use crate::tools;

/// A home whose programs have the model's file.
fn file() -> String {
    tools::model_file().to_str().expect("a path that is text").to_owned()
}

#[tokio::test]
async fn the_built_in_model_finds_hotels_in_paris() {
    let hotels = spawn(Sample::Hotels, 0).await.expect("a sample on a free port");
    let question = "Where should I stay in Paris for a couple nights?";
    let file = file();
    let ask = ["ask", "--model-file", &file, "--plugin", hotels.origin(), question];
    let answered = Home::new().run(&ask).await.expect(0);
    answered.prints(&["Maison Tilleul", "Quai Neuf"]).complains(&["/hotels?city=Paris&nights=2 -> 200"]);
    let answered = Home::new().run(&[&ask[..], &["--json"]].concat()).await.expect(0);
    let events: Vec<Value> = answered.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let last = events.last().expect("events");
    assert_eq!((&last["event"], &last["outcome"]["outcome"]), (&"finished".into(), &"answered".into()), "{last}");
}

#[tokio::test]
async fn the_built_in_model_adds_to_the_list_once_the_person_agrees() {
    let todo = spawn(Sample::Todo, 0).await.expect("a sample on a free port");
    let file = file();
    let ask = ["ask", "--model-file", &file, "--plugin", todo.origin(), "Add buy milk to my list"];
    let declined = Home::new().run_typing(&ask, "n\n").await.expect(0);
    declined.complains(&["TODO list wants to:", "buy milk", "declined, nothing was sent"]);
    assert_eq!(todos(todo.origin()).await, Vec::<String>::new());
    Home::new().run_typing(&ask, "y\n").await.expect(0).prints(&["buy milk"]);
    assert_eq!(todos(todo.origin()).await, ["buy milk"]);
}
