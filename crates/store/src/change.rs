//! A partial update: which columns it sets, and which it leaves alone.
use crate::value::Value;

/// What an update does to one column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Change<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It becomes this.
    Set(T),
}

impl<T> Change<T> {
    /// Whether the column stays.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// What it becomes, if it changes.
    pub const fn set(&self) -> Option<&T> {
        match self {
            Self::Keep => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The two parameters of `CASE WHEN $n THEN $n+1 ELSE column END`: one statement serves every combination.
    pub(crate) fn params(&self, value: impl FnOnce(&T) -> Value) -> [Value; 2] {
        match self {
            Self::Keep => [false.into(), Value::Null],
            Self::Set(new) => [true.into(), value(new)],
        }
    }
}

impl<T> From<Option<T>> for Change<T> {
    fn from(given: Option<T>) -> Self {
        given.map_or(Self::Keep, Self::Set)
    }
}
