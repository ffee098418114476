//! Runs a sample on a port of this machine.

use std::io;
use std::net::Ipv4Addr;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::{Clock, Sample};

/// A sample that answers until this handle is dropped.
#[derive(Debug)]
pub struct RunningSample {
    sample: Sample,
    origin: String,
    /// Never sent to: dropping it stops the server.
    _stop: oneshot::Sender<()>,
}

impl RunningSample {
    /// Which sample runs.
    pub fn sample(&self) -> Sample {
        self.sample
    }

    /// Where it runs, such as `http://127.0.0.1:5003`, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

/// Serves a sample until the future is dropped.
pub async fn serve(sample: Sample, listener: TcpListener) -> io::Result<()> {
    let origin = origin_of(&listener)?;
    axum::serve(listener, sample.router(&origin, Clock::system())).await
}

/// Starts a sample on `127.0.0.1:port` in a task of its own; port 0 takes any free one.
pub async fn spawn(sample: Sample, port: u16) -> io::Result<RunningSample> {
    spawn_at(sample, port, Clock::system()).await
}

/// Like [`spawn`], with the clock given.
#[allow(clippy::disallowed_methods, reason = "the handle below owns the task and ends it")]
pub async fn spawn_at(sample: Sample, port: u16, clock: Clock) -> io::Result<RunningSample> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let origin = origin_of(&listener)?;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(listener, sample.router(&origin, clock)).with_graceful_shutdown(async move {
        // An error here means that the handle was dropped, which is the signal.
        let _ = stopped.await;
    });
    tokio::spawn(server.into_future());
    Ok(RunningSample { sample, origin, _stop: stop })
}

fn origin_of(listener: &TcpListener) -> io::Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}
