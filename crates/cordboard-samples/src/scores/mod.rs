//! Live scores of an invented football league: answers that change while one talks about them.
//!
//! Everything follows from the clock, so nothing is stored and a fixed clock gives fixed answers.

mod answers;
mod league;
mod play;
mod table;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::{Json, Router, routing::get};
use serde::Deserialize;

use crate::Clock;
use crate::documents::Documents;
use crate::error::ApiError;
use answers::{ScoresAnswer, StandingsAnswer, TeamAnswer};
use play::Status;

/// The sample's name for people.
pub const TITLE: &str = "League Scores";

const DOCUMENTS: Documents = Documents {
    title: TITLE,
    manifest: include_str!("ai-plugin.json"),
    openapi: include_str!("openapi.yaml"),
    colour: "#c53030",
    offer: "",
};

/// The plugin's server, for the address at which it is reached and the clock that drives the league.
pub fn router(origin: &str, clock: Clock) -> Router {
    Router::new()
        .route("/scores", get(scores))
        .route("/standings", get(standings))
        .route("/teams/{team}", get(team))
        .with_state(clock)
        .merge(DOCUMENTS.routes(origin))
}

#[derive(Deserialize)]
struct ScoresRequest {
    team: Option<String>,
    status: Option<String>,
}

#[derive(Deserialize)]
struct StandingsRequest {
    top: Option<i64>,
}

async fn scores(
    State(clock): State<Clock>,
    request: Result<Query<ScoresRequest>, QueryRejection>,
) -> Result<Json<ScoresAnswer>, ApiError> {
    let Query(request) = request?;
    let status = request.status.as_deref().map(parse_status).transpose()?;
    Ok(Json(ScoresAnswer::new(clock.now(), request.team.as_deref(), status)))
}

async fn standings(
    State(clock): State<Clock>,
    request: Result<Query<StandingsRequest>, QueryRejection>,
) -> Result<Json<StandingsAnswer>, ApiError> {
    let Query(request) = request?;
    let clubs = league::CLUBS.len();
    let top = request.top.map_or(Some(clubs), |top| usize::try_from(top).ok());
    let top = top.filter(|top| (1..=clubs).contains(top));
    let top = top.ok_or_else(|| ApiError::invalid(format!("“top” must be from 1 to {clubs}.")))?;
    Ok(Json(StandingsAnswer::new(clock.now(), top)))
}

async fn team(State(clock): State<Clock>, Path(team): Path<String>) -> Result<Json<TeamAnswer>, ApiError> {
    let club = league::lookup(&team).ok_or_else(|| {
        let known = league::CLUBS.map(|club| club.name).join(", ");
        ApiError::not_found(format!("No single club is called “{team}”. The clubs are {known}."))
    })?;
    Ok(Json(TeamAnswer::new(clock.now(), club)))
}

fn parse_status(status: &str) -> Result<Status, ApiError> {
    match status.to_lowercase().as_str() {
        "live" => Ok(Status::Live),
        "finished" => Ok(Status::Finished),
        "scheduled" => Ok(Status::Scheduled),
        _ => Err(ApiError::invalid("“status” must be live, finished or scheduled.")),
    }
}
