//! Connectors: the gallery, the guided set-up, the versions.
pub mod entry;
pub mod gallery;
pub mod guide;
pub mod versions;
pub mod wizard;
