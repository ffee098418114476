//! The plugins over which a list is evaluated: the samples, any by address, or a folder of stubs.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use cordboard_agent::gathering::Gatherer;
use cordboard_agent::toolbox::Toolbox;
use cordboard_domain::deceptive_text::visible;
use cordboard_spec::content::document_text;
use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::manifest::identifier;
use cordboard_spec::toolset::{Toolset, read_manifest};
use url::Url;

use super::bench::toolbox;

/// A plugin with the names by which a list may call it.
pub(super) struct Loaded {
    /// The stem of its files, if it is a stub.
    stem: Option<String>,
    toolset: Arc<Toolset>,
}

impl Loaded {
    fn is_named(&self, name: &str) -> bool {
        self.stem.as_deref() == Some(name) || self.toolset.namespace() == identifier(name)
    }

    fn name(&self) -> String {
        self.stem.clone().unwrap_or_else(|| self.toolset.namespace())
    }
}

/// The toolbox in which the named plugins are active; all where none is named.
pub(super) fn among(plugins: &[Loaded], names: &[String]) -> anyhow::Result<Toolbox> {
    if let Some(unknown) = names.iter().find(|name| !plugins.iter().any(|plugin| plugin.is_named(name))) {
        let known: Vec<String> = plugins.iter().map(Loaded::name).collect();
        bail!("`among` names `{unknown}`, which is not loaded; loaded: {}", known.join(", "));
    }
    let is_active = |plugin: &&Loaded| names.is_empty() || names.iter().any(|name| plugin.is_named(name));
    Ok(toolbox(plugins.iter().filter(is_active).map(|plugin| plugin.toolset.clone())))
}

/// Fetches the plugin at an address.
pub(super) async fn fetch(gatherer: &Gatherer, address: &str) -> anyhow::Result<Loaded> {
    let candidate = gatherer.fetch(address).await;
    let candidate = candidate.with_context(|| format!("the plugin at {address} cannot be used"))?;
    Ok(Loaded { stem: None, toolset: Arc::new(candidate.toolset) })
}

/// Compiles `manifests/STEM.json` with `specs/STEM.*`. Nothing is fetched, so references to other documents stay open.
pub(super) fn stub(folder: &Path, stem: &str) -> anyhow::Result<Loaded> {
    let is_plain = !stem.is_empty() && !stem.contains(['/', '\\']) && !stem.starts_with('.');
    ensure!(is_plain, "`{}` in `plugins` is not a file's name without its extension", visible(stem));
    let path = folder.join("manifests").join(format!("{stem}.json"));
    let manifest = text(&path)?;
    // Relative addresses in a manifest are relative to where it is served.
    let url = Url::parse(&format!("https://{stem}/.well-known/ai-plugin.json"))
        .unwrap_or_else(|_| Url::parse("https://stub.example/.well-known/ai-plugin.json").expect("a valid address"));
    let (read, _) = read_manifest(&url, &manifest).with_context(|| format!("{} cannot be used", path.display()))?;
    let path = spec_path(&folder.join("specs"), stem)?;
    let bundle = Bundle::read(&read.spec_url, text(&path)?);
    let bundle = bundle.with_context(|| format!("{} cannot be read", path.display()))?;
    let toolset = Toolset::compile(&url, &manifest, &bundle);
    let toolset = toolset.with_context(|| format!("{} cannot be used", path.display()))?;
    Ok(Loaded { stem: Some(stem.to_owned()), toolset: Arc::new(toolset) })
}

fn text(path: &Path) -> anyhow::Result<String> {
    let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(document_text(&bytes, ""))
}

/// The one file of a folder that is named STEM with any extension.
fn spec_path(folder: &Path, stem: &str) -> anyhow::Result<std::path::PathBuf> {
    let files = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    for file in files {
        let path = file?.path();
        if path.file_stem().is_some_and(|found| found == stem) {
            return Ok(path);
        }
    }
    bail!("{} has no file `{stem}.json` or `{stem}.yaml`", folder.display())
}

#[cfg(test)]
mod tests {
    use super::super::answer::label;
    use super::super::list::Entry;
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).unwrap();
        fs::create_dir(folder.path().join("manifests")).unwrap();
        fs::create_dir(folder.path().join("specs")).unwrap();
        for (stem, name, spec) in
            [("a.example", "alpha", "specs/a.example.yaml"), ("b.example", "beta-two", "specs/b.example.json")]
        {
            let manifest =
                format!(r#"{{"name_for_model": "{name}", "auth": {{"type": "none"}}, "api": {{"url": "/openapi"}}}}"#);
            write(&format!("manifests/{stem}.json"), &manifest);
            write(spec, r#"{"openapi": "3.1.0", "paths": {"/x": {"get": {"operationId": "list-all"}}}}"#);
        }
        write("manifests/lonely.json", r#"{"name_for_model": "l", "auth": {"type": "none"}, "api": {"url": "/o"}}"#);
        folder
    }

    #[test]
    fn stubs_are_compiled_and_chosen_by_stem_or_name() {
        let folder = folder();
        let plugins = ["a.example", "b.example"].map(|stem| stub(folder.path(), stem).unwrap());
        let names = |among: &[&str]| {
            let toolbox = super::among(&plugins, &among.iter().map(ToString::to_string).collect::<Vec<_>>());
            toolbox.map(|toolbox| toolbox.tools().map(|(name, _)| name).collect::<Vec<_>>())
        };
        assert_eq!(names(&[]).unwrap(), ["alpha_list_all", "beta_two_list_all"]);
        assert_eq!(names(&["b.example"]).unwrap(), ["beta_two_list_all"]);
        assert_eq!(names(&["beta-two"]).unwrap(), ["beta_two_list_all"]);
        let error = names(&["c.example"]).unwrap_err().to_string();
        assert_eq!(error, "`among` names `c.example`, which is not loaded; loaded: a.example, b.example");
    }

    #[test]
    fn an_operation_is_found_under_the_published_name_of_its_plugin() {
        let folder = folder();
        let name = "a_name_longer_than_toolboxes_keep";
        let manifest =
            format!(r#"{{"name_for_model": "{name}", "auth": {{"type": "none"}}, "api": {{"url": "/openapi"}}}}"#);
        fs::write(folder.path().join("manifests/a.example.json"), manifest).unwrap();
        let toolbox = super::among(&[stub(folder.path(), "a.example").unwrap()], &[]).unwrap();
        let entry = |operation: &str| Entry { operation: Some(operation.to_owned()), ..Entry::default() };
        for operation in ["list_all", "list-all"] {
            let named = format!("{name}.{operation}");
            assert_eq!(label(entry(&named).tool(&toolbox).unwrap().unwrap()), format!("{name}.list_all"));
        }
        assert!(entry("other.list_all").tool(&toolbox).is_err());
        assert!(entry("list_all").tool(&toolbox).is_err());
    }

    #[test]
    fn a_stub_that_is_not_there_is_named() {
        let folder = folder();
        let check = |stem: &str, expected: &str| {
            let error = format!("{:#}", stub(folder.path(), stem).err().unwrap());
            assert!(error.contains(expected), "{error}");
        };
        check("none", "none.json cannot be read");
        check("lonely", "has no file `lonely.json` or `lonely.yaml`");
        check("../a", "is not a file's name");
    }
}
