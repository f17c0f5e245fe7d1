//! Moving from Logto: rows of its management API become users and applications here (`haoma import logto`).
//!
//! `user` and `application` say what a row means, `decide` what becomes of it, `write` does that in batches; a [`source`] hands rows over.
//! Repeating is safe: ids and numbers tell who is here already.
mod application;
mod decide;
mod reason;
mod remote;
pub mod source;
mod user;
mod write;
mod write_applications;

pub use reason::Reason;
pub use remote::{Credentials, Remote};
pub use write::{Importer, Tally};

/// What rows are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody who signs in.
    User,
    /// What they sign in to.
    Application,
}

impl Kind {
    /// How a report calls a row.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Application => "application",
        }
    }
}
