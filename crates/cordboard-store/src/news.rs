//! Which conversations have news, as other servers on the same database tell it.

use cordboard_domain::id::ConversationId;
use cordboard_domain::ports::StoreError;
use sqlx::postgres::PgListener;

use crate::Store;
use crate::row::database;

/// The channel of PostgreSQL's LISTEN and NOTIFY; messages are conversations' ids.
pub(crate) const CHANNEL: &str = "cordboard_news";

/// Waits for news from other servers. What it says is a hint; the journal holds the truth.
pub struct News(PgListener);

impl Store {
    /// Listens from now on; `None` where no other server can be.
    pub async fn news(&self) -> Result<Option<News>, StoreError> {
        if !self.is_shared() {
            return Ok(None);
        }
        let mut listener = PgListener::connect(&self.url).await.map_err(database)?;
        listener.listen(CHANNEL).await.map_err(database)?;
        Ok(Some(News(listener)))
    }
}

impl News {
    /// The next conversation with news; `None` when the connection was lost meanwhile, so that any may have some. Listens
    /// on by itself.
    pub async fn next(&mut self) -> Result<Option<ConversationId>, StoreError> {
        loop {
            match self.0.try_recv().await.map_err(database)? {
                None => return Ok(None),
                Some(message) => {
                    if let Ok(conversation) = message.payload().parse() {
                        return Ok(Some(conversation));
                    }
                }
            }
        }
    }
}
