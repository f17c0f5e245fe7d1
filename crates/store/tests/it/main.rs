//! Every promise of the store, kept on both engines.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]
#![expect(clippy::indexing_slicing, reason = "a failing test may panic")]
#![expect(clippy::disallowed_methods, reason = "a test may spawn what ends with it")]

#[macro_use]
mod support;

mod administrators;
mod engine;
mod hooks;
mod interactions;
mod kill;
mod limits;
mod lists;
mod logout_notices;
mod managing;
mod messages;
mod notices;
mod oidc_tables;
mod opening;
mod pages;
mod passcodes;
mod plans;
mod purging;
mod pushed_requests;
mod resources;
mod roles;
mod sending_rules;
mod settings;
mod test_numbers;
mod users;
mod verification_records;
