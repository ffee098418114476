//! `cordboard eval requests`: how often a model places the right call with the right arguments.

use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use cordboard_agent::toolbox::Toolbox;
use cordboard_domain::time::Clock as _;
use cordboard_samples::{Sample, spawn};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use url::Url;

use super::bench::Bench;
use super::conversation::Conversation;
use super::inputs;
use super::list::{Entry, List};
use super::plugins::{self, Loaded};
use super::progress::Progress;
use super::report::{Item, Report, measures};
use crate::assembly::named_origin;
use crate::cli::Requests;
use crate::commands::Outcome;
use crate::system::SystemClock;
use crate::terminal;

/// Entries that are put one after the other to the same conversation.
pub(super) struct Script<'list> {
    pub(super) toolbox: Arc<Toolbox>,
    group: &'static str,
    pub(super) entries: &'list [Entry],
}

pub(super) async fn run(arguments: Requests) -> anyhow::Result<Outcome> {
    let mut list = List::read(&arguments.file, today())?;
    list.keep(arguments.half);
    let (bench, plugins) = open(&arguments, &list).await?;
    let scripts = scripts(&list, &plugins);
    let scripts = scripts.with_context(|| format!("{} does not fit the plugins", arguments.file.display()))?;
    if let Some(file) = &arguments.inputs {
        inputs::write(&bench, &scripts, file)?;
        return Ok(Outcome::Done);
    }
    let progress = Progress::new("Requests", list.len());
    let mut items = Vec::new();
    for script in &scripts {
        put(&bench, script, &progress, &mut items).await?;
    }
    drop(progress);
    let is_demo_right = items.iter().all(|item| !item.demo || item.is_right());
    let report = Report::new(&bench.model.info().name, measures(&items), items);
    if !arguments.eval.json {
        show_mistakes(&report);
    }
    report.print(arguments.eval.json)?;
    if !arguments.eval.json && report.results.iter().any(|item| item.demo) {
        terminal::say(if is_demo_right {
            "The demo's requests are all right"
        } else {
            "The demo's requests are NOT all right"
        });
    }
    Ok(if report.share() >= arguments.at_least && is_demo_right { Outcome::Done } else { Outcome::NotRight })
}

/// The day that the model is given, which is in UTC.
fn today() -> Date {
    SystemClock.now().to_zoned(TimeZone::UTC).date()
}

/// The model and the plugins.
async fn open(arguments: &Requests, list: &List) -> anyhow::Result<(Bench, Vec<Loaded>)> {
    let mut loaded = stubs(arguments, list)?;
    let mut addresses = arguments.plugins.clone();
    // They run until their documents are fetched.
    let mut samples = Vec::new();
    if addresses.is_empty() && arguments.stubs.is_none() {
        for sample in Sample::ALL {
            let running = spawn(sample, 0).await.context("a sample plugin cannot be started")?;
            addresses.push(running.origin().to_owned());
            samples.push(running);
        }
    }
    let origins: Vec<Url> = addresses.iter().filter_map(|address| named_origin(address)).collect();
    let (bench, assembly) = Bench::open(&arguments.eval, &origins).await?;
    for address in &addresses {
        loaded.push(plugins::fetch(&assembly.catalogue.gatherer, address).await?);
    }
    Ok((bench, loaded))
}

fn stubs(arguments: &Requests, list: &List) -> anyhow::Result<Vec<Loaded>> {
    let file = arguments.file.display();
    match &arguments.stubs {
        Some(_) if list.plugins.is_empty() => {
            bail!("{file} names no plugins to load; add `plugins = [\"STEM\"]` at its top")
        }
        Some(folder) => list.plugins.iter().map(|stem| plugins::stub(folder, stem)).collect(),
        None if list.plugins.is_empty() => Ok(Vec::new()),
        None => bail!("{file} names plugins from a folder of stubs; give the folder with --stubs"),
    }
}

/// Every entry with its active plugins; all operations that do not exist are named at once.
fn scripts<'list>(list: &'list List, plugins: &[Loaded]) -> anyhow::Result<Vec<Script<'list>>> {
    let all = Arc::new(plugins::among(plugins, &[])?);
    let requests = list.requests.iter().map(|entry| ("requests", entry.among.as_slice(), std::slice::from_ref(entry)));
    let conversations =
        list.conversations.iter().map(|each| ("conversation turns", each.among.as_slice(), &*each.turns));
    let (mut scripts, mut mistakes) = (Vec::new(), Vec::new());
    for (group, among, entries) in requests.chain(conversations) {
        let toolbox = if among.is_empty() { all.clone() } else { Arc::new(plugins::among(plugins, among)?) };
        mistakes.extend(entries.iter().filter_map(|entry| entry.check(&toolbox).err()).map(|error| error.to_string()));
        scripts.push(Script { toolbox, group, entries });
    }
    ensure!(mistakes.is_empty(), "{}", mistakes.join("\n  "));
    Ok(scripts)
}

async fn put(bench: &Bench, script: &Script<'_>, progress: &Progress, items: &mut Vec<Item>) -> anyhow::Result<()> {
    let mut conversation = Conversation::new(bench, script.toolbox.clone(), script.group);
    let Some((last, earlier)) = script.entries.split_last() else { return Ok(()) };
    for entry in earlier {
        items.push(progress.step(conversation.go_on(entry).await?)?);
    }
    items.push(progress.step(conversation.finish(last).await?)?);
    Ok(())
}

fn show_mistakes(report: &Report) {
    for item in report.results.iter().filter(|item| !item.is_right()) {
        terminal::say(&format!("✗ {}", item.text));
        terminal::say(&format!("    {}", item.mistake.as_deref().unwrap_or_default()));
        terminal::say(&format!("    got: {}", item.got.as_deref().unwrap_or("no call")));
    }
}
