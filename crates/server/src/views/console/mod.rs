//! What the pages of the console show.
pub mod account;
pub mod administrators;
pub mod api_reference;
pub mod applications;
pub mod audit_log;
pub mod chart;
pub mod components;
pub mod connectors;
pub mod drawn;
pub mod fields;
pub mod hooks;
pub mod lists;
pub mod messages;
pub mod overview;
pub mod parts;
pub mod program;
pub mod prove;
pub mod resume;
pub mod second;
pub mod security;
pub mod settings;
pub mod shell;
pub mod sign_in;
pub mod sign_in_experience;
pub mod test_numbers;
pub mod users;

#[cfg(test)]
mod record_samples;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod security_samples;
