//! `cordboard eval calls`: requests that each lead to one call, with its operation among nine others.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use cordboard_domain::call::Method;
use cordboard_spec::search::{Entry, SearchIndex};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::tool_of;
use super::bench::{Bench, toolbox};
use super::draw::{Draw, evenly};
use super::functions::{Function, NEUTRAL, compile, valid_id};
use super::judge::Wanted;
use super::lines::{self, Line};
use super::loose;
use super::progress::Progress;
use super::report::{Item, Report, measures};
use super::single::Case;
use crate::cli::{Among, Calls};
use crate::commands::Outcome;

/// How many operations the model chooses from.
const OPERATIONS: usize = 10;

#[derive(Debug, Deserialize)]
struct Request {
    text: String,
    calls: Vec<Call>,
}

#[derive(Debug, Deserialize)]
struct Call {
    tool: String,
    #[serde(default)]
    arguments: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
struct Declaration {
    name: String,
    description: String,
    #[serde(default)]
    parameters: HashMap<String, Parameter>,
    #[serde(default)]
    required: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Parameter {
    r#type: Kind,
    #[serde(default)]
    description: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Str,
    Int,
    Float,
    Bool,
    List,
}

/// All operations, ready to be chosen from.
struct Tools {
    functions: Vec<Function>,
    positions: HashMap<String, usize>,
    index: SearchIndex,
}

pub(super) async fn run(arguments: Calls) -> anyhow::Result<Outcome> {
    let tools = Tools::read(&arguments.tools)?;
    let mut requests: Vec<Line<Request>> = lines::read(&arguments.file, "a request with `text` and `calls`")?;
    requests.retain(|line| line.value.calls.len() == 1);
    if requests.is_empty() {
        bail!("{} has no line with exactly one call", arguments.file.display());
    }
    let requests = evenly(requests, arguments.limit);
    let (bench, _) = Bench::open(&arguments.eval, &[]).await?;
    let progress = Progress::new("Requests", requests.len());
    let mut items = Vec::new();
    for line in &requests {
        let item = put(&bench, &tools, line, arguments.among).await;
        let item =
            item.with_context(|| format!("{}, line {} cannot be used", arguments.file.display(), line.number))?;
        items.push(progress.step(item)?);
    }
    drop(progress);
    Report::new(&bench.model.info().name, measures(&items), items).print(arguments.eval.json)?;
    Ok(Outcome::Done)
}

async fn put(bench: &Bench, tools: &Tools, line: &Line<Request>, among: Among) -> anyhow::Result<Item> {
    let Request { text, calls } = &line.value;
    let [wanted] = calls.as_slice() else { bail!("it should have exactly one call") };
    let own = *tools.positions.get(&wanted.tool).with_context(|| format!("the tools have no `{}`", wanted.tool))?;
    let functions: Vec<Function> = tools.choose(own, text, line.number, among);
    let toolbox = toolbox([Arc::new(compile(&NEUTRAL, &functions)?)]);
    let own = Wanted::of(tool_of(&toolbox, &tools.functions[own].id)?);
    let group = match among {
        Among::Random => "among random operations",
        Among::Nearest => "among nearest operations",
    };
    let case = Case { group, text, wanted: Some(own) };
    case.put(bench, &toolbox, |got| loose::mistake(&wanted.arguments, got)).await
}

impl Tools {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let expected = "an operation with `name`, `description`, `parameters` and `required`";
        let lines: Vec<Line<Declaration>> = lines::read(path, expected)?;
        ensure!(lines.len() >= OPERATIONS, "{} has fewer than {OPERATIONS} operations", path.display());
        let names: Vec<String> = lines.iter().map(|line| line.value.name.clone()).collect();
        let functions: Vec<Function> = lines.into_iter().map(|line| line.value.into()).collect();
        let index = SearchIndex::build(names.iter().zip(&functions).map(|(name, function)| entry(name, function)));
        let positions = names.into_iter().zip(0..).collect();
        Ok(Self { functions, positions, index })
    }

    /// The wanted operation and nine others, in an order that does not depend on which one is wanted.
    fn choose(&self, own: usize, text: &str, seed: usize, among: Among) -> Vec<Function> {
        let mut draw = Draw::seeded(seed);
        let mut chosen = vec![own];
        if among == Among::Nearest {
            let hits = self.index.search(text, OPERATIONS);
            let others = hits.into_iter().map(|hit| hit.position).filter(|position| *position != own);
            chosen.extend(others.take(OPERATIONS - 1));
        }
        // Where too few are near, the rest is drawn.
        draw.fill(&mut chosen, OPERATIONS, self.functions.len());
        draw.shuffle(&mut chosen);
        chosen.into_iter().map(|position| self.functions[position].clone()).collect()
    }
}

/// What counts for the nearest operations: name and description.
fn entry<'a>(name: &'a str, function: &'a Function) -> Entry<'a> {
    Entry {
        name,
        method: Method::Get,
        path: "",
        summary: "",
        description: &function.description,
        tags: &[],
        arguments: Vec::new(),
    }
}

impl From<Declaration> for Function {
    fn from(declaration: Declaration) -> Self {
        let Declaration { name, description, parameters, required } = declaration;
        let mut names: Vec<(String, Parameter)> = parameters.into_iter().collect();
        names.sort_by(|left, right| left.0.cmp(&right.0));
        let parameters = names.into_iter().map(|(name, parameter)| (name, parameter.schema())).collect();
        Self { id: valid_id(&name), description, parameters, required }
    }
}

impl Parameter {
    fn schema(&self) -> Value {
        let kind = match self.r#type {
            Kind::Str => "string",
            Kind::Int => "integer",
            Kind::Float => "number",
            Kind::Bool => "boolean",
            Kind::List => "array",
        };
        json!({"type": kind, "description": self.description})
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use cordboard_model::scripted::{ScriptStep, ScriptedModel};

    use super::*;

    fn tools() -> Tools {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tools.jsonl");
        let line = |number: usize| {
            let (name, about) = match number {
                0 => ("getWeather".to_owned(), "Get the weather forecast of a city"),
                1 => ("getWeatherAlerts".to_owned(), "Get weather alerts"),
                _ => (format!("thing{number}"), "Something else"),
            };
            let parameters = json!({"city": {"type": "str", "description": "Where"}});
            json!({"name": name, "description": about, "parameters": parameters, "required": ["city"]}).to_string()
        };
        fs::write(&path, (0..40).map(line).collect::<Vec<_>>().join("\n")).unwrap();
        Tools::read(&path).unwrap()
    }

    fn ids(functions: &[Function]) -> Vec<&str> {
        functions.iter().map(|function| function.id.as_str()).collect()
    }

    #[test]
    fn the_wanted_operation_is_among_nine_others() {
        let tools = tools();
        let text = "weather in Paris";
        for among in [Among::Random, Among::Nearest] {
            let chosen = tools.choose(0, text, 5, among);
            assert_eq!(chosen, tools.choose(0, text, 5, among));
            let mut ids = ids(&chosen);
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), OPERATIONS);
            assert!(ids.contains(&"getWeather"));
        }
        assert!(ids(&tools.choose(0, text, 5, Among::Nearest)).contains(&"getWeatherAlerts"));
    }

    #[tokio::test]
    async fn a_request_is_judged_by_its_call() {
        let wanted =
            r#"{"text": "weather in Paris", "calls": [{"tool": "getWeather", "arguments": {"city": "Paris"}}]}"#;
        let line = Line { number: 1, value: serde_json::from_str(wanted).unwrap() };
        let rounds = vec![
            vec![ScriptStep::call("1", "functions_getWeather", r#"{"city": "paris"}"#)],
            vec![ScriptStep::text("It rains.")],
        ];
        let bench = Bench { model: Arc::new(ScriptedModel::new(rounds)), tool_share: 50 };
        let tools = tools();
        assert_eq!(put(&bench, &tools, &line, Among::Random).await.unwrap().mistake, None);
        let item = put(&bench, &tools, &line, Among::Random).await.unwrap();
        assert_eq!(item.mistake.as_deref(), Some("functions.getWeather should be called"));
    }
}
