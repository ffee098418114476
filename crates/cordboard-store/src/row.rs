//! Between columns and domain types.

use std::str::FromStr;

use cordboard_domain::ports::StoreError;
use cordboard_domain::time::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Row};

pub(crate) fn database(error: sqlx::Error) -> StoreError {
    StoreError::Database(Box::new(error))
}

/// An id column.
pub(crate) fn id<I>(row: &SqliteRow, column: &'static str) -> Result<I, StoreError>
where
    I: FromStr,
    I::Err: std::fmt::Display,
    &'static str: ColumnIndex<SqliteRow>,
{
    text(row, column)?.parse().map_err(|error| StoreError::Corrupt(format!("{column}: {error}")))
}

pub(crate) fn text(row: &SqliteRow, column: &'static str) -> Result<String, StoreError> {
    row.try_get(column).map_err(database)
}

/// A column of milliseconds.
pub(crate) fn time(row: &SqliteRow, column: &'static str) -> Result<Timestamp, StoreError> {
    let millis: i64 = row.try_get(column).map_err(database)?;
    Timestamp::from_millisecond(millis).map_err(|error| StoreError::Corrupt(format!("{column}: {error}")))
}
