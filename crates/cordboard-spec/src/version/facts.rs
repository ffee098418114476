//! What lists show of a version without compiling it again.

use cordboard_domain::plugin::Facts;
use url::Url;

use crate::manifest::AuthKind;
use crate::toolset::Toolset;

/// The facts of a compiled plugin.
pub fn facts(toolset: &Toolset) -> Facts {
    let writes = toolset.operations.iter().filter(|operation| !operation.is_read()).count();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Facts {
        name_for_model: toolset.namespace(),
        name_for_human: toolset.manifest.name_for_human.clone(),
        description_for_human: toolset.manifest.description_for_human.clone(),
        logo_url: toolset.manifest.logo_url.as_ref().map(Url::to_string),
        auth: auth(toolset.manifest.auth).to_owned(),
        reads: number(toolset.operations.len() - writes),
        writes: number(writes),
        tokens: number(toolset.ledger().total.typescript),
        hosts: hosts(toolset),
        is_pasted: false,
        description_origin: Some(toolset.manifest.spec_url.origin().ascii_serialization()),
    }
}

fn auth(kind: AuthKind) -> &'static str {
    match kind {
        AuthKind::None => "none",
        AuthKind::ServiceHttp => "service_http",
        AuthKind::UserHttp => "user_http",
        AuthKind::OAuth => "oauth",
    }
}

/// The origins that calls go to, sorted.
pub(super) fn hosts(toolset: &Toolset) -> Vec<String> {
    let origins = toolset.operations.iter().filter_map(|operation| Url::parse(&operation.server).ok());
    let mut hosts: Vec<String> = origins.map(|url| url.origin().ascii_serialization()).collect();
    hosts.sort();
    hosts.dedup();
    hosts
}
