//! `cordboard ask`: one question in the terminal, through the same engine as the pages.

use anyhow::{Context as _, bail};
use cordboard_domain::call::{Call, Decision};
use cordboard_domain::conversation::Conversation;
use cordboard_domain::disclosure::Disclosure;
use cordboard_domain::event::{RecordedEvent, TurnEvent, TurnOutcome};
use cordboard_domain::id::{ConversationId, TurnId};
use cordboard_domain::personal::Profile;
use cordboard_domain::ports::{Conversations as _, Journal as _};
use cordboard_domain::time::Clock as _;
use cordboard_domain::turn::Turn;

use super::Outcome;
use crate::assembly::{Assembly, named_origin};
use crate::cli;
use crate::config::Config;
use crate::models;
use crate::system::{SystemClock, SystemEntropy};
use crate::{terminal, trace};

pub(crate) async fn run(arguments: cli::Ask) -> anyhow::Result<Outcome> {
    let config = Config::load(&arguments.common)?;
    let named: Vec<_> = arguments.plugins.iter().filter_map(|address| named_origin(address)).collect();
    let assembly = Assembly::passing(&config, &named).await?;
    let conversation = begin(&assembly, arguments.model.as_deref()).await?;
    for address in &arguments.plugins {
        let plugin = assembly.register(address).await?.plugin;
        assembly.store.activate(conversation, plugin.id, usize::MAX).await?;
    }
    let turn = assembly.engine.submit(conversation, assembly.owner, &arguments.question).await?;
    let cli::Ask { yes, json, trace, .. } = arguments;
    let mut face = Face { assembly: &assembly, conversation, turn, yes, json, trace, answer: terminal::Answer::new() };
    face.follow().await
}

async fn begin(assembly: &Assembly, model: Option<&str>) -> anyhow::Result<ConversationId> {
    let model = models::choose(assembly.engine.models(), model)?.info().id.clone();
    let now = SystemClock.now();
    let id = ConversationId::generate(&SystemClock, &SystemEntropy);
    let user = assembly.owner;
    let conversation = Conversation::empty(id, user, model, now);
    assembly.store.create_conversation(&conversation).await?;
    Ok(id)
}

/// The terminal as a renderer of turn events.
struct Face<'run> {
    assembly: &'run Assembly,
    conversation: ConversationId,
    turn: TurnId,
    yes: bool,
    json: bool,
    trace: bool,
    answer: terminal::Answer,
}

impl Face<'_> {
    async fn follow(&mut self) -> anyhow::Result<Outcome> {
        let mut listener = self.assembly.engine.signals().listen(self.conversation);
        let mut turn: Option<Turn> = None;
        let mut position = 0;
        loop {
            for event in self.assembly.store.shown_events(self.conversation, position).await? {
                position = event.position;
                match &mut turn {
                    Some(turn) => turn.apply(&event)?,
                    None => turn = Some(Turn::start(&event)?),
                }
                if let Some(turn) = &turn
                    && let Some(outcome) = self.render(turn, &event).await?
                {
                    return Ok(outcome);
                }
            }
            if !listener.wait().await {
                bail!("the engine stopped");
            }
        }
    }

    async fn render(&mut self, turn: &Turn, recorded: &RecordedEvent) -> anyhow::Result<Option<Outcome>> {
        if self.json {
            terminal::say_json_line(recorded)?;
        } else {
            show(&mut self.answer, turn, &recorded.event);
            if let TurnEvent::ModelConsidered { consideration } = &recorded.event
                && self.trace
            {
                for line in trace::lines(consideration) {
                    terminal::note(&line);
                }
            }
        }
        match &recorded.event {
            TurnEvent::ConfirmationRequested { call, confirmation } => {
                let call = turn.call(*call).context("a question about an unknown call")?;
                let decision =
                    if self.yes || ask(call)? { Decision::Allowed } else { Decision::Declined(String::new()) };
                let engine = &self.assembly.engine;
                engine.decide(self.conversation, self.turn, self.assembly.owner, confirmation.id, decision).await?;
                Ok(None)
            }
            // What is said about oneself is decided in the pages of a server.
            TurnEvent::ConsentRequested { call, request } => {
                let asked: Vec<&str> = request.asked.iter().map(|each| each.field.words()).collect();
                terminal::note(&format!(
                    "✗ {} asks for {}, which is not told from here",
                    in_line(&request.plugin_name),
                    asked.join(", ")
                ));
                let engine = &self.assembly.engine;
                engine.consent(self.conversation, self.turn, self.assembly.owner, *call, &Profile::new()).await?;
                Ok(None)
            }
            // Accounts are connected in the pages of a server; here nothing outlives the question.
            TurnEvent::ConnectionRequested { call, request } => {
                terminal::note(&format!(
                    "✗ it needs your account at {}, which only a server can connect",
                    request.host
                ));
                let word = "It needs an account, which cannot be connected in the terminal.".to_owned();
                let engine = &self.assembly.engine;
                engine.decline_connection(self.conversation, self.turn, self.assembly.owner, *call, word).await?;
                Ok(None)
            }
            TurnEvent::Finished { outcome: TurnOutcome::Answered } => Ok(Some(Outcome::Done)),
            TurnEvent::Finished { outcome: TurnOutcome::Failed { message } } => bail!("{message}"),
            TurnEvent::Finished { .. } => Ok(Some(Outcome::NotRight)),
            _ => Ok(None),
        }
    }
}

fn ask(call: &Call) -> anyhow::Result<bool> {
    if let (Some(preview), Some(plan)) = (&call.preview, &call.plan) {
        let (name, summary) = (in_line(&preview.plugin_name), in_line(&preview.summary));
        terminal::note(&format!("\n{name} wants to: {summary}"));
        terminal::show_arguments(&preview.arguments);
        for disclosure in &preview.disclosures {
            terminal::note(&disclosed(disclosure, &name, &in_line(&preview.host)));
        }
        terminal::show_request(plan);
    }
    terminal::confirm("Send it?")
}

/// A text of a plugin within a line.
fn in_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

fn show(answer: &mut terminal::Answer, turn: &Turn, event: &TurnEvent) {
    match event {
        TurnEvent::Progress { label } => terminal::note(&format!("… {}", in_line(label))),
        TurnEvent::Text { text } => answer.say(text),
        TurnEvent::CallAnswered { call, response } => {
            if let Some(plan) = turn.call(*call).and_then(|call| call.plan.as_ref()) {
                let line = format!("✓ {} {} -> {}", plan.method, plan.url, response.status);
                terminal::note(&line);
            }
        }
        TurnEvent::CallAnsweredByHost { answer, .. } => terminal::note(&format!("✓ {}", in_line(&answer.title))),
        TurnEvent::CallRejected { problem, .. } => terminal::note(&format!("✗ not called: {}", in_line(problem))),
        TurnEvent::CallFailed { failure, .. } => terminal::note(&format!("✗ {}", in_line(&failure.message))),
        TurnEvent::CallDecided { decision: Decision::Declined(_), .. } => {
            terminal::note("✗ declined, nothing was sent");
        }
        TurnEvent::Finished { outcome } => finish(outcome),
        TurnEvent::Started { .. }
        | TurnEvent::ModelAsked { .. }
        | TurnEvent::ModelWrote { .. }
        | TurnEvent::ModelConsidered { .. }
        | TurnEvent::ModelAnswered
        | TurnEvent::CallProposed { .. }
        | TurnEvent::CallPlanned { .. }
        | TurnEvent::ConfirmationRequested { .. }
        | TurnEvent::CallRevised { .. }
        | TurnEvent::CallDecided { .. }
        | TurnEvent::ConsentRequested { .. }
        | TurnEvent::ConsentDecided { .. }
        | TurnEvent::ConnectionRequested { .. }
        | TurnEvent::CallConnected { .. }
        | TurnEvent::CallSent { .. }
        | TurnEvent::CallLost { .. }
        | TurnEvent::CallCancelled { .. } => {}
    }
}

fn finish(outcome: &TurnOutcome) {
    match outcome {
        TurnOutcome::Answered => terminal::say(""),
        TurnOutcome::Stopped => terminal::note("stopped"),
        TurnOutcome::CallLimit { limit } => terminal::note(&format!("stopped after {limit} calls")),
        // The program ends with this message.
        TurnOutcome::Failed { .. } => {}
    }
}

/// What a call would tell, in a sentence.
fn disclosed(disclosure: &Disclosure, plugin: &str, host: &str) -> String {
    match disclosure {
        Disclosure::Result { plugin_name, value, .. } => {
            let (value, from) = (in_line(value), in_line(plugin_name));
            format!("This sends \"{value}\", which came from {from}, to {plugin} at {host}.")
        }
        Disclosure::Secret { secret, .. } => {
            format!("This looks like it sends {} to {plugin} at {host}.", secret.words())
        }
    }
}
