//! What a server does beside answering: it keeps the catalogue up, passes on the news of other servers on the same
//! database, and takes over turns of those that stopped.

use std::time::Duration;

use cordboard_agent::signals::Signals;
use cordboard_domain::ports::StoreError;
use cordboard_store::Store;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::warn;

use crate::assembly::Assembly;

/// How long to wait before listening again when the database cannot be reached.
const PAUSE: Duration = Duration::from_secs(1);

/// Starts it; what concerns other servers, where there can be some. It ends with the server.
pub(super) fn watch(assembly: &Assembly, stop: &CancellationToken) -> TaskTracker {
    let tasks = TaskTracker::new();
    let is_alone = !assembly.store.is_shared();
    let (catalogue, stopped) = (assembly.catalogue.clone(), stop.clone());
    tasks.spawn(async move { catalogue.keep_up(is_alone, stopped).await });
    if !is_alone {
        let engine = assembly.engine.clone();
        let (store, signals, stopped) = (assembly.store.clone(), engine.signals().clone(), stop.clone());
        tasks.spawn(async move { stopped.run_until_cancelled(pass_on(&store, &signals)).await });
        let stopped = stop.clone();
        tasks.spawn(async move { engine.keep_resuming(stopped).await });
    }
    tasks.close();
    tasks
}

/// Passes on what other servers store, for as long as it is let.
async fn pass_on(store: &Store, signals: &Signals) {
    loop {
        if let Err(problem) = listen(store, signals).await {
            warn!(%problem, "news of other servers cannot be heard");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn listen(store: &Store, signals: &Signals) -> Result<(), StoreError> {
    let Some(mut news) = store.news().await? else { return Ok(()) };
    // Whatever happened before is in the journal.
    signals.send_to_all();
    loop {
        match news.next().await? {
            Some(conversation) => signals.send(conversation),
            None => signals.send_to_all(),
        }
    }
}
