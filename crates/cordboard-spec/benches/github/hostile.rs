//! Descriptions made to hurt: each ends in tools or a clear error, in bounded time and memory.

use std::time::Instant;

use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::document::source::MAX_DOCUMENT_BYTES;
use cordboard_spec::toolset::{CompileError, Toolset};
use url::Url;

use crate::MEMORY;

/// What it is, and how it is made.
type Input = (&'static str, fn() -> String);

/// Measures all of them, one after the other, and prints a line for each.
pub(crate) fn measure() {
    println!("| hostile input | what comes of it | time | peak memory |\n|---|---|---|---|");
    let inputs: [Input; 12] = [
        ("50 MB of YAML", || yaml(MAX_DOCUMENT_BYTES)),
        ("50 MB of JSON", || json(MAX_DOCUMENT_BYTES)),
        ("50 MB of JSON in one operation", wide),
        ("more than 50 MB", || " ".repeat(MAX_DOCUMENT_BYTES) + "openapi: 3.0.0"),
        ("YAML aliases that unfold into 10^9 values", aliases),
        ("a list of a million values within 100 anchors", anchors),
        ("JSON nested 1,000,000 deep", || "{\"a\":[".repeat(500_000)),
        ("YAML nested 100,000 deep", || format!("a: {}", "[".repeat(100_000))),
        ("references that unfold into 12^9 schemas", references),
        ("a schema of 500,000 properties used by 1,000 operations", shared),
        ("a path item of 5,000 parameters shared by 30,000 paths", shared_path_item),
        ("100 dead references below a key of 4,000 bytes, used by 30,000 operations", long_key),
    ];
    for (name, make) in inputs {
        let text = make();
        let before = MEMORY.current_usage_as_mb();
        MEMORY.reset_peak_usage();
        let start = Instant::now();
        let words = match compile(text) {
            Ok(toolset) => format!("{} operations", toolset.operations.len()),
            Err(error) => error.to_string().chars().take(90).collect(),
        };
        let (seconds, peak) = (start.elapsed().as_secs_f64(), MEMORY.peak_usage_as_mb() - before);
        println!("| {name} | {words} | {seconds:.2} s | {peak:.0} MB |");
    }
}

fn compile(text: String) -> Result<Toolset, CompileError> {
    let address = Url::parse("https://hostile.example/spec").expect("it is an address");
    Toolset::compile_bare(&Bundle::read(&address, text)?)
}

fn filled(mut text: String, end: &str, size: usize, piece: impl Fn(usize) -> String) -> String {
    for number in 0.. {
        let piece = piece(number);
        if text.len() + piece.len() + end.len() > size {
            break;
        }
        text.push_str(&piece);
    }
    text.push_str(end);
    text
}

fn yaml(size: usize) -> String {
    let head = "openapi: 3.0.0\npaths:\n".to_owned();
    filled(head, "", size, |number| {
        format!(
            "  /things/{number}/{{id}}:\n    get:\n      summary: Get thing {number}\n      parameters:\n        \
             - {{name: id, in: path, required: true, schema: {{type: string}}}}\n"
        )
    })
}

fn json(size: usize) -> String {
    let head = "{\"openapi\":\"3.0.0\",\"paths\":{\"/\":{}".to_owned();
    filled(head, "}}", size, |number| {
        format!(
            ",\"/things/{number}/{{id}}\":{{\"get\":{{\"operationId\":\"same\",\"parameters\":[{{\"name\":\"id\",\"in\":\
             \"path\",\"required\":true,\"schema\":{{\"type\":\"string\"}}}}]}}}}"
        )
    })
}

fn wide() -> String {
    let head = "{\"openapi\":\"3.0.0\",\"paths\":{\"/\":{\"post\":{\"parameters\":[{}".to_owned();
    filled(head, "]}}}}", MAX_DOCUMENT_BYTES, |number| format!(",{{\"name\":\"p{number}\",\"in\":\"query\"}}"))
}

fn aliases() -> String {
    let levels =
        (1..10).map(|level| format!("l{level}: &l{level} [{}]\n", vec![format!("*l{}", level - 1); 10].join(", ")));
    format!("openapi: 3.0.0\nl0: &l0 x\n{}paths: {{}}\n", levels.collect::<String>())
}

fn anchors() -> String {
    let open: Vec<String> = (0..100).map(|number| format!("&a{number} [")).collect();
    format!("openapi: 3.0.0\nx: {}{}{}\npaths: {{}}\n", open.concat(), "1, ".repeat(1_000_000), "]".repeat(100))
}

fn references() -> String {
    let level = |number: usize| {
        let below = format!("{{\"$ref\":\"#/components/schemas/S{}\"}}", number + 1);
        let members: Vec<String> = (0..12).map(|each| format!("\"p{each}\":{below}")).collect();
        format!("\"S{number}\":{{\"type\":\"object\",\"properties\":{{{}}}}},", members.join(","))
    };
    with_schema(&(0..9).map(level).collect::<String>(), "\"S9\":{\"type\":\"string\"}", 100)
}

fn shared() -> String {
    let members: Vec<String> = (0..500_000).map(|number| format!("\"p{number}\":{{}}")).collect();
    with_schema("", &format!("\"S0\":{{\"properties\":{{{}}}}}", members.join(",")), 1_000)
}

fn shared_path_item() -> String {
    let parameters: Vec<String> =
        (0..5_000).map(|number| format!("{{\"name\":\"p{number}\",\"in\":\"query\"}}")).collect();
    let paths: Vec<String> = (0..30_000).map(|number| format!("\"/{number}\":{{\"$ref\":\"#/x-item\"}}")).collect();
    let item = format!("{{\"get\":{{\"parameters\":[{}]}}}}", parameters.join(","));
    format!("{{\"openapi\":\"3.1.0\",\"x-item\":{item},\"paths\":{{{}}}}}", paths.join(","))
}

fn long_key() -> String {
    let key = "k".repeat(4_000);
    let dead: Vec<String> = (0..100).map(|number| format!("\"p{number}\":{{\"$ref\":\"#/gone{number}\"}}")).collect();
    let below = format!("\"{key}\":{{\"properties\":{{{}}}}},", dead.join(","));
    with_schema(&below, &format!("\"S0\":{{\"$ref\":\"#/components/schemas/{key}\"}}"), 30_000)
}

/// Operations whose body is the schema `S0`.
fn with_schema(schemas: &str, last: &str, operations: usize) -> String {
    let body = "{\"post\":{\"requestBody\":{\"content\":{\"application/json\":{\"schema\":{\"$ref\":\
                \"#/components/schemas/S0\"}}}}}}";
    let paths: Vec<String> = (0..operations).map(|number| format!("\"/{number}\":{body}")).collect();
    let paths = paths.join(",");
    format!("{{\"openapi\":\"3.0.0\",\"paths\":{{{paths}}},\"components\":{{\"schemas\":{{{schemas}{last}}}}}}}")
}
