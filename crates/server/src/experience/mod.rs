//! How end users sign in: the road of one sign-in, its JSON API and its pages.
pub mod api;
pub mod flow;
pub mod pages;
pub mod settings;
pub mod visit;
pub mod well_known;
