//! Templates, built into the binary.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::response::Html;
use cordboard_domain::deceptive_text::visible;
use cordboard_domain::exact_text::{self, Part};
use minijinja::{Environment, HtmlEscape, Output, State, UndefinedBehavior, Value, escape_formatter};

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../templates/", $name)))),*]
    };
}

const TEMPLATES: &[(&str, &str)] = templates![
    "account.html",
    "activity.html",
    "away.html",
    "call.html",
    "changed.html",
    "changes.html",
    "chat.html",
    "composer_action.html",
    "confirmation.html",
    "connect.html",
    "connection.html",
    "connections.html",
    "consent.html",
    "conversation_results.html",
    "conversations.html",
    "credentials_section.html",
    "develop.html",
    "develop_plugin.html",
    "disclosures.html",
    "doctor.html",
    "error.html",
    "evidence.html",
    "exact_request.html",
    "examples_section.html",
    "findings.html",
    "history.html",
    "invitation.html",
    "invitation_gone.html",
    "join.html",
    "layout.html",
    "link_card.html",
    "link_card_place.html",
    "look_alikes.html",
    "macros.html",
    "model_text.html",
    "not_connected.html",
    "operations.html",
    "panel.html",
    "people.html",
    "permissions.html",
    "plugin.html",
    "plugins.html",
    "plugins_menu.html",
    "privacy.html",
    "rail_entry.html",
    "review.html",
    "reviews.html",
    "share_section.html",
    "shared.html",
    "sheet.html",
    "sign_in.html",
    "store.html",
    "store_results.html",
    "submit_section.html",
    "turn.html",
    "turn_status.html",
    "unverified.html",
    "unverified_found.html",
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_formatter(format_visibly);
    environment.add_filter("ticks", ticks);
    environment.add_filter("verbatim", verbatim);
    environment.add_filter("exactly", exactly);
    environment.add_filter("exact_json", exact_json);
    for (name, source) in TEMPLATES {
        environment.add_template(name, source).expect("templates are compiled by a test");
    }
    environment
});

/// Writes what a template interpolates: names, descriptions and values of others cannot reorder or hide the text around them.
fn format_visibly(out: &mut Output, state: &mut State, value: &Value) -> Result<(), minijinja::Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() => escape_formatter(out, state, &Value::from(visible(text).as_ref())),
        _ => escape_formatter(out, state, value),
    }
}

/// A value that a form sends back, which has to stay as it is.
fn verbatim(value: &Value) -> Value {
    Value::from_safe_string(HtmlEscape(&value.to_string()).to_string())
}

/// A value as a person has to see it before it is sent.
fn exactly(text: &str) -> Value {
    html_of(exact_text::parts(text))
}

/// The same for JSON with line breaks and indentation; any other text is a value as it is.
fn exact_json(text: &str) -> Value {
    let is_json = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    html_of(if is_json { exact_text::json_parts(text) } else { exact_text::parts(text) })
}

fn html_of(parts: Vec<Part<'_>>) -> Value {
    let mut html = String::new();
    for part in parts {
        let _ = match part {
            Part::Text(text) => write!(html, "{}", HtmlEscape(&text)),
            Part::Mark(mark) => write!(html, "<span class=\"notation\">{}</span>", HtmlEscape(&mark)),
        };
    }
    Value::from_safe_string(html)
}

/// Text as HTML in which what stands between backticks is code.
fn ticks(text: &str) -> Value {
    let mut html = String::new();
    for (number, part) in visible(text).split('`').enumerate() {
        let part = HtmlEscape(part);
        let _ = if number % 2 == 1 { write!(html, "<code>{part}</code>") } else { write!(html, "{part}") };
    }
    Value::from_safe_string(html)
}

/// Renders a template to text.
pub(crate) fn render(name: &str, context: &Value) -> Result<String, minijinja::Error> {
    ENVIRONMENT.get_template(name)?.render(context)
}

/// Renders a template as an answer.
pub(crate) fn page(name: &str, context: &Value) -> Result<Html<String>, minijinja::Error> {
    render(name, context).map(Html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_make_code_and_nothing_else_gets_through() {
        assert_eq!(ticks("a `b<i>` c").to_string(), "a <code>b&lt;i&gt;</code> c");
    }

    #[test]
    fn what_is_interpolated_cannot_reorder_or_hide_text() {
        let context = minijinja::context! { text => "pay\u{202E}<b>\u{200B}" };
        let render = |source: &str| {
            let name = "test.html";
            let mut environment = ENVIRONMENT.clone();
            environment.add_template(name, source).unwrap();
            environment.get_template(name).unwrap().render(&context).unwrap()
        };
        assert_eq!(render("{{ text }}"), "pay⟨U+202E⟩&lt;b&gt;⟨U+200B⟩");
        assert_eq!(render("{{ [text, 'x'] | join(', ') }}"), "pay⟨U+202E⟩&lt;b&gt;⟨U+200B⟩, x");
        assert_eq!(render("{{ text | ticks }}"), "pay⟨U+202E⟩&lt;b&gt;⟨U+200B⟩");
        assert_eq!(render("{{ text | verbatim }}"), "pay\u{202E}&lt;b&gt;\u{200B}");
        let mark = "<span class=\"notation\">···</span>";
        assert_eq!(exactly("<a>   b\u{202E}").to_string(), format!("&lt;a&gt;{mark}b⟨U+202E⟩"));
        assert_eq!(
            exact_json("{\n    \"a\": \"   \"\n}").to_string(),
            format!("{{\n    &quot;a&quot;: &quot;{mark}&quot;\n}}")
        );
    }

    #[test]
    fn what_a_form_sends_back_stays_as_it_is() {
        for (name, source) in TEMPLATES {
            let fields = source.match_indices("<input").chain(source.match_indices("<option")).map(|(at, _)| {
                let field = &source[at..];
                let end = field.find('>').unwrap_or(field.len());
                field[..end].find("value=\"{{").map(|value| &field[value..])
            });
            let areas = source.match_indices("<textarea").map(|(at, _)| {
                let area = &source[at..];
                area.find('>').map(|end| area[end + 1..].trim_start()).filter(|content| content.starts_with("{{"))
            });
            for value in fields.chain(areas).flatten() {
                let expression = &value[..value.find("}}").unwrap()];
                assert!(expression.ends_with("| verbatim "), "{name}: {expression}");
            }
        }
    }

    #[test]
    fn every_template_compiles() {
        for (name, _) in TEMPLATES {
            assert!(ENVIRONMENT.get_template(name).is_ok(), "{name}");
        }
    }
}
