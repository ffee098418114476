//! `cordboard plugin`: add, list and show plugins.

use anyhow::Context as _;
use cordboard_domain::plugin::{Plugin, PluginDocuments};
use cordboard_domain::ports::PluginShelf as _;
use cordboard_spec::render::typescript;
use cordboard_spec::toolset::Toolset;
use serde_json::json;

use super::Outcome;
use crate::assembly::{Assembly, named_origin, open_store};
use crate::cli::{self, PluginCommand};
use crate::config::Config;
use crate::keys::keyring;
use crate::terminal;

pub(crate) async fn run(arguments: cli::Plugin) -> anyhow::Result<Outcome> {
    match arguments.command {
        PluginCommand::Add { common, address, json } => add(&Config::load(&common)?, &address, json).await,
        PluginCommand::List { common, json } => list(&Config::load(&common)?, json).await,
        PluginCommand::Show { common, plugin, json } => show(&Config::load(&common)?, &plugin, json).await,
    }
}

async fn assembly(config: &Config, address: &str) -> anyhow::Result<Assembly> {
    let named: Vec<_> = named_origin(address).into_iter().collect();
    let store = open_store(config).await?;
    let keyring = keyring(config, &config.data_dir()?, &store).await?;
    Assembly::without_models(config, store, keyring, &named).await
}

async fn add(config: &Config, address: &str, as_json: bool) -> anyhow::Result<Outcome> {
    let assembly = assembly(config, address).await?;
    let registered = assembly.register(address).await.context("The plugin was not installed")?;
    let (plugin, candidate) = (&registered.plugin, &registered.candidate);
    if as_json {
        terminal::say_json(&json!({ "plugin": plugin, "toolset": candidate.toolset }))?;
        return Ok(Outcome::Done);
    }
    terminal::say(&format!("Installed {} from {}", plugin.facts.name_for_human, origin(plugin)));
    describe(&candidate.toolset);
    advise(&candidate.documents);
    if named_origin(address).is_some() {
        let origin = &plugin.origin;
        terminal::note(&format!("To let the server call it, start it with --allow-origin {origin}"));
    }
    Ok(Outcome::Done)
}

async fn list(config: &Config, as_json: bool) -> anyhow::Result<Outcome> {
    let assembly = assembly(config, "").await?;
    let plugins = assembly.store.list_registrations(assembly.owner).await?;
    if as_json {
        terminal::say_json(&plugins)?;
    } else if plugins.is_empty() {
        terminal::say("No plugin is installed. Add one with: cordboard plugin add DOMAIN");
    }
    for plugin in plugins.iter().filter(|_| !as_json) {
        let facts = &plugin.facts;
        terminal::say(&format!("{:<20} {:<40} {}", facts.name_for_human, origin(plugin), facts.description_for_human));
    }
    Ok(Outcome::Done)
}

async fn show(config: &Config, wanted: &str, as_json: bool) -> anyhow::Result<Outcome> {
    let assembly = assembly(config, wanted).await?;
    let installed = assembly.store.list_registrations(assembly.owner).await?;
    let known = installed.iter().find(|plugin| {
        let facts = &plugin.facts;
        facts.name_for_model.eq_ignore_ascii_case(wanted) || facts.name_for_human.eq_ignore_ascii_case(wanted)
    });
    let (documents, toolset) = if let Some(plugin) = known {
        let toolset = (*assembly.engine.library().get_edited(plugin.id, &plugin.current).await?).clone();
        (assembly.store.get_version(&plugin.current).await?.documents, toolset)
    } else {
        let candidate = assembly.catalogue.gatherer.fetch(wanted).await?;
        (candidate.documents, candidate.toolset)
    };
    if as_json {
        terminal::say_json(&toolset)?;
        return Ok(Outcome::Done);
    }
    terminal::say(&toolset.manifest.name_for_human);
    terminal::say(&toolset.manifest.description_for_human);
    describe(&toolset);
    advise(&documents);
    terminal::say("\nWhat the model is told:\n");
    terminal::say(&typescript::render(&toolset, &toolset.namespace()));
    Ok(Outcome::Done)
}

/// Where a plugin is from, with the other hosts to which it leads.
fn origin(plugin: &Plugin) -> String {
    match plugin.other_hosts(&plugin.facts).join(", ") {
        others if others.is_empty() => plugin.origin.clone(),
        others => format!("{} (another host: {others})", plugin.origin),
    }
}

fn advise(documents: &PluginDocuments) {
    let manifest = (documents.manifest_url.as_str(), documents.manifest_text.as_str());
    for finding in cordboard_lint::advise(manifest, (&documents.spec_url, &documents.spec_text)) {
        terminal::note(&finding.to_string());
    }
}

/// Operations, refusals and findings.
pub(crate) fn describe(toolset: &Toolset) {
    for operation in &toolset.operations {
        let line = format!("  {:<24} {:<6} {}", operation.name, operation.method.as_str(), operation.path);
        terminal::say(&line);
    }
    for operation in &toolset.refused {
        terminal::say(&format!("  {:<24} cannot be used", operation.name));
    }
    for finding in toolset.all_findings() {
        terminal::note(&finding.to_string());
    }
}
