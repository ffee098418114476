//! The OAuth doctor: both halves of a developer's own sign-in, masked, and the likely cause of what fails.

mod cause;
mod mask;

use cordboard_domain::ports::Callback;
use cordboard_domain::rehearsal::{Half, Rehearsal, RehearsalStep};
use cordboard_domain::time::Timestamp;
use url::Url;

use crate::oauth::endpoint::Exchanged;
use crate::oauth::token::TokenFault;

/// What is told of an answer is cut here, in characters.
const LONGEST_BODY: usize = 4_000;

/// A new rehearsal, which begins with sending a browser away.
pub(crate) fn departed(scheme: &str, at: Timestamp, url: &Url) -> Rehearsal {
    let waits = "Nothing came back yet. If your server shows an error instead of coming back, the redirect address that is \
                 registered there is probably another one than the `redirect_uri` above; they must be equal, letter for letter.";
    let departure = RehearsalStep {
        title: "The browser is sent to your authorization page".to_owned(),
        succeeded: true,
        sent: Some(Half { line: format!("GET {}", mask::url(url)), headers: Vec::new(), body: String::new() }),
        received: None,
        causes: vec![waits.to_owned()],
    };
    Rehearsal { scheme: scheme.to_owned(), began_at: at, steps: vec![departure] }
}

/// The browser came back; `problem` is what was wrong with that.
pub(crate) fn came_back(rehearsal: &mut Rehearsal, callback: &Callback, problem: Option<&str>) {
    rehearsal.steps.truncate(1);
    for step in &mut rehearsal.steps {
        step.causes.clear();
    }
    let mut causes = cause::of_callback(callback);
    if let Some(problem) = problem
        && causes.is_empty()
    {
        causes.push(problem.to_owned());
    }
    rehearsal.steps.push(RehearsalStep {
        title: "The browser comes back with an answer".to_owned(),
        succeeded: problem.is_none(),
        sent: None,
        received: Some(Half { line: mask::callback(callback), headers: Vec::new(), body: String::new() }),
        causes,
    });
}

/// Tokens were asked for.
pub(crate) fn exchanged(title: &str, exchanged: &Exchanged, now: Timestamp) -> RehearsalStep {
    let answer = exchanged.answer.as_ref();
    let received = answer.map(|answer| Half {
        line: answer.status.to_string(),
        headers: mask::headers(&answer.headers),
        body: mask::body(&String::from_utf8_lossy(&answer.body)).chars().take(LONGEST_BODY).collect(),
    });
    let mut causes = Vec::new();
    if let Err(TokenFault::Rejected(problem) | TokenFault::Unusable(problem)) = &exchanged.tokens {
        causes.push(problem.clone());
        causes.extend(cause::of_exchange(exchanged, now));
    } else if let Ok(tokens) = &exchanged.tokens {
        causes.extend(cause::of_tokens(tokens));
    }
    RehearsalStep {
        title: title.to_owned(),
        succeeded: exchanged.tokens.is_ok(),
        sent: exchanged.request.as_ref().map(|request| Half {
            line: format!("{} {}", request.method, request.url),
            headers: mask::headers(&request.headers),
            body: mask::body(&String::from_utf8_lossy(request.body.as_deref().unwrap_or_default())),
        }),
        received,
        causes,
    }
}
