//! Databases for tests: each test gets a PostgreSQL database of its own on the server that `cargo xtask test` started.

use sqlx::Connection as _;

use crate::Store;

/// Where tests find the server: a URL without a database's name.
const SERVER: &str = "CORDBOARD_TEST_POSTGRES";

/// The URL of an empty database.
///
/// # Panics
/// Where there is no server: a test that needs one has to fail without it.
#[expect(clippy::disallowed_methods, reason = "the task that runs the tests says where the server is")]
pub async fn empty_postgres() -> String {
    let server = std::env::var(SERVER)
        .unwrap_or_else(|_| panic!("{SERVER} is not set; run `cargo xtask test`, which starts PostgreSQL"));
    let mut admin =
        sqlx::PgConnection::connect(&format!("{server}/postgres")).await.expect("the tests' PostgreSQL answers");
    let mut random = [0; 8];
    getrandom::fill(&mut random).expect("the system gives random bytes");
    let name = format!("test_{}", cordboard_domain::plugin::hex(&random));
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut admin)
        .await
        .expect("a test may create a database");
    format!("{server}/{name}")
}

/// A store in an empty PostgreSQL database.
pub async fn postgres() -> Store {
    Store::postgres(&empty_postgres().await).await.expect("an empty database opens")
}
