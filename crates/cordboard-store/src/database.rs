//! Opening the database and bringing it up to date. One seam for two dialects: the statements are the same, only what is
//! said here differs.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use cordboard_domain::ports::StoreError;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::any::{AnyPoolOptions, install_default_drivers};
use sqlx::migrate::Migrator;
use sqlx::{Any, AnyConnection, AnyPool, Connection as _, Executor as _, Transaction};

use crate::row::database;

static SQLITE: Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

/// What a path keeps of its characters in a database URL.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');

/// Every commit is on disk before it is acknowledged; waiting for another writer has an end.
const SQLITE_SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                               PRAGMA busy_timeout = 10000;";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// A connection pool to one database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) pool: AnyPool,
    pub(crate) dialect: Dialect,
    /// For the connection that listens.
    pub(crate) url: String,
    /// Keeps a database in memory alive when the pool closes its connection, as it does with one whose work was dropped.
    anchor: Option<Arc<Mutex<AnyConnection>>>,
}

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the database {path} cannot be opened: {source}; check that its folder exists and can be written to")]
    Open { path: PathBuf, source: sqlx::Error },
    #[error("PostgreSQL cannot be reached: {0}; check the address, the password and that the server runs")]
    Connect(#[source] sqlx::Error),
    #[error("`{0}` is no database; give a URL such as postgres://user:password@host/name")]
    Url(String),
    #[error("the database cannot be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

impl Store {
    /// Opens or creates a SQLite file.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let name = path.to_string_lossy();
        let url = format!("sqlite://{}?mode=rwc", utf8_percent_encode(&name, PATH));
        let failed = |source| OpenError::Open { path: path.to_owned(), source };
        Self::connect(url, Dialect::Sqlite, 4).await.map_err(failed)?.migrated().await
    }

    /// A database that vanishes with the process, for one-off commands and tests.
    pub async fn in_memory() -> Result<Self, OpenError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let failed = |source| OpenError::Open { path: ":memory:".into(), source };
        // A name lets every connection reach the same database; `:memory:` gives each one of its own.
        let url = format!("sqlite://memory-{}?mode=memory&cache=shared", NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut store = Self::connect(url, Dialect::Sqlite, 1).await.map_err(failed)?;
        let anchor = AnyConnection::connect(&store.url).await.map_err(failed)?;
        store.anchor = Some(Arc::new(Mutex::new(anchor)));
        store.migrated().await
    }

    /// Opens a PostgreSQL database by its URL. Several servers may do so at once.
    pub async fn postgres(url: &str) -> Result<Self, OpenError> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(OpenError::Url(url.split_once("://").map_or(url, |(scheme, _)| scheme).to_owned()));
        }
        // A pool would go on trying for a while; a wrong address or password is better told at once.
        sqlx::PgConnection::connect(url)
            .await
            .map_err(OpenError::Connect)?
            .close()
            .await
            .map_err(OpenError::Connect)?;
        Self::connect(url.to_owned(), Dialect::Postgres, 16).await.map_err(OpenError::Connect)?.migrated().await
    }

    async fn connect(url: String, dialect: Dialect, connections: u32) -> Result<Self, sqlx::Error> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(install_default_drivers);
        let mut options = AnyPoolOptions::new()
            .max_connections(connections)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(15));
        if dialect == Dialect::Sqlite {
            options = options.idle_timeout(None).max_lifetime(None).after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute(SQLITE_SETTINGS).await?;
                    Ok(())
                })
            });
        }
        Ok(Self { pool: options.connect(&url).await?, dialect, url, anchor: None })
    }

    /// Runs the migrations that are missing; servers that start together do so one after the other.
    async fn migrated(self) -> Result<Self, OpenError> {
        match self.dialect {
            Dialect::Sqlite => SQLITE.run(&self.pool).await?,
            Dialect::Postgres => POSTGRES.run(&self.pool).await?,
        }
        Ok(self)
    }

    /// A transaction that may write from its beginning.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Any>, StoreError> {
        match self.dialect {
            Dialect::Sqlite => self.pool.begin_with("BEGIN IMMEDIATE").await,
            Dialect::Postgres => self.pool.begin().await,
        }
        .map_err(database)
    }

    /// A transaction that reads everything as of one moment.
    pub(crate) async fn snapshot(&self) -> Result<Transaction<'static, Any>, StoreError> {
        match self.dialect {
            Dialect::Sqlite => self.pool.begin().await,
            Dialect::Postgres => self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await,
        }
        .map_err(database)
    }

    /// Whether several servers may share the database.
    pub fn is_shared(&self) -> bool {
        self.dialect == Dialect::Postgres
    }

    /// Waits for running statements and closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
