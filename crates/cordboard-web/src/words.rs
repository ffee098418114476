//! What several pages say of the same things, in words.

use cordboard_agent::catalogue::Catalogue;
use cordboard_domain::account::{Account, Role};
use cordboard_domain::conversation::Conversation;
use cordboard_domain::id::{PluginId, UserId};
use cordboard_domain::plugin::{Category, Facts, Plugin, Risk, Standing, VersionDigest, other_hosts};
use cordboard_domain::ports::StoreError;
use cordboard_domain::review::ReviewEntry;
use cordboard_domain::time::Timestamp;
use cordboard_spec::version::change::Changes;
use minijinja::{Value, context};
use url::Url;

/// What the frame of a page needs: where one is, and what one's role opens.
pub(crate) fn shell(account: &Account, here: &'static str) -> Value {
    context! {
        here,
        is_developer => account.role >= Role::Developer,
        is_reviewer => account.role >= Role::Reviewer,
    }
}

/// What a conversation is called.
pub(crate) fn title(conversation: &Conversation) -> &str {
    if conversation.title.is_empty() { "New chat" } else { &conversation.title }
}

/// A plugin as cards and headings show it.
pub(crate) fn plugin(plugin: &Plugin, facts: &Facts, version: &VersionDigest) -> Value {
    let (url, logo) = (format!("/plugins/{}", plugin.id), logo(plugin.id, facts, version));
    context! { url, logo, ..words_of(&plugin.origin, &plugin.verified_origins, facts) }
}

/// Where the page gets the logo, if the plugin names one.
pub(crate) fn logo(id: PluginId, facts: &Facts, version: &VersionDigest) -> Option<String> {
    let stamp = version.as_str().get(..8).unwrap_or_default();
    facts.logo_url.as_ref().map(|_| format!("/plugins/{id}/logo?v={stamp}"))
}

/// What a plugin says of itself and what it comes to.
///
/// `verified` are the origins that the host found to be the developer's; others are shown as another host.
pub(crate) fn words_of(origin: &str, verified: &[String], facts: &Facts) -> Value {
    let others = other_hosts(origin, verified, facts);
    let own = Url::parse(origin).map(|url| url.origin().ascii_serialization());
    let is_verified = own.is_ok_and(|own| verified.contains(&own));
    context! {
        name => facts.name_for_human.as_str(),
        description => facts.description_for_human.as_str(),
        domain => domain(origin),
        other_hosts => others.iter().map(|host| domain(host).to_owned()).collect::<Vec<_>>(),
        is_claimed => facts.is_pasted && !is_verified,
        auth => auth(&facts.auth),
        needs_credential => facts.auth != "none",
        may_do => may_do(facts),
        tokens => number(facts.tokens),
        hosts => facts.hosts.iter().map(|host| domain(host).to_owned()).collect::<Vec<_>>(),
    }
}

/// A text as a value in a query.
pub(crate) fn in_query(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// An origin as people read it; only what is not HTTPS says so.
pub(crate) fn domain(origin: &str) -> &str {
    origin.strip_prefix("https://").unwrap_or(origin)
}

/// How one signs in.
fn auth(kind: &str) -> &'static str {
    match kind {
        "none" => "No sign-in",
        "service_http" => "Its developer signs in for everybody",
        "user_http" => "Wants a key of yours",
        _ => "Wants your account there",
    }
}

/// Such as `12 reads, 3 writes`.
fn may_do(facts: &Facts) -> String {
    let count = |number: u32, one: &str| match number {
        0 => format!("no {one}s"),
        1 => format!("1 {one}"),
        many => format!("{many} {one}s"),
    };
    format!("{}, {}", count(facts.reads, "read"), count(facts.writes, "write"))
}

/// A number with its thousands apart.
pub(crate) fn number(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Where a plugin stands, for its developer and for reviewers.
pub(crate) fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Unverified => "Not reviewed",
        Standing::InReview => "In review",
        Standing::Approved => "In the store",
        Standing::Changed => "Out of the store since it changed",
        Standing::Banned => "Banned",
    }
}

/// A shelf's name.
pub(crate) fn category(category: Category) -> String {
    crate::error::capitalized(category.as_str())
}

/// A moment, to the minute.
pub(crate) fn moment(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// A day.
pub(crate) fn day(at: Timestamp) -> String {
    at.strftime("%-d %B %Y").to_string()
}

fn risk(risk: Risk) -> &'static str {
    match risk {
        Risk::Cosmetic => "No effect",
        Risk::Wording => "Words",
        Risk::Contract => "How it is called",
        Risk::Raised => "Higher risk",
    }
}

/// A difference between two versions, for `changes.html`.
pub(crate) fn changes(changes: &Changes) -> Value {
    let list = changes.list.iter().map(|change| {
        context! {
            risk => risk(change.risk),
            is_raised => change.risk == Risk::Raised,
            what => change.what.as_str(),
            before => change.before.as_deref().filter(|text| !text.is_empty()),
            after => change.after.as_deref().filter(|text| !text.is_empty()),
        }
    });
    context! { risk => risk(changes.risk), is_raised => changes.risk == Risk::Raised, list => list.collect::<Value>() }
}

/// What happened to a plugin between its developer and reviewers, the oldest first, with the name of who did it where it was
/// not the host.
pub(crate) async fn history(
    catalogue: &Catalogue,
    plugin: PluginId,
) -> Result<Vec<(ReviewEntry, Option<String>)>, StoreError> {
    let mut named = Vec::new();
    for entry in catalogue.ports.reviews.review_history(plugin).await? {
        let by = match entry.by {
            Some(user) => Some(name_of(catalogue, user).await),
            None => None,
        };
        named.push((entry, by));
    }
    Ok(named)
}

/// A person's name, also when they are not here any more.
pub(crate) async fn name_of(catalogue: &Catalogue, user: UserId) -> String {
    match catalogue.ports.accounts.get_account(user).await {
        Ok(account) => account.name,
        Err(_) => "somebody who has left".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_that_only_begins_like_a_verified_one_stays_a_claim() {
        let facts = Facts { is_pasted: true, ..Facts::default() };
        let verified = ["https://bank.co".to_owned()];
        for (origin, expected) in [
            ("https://bank.com", true),
            ("https://bank.co.example", true),
            ("https://bank.co:8443", true),
            ("https://bank.co", false),
            ("https://bank.co/openapi.yaml", false),
        ] {
            let is_claimed = words_of(origin, &verified, &facts).get_attr("is_claimed").unwrap();
            assert_eq!(is_claimed.is_true(), expected, "{origin}");
        }
    }

    #[test]
    fn what_a_plugin_may_do_is_counted_in_words() {
        let table = [(1, 0, "1 read, no writes"), (12, 3, "12 reads, 3 writes"), (0, 1, "no reads, 1 write")];
        for (reads, writes, expected) in table {
            assert_eq!(may_do(&Facts { reads, writes, ..Facts::default() }), expected);
        }
    }

    #[test]
    fn thousands_stand_apart() {
        for (value, expected) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(number(value), expected);
        }
    }
}
