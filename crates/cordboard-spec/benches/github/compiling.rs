//! From the file to tools whose schemas were validated.

use std::fs;
use std::path::Path;
use std::time::Instant;

use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::toolset::Toolset;
use url::Url;

use crate::table::{Kind, Table};
use crate::{MEMORY, OPERATIONS};

const RUNS: usize = 9;

pub(crate) fn measure(file: &Path, table: &mut Table) -> Toolset {
    let mut seconds = Vec::new();
    let before = MEMORY.current_usage_as_mb();
    MEMORY.reset_peak_usage();
    for _ in 0..RUNS {
        let start = Instant::now();
        let (bundle, toolset) = compile(file);
        let valid = count_valid(&toolset);
        seconds.push(start.elapsed().as_secs_f64());
        assert_eq!(valid, count_valid(&toolset), "validating is deterministic");
        drop((bundle, toolset));
    }
    let peak = f64::from(MEMORY.peak_usage_as_mb() - before);
    seconds.sort_by(f64::total_cmp);
    let (_, toolset) = compile(file);
    table.at_most("description to validated tools, best", Kind::Time, 0.25, seconds[0], "s");
    table.at_most("description to validated tools, median", Kind::Time, 0.25, seconds[RUNS / 2], "s");
    table.at_most("peak memory of that", Kind::Exact, 120.0, peak, "MB");
    table.all("operations that can be called", OPERATIONS, toolset.operations.len());
    table.all("schemas valid under JSON Schema 2020-12", OPERATIONS, count_valid(&toolset));
    toolset
}

fn compile(file: &Path) -> (Bundle, Toolset) {
    let text = fs::read_to_string(file).expect("the task fetched the description");
    let address = Url::parse("https://api.github.com/openapi.json").expect("it is an address");
    let bundle = Bundle::read(&address, text).expect("the description is JSON");
    let toolset = Toolset::compile_bare(&bundle).expect("the description has operations");
    (bundle, toolset)
}

fn count_valid(toolset: &Toolset) -> usize {
    let schemas = toolset.operations.iter().map(|operation| &operation.parameters);
    schemas.filter(|schema| jsonschema::draft202012::meta::is_valid(schema)).count()
}
