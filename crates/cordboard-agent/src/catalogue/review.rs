//! Submitting, and what reviewers decide: the only way into the store.

use std::sync::Arc;

use cordboard_domain::id::{PluginId, SubmissionId, UserId};
use cordboard_domain::plugin::{Category, Plugin, StandingStep};
use cordboard_domain::ports::{Resolution, StoreError};
use cordboard_domain::review::{ReviewAction, ReviewEntry, Ruling, SampleRequests, Submission, SubmissionState};
use cordboard_spec::version::change::Changes;
use tracing::warn;

use super::access::{Examined, OwnPlugin, Reviewer};
use super::{Catalogue, CatalogueError, was_approved};

impl Catalogue {
    /// Puts the current version before reviewers, and has its requests run. The domain has to be verified.
    pub async fn submit(
        &self,
        own: &OwnPlugin,
        category: Category,
        requests: SampleRequests,
    ) -> Result<Submission, CatalogueError> {
        let requests = requests.check()?;
        let plugin = &self.verified(own.plugin()).await?;
        let submission = self.submission(plugin, category, requests, plugin.developer);
        let step = self.step(plugin, StandingStep::Submit, ReviewAction::Submitted, plugin.developer, "")?;
        self.ports.reviews.submit(&submission, &step).await?;
        if let Err(problem) = self.start_evidence(submission.clone()).await {
            warn!(submission = %submission.id, %problem, "the requests were not run");
        }
        Ok(submission)
    }

    /// The plugin, if its host publishes the developer's token right now.
    async fn verified(&self, plugin: &Plugin) -> Result<Plugin, CatalogueError> {
        let facts = self.ports.shelf.get_version(&plugin.current).await?.facts;
        let plugin = self.verify(plugin, &facts).await?;
        match plugin.verified_at {
            Some(_) => Ok(plugin),
            None => Err(CatalogueError::NotVerified { token: plugin.verification_token, origin: plugin.origin }),
        }
    }

    /// Takes a submission back.
    pub async fn withdraw(&self, own: &OwnPlugin) -> Result<(), CatalogueError> {
        let plugin = own.plugin();
        let step = self.step(plugin, StandingStep::Withdraw, ReviewAction::Withdrawn, plugin.developer, "")?;
        let step = Resolution { submission: Some(SubmissionState::Withdrawn), ..step };
        Ok(self.ports.reviews.resolve(&step).await?)
    }

    /// What is different from the version that was approved last; `None` where none ever was, or where it is this one.
    pub async fn changes_since_approval(&self, examined: &Examined) -> Result<Option<Arc<Changes>>, CatalogueError> {
        let submitted = &examined.submission.version;
        match examined.plugin.approved.as_ref().filter(|approved| *approved != submitted) {
            Some(approved) => Ok(Some(self.engine.library().changes(approved, submitted).await?)),
            None => Ok(None),
        }
    }

    /// Lets a submitted version into the store.
    pub async fn approve(
        &self,
        reviewer: Reviewer<'_>,
        submission: SubmissionId,
        reason: &str,
        cosmetic_changes_pass: bool,
    ) -> Result<(), CatalogueError> {
        let (submission, plugin) = self.pending(reviewer, submission).await?;
        self.verified(&plugin).await?;
        self.admit(reviewer, submission, &plugin, reason, cosmetic_changes_pass).await
    }

    /// Puts a submitted version into the store.
    async fn admit(
        &self,
        reviewer: Reviewer<'_>,
        submission: Submission,
        plugin: &Plugin,
        reason: &str,
        cosmetic_changes_pass: bool,
    ) -> Result<(), CatalogueError> {
        let by = reviewer.account().id;
        let step = self.step(plugin, StandingStep::Approve, ReviewAction::Approved, by, reason)?;
        let step = Resolution {
            approved: Some(submission.version),
            cosmetic_changes_pass: Some(cosmetic_changes_pass),
            submission: Some(SubmissionState::Approved(ruling(&step.entry, by, reason))),
            ..step
        };
        match self.ports.reviews.resolve(&step).await {
            Err(StoreError::Conflict) => Err(self.why_not(plugin).await?),
            resolved => Ok(resolved?),
        }
    }

    /// What stands against approving a plugin: it moved meanwhile, or another one from its origin is in the store.
    async fn why_not(&self, plugin: &Plugin) -> Result<CatalogueError, CatalogueError> {
        let now = self.ports.shelf.get_plugin(plugin.id).await?;
        let has_moved = now.standing != plugin.standing || now.current != plugin.current;
        Ok(if has_moved { CatalogueError::Outdated } else { CatalogueError::OriginTaken(now.origin) })
    }

    /// Lets a plugin of the operator's own into the store on the operator's word, which is recorded like any decision.
    pub async fn vouch(
        &self,
        operator: Reviewer<'_>,
        own: &OwnPlugin,
        category: Category,
        reason: &str,
    ) -> Result<(), CatalogueError> {
        let by = operator.account();
        if !by.is_owner {
            return Err(CatalogueError::OwnSubmission);
        }
        let plugin = own.plugin();
        let submission = self.submission(plugin, category, SampleRequests::default(), by.id);
        let step = self.step(plugin, StandingStep::Submit, ReviewAction::Submitted, by.id, reason)?;
        self.ports.reviews.submit(&submission, &step).await?;
        let (submission, plugin) = self.pending(operator, submission.id).await?;
        self.admit(operator, submission, &plugin, reason, true).await
    }

    /// Sends a submitted version back.
    pub async fn reject(
        &self,
        reviewer: Reviewer<'_>,
        submission: SubmissionId,
        reason: &str,
    ) -> Result<(), CatalogueError> {
        let reason = required(reason)?;
        let (_, plugin) = self.pending(reviewer, submission).await?;
        self.refuse(reviewer, &plugin, StandingStep::Reject, ReviewAction::Rejected, reason).await
    }

    /// Takes a plugin from everybody.
    pub async fn ban(&self, reviewer: Reviewer<'_>, plugin: PluginId, reason: &str) -> Result<(), CatalogueError> {
        let reason = required(reason)?;
        let plugin = self.ports.shelf.get_plugin(plugin).await?;
        self.refuse(reviewer, &plugin, StandingStep::Ban, ReviewAction::Banned, reason).await
    }

    /// Gives a banned plugin back to its developer.
    pub async fn unban(&self, reviewer: Reviewer<'_>, plugin: PluginId, reason: &str) -> Result<(), CatalogueError> {
        let reason = required(reason)?;
        let plugin = self.ports.shelf.get_plugin(plugin).await?;
        if !reviewer.may_decide(&plugin) {
            return Err(CatalogueError::OwnBan);
        }
        let step = self.step(&plugin, StandingStep::Unban, ReviewAction::Unbanned, reviewer.account().id, reason)?;
        Ok(self.ports.reviews.resolve(&step).await?)
    }

    /// A submission that waits for a decision, before somebody who may decide on it.
    async fn pending(
        &self,
        reviewer: Reviewer<'_>,
        submission: SubmissionId,
    ) -> Result<(Submission, Plugin), CatalogueError> {
        let Examined { submission, plugin, may_decide } = self.examine(reviewer, submission).await?;
        if !may_decide {
            return Err(CatalogueError::OwnSubmission);
        }
        if submission.state != SubmissionState::Pending || submission.version != plugin.current {
            return Err(CatalogueError::Outdated);
        }
        Ok((submission, plugin))
    }

    fn submission(&self, plugin: &Plugin, category: Category, requests: SampleRequests, by: UserId) -> Submission {
        Submission {
            id: SubmissionId::generate(&*self.ports.clock, &*self.ports.entropy),
            plugin: plugin.id,
            version: plugin.current.clone(),
            category,
            requests,
            submitted_by: by,
            submitted_at: self.ports.clock.now(),
            state: SubmissionState::Pending,
            evidence: None,
            runs_until: None,
        }
    }

    /// Takes a step that also rejects what the plugin has submitted.
    async fn refuse(
        &self,
        reviewer: Reviewer<'_>,
        plugin: &Plugin,
        step: StandingStep,
        action: ReviewAction,
        reason: &str,
    ) -> Result<(), CatalogueError> {
        let by = reviewer.account().id;
        let step = self.step(plugin, step, action, by, reason)?;
        let ruling = ruling(&step.entry, by, reason);
        let step = Resolution { submission: Some(SubmissionState::Rejected(ruling)), ..step };
        Ok(self.ports.reviews.resolve(&step).await?)
    }

    fn step(
        &self,
        plugin: &Plugin,
        step: StandingStep,
        action: ReviewAction,
        by: UserId,
        reason: &str,
    ) -> Result<Resolution, CatalogueError> {
        Ok(Resolution {
            plugin: plugin.id,
            from: plugin.standing,
            to: plugin.standing.step(step, was_approved(plugin))?,
            approved: None,
            cosmetic_changes_pass: None,
            submission: None,
            entry: ReviewEntry {
                version: plugin.current.clone(),
                action,
                by: Some(by),
                reason: reason.trim().to_owned(),
                at: self.ports.clock.now(),
            },
        })
    }
}

fn ruling(entry: &ReviewEntry, by: UserId, reason: &str) -> Ruling {
    Ruling { by, at: entry.at, reason: reason.to_owned() }
}

fn required(reason: &str) -> Result<&str, CatalogueError> {
    let reason = reason.trim();
    if reason.is_empty() { Err(CatalogueError::NoReason) } else { Ok(reason) }
}
