//! Runs a sample on a port of this machine.

use std::io;
use std::net::Ipv4Addr;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::{Clock, Sample, Setup};

/// A sample that answers until this handle is dropped.
pub struct RunningSample {
    sample: Sample,
    origin: String,
    setup: Setup,
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

    /// How it runs.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }
}

/// Serves a sample until the future is dropped.
pub async fn serve(sample: Sample, listener: TcpListener, setup: &Setup) -> io::Result<()> {
    let origin = origin_of(&listener)?;
    axum::serve(listener, sample.router(&origin, setup)).await
}

/// Starts a sample on `127.0.0.1:port` in a task of its own; port 0 takes any free one.
pub async fn spawn(sample: Sample, port: u16) -> io::Result<RunningSample> {
    spawn_with(sample, port, Setup::new(Clock::system())).await
}

/// Like [`spawn`], run as the setup says.
#[allow(clippy::disallowed_methods, reason = "the handle below owns the task and ends it")]
pub async fn spawn_with(sample: Sample, port: u16, setup: Setup) -> io::Result<RunningSample> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let origin = origin_of(&listener)?;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(listener, sample.router(&origin, &setup)).with_graceful_shutdown(async move {
        // An error here means that the handle was dropped, which is the signal.
        let _ = stopped.await;
    });
    tokio::spawn(server.into_future());
    Ok(RunningSample { sample, origin, setup, _stop: stop })
}

fn origin_of(listener: &TcpListener) -> io::Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}
