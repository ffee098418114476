//! What people agreed to: a code that is good once, then a family of tokens that ends as a whole.
//!
//! A refresh token is good once; its successor comes with the next access token. Whoever comes with a used code or a
//! used refresh token has it from somebody else, or lost it to somebody else, so that consent ends.

use std::collections::HashMap;

use jiff::Timestamp;

use super::refusal::Refusal;
use crate::secret::{self, Digest};

/// What a person agreed to.
pub(super) struct Consent {
    pub(super) client: String,
    pub(super) redirect: String,
    pub(super) challenge: Option<String>,
    pub(super) account: String,
}

/// What a client shows to have its tokens.
pub(super) struct Redemption<'request> {
    pub(super) code: &'request str,
    pub(super) client: &'request str,
    pub(super) redirect: &'request str,
    pub(super) verifier: Option<&'request str>,
}

pub(super) struct Tokens {
    pub(super) access: String,
    pub(super) refresh: String,
}

struct Code {
    consent: Consent,
    until: Timestamp,
    /// The tokens that come of it.
    family: u64,
    is_spent: bool,
}

/// Whose calls the tokens of one consent allow, and to whom they were given.
struct Family {
    client: String,
    account: String,
}

enum Kind {
    Access { until: Timestamp },
    Refresh { is_spent: bool },
}

struct Token {
    family: u64,
    kind: Kind,
}

/// All consents. Tokens and codes are known by their digests.
#[derive(Default)]
pub(super) struct Grants {
    newest: u64,
    codes: HashMap<Digest, Code>,
    families: HashMap<u64, Family>,
    tokens: HashMap<Digest, Token>,
}

impl Grants {
    /// Keeps a consent under a code until it is redeemed or runs out.
    pub(super) fn agree(&mut self, code: &str, consent: Consent, now: Timestamp, until: Timestamp) {
        self.sweep(now);
        self.newest += 1;
        self.codes.insert(Digest::of(code), Code { consent, until, family: self.newest, is_spent: false });
    }

    /// Gives the first tokens for a code. A code is spent whether or not what comes with it is right.
    pub(super) fn redeem(
        &mut self,
        shown: &Redemption<'_>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Tokens, Refusal> {
        let code = self.codes.get_mut(&Digest::of(shown.code)).filter(|code| code.consent.client == shown.client);
        let code = code.ok_or_else(|| Refusal::grant("the code is unknown"))?;
        if code.is_spent {
            self.families.remove(&code.family);
            return Err(Refusal::grant("the code was used before"));
        }
        code.is_spent = true;
        if code.until <= now {
            return Err(Refusal::grant("the code has run out"));
        }
        if code.consent.redirect != shown.redirect {
            return Err(Refusal::grant("redirect_uri is not the one that the code was asked for with"));
        }
        if !verifies(code.consent.challenge.as_deref(), shown.verifier) {
            return Err(Refusal::grant("code_verifier does not fit code_challenge"));
        }
        let family = code.family;
        let Consent { client, account, .. } = &code.consent;
        self.families.insert(family, Family { client: client.clone(), account: account.clone() });
        Ok(self.issue(family, until))
    }

    /// Gives the next tokens for a refresh token, which is spent.
    pub(super) fn refresh(
        &mut self,
        refresh: &str,
        client: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Tokens, Refusal> {
        self.sweep(now);
        let token = self.tokens.get_mut(&Digest::of(refresh));
        let Some(Token { family, kind: Kind::Refresh { is_spent } }) = token else {
            return Err(Refusal::grant("the refresh token is unknown or was revoked"));
        };
        let family = *family;
        if self.families.get(&family).is_none_or(|each| each.client != client) {
            return Err(Refusal::grant("the refresh token is unknown or was revoked"));
        }
        if *is_spent {
            self.families.remove(&family);
            return Err(Refusal::grant("the refresh token was used before, so the consent has ended"));
        }
        *is_spent = true;
        Ok(self.issue(family, until))
    }

    /// The account that an access token stands for.
    pub(super) fn account(&self, access: &str, now: Timestamp) -> Option<String> {
        let Token { family, kind: Kind::Access { until } } = self.tokens.get(&Digest::of(access))? else { return None };
        let family = self.families.get(family)?;
        (*until > now).then(|| family.account.clone())
    }

    /// Ends the consent that a client's token belongs to.
    pub(super) fn revoke(&mut self, token: &str, client: &str) {
        let family = self.tokens.get(&Digest::of(token)).map(|token| token.family);
        if let Some(family) = family.filter(|id| self.families.get(id).is_some_and(|each| each.client == client)) {
            self.families.remove(&family);
        }
    }

    fn issue(&mut self, family: u64, until: Timestamp) -> Tokens {
        let tokens = Tokens { access: secret::generate(), refresh: secret::generate() };
        self.tokens.insert(Digest::of(&tokens.access), Token { family, kind: Kind::Access { until } });
        self.tokens.insert(Digest::of(&tokens.refresh), Token { family, kind: Kind::Refresh { is_spent: false } });
        tokens
    }

    /// Forgets what nobody can use any more, and keeps what tells a second use from a first.
    fn sweep(&mut self, now: Timestamp) {
        let Self { codes, families, tokens, .. } = self;
        codes.retain(|_, code| code.until > now || families.contains_key(&code.family));
        tokens.retain(|_, token| {
            let is_over = matches!(token.kind, Kind::Access { until } if until <= now);
            !is_over && families.contains_key(&token.family)
        });
    }
}

/// PKCE: a verifier is there exactly where a challenge was, and fits it.
fn verifies(challenge: Option<&str>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => secret::same(Digest::of(verifier).text().as_bytes(), challenge.as_bytes()),
        (Some(_), None) | (None, Some(_)) => false,
    }
}
