//! How often somebody may knock at each door, and how often a person may have the host fetch something. Kept in memory by
//! each server: guessing is slow already because secrets are long and passwords cost work; this bounds what a crowd of
//! guesses, or one busy person, takes from everybody else.

use std::marker::PhantomData;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use cordboard_domain::account::Login;
use cordboard_domain::id::UserId;
use cordboard_domain::time::Clock;
use governor::clock::Reference as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::app::App;
use crate::client_address::ClientAddress;
use crate::error::WebError;

/// Above this many callers those who have not knocked for long are forgotten.
const MANY: usize = 10_000;

/// A way in that somebody could try to force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Door {
    /// Signing in with a password.
    Password,
    /// One-time sign-in links.
    SignInLink,
    Invitation,
    /// Links with which plugins are shared.
    ShareLink,
    /// Access tokens that are not valid; valid ones are not counted.
    AccessToken,
    /// Signing in through a provider.
    Provider,
    /// Connecting with plugins: keys, departures and answers.
    Connection,
}

impl Door {
    const ALL: [Self; 7] = [
        Self::Password,
        Self::SignInLink,
        Self::Invitation,
        Self::ShareLink,
        Self::AccessToken,
        Self::Provider,
        Self::Connection,
    ];

    /// How many knocks at once, and the time after which one more is fine.
    fn quota(self) -> Quota {
        let (at_once, seconds) = match self {
            Self::Password => (20, 6),
            Self::SignInLink | Self::Invitation | Self::ShareLink | Self::Provider | Self::Connection => (30, 4),
            Self::AccessToken => (30, 2),
        };
        quota(at_once, Duration::from_secs(seconds))
    }
}

/// What the host fetches from others because a person asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Errand {
    /// Logos, and pictures in answers. Browsers keep them for a day.
    Picture,
    /// A plugin's documents, which are then compiled.
    Plugin,
    /// A question that a developer puts to a model again.
    Replay,
}

impl Errand {
    const ALL: [Self; 3] = [Self::Picture, Self::Plugin, Self::Replay];

    fn quota(self) -> Quota {
        match self {
            Self::Picture => quota(240, Duration::from_millis(500)),
            Self::Plugin => quota(60, Duration::from_secs(2)),
            Self::Replay => quota(20, Duration::from_secs(6)),
        }
    }
}

fn quota(at_once: u32, period: Duration) -> Quota {
    let quota = Quota::with_period(period).expect("the period is not zero");
    quota.allow_burst(NonZeroU32::new(at_once).expect("the number is not zero"))
}

/// The server's clock as the limiter reads it.
#[derive(Clone)]
struct Watch(Arc<dyn Clock>);

impl governor::clock::Clock for Watch {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.now().as_millisecond()).unwrap_or(0))
    }
}

type Limiter<Key> = RateLimiter<Key, HashMapStateStore<Key>, Watch, NoOpMiddleware<Duration>>;

/// Who knocked how often at which door. Cheap to clone.
#[derive(Clone)]
pub struct Doors(Arc<Limiters>);

struct Limiters {
    watch: Watch,
    by_address: Vec<(Door, Limiter<ClientAddress>)>,
    by_login: Limiter<Login>,
    by_person: Vec<(Errand, Limiter<UserId>)>,
}

/// Somebody knocked too often, and when to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMany {
    pub(crate) seconds: u64,
}

impl Doors {
    /// Doors at which nobody has knocked yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let watch = Watch(clock);
        let limiter = |door: Door| (door, RateLimiter::hashmap_with_clock(door.quota(), watch.clone()));
        let by_address = Door::ALL.into_iter().map(limiter).collect();
        let by_login = RateLimiter::hashmap_with_clock(quota(10, Duration::from_secs(30)), watch.clone());
        let errand = |errand: Errand| (errand, RateLimiter::hashmap_with_clock(errand.quota(), watch.clone()));
        let by_person = Errand::ALL.into_iter().map(errand).collect();
        Self(Arc::new(Limiters { watch, by_address, by_login, by_person }))
    }

    /// Counts a knock from an address.
    pub(crate) fn knock(&self, door: Door, address: ClientAddress) -> Result<(), TooMany> {
        let limiter = self.0.by_address.iter().find(|(each, _)| *each == door);
        limiter.map_or(Ok(()), |(_, limiter)| self.check(limiter, &address))
    }

    /// Counts an attempt to sign in as somebody, from anywhere.
    pub(crate) fn knock_as(&self, login: &Login) -> Result<(), TooMany> {
        self.check(&self.0.by_login, login)
    }

    /// Counts what the host fetches for a person.
    pub(crate) fn send_out(&self, errand: Errand, person: UserId) -> Result<(), TooMany> {
        let limiter = self.0.by_person.iter().find(|(each, _)| *each == errand);
        limiter.map_or(Ok(()), |(_, limiter)| self.check(limiter, &person))
    }

    fn check<Key: Clone + Eq + std::hash::Hash>(&self, limiter: &Limiter<Key>, key: &Key) -> Result<(), TooMany> {
        if limiter.len() > MANY {
            limiter.retain_recent();
        }
        let now = governor::clock::Clock::now(&self.0.watch);
        limiter.check_key(key).map_err(|refused| {
            let wait: Duration = refused.earliest_possible().duration_since(now).into();
            TooMany { seconds: wait.as_secs() + 1 }
        })
    }
}

/// A door as a type, for [`RateLimit`].
pub(crate) trait Knocked: Send + Sync {
    const DOOR: Door;
}

macro_rules! doors {
    ($($name:ident),*) => {
        $(
            #[allow(dead_code, reason = "a door for each, also where no page stands behind it yet")]
            pub(crate) struct $name;
            impl Knocked for $name {
                const DOOR: Door = Door::$name;
            }
        )*
    };
}

doors!(Password, SignInLink, Invitation, ShareLink, Provider, Connection);

/// Handlers that take it, before anything that costs work, answer 429 to who knocks too often: `RateLimit<SignInLink>`.
pub(crate) struct RateLimit<D>(PhantomData<D>);

impl<D: Knocked> FromRequestParts<App> for RateLimit<D> {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let Ok(address) = ClientAddress::from_request_parts(parts, app).await;
        app.doors.knock(D::DOOR, address)?;
        Ok(Self(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use cordboard_domain::time::SignedDuration;
    use cordboard_testkit::ManualClock;

    use super::*;

    #[test]
    fn a_door_closes_for_who_knocks_too_often_and_opens_again() {
        let clock = Arc::new(ManualClock::default());
        let doors = Doors::new(clock.clone());
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|text| ClientAddress::of(text.parse().unwrap()));
        for _ in 0..20 {
            assert_eq!(doors.knock(Door::Password, one), Ok(()));
        }
        let refused = doors.knock(Door::Password, one).unwrap_err();
        assert!((1..=7).contains(&refused.seconds), "{refused:?}");
        assert_eq!(doors.knock(Door::Password, other), Ok(()));
        assert_eq!(doors.knock(Door::Invitation, one), Ok(()));
        clock.advance(SignedDuration::from_secs(i64::try_from(refused.seconds).unwrap()));
        assert_eq!(doors.knock(Door::Password, one), Ok(()));
        assert!(doors.knock(Door::Password, one).is_err());
    }

    #[test]
    fn guesses_at_one_login_count_wherever_they_come_from() {
        let doors = Doors::new(Arc::new(ManualClock::default()));
        let [ada, bob] = ["ada", "bob"].map(|login| login.parse().unwrap());
        for _ in 0..10 {
            assert_eq!(doors.knock_as(&ada), Ok(()));
        }
        assert!(doors.knock_as(&ada).is_err());
        assert_eq!(doors.knock_as(&bob), Ok(()));
    }

    #[test]
    fn who_knocked_long_ago_is_forgotten() {
        let clock = Arc::new(ManualClock::default());
        let doors = Doors::new(clock.clone());
        for number in 0..=u32::try_from(MANY).unwrap() {
            let address = ClientAddress::of(std::net::Ipv4Addr::from_bits(number).into());
            doors.knock(Door::SignInLink, address).unwrap();
        }
        clock.advance(SignedDuration::from_hours(1));
        doors.knock(Door::SignInLink, ClientAddress::of("192.0.2.1".parse().unwrap())).unwrap();
        let (_, limiter) = doors.0.by_address.iter().find(|(door, _)| *door == Door::SignInLink).unwrap();
        assert!(limiter.len() < 5, "{}", limiter.len());
    }
}
