//! Which links get a card: those of a finished answer that a call had returned by then.

use cordboard_agent::data_flow::may_fetch;
use cordboard_domain::turn::{Step, Turn};
use url::Url;

use crate::markdown;

/// How many of an answer.
const MOST: usize = 4;
/// How many links of an answer are looked for in results.
const MOST_LOOKED_FOR: usize = 64;
/// In bytes.
const LONGEST: usize = 2000;

/// A link that gets a card.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) url: String,
    /// Where the plugin is whose result has it.
    pub(crate) named_by: Url,
}

/// The links of a turn that get a card, in the order of the answer. `history` ends with the turn.
pub(super) fn of(turn: &Turn, history: &[Turn]) -> Vec<String> {
    let mut links = Vec::new();
    if turn.outcome.is_none() {
        return links;
    }
    for link in said(turn).flat_map(markdown::links).take(MOST_LOOKED_FOR) {
        let is_one_more = links.len() < MOST && link.len() <= LONGEST && !links.contains(&link);
        if is_one_more && may_fetch(history, &[], &link).is_some() {
            links.push(link);
        }
    }
    links
}

/// A link of a conversation, if it gets a card.
pub(crate) fn find(turns: &[Turn], personal: &[String], url: &str) -> Option<Link> {
    let gets_one = |(place, turn): (usize, &Turn)| of(turn, &turns[..=place]).iter().any(|link| link == url);
    let fetch = may_fetch(turns, personal, url).filter(|_| turns.iter().enumerate().any(gets_one))?;
    Some(Link { url: url.to_owned(), named_by: fetch.named_by })
}

fn said(turn: &Turn) -> impl Iterator<Item = &str> {
    turn.rounds.iter().flat_map(|round| &round.steps).filter_map(|step| match step {
        Step::Text(text) => Some(text.as_str()),
        Step::Call(_) => None,
    })
}
