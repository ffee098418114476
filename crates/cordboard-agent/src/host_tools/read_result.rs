//! `read_result`: pages and searches a result that is kept whole because the model saw a part of it.

use cordboard_domain::call::{CallState, HostAnswer};
use cordboard_domain::id::ConversationId;
use cordboard_domain::ports::Results;
use cordboard_domain::turn::Turn;
use cordboard_model::chat::ToolDefinition;
use cordboard_spec::response::Body;
use cordboard_spec::response::query::{self, Query};
use serde::Deserialize;
use serde_json::json;

use super::definition;
use crate::engine::EngineError;

pub(super) const NAME: &str = "read_result";

const DESCRIPTION: &str = "Reads more of a result of which you saw a part. Give `result`, the handle that was named with \
                           it. For JSON select with `path`, page through the list that it selects with `offset` and \
                           `limit`, or find something with `search`.";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    result: String,
    path: Option<String>,
    offset: Option<usize>,
    limit: Option<usize>,
    search: Option<String>,
}

/// The handle of a result, such as `r3`.
pub(crate) fn handle(number: u32) -> String {
    format!("r{number}")
}

pub(super) fn tool() -> ToolDefinition {
    let parameters = json!({
        "type": "object",
        "properties": {
            "result": {"type": "string", "description": "The handle, such as `r1`"},
            "path": {"type": "string", "description": "JSONPath (RFC 9535), such as `$.items` or `$.items[?@.price < 10].name`"},
            "offset": {"type": "integer", "minimum": 0, "description": "Items, or characters of a text, to pass over"},
            "limit": {"type": "integer", "minimum": 1, "description": "Items, or characters of a text, at most"},
            "search": {"type": "string", "description": "Plain text to find, whatever its case"}
        },
        "required": ["result"],
        "additionalProperties": false
    });
    definition(NAME, DESCRIPTION, parameters, true)
}

/// Whether a turn has a result that was kept.
pub(super) fn is_useful(turn: &Turn) -> bool {
    turn.calls().any(|call| matches!(&call.state, CallState::Answered { response } if response.result.is_some()))
}

fn has_result(turn: &Turn, number: u32) -> bool {
    turn.calls().any(|call| matches!(&call.state, CallState::Answered { response } if response.result == Some(number)))
}

/// Answers in at most `room` characters. Only results of the turns that the model sees can be read: where a value comes
/// from is decided by these turns.
pub(super) async fn answer(
    results: &dyn Results,
    conversation: ConversationId,
    path: &[&Turn],
    raw_arguments: &str,
    room: usize,
) -> Result<HostAnswer, EngineError> {
    let arguments: Arguments = match serde_json::from_str(raw_arguments) {
        Ok(arguments) => arguments,
        Err(error) => return Ok(refused("Read more of a result", format!("The arguments do not fit: {error}."))),
    };
    let title = title(&arguments);
    let number: Option<u32> = arguments.result.trim().trim_start_matches(['r', 'R']).parse().ok();
    let number = number.filter(|number| path.iter().any(|turn| has_result(turn, *number)));
    let stored = match number {
        Some(number) => results.lookup_result(conversation, number).await?,
        None => None,
    };
    let Some(stored) = stored else {
        let problem = format!(
            "There is no result `{}`, or it had to make room for newer ones. Call the operation again for a fresh one.",
            arguments.result
        );
        return Ok(refused(&title, problem));
    };
    let query = Query {
        path: arguments.path,
        offset: arguments.offset.unwrap_or(0),
        limit: arguments.limit,
        search: arguments.search,
    };
    let reading =
        tokio::task::spawn_blocking(move || query::answer(&Body::from_stored(stored.form, stored.text), &query, room));
    Ok(match reading.await {
        Ok(Ok(reply)) => HostAnswer { title, content: reply.text, note: reply.note, succeeded: true },
        Ok(Err(problem)) => refused(&title, problem.0),
        Err(_) => refused(&title, "Reading the result was interrupted; try again.".to_owned()),
    })
}

fn refused(title: &str, content: String) -> HostAnswer {
    HostAnswer { title: title.to_owned(), content, note: String::new(), succeeded: false }
}

/// What is done, for people.
fn title(arguments: &Arguments) -> String {
    match (&arguments.search, &arguments.path) {
        (Some(wanted), _) => format!("Searched the result for “{}”", wanted.chars().take(40).collect::<String>()),
        (None, Some(path)) => format!("Read {} of the result", path.chars().take(60).collect::<String>()),
        (None, None) => "Read more of the result".to_owned(),
    }
}
