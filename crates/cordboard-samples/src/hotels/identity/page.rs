//! The pages that people see on their way through.

use axum::response::Response;

use super::request::Request;
use super::visit::Visit;
use super::{Identity, SCOPE};
use crate::hotels::TITLE;
use crate::html::escape;

/// A way in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    SignIn,
    NewAccount,
}

/// The page of a way in, with what was wrong before.
pub(super) fn door(identity: &Identity, visit: &Visit, door: Door, query: &str, problem: &str) -> Response {
    let (title, path, password, other) = match door {
        Door::SignIn => ("Sign in", "/sign-in", "current-password", ("/new-account", "New account")),
        Door::NewAccount => ("New account", "/new-account", "new-password", ("/sign-in", "I have an account")),
    };
    let problem = match problem {
        "" => String::new(),
        problem => format!("<p class=\"problem\" role=\"alert\">{}</p>\n", escape(problem)),
    };
    let body = format!(
        "<h1>{title}</h1>\n<p>Your account at {TITLE}. It is gone when this sample stops.</p>\n{problem}{form}\n\
         <label for=\"name\">Name</label>\n<input id=\"name\" name=\"name\" autocomplete=\"username\" required>\n\
         <label for=\"password\">Password</label>\n\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"{password}\" required>\n\
         <p><button>{title}</button></p>\n</form>\n<p><a href=\"{other_path}?{query}\">{other_words}</a></p>",
        form = form(visit, path, query),
        other_path = other.0,
        other_words = other.1,
        query = escape(query),
    );
    visit.page(identity, &format!("{title} · {TITLE}"), &body)
}

/// Who asks for what.
pub(super) fn consent(identity: &Identity, visit: &Visit, request: &Request, account: &str, query: &str) -> Response {
    let client = escape(&request.client.name);
    let body = format!(
        "<h1>Let {client} book for you?</h1>\n<p>You are signed in as <strong>{account}</strong>. {client} asks to:</p>\n\
         <ul><li>book rooms in your name (<code>{SCOPE}</code>)</li></ul>\n\
         <p>It does not learn your password, and you go back to <strong>{back}</strong>.</p>\n{consent}\n\
         <button name=\"answer\" value=\"allow\">Allow</button><button name=\"answer\" value=\"deny\">Deny</button>\n\
         </form>\n{sign_out}\n<button>Use another account</button>\n</form>",
        account = escape(account),
        back = escape(&request.redirect.origin().ascii_serialization()),
        consent = form(visit, "/oauth/authorize", query),
        sign_out = form(visit, "/sign-out", query),
    );
    visit.page(identity, &format!("Consent · {TITLE}"), &body)
}

/// Why nobody can go on.
pub(super) fn unanswerable(identity: &Identity, visit: &Visit, problem: &str) -> Response {
    let body = format!(
        "<h1>This leads nowhere</h1>\n<p class=\"problem\">{}</p>\n\
         <p>Go back and tell whoever runs the program that sent you.</p>",
        escape(problem)
    );
    visit.page(identity, TITLE, &body)
}

fn form(visit: &Visit, path: &str, query: &str) -> String {
    format!(
        "<form method=\"post\" action=\"{path}?{}\">\n<input type=\"hidden\" name=\"form_token\" value=\"{}\">",
        escape(query),
        visit.form_token()
    )
}
