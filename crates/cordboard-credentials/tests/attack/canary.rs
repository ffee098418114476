//! Listeners on loopback that nothing may connect to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

const LOOPBACK: [IpAddr; 4] = [
    IpAddr::V4(Ipv4Addr::LOCALHOST),
    IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)),
    IpAddr::V4(Ipv4Addr::new(127, 255, 255, 254)),
    IpAddr::V6(Ipv6Addr::LOCALHOST),
];

/// Answers every connection with a page, and counts them.
pub(crate) struct Canary {
    /// The port on which every address listens.
    pub(crate) port: u16,
    /// What is listened on.
    pub(crate) addresses: Vec<SocketAddr>,
    connections: Arc<AtomicUsize>,
}

impl Canary {
    /// Listens on a free port of 127.0.0.1 and, as far as the machine allows, on the same port of the other addresses and
    /// on ports 80 and 443 of all of them.
    pub(crate) async fn start() -> Self {
        let first = TcpListener::bind((LOOPBACK[0], 0)).await.expect("a free port");
        let port = first.local_addr().expect("a bound address").port();
        let mut canary = Self { port, addresses: Vec::new(), connections: Arc::default() };
        canary.listen(first);
        for port in [port, 80, 443] {
            for address in LOOPBACK {
                if let Ok(listener) = TcpListener::bind((address, port)).await {
                    canary.listen(listener);
                }
            }
        }
        canary
    }

    #[expect(clippy::disallowed_methods, reason = "the listener ends with the test's runtime")]
    fn listen(&mut self, listener: TcpListener) {
        self.addresses.push(listener.local_addr().expect("a bound address"));
        let connections = self.connections.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                // Whoever connected may have gone.
                let _ =
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\ncanary").await;
            }
        });
    }

    /// How many connections there have been.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}
