//! `cordboard eval requests`: how often a model asks for the right call with the right arguments.

mod judge;
mod list;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use cordboard_agent::engine::EngineConfig;
use cordboard_agent::prompt;
use cordboard_agent::toolbox::Toolbox;
use cordboard_domain::event::{RecordedEvent, TurnEvent};
use cordboard_domain::id::{PluginId, TurnId};
use cordboard_domain::time::Clock as _;
use cordboard_domain::turn::Turn;
use cordboard_model::chat::{ChatModel, ModelEvent, ToolCall};
use cordboard_samples::{Sample, spawn};
use futures::StreamExt as _;
use serde::Serialize;
use url::Url;

use self::judge::judge;
use self::list::{Entry, List};
use super::Outcome;
use crate::assembly::Assembly;
use crate::cli::{self, EvalCommand};
use crate::config::Config;
use crate::models;
use crate::system::{SystemClock, SystemEntropy};
use crate::terminal;

/// What came of one request.
#[derive(Debug, Serialize)]
struct Result {
    text: String,
    demo: bool,
    /// What should have been called, as `plugin.operation`; absent for nothing.
    wanted: Option<String>,
    /// What was called, with its arguments as the model wrote them.
    got: Option<String>,
    /// What is wrong; absent when the call is right.
    mistake: Option<String>,
    seconds: f64,
}

#[derive(Debug, Serialize)]
struct Report {
    model: String,
    right: usize,
    total: usize,
    /// The requests that the demo prints, which must always be right.
    demo_right: bool,
    results: Vec<Result>,
}

pub(crate) async fn run(arguments: cli::Eval) -> anyhow::Result<Outcome> {
    let EvalCommand::Requests { common, model, at_least, json, file } = arguments.command;
    let config = Config::load(&common)?;
    let report = report(&config, model, &List::read(&file)?, &file).await?;
    if json {
        terminal::say_json(&report)?;
    } else {
        show(&report);
    }
    #[expect(clippy::cast_precision_loss, reason = "lists are short")]
    let share = report.right as f64 / report.total.max(1) as f64;
    Ok(if share >= at_least && report.demo_right { Outcome::Done } else { Outcome::NotRight })
}

async fn report(config: &Config, model: Option<String>, list: &List, file: &Path) -> anyhow::Result<Report> {
    let mut samples = Vec::new();
    for sample in Sample::ALL {
        samples.push(spawn(sample, 0).await.context("a sample plugin cannot be started")?);
    }
    let origins: Vec<Url> = samples.iter().filter_map(|sample| Url::parse(sample.origin()).ok()).collect();
    let assembly = Assembly::passing(config, &origins).await?;
    let mut plugins = Vec::new();
    for sample in &samples {
        let candidate = assembly.catalogue.gatherer.fetch(sample.origin()).await?;
        let id = PluginId::generate(&SystemClock, &SystemEntropy);
        plugins.push((id, candidate.digest, Arc::new(candidate.toolset)));
    }
    let toolbox = Toolbox::new(plugins);
    list.check(&toolbox).with_context(|| format!("{} does not fit the samples", file.display()))?;
    let model = models::choose(assembly.engine.models(), model.as_deref())?;
    let mut results = Vec::new();
    for entry in &list.requests {
        results.push(put(&*model, &toolbox, entry).await?);
    }
    let right = results.iter().filter(|result| result.mistake.is_none()).count();
    let demo_right = results.iter().all(|result| !result.demo || result.mistake.is_none());
    Ok(Report { model: model.info().name.clone(), right, total: results.len(), demo_right, results })
}

/// Puts one request to the model and judges the calls it asks for. Nothing is sent.
async fn put(model: &dyn ChatModel, toolbox: &Toolbox, entry: &Entry) -> anyhow::Result<Result> {
    let request =
        prompt::build(&[], &turn(model, &entry.text)?, toolbox, model.info(), EngineConfig::default().tool_share);
    let started = Instant::now();
    let mut calls: Vec<ToolCall> = Vec::new();
    let mut events = model.stream(request);
    while let Some(event) = events.next().await {
        match event? {
            ModelEvent::Call { call } => calls.push(call),
            // An answer in words has begun, so no call will come.
            ModelEvent::Text { .. } if calls.is_empty() => break,
            ModelEvent::Text { .. }
            | ModelEvent::Progress { .. }
            | ModelEvent::Considered { .. }
            | ModelEvent::Raw { .. }
            | ModelEvent::Usage { .. } => {}
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    terminal::note(&format!("{seconds:5.1} s  {}", entry.text));
    Ok(Result {
        text: entry.text.clone(),
        demo: entry.demo,
        wanted: entry.operation.clone(),
        got: calls.first().map(|call| format!("{} {}", call.name, call.arguments)),
        mistake: judge(entry, &calls),
        seconds,
    })
}

fn turn(model: &dyn ChatModel, text: &str) -> anyhow::Result<Turn> {
    let event = TurnEvent::Started { user_message: text.to_owned(), model: model.info().id.clone(), follows: None };
    let turn = TurnId::generate(&SystemClock, &SystemEntropy);
    Ok(Turn::start(&RecordedEvent { turn, sequence: 1, position: 1, at: SystemClock.now(), event })?)
}

fn show(report: &Report) {
    for result in report.results.iter().filter(|result| result.mistake.is_some()) {
        terminal::say(&format!("✗ {}", result.text));
        terminal::say(&format!("    {}", result.mistake.as_deref().unwrap_or_default()));
        terminal::say(&format!("    got: {}", result.got.as_deref().unwrap_or("no call")));
    }
    let demo = if report.demo_right { "all right" } else { "NOT all right" };
    terminal::say(&format!(
        "{} of {} right with {}; the demo's requests: {demo}",
        report.right, report.total, report.model
    ));
}
