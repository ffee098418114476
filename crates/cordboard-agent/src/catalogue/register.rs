//! Registering a plugin and bringing it up to date.

use cordboard_domain::id::PluginId;
use cordboard_domain::installation::Provenance;
use cordboard_domain::plugin::{
    DocumentSource, Facts, Plugin, PluginDocuments, PluginVersion, Risk, Standing, StandingStep, Verification,
    VersionDigest,
};
use cordboard_domain::ports::{Resolution, StoreError};
use cordboard_domain::review::{ReviewAction, ReviewEntry, SubmissionState};
use cordboard_domain::secret;
use url::Url;

use super::access::{Developer, OwnPlugin};
use super::{Catalogue, CatalogueError, was_approved};
use crate::gathering::Candidate;

/// How often a step is tried again when somebody else moved the plugin.
const MAX_CONFLICTS: usize = 8;

/// A plugin after it was registered or refreshed.
#[derive(Debug)]
pub struct Registered {
    pub plugin: Plugin,
    pub candidate: Candidate,
    /// The version before, if this is another one.
    pub before: Option<VersionDigest>,
}

impl Catalogue {
    /// Registers the plugin at an address for its developer, who has it installed from then on; or brings the one that is
    /// registered up to date.
    pub async fn register(&self, developer: Developer<'_>, address: &str) -> Result<Registered, CatalogueError> {
        self.keep(developer, self.gatherer.fetch(address).await?).await
    }

    /// The same from pasted text: a manifest, or an API description served at `address` where it names no server.
    pub async fn register_text(
        &self,
        developer: Developer<'_>,
        text: &str,
        address: &str,
    ) -> Result<Registered, CatalogueError> {
        self.keep(developer, self.gatherer.read("the pasted text", text, address, DocumentSource::Pasted).await?).await
    }

    /// Registers what was gathered.
    pub async fn keep(&self, developer: Developer<'_>, candidate: Candidate) -> Result<Registered, CatalogueError> {
        let user = developer.account().id;
        if let Some(known) = self.ports.shelf.lookup_registration(user, &candidate.origin).await? {
            return self.replace(known, candidate).await;
        }
        let now = self.ports.clock.now();
        let plugin = Plugin {
            id: PluginId::generate(&*self.ports.clock, &*self.ports.entropy),
            developer: user,
            origin: candidate.origin.clone(),
            facts: candidate.facts.clone(),
            standing: Standing::Unverified,
            category: None,
            current: candidate.digest.clone(),
            approved: None,
            verification_token: secret::generate(&*self.ports.entropy)[..32].to_owned(),
            verified_at: None,
            verified_origins: Vec::new(),
            cosmetic_changes_pass: false,
            created_at: now,
        };
        self.ports.shelf.register(&plugin, &self.version(plugin.id, &candidate)).await?;
        self.ports.installations.install(user, plugin.id, &plugin.current, Provenance::Developer, now).await?;
        Ok(Registered { plugin, candidate, before: None })
    }

    /// Fetches a developer's plugin again; what was pasted cannot be.
    pub async fn refresh(&self, own: &OwnPlugin) -> Result<Registered, CatalogueError> {
        self.renew(own.plugin().clone()).await
    }

    /// The same for the host, which looks by itself.
    pub(super) async fn renew(&self, plugin: Plugin) -> Result<Registered, CatalogueError> {
        match self.look_again(&plugin).await {
            Ok(candidate) => self.replace(plugin, candidate).await,
            Err(problem) => {
                // A host that no longer serves the token is no longer verified, even if its documents cannot be fetched.
                self.verify(&plugin, &plugin.facts).await?;
                Err(problem)
            }
        }
    }

    /// Whether what the plugin publishes differs from its current version. Nothing is kept.
    pub async fn has_changed(&self, own: &OwnPlugin) -> Result<bool, CatalogueError> {
        Ok(self.look_again(own.plugin()).await?.digest != own.plugin().current)
    }

    async fn look_again(&self, plugin: &Plugin) -> Result<Candidate, CatalogueError> {
        let documents = self.ports.shelf.get_version(&plugin.current).await?.documents;
        Ok(self.gatherer.fetch_again(&documents).await?)
    }

    fn version(&self, plugin: PluginId, candidate: &Candidate) -> PluginVersion {
        PluginVersion {
            plugin,
            digest: candidate.digest.clone(),
            facts: candidate.facts.clone(),
            documents: candidate.documents.clone(),
            fetched_at: self.ports.clock.now(),
        }
    }

    /// Makes a candidate the plugin's current version. Its developer goes over to it; everybody else is offered it.
    async fn replace(&self, plugin: Plugin, candidate: Candidate) -> Result<Registered, CatalogueError> {
        let before = plugin.current.clone();
        if let Some(reason) = self.lost(&before, &candidate.documents).await? {
            return Err(CatalogueError::Unavailable(reason));
        }
        let plugin = self.verify(&plugin, &candidate.facts).await?;
        if candidate.digest == before {
            self.note_source(&plugin, &candidate).await?;
            return Ok(Registered { plugin, candidate, before: None });
        }
        let version = self.version(plugin.id, &candidate);
        self.ports.shelf.add_version(&version).await?;
        let plugin = self.advance(plugin, &version).await?;
        let now = self.ports.clock.now();
        let developer = plugin.developer;
        match self.ports.installations.go_over(developer, plugin.id, &candidate.digest, now).await {
            Ok(()) => self.leave_behind(developer, plugin.id).await,
            // They do not have it themselves.
            Err(StoreError::NotFound(_)) => {}
            Err(problem) => return Err(problem.into()),
        }
        Ok(Registered { plugin, candidate, before: Some(before) })
    }

    /// Notes that documents were fetched which were stored before that was noted.
    async fn note_source(&self, plugin: &Plugin, candidate: &Candidate) -> Result<(), CatalogueError> {
        let stored = self.ports.shelf.get_version(&plugin.current).await?.documents.source;
        if stored != candidate.documents.source {
            self.ports.shelf.add_version(&self.version(plugin.id, candidate)).await?;
            self.engine.library().forget(&plugin.current);
        }
        Ok(())
    }

    /// Why a document cannot be had now that the version before has: a server that is down is no change of the plugin.
    async fn lost(&self, before: &VersionDigest, now: &PluginDocuments) -> Result<Option<String>, CatalogueError> {
        let Some(absent) = now.others.iter().find(|other| other.problem.is_some()) else { return Ok(None) };
        let known = self.ports.shelf.get_version(before).await?.documents.others;
        let was_there = known.iter().any(|other| other.url == absent.url && other.problem.is_none());
        let reason = absent.problem.as_deref().unwrap_or_default();
        Ok(was_there.then(|| format!("{}: {reason}", absent.url)))
    }

    /// Makes a version the current one. Whoever moved the plugin meanwhile is heeded: reviewers, or another look at it.
    async fn advance(&self, mut plugin: Plugin, version: &PluginVersion) -> Result<Plugin, CatalogueError> {
        for _ in 0..MAX_CONFLICTS {
            let step = self.reconsider(&plugin, &version.digest).await?;
            match self.ports.shelf.make_current(&plugin, version, step.as_ref()).await {
                Err(StoreError::Conflict) => plugin = self.ports.shelf.get_plugin(plugin.id).await?,
                made => {
                    made?;
                    return Ok(self.ports.shelf.get_plugin(plugin.id).await?);
                }
            }
            if plugin.current == version.digest {
                return Ok(plugin);
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// The step that takes a changed plugin out of the store or out of review, unless reviewers let such changes pass.
    async fn reconsider(&self, plugin: &Plugin, new: &VersionDigest) -> Result<Option<Resolution>, CatalogueError> {
        let entry = |action, reason: &str| ReviewEntry {
            version: new.clone(),
            action,
            by: None,
            reason: reason.to_owned(),
            at: self.ports.clock.now(),
        };
        let resolution = |to, approved, submission, entry| Resolution {
            plugin: plugin.id,
            from: plugin.standing,
            to,
            approved,
            cosmetic_changes_pass: None,
            submission,
            entry,
        };
        let to = plugin.standing.step(StandingStep::Change, was_approved(plugin))?;
        Ok(match plugin.standing {
            Standing::Unverified | Standing::Changed | Standing::Banned => None,
            Standing::Approved if self.may_pass(plugin, new).await? => {
                let entry =
                    entry(ReviewAction::Passed, "The change has no effect on calls or on what models and people read.");
                Some(resolution(Standing::Approved, Some(new.clone()), None, entry))
            }
            Standing::Approved => {
                let entry = entry(ReviewAction::Delisted, "The plugin changed and has to be reviewed again.");
                Some(resolution(to, None, None, entry))
            }
            Standing::InReview => {
                let entry = entry(ReviewAction::Withdrawn, "The plugin changed while it was reviewed.");
                Some(resolution(to, None, Some(SubmissionState::Withdrawn), entry))
            }
        })
    }

    /// Whether reviewers let a change of this kind pass.
    async fn may_pass(&self, plugin: &Plugin, new: &VersionDigest) -> Result<bool, CatalogueError> {
        let Some(approved) = plugin.approved.as_ref().filter(|_| plugin.cosmetic_changes_pass) else {
            return Ok(false);
        };
        Ok(self.engine.library().changes(approved, new).await?.risk == Risk::Cosmetic)
    }

    /// Looks at the origins of a version for the token that shows whose they are, and notes what was found.
    pub(super) async fn verify(&self, plugin: &Plugin, facts: &Facts) -> Result<Plugin, CatalogueError> {
        let origins = self.gatherer.origins_with_token(&plugin.origin, facts, &plugin.verification_token).await;
        let own = Url::parse(&plugin.origin).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
        let verified_at = origins.contains(&own).then(|| self.ports.clock.now());
        self.ports.shelf.set_verified(plugin.id, &Verification { verified_at, origins }).await?;
        Ok(self.ports.shelf.get_plugin(plugin.id).await?)
    }

    /// Takes a developer's plugin away from everybody. One that is banned stays: registered anew it would not be.
    pub async fn unregister(&self, own: &OwnPlugin) -> Result<(), CatalogueError> {
        match self.ports.shelf.unregister(own.plugin().id).await {
            Err(StoreError::Conflict) => Err(CatalogueError::StaysBanned),
            unregistered => Ok(unregistered?),
        }
    }
}
