//! Switching plugins on: installed is not active, and few at once.

use axum::http::StatusCode;
use cordboard_agent::catalogue::CatalogueError;
use cordboard_domain::account::Account;
use cordboard_domain::conversation::Conversation;
use cordboard_domain::id::PluginId;
use cordboard_domain::plugin::Standing;
use cordboard_domain::ports::StoreError;

use crate::app::App;
use crate::error::WebError;

/// Switches an installed plugin on in a person's conversation, in the version that the person accepted.
pub(crate) async fn switch_on(
    app: &App,
    account: &Account,
    conversation: &Conversation,
    plugin: PluginId,
) -> Result<(), WebError> {
    let installation = app.catalogue.installed(account, plugin).await?;
    if installation.plugin.standing == Standing::Banned {
        return Err(CatalogueError::Banned(installation.facts.name_for_human).into());
    }
    let most = app.settings.most_active;
    match app.conversations.activate(conversation.id, plugin, most).await {
        Err(StoreError::Full(_)) => {
            let message =
                format!("At most {most} plugins can be on in one conversation. Switch another one off first.");
            return Err(WebError::new(StatusCode::CONFLICT, "Not switched on", message));
        }
        activated => activated?,
    }
    Ok(app.engine.prepare(conversation.id).await?)
}
