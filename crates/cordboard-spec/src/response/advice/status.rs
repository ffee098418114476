//! Statuses in words.

/// The name of a status; empty for those that few know.
pub fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}

/// What to do about a status that is not 2xx.
pub(super) fn advice(status: u16) -> Option<&'static str> {
    let known = known(status);
    if known.is_some() || matches!(status, 429 | 503) {
        // What to do about waiting is said with the time to wait.
        return known;
    }
    match status / 100 {
        3 => Some("The plugin redirects this call elsewhere, which is not followed. Tell the user."),
        4 => Some("The plugin refused the call. Do not repeat it unchanged."),
        5 => Some("The plugin failed by itself. A read may be tried once more; anything else must not be repeated."),
        _ => None,
    }
}

fn known(status: u16) -> Option<&'static str> {
    Some(match status {
        400 => "The plugin did not understand the call. Mend the arguments as its message says, or ask the user.",
        401 => "The plugin wants a credential: the user must connect it first. Do not call it again; tell the user.",
        402 => "The plugin wants to be paid first. Do not call it again; tell the user.",
        403 => "The user lacks the right to this, or the credential does. Do not call it again; tell the user.",
        404 | 410 => {
            "There is nothing under these arguments. Check ids and names, with another operation if one lists them, \
             before you call again."
        }
        405 | 406 | 415 => "The plugin does not accept this call as it describes it. Do not repeat it; tell the user.",
        408 | 504 => "The plugin took too long. One more try is reasonable for a read.",
        409 | 412 => {
            "This clashes with the present state. Read the present state before you decide whether to call again."
        }
        413 => "The call was too large for the plugin. Send less.",
        422 => "The plugin refused values in the call. Mend the fields that its message names, or ask the user.",
        _ => return None,
    })
}
