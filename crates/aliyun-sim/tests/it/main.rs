//! The simulator's promises, kept through its router and over real sockets.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]
#![expect(clippy::format_collect, reason = "tests put texts together the short way")]
#![expect(clippy::disallowed_methods, reason = "a test may spawn what ends with it")]

mod captcha;
mod control;
mod conversion;
mod faults;
mod flow;
mod gateway;
mod globe;
mod inbox;
mod queries;
mod receipts;
mod send;
mod support;
mod vectors;
mod verify_code;
