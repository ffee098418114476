//! A plugin's report: what compiling found, and this crate's advice.

use cordboard_domain::plugin::PluginDocuments;
use cordboard_spec::report::Report;
use cordboard_spec::toolset::Toolset;

use crate::advise;

/// Inspects a plugin that was compiled from `documents`.
pub fn inspect(toolset: &Toolset, documents: &PluginDocuments) -> Report {
    let manifest = (documents.manifest_url.as_str(), documents.manifest_text.as_str());
    let spec = (documents.spec_url.as_str(), documents.spec_text.as_str());
    let others = documents.others.iter().map(|other| (other.url.as_str(), other.text.as_str()));
    let texts: Vec<(&str, &str)> = [spec, manifest].into_iter().chain(others).collect();
    Report::of(toolset, advise(manifest, spec), &texts)
}
