//! What a model is given for the requests of a list, for those who train one.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::Context as _;
use serde_json::json;

use super::bench::Bench;
use super::requests::Script;

/// Writes a JSON line per single request: `{"text", "wanted", "arguments", "request"}`, where `wanted` is a tool's name
/// or null, `arguments` are those that are right, and `request` is what the journal would record.
pub(super) fn write(bench: &Bench, scripts: &[Script<'_>], file: &Path) -> anyhow::Result<()> {
    let write = || -> anyhow::Result<()> {
        let mut out = BufWriter::new(File::create(file)?);
        for script in scripts {
            let [entry] = script.entries else { continue };
            let request = bench.request(&[], &bench.turn(&entry.text)?, &script.toolbox);
            let wanted = entry.tool(&script.toolbox)?.map(|tool| tool.plugin.tool_name(tool.operation));
            let arguments = json!({"exact": entry.arguments, "contains": entry.contains, "accepted": entry.accept});
            let line = json!({"text": entry.text, "wanted": wanted, "arguments": arguments, "request": request});
            writeln!(out, "{line}")?;
        }
        Ok(out.flush()?)
    };
    write().with_context(|| format!("{} cannot be written", file.display()))
}
