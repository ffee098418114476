//! Opening the database and bringing it up to date.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/sqlite");

/// A connection pool to one database.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) pool: SqlitePool,
}

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the database {path} cannot be opened: {source}; check that its folder exists and can be written to")]
    Open { path: PathBuf, source: sqlx::Error },
    #[error("the database {path} cannot be brought up to date: {source}")]
    Migrate { path: PathBuf, source: sqlx::migrate::MigrateError },
}

impl Store {
    /// Opens or creates the database file.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
        Self::connect(options, path, 4).await
    }

    /// A database that vanishes with the process, for one-off commands and tests.
    pub async fn in_memory() -> Result<Self, OpenError> {
        Self::connect(SqliteConnectOptions::new().in_memory(true), Path::new(":memory:"), 1).await
    }

    async fn connect(options: SqliteConnectOptions, path: &Path, connections: u32) -> Result<Self, OpenError> {
        let options = options
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        let pool = SqlitePoolOptions::new()
            .max_connections(connections)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options)
            .await
            .map_err(|source| OpenError::Open { path: path.to_owned(), source })?;
        MIGRATIONS.run(&pool).await.map_err(|source| OpenError::Migrate { path: path.to_owned(), source })?;
        Ok(Self { pool })
    }

    /// Waits for running statements and closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
