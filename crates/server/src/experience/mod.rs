//! How end users sign in: the road of one sign-in, its JSON API and its pages.
pub mod api;
pub mod difference;
pub mod flow;
pub mod identify;
pub mod pages;
pub mod phrases;
mod proof;
pub mod readiness;
pub mod rules;
pub mod saving;
pub mod settings;
mod telling;
pub mod typed;
pub mod verify;
pub mod visit;
pub mod well_known;
