//! What was saved of a connector, when and by whom.
use askama::Template;

use crate::views::console::fields::Choices;
use crate::views::console::lists::{Pager, Table};
use crate::views::console::parts::{Confirm, Head, Notice, Tabs};
use crate::views::console::shell::Shell;
use crate::views::frame::Framed;

/// `/console/connectors/{id}/versions`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/connectors/versions.html")]
pub struct VersionsPage {
    /// What surrounds it.
    pub shell: Shell,
    /// Its top.
    pub head: Head,
    /// Settings and versions.
    pub tabs: Tabs,
    /// Newest first.
    pub versions: Table,
    /// Older ones.
    pub pager: Pager,
}

/// `/console/connectors/{id}/versions/{version}`: compared with the one in use or with another.
#[derive(Debug, Clone, Template)]
#[template(path = "console/connectors/version.html")]
pub struct VersionPage {
    /// What surrounds it.
    pub shell: Shell,
    /// Its top.
    pub head: Head,
    /// That nothing differs, that it is in use, that only owners may go back to it.
    pub notices: Vec<Notice>,
    /// Where the page is.
    pub path: String,
    /// What it can be compared with.
    pub with: Option<Choices>,
    /// What differs, and every secret.
    pub changes: Option<Table>,
    /// Going back.
    pub back: Option<Confirm>,
}

impl Framed for VersionsPage {}
impl Framed for VersionPage {}
