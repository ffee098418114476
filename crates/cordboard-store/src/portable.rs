//! The whole database as lines of JSON, the same for both dialects: backup, restoring, and moving from one to the other.
//!
//! The first line says which columns the rows of each table have, so that what an older program wrote can be read: columns
//! that it did not know get their defaults.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cordboard_domain::ports::StoreError;
use futures::TryStreamExt as _;
use serde_json::{Map, Value, json};
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, Row as _};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::Store;
use crate::row::database;
use crate::tables::{Kind, TABLES, Table};

/// The first line of a backup.
const FORMAT: &str = "cordboard-backup";
const VERSION: u64 = 2;
/// Did not say which columns there are: those of today, except for what [`columns_of_the_first`] knows.
const FIRST: u64 = 1;

/// Why a backup was not made or not restored.
#[derive(Debug, thiserror::Error)]
pub enum PortableError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the file cannot be read or written: {0}")]
    File(#[from] std::io::Error),
    #[error("this is no backup of Cordboard: its first line does not begin {{\"format\":\"{FORMAT}\",…")]
    Format,
    #[error("a newer Cordboard made this backup: {0}; restore it with that one")]
    Newer(String),
    #[error("line {line}: {problem}")]
    Line { line: usize, problem: String },
    #[error("the database is not empty; restore into a new one")]
    NotEmpty,
    #[error("the backup breaks off: its last line is missing")]
    Truncated,
}

/// All columns of a table, by name.
pub(crate) fn select(table: &Table) -> String {
    let columns: Vec<String> = table.columns.iter().map(|(name, _)| format!("{name} AS {name}")).collect();
    format!("SELECT {} FROM {}", columns.join(", "), table.name)
}

/// A column as JSON; bytes as Base64.
pub(crate) fn value(row: &AnyRow, column: &str, kind: Kind) -> Result<Value, StoreError> {
    Ok(match kind {
        Kind::Text => row.try_get::<Option<String>, _>(column).map_err(database)?.into(),
        Kind::Integer => row.try_get::<Option<i64>, _>(column).map_err(database)?.into(),
        Kind::Bytes => {
            row.try_get::<Option<Vec<u8>>, _>(column).map_err(database)?.map(|bytes| STANDARD.encode(bytes)).into()
        }
    })
}

impl Store {
    /// Writes everything there is, as of one moment. Gives the number of rows.
    pub async fn backup(&self, file: &mut (impl AsyncWrite + Unpin + Send)) -> Result<u64, PortableError> {
        let mut written = 0_u64;
        let names = |table: &Table| table.columns.iter().map(|(name, _)| json!(name)).collect::<Value>();
        let columns: Map<String, Value> = TABLES.iter().map(|each| (each.name.to_owned(), names(each))).collect();
        line(file, &json!({ "format": FORMAT, "version": VERSION, "columns": columns })).await?;
        let mut transaction = self.snapshot().await?;
        for table in &TABLES {
            let sql = select(table);
            let mut rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch(&mut *transaction);
            while let Some(row) = rows.try_next().await.map_err(database)? {
                let cells = table.columns.iter().map(|(name, kind)| value(&row, name, *kind));
                let cells: Vec<Value> = cells.collect::<Result<_, _>>()?;
                line(file, &json!([table.name, cells])).await?;
                written += 1;
            }
        }
        line(file, &json!({ "rows": written })).await?;
        file.flush().await?;
        Ok(written)
    }

    /// Puts a backup into an empty database; all or nothing. Gives the number of rows.
    pub async fn restore(&self, file: &mut (impl AsyncBufRead + Unpin + Send)) -> Result<u64, PortableError> {
        let mut lines = file.lines();
        let first = lines.next_line().await?.and_then(|line| serde_json::from_str::<Value>(&line).ok());
        let head = Head::read(&first.ok_or(PortableError::Format)?)?;
        let mut transaction = self.begin().await?;
        for table in &TABLES {
            let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {}", table.name)))
                .fetch_one(&mut *transaction)
                .await
                .map_err(database)?;
            if count > 0 {
                return Err(PortableError::NotEmpty);
            }
        }
        let (mut number, mut rows) = (1, 0);
        while let Some(text) = lines.next_line().await? {
            number += 1;
            let problem = |problem: String| PortableError::Line { line: number, problem };
            match serde_json::from_str(&text).map_err(|error| problem(error.to_string()))? {
                Value::Array(row) => {
                    let (table, columns, cells) =
                        head.row_of(&row).ok_or_else(|| problem("no row of a known table".to_owned()))?;
                    let sql = insert(table, &columns);
                    let query = bind(&columns, cells, sqlx::query(sqlx::AssertSqlSafe(sql)))
                        .ok_or_else(|| problem(format!("a row that does not fit `{}`", table.name)))?;
                    query.execute(&mut *transaction).await.map_err(|error| problem(error.to_string()))?;
                    rows += 1;
                }
                last if last == json!({ "rows": rows }) => {
                    transaction.commit().await.map_err(database)?;
                    // Otherwise statements are planned as for empty tables until the database looks by itself.
                    sqlx::query("ANALYZE").execute(&self.pool).await.map_err(database)?;
                    return Ok(rows);
                }
                _ => return Err(problem("neither a row nor the end".to_owned())),
            }
        }
        Err(PortableError::Truncated)
    }
}

async fn line(file: &mut (impl AsyncWrite + Unpin), value: &Value) -> Result<(), std::io::Error> {
    file.write_all(format!("{value}\n").as_bytes()).await
}

type Column = (&'static str, Kind);

/// What the first line says.
struct Head {
    /// Of each table's rows; absent in the first version of the format.
    columns: Option<HashMap<&'static str, Vec<Column>>>,
}

impl Head {
    fn read(first: &Value) -> Result<Self, PortableError> {
        let version = first["version"].as_u64().filter(|_| first["format"] == FORMAT).ok_or(PortableError::Format)?;
        let listed = match version {
            FIRST => return Ok(Self { columns: None }),
            VERSION => first["columns"].as_object().ok_or(PortableError::Format)?,
            newer => return Err(PortableError::Newer(format!("its format is {newer}"))),
        };
        let mut columns = HashMap::new();
        for (name, listed) in listed {
            let table = lookup(name).ok_or_else(|| PortableError::Newer(format!("it has a table `{name}`")))?;
            let known = known(table, listed);
            let known = known.map_err(|column| PortableError::Newer(format!("`{name}` has a `{column}`")))?;
            columns.insert(table.name, known);
        }
        Ok(Self { columns: Some(columns) })
    }

    /// The table of a row, and the row's columns with their cells.
    fn row_of<'row>(&self, row: &'row [Value]) -> Option<(&'static Table, Vec<Column>, &'row [Value])> {
        let [Value::String(name), Value::Array(cells)] = row else { return None };
        let table = lookup(name)?;
        let columns = match &self.columns {
            Some(columns) => columns.get(table.name)?.clone(),
            None => columns_of_the_first(table, cells.len()),
        };
        (cells.len() == columns.len()).then_some((table, columns, cells))
    }
}

fn lookup(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

/// The columns that a backup lists, or the first of which this program does not know.
fn known(table: &'static Table, listed: &Value) -> Result<Vec<Column>, String> {
    let listed = listed.as_array().map(Vec::as_slice).unwrap_or_default();
    let find = |name: &Value| table.columns.iter().copied().find(|(known, _)| name == known);
    listed.iter().map(|name| find(name).ok_or_else(|| name.as_str().unwrap_or("?").to_owned())).collect()
}

/// Columns that no backup in the first version of the format has.
const LATER: [(&str, &str); 4] = [
    ("connections", "asked"),
    ("conversations", "archived_at"),
    ("plugin_versions", "source"),
    ("plugins", "verified_origins"),
];

/// The columns of a row of so many cells in the first version of the format. Programs wrote it before and after a
/// connection was chosen for each scheme, and never with what came later.
fn columns_of_the_first(table: &'static Table, cells: usize) -> Vec<Column> {
    let is_older = table.name == "connection_choices" && cells < table.columns.len();
    let is_later = |name| LATER.contains(&(table.name, name)) || is_older && name == "scheme";
    table.columns.iter().copied().filter(|(name, _)| !is_later(*name)).collect()
}

/// What stands for a column that a backup does not have, where the database has no default: an expression over the
/// columns that it has, written in braces.
fn substitute(table: &Table, column: &str) -> Option<&'static str> {
    match (table.name, column) {
        ("connection_choices", "scheme") => Some("(SELECT c.scheme FROM connections c WHERE c.id = {connection_id})"),
        _ => None,
    }
}

fn insert(table: &Table, columns: &[Column]) -> String {
    let mut names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let mut values: Vec<String> = (1..=names.len()).map(|number| format!("${number}")).collect();
    for (absent, _) in table.columns.iter().filter(|column| !columns.contains(column)) {
        let Some(expression) = substitute(table, absent) else { continue };
        let places = columns.iter().zip(1..);
        values.push(places.fold(expression.to_owned(), |text, ((name, _), number)| {
            text.replace(&format!("{{{name}}}"), &format!("${number}"))
        }));
        names.push(absent);
    }
    format!("INSERT INTO {} ({}) VALUES ({})", table.name, names.join(", "), values.join(", "))
}

fn bind<'query>(
    columns: &[Column],
    cells: &[Value],
    mut query: Query<'query, Any, AnyArguments>,
) -> Option<Query<'query, Any, AnyArguments>> {
    for ((_, kind), cell) in columns.iter().zip(cells) {
        query = match (kind, cell) {
            (Kind::Text, Value::Null) => query.bind(None::<String>),
            (Kind::Text, Value::String(text)) => query.bind(text.clone()),
            (Kind::Integer, Value::Null) => query.bind(None::<i64>),
            (Kind::Integer, Value::Number(number)) => query.bind(number.as_i64()?),
            (Kind::Bytes, Value::String(text)) => query.bind(STANDARD.decode(text).ok()?),
            _ => return None,
        };
    }
    Some(query)
}
