//! `cordboard eval bfcl`: categories of the Berkeley Function-Calling Leaderboard (Yan et al. 2024), whose files the
//! caller provides. docs/evaluation.md says where the judging differs from the original.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::answer::tool_of;
use super::bench::{Bench, toolbox};
use super::bfcl_answer::mistake;
use super::draw::evenly;
use super::functions::{Function, NEUTRAL, compile, valid_id};
use super::judge::Wanted;
use super::lines::{self, Line};
use super::progress::Progress;
use super::report::{Item, Report, measures};
use super::single::Case;
use crate::cli::Bfcl;
use crate::commands::Outcome;

/// The categories, by the names of their files; the last one has no answers.
const CATEGORIES: [&str; 3] = ["simple_python", "multiple", IRRELEVANCE];
const IRRELEVANCE: &str = "irrelevance";

#[derive(Debug, Deserialize)]
struct Problem {
    id: String,
    question: Vec<Vec<Message>>,
    function: Vec<Declaration>,
}

#[derive(Debug, Deserialize)]
struct Message {
    role: String,
    content: String,
}

#[derive(Debug, Deserialize)]
struct Declaration {
    name: String,
    description: String,
    parameters: Parameters,
}

#[derive(Debug, Deserialize)]
struct Parameters {
    #[serde(default)]
    properties: Map<String, Value>,
    #[serde(default)]
    required: Vec<String>,
}

/// By function, by parameter: the allowed values.
type Answers = BTreeMap<String, Map<String, Value>>;

#[derive(Debug, Deserialize)]
struct GroundTruth {
    id: String,
    ground_truth: Vec<Answers>,
}

/// A question with its answer, if anything should be called.
struct Task {
    category: &'static str,
    text: String,
    functions: Vec<Function>,
    /// The function and the allowed values.
    wanted: Option<(String, Map<String, Value>)>,
}

pub(super) async fn run(arguments: Bfcl) -> anyhow::Result<Outcome> {
    let mut tasks = Vec::new();
    for category in CATEGORIES {
        tasks.extend(read(category, &arguments)?);
    }
    let (bench, _) = Bench::open(&arguments.eval, &[]).await?;
    let progress = Progress::new("Cases", tasks.len());
    let mut items = Vec::new();
    for task in &tasks {
        items.push(progress.step(task.put(&bench).await?)?);
    }
    drop(progress);
    Report::new(&bench.model.info().name, measures(&items), items).print(arguments.eval.json)?;
    Ok(Outcome::Done)
}

/// The tasks of one category, as many as are wanted.
fn read(category: &'static str, arguments: &Bfcl) -> anyhow::Result<Vec<Task>> {
    let path = arguments.folder.join(format!("{category}.json"));
    let mut problems: Vec<Line<Problem>> = lines::read(&path, "a case with `id`, `question` and `function`")?;
    problems.retain(|line| arguments.half.has(line.number));
    let mut answers = if category == IRRELEVANCE { None } else { Some(truths(&arguments.folder, category)?) };
    let task = |line: Line<Problem>| {
        task(category, line.value, answers.as_mut())
            .with_context(|| format!("{}, line {} cannot be used", path.display(), line.number))
    };
    evenly(problems, arguments.limit).into_iter().map(task).collect()
}

fn truths(folder: &Path, category: &str) -> anyhow::Result<HashMap<String, Answers>> {
    let path = folder.join(format!("{category}.ans.json"));
    let lines: Vec<Line<GroundTruth>> = lines::read(&path, "an answer with `id` and `ground_truth`")?;
    let answer = |line: Line<GroundTruth>| {
        let GroundTruth { id, mut ground_truth } = line.value;
        let place = format!("{}, line {}", path.display(), line.number);
        ensure!(ground_truth.len() == 1, "{place}: exactly one call is expected in `ground_truth`");
        Ok((id, ground_truth.remove(0)))
    };
    lines.into_iter().map(answer).collect()
}

fn task(
    category: &'static str,
    problem: Problem,
    answers: Option<&mut HashMap<String, Answers>>,
) -> anyhow::Result<Task> {
    let wanted = match answers {
        None => None,
        Some(answers) => {
            let answer = answers.remove(&problem.id).with_context(|| format!("`{}` has no answer", problem.id))?;
            let (function, values) = answer.into_iter().next().context("its answer names no function")?;
            ensure!(values.values().all(Value::is_array), "its answer must give a list of values for each parameter");
            Some((valid_id(&function), values))
        }
    };
    let text = match problem.question.as_slice() {
        [messages] => match messages.as_slice() {
            [message] if message.role == "user" => message.content.clone(),
            _ => bail!("it should have one message, by the user"),
        },
        _ => bail!("it should have one turn"),
    };
    let functions: Vec<Function> = problem.function.into_iter().map(Function::from).collect();
    if let Some((wanted, _)) = &wanted {
        ensure!(
            functions.iter().any(|function| function.id == *wanted),
            "its answer names no function of it: {wanted}"
        );
    }
    Ok(Task { category, text, functions, wanted })
}

impl From<Declaration> for Function {
    fn from(declaration: Declaration) -> Self {
        let Declaration { name, description, parameters: Parameters { properties, required } } = declaration;
        let parameters = properties.into_iter().map(|(name, schema)| (name, json_schema(schema))).collect();
        Self { id: valid_id(&name), description, parameters, required }
    }
}

/// The types of Python as those of JSON Schema, at any depth.
fn json_schema(schema: Value) -> Value {
    let Value::Object(mut schema) = schema else { return schema };
    let kind = match schema.get("type").and_then(Value::as_str) {
        Some("dict") => Some("object"),
        Some("float") => Some("number"),
        Some("tuple") => Some("array"),
        Some("any") | None => None,
        Some(other) => Some(other),
    };
    match kind.map(Value::from) {
        Some(kind) => schema.insert("type".to_owned(), kind),
        None => schema.remove("type"),
    };
    // A word of the evaluation set; `required` of the object says the same.
    schema.remove("optional");
    if let Some(items) = schema.remove("items") {
        schema.insert("items".to_owned(), json_schema(items));
    }
    if let Some(Value::Object(properties)) = schema.remove("properties") {
        let properties = properties.into_iter().map(|(name, schema)| (name, json_schema(schema))).collect();
        schema.insert("properties".to_owned(), Value::Object(properties));
    }
    Value::Object(schema)
}

impl Task {
    async fn put(&self, bench: &Bench) -> anyhow::Result<Item> {
        let toolbox = toolbox([Arc::new(compile(&NEUTRAL, &self.functions)?)]);
        let (id, allowed) = self.wanted.as_ref().map(|(id, allowed)| (id.as_str(), allowed)).unzip();
        let required = self.functions.iter().find(|function| Some(function.id.as_str()) == id);
        let required = required.map_or(&[][..], |function| &function.required);
        let wanted = id.map(|id| tool_of(&toolbox, id)).transpose()?.map(Wanted::of);
        let case = Case { group: self.category, text: &self.text, wanted };
        case.put(bench, &toolbox, |got| allowed.and_then(|allowed| mistake(allowed, required, got))).await
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use clap::Parser as _;
    use cordboard_model::scripted::{ScriptStep, ScriptedModel};
    use serde_json::json;

    use super::*;
    use crate::cli::{Cli, Command, EvalCommand};

    fn arguments(folder: &Path, more: &[&str]) -> Bfcl {
        let folder = folder.to_str().unwrap();
        let cli = Cli::try_parse_from(["cordboard", "eval", "bfcl", folder].iter().chain(more)).unwrap();
        match cli.command {
            Command::Eval(eval) => match eval.command {
                EvalCommand::Bfcl(bfcl) => bfcl,
                _ => panic!("another evaluation"),
            },
            _ => panic!("another command"),
        }
    }

    fn folder(answers: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let question = |id: &str, text: &str| {
            json!({
                "id": id, "question": [[{"role": "user", "content": text}]],
                "function": [{"name": "geo.area", "description": "Area", "parameters": {
                    "type": "dict", "required": ["size"],
                    "properties": {"size": {"type": "tuple", "items": {"type": "float"}}, "unit": {"type": "any"}}
                }}]
            })
        };
        let lines = format!("{}\n{}\n", question("a", "first"), question("b", "second"));
        fs::write(folder.path().join("multiple.json"), lines).unwrap();
        fs::write(folder.path().join("multiple.ans.json"), answers).unwrap();
        folder
    }

    const ANSWERS: &str = "{\"id\": \"a\", \"ground_truth\": [{\"geo.area\": {\"size\": [[1, 2]], \"unit\": [\"\"]}}]}\n\
                           {\"id\": \"b\", \"ground_truth\": [{\"geo.area\": {\"size\": [[3, 4]]}}]}\n";

    #[tokio::test]
    async fn a_case_becomes_a_plugin_and_is_judged() {
        let folder = folder(ANSWERS);
        let tasks = read("multiple", &arguments(folder.path(), &["--half", "odd"])).unwrap();
        let [task] = tasks.as_slice() else { panic!("{} tasks", tasks.len()) };
        assert_eq!(task.text, "first");
        assert_eq!(task.functions[0].parameters["size"], json!({"type": "array", "items": {"type": "number"}}));
        assert_eq!(task.functions[0].parameters["unit"], json!({}));
        let calls = [r#"{"size": [1, 2.0]}"#, r#"{"size": [2, 1]}"#];
        let rounds = calls.map(|arguments| vec![ScriptStep::call("1", "functions_geo_area", arguments)]);
        let bench = Bench { model: Arc::new(ScriptedModel::new(rounds.into())), tool_share: 50 };
        assert_eq!(task.put(&bench).await.unwrap().mistake, None);
        let item = task.put(&bench).await.unwrap();
        assert!(item.is_operation_right && item.mistake.is_some());
    }

    #[test]
    fn a_case_without_an_answer_is_named_with_its_line() {
        let folder = folder(ANSWERS.lines().next().unwrap());
        let error = read("multiple", &arguments(folder.path(), &[])).err().unwrap();
        let error = format!("{error:#}");
        assert!(
            error.contains("multiple.json, line 2 cannot be used") && error.contains("`b` has no answer"),
            "{error}"
        );
    }
}
