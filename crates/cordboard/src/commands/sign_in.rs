//! `cordboard sign-in`: a new one-time link.

use anyhow::bail;
use cordboard_domain::id::UserId;
use cordboard_domain::ports::Accounts as _;
use cordboard_domain::time::Clock as _;
use cordboard_web::sign_in_link;

use super::backup::person;
use super::{Outcome, demo};
use crate::assembly::{open_file, open_store};
use crate::cli;
use crate::config::Config;
use crate::system::{SystemClock, SystemEntropy};
use crate::terminal;

pub(crate) async fn run(arguments: cli::SignIn) -> anyhow::Result<Outcome> {
    let config = Config::load(&arguments.common)?;
    let store = if config.database.is_some() && !arguments.demo {
        open_store(&config).await?
    } else {
        let mut folder = config.data_dir()?;
        if arguments.demo {
            folder.push(demo::FOLDER);
        }
        if !folder.join("cordboard.db").exists() {
            bail!("there is no database in {}; start the server first, or give its --data-dir", folder.display());
        }
        open_file(&folder).await?
    };
    let user = match &arguments.user {
        Some(login) => person(&store, login).await?.id,
        None => store.owner(UserId::generate(&SystemClock, &SystemEntropy), SystemClock.now()).await?,
    };
    let path = sign_in_link(&store, &SystemClock, &SystemEntropy, user).await?;
    terminal::say(&format!("Open this path at your server's address once, within 15 minutes:\n\n  {path}"));
    Ok(Outcome::Done)
}
