//! Templates, built into the binary.

use std::sync::LazyLock;

use axum::response::Html;
use minijinja::{Environment, UndefinedBehavior, Value};

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../templates/", $name)))),*]
    };
}

const TEMPLATES: &[(&str, &str)] = templates![
    "account.html",
    "call.html",
    "chat.html",
    "composer_action.html",
    "confirmation.html",
    "error.html",
    "invitation.html",
    "invitation_gone.html",
    "layout.html",
    "macros.html",
    "people.html",
    "plugin.html",
    "plugins.html",
    "plugins_menu.html",
    "rail_entry.html",
    "sign_in.html",
    "turn.html",
    "turn_status.html",
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    for (name, source) in TEMPLATES {
        environment.add_template(name, source).expect("templates are compiled by a test");
    }
    environment
});

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
    fn every_template_compiles() {
        for (name, _) in TEMPLATES {
            assert!(ENVIRONMENT.get_template(name).is_ok(), "{name}");
        }
    }
}
