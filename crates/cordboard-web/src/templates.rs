//! Templates, built into the binary.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::response::Html;
use minijinja::{Environment, HtmlEscape, UndefinedBehavior, Value};

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
    environment.add_filter("ticks", ticks);
    for (name, source) in TEMPLATES {
        environment.add_template(name, source).expect("templates are compiled by a test");
    }
    environment
});

/// Text as HTML in which what stands between backticks is code.
fn ticks(text: &str) -> Value {
    let mut html = String::new();
    for (number, part) in text.split('`').enumerate() {
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
    fn every_template_compiles() {
        for (name, _) in TEMPLATES {
            assert!(ENVIRONMENT.get_template(name).is_ok(), "{name}");
        }
    }
}
