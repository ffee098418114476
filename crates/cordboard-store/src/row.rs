//! Between columns and domain types.

use std::str::FromStr;

use cordboard_domain::ports::StoreError;
use cordboard_domain::time::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// What a failed statement means: a name that is taken is a conflict, everything else the database's trouble.
pub(crate) fn database(error: sqlx::Error) -> StoreError {
    if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) {
        return StoreError::Conflict;
    }
    StoreError::Database(Box::new(error))
}

pub(crate) fn corrupt(column: &str, problem: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("{column}: {problem}"))
}

/// An id column, or any other that is read from text.
pub(crate) fn parsed<T: FromStr<Err: std::fmt::Display>>(row: &AnyRow, column: &'static str) -> Result<T, StoreError> {
    text(row, column)?.parse().map_err(|error| corrupt(column, error))
}

/// The same where the column may be null.
pub(crate) fn parsed_if_any<T: FromStr<Err: std::fmt::Display>>(
    row: &AnyRow,
    column: &'static str,
) -> Result<Option<T>, StoreError> {
    text_if_any(row, column)?.map(|text| text.parse().map_err(|error| corrupt(column, error))).transpose()
}

pub(crate) fn text(row: &AnyRow, column: &'static str) -> Result<String, StoreError> {
    row.try_get(column).map_err(database)
}

pub(crate) fn text_if_any(row: &AnyRow, column: &'static str) -> Result<Option<String>, StoreError> {
    row.try_get(column).map_err(database)
}

/// A word that names one of a few things.
pub(crate) fn named<T>(
    row: &AnyRow,
    column: &'static str,
    lookup: impl FnOnce(&str) -> Option<T>,
) -> Result<T, StoreError> {
    let word = text(row, column)?;
    lookup(&word).ok_or_else(|| corrupt(column, format!("unknown `{word}`")))
}

/// A column of JSON.
pub(crate) fn json<T: DeserializeOwned>(row: &AnyRow, column: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(&text(row, column)?).map_err(|error| corrupt(column, error))
}

pub(crate) fn integer(row: &AnyRow, column: &'static str) -> Result<i64, StoreError> {
    row.try_get(column).map_err(database)
}

/// A count, or a number that was one when it was stored.
pub(crate) fn count(row: &AnyRow, column: &'static str) -> Result<u32, StoreError> {
    integer(row, column)?.try_into().map_err(|error| corrupt(column, error))
}

/// A column of 0 or 1.
pub(crate) fn flag(row: &AnyRow, column: &'static str) -> Result<bool, StoreError> {
    Ok(integer(row, column)? != 0)
}

/// A column of milliseconds.
pub(crate) fn time(row: &AnyRow, column: &'static str) -> Result<Timestamp, StoreError> {
    moment(column, integer(row, column)?)
}

/// The same where the column may be null.
pub(crate) fn time_if_any(row: &AnyRow, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
    let millis: Option<i64> = row.try_get(column).map_err(database)?;
    millis.map(|millis| moment(column, millis)).transpose()
}

fn moment(column: &str, millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millis).map_err(|error| corrupt(column, error))
}

/// Text as it can be stored anywhere; PostgreSQL keeps no NUL characters.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "")
}

/// A value as JSON.
pub(crate) fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("domain types have only string keys")
}
