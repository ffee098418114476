//! Looking whether a plugin's documents changed, for a page that asks again and again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use cordboard_domain::id::PluginId;
use cordboard_domain::plugin::VersionDigest;
use cordboard_domain::time::{SignedDuration, Timestamp};

use super::access::OwnPlugin;
use super::{Catalogue, CatalogueError};

/// How often the plugin's server is asked at most, however many pages are open.
const PAUSE: SignedDuration = SignedDuration::from_secs(2);
/// How long a look is remembered.
const MEMORY: SignedDuration = SignedDuration::from_mins(1);

/// What the plugin publishes now, compared with its current version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watched {
    Same,
    Changed,
    /// It makes no plugin at present, and why.
    Broken(String),
}

/// The last look at each plugin.
#[derive(Clone, Default)]
pub(super) struct Looks(Arc<Mutex<HashMap<PluginId, Look>>>);

struct Look {
    at: Timestamp,
    /// The version that was current.
    version: VersionDigest,
    found: Watched,
}

impl Looks {
    /// The last look if it is too early for another; else notes that one is under way.
    fn recent(&self, plugin: PluginId, version: &VersionDigest, now: Timestamp) -> Option<Watched> {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        looks.retain(|_, look| now.duration_since(look.at) < MEMORY);
        let known = looks.get_mut(&plugin);
        let found = match known.as_ref().filter(|look| look.version == *version) {
            Some(look) => look.found.clone(),
            None => Watched::Same,
        };
        if known.is_some_and(|look| now.duration_since(look.at) < PAUSE) {
            return Some(found);
        }
        looks.insert(plugin, Look { at: now, version: version.clone(), found });
        None
    }

    fn note(&self, plugin: PluginId, found: &Watched) {
        if let Some(look) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&plugin) {
            look.found = found.clone();
        }
    }
}

impl Catalogue {
    /// What has become of what the plugin publishes. Asked more often than every other second, it says what it found last.
    pub async fn watch(&self, own: &OwnPlugin) -> Result<Watched, CatalogueError> {
        let plugin = own.plugin();
        if let Some(found) = self.watch.recent(plugin.id, &plugin.current, self.ports.clock.now()) {
            return Ok(found);
        }
        let found = match self.has_changed(own).await {
            Ok(true) => Watched::Changed,
            Ok(false) => Watched::Same,
            Err(CatalogueError::Gather(problem)) => Watched::Broken(problem.to_string()),
            Err(error) => return Err(error),
        };
        self.watch.note(plugin.id, &found);
        Ok(found)
    }
}
