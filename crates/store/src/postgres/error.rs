//! What an error of PostgreSQL means to us. Its details quote rows, so they are never passed on.
use deadpool_postgres::PoolError;
use tokio_postgres::error::{DbError, SqlState};

use crate::error::Error;

/// Why a try failed, and whether another may do better.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server undid it for the sake of others, or its plan is out of date: nothing happened, try again.
    Again(Error),
    /// It stays so.
    Final(Error),
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        let again = [
            &SqlState::T_R_SERIALIZATION_FAILURE,
            &SqlState::T_R_DEADLOCK_DETECTED,
            &SqlState::FEATURE_NOT_SUPPORTED, // "cached plan must not change result type", after a migration
        ];
        let is_again = error.code().is_some_and(|code| again.contains(&code));
        let error = to_error(&error);
        if is_again { Self::Again(error) } else { Self::Final(error) }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Final(error)
    }
}

/// Beginnings of the driver's own texts that speak of a wrong statement; all others speak of the connection.
const MISTAKES: [&str; 5] =
    ["error serializing", "error deserializing", "invalid column", "expected", "query returned"];

pub(super) fn to_error(error: &tokio_postgres::Error) -> Error {
    if let Some(refusal) = error.as_db_error() {
        return from_server(refusal);
    }
    let kind = error.to_string();
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    let text = format!("{kind}{}", cause.unwrap_or_default());
    if MISTAKES.iter().any(|mistake| kind.starts_with(mistake)) {
        Error::Corrupt(text)
    } else {
        Error::Unavailable(text)
    }
}

/// The classes of PostgreSQL, appendix A: 23 integrity, 42 syntax and names, XX internal.
fn from_server(refusal: &DbError) -> Error {
    let code = refusal.code().code();
    match code.get(..2).unwrap_or_default() {
        "23" => {
            let name = refusal.constraint().or_else(|| refusal.column()).unwrap_or("unnamed");
            Error::Conflict(name.to_owned())
        }
        "42" | "0A" => Error::Corrupt(format!("{} ({code})", refusal.message())),
        "XX" | "22" => Error::Corrupt(format!("PostgreSQL answered {code}")),
        "08" | "28" | "3D" | "40" | "53" | "55" | "57" => {
            Error::Unavailable(format!("{} ({code})", refusal.message()))
        }
        _ => Error::Unavailable(format!("PostgreSQL answered {code}")),
    }
}

pub(super) fn from_pool(error: &PoolError) -> Error {
    match error {
        PoolError::Backend(error) => to_error(error),
        PoolError::Timeout(_) => Error::Unavailable("no connection became free in time".to_owned()),
        _ => Error::Unavailable("the pool is closed".to_owned()),
    }
}
