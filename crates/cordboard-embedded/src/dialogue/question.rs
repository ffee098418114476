//! The question for values that a request lacks, and how it is found again in the next message.

use cordboard_model::chat::ToolDefinition;

const LEAD: &str = "For `";
const OF: &str = "` of ";
const LACKS: &str = " I also need the ";

/// Asks for what is missing.
pub(crate) fn ask(tool: &ToolDefinition, missing: &[String]) -> String {
    let names = missing.iter().map(|name| format!("**{name}**")).collect::<Vec<_>>();
    format!("{LEAD}{}{OF}{}{LACKS}{}.", tool.operation, tool.plugin, joined(&names))
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn joined(parts: &[String]) -> String {
    match parts {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        _ => parts.concat(),
    }
}

/// The position of the tool that a text of [`ask`] was about.
pub(crate) fn asked_about(said: &str, tools: &[&ToolDefinition]) -> Option<usize> {
    tools.iter().position(|tool| said.contains(&format!("{LEAD}{}{OF}{}{LACKS}", tool.operation, tool.plugin)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_question_is_found_again() {
        let tool = ToolDefinition {
            name: "h_bookHotel".to_owned(),
            operation: "bookHotel".to_owned(),
            plugin: "Hotels".to_owned(),
            description: String::new(),
            parameters: json!({}),
            examples: Vec::new(),
            reads_only: false,
        };
        let text = ask(&tool, &["nights".to_owned(), "guest name".to_owned()]);
        assert_eq!(text, "For `bookHotel` of Hotels I also need the **nights** and **guest name**.");
        assert_eq!(asked_about(&text, &[&tool]), Some(0));
        assert_eq!(asked_about("Here is what Hotels has", &[&tool]), None);
    }
}
