//! `cordboard eval selection`: which of ten plugins a request belongs to, by what the plugins say of themselves.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use cordboard_agent::toolbox::Toolbox;
use cordboard_spec::toolset::Toolset;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::answer::{Answer, label};
use super::bench::{Bench, toolbox};
use super::draw::{Draw, evenly};
use super::functions::{Function, Profile, compile};
use super::judge::Wanted;
use super::lines::{self, Line};
use super::progress::Progress;
use super::report::{Item, Measure, Report};
use super::single::Case;
use crate::cli::Selection;
use crate::commands::Outcome;

/// How many plugins the model chooses from.
const PLUGINS: usize = 10;

const GROUP: &str = "selection";

#[derive(Debug, Deserialize)]
struct Request {
    text: String,
    tool: String,
}

#[derive(Debug, Deserialize)]
struct Manifest {
    name_for_model: String,
    #[serde(default)]
    description_for_model: String,
}

/// All plugins, compiled.
struct Plugins {
    toolsets: Vec<Arc<Toolset>>,
    positions: HashMap<String, usize>,
}

pub(super) async fn run(arguments: Selection) -> anyhow::Result<Outcome> {
    let plugins = Plugins::read(&arguments.descriptions, &arguments.manifests)?;
    let mut requests: Vec<Line<Request>> = lines::read(&arguments.file, "a request with `text` and `tool`")?;
    requests.retain(|line| arguments.half.has(line.number));
    let requests = evenly(requests, arguments.limit);
    let (bench, _) = Bench::open(&arguments.eval, &[]).await?;
    let progress = Progress::new("Requests", requests.len());
    let mut items = Vec::new();
    for line in &requests {
        let item = put(&bench, &plugins, line).await;
        let item =
            item.with_context(|| format!("{}, line {} cannot be used", arguments.file.display(), line.number))?;
        items.push(progress.step(item)?);
    }
    drop(progress);
    report(&bench, items).print(arguments.eval.json)?;
    Ok(Outcome::Done)
}

fn report(bench: &Bench, items: Vec<Item>) -> Report {
    let is_ranked = items.iter().any(|item| item.stated.is_some());
    let mut measures = vec![Measure::count(GROUP, "top 1", &items, Item::is_right)];
    if is_ranked {
        let is_in_three = |item: &Item| item.rank.is_some_and(|rank| rank <= 3);
        measures.push(Measure::count(GROUP, "top 3", &items, is_in_three));
    }
    measures.push(Measure::count(GROUP, "any call placed", &items, |item| item.got.is_some()));
    let mut report = Report::new(&bench.model.info().name, measures, items);
    if !is_ranked {
        let note = "Top 3 is not available: the model does not rank operations. Top 1 is the call that it placed.";
        report.notes.push(note.to_owned());
    }
    report
}

async fn put(bench: &Bench, plugins: &Plugins, line: &Line<Request>) -> anyhow::Result<Item> {
    let Request { text, tool } = &line.value;
    let own = plugins.positions.get(&normal(tool));
    let own = *own.with_context(|| format!("neither the descriptions nor the manifests have `{tool}`"))?;
    let toolbox = toolbox(plugins.choose(own, line.number));
    let answer = bench.ask_first(&toolbox, text).await?;
    let mut tools = toolbox.tools().map(|(_, tool)| tool);
    let wanted = tools.find(|tool| Arc::ptr_eq(&tool.plugin.toolset, &plugins.toolsets[own])).map(Wanted::of);
    let ranking = ranking(&toolbox, &answer);
    let mut item = Case { group: GROUP, text, wanted }.item(answer, |_| None);
    if let Some(ranking) = ranking {
        item.rank = ranking.iter().position(|each| Some(each) == item.wanted.as_ref()).map(|at| at + 1);
        item.is_operation_right = item.rank == Some(1);
        item.mistake = (!item.is_operation_right).then(|| "another plugin ranks first".to_owned());
        item.got_operation = ranking.into_iter().next();
    }
    Ok(item)
}

/// The operations that the model considered, the best first; none where it does not rank.
fn ranking(toolbox: &Toolbox, answer: &Answer) -> Option<Vec<String>> {
    let candidates = &answer.consideration.as_ref()?.candidates;
    Some(candidates.iter().filter_map(|candidate| toolbox.lookup(&candidate.tool)).map(label).collect())
}

impl Plugins {
    /// Every plugin that either file describes; what its manifest says to models is preferred.
    fn read(descriptions: &Path, manifests: &Path) -> anyhow::Result<Self> {
        let mut known: BTreeMap<String, (String, String)> = BTreeMap::new();
        let described: BTreeMap<String, String> = json_file(descriptions, "a JSON object of descriptions by name")?;
        for (name, description) in described {
            known.insert(normal(&name), (name, description));
        }
        let manifests: Vec<Manifest> = json_file(manifests, "a JSON list of manifests")?;
        for Manifest { name_for_model, description_for_model } in manifests {
            if !description_for_model.trim().is_empty() && !normal(&name_for_model).is_empty() {
                known.insert(normal(&name_for_model), (name_for_model, description_for_model));
            }
        }
        ensure!(known.len() >= PLUGINS, "there are fewer than {PLUGINS} plugins in {}", descriptions.display());
        let positions = known.keys().cloned().zip(0..).collect();
        let compiled = known.into_values().map(|(name, about)| Ok(Arc::new(plugin(&name, &about)?)));
        Ok(Self { toolsets: compiled.collect::<anyhow::Result<_>>()?, positions })
    }

    /// The wanted plugin and nine others, in an order that does not depend on which one is wanted.
    fn choose(&self, own: usize, seed: usize) -> Vec<Arc<Toolset>> {
        let mut draw = Draw::seeded(seed);
        let mut chosen = vec![own];
        draw.fill(&mut chosen, PLUGINS, self.toolsets.len());
        draw.shuffle(&mut chosen);
        chosen.into_iter().map(|position| self.toolsets[position].clone()).collect()
    }
}

/// A plugin with one operation that says nothing of its own, so that only the plugin's description counts.
fn plugin(name: &str, about: &str) -> anyhow::Result<Toolset> {
    let query = json!({"type": "string", "description": "What the person asks for."});
    let operation = Function {
        id: "query".to_owned(),
        description: "Answers a request.".to_owned(),
        parameters: [("query".to_owned(), query)].into_iter().collect(),
        required: vec!["query".to_owned()],
    };
    compile(&Profile { name, about }, &[operation])
}

/// A name as it is compared: `Total Query` is `total_query`.
fn normal(name: &str) -> String {
    name.chars().filter(|each| *each != '_' && !each.is_whitespace()).flat_map(char::to_lowercase).collect()
}

fn json_file<T: DeserializeOwned>(path: &Path, expected: &str) -> anyhow::Result<T> {
    let text = lines::read_text(path)?;
    serde_json::from_str(&text).with_context(|| format!("{} should be {expected}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use cordboard_domain::consideration::{Candidate, Consideration};
    use cordboard_model::chat::ModelEvent;
    use cordboard_model::scripted::{ScriptStep, ScriptedModel};

    use super::*;

    fn plugins() -> Plugins {
        let folder = tempfile::tempdir().unwrap();
        let described: BTreeMap<String, String> =
            (0..12).map(|number| (format!("plugin_{number}"), format!("Does thing {number}."))).collect();
        let [descriptions, manifests] = ["d.json", "m.json"].map(|name| folder.path().join(name));
        fs::write(&descriptions, json!(described).to_string()).unwrap();
        let manifest = json!([{"name_for_model": "Plugin 3", "description_for_model": "Does everything."}]);
        fs::write(&manifests, manifest.to_string()).unwrap();
        Plugins::read(&descriptions, &manifests).unwrap()
    }

    fn considered(tools: &[&str]) -> ScriptStep {
        let candidate = |tool: &&str| {
            let tool = (*tool).to_owned();
            Candidate { tool, share: 300, margin: 0, reasons: Vec::new() }
        };
        let candidates = tools.iter().map(candidate).collect();
        let consideration = Consideration { candidates, any: 700, threshold: 500, outcome: String::new() };
        ScriptStep::Event(ModelEvent::Considered { consideration })
    }

    #[test]
    fn a_manifest_is_preferred_under_any_spelling_of_its_name() {
        let plugins = plugins();
        let about =
            |name: &str| plugins.toolsets[plugins.positions[&normal(name)]].manifest.description_for_model.clone();
        assert_eq!(about("plugin_3"), "Does everything.");
        assert_eq!(about("PLUGIN 4"), "Does thing 4.");
        let chosen = plugins.choose(4, 1);
        assert_eq!(chosen.len(), PLUGINS);
        assert!(chosen.iter().any(|toolset| Arc::ptr_eq(toolset, &plugins.toolsets[4])));
    }

    #[tokio::test]
    async fn the_ranking_decides_where_there_is_one() {
        let line = |number| Line { number, value: Request { text: "x".to_owned(), tool: "Plugin_4".to_owned() } };
        let plugins = plugins();
        let own = plugins.positions["plugin4"];
        let toolbox = toolbox(plugins.choose(own, 1));
        let other = toolbox.tools().map(|(name, _)| name).find(|name| name != "plugin_4_query").unwrap();
        let rounds = vec![
            vec![considered(&[&other, "plugin_4_query"]), ScriptStep::call("1", &other, "{}")],
            vec![ScriptStep::call("1", "plugin_4_query", "{}")],
        ];
        let bench = Bench { model: Arc::new(ScriptedModel::new(rounds)), tool_share: 50 };
        let item = put(&bench, &plugins, &line(1)).await.unwrap();
        assert_eq!((item.rank, item.is_operation_right, item.stated), (Some(2), false, Some(700)));
        let ranked = report(&bench, vec![item]);
        let found: Vec<_> = ranked.measures.iter().map(|each| (each.name, each.right)).collect();
        assert_eq!(found, [("top 1", 0), ("top 3", 1), ("any call placed", 1)]);

        let item = put(&bench, &plugins, &line(1)).await.unwrap();
        assert!(item.is_right());
        assert!(report(&bench, vec![item]).notes[0].starts_with("Top 3 is not available"));
    }
}
