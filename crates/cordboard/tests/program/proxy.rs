//! A network between a browser and a server, which a test can cut.

use std::net::Ipv4Addr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::program::Server;

/// Passes connections on until they are cut.
#[derive(Debug)]
pub(crate) struct Proxy {
    /// Such as `http://localhost:5003`.
    pub(crate) base: String,
    cuts: watch::Sender<u32>,
    accepting: AbortHandle,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Proxy {
    /// A network that leads to a server, on the same host, so that its sessions hold.
    #[expect(clippy::disallowed_methods, reason = "the handle owns the task and ends it")]
    pub(crate) async fn start(server: &Server) -> Self {
        let (host, port) = server.base.rsplit_once(':').expect("the address has a port");
        let target = format!("127.0.0.1:{port}");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let base = format!("{host}:{}", listener.local_addr().expect("a bound address").port());
        let (cuts, _) = watch::channel(0);
        let accepting = tokio::spawn(accept(listener, target, cuts.clone())).abort_handle();
        Self { base, cuts, accepting }
    }

    /// Ends every connection that is open.
    pub(crate) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

#[expect(clippy::disallowed_methods, reason = "a connection ends with its two ends")]
async fn accept(listener: TcpListener, target: String, cuts: watch::Sender<u32>) {
    while let Ok((mut near, _)) = listener.accept().await {
        let (mut cut, target) = (cuts.subscribe(), target.clone());
        tokio::spawn(async move {
            let Ok(mut far) = TcpStream::connect(target).await else { return };
            tokio::select! {
                _ = cut.changed() => {}
                _ = copy_bidirectional(&mut near, &mut far) => {}
            }
        });
    }
}
