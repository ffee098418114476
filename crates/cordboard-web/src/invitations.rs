//! Inviting people: a link that makes an account, or gives an account that is there a login and a password.

use cordboard_domain::account::{Invitation, Role};
use cordboard_domain::id::UserId;
use cordboard_domain::ports::{Invitations, StoreError};
use cordboard_domain::secret::{self, TokenDigest};
use cordboard_domain::time::{Clock, Entropy, SignedDuration};

use crate::app::App;
use crate::session::SignInError;

const LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Who is invited, and as what.
#[derive(Debug, Clone)]
pub struct Invitee {
    pub role: Role,
    /// An account that is there and gets a login and a password: the owner's on a server for others, or that of
    /// somebody who forgot theirs.
    pub account: Option<UserId>,
    pub invited_by: Option<UserId>,
    /// For whom, in the inviter's words.
    pub note: String,
}

/// Makes a path that invites one person within seven days: `/invitations/…`.
pub async fn invitation_link(
    invitations: &dyn Invitations,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    invitee: Invitee,
) -> Result<String, SignInError> {
    let Invitee { role, account, invited_by, note } = invitee;
    let invitation = Invitation { role, account, invited_by, note, expires_at: clock.now() + LIFETIME };
    let token = secret::generate(entropy);
    invitations.add_invitation(&TokenDigest::of(&token), &invitation).await?;
    Ok(format!("/invitations/{token}"))
}

/// Revokes what somebody sent who may not invite any more, and what was sent to them: an old link must not lead back in.
pub(crate) async fn revoke_those_of(app: &App, person: UserId) -> Result<(), StoreError> {
    for (digest, invitation) in app.people.list_invitations(app.clock.now()).await? {
        if invitation.invited_by == Some(person) || invitation.account == Some(person) {
            app.people.revoke_invitation(&digest).await?;
        }
    }
    Ok(())
}
