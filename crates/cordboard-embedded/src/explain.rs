//! What the assistant says when it calls nothing: what it understood, and what comes nearest. Never a result.

use cordboard_model::chat::ToolDefinition;
use serde_json::Value;

use crate::answer::markdown::escaped;
use crate::answer::shape::title_field;
use crate::dialogue::question::joined;
use crate::dialogue::social::Social;
use crate::reading::Reading;
use crate::route::act::Act;
use crate::sums::Sum;

/// Example requests that are named.
const MOST_EXAMPLES: usize = 3;
/// Words of the message that are repeated.
const MOST_WORDS: usize = 6;
/// Things that are listed when several may be meant.
const MOST_THINGS: usize = 8;

/// Said before every text of the network's own.
pub(crate) const OWN_WORDS: &str = "*The small built-in model’s own words, from no plugin:*";

/// An answer to a message for which nothing fits; `nearest` are the operations that come nearest, best first.
pub(crate) fn nothing_fits(reading: &Reading, nearest: &[&ToolDefinition]) -> String {
    let understood = understood(reading);
    let plugins = plugins(nearest);
    let lead =
        format!("I understood {understood}, and nothing in {plugins} fits that well enough, so I called nothing.");
    with_examples(&lead, nearest)
}

/// An answer to a greeting, thanks or a goodbye.
pub(crate) fn to_company(social: Social, nearest: &[&ToolDefinition]) -> String {
    match social {
        Social::Thanks => "You are welcome.".to_owned(),
        Social::Goodbye => "Goodbye.".to_owned(),
        Social::Greeting if nearest.is_empty() => "Hello.".to_owned(),
        Social::Greeting => with_examples(&format!("Hello. I can call {} for you.", plugins(nearest)), nearest),
    }
}

/// An answer that names a plugin that is installed, but not switched on.
pub(crate) fn switched_off(reading: &Reading, plugin: &str) -> String {
    let plugin = escaped(plugin);
    format!(
        "I understood {}. The plugin **{plugin}** fits that; it is installed, but not switched on here. Switch it on and ask again.",
        understood(reading)
    )
}

/// An answer to a sum.
pub(crate) fn to_sum(sum: &Sum) -> String {
    match sum {
        Sum::Computed { sum, result } => format!("{} = **{}**", escaped(sum), escaped(result)),
        Sum::Declined => "I do not work out sums from sentences. Write the sum itself, such as `3 + 4` or `15 % of 80`, and I compute it.".to_owned(),
    }
}

/// Says that what the message names was not found, or lists what it may mean.
pub(crate) fn unclear(tool: &ToolDefinition, found: &[Value]) -> String {
    let plugin = escaped(&tool.plugin);
    if found.is_empty() {
        return format!(
            "I looked in {plugin} for what you named and found nothing like it, so I did not call `{}`. Name it as {plugin} does.",
            tool.operation
        );
    }
    let things = found.iter().take(MOST_THINGS).map(|thing| format!("- {}", escaped(&name_of(thing))));
    format!("{plugin} has several that fit. Which one do you mean?\n\n{}", things.collect::<Vec<_>>().join("\n"))
}

fn name_of(thing: &Value) -> String {
    match thing {
        Value::Object(fields) => {
            title_field(fields).and_then(|name| fields[name].as_str()).unwrap_or("one without a name").to_owned()
        }
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => thing.to_string(),
    }
}

/// What the message was taken for: `a question about “parental leave”`.
fn understood(reading: &Reading) -> String {
    let verb = reading.act.map(|(_, at)| at);
    let subject = reading
        .words
        .iter()
        .enumerate()
        .filter(|(index, word)| !word.is_stop && (Some(*index) != verb || reading.is_question));
    let subject = subject.map(|(_, word)| word.text.as_str()).take(MOST_WORDS).collect::<Vec<_>>().join(" ");
    if subject.is_empty() {
        return "no request in your message".to_owned();
    }
    let subject = escaped(&subject);
    let wish = match reading.act {
        _ if reading.is_question => "a question about",
        Some((Act::Read, _)) | None => "a request about",
        Some((Act::Add, _)) => "a wish to add something:",
        Some((Act::Change, _)) => "a wish to change something:",
        Some((Act::Delete, _)) => "a wish to remove something:",
        Some((Act::Send, _)) => "a wish to send something:",
        Some((Act::Book, _)) => "a wish to book or buy something:",
    };
    format!("{wish} “{subject}”")
}

fn plugins(tools: &[&ToolDefinition]) -> String {
    let mut names: Vec<String> = Vec::new();
    for tool in tools {
        let name = escaped(&tool.plugin);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.len() > 4 { format!("the {} plugins that are switched on", names.len()) } else { joined(&names) }
}

fn with_examples(lead: &str, nearest: &[&ToolDefinition]) -> String {
    let examples = nearest.iter().filter_map(|tool| tool.examples.first().map(|example| (example, &tool.plugin)));
    let lines =
        examples.take(MOST_EXAMPLES).map(|(example, plugin)| format!("- “{}” ({})", escaped(example), escaped(plugin)));
    let lines = lines.collect::<Vec<_>>();
    if lines.is_empty() { lead.to_owned() } else { format!("{lead} You could ask:\n\n{}", lines.join("\n")) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tool(plugin: &str, example: &str) -> ToolDefinition {
        ToolDefinition {
            name: "t".to_owned(),
            operation: "op".to_owned(),
            plugin: plugin.to_owned(),
            description: String::new(),
            parameters: json!({}),
            examples: vec![example.to_owned()],
            reads_only: true,
        }
    }

    #[test]
    fn what_was_understood_and_what_comes_nearest() {
        let handbook = tool("Company Handbook", "How do I get my laptop?");
        let text = nothing_fits(&Reading::of("what is the capital of France"), &[&handbook]);
        assert!(
            text.starts_with("I understood a question about “capital France”, and nothing in Company Handbook fits"),
            "{text}"
        );
        assert!(text.ends_with("- “How do I get my laptop?” (Company Handbook)"), "{text}");
        let wish = nothing_fits(&Reading::of("delete my account"), &[&handbook]);
        assert!(wish.contains("a wish to remove something: “account”"), "{wish}");
    }

    #[test]
    fn things_to_choose_from() {
        let todo = tool("Todo", "x");
        assert!(unclear(&todo, &[json!({"name": "Milk"}), json!("Bread")]).ends_with("- Milk\n- Bread"));
        assert!(unclear(&todo, &[]).contains("found nothing like it"));
    }
}
