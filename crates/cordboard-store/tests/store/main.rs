//! The database keeps what it acknowledged, in order, once. Every test runs on SQLite and, where `cargo xtask test`
//! provides a server, on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

/// Runs tests of the form `async fn name(store: Store)` on both databases.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(cordboard_store::Store::in_memory().await.unwrap()).await;
            })*
        }
        #[cfg(feature = "with-postgres")]
        mod on_postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name(cordboard_store::testing::postgres().await).await;
            })*
        }
    };
}

mod catalogue;
mod credentials;
mod files;
mod journal;
mod migrations;
mod people;
mod portable;
mod reviews;
mod sample;
