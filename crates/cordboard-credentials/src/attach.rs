//! Which connections a call uses, and where their secrets go in it.

use cordboard_domain::call::PlannedCall;
use cordboard_domain::connection::{Connection, ConnectionState, Readiness};
use cordboard_domain::credential::{Attach, Giver, Slot};
use url::Url;

/// Whether some connections are enough for a call.
pub(crate) fn readiness(call: &PlannedCall, candidates: &[&Connection]) -> Readiness {
    if choose(call, candidates).is_some() {
        return Readiness::Ready;
    }
    let origin = origin(call);
    let first = call.credentials.first().into_iter().flatten();
    match first.into_iter().find(|slot| fitting(slot, &origin, candidates).is_none()) {
        Some(slot) => missing(slot, meant(slot, &origin, candidates)),
        None => Readiness::Ready,
    }
}

/// The connections for each slot of the first list that can be filled; an empty list only where no other one can.
pub(crate) fn choose<'call, 'each>(
    call: &'call PlannedCall,
    candidates: &[&'each Connection],
) -> Option<Vec<(&'call Slot, &'each Connection)>> {
    let origin = origin(call);
    let fill = |slots: &'_ Vec<Slot>| -> Option<Vec<&'each Connection>> {
        slots.iter().map(|slot| fitting(slot, &origin, candidates)).collect()
    };
    let mut lists: Vec<&Vec<Slot>> = call.credentials.iter().collect();
    lists.sort_by_key(|slots| slots.is_empty());
    lists.into_iter().find_map(|slots| Some(slots.iter().zip(fill(slots)?).collect()))
}

fn origin(call: &PlannedCall) -> String {
    Url::parse(&call.url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

/// What is asked of a person: their own connection again, with what it was good for, or a new one.
fn missing(slot: &Slot, known: Option<&Connection>) -> Readiness {
    let own = known.filter(|connection| connection.user.is_some());
    let mut scopes = slot.scopes.clone();
    let kept = own.iter().flat_map(|connection| connection.scopes.iter().chain(&connection.asked));
    scopes.extend(kept.filter(|scope| !slot.scopes.contains(scope)).cloned());
    Readiness::Missing { scheme: slot.scheme.clone(), scopes, renews: own.map(|connection| connection.id) }
}

/// The first connection of whom the slot asks that may go to the call's origin.
fn meant<'each>(slot: &Slot, origin: &str, candidates: &[&'each Connection]) -> Option<&'each Connection> {
    candidates.iter().copied().find(|connection| {
        let is_given = match slot.giver {
            Giver::Either => true,
            Giver::Person => connection.user.is_some(),
            Giver::Developer => connection.user.is_none(),
        };
        is_given && connection.scheme == slot.scheme && connection.origins.iter().any(|each| each == origin)
    })
}

/// The connection that is meant, if it is good for the call. Where it is not, no other account takes its place: its
/// person is asked.
fn fitting<'each>(slot: &Slot, origin: &str, candidates: &[&'each Connection]) -> Option<&'each Connection> {
    meant(slot, origin, candidates).filter(|connection| {
        connection.state == ConnectionState::Usable && slot.scopes.iter().all(|scope| may(connection, scope))
    })
}

/// Whether a connection may be good for something. Where its server was asked and named something else, only a call
/// shows it.
fn may(connection: &Connection, scope: &String) -> bool {
    connection.scopes.is_empty() || connection.scopes.contains(scope) || connection.asked.contains(scope)
}

/// Puts a secret into a call.
pub(crate) fn put(call: &mut PlannedCall, attach: &Attach, secret: &str) {
    match attach {
        Attach::Bearer => set_header(call, "Authorization", format!("Bearer {secret}")),
        Attach::Basic => set_header(call, "Authorization", format!("Basic {secret}")),
        Attach::Header { name } => set_header(call, name, secret.to_owned()),
        Attach::Query { name } => {
            let Ok(mut url) = Url::parse(&call.url) else { return };
            url.query_pairs_mut().append_pair(name, secret);
            call.url = url.into();
        }
        Attach::Cookie { name } => {
            let cookie = format!("{name}={secret}");
            let present = call.headers.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("cookie"));
            match present {
                Some((_, value)) => *value = format!("{value}; {cookie}"),
                None => call.headers.push(("Cookie".to_owned(), cookie)),
            }
        }
    }
}

fn set_header(call: &mut PlannedCall, name: &str, value: String) {
    call.headers.retain(|(each, _)| !each.eq_ignore_ascii_case(name));
    call.headers.push((name.to_owned(), value));
}

#[cfg(test)]
mod tests {
    use cordboard_domain::call::Method;
    use cordboard_domain::plugin::VersionDigest;
    use cordboard_domain::time::Timestamp;

    use super::*;

    fn call(credentials: Vec<Vec<Slot>>) -> PlannedCall {
        PlannedCall {
            plugin: "0190f1f0a0a070008000000000000001".parse().unwrap(),
            version: VersionDigest::from_stored("v".to_owned()),
            operation: "get".to_owned(),
            method: Method::Get,
            url: "https://a.example/x?y=1".to_owned(),
            headers: vec![("Cookie".to_owned(), "a=b".to_owned())],
            body: None,
            may_override_method: false,
            credentials,
            home: None,
        }
    }

    fn slot(scheme: &str, scopes: &[&str]) -> Slot {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        Slot { scheme: scheme.to_owned(), attach: Attach::Bearer, scopes, giver: Giver::Either }
    }

    fn connection(scheme: &str, origin: &str, scopes: &[&str]) -> Connection {
        Connection {
            id: "0190f1f0a0a070008000000000000002".parse().unwrap(),
            user: None,
            plugin: "0190f1f0a0a070008000000000000001".parse().unwrap(),
            scheme: scheme.to_owned(),
            label: String::new(),
            origins: vec![origin.to_owned()],
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
            asked: Vec::new(),
            state: ConnectionState::Usable,
            expires_at: None,
            created_at: Timestamp::UNIX_EPOCH,
            last_used_at: None,
            generation: 1,
        }
    }

    #[test]
    fn the_first_list_that_can_be_filled_is_used() {
        let own = "https://a.example";
        let both = vec![vec![slot("a", &[]), slot("b", &[])], vec![slot("c", &["w"])], vec![]];
        let used = |usable: &[Connection]| {
            choose(&call(both.clone()), &usable.iter().collect::<Vec<_>>())
                .map(|all| all.iter().map(|(slot, _)| slot.scheme.clone()).collect::<Vec<_>>().concat())
        };
        assert_eq!(used(&[connection("a", own, &[]), connection("b", own, &[])]).as_deref(), Some("ab"));
        assert_eq!(used(&[connection("a", own, &[]), connection("c", own, &["r", "w"])]).as_deref(), Some("c"));
        assert_eq!(used(&[connection("c", own, &["r"])]).as_deref(), Some(""), "it is not good for that");
        let renamed = Connection { asked: vec!["w".to_owned()], ..connection("c", own, &["write"]) };
        assert_eq!(used(&[renamed]).as_deref(), Some("c"), "its server may call it so");
        assert_eq!(
            used(&[connection("c", "https://b.example", &[])]).as_deref(),
            Some(""),
            "it is not for this origin"
        );
        let needed = call(vec![vec![slot("a", &[]), slot("b", &["x"])]]);
        let usable = [connection("a", own, &[])];
        let missing = Readiness::Missing { scheme: "b".to_owned(), scopes: vec!["x".to_owned()], renews: None };
        assert_eq!(readiness(&needed, &usable.iter().collect::<Vec<_>>()), missing);
    }

    #[test]
    fn no_other_account_takes_the_place_of_the_one_that_is_meant() {
        let own = "https://a.example";
        let person = || Some("0190f1f0a0a070008000000000000003".parse().unwrap());
        let used = |giver, usable: &[Connection]| {
            let slot = Slot { giver, ..slot("a", &["w"]) };
            let call = call(vec![vec![slot]]);
            choose(&call, &usable.iter().collect::<Vec<_>>()).map(|all| all[0].1.label.clone())
        };
        let account = |label: &str, user, state, scopes: &[&str]| Connection {
            label: label.to_owned(),
            user,
            state,
            ..connection("a", own, scopes)
        };
        let good = || account("good", person(), ConnectionState::Usable, &["w"]);
        let shared = || account("shared", None, ConnectionState::Usable, &[]);
        let broken = account("broken", person(), ConnectionState::Broken, &["w"]);
        let narrow = account("narrow", person(), ConnectionState::Usable, &["r"]);
        let asked = readiness(&call(vec![vec![slot("a", &["w"])]]), &[&narrow, &good()]);
        let scopes = ["w", "r"].map(str::to_owned).to_vec();
        assert_eq!(asked, Readiness::Missing { scheme: "a".to_owned(), scopes, renews: Some(narrow.id) });
        assert_eq!(used(Giver::Either, &[broken, good(), shared()]), None);
        assert_eq!(used(Giver::Either, &[narrow, good()]), None);
        assert_eq!(used(Giver::Either, &[shared()]).as_deref(), Some("shared"));
        assert_eq!(used(Giver::Person, &[shared()]), None, "a key from before the plugin asked people");
        assert_eq!(used(Giver::Person, &[shared(), good()]).as_deref(), Some("good"));
        assert_eq!(used(Giver::Developer, &[good(), shared()]).as_deref(), Some("shared"));
    }

    #[test]
    fn secrets_go_where_the_plugin_wants_them() {
        let with = |attach: &Attach, secret: &str| {
            let mut call = call(Vec::new());
            put(&mut call, attach, secret);
            (
                call.url,
                call.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n"),
            )
        };
        let name = || "k".to_owned();
        assert_eq!(with(&Attach::Bearer, "s").1, "Cookie: a=b\nAuthorization: Bearer s");
        assert_eq!(with(&Attach::Basic, "s").1, "Cookie: a=b\nAuthorization: Basic s");
        assert_eq!(with(&Attach::Header { name: name() }, "s").1, "Cookie: a=b\nk: s");
        assert_eq!(with(&Attach::Query { name: name() }, "s&t=").0, "https://a.example/x?y=1&k=s%26t%3D");
        assert_eq!(with(&Attach::Cookie { name: name() }, "s").1, "Cookie: a=b; k=s");
    }
}
