//! Which counters a message or a guess is charged to. The store charges them all or none.
//!
//! One counter, several heights: a counter is full earlier for whom nothing is known of ([`Standing`]). So a stranger never uses up what
//! is kept for whoever signed in before, and no second counter is needed for it.
mod breaker;
mod callers;
mod captchas;
mod charge;
mod guessing;
mod kind;
mod leaves;
mod names;
mod notices;
mod pace;
mod sending;
#[cfg(test)]
mod tests;

pub use breaker::Breaker;
pub use callers::{
    PASSWORD_GUESSES, PASSWORD_GUESSES_AT_ALL, SECOND_FACTOR_PER_DAY, for_account, for_look,
    for_password, for_passwords, for_search, for_second_factor, for_test,
};
pub use captchas::{all_captchas, for_captcha};
use charge::Shares;
pub use charge::{Charge, Count, Standing};
pub use guessing::{Guess, for_guess};
pub use kind::LimitKind;
pub use leaves::{Leaves, STAIR};
use names::{address_id, name, network_id, within};
pub use names::{number_id, telling};
pub use notices::for_notice;
pub use sending::{
    Ask, COUNTRIES, budgets, credited, for_message, for_new_country, unverified_of_country,
};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
