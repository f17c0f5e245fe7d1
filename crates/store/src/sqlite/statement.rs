//! One statement on one connection: bind, step, read; and what an error of SQLite means to us.
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, Statement};

use crate::db::Done;
use crate::error::{Error, Result};
use crate::value::{Row, Value};

/// Runs a statement, prepared once per connection.
pub(super) fn run(conn: &Connection, sql: &str, params: &[Value]) -> Result<Done> {
    let mut statement = conn.prepare_cached(sql).map_err(|e| to_error(&e))?;
    bind(&mut statement, params)?;
    let columns = statement.column_count();
    if columns == 0 {
        let changed = statement.raw_execute().map_err(|e| to_error(&e))?;
        return Ok(Done { changed: changed as u64, rows: Vec::new() });
    }
    let mut rows = Vec::new();
    let mut cursor = statement.raw_query();
    while let Some(row) = cursor.next().map_err(|e| to_error(&e))? {
        rows.push(read(row, columns)?);
    }
    Ok(Done { changed: rows.len() as u64, rows })
}

/// To SQLite `$2` is a name, and names are numbered as they appear: each is bound by the number it says.
fn bind(statement: &mut Statement<'_>, params: &[Value]) -> Result<()> {
    let wanted = statement.parameter_count();
    if wanted != params.len() {
        let given = params.len();
        return Err(Error::Corrupt(format!("{given} parameters for a statement with {wanted}")));
    }
    for index in 1..=wanted {
        let name = statement.parameter_name(index).and_then(|name| name.strip_prefix('$'));
        let number = name.and_then(|digits| digits.parse::<usize>().ok());
        let value = number.and_then(|n| params.get(n.checked_sub(1)?));
        let bound = match value {
            None => return Err(Error::Corrupt("a parameter is not $1, $2, …".to_owned())),
            Some(Value::Null) => statement.raw_bind_parameter(index, rusqlite::types::Null),
            Some(Value::Text(text)) => statement.raw_bind_parameter(index, text.as_str()),
            Some(Value::Int(n)) => statement.raw_bind_parameter(index, *n),
            Some(Value::Bool(b)) => statement.raw_bind_parameter(index, *b),
        };
        bound.map_err(|e| to_error(&e))?;
    }
    Ok(())
}

fn read(row: &rusqlite::Row<'_>, columns: usize) -> Result<Row> {
    let mut values = Vec::with_capacity(columns);
    for column in 0..columns {
        values.push(match row.get_ref(column).map_err(|e| to_error(&e))? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(n) => Value::Int(n),
            ValueRef::Text(text) => match std::str::from_utf8(text) {
                Ok(text) => Value::Text(text.to_owned()),
                Err(e) => return Err(Error::Corrupt(format!("column {column}: {e}"))),
            },
            ValueRef::Real(_) | ValueRef::Blob(_) => {
                return Err(Error::Corrupt(format!("column {column} is a real or a blob")));
            }
        });
    }
    Ok(Row(values))
}

/// SQLite's messages name tables and columns, never values.
pub(super) fn to_error(error: &rusqlite::Error) -> Error {
    let text = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => Error::Conflict(text),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::Unavailable(format!("{text}; does another process use this file?"))
        }
        // damage, or a statement that does not fit the tables
        Some(
            ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::Unknown
            | ErrorCode::TypeMismatch
            | ErrorCode::ApiMisuse
            | ErrorCode::ParameterOutOfRange,
        )
        | None => Error::Corrupt(text),
        Some(_) => Error::Unavailable(text),
    }
}
