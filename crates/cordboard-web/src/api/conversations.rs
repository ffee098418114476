//! Conversations, and the plugins that are on in them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cordboard_domain::conversation::{Conversation, LONGEST_TITLE, is_title};
use cordboard_domain::id::{ConversationId, ModelId, PluginId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{At, Body};
use super::caller::{Caller, Chat, Read};
use super::problem::{Problem, Refusals};
use super::view::moment;
use crate::activation;
use crate::app::App;

#[derive(Serialize, ToSchema)]
pub(super) struct ConversationView {
    #[schema(format = Uuid)]
    id: String,
    /// Empty before the first message.
    title: String,
    model: String,
    created_at: String,
    updated_at: String,
    /// Since when it is out of the way; absent while it is in the list of chats.
    archived_at: Option<String>,
}

impl From<&Conversation> for ConversationView {
    fn from(conversation: &Conversation) -> Self {
        Self {
            id: conversation.id.as_uuid().to_string(),
            title: conversation.title.clone(),
            model: conversation.model.0.clone(),
            created_at: moment(conversation.created_at),
            updated_at: moment(conversation.updated_at),
            archived_at: conversation.archived_at.map(moment),
        }
    }
}

/// The person's conversations, the newest first.
#[utoipa::path(get, path = "/conversations", tag = "conversations", operation_id = "listConversations",
    responses((status = 200, body = [ConversationView]), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller<Read>) -> Result<Json<Vec<ConversationView>>, Problem> {
    let own = app.conversations.list_conversations(caller.user()).await?;
    Ok(Json(own.iter().map(ConversationView::from).collect()))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct NewConversation {
    /// One of the models; without it, the default.
    model: Option<String>,
}

/// Begins a conversation without plugins.
#[utoipa::path(post, path = "/conversations", tag = "conversations", operation_id = "createConversation",
    request_body = NewConversation, responses((status = 201, body = ConversationView), Refusals))]
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller<Chat>,
    Body(wanted): Body<NewConversation>,
) -> Result<(StatusCode, Json<ConversationView>), Problem> {
    let model = match wanted.model {
        Some(model) => known_model(&app, model)?,
        None => app.engine.models().default_id().cloned().ok_or_else(|| {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "No model", "No chat model is configured on this server.")
        })?,
    };
    let now = app.clock.now();
    let id = ConversationId::generate(&*app.clock, &*app.entropy);
    let conversation = Conversation::empty(id, caller.user(), model, now);
    app.conversations.create_conversation(&conversation).await?;
    Ok((StatusCode::CREATED, Json((&conversation).into())))
}

fn known_model(app: &App, model: String) -> Result<ModelId, Problem> {
    let model = ModelId(model);
    if app.engine.models().lookup(&model).is_some() {
        return Ok(model);
    }
    let detail = format!("The model `{model}` is not configured here; see /models.");
    Err(Problem::new(StatusCode::CONFLICT, "Unknown model", detail))
}

/// One conversation.
#[utoipa::path(get, path = "/conversations/{conversation}", tag = "conversations", operation_id = "getConversation",
    params(("conversation" = String, Path, format = Uuid)), responses((status = 200, body = ConversationView), Refusals))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller<Read>,
    At(id): At<ConversationId>,
) -> Result<Json<ConversationView>, Problem> {
    Ok(Json((&caller.conversation(&app, id).await?).into()))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct ConversationChange {
    #[schema(min_length = 1, max_length = 200)]
    title: Option<String>,
    model: Option<String>,
    /// Puts it out of the way, or back.
    archived: Option<bool>,
}

/// Renames a conversation, chooses another model, archives it or brings it back.
#[utoipa::path(patch, path = "/conversations/{conversation}", tag = "conversations",
    operation_id = "changeConversation", params(("conversation" = String, Path, format = Uuid)),
    request_body = ConversationChange, responses((status = 200, body = ConversationView), Refusals))]
pub(super) async fn change(
    State(app): State<App>,
    caller: Caller<Chat>,
    At(id): At<ConversationId>,
    Body(change): Body<ConversationChange>,
) -> Result<Json<ConversationView>, Problem> {
    caller.conversation(&app, id).await?;
    let model = change.model.map(|model| known_model(&app, model)).transpose()?;
    if let Some(title) = change.title {
        if !is_title(&title) {
            let detail = format!("A title has 1 to {LONGEST_TITLE} characters.");
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "No title", detail));
        }
        app.conversations.set_title(id, title.trim()).await?;
    }
    if let Some(model) = model {
        app.conversations.set_model(id, &model).await?;
    }
    if let Some(archived) = change.archived {
        app.conversations.set_archived(id, archived.then(|| app.clock.now())).await?;
    }
    Ok(Json((&caller.conversation(&app, id).await?).into()))
}

/// Deletes a conversation with everything in it.
#[utoipa::path(delete, path = "/conversations/{conversation}", tag = "conversations",
    operation_id = "deleteConversation", params(("conversation" = String, Path, format = Uuid)),
    responses((status = 204, description = "Deleted"), Refusals))]
pub(super) async fn delete(
    State(app): State<App>,
    caller: Caller<Chat>,
    At(id): At<ConversationId>,
) -> Result<StatusCode, Problem> {
    caller.conversation(&app, id).await?;
    app.conversations.delete_conversation(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A plugin that is on.
#[derive(Serialize, ToSchema)]
pub(super) struct ActiveView {
    #[schema(format = Uuid)]
    plugin: String,
    version: String,
}

/// The plugins that are on in a conversation.
#[utoipa::path(get, path = "/conversations/{conversation}/plugins", tag = "conversations",
    operation_id = "listActivePlugins", params(("conversation" = String, Path, format = Uuid)),
    responses((status = 200, body = [ActiveView]), Refusals))]
pub(super) async fn active_plugins(
    State(app): State<App>,
    caller: Caller<Read>,
    At(id): At<ConversationId>,
) -> Result<Json<Vec<ActiveView>>, Problem> {
    caller.conversation(&app, id).await?;
    let active = app.conversations.list_activations(id).await?.into_iter();
    let view =
        active.map(|each| ActiveView { plugin: each.plugin.as_uuid().to_string(), version: each.version.to_string() });
    Ok(Json(view.collect()))
}

/// Switches an installed plugin on in a conversation.
#[utoipa::path(put, path = "/conversations/{conversation}/plugins/{plugin}", tag = "conversations",
    operation_id = "switchPluginOn",
    params(("conversation" = String, Path, format = Uuid), ("plugin" = String, Path, format = Uuid)),
    responses((status = 204, description = "It is on"), Refusals))]
pub(super) async fn switch_on(
    State(app): State<App>,
    caller: Caller<Chat>,
    At((id, plugin)): At<(ConversationId, PluginId)>,
) -> Result<StatusCode, Problem> {
    let conversation = caller.conversation(&app, id).await?;
    activation::switch_on(&app, &caller.account, &conversation, plugin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Switches a plugin off in a conversation.
#[utoipa::path(delete, path = "/conversations/{conversation}/plugins/{plugin}", tag = "conversations",
    operation_id = "switchPluginOff",
    params(("conversation" = String, Path, format = Uuid), ("plugin" = String, Path, format = Uuid)),
    responses((status = 204, description = "It is off"), Refusals))]
pub(super) async fn switch_off(
    State(app): State<App>,
    caller: Caller<Chat>,
    At((id, plugin)): At<(ConversationId, PluginId)>,
) -> Result<StatusCode, Problem> {
    caller.conversation(&app, id).await?;
    app.conversations.deactivate(id, plugin).await?;
    Ok(StatusCode::NO_CONTENT)
}
