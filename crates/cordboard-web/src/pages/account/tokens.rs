//! Personal access tokens: made with a secret that is shown once, listed, revoked.

use axum::extract::{Form, Path, State};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use cordboard_domain::account::{AccessToken, Role, Scope};
use cordboard_domain::id::AccessTokenId;
use cordboard_domain::time::{SignedDuration, Timestamp};
use minijinja::{Value, context};

use super::{Notices, Section, account_page, refused};
use crate::access_token::{NewAccessToken, access_token};
use crate::app::App;
use crate::credentials;
use crate::error::{WebError, not_found};
use crate::session::Member;

const MOST: usize = 50;
/// In days, as offered; the longest is a year.
pub(super) const LIFETIMES: [i64; 4] = [7, 30, 90, 365];

/// A token as it is asked for, checked.
struct Wanted {
    name: String,
    scopes: Vec<Scope>,
    lifetime: Option<SignedDuration>,
}

impl Wanted {
    /// Reads the form's fields, of which `scope` comes once for each box that is ticked.
    fn parse(fields: &[(String, String)], role: Role) -> Result<Self, &'static str> {
        let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value);
        let name = credentials::name(field("name")).map_err(|_| "Give the token a name, such as what will use it.")?;
        let lifetime = match field("days") {
            "" => None,
            days => Some(lifetime(days).ok_or("A token lasts 7, 30, 90 or 365 days, or until it is revoked.")?),
        };
        let mut scopes = Vec::new();
        for (_, value) in fields.iter().filter(|(name, _)| name == "scope") {
            let scope = Scope::lookup(value).filter(|scope| scope.least_role() <= role);
            scopes.push(scope.ok_or("A token may do no more than you may. Choose from the list.")?);
        }
        scopes.sort_unstable();
        scopes.dedup();
        if scopes.is_empty() {
            Err("Choose at least one thing that the token may do.")
        } else {
            Ok(Self { name, scopes, lifetime })
        }
    }
}

fn lifetime(days: &str) -> Option<SignedDuration> {
    let days: i64 = days.parse().ok().filter(|days| LIFETIMES.contains(days))?;
    Some(SignedDuration::from_hours(24 * days))
}

pub(crate) async fn create_token(
    State(app): State<App>,
    member: Member,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let wanted = match Wanted::parse(&fields, member.account.role) {
        Ok(wanted) => wanted,
        Err(problem) => return refused(&app, &member, Section::Tokens, problem).await,
    };
    if app.people.list_access_tokens(member.user()).await?.len() >= MOST {
        let problem = format!("{MOST} tokens are as many as one person may have. Revoke one first.");
        return refused(&app, &member, Section::Tokens, problem).await;
    }
    let Wanted { name, scopes, lifetime } = wanted;
    let wanted = NewAccessToken { user: member.user(), name, scopes, lifetime };
    let secret = access_token(&*app.people, &*app.clock, &*app.entropy, wanted).await?;
    let html: Html<String> =
        account_page(&app, &member, Notices { secret: Some(secret), ..Notices::default() }).await?;
    Ok(html.into_response())
}

pub(crate) async fn revoke_token(
    State(app): State<App>,
    member: Member,
    Path(token): Path<AccessTokenId>,
) -> Result<Redirect, WebError> {
    if !app.people.list_access_tokens(member.user()).await?.iter().any(|each| each.id == token) {
        return Err(not_found().await);
    }
    app.people.revoke_access_token(member.user(), token).await?;
    Ok(Redirect::to("/account#tokens"))
}

/// A token as a line of the list.
pub(super) fn shown(token: &AccessToken) -> Value {
    let day = |moment: Timestamp| moment.strftime("%-d %B %Y").to_string();
    let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
    context! {
        revoke => format!("/account/tokens/{}/revoke", token.id),
        name => token.name.as_str(),
        scopes => scopes.join(", "),
        created => day(token.created_at),
        expires => token.expires_at.map(day),
        used => token.last_used_at.map(day),
    }
}
