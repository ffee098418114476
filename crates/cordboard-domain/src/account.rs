//! People with an account, and what each of them may do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{AccessTokenId, UserId};
use crate::time::Timestamp;

/// What a person may do; each role includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Chats, and installs plugins from the store or that were shared.
    User,
    /// Registers plugins of their own, shares them and submits them for review.
    Developer,
    /// Decides what is in the store.
    Reviewer,
    /// Invites people and changes their roles.
    Admin,
}

impl Role {
    /// All roles, from the least.
    pub const ALL: [Self; 4] = [Self::User, Self::Developer, Self::Reviewer, Self::Admin];

    /// The word under which the role is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Developer => "developer",
            Self::Reviewer => "reviewer",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A word that is no role.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no role; roles are user, developer, reviewer and admin")]
pub struct UnknownRole(String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

/// The name under which a person signs in: an e-mail address or a handle, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Login(String);

/// A text that is no login.
#[derive(Debug, thiserror::Error)]
#[error("a login has 2 to 100 letters, digits and `.`, `_`, `@`, `+`, `-`, such as `ada` or `ada@example.org`")]
pub struct InvalidLogin;

impl Login {
    /// The login as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Login {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for Login {
    type Err = InvalidLogin;

    fn from_str(text: &str) -> Result<Self, InvalidLogin> {
        let text = text.trim().to_ascii_lowercase();
        let fits = (2..=100).contains(&text.len())
            && text.chars().all(|each| each.is_ascii_alphanumeric() || "._@+-".contains(each));
        if fits { Ok(Self(text)) } else { Err(InvalidLogin) }
    }
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: UserId,
    /// Absent for an owner who signs in by links only.
    pub login: Option<Login>,
    /// As others see the person.
    pub name: String,
    pub role: Role,
    /// Whether this is the person who runs the server.
    pub is_owner: bool,
    /// Whether the person may sign in.
    pub is_active: bool,
    pub created_at: Timestamp,
}

/// An account as it is made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub id: UserId,
    pub login: Login,
    pub name: String,
    pub role: Role,
    /// A PHC string; absent where another provider vouches for the person.
    pub password: Option<PasswordHash>,
    pub created_at: Timestamp,
}

/// A password, hashed, as a PHC string (`$argon2id$…`).
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasswordHash(…)")
    }
}

/// Who a provider of identities says somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalIdentity {
    pub issuer: String,
    /// The provider's own, unchanging id of the person.
    pub subject: String,
}

/// A way into the server for somebody who has no account yet, or for an owner who has no password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub role: Role,
    /// The existing account that gets a login, instead of a new one.
    pub account: Option<UserId>,
    pub invited_by: Option<UserId>,
    /// For whom, in the inviter's words.
    pub note: String,
    pub expires_at: Timestamp,
}

/// What a personal access token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Look at everything that the person can see.
    Read,
    /// Write messages, and decide on calls.
    Chat,
    /// Install plugins and switch them on.
    Plugins,
    /// Register, share and submit plugins.
    Develop,
    /// Decide on submissions.
    Review,
    /// Invite people and change roles.
    Admin,
}

impl Scope {
    /// All scopes, from the least.
    pub const ALL: [Self; 6] = [Self::Read, Self::Chat, Self::Plugins, Self::Develop, Self::Review, Self::Admin];

    /// The word under which the scope is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Chat => "chat",
            Self::Plugins => "plugins",
            Self::Develop => "develop",
            Self::Review => "review",
            Self::Admin => "admin",
        }
    }

    /// The least role that may do it; a token is of no use beyond its person's role.
    pub fn least_role(self) -> Role {
        match self {
            Self::Read | Self::Chat | Self::Plugins => Role::User,
            Self::Develop => Role::Developer,
            Self::Review => Role::Reviewer,
            Self::Admin => Role::Admin,
        }
    }

    /// What it allows, for people.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Read => "look at everything you can see",
            Self::Chat => "write messages and decide on calls",
            Self::Plugins => "install plugins and switch them on",
            Self::Develop => "register, share and submit plugins",
            Self::Review => "decide on submissions",
            Self::Admin => "invite people and change roles",
        }
    }

    /// The scope with this name.
    pub fn lookup(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }
}

/// A token with which a program acts for a person. Its secret is shown once and never stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    pub id: AccessTokenId,
    pub user: UserId,
    pub name: String,
    pub scopes: Vec<Scope>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_one_spelling() {
        assert_eq!(" Ada@Example.org ".parse::<Login>().unwrap().as_str(), "ada@example.org");
        for text in ["", "a", "ada lovelace", "ada/x", "<ada>", "ädä"] {
            assert!(text.parse::<Login>().is_err(), "{text}");
        }
    }

    #[test]
    fn roles_grow() {
        assert!(Role::ALL.is_sorted());
        assert_eq!("reviewer".parse::<Role>().unwrap(), Role::Reviewer);
        assert!("root".parse::<Role>().unwrap_err().to_string().contains("developer"));
    }
}
