//! `cordboard call`: one operation of a plugin, without any model. The same checks, policy and guard apply.

use anyhow::{Context as _, bail};
use cordboard_agent::gathering::Candidate;
use cordboard_domain::call::{CallContext, CallResponse, PlannedCall, StoredResult};
use cordboard_domain::id::{CallId, ConversationId, PluginId, UserId};
use cordboard_domain::policy::{Question, Verdict, decide};
use cordboard_domain::ports::Dispatch as _;
use cordboard_spec::request::{plan, validate};
use cordboard_spec::response::{self, Asked, Received};
use cordboard_spec::toolset::Toolset;
use cordboard_spec::toolset::operation::Operation;
use serde_json::{Map, Value, json};

use super::{Outcome, plugin};
use crate::assembly::{Assembly, named_origin};
use crate::cli;
use crate::config::Config;
use crate::system::{SystemClock, SystemEntropy};
use crate::terminal;

pub(crate) async fn run(arguments: cli::Call) -> anyhow::Result<Outcome> {
    let config = Config::load(&arguments.common)?;
    let named: Vec<_> = named_origin(&arguments.plugin).into_iter().collect();
    let assembly = Assembly::passing_without_models(&config, &named).await?;
    let Candidate { digest, toolset, .. } = assembly.catalogue.gatherer.fetch(&arguments.plugin).await?;
    let Some(operation) = &arguments.operation else {
        plugin::describe(&toolset);
        return Ok(Outcome::Done);
    };
    let operation = find(&toolset, operation)?;
    let raw = raw_arguments(operation, &arguments.arguments)?;
    let checked = validate::arguments(operation, &raw)?;
    let id = PluginId::generate(&SystemClock, &SystemEntropy);
    let planned = plan::plan(operation, id, &digest, &checked.arguments)?.from_home(toolset.home.clone());
    let (is_read, consequential) = (planned.is_read(), operation.consequential);
    let question = Question { is_read, consequential, is_suspended: false, is_granted: false, discloses: false };
    match decide(question, config.policy) {
        Verdict::Deny => bail!("the configured policy does not allow calls that change something"),
        Verdict::Confirm if !arguments.yes && !ask(&planned)? => {
            terminal::note("Nothing was sent.");
            return Ok(Outcome::NotRight);
        }
        Verdict::Confirm | Verdict::Allow => {}
    }
    let raw = assembly.dispatcher.dispatch(&planned, &context(&assembly, &config)).await;
    let raw = raw.map_err(|failure| anyhow::anyhow!(failure.message))?;
    let asked = Asked {
        method: planned.method,
        url: planned.url.clone(),
        arguments: operation.arguments.iter().map(|argument| argument.name.clone()).collect(),
        schema: operation.response_schema(raw.status),
        room: response::MAX_MODEL_CHARACTERS,
    };
    let Received { response, whole } = response::receive(raw, &asked);
    show(&planned, response, whole, arguments.json)
}

fn find<'toolset>(toolset: &'toolset Toolset, name: &str) -> anyhow::Result<&'toolset Operation> {
    if let Some(operation) = toolset.operation(name) {
        return Ok(operation);
    }
    if let Some(refused) = toolset.refused.iter().find(|operation| operation.name == name) {
        bail!("{name} cannot be used: {}", refused.reason);
    }
    let names: Vec<&str> = toolset.operations.iter().map(|operation| operation.name.as_str()).collect();
    bail!("there is no operation `{name}`; there are: {}", names.join(", "))
}

/// `NAME=VALUE` pairs as a JSON object: text stays text where the operation wants text, else it is read as JSON.
fn raw_arguments(operation: &Operation, pairs: &[String]) -> anyhow::Result<String> {
    let mut members = Map::new();
    for pair in pairs {
        let (name, text) = pair.split_once('=').with_context(|| format!("--arg wants NAME=VALUE, not `{pair}`"))?;
        let wants_text = operation.arguments.iter().any(|argument| {
            argument.name == name && operation.schema(argument).get("type") == Some(&Value::from("string"))
        });
        let read = if wants_text { None } else { serde_json::from_str(text).ok() };
        members.insert(name.to_owned(), read.unwrap_or_else(|| text.into()));
    }
    Ok(Value::Object(members).to_string())
}

fn ask(call: &PlannedCall) -> anyhow::Result<bool> {
    terminal::show_request(call);
    terminal::confirm("This may change something. Send it?")
}

fn context(assembly: &Assembly, config: &Config) -> CallContext {
    let (clock, entropy) = (&SystemClock, &SystemEntropy);
    let user: UserId = assembly.owner;
    CallContext {
        call: CallId::generate(clock, entropy),
        conversation: ConversationId::generate(clock, entropy),
        user,
        subdivision: config.subdivision.clone(),
    }
}

/// Shows a response; people get the whole of it.
fn show(
    call: &PlannedCall,
    mut response: CallResponse,
    whole: Option<StoredResult>,
    as_json: bool,
) -> anyhow::Result<Outcome> {
    if let Some(whole) = whole {
        response.body = whole.text;
        response.left_out.clear();
    }
    if as_json {
        terminal::say_json(&json!({ "request": call, "response": response }))?;
    } else {
        terminal::note(&format!("{} {} -> {} in {} ms", call.method, call.url, response.status, response.elapsed_ms));
        match serde_json::from_str::<Value>(&response.body) {
            Ok(value) => terminal::say_json(&value)?,
            Err(_) => terminal::say(&response.body),
        }
    }
    Ok(if response.is_success() { Outcome::Done } else { Outcome::NotRight })
}
