//! The management API (`/api/…`): what an administrator's programs may read and change (wire contract C).
//!
//! Every handler takes a [`caller::Manager`] first: without one there is no answer. What a caller sends is read whole,
//! so that every problem is told at once.
pub mod account_center;
pub mod application_body;
pub mod application_roles;
pub mod applications;
mod asked;
pub mod caller;
pub mod connector_body;
pub mod connector_factories;
pub mod connector_test;
pub mod connectors;
pub mod dashboard;
pub mod hook_body;
pub mod hook_test;
pub mod hooks;
pub mod input;
pub mod limits;
pub mod logs;
pub(crate) mod merge;
pub mod openapi;
pub mod paging;
pub mod path;
pub mod query;
pub(crate) mod renumber;
pub mod resource_body;
pub mod resource_scopes;
pub mod resources;
pub mod role_applications;
pub mod role_body;
pub mod role_scopes;
pub mod role_users;
pub mod roles;
pub mod secrets;
pub mod sending_rule_body;
pub mod sending_rules;
pub mod sign_in_exp;
pub(crate) mod taken;
mod telling;
pub mod test_numbers;
pub mod user_access;
pub mod user_body;
pub mod user_roles;
pub mod user_search;
pub mod users;
pub mod verification_codes;
pub mod wrong_codes;
