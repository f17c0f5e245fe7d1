//! Who administers.
use askama::Template;
use haoma_core::role::Role;

use crate::views::console::parts::{Badge, Confirm};
use crate::views::console::shell::Shell;
use crate::views::frame::Framed;
use crate::views::moment::Moment;
use crate::views::problem::Problem;

/// `/console/administrators`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/administrators.html")]
pub struct AdministratorsPage {
    /// What surrounds it.
    pub shell: Shell,
    /// Everybody.
    pub all: Vec<AdministratorLine>,
    /// The name that was typed and refused.
    pub typed: String,
    /// What was wrong with it.
    pub problem: Option<Problem>,
    /// A link that was made just now; it is shown once.
    pub link: Option<NewLink>,
}

/// One administrator.
#[derive(Debug, Clone)]
pub struct AdministratorLine {
    /// Names them in the address of their forms.
    pub id: String,
    /// What they type to sign in.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Who it is, and how well the account is guarded.
    pub marks: Vec<Badge>,
    /// Since when.
    pub since: Moment,
    /// When they signed in last.
    pub last: Option<Moment>,
    /// How their role is changed.
    pub change: Confirm,
    /// How they are removed; nobody removes themselves.
    pub remove: Option<Confirm>,
}

/// A one-time link.
#[derive(Clone, PartialEq, Eq)]
pub struct NewLink {
    /// For whom.
    pub name: String,
    /// The address.
    pub href: String,
    /// Minutes it works.
    pub minutes: i64,
}

/// Not the address, which is a secret.
impl std::fmt::Debug for NewLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewLink").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Framed for AdministratorsPage {
    fn has_error(&self) -> bool {
        self.problem.is_some()
    }
}

impl AdministratorsPage {
    /// Every role, the weakest first: a new administrator begins with the least.
    pub fn roles(&self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().rev()
    }
}
