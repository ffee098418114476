//! Passwords: what is asked of them, and their hashes (argon2id).

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc};
use argon2::{Algorithm, Argon2, Params, Version};
use cordboard_domain::account::{Login, PasswordHash};
use cordboard_domain::time::Entropy;
use tokio::sync::Semaphore;

/// What OWASP recommends at the least: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;

const SHORTEST: usize = 10;
/// Far above what people choose, and low enough that hashing costs the same for all.
const LONGEST: usize = 200;

/// Each hash takes memory and a core, so a crowd at the door waits its turn instead of taking the server down.
static TURNS: Semaphore = Semaphore::const_new(4);

/// A hash that no password is known for. Where there is nothing to compare with, comparing with it takes as long.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Y29yZGJvYXJkLW5vYm9keQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a password will not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WeakPassword {
    #[error("The password needs at least {SHORTEST} characters.")]
    Short,
    #[error("The password may have at most {LONGEST} characters.")]
    Long,
    #[error("The password may not be the login.")]
    Login,
}

/// What comparing a password with a stored hash showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Wrong,
    Right,
    /// Right, and hashed with less effort than is usual now: this hash is to be stored instead.
    RightWith(PasswordHash),
}

/// A new password of somebody with this login, as text that satisfies the rules.
pub(crate) fn check(password: &str, login: &Login) -> Result<(), WeakPassword> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(WeakPassword::Short);
    }
    if length > LONGEST {
        return Err(WeakPassword::Long);
    }
    if password.trim().eq_ignore_ascii_case(login.as_str()) { Err(WeakPassword::Login) } else { Ok(()) }
}

/// Hashes a password on a thread that may block.
pub(crate) async fn hash(entropy: &dyn Entropy, password: String) -> PasswordHash {
    let salt = salt(entropy);
    blocking(move || hash_with(&hasher(), &password, &salt)).await
}

/// Compares a password with what is stored, which takes as long where nothing is.
pub(crate) async fn verify(entropy: &dyn Entropy, stored: Option<PasswordHash>, password: String) -> Verdict {
    if password.chars().count() > LONGEST {
        return Verdict::Wrong;
    }
    let salt = salt(entropy);
    blocking(move || {
        let is_known = stored.is_some();
        let stored = stored.map_or_else(|| NOBODY.to_owned(), |hash| hash.0);
        let Ok(parsed) = phc::PasswordHash::new(&stored) else { return Verdict::Wrong };
        if hasher().verify_password(password.as_bytes(), &parsed).is_err() || !is_known {
            return Verdict::Wrong;
        }
        if is_current(&parsed) { Verdict::Right } else { Verdict::RightWith(hash_with(&hasher(), &password, &salt)) }
    })
    .await
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn salt(entropy: &dyn Entropy) -> [u8; SALT_BYTES] {
    let mut salt = [0; SALT_BYTES];
    entropy.fill(&mut salt);
    salt
}

fn hash_with(hasher: &Argon2<'_>, password: &str, salt: &[u8]) -> PasswordHash {
    let hash = hasher.hash_password_with_salt(password.as_bytes(), salt);
    PasswordHash(hash.expect("salt and password are within argon2's bounds").to_string())
}

fn is_current(hash: &phc::PasswordHash) -> bool {
    let Ok(params) = Params::try_from(hash) else { return false };
    hash.algorithm == Algorithm::Argon2id.ident()
        && (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES)
}

async fn blocking<Answer: Send + 'static>(work: impl FnOnce() -> Answer + Send + 'static) -> Answer {
    let _turn = TURNS.acquire().await.expect("nobody closes it");
    tokio::task::spawn_blocking(work).await.expect("hashing does not panic")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Entropy for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[tokio::test]
    async fn the_right_password_is_right_and_no_other() {
        let hash = hash(&Fixed, "correct horse".to_owned()).await;
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.0);
        assert_eq!(verify(&Fixed, Some(hash.clone()), "correct horse".to_owned()).await, Verdict::Right);
        for wrong in ["correct horsf", "", "Correct horse", &"x".repeat(LONGEST + 1)] {
            assert_eq!(verify(&Fixed, Some(hash.clone()), wrong.to_owned()).await, Verdict::Wrong, "{wrong}");
        }
    }

    #[tokio::test]
    async fn without_a_stored_hash_the_same_work_is_done_in_vain() {
        let parsed = phc::PasswordHash::new(NOBODY).unwrap();
        assert!(is_current(&parsed));
        assert_eq!(verify(&Fixed, None, "correct horse".to_owned()).await, Verdict::Wrong);
        assert_eq!(verify(&Fixed, Some(PasswordHash("nonsense".to_owned())), "x".to_owned()).await, Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_hash_of_less_effort_is_replaced() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
        let old = hash_with(&weak, "correct horse", &[1; 16]);
        let Verdict::RightWith(new) = verify(&Fixed, Some(old), "correct horse".to_owned()).await else { panic!() };
        assert_eq!(verify(&Fixed, Some(new), "correct horse".to_owned()).await, Verdict::Right);
    }

    #[test]
    fn short_long_and_guessable_passwords_are_refused() {
        let login: Login = "ada.lovelace".parse().unwrap();
        assert_eq!(check("123456789", &login), Err(WeakPassword::Short));
        assert_eq!(check(&"é".repeat(201), &login), Err(WeakPassword::Long));
        assert_eq!(check(" Ada.Lovelace ", &login), Err(WeakPassword::Login));
        assert_eq!(check("ééééé ééééé", &login), Ok(()));
    }
}
