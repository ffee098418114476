//! Plugins that we did not write: Datasette with its plugin for `ChatGPT`, and the quickstart in Python.

use cordboard_samples::{Sample, spawn};
use serde_json::{Value, json};

use crate::browser::visit;
use crate::page::Page;
use crate::program::Home;
use crate::python;
use crate::stub_model::{Script, StubModel};

const SQL: &str = "select name from ships where built < 1700 order by built";
const QUESTION: &str = "Which ships were built before 1700?";

/// A model that always asks for the same rows.
async fn model() -> StubModel {
    let arguments = json!({ "sql": SQL, "_shape": "array" });
    StubModel::start(Script::Call { tool: "query", arguments, then: "The rows are" }).await
}

#[tokio::test]
async fn datasette_is_installed_shown_and_called() {
    let home = Home::new();
    let datasette = python::datasette(&home).await;
    let origin = datasette.origin.as_str();
    home.run(&["plugin", "add", origin]).await.expect(0).prints(&["Installed Query 127.0.0.1", "/harbour.json"]);
    let shown = home.run(&["plugin", "show", origin]).await.expect(0);
    shown.prints(&["Run SQL against data in Datasette.", "Run SQLite queries against a database", "sql: string"]);
    let sql = format!("sql={SQL}");
    let call = ["call", origin, "query", "--arg", &sql, "--arg", "_shape=array"];
    let rows = home.run(&call).await.expect(0).json();
    assert_eq!(rows, json!([{ "name": "Vasa" }, { "name": "Batavia" }]));
    let missing = home.run(&call[..5]).await.expect(2);
    missing.complains(&["_shape"]);
}

#[tokio::test]
async fn datasette_answers_a_question_in_the_terminal() {
    let (home, model) = (Home::new(), model().await);
    let datasette = python::datasette(&home).await;
    home.write("cordboard.toml", model.config());
    let answered = home.run(&["ask", "--plugin", &datasette.origin, QUESTION]).await.expect(0);
    answered.prints(&["The rows are", "Vasa", "Batavia"]).complains(&["/harbour.json?sql=select", "-> 200"]);
}

#[tokio::test]
async fn datasette_is_installed_in_the_browser_and_answers_there() {
    let (home, model) = (Home::new(), model().await);
    let datasette = python::datasette(&home).await;
    home.write("cordboard.toml", model.config());
    let serve = ["serve", "--listen", "127.0.0.1:0", "--allow-origin", &datasette.origin];
    let server = home.serve(&serve).await;
    visit("datasette", async |page| {
        page.open(&server.link).await;
        let name = install(page, &server.base, &datasette.origin).await;
        page.open(&server.base).await;
        page.switch_on(&name).await;
        page.say(QUESTION).await;
        let answer = page.answer().await;
        for part in ["The rows are", "Vasa", "Batavia", &format!("Used {name}")] {
            assert!(answer.contains(part), "`{part}` is missing in: {answer}");
        }
        page.photograph("datasette").await;
    })
    .await;
}

/// Registers a plugin on the page of developers, and gives its name.
async fn install(page: &Page, base: &str, origin: &str) -> String {
    page.open(&format!("{base}/develop")).await;
    page.find("#address").await.send_keys("localhost:1").await.expect("an address can be typed");
    page.press("Register").await;
    let problem = page.text("#address-problem").await;
    assert!(problem.contains("--allow-origin"), "{problem}");
    page.photograph("plugin-refused").await;
    let field = page.find("#address").await;
    field.clear().await.expect("the field can be emptied");
    field.send_keys(origin).await.expect("an address can be typed");
    page.press("Register").await;
    page.find("table").await;
    page.photograph("plugin-installed").await;
    page.text("h1").await.lines().last().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn the_quickstart_in_python_behaves_as_the_sample_in_rust() {
    let sample = spawn(Sample::Todo, 0).await.expect("a sample on a free port");
    let quickstart = python::todo().await;
    let steps: [(&[&str], i32); 8] = [
        (&["getTodos"], 0),
        (&["addTodo", "--arg", "todo=buy milk"], 0),
        (&["addTodo", "--arg", "todo=water the plants"], 0),
        (&["getTodos"], 0),
        (&["deleteTodo", "--arg", "todo=the milk"], 0),
        (&["deleteTodo", "--arg", "todo=passport"], 1),
        (&["addTodo"], 2),
        (&["getTodos"], 0),
    ];
    for (step, code) in steps {
        let ours = place(sample.origin(), step, code).await;
        let theirs = place(&quickstart.origin, step, code).await;
        assert_eq!(ours, theirs, "{step:?}");
    }
}

/// Status and answer of one call, or why it was not placed.
async fn place(origin: &str, step: &[&str], code: i32) -> (Value, Value) {
    let ended = Home::new().run(&[&["call", origin], step, &["--yes", "--json"]].concat()).await.expect(code);
    if code == 2 {
        return (Value::Null, ended.stderr.into());
    }
    let response = &ended.json()["response"];
    let body = response["body"].as_str().expect("the answer's text");
    (response["status"].clone(), serde_json::from_str(body).expect("JSON"))
}
