//! What a plugin's developer agrees with its operator before it is used. In the demo the two are one, so a newcomer has
//! nothing to set up.

use cordboard_agent::catalogue::Registered;
use cordboard_domain::connection::{ClientAuth, Wanted};
use cordboard_domain::credential::OF_MANIFEST;
use cordboard_domain::id::PluginId;
use cordboard_domain::origin::spellings;
use cordboard_domain::ports::{ClientRegistration, Credentials as _, PluginShelf as _};
use cordboard_samples::{RunningSample, Sample};
use cordboard_web::callback_at;
use url::Url;

use crate::assembly::Assembly;

/// Registers a sample, with the token by which it shows whose its domain is where it publishes one.
pub(super) async fn register(assembly: &Assembly, sample: &RunningSample) -> anyhow::Result<Registered> {
    if sample.sample() == Sample::Quotes {
        let known = assembly.store.lookup_registration(assembly.owner, sample.origin()).await?;
        let plugin = match known {
            Some(plugin) => plugin,
            None => assembly.register(sample.origin()).await?.plugin,
        };
        sample.setup().contract.publish(&plugin.verification_token);
    }
    assembly.register(sample.origin()).await
}

/// Gives the host what the sample wants of a developer: a client for the hotels, a key for the quotes.
pub(super) async fn credentials(
    assembly: &Assembly,
    sample: &RunningSample,
    registered: &Registered,
    base: &str,
) -> anyhow::Result<()> {
    let Some(wanted) = wanted(assembly, registered) else { return Ok(()) };
    match sample.sample() {
        Sample::Hotels => {
            let client = sample.setup().clients.register("Cordboard", callbacks(base, wanted.plugin));
            let registration = ClientRegistration {
                client_id: client.id,
                client_secret: Some(client.secret),
                auth: ClientAuth::Post,
                accepts_no_state: false,
            };
            assembly.keeper.register_client(&wanted, registration).await?;
        }
        Sample::Quotes => assembly.keeper.set_service_key(&wanted, &sample.setup().contract.issue_key()).await?,
        Sample::Todo | Sample::Handbook | Sample::Scores | Sample::Notes => {}
    }
    Ok(())
}

/// What the sample's manifest asks for, as the owner gives it.
fn wanted(assembly: &Assembly, registered: &Registered) -> Option<Wanted> {
    let Registered { plugin, candidate, .. } = registered;
    let scheme = candidate.toolset.scheme(OF_MANIFEST)?;
    let (hosts, home) = (plugin.facts.hosts.clone(), candidate.toolset.home.clone());
    Some(Wanted::new(assembly.owner, plugin.id, plugin.current.clone(), scheme, hosts, home))
}

/// Where sign-ins come back to, under every name by which a browser on this machine may have come.
fn callbacks(base: &str, plugin: PluginId) -> Vec<Url> {
    let origins = Url::parse(base).map(|url| spellings(&url)).unwrap_or_default();
    origins.iter().filter_map(|origin| Url::parse(&callback_at(origin, plugin)).ok()).collect()
}
