//! From a model's arguments to the exact request, over all operations.

use std::time::Instant;

use cordboard_domain::id::PluginId;
use cordboard_domain::plugin::VersionDigest;
use cordboard_spec::request::{plan, validate};
use cordboard_spec::toolset::Toolset;
use cordboard_spec::toolset::operation::Operation;

use crate::arguments;
use crate::table::{Kind, Table};

const ROUNDS: usize = 11;

pub(crate) fn measure(toolset: &Toolset, table: &mut Table) {
    let plugin: PluginId = "01890000000070008000000000000000".parse().expect("it is an id");
    let version = VersionDigest::from_stored("bench".to_owned());
    let raw: Vec<(&Operation, String)> = toolset
        .operations
        .iter()
        .map(|operation| (operation, serde_json::Value::Object(arguments::of(&operation.parameters)).to_string()))
        .collect();
    let plan_one = |operation: &Operation, raw: &str| {
        let checked = validate::arguments(operation, raw).map_err(|problem| problem.to_string())?;
        plan::plan(operation, plugin, &version, &checked.arguments).map_err(|error| error.to_string())
    };
    let mut planned = 0;
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for (operation, raw) in &raw {
        let start = Instant::now();
        let call = plan_one(operation, raw);
        first.push(start.elapsed().as_secs_f64() * 1e6);
        match call {
            Ok(_) => planned += 1,
            Err(problem) => println!("{}: {raw}: {problem}", operation.name),
        }
    }
    for (operation, raw) in raw.iter().cycle().take(raw.len() * ROUNDS) {
        let start = Instant::now();
        std::hint::black_box(plan_one(operation, raw)).ok();
        later.push(start.elapsed().as_secs_f64() * 1e6);
    }
    table.all("operations planned with generated arguments", toolset.operations.len(), planned);
    table.at_most("planning one call, p50", Kind::Time, 20.0, quantile(&mut later, 50), "µs");
    table.note("planning one call, p99", format!("{:.1} µs", quantile(&mut later, 99)));
    table.note(
        "first call of an operation (its validator is built), p50",
        format!("{:.1} µs", quantile(&mut first, 50)),
    );
}

fn quantile(times: &mut [f64], percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times[(times.len() - 1) * percent / 100]
}
