//! Which addresses the recorded results of a conversation have, and on whose word.

use cordboard_domain::call::{Call, CallState};
use cordboard_domain::origin::is_same_origin;
use cordboard_domain::turn::Turn;
use serde_json::Value;
use url::Url;

/// What may stand right behind an address in a text, besides blanks.
const ENDS: &[char] = &['"', '\'', '<', '>', '(', ')', '[', ']', '{', '}', '|', '\\', '^', '`'];
/// What ends a sentence rather than belongs to an address.
const PUNCTUATION: &[char] = &['.', ',', ';', ':', '!', '?'];

/// Whether a result of these turns has this address.
pub(crate) fn occurs(turns: &[Turn], address: &str) -> bool {
    turns.iter().rev().flat_map(Turn::calls).any(|call| has(call, address))
}

/// Where the plugin is whose result has this address. Of several plugins the one counts at which the address is.
pub(crate) fn named_by(turns: &[Turn], address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let calls = || turns.iter().flat_map(Turn::calls);
    let named = calls().filter(|call| has(call, address));
    let plugins: Vec<Url> = named.filter_map(|call| origin(source(calls(), call)?)).collect();
    plugins.iter().find(|plugin| is_same_origin(plugin, &url)).or(plugins.first()).cloned()
}

fn origin(call: &Call) -> Option<Url> {
    Url::parse(&call.plan.as_ref()?.url).ok()
}

fn has(call: &Call, address: &str) -> bool {
    match &call.state {
        CallState::Answered { response } => has_whole(&response.body, address),
        CallState::AnsweredByHost { answer } => has_whole(&answer.content, address),
        _ => false,
    }
}

/// The call whose result a call shows: its own, or an earlier one in which the host read on.
fn source<'turns>(mut calls: impl Iterator<Item = &'turns Call>, call: &'turns Call) -> Option<&'turns Call> {
    if !matches!(call.state, CallState::AnsweredByHost { .. }) {
        return Some(call);
    }
    let arguments: Value = serde_json::from_str(&call.raw_arguments).ok()?;
    let number: u32 = arguments["result"].as_str()?.trim().trim_start_matches(['r', 'R']).parse().ok()?;
    calls.find(|each| matches!(&each.state, CallState::Answered { response } if response.result == Some(number)))
}

/// Whether a text has an address, and not just one that begins with it. JSON may write a slash with a backslash before
/// it, and `&` as a number.
fn has_whole(text: &str, address: &str) -> bool {
    let found = |written: &str| text.match_indices(written).any(|(at, _)| ends(&text[at + written.len()..]));
    let slashes = || address.replace('/', "\\/");
    !address.is_empty() && (found(address) || found(&slashes()) || found(&address.replace('&', "\\u0026")))
}

/// Whether an address is over where this text follows it.
fn ends(rest: &str) -> bool {
    let next = rest.trim_start_matches(PUNCTUATION).chars().next();
    next.is_none_or(|next| next.is_whitespace() || ENDS.contains(&next))
}

#[cfg(test)]
mod tests {
    use super::has_whole;

    #[test]
    fn an_address_is_there_as_a_whole_or_not_at_all() {
        let address = "https://a.example/x?y=1&z=2";
        for (text, expected) in [
            ("{\"url\":\"https://a.example/x?y=1&z=2\"}", true),
            (r#"{"url":"https:\/\/a.example\/x?y=1&z=2"}"#, true),
            (r#"{"url":"https://a.example/x?y=1\u0026z=2"}"#, true),
            ("See https://a.example/x?y=1&z=2.", true),
            ("(https://a.example/x?y=1&z=2), then", true),
            ("https://a.example/x?y=1&z=2", true),
            ("https://a.example/x?y=1&z=23", false),
            ("https://a.example/x?y=1&z=2/more", false),
            ("https://a.example/x?y=1&z=2.5", false),
            ("https://a.example/x?y=1", false),
        ] {
            assert_eq!(has_whole(text, address), expected, "{text}");
        }
        assert!(!has_whole("anything", ""));
        assert!(!has_whole("https://a.example/1", "https://a.example/"));
    }
}
