//! What has to be done again and again without anybody asking: looking whether plugins changed, going on with requests that
//! a stopped server left behind, and counting anew who uses what.
//!
//! Each server does it. What only one of them may do at a time is claimed in the store.

use std::time::Duration;

use cordboard_domain::plugin::Plugin;
use cordboard_domain::time::{SignedDuration, Timestamp};
use futures::StreamExt as _;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::{Catalogue, CatalogueError};

/// How often it is seen to.
const ROUND: Duration = Duration::from_mins(1);
/// After how many rounds people are counted anew.
const ROUNDS_BETWEEN_COUNTS: u32 = 60;
/// The most plugins that are looked at in one round, and at once.
const MOST_LOOKS: u32 = 60;
const LOOKS_AT_ONCE: usize = 4;

impl Catalogue {
    /// Sees to it all, every minute, until the server stops. Where no other server can be at work, what is claimed at the
    /// beginning was claimed by an earlier start of this one.
    pub async fn keep_up(&self, is_alone: bool, stop: CancellationToken) {
        let mut round = 0_u32;
        loop {
            let work = async {
                if round.is_multiple_of(ROUNDS_BETWEEN_COUNTS) {
                    tell("people could not be counted", self.recount_people().await);
                }
                tell(
                    "interrupted requests could not be run",
                    self.resume_evidence(is_alone && round == 0).await.map(drop),
                );
                tell("plugins could not be looked at", self.look_around().await.map(drop));
                tokio::time::sleep(ROUND).await;
            };
            if stop.run_until_cancelled(work).await.is_none() {
                return;
            }
            round = round.wrapping_add(1);
        }
    }

    async fn recount_people(&self) -> Result<(), CatalogueError> {
        Ok(self.ports.storefront.recount_people(self.ports.clock.now()).await?)
    }

    /// Looks at the plugins whose time has come, and makes new versions of those that changed. Gives how many changed.
    pub async fn look_around(&self) -> Result<usize, CatalogueError> {
        let now = self.ports.clock.now();
        let since = now - self.config.look_interval;
        let due = self.ports.shelf.list_due(since, MOST_LOOKS).await?;
        let looks = due.into_iter().map(|plugin| self.look_at(plugin, since, now + self.spread()));
        let changed =
            futures::stream::iter(looks).buffer_unordered(LOOKS_AT_ONCE).filter(|changed| std::future::ready(*changed));
        Ok(changed.count().await)
    }

    /// Whether the plugin has a new version by this look.
    async fn look_at(&self, plugin: Plugin, since: Timestamp, at: Timestamp) -> bool {
        let id = plugin.id;
        match self.ports.shelf.claim_look(id, since, at).await {
            Ok(true) => {}
            Ok(false) => return false,
            Err(problem) => {
                warn!(plugin = %id, %problem, "the plugin could not be looked at");
                return false;
            }
        }
        match self.renew(plugin).await {
            Ok(registered) if registered.before.is_some() => {
                info!(plugin = %id, origin = registered.plugin.origin, "the plugin changed");
                true
            }
            Ok(_) => false,
            // A plugin that cannot be reached has not changed.
            Err(problem) => {
                debug!(plugin = %id, %problem, "nothing new is known of the plugin");
                false
            }
        }
    }

    /// Up to a tenth of the interval by chance, so that plugins are not all looked at together.
    fn spread(&self) -> SignedDuration {
        let mut byte = [0; 1];
        self.ports.entropy.fill(&mut byte);
        self.config.look_interval / 2_550 * i32::from(byte[0])
    }
}

fn tell(what: &str, done: Result<(), CatalogueError>) {
    match done {
        Ok(()) | Err(CatalogueError::NoModel) => {}
        Err(problem) => warn!(%problem, "{what}"),
    }
}
