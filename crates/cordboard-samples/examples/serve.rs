//! Serves one sample until it is interrupted: `cargo run -p cordboard-samples --example serve -- hotels 5003`.
//!
//! What a developer would agree with the plugin's operator comes as a third argument: for the hotels the address to which
//! sign-ins go back, for the quotes the token that proves the domain. The client or the key to enter is printed.

#![allow(clippy::print_stdout, reason = "a command line that tells its address")]

use std::error::Error;
use std::net::Ipv4Addr;

use cordboard_samples::{Clock, Sample, Setup, serve};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let names = Sample::ALL.map(Sample::name).join(", ");
    let sample = arguments.next().and_then(|name| Sample::lookup(&name));
    let sample = sample.ok_or_else(|| format!("say which sample: {names}"))?;
    let port = arguments.next().map_or(Ok(0), |port| port.parse::<u16>())?;
    let setup = Setup::new(Clock::system());
    if let Some(agreed) = arguments.next() {
        println!("{}", arrange(sample, &setup, &agreed)?);
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("{} is at http://{}", sample.title(), listener.local_addr()?);
    Ok(serve(sample, listener, &setup).await?)
}

fn arrange(sample: Sample, setup: &Setup, agreed: &str) -> Result<String, Box<dyn Error>> {
    match sample {
        Sample::Hotels => {
            let client = setup.clients.register("Cordboard", [agreed.parse()?]);
            Ok(format!("client id {}, secret {}", client.id, client.secret))
        }
        Sample::Quotes => {
            setup.contract.publish(agreed);
            Ok(format!("service key {}", setup.contract.issue_key()))
        }
        _ => Err(format!("{} needs no third argument", sample.title()).into()),
    }
}
