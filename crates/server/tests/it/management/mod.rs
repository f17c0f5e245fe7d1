//! The management API, through the real router (wire contract C).
mod access;
mod applications;
mod connector_factories;
mod dashboard;
mod logs;
mod secrets;
mod support;
mod user_access;
mod user_lists;
mod users;
mod verification_codes;
