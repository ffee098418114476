//! `cordboard serve`: the server, until it is told to stop.

use std::fs::File;
use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use cordboard_domain::account::Role;
use cordboard_domain::ports::Accounts as _;
use cordboard_domain::ports::Sessions as _;
use cordboard_domain::time::Clock as _;
use cordboard_web::{Invitee, invitation_link, router, sign_in_link};
use tokio::net::TcpListener;
use tokio::signal;
use tokio_util::sync::CancellationToken;

use super::{Outcome, upkeep};
use crate::assembly::{Assembly, open_store};
use crate::cli;
use crate::config::Config;
use crate::keys::keyring;
use crate::system::{SystemClock, SystemEntropy};
use crate::terminal;

const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8010);
/// How long open turns may go on after a signal to stop; what is not done is taken up at the next start.
const GRACE: Duration = Duration::from_secs(10);

pub(crate) async fn run(arguments: cli::Serve) -> anyhow::Result<Outcome> {
    let config = Config::load(&arguments.common)?;
    let address = arguments.listen.or(config.listen).unwrap_or(DEFAULT_ADDRESS);
    let listener = listen(address, "--listen").await?;
    let _lock = match &config.database {
        Some(_) => None,
        None => Some(lock(&config.data_dir()?)?),
    };
    let store = open_store(&config).await?;
    let keyring = keyring(&config, &config.data_dir()?, &store).await?;
    let assembly = Assembly::new(&config, store, keyring, &[]).await?;
    let base = base(&config, &listener)?;
    let for_others = config.public_url.is_some() || !listener.local_addr().is_ok_and(|at| at.ip().is_loopback());
    let welcome = if for_others { invite(&assembly, &base).await? } else { sign_in(&assembly, &base).await? };
    terminal::say(&format!("Cordboard is ready. {welcome}\n\nCtrl+C stops it."));
    until_stopped(&config, &assembly, listener, Vec::new()).await
}

/// How the owner comes in on a machine of their own.
async fn sign_in(assembly: &Assembly, base: &str) -> anyhow::Result<String> {
    let link = link(assembly, base).await?;
    Ok(format!("Sign in once, within 15 minutes:\n\n  {link}"))
}

/// How people come in on a server for others: the owner first sets up a login, and invites them.
async fn invite(assembly: &Assembly, base: &str) -> anyhow::Result<String> {
    let owner = assembly.store.get_account(assembly.owner).await?;
    if owner.login.is_some() {
        return Ok(format!("People sign in at {base}/sign-in"));
    }
    let note = "The owner's first visit".to_owned();
    let invitee = Invitee { role: Role::Admin, account: Some(owner.id), invited_by: None, note };
    let path = invitation_link(&*assembly.store, &SystemClock, &SystemEntropy, invitee).await?;
    Ok(format!("Choose the owner's login and password, within seven days; then invite others:\n\n  {base}{path}"))
}

/// Takes a port, or says who wants it and how to choose another.
pub(crate) async fn listen(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("Cordboard cannot listen at {address}; another program may be using it. Choose another with {flag}")
    })
}

/// Keeps a second server from working on the same turns; held as long as the file lives.
pub(crate) fn lock(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join("cordboard.lock");
    let file = File::create(&path).with_context(|| format!("{} cannot be written", path.display()))?;
    file.try_lock().with_context(|| {
        format!("another Cordboard runs on {}; stop it, or choose another folder with --data-dir", folder.display())
    })?;
    Ok(file)
}

/// The server's address as a browser on this machine can use it.
pub(crate) fn base(config: &Config, listener: &TcpListener) -> anyhow::Result<String> {
    let address = listener.local_addr().context("the server has no address")?;
    if let Some(url) = &config.public_url {
        return Ok(url.as_str().trim_end_matches('/').to_owned());
    }
    let host = match config.hosts.first() {
        Some(host) if !address.ip().is_loopback() => host.clone(),
        Some(_) | None => "localhost".to_owned(),
    };
    Ok(format!("http://{host}:{}", address.port()))
}

/// A one-time sign-in link for the owner.
pub(crate) async fn link(assembly: &Assembly, base: &str) -> anyhow::Result<String> {
    let path = sign_in_link(&*assembly.store, &SystemClock, &SystemEntropy, assembly.owner).await?;
    Ok(format!("{base}{path}"))
}

/// Takes up what an earlier start left open, then serves until a signal comes.
pub(crate) async fn until_stopped(
    config: &Config,
    assembly: &Assembly,
    listener: TcpListener,
    suggestions: Vec<String>,
) -> anyhow::Result<Outcome> {
    let shutdown = CancellationToken::new();
    let app = assembly.app(config, suggestions, shutdown.clone())?;
    assembly.store.sweep_expired(SystemClock.now()).await?;
    assembly.engine.resume(!assembly.store.is_shared()).await?;
    let beside = upkeep::watch(assembly, &shutdown);
    let stopped = shutdown.clone();
    let stopping = async move {
        stop_signal().await;
        shutdown.cancel();
    };
    let patience = async {
        stopped.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    let server = axum::serve(listener, router(app).into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stopping)
        .into_future();
    tokio::select! {
        ended = server => ended.context("the server failed")?,
        () = patience => terminal::note("Some connections were still open and were cut."),
    }
    if tokio::time::timeout(GRACE, assembly.engine.finish()).await.is_err() {
        assembly.engine.hand_over().await;
        terminal::note("Some turns were still running; they go on at the next start, or on another server.");
    }
    beside.wait().await;
    assembly.store.close().await;
    Ok(Outcome::Done)
}

async fn stop_signal() {
    #[cfg(unix)]
    {
        use signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without a handler the operating system ends the process, which the journal survives.
    let _ = signal::ctrl_c().await;
}
