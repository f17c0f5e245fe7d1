//! What a store function answers instead of success. No text here holds a value that was bound.

/// What a store function may answer instead of success.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A step that had to change a row changed none; the unit undid itself.
    #[error("step {step} changed nothing")]
    Unchanged {
        /// Position of the step in its unit, from 0.
        step: usize,
    },
    /// A uniqueness, reference or check rule refused the change; the unit undid itself.
    #[error("a constraint refused the change: {0}")]
    Conflict(String),
    /// A text that was to be stored or looked for holds a NUL character, which PostgreSQL cannot keep; nothing was done.
    #[error("a text holds a NUL character")]
    Nul,
    /// The database cannot be reached, is full, locked or overloaded; whether anything changed is not known.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The database holds something this program did not write.
    #[error("the database is not as this program left it: {0}")]
    Corrupt(String),
}

/// The result of a store function.
pub type Result<T> = std::result::Result<T, Error>;
