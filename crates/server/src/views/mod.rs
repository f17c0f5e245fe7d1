//! What the pages show, as plain data. No logic beyond formatting: handlers decide, templates draw.
pub mod account;
pub mod captcha;
pub mod code;
pub mod consent;
pub mod console;
pub mod demo;
pub mod frame;
pub mod message;
pub mod moment;
pub mod phone;
pub mod problem;
pub mod task;
pub mod theme;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
