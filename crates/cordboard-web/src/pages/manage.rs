//! What a person does with a chat as a whole: call it something, put it away, take it along, delete it.

use axum::extract::{Form, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use cordboard_domain::conversation::{LONGEST_TITLE, is_title};
use serde::Deserialize;

use crate::app::App;
use crate::error::WebError;
use crate::mine::Mine;
use crate::transcript;

#[derive(Deserialize)]
pub(crate) struct TitleForm {
    title: String,
}

pub(crate) async fn rename(
    State(app): State<App>,
    mine: Mine,
    Form(form): Form<TitleForm>,
) -> Result<Redirect, WebError> {
    let title = form.title.split_whitespace().collect::<Vec<_>>().join(" ");
    if !is_title(&title) {
        let message = format!("A title has 1 to {LONGEST_TITLE} characters.");
        return Err(WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "Not renamed", message));
    }
    app.conversations.set_title(mine.id(), &title).await?;
    Ok(Redirect::to(&format!("/conversations/{}", mine.id())))
}

#[derive(Deserialize)]
pub(crate) struct ArchiveForm {
    archived: bool,
}

/// Puts a chat away and begins a new one, or brings it back and shows it.
pub(crate) async fn archive(
    State(app): State<App>,
    mine: Mine,
    Form(form): Form<ArchiveForm>,
) -> Result<Redirect, WebError> {
    app.conversations.set_archived(mine.id(), form.archived.then(|| app.clock.now())).await?;
    let next = if form.archived { "/".to_owned() } else { format!("/conversations/{}", mine.id()) };
    Ok(Redirect::to(&next))
}

pub(crate) async fn delete(State(app): State<App>, mine: Mine) -> Result<Redirect, WebError> {
    app.conversations.delete_conversation(mine.id()).await?;
    Ok(Redirect::to("/"))
}

/// The whole chat as a file to read.
pub(crate) async fn as_markdown(State(app): State<App>, mine: Mine) -> Result<Response, WebError> {
    let text = transcript::markdown(&mine.conversation, &app.engine.turns(mine.id()).await?);
    Ok(file(&mine, "md", "text/markdown; charset=utf-8", text))
}

/// The whole chat as a file for programs.
pub(crate) async fn as_json(State(app): State<App>, mine: Mine) -> Result<Response, WebError> {
    let text = transcript::json(&mine.conversation, &app.engine.turns(mine.id()).await?);
    Ok(file(&mine, "json", "application/json", text))
}

fn file(mine: &Mine, ending: &str, kind: &'static str, text: String) -> Response {
    let name = transcript::file_name(&mine.conversation.title);
    let disposition = format!("attachment; filename=\"{name}.{ending}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], text).into_response()
}
