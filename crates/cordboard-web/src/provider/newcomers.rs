//! Whom the provider vouches for becomes a person here: the one who came before, or somebody new.

use cordboard_domain::account::{Account, Login, NewAccount};
use cordboard_domain::id::UserId;
use cordboard_domain::ports::StoreError;

use super::{Person, Provider};
use crate::app::App;
use crate::credentials;

/// How many numbers are tried behind a login that is taken.
const ATTEMPTS: usize = 100;

/// What becomes of somebody who was vouched for.
#[derive(Debug)]
pub(crate) enum Admission {
    Admitted(UserId),
    /// Their account is not active.
    Inactive,
    /// Their e-mail address is not verified, or of none of the operator's domains.
    OtherDomain,
}

/// The account of a person, made where there is none. Accounts are found by the provider's id of the person alone: a
/// name or an address that somebody else has here opens nothing.
pub(crate) async fn admit(app: &App, provider: &Provider, person: &Person) -> Result<Admission, StoreError> {
    if !is_welcome(&provider.settings.email_domains, person.email.as_deref()) {
        return Ok(Admission::OtherDomain);
    }
    if let Some(account) = app.people.lookup_identity(&person.identity).await? {
        return Ok(admission(&account));
    }
    let base = base_login(person);
    for number in 1..=ATTEMPTS {
        let Ok(login) = numbered(&base, number).parse() else { continue };
        match create(app, provider, person, login).await {
            Ok(user) => return Ok(Admission::Admitted(user)),
            // The login is taken, or the same person was faster in another window.
            Err(StoreError::Conflict) => {
                if let Some(account) = app.people.lookup_identity(&person.identity).await? {
                    return Ok(admission(&account));
                }
            }
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::Full("account of this name"))
}

fn admission(account: &Account) -> Admission {
    if account.is_active { Admission::Admitted(account.id) } else { Admission::Inactive }
}

async fn create(app: &App, provider: &Provider, person: &Person, login: Login) -> Result<UserId, StoreError> {
    let name = person.name.as_deref().and_then(|name| credentials::name(name).ok());
    let account = NewAccount {
        id: UserId::generate(&*app.clock, &*app.entropy),
        name: name.unwrap_or_else(|| login.to_string()),
        login,
        role: provider.settings.role,
        password: None,
        created_at: app.clock.now(),
    };
    app.people.create_account(&account, Some(&person.identity)).await?;
    Ok(account.id)
}

fn is_welcome(domains: &[String], email: Option<&str>) -> bool {
    let domain = email.and_then(|email| email.rsplit_once('@')).map(|(_, domain)| domain);
    domains.is_empty() || domain.is_some_and(|domain| domains.iter().any(|each| each.eq_ignore_ascii_case(domain)))
}

/// The person's handle, or the first part of their address, with what a login may have.
fn base_login(person: &Person) -> String {
    let text = person.handle.as_deref().or(person.email.as_deref()).unwrap_or_default();
    let local = text.split('@').next().unwrap_or_default();
    let fits = |each: &char| each.is_ascii_alphanumeric() || "._+-".contains(*each);
    let login: String = local.chars().filter(fits).take(90).collect();
    if login.len() < 2 { "person".to_owned() } else { login }
}

fn numbered(base: &str, number: usize) -> String {
    if number == 1 { base.to_owned() } else { format!("{base}{number}") }
}

#[cfg(test)]
mod tests {
    use cordboard_domain::account::ExternalIdentity;

    use super::*;

    #[test]
    fn a_login_is_made_of_what_the_provider_says() {
        let identity = ExternalIdentity { issuer: String::new(), subject: String::new() };
        let person = |handle: Option<&str>, email: Option<&str>| Person {
            identity: identity.clone(),
            name: None,
            handle: handle.map(str::to_owned),
            email: email.map(str::to_owned),
        };
        for (handle, email, login) in [
            (Some("ada"), Some("lovelace@example.org"), "ada"),
            (Some("Ada Lovelace@example.org"), None, "AdaLovelace"),
            (None, Some("lovelace@example.org"), "lovelace"),
            (Some("é"), None, "person"),
            (None, None, "person"),
        ] {
            assert_eq!(base_login(&person(handle, email)), login);
        }
        assert!(numbered(&base_login(&person(Some(&"x".repeat(200)), None)), 100).parse::<Login>().is_ok());
    }

    #[test]
    fn domains_are_compared_whole() {
        let domains = ["example.org".to_owned()];
        assert!(is_welcome(&domains, Some("ada@Example.org")) && is_welcome(&[], None));
        for email in [None, Some("ada@evil-example.org"), Some("ada@example.org@evil.org"), Some("example.org")] {
            assert!(!is_welcome(&domains, email), "{email:?}");
        }
    }
}
