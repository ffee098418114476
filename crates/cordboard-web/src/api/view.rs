//! What several parts of the API show.

use cordboard_agent::catalogue::examples::ExampleSource;
use cordboard_domain::account::{Account, Role};
use cordboard_domain::installation::Installation;
use cordboard_domain::plugin::{Category, Facts, Plugin};
use cordboard_domain::time::Timestamp;
use cordboard_spec::version::change::Changes;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

/// The words that a value may be, for the description.
fn one_of(words: impl IntoIterator<Item = &'static str>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words))
}

/// A shelf of the store.
pub(super) fn category() -> Object {
    one_of(Category::ALL.map(Category::as_str)).description(Some("A shelf of the store.")).build()
}

/// A role.
pub(super) fn role() -> Object {
    one_of(Role::ALL.map(Role::as_str)).description(Some("Each role includes the ones before it.")).build()
}

/// Where example requests come from.
pub(super) fn example_source() -> Object {
    let words = "`published`: the API description; `made`: from the operation's description; `edited`: the developer.";
    one_of(ExampleSource::ALL.map(ExampleSource::as_str)).description(Some(words)).build()
}

/// How the store is sorted.
pub(super) fn sort() -> Object {
    let words = "`popular`: by the people who used a plugin within 30 days; `new`: approved last, first.";
    one_of(["popular", "new", "name"]).description(Some(words)).build()
}

/// A moment as RFC 3339 has it.
pub(super) fn moment(at: Timestamp) -> String {
    at.to_string()
}

#[derive(Serialize, ToSchema)]
pub(super) struct PersonView {
    #[schema(format = Uuid)]
    id: String,
    /// Absent for an owner who signs in by links only.
    login: Option<String>,
    name: String,
    /// `user`, `developer`, `reviewer` or `admin`; each includes the ones before it.
    role: String,
    is_owner: bool,
    /// Whether the person may sign in.
    is_active: bool,
}

impl From<&Account> for PersonView {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id.as_uuid().to_string(),
            login: account.login.as_ref().map(ToString::to_string),
            name: account.name.clone(),
            role: account.role.to_string(),
            is_owner: account.is_owner,
            is_active: account.is_active,
        }
    }
}

/// What a version of a plugin is.
#[derive(Serialize, ToSchema)]
pub(super) struct FactsView {
    name: String,
    /// The name under which models see it.
    name_for_model: String,
    description: String,
    /// `none`, `service_http`, `user_http` or `oauth`.
    auth: String,
    /// Operations that only read.
    reads: u32,
    /// Operations that may change something.
    writes: u32,
    /// Tokens (`o200k_base`) that it takes of each turn, shown whole.
    tokens: u32,
    /// The origins that calls go to.
    hosts: Vec<String>,
}

impl From<&Facts> for FactsView {
    fn from(facts: &Facts) -> Self {
        Self {
            name: facts.name_for_human.clone(),
            name_for_model: facts.name_for_model.clone(),
            description: facts.description_for_human.clone(),
            auth: facts.auth.clone(),
            reads: facts.reads,
            writes: facts.writes,
            tokens: facts.tokens,
            hosts: facts.hosts.clone(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(super) struct PluginView {
    #[schema(format = Uuid)]
    id: String,
    /// What it is known by.
    origin: String,
    /// Whether its host was last found to publish the developer's token.
    is_verified: bool,
    /// The origins on other hosts, not found to be the developer's, where calls go or the description comes from.
    other_hosts: Vec<String>,
    /// `unverified`, `in_review`, `approved`, `changed` or `banned`.
    standing: &'static str,
    category: Option<&'static str>,
    /// The SHA-256 of the version that was fetched last.
    current_version: String,
    /// Of the version that reviewers approved last.
    approved_version: Option<String>,
    facts: FactsView,
}

impl From<&Plugin> for PluginView {
    fn from(plugin: &Plugin) -> Self {
        Self {
            id: plugin.id.as_uuid().to_string(),
            origin: plugin.origin.clone(),
            is_verified: plugin.verified_at.is_some(),
            other_hosts: plugin.other_hosts(&plugin.facts),
            standing: plugin.standing.as_str(),
            category: plugin.category.map(Category::as_str),
            current_version: plugin.current.to_string(),
            approved_version: plugin.approved.as_ref().map(ToString::to_string),
            facts: (&plugin.facts).into(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(super) struct InstallationView {
    plugin: PluginView,
    /// The version that the person accepted.
    version: String,
    /// Of that version.
    facts: FactsView,
    /// How the person came to it: `developer`, `shared` or `store`.
    provenance: &'static str,
    /// The version that the person may go over to, where it is another one.
    update: Option<String>,
    installed_at: String,
}

impl From<&Installation> for InstallationView {
    fn from(installation: &Installation) -> Self {
        Self {
            plugin: (&installation.plugin).into(),
            version: installation.version.to_string(),
            facts: (&installation.facts).into(),
            provenance: installation.provenance.as_str(),
            update: installation.has_update().then(|| installation.offered().to_string()),
            installed_at: moment(installation.installed_at),
        }
    }
}

/// What is different in another version.
#[derive(Serialize, ToSchema)]
pub(super) struct ChangesView {
    /// The greatest risk among the changes: `cosmetic`, `wording`, `contract` or `raised`.
    #[schema(value_type = String)]
    risk: cordboard_domain::plugin::Risk,
    changes: Vec<ChangeView>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct ChangeView {
    #[schema(value_type = String)]
    risk: cordboard_domain::plugin::Risk,
    /// In a sentence.
    what: String,
    before: Option<String>,
    after: Option<String>,
}

impl From<&Changes> for ChangesView {
    fn from(changes: &Changes) -> Self {
        let change = |change: &cordboard_spec::version::change::Change| ChangeView {
            risk: change.risk,
            what: change.what.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
        };
        Self { risk: changes.risk, changes: changes.list.iter().map(change).collect() }
    }
}
