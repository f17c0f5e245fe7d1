//! What goes into a statement and what comes out: four kinds of value on both engines.
use std::fmt;

use haoma_core::time::Timestamp;

use crate::error::{Error, Result};

/// A parameter or a column. Its `Debug` does not show text, which may be a phone number.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// TEXT.
    Text(String),
    /// BIGINT.
    Int(i64),
    /// BOOLEAN.
    Bool(bool),
}

/// One statement with its parameters, decided before it is handed over.
#[derive(Debug, Clone)]
pub struct Step {
    pub(crate) sql: &'static str,
    pub(crate) params: Vec<Value>,
    pub(crate) must_change: bool,
    pub(crate) is_judged_before: bool,
}

impl Step {
    /// A statement whose row count does not matter.
    pub fn new(sql: &'static str, params: Vec<Value>) -> Self {
        Self { sql, params, must_change: false, is_judged_before: false }
    }

    /// The same, but the unit fails and undoes itself when this statement touches no row.
    pub fn must_change(mut self) -> Self {
        self.must_change = true;
        self
    }

    /// The same, but PostgreSQL is not given it before the steps in front of it have passed: it locks a row that everybody needs, and who
    /// is refused anyway shall not wait for it.
    pub(crate) fn judged_before(mut self) -> Self {
        self.is_judged_before = true;
        self
    }
}

/// One row of an answer; columns by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(pub(crate) Vec<Value>);

impl Row {
    fn column(&self, column: usize) -> Result<&Value> {
        self.0.get(column).ok_or_else(|| Error::Corrupt(format!("there is no column {column}")))
    }

    /// A TEXT column that is not NULL.
    pub fn text(&self, column: usize) -> Result<String> {
        match self.column(column)? {
            Value::Text(text) => Ok(text.clone()),
            other => Err(other.is_not("text", column)),
        }
    }

    /// A TEXT column.
    pub fn opt_text(&self, column: usize) -> Result<Option<String>> {
        match self.column(column)? {
            Value::Null => Ok(None),
            _ => self.text(column).map(Some),
        }
    }

    /// A BIGINT column that is not NULL.
    pub fn int(&self, column: usize) -> Result<i64> {
        match self.column(column)? {
            Value::Int(n) => Ok(*n),
            other => Err(other.is_not("a number", column)),
        }
    }

    /// A BIGINT column.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>> {
        match self.column(column)? {
            Value::Null => Ok(None),
            _ => self.int(column).map(Some),
        }
    }

    /// A BOOLEAN column that is not NULL. SQLite keeps booleans as 0 and 1.
    pub fn bool(&self, column: usize) -> Result<bool> {
        match self.column(column)? {
            Value::Bool(b) => Ok(*b),
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            other => Err(other.is_not("a boolean", column)),
        }
    }

    /// A BIGINT column holding a moment.
    pub fn time(&self, column: usize) -> Result<Timestamp> {
        self.int(column).map(Timestamp)
    }

    /// A BIGINT column holding a moment, or NULL.
    pub fn opt_time(&self, column: usize) -> Result<Option<Timestamp>> {
        Ok(self.opt_int(column)?.map(Timestamp))
    }

    /// A TEXT column holding something that parses (an id, a phone number).
    pub fn parse<T, E: fmt::Display>(
        &self,
        column: usize,
        parse: impl FnOnce(&str) -> std::result::Result<T, E>,
    ) -> Result<T> {
        match self.column(column)? {
            Value::Text(text) => {
                parse(text).map_err(|e| Error::Corrupt(format!("column {column}: {e}")))
            }
            other => Err(other.is_not("text", column)),
        }
    }

    /// The same for a column that may be NULL.
    pub fn parse_opt<T, E: fmt::Display>(
        &self,
        column: usize,
        parse: impl FnOnce(&str) -> std::result::Result<T, E>,
    ) -> Result<Option<T>> {
        match self.column(column)? {
            Value::Null => Ok(None),
            _ => self.parse(column, parse).map(Some),
        }
    }
}

impl Value {
    fn is_not(&self, wanted: &str, column: usize) -> Error {
        Error::Corrupt(format!("column {column} is not {wanted} but {self:?}"))
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Int(_) => f.write_str("Int"),
            Self::Bool(_) => f.write_str("Bool"),
        }
    }
}

/// PostgreSQL cannot hold a NUL in text and SQLite can: neither gets one.
pub(crate) fn refuse_nul(params: &[Value]) -> Result<()> {
    let has_nul =
        |value: &Value| matches!(value, Value::Text(text) if text.as_bytes().contains(&0));
    if params.iter().any(has_nul) {
        return Err(Error::Nul);
    }
    Ok(())
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::Int(at.0)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
