//! Pages of tables whose ids may come from elsewhere and tell no time, newest first: a page begins beside a row, so that a late one
//! costs no more than the first.
use haoma_core::time::Timestamp;

use crate::value::Value;

/// Beside which row a page lies: its moment and its id, by which the list is ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// When the row was made.
    pub at: Timestamp,
    /// Its id.
    pub id: String,
}

/// Which page of a list, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Page {
    /// The newest entries.
    #[default]
    First,
    /// Those older than a row.
    After(Key),
    /// Those newer than a row, next to it.
    Before(Key),
}

impl Page {
    /// Whether it is read towards the newer entries.
    pub const fn is_upwards(&self) -> bool {
        matches!(self, Self::Before(_))
    }

    /// The row beside it, as two parameters. Nothing is as new as what stands in for the top of a list.
    pub(crate) fn params(&self) -> [Value; 2] {
        match self {
            Self::First => [Timestamp(i64::MAX).into(), "".into()],
            Self::After(key) | Self::Before(key) => [key.at.into(), key.id.as_str().into()],
        }
    }

    /// What was read, newest first.
    pub(crate) fn in_order<T>(&self, mut rows: Vec<T>) -> Vec<T> {
        if self.is_upwards() {
            rows.reverse();
        }
        rows
    }
}
