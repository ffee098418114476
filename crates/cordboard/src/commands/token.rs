//! `cordboard token`: a personal access token for the JSON API.

use anyhow::bail;
use cordboard_domain::account::Scope;
use cordboard_domain::time::SignedDuration;
use cordboard_web::{NewAccessToken, access_token};

use super::Outcome;
use super::backup::{existing, person};
use crate::cli;
use crate::config::Config;
use crate::system::{SystemClock, SystemEntropy};
use crate::terminal;

pub(crate) async fn run(arguments: cli::Token) -> anyhow::Result<Outcome> {
    let store = existing(&Config::load(&arguments.common)?).await?;
    let account = person(&store, arguments.user.as_deref().unwrap_or("owner")).await?;
    let mut scopes = Vec::new();
    for word in &arguments.scopes {
        match Scope::lookup(word) {
            Some(scope) if scope.least_role() <= account.role => scopes.push(scope),
            Some(scope) => bail!("the scope `{word}` needs the role of a {}", scope.least_role()),
            None => bail!("`{word}` is no scope; scopes are read, chat, plugins, develop, review and admin"),
        }
    }
    let lifetime = arguments.days.map(|days| SignedDuration::from_hours(24 * i64::from(days)));
    let wanted = NewAccessToken { user: account.id, name: arguments.name, scopes, lifetime };
    terminal::say(&access_token(&store, &SystemClock, &SystemEntropy, wanted).await?);
    Ok(Outcome::Done)
}
