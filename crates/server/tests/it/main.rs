//! The promises of the server, kept through the real router, a real simulator and a fresh database each.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failing test may panic"
)]
#![expect(clippy::indexing_slicing, reason = "a failing test may panic")]
#![expect(clippy::disallowed_methods, reason = "a test may spawn what ends with it")]

#[macro_use]
mod support;

mod account;
mod alike;
mod around;
mod at_rest;
mod bad_forms;
mod bad_input;
mod breaker;
mod captcha;
mod captcha_counts;
mod captcha_look;
mod commands;
mod connectors;
mod console;
mod console_applications;
mod console_connector_versions;
mod console_connectors;
mod console_experience;
mod console_records;
mod console_rights;
mod console_trials;
mod console_users;
mod conversions;
mod experience;
mod hooks;
mod limits;
mod locked_tables;
mod management;
mod oidc;
mod outages;
mod proxies;
mod races;
mod reconciling;
mod rotating;
mod sealing;
mod sending;
mod sending_rules;
mod sequence;
mod serving;
mod settings;
mod statements;
mod taking_back;
mod test_accounts;
mod test_numbers;
