//! What the pages of the console show.
pub mod account;
pub mod administrators;
pub mod applications;
pub mod components;
pub mod fields;
pub mod lists;
pub mod parts;
pub mod prove;
pub mod second;
pub mod shell;
pub mod sign_in;
pub mod users;

#[cfg(test)]
pub(crate) mod samples;
