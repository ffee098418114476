//! A plugin whose developer attacks the host, and the kinds of fetches that it can cause.

use cordboard_credentials::Keyring;
use cordboard_domain::call::FailureKind;
use cordboard_domain::credential::{OAuthServer, SchemeKind};
use cordboard_domain::origin::NamedBy;
use cordboard_domain::ports::{Credentials as _, FetchDocument as _, FetchError, FetchImage as _, FetchPage as _};
use cordboard_net::GuardedClient;
use cordboard_store::Store;
use url::Url;

use crate::stage::{REDIRECT, Stage, client, good, keys, parameter, session};
use crate::stub::Stub;

/// For what something is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Document,
    Picture,
    Page,
    Call,
    Token,
    Discovery,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] =
        [Self::Document, Self::Picture, Self::Page, Self::Call, Self::Token, Self::Discovery];
}

/// An address that must not be reached.
#[derive(Debug, Clone)]
pub(crate) struct Try {
    /// What the plugin names.
    named: String,
    /// Where that leads.
    target: String,
}

impl Try {
    fn is_redirect(&self) -> bool {
        self.named != self.target
    }
}

/// The plugin, with another one beside it that the operator allowed too.
pub(crate) struct Attacker {
    stage: Stage,
    client: GuardedClient,
    /// Another plugin's origin, in each spelling of this machine.
    other: Vec<String>,
}

impl Attacker {
    /// Starts the plugin. Another one lives at the canaries' port, so that its origin is allowed, but not to this one.
    pub(crate) async fn start(port: u16) -> Self {
        let stub = Stub::start().await;
        let other = format!("http://127.0.0.1:{port}");
        let guarded = client(&[&stub.origin, &other]);
        let keyring = Keyring::parse("test", &keys()).unwrap();
        let store = Store::in_memory().await.unwrap();
        let stage = Stage::with_client(stub, store, keyring, guarded.clone()).await;
        stage.register_client(SchemeKind::OAuth(stage.oauth()), false).await;
        let other = ["127.0.0.1", "localhost", "[::1]", "LOCALHOST", "2130706433", "0x7f.1"];
        let other = other.map(|host| format!("http://{host}:{port}/.well-known/openid-configuration")).to_vec();
        Self { stage, client: guarded, other }
    }

    /// Each address as the plugin names it, and each that can stand in a `Location` once more by a redirect.
    pub(crate) fn tries(&self, addresses: &[String]) -> Vec<Try> {
        let origin = Url::parse(&self.stage.stub.origin).unwrap();
        let mut tries = Vec::new();
        for (number, target) in addresses.iter().chain(&self.other).enumerate() {
            tries.push(Try { named: target.clone(), target: target.clone() });
            // A relative address is the server's own.
            let is_absolute = Url::parse(target).is_ok_and(|url| origin.join(target) == Ok(url));
            if is_absolute && target.bytes().all(|byte| byte.is_ascii_graphic()) {
                let path = format!("/away/{number}");
                let location = vec![("location", target.clone())];
                self.stage.stub.answer_with(&path, [301, 302, 303, 307, 308][number % 5], location, "");
                tries.push(Try { named: format!("{}{path}", self.stage.stub.origin), target: target.clone() });
            }
        }
        tries
    }

    /// Makes sure that each kind works where it may, so that a refusal means something.
    pub(crate) async fn reaches_its_own_server(&self) {
        self.stage.stub.answer("/own", 200, "text/html", "<title>x</title>");
        let own = format!("{}/own", self.stage.stub.origin);
        for kind in Kind::ALL {
            let before = self.stage.stub.received("/own").len();
            let _ = self.outcome(&own, kind).await;
            assert_eq!(self.stage.stub.received("/own").len(), before + 1, "{kind:?}");
        }
    }

    /// Has the host fetch an address; what comes is an error unless it was refused.
    pub(crate) async fn attempt(&self, case: &Try, kind: Kind) -> Result<(), String> {
        let named_by = if case.is_redirect() { Url::parse(&case.named).unwrap() } else { self.home() };
        let refusal = self.client.guard().check_for(&NamedBy::Source(named_by), &case.target);
        let refusal = refusal.map_err(|refusal| refusal.to_string()).err().ok_or("the guard admits it")?;
        match self.outcome(&case.named, kind).await {
            Outcome::Refused(said) if said.contains(&refusal) => Ok(()),
            // Redirects of what is no read are not followed at all.
            Outcome::Refused(said) if case.is_redirect() && kind == Kind::Token && said.contains("answers 30") => {
                Ok(())
            }
            Outcome::Refused(said) => Err(format!("refused for another reason: {said}")),
            Outcome::Other(said) => Err(said),
        }
    }

    fn home(&self) -> Url {
        Url::parse(&self.stage.stub.origin).unwrap()
    }

    async fn outcome(&self, url: &str, kind: Kind) -> Outcome {
        let named_by = NamedBy::Source(self.home());
        match kind {
            Kind::Document => Outcome::of(self.client.fetch(url, &named_by).await),
            Kind::Picture => Outcome::of(self.client.fetch_image(url, &named_by).await),
            Kind::Page => Outcome::of(self.client.fetch_page(url, &named_by).await),
            Kind::Call => self.call(url).await,
            Kind::Token => self.token(url).await,
            Kind::Discovery => {
                let wanted = self.stage.wanted(SchemeKind::Discovered { url: url.to_owned() });
                let begun = self.stage.keeper.begin_authorization(&wanted, &session(), REDIRECT).await;
                begun.map_or_else(|error| Outcome::Refused(error.to_string()), |url| Outcome::Other(url.to_string()))
            }
        }
    }

    async fn call(&self, url: &str) -> Outcome {
        let mut call = self.stage.call(Vec::new());
        url.clone_into(&mut call.url);
        match self.stage.send(&call).await {
            Err(failure) if failure.kind == FailureKind::Refused => Outcome::Refused(failure.message),
            other => Outcome::Other(format!("{other:?}")),
        }
    }

    async fn token(&self, url: &str) -> Outcome {
        let server = OAuthServer { token_url: url.to_owned(), ..self.stage.oauth() };
        let wanted = self.stage.wanted(SchemeKind::OAuth(server));
        let begun = self.stage.keeper.begin_authorization(&wanted, &session(), REDIRECT).await.unwrap();
        match self.stage.arrive(good(&parameter(&begun, "state"))).await {
            Err(error) => Outcome::Refused(error.to_string()),
            Ok(connected) => Outcome::Other(format!("{:?}", connected.connection)),
        }
    }
}

/// What came of a fetch.
enum Outcome {
    Refused(String),
    Other(String),
}

impl Outcome {
    fn of<T>(result: Result<T, FetchError>) -> Self {
        match result {
            Err(FetchError::Refused { reason, .. }) => Self::Refused(reason),
            Err(other) => Self::Other(other.to_string()),
            Ok(_) => Self::Other("it was fetched".to_owned()),
        }
    }
}
