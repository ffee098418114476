//! Login, name and password as people choose them, checked.

use cordboard_domain::account::Login;

use crate::passwords::{self, WeakPassword};

const LONGEST_NAME: usize = 100;

/// Why a choice will not do; every one is told at the form.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadChoice {
    #[error("A login has 2 to 100 letters, digits and . _ @ + -, such as ada or ada@example.org.")]
    Login,
    #[error("The login {0} is taken. Choose another one.")]
    Taken(Login),
    #[error("The name needs 1 to {LONGEST_NAME} characters.")]
    Name,
    #[error("{0}")]
    Password(#[from] WeakPassword),
}

/// A login as typed.
pub(crate) fn login(text: &str) -> Result<Login, BadChoice> {
    text.parse().map_err(|_| BadChoice::Login)
}

/// A name as typed, on one line.
pub(crate) fn name(text: &str) -> Result<String, BadChoice> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let name = words.join(" ");
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name) } else { Err(BadChoice::Name) }
}

/// A password as typed, for somebody with this login.
pub(crate) fn password(text: String, login: &Login) -> Result<String, BadChoice> {
    passwords::check(&text, login)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line() {
        assert_eq!(name("  Ada \n Lovelace ").unwrap(), "Ada Lovelace");
        for text in ["", " \t", "a\u{7}b", &"x".repeat(101)] {
            assert!(name(text).is_err(), "{text:?}");
        }
    }
}
