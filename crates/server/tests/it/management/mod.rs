//! The management API, through the real router (wire contract C).
mod access;
mod applications;
mod bad_bodies;
mod connector_factories;
mod connectors;
mod dashboard;
mod hooks;
mod importing;
mod logs;
mod openapi;
mod schema;
mod secrets;
mod sign_in_exp;
pub(crate) mod support;
mod user_access;
mod user_lists;
mod users;
mod verification_codes;
