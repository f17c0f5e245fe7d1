//! The only SQL. Two engines, one text per statement, a file per table; no rule of the product lives here.
pub mod access_tokens;
pub mod administrator_links;
pub mod administrator_sessions;
pub mod administrators;
pub mod applications;
pub mod audit;
pub mod authorization_codes;
pub mod connectors;
mod db;
mod error;
pub mod grants;
pub mod interactions;
pub mod limits;
pub mod messages;
mod migrations;
pub mod passcodes;
mod postgres;
pub mod purge;
pub mod refresh_tokens;
pub mod sessions;
pub mod sign_in_experience;
pub mod signing_keys;
mod sqlite;
pub mod users;
mod value;

pub use db::{Db, Done, Error, Options, Result};
pub use value::{Row, Step, Value};
