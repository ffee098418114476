//! Making personal access tokens.

use cordboard_domain::account::{AccessToken, Scope};
use cordboard_domain::id::{AccessTokenId, UserId};
use cordboard_domain::ports::{AccessTokens, StoreError};
use cordboard_domain::secret::{self, TokenDigest};
use cordboard_domain::time::{Clock, Entropy, SignedDuration};

/// Tells people and scanners of leaked secrets what the text is.
const PREFIX: &str = "cb_pat_";

/// A token as it is asked for.
#[derive(Debug, Clone)]
pub struct NewAccessToken {
    pub user: UserId,
    /// What will use it.
    pub name: String,
    pub scopes: Vec<Scope>,
    /// Without one, it holds until it is revoked.
    pub lifetime: Option<SignedDuration>,
}

/// Makes a token and gives its secret, which is not kept.
pub async fn access_token(
    tokens: &dyn AccessTokens,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    wanted: NewAccessToken,
) -> Result<String, StoreError> {
    let secret = format!("{PREFIX}{}", secret::generate(entropy));
    let now = clock.now();
    let made = AccessToken {
        id: AccessTokenId::generate(clock, entropy),
        user: wanted.user,
        name: wanted.name,
        scopes: wanted.scopes,
        created_at: now,
        expires_at: wanted.lifetime.map(|lifetime| now + lifetime),
        last_used_at: None,
    };
    tokens.add_access_token(&made, &TokenDigest::of(&secret)).await?;
    Ok(secret)
}
