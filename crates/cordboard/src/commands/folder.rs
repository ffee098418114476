//! What lies beside an inspected file, as if it were served beside it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use async_trait::async_trait;
use cordboard_domain::origin::NamedBy;
use cordboard_domain::ports::{FetchDocument, FetchError, FetchedDocument};
use url::Url;

use super::inspect::UNKNOWN_SERVER;

/// Documents of a folder before those of the network.
pub(super) struct Folder {
    /// Absolute.
    pub(super) folder: PathBuf,
    pub(super) inner: Arc<dyn FetchDocument>,
}

/// The folder of a file, from the root of the file system.
pub(super) fn folder_of(file: &Path) -> anyhow::Result<PathBuf> {
    let whole = std::path::absolute(file).with_context(|| format!("{} is no path", file.display()))?;
    Ok(whole.parent().map(Path::to_owned).unwrap_or_default())
}

#[async_trait]
impl FetchDocument for Folder {
    async fn fetch(&self, url: &str, named_by: &NamedBy) -> Result<FetchedDocument, FetchError> {
        let base = match named_by {
            NamedBy::Source(base) | NamedBy::Pasted(Some(base)) => Some(base),
            NamedBy::Person | NamedBy::Pasted(None) => None,
        };
        let files = base.zip(Url::parse(url).ok()).map(|(base, url)| candidates(&self.folder, base, &url));
        let found = files.into_iter().flatten().find_map(|file| std::fs::read(file).ok());
        match found {
            Some(body) => Ok(FetchedDocument { url: url.to_owned(), content_type: String::new(), body }),
            None if base.is_some_and(|base| is_nowhere(base, url)) => Err(self.missing(url)),
            None => self.inner.fetch(url, named_by).await,
        }
    }
}

impl Folder {
    fn missing(&self, url: &str) -> FetchError {
        let reason = format!(
            "there is no such file in {}; put it there, or say with --base where the API is served",
            self.folder.display()
        );
        FetchError::Refused { url: url.to_owned(), reason }
    }
}

/// Whether a document would be beside a file of which nobody said where it is served.
fn is_nowhere(base: &Url, url: &str) -> bool {
    let unknown = Url::parse(UNKNOWN_SERVER).map(|server| server.origin());
    let is_unknown = |url: &Url| unknown.as_ref().is_ok_and(|unknown| *unknown == url.origin());
    is_unknown(base) && Url::parse(url).is_ok_and(|url| is_unknown(&url))
}

/// Where a document may lie that is referred to from `base`, the address at which the inspected file stands for being
/// served: beside that, or below the folder by its whole path. `..` leads to the folder above, for documents only.
fn candidates(folder: &Path, base: &Url, url: &Url) -> Vec<PathBuf> {
    if url.origin() != base.origin() {
        return Vec::new();
    }
    let relative = base.make_relative(url).unwrap_or_default();
    let relative = relative.split(['?', '#']).next().unwrap_or_default();
    let beside = relative.trim_start_matches("../");
    let whole = url.path().trim_start_matches('/');
    let own = [beside, whole].into_iter().filter_map(|path| within(folder, path));
    let above = folder.parent().and_then(|parent| within(parent, beside)).filter(|file| is_document(file));
    own.chain(above).collect()
}

/// The file behind a path of an address, unless it leaves the folder.
fn within(folder: &Path, path: &str) -> Option<PathBuf> {
    let file = Url::from_directory_path(folder).ok()?.join(&format!("./{path}")).ok()?.to_file_path().ok()?;
    (file.starts_with(folder) && file != folder).then_some(file)
}

fn is_document(file: &Path) -> bool {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    matches!(ending.as_str(), "json" | "yaml" | "yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_lie_beside_the_file_wherever_its_api_is_served() {
        let table = [
            ("https://a.example/v1/openapi.yaml", "https://a.example/v1/parts/x.yaml", "/home/api/parts/x.yaml"),
            ("https://a.example/v1", "https://a.example/parts/x.yaml", "/home/api/parts/x.yaml"),
            ("https://a.example/v1/", "https://a.example/x%20y.yaml?z", "/home/api/x y.yaml"),
            (
                "https://a.example/.well-known/ai-plugin.json",
                "https://a.example/openapi.yaml",
                "/home/api/openapi.yaml",
            ),
        ];
        for (base, url, expected) in table {
            let found = candidates(Path::new("/home/api"), &Url::parse(base).unwrap(), &Url::parse(url).unwrap());
            assert_eq!(found.first(), Some(&PathBuf::from(expected)), "{base} {url}");
        }
        let base = Url::parse("https://a.example/v1/x.yaml").unwrap();
        let above = candidates(Path::new("/home/api"), &base, &Url::parse("https://a.example/common/x.yaml").unwrap());
        assert!(above.contains(&PathBuf::from("/home/common/x.yaml")), "{above:?}");
        let no_document = candidates(Path::new("/home/api"), &base, &Url::parse("https://a.example/.ssh/id").unwrap());
        assert!(no_document.iter().all(|file| file.starts_with("/home/api")), "{no_document:?}");
        for elsewhere in ["https://b.example/v1/x.yaml", "http://a.example/v1/x.yaml"] {
            assert!(candidates(Path::new("/home/api"), &base, &Url::parse(elsewhere).unwrap()).is_empty());
        }
        let manifest = Url::parse("http://localhost/.well-known/ai-plugin.json").unwrap();
        assert!(is_nowhere(&manifest, "http://localhost/openapi.yaml"));
        assert!(!is_nowhere(&manifest, "https://a.example/openapi.yaml"));
        assert!(!is_nowhere(&base, "https://a.example/v1/y.yaml"));
        assert_eq!(within(Path::new("/home/api"), "%2e%2e/%2e%2e/etc/passwd"), None);
    }
}
