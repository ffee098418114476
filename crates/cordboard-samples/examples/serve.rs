//! Serves one sample until it is interrupted: `cargo run -p cordboard-samples --example serve -- hotels 5003`.

#![allow(clippy::print_stdout, reason = "a command line that tells its address")]

use std::error::Error;
use std::net::Ipv4Addr;

use cordboard_samples::{Sample, serve};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let names = Sample::ALL.map(Sample::name).join(", ");
    let sample = arguments.next().and_then(|name| Sample::lookup(&name));
    let sample = sample.ok_or_else(|| format!("say which sample: {names}"))?;
    let port = arguments.next().map_or(Ok(0), |port| port.parse::<u16>())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("{} is at http://{}", sample.title(), listener.local_addr()?);
    Ok(serve(sample, listener).await?)
}
