//! A conversation as a file. In Markdown, what people and models wrote cannot pass for a record of Cordboard.

use comrak::escape_commonmark_inline;
use cordboard_domain::call::{Call, CallState};
use cordboard_domain::conversation::Conversation;
use cordboard_domain::deceptive_text::visible;
use cordboard_domain::event::TurnOutcome;
use cordboard_domain::turn::{Step, Turn};
use serde_json::json;

use crate::api::turns::TurnView;
use crate::{markdown, words};

/// For people: what was said, and a line for each call. Headings of the first two levels and quotes come from here alone.
pub(crate) fn markdown(conversation: &Conversation, turns: &[Turn]) -> String {
    let began = words::moment(conversation.created_at);
    let title = in_line(words::title(conversation));
    let head = format!("# {title}\n\n*Began {began}. Quoted lines are records of calls.*\n");
    let whole: String = std::iter::once(head).chain(turns.iter().map(turn_in_words)).collect();
    visible(&whole).into_owned()
}

fn turn_in_words(turn: &Turn) -> String {
    let said = markdown::below_headings(&turn.user_message);
    let asked = format!("\n## You\n\n{}\n\n## {}\n", said.trim(), in_line(&turn.model.0));
    let steps = turn.rounds.iter().flat_map(|round| &round.steps).map(|step| match step {
        Step::Text(said) => format!("\n{}\n", markdown::below_headings(said).trim()),
        Step::Call(call) => format!("\n> {}\n", line(call)),
    });
    let ending = ending(turn).map(|words| format!("\n*{}*\n", in_line(&words)));
    std::iter::once(asked).chain(steps).chain(ending).collect()
}

/// What became of a call. Nothing in it can leave its line.
fn line(call: &Call) -> String {
    let plugin = call.preview.as_ref().map_or("The model", |preview| &preview.plugin_name);
    let request = call.plan.as_ref().map(|plan| format!(" · `{} {}`", plan.method, plan.url.replace('`', "%60")));
    let outcome = match &call.state {
        CallState::Answered { response } => format!("answered {}", response.status),
        state => state.name().to_owned(),
    };
    let (plugin, tool) = (in_line(plugin), call.tool.replace(['\n', '\r'], " "));
    format!("**{plugin}** · {tool}{} · {outcome}", request.unwrap_or_default())
}

/// A text within a line of Markdown, without any effect on it.
fn in_line(text: &str) -> String {
    escape_commonmark_inline(&text.replace(['\n', '\r'], " "))
}

fn ending(turn: &Turn) -> Option<String> {
    match turn.outcome.as_ref()? {
        TurnOutcome::Answered => None,
        TurnOutcome::Stopped => Some("Stopped".to_owned()),
        TurnOutcome::CallLimit { limit } => Some(format!("Ended after {limit} calls")),
        TurnOutcome::Failed { message } => Some(message.clone()),
    }
}

/// For programs: turns as the API shows them, with arguments and answers.
pub(crate) fn json(conversation: &Conversation, turns: &[Turn]) -> String {
    let turns: Vec<TurnView> = turns.iter().map(|turn| TurnView::of(conversation.id, turn)).collect();
    let whole = json!({
        "id": conversation.id.as_uuid().to_string(),
        "title": conversation.title,
        "model": conversation.model.0,
        "created_at": conversation.created_at.to_string(),
        "updated_at": conversation.updated_at.to_string(),
        "turns": turns,
    });
    format!("{whole:#}\n")
}

/// A title as the name of a file, without an ending: small ASCII letters, digits and hyphens.
pub(crate) fn file_name(title: &str) -> String {
    let words = title.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("-").to_lowercase();
    let short = name.get(..60).unwrap_or(&name).trim_end_matches('-');
    if short.is_empty() { "chat".to_owned() } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_plain_letters() {
        for (title, expected) in [
            ("Where should I stay in Paris?", "where-should-i-stay-in-paris"),
            ("../../etc/passwd\"\r\n", "etc-passwd"),
            ("¿Dónde?", "d-nde"),
            ("東京", "chat"),
            ("", "chat"),
        ] {
            assert_eq!(file_name(title), expected);
        }
        assert!(file_name(&"long ".repeat(50)).len() <= 60);
    }
}
