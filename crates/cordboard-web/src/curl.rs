//! A request as a command that its reader can run.

use std::fmt::Write as _;

use cordboard_domain::call::{BodyContent, PlannedCall};

/// The command, with the headers that the arguments make and without credentials; nothing for a body that is no text.
pub(crate) fn command(plan: &PlannedCall) -> Option<String> {
    let mut command = format!("curl -X {} {}", plan.method, quoted(&plan.url));
    for (name, value) in &plan.headers {
        let _ = write!(command, " \\\n  -H {}", quoted(&format!("{name}: {value}")));
    }
    if let Some(body) = &plan.body {
        let BodyContent::Text(text) = &body.content else { return None };
        let kind = quoted(&format!("Content-Type: {}", body.content_type));
        let _ = write!(command, " \\\n  -H {kind} \\\n  --data-raw {}", quoted(text));
    }
    Some(command)
}

/// One word for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use cordboard_domain::call::{Method, PlannedBody};
    use cordboard_domain::plugin::VersionDigest;

    use super::*;

    #[test]
    fn nothing_in_a_request_leaves_its_word() {
        let plan = PlannedCall {
            plugin: "0190f1f0a0a070008000000000000001".parse().unwrap(),
            version: VersionDigest::from_stored("v".to_owned()),
            operation: "add".to_owned(),
            method: Method::Post,
            url: "https://a.example/x?y='$(id)".to_owned(),
            headers: vec![("X-A".to_owned(), "b".to_owned())],
            body: Some(PlannedBody {
                content_type: "application/json".to_owned(),
                content: BodyContent::Text(r#"{"a":"it's"}"#.to_owned()),
            }),
            may_override_method: false,
            credentials: Vec::new(),
            home: None,
        };
        let expected = "curl -X POST 'https://a.example/x?y='\\''$(id)' \\\n  -H 'X-A: b' \\\n  \
                        -H 'Content-Type: application/json' \\\n  --data-raw '{\"a\":\"it'\\''s\"}'";
        assert_eq!(command(&plan).as_deref(), Some(expected));
    }
}
