//! `cordboard demo`: the server with six sample plugins installed.

mod agreements;

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context as _;
use cordboard_domain::plugin::Category;
use cordboard_samples::{RunningSample, Sample, spawn};
use url::Url;

use super::Outcome;
use super::serve::{base, link, listen, lock, until_stopped};
use crate::assembly::{Assembly, open_file};
use crate::cli;
use crate::config::Config;
use crate::keys::keyring;
use crate::terminal;

/// Requests that work with the samples; `eval/requests.toml` holds them too.
const SUGGESTIONS: [&str; 3] = [
    "Where should I stay in Paris for a couple nights?",
    "Add buy milk to my list",
    "How much parental leave do we get?",
];

/// The folder of the demo within the data folder, so that it never mixes with a real installation.
pub(crate) const FOLDER: &str = "demo";

pub(crate) async fn run(arguments: cli::Demo) -> anyhow::Result<Outcome> {
    let config = Config::load(&arguments.common)?;
    let listener = listen(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), arguments.port), "--port").await?;
    let samples = start_samples(arguments.port).await?;
    let origins: Vec<Url> = samples.iter().filter_map(|sample| Url::parse(sample.origin()).ok()).collect();
    let folder = config.data_dir()?.join(FOLDER);
    tokio::fs::create_dir_all(&folder).await.with_context(|| format!("{} cannot be made", folder.display()))?;
    let _lock = lock(&folder)?;
    let store = open_file(&folder).await?;
    let keyring = keyring(&config, &folder, &store).await?;
    let assembly = Assembly::new(&config, store, keyring, &origins).await?;
    let base = base(&config, &listener)?;
    for sample in &samples {
        let failed = || format!("the sample {} cannot be installed", sample.sample().title());
        install(&assembly, sample, &base).await.with_context(failed)?;
    }
    let link = link(&assembly, &base).await?;
    terminal::say(&greeting(&link, &samples));
    if !arguments.no_open {
        open_browser(&link);
    }
    let suggestions = SUGGESTIONS.map(str::to_owned).to_vec();
    until_stopped(&config, &assembly, listener, suggestions).await
}

async fn install(assembly: &Assembly, sample: &RunningSample, base: &str) -> anyhow::Result<()> {
    let registered = agreements::register(assembly, sample).await?;
    assembly.vouch(&registered.plugin, category(sample.sample())).await?;
    agreements::credentials(assembly, sample, &registered, base).await
}

fn category(sample: Sample) -> Category {
    match sample {
        Sample::Hotels => Category::Travel,
        Sample::Todo | Sample::Notes => Category::Productivity,
        Sample::Handbook | Sample::Quotes => Category::Knowledge,
        Sample::Scores => Category::Sport,
    }
}

async fn start_samples(port: u16) -> anyhow::Result<Vec<RunningSample>> {
    let mut samples = Vec::new();
    for (sample, offset) in Sample::ALL.into_iter().zip(1..) {
        let port = match port {
            0 => 0,
            base => base.checked_add(offset).context("--port leaves no room for the samples' six ports after it")?,
        };
        let running = spawn(sample, port).await.with_context(|| {
            format!(
                "The sample plugin {} cannot listen at port {port}; another program may be using it. Choose other \
                 ports with --port N; the samples take the six after it",
                sample.title()
            )
        })?;
        samples.push(running);
    }
    Ok(samples)
}

fn greeting(link: &str, samples: &[RunningSample]) -> String {
    let plugins: Vec<String> =
        samples.iter().map(|sample| format!("  {:<16} {}", sample.sample().title(), sample.origin())).collect();
    let questions: Vec<String> = SUGGESTIONS.iter().map(|text| format!("  {text}")).collect();
    format!(
        "Cordboard is ready. Sign in once, within 15 minutes:\n\n  {link}\n\nSample plugins:\n{}\n\nSwitch one on in the \
         Plugins menu of a chat, then try:\n{}\n\nCtrl+C stops it.",
        plugins.join("\n"),
        questions.join("\n"),
    )
}

/// Opens the link where there is a desktop; the link is printed in any case.
#[expect(clippy::disallowed_methods, reason = "the environment tells whether there is a desktop")]
fn open_browser(link: &str) {
    let desktop = cfg!(any(target_os = "macos", windows))
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    if desktop && let Err(problem) = open::that_detached(link) {
        terminal::note(&format!("The browser could not be opened ({problem}); use the link above."));
    }
}
