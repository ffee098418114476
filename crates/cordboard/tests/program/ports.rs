//! Ports for a demo, which takes seven in a row.

use std::net::{Ipv4Addr, TcpListener};

/// How many ports the demo takes: the server's and one for each sample.
const TAKEN: u16 = 7;
/// One more than the demo takes; the last port of a block is held while a test uses the block.
const BLOCK: u16 = TAKEN + 1;
/// Below the ports that operating systems hand out by themselves.
const FIRST: u16 = 10_000;
const BLOCKS: u16 = 2_500;

/// Seven ports in a row that no other test of this project takes meanwhile.
#[derive(Debug)]
pub(crate) struct Ports {
    base: u16,
    /// Marks the block as taken, also for other test processes.
    _claim: TcpListener,
}

impl Ports {
    /// Finds a block whose ports are all free.
    pub(crate) fn claim() -> Self {
        let start = u16::try_from(std::process::id() % u32::from(BLOCKS)).unwrap_or_default();
        let blocks = (0..BLOCKS).map(|offset| FIRST + (start + offset) % BLOCKS * BLOCK);
        blocks.into_iter().find_map(claim).expect("seven free ports in a row")
    }

    /// The first of the seven.
    pub(crate) fn base(&self) -> u16 {
        self.base
    }

    /// The port of the demo's sample with this place in its list, from 1.
    pub(crate) fn sample(&self, place: u16) -> u16 {
        self.base + place
    }
}

fn claim(base: u16) -> Option<Ports> {
    let claim = TcpListener::bind((Ipv4Addr::LOCALHOST, base + TAKEN)).ok()?;
    let is_free = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    (base..base + TAKEN).all(is_free).then_some(Ports { base, _claim: claim })
}

/// A port at which nothing listens: it was free a moment ago, and the block around it stays claimed.
#[derive(Debug)]
pub(crate) struct ClosedPort(Ports);

impl ClosedPort {
    pub(crate) fn claim() -> Self {
        Self(Ports::claim())
    }

    pub(crate) fn number(&self) -> u16 {
        self.0.base
    }
}
