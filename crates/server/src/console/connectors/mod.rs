//! Connectors: choosing one, setting it up with the steps beside the form, trying it, saving it, going back.
mod act;
mod compare;
mod effects;
mod form;
mod gallery;
mod items;
mod live;
mod look;
mod page;
mod paste;
mod pending;
mod report;
#[cfg(test)]
mod synthetic;
mod templates;
mod trial;
mod versions;
mod wizard;

pub(super) use gallery::show as gallery;
pub(super) use versions::{delete, list as versions, one as version, roll_back};
pub(super) use wizard::{begin, change, create, edit, may_be_secret};
