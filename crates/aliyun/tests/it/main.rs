//! The promises of the client, against recorded signatures and a small server that says what it is told.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]
#![expect(clippy::disallowed_methods, reason = "a test may spawn what ends with it")]

mod captcha;
mod codes;
mod lists;
mod outcomes;
mod recompute;
mod redaction;
mod sending;
mod server;
mod vectors;
