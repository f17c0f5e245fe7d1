//! The people who sign in: the list, one of them, where they are signed in, what happened.
use askama::Template;

use crate::views::console::applications::Group;
use crate::views::console::fields::{Choices, Field};
use crate::views::console::lists::{Empty, Pager, Table};
use crate::views::console::parts::{Confirm, Fact, Head, Link, Notice, Tabs};
use crate::views::console::shell::Shell;
use crate::views::frame::Framed;
use crate::views::problem::Problem;

/// `/console/users`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/users.html")]
pub struct UsersPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The heading.
    pub head: Head,
    /// Words or digits to search for. Sent in a body: a number never stands in an address.
    pub search: Field,
    /// Everybody, or only those who are locked.
    pub state: Choices,
    /// Whether the list is narrowed.
    pub is_used: bool,
    /// What is searched for, where it is not repeated in the field.
    pub sought: Option<Notice>,
    /// That only a part was searched.
    pub cut: Option<Notice>,
    /// The list.
    pub table: Table,
    /// The pages beside it.
    pub pager: Pager,
    /// Instead of a list of nothing.
    pub empty: Option<Empty>,
}

/// `/console/users/new`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/user_new.html")]
pub struct NewUserPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The heading.
    pub head: Head,
    /// What is asked for.
    pub group: Group,
}

/// `/console/users/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/user.html")]
pub struct UserPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The heading.
    pub head: Head,
    /// Their other pages.
    pub tabs: Tabs,
    /// What is known of them.
    pub facts: Vec<Fact>,
    /// Whether the whole number can be asked for.
    pub can_show_number: bool,
    /// What applications read of them.
    pub group: Group,
    /// When what is shown was left so; a later change is not written over.
    pub left_at: i64,
    /// Where another number is typed.
    pub phone: Field,
    /// Whether this administrator may change them.
    pub can_write: bool,
    /// Where forms go.
    pub path: String,
    /// Wrong codes for their number, where somebody typed any lately.
    pub wrong: Option<WrongPart>,
    /// Locking; absent for one who is locked.
    pub lock: Option<Confirm>,
    /// The end of the account.
    pub delete: Confirm,
}

/// `/console/users/{id}/access`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/user_access.html")]
pub struct UserAccessPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The heading.
    pub head: Head,
    /// Their other pages.
    pub tabs: Tabs,
    /// Where they are signed in.
    pub sessions: Vec<AccessLine>,
    /// Whether there are more than one: then all can be ended at once.
    pub end_all: Option<Confirm>,
    /// What they allowed applications.
    pub grants: Vec<AccessLine>,
}

/// A session or a grant.
#[derive(Debug, Clone)]
pub struct AccessLine {
    /// What it is.
    pub title: String,
    /// What is known of it.
    pub facts: Vec<Fact>,
    /// Its end, for who may end it.
    pub end: Option<Confirm>,
}

/// `/console/users/{id}/activity`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/user_activity.html")]
pub struct UserActivityPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The heading.
    pub head: Head,
    /// Their other pages.
    pub tabs: Tabs,
    /// The same list where it can be narrowed.
    pub narrow: Link,
    /// That only a part was searched.
    pub cut: Option<Notice>,
    /// What happened.
    pub table: Table,
    /// The pages beside this one.
    pub pager: Pager,
}

impl Framed for UsersPage {
    fn has_error(&self) -> bool {
        self.search.problem.is_some()
    }
}

/// Wrong codes for a number.
#[derive(Debug, Clone)]
pub struct WrongPart {
    /// Whom they keep out, and until when.
    pub locked: Option<Notice>,
    /// How many there were.
    pub facts: Vec<Fact>,
    /// Forgetting them, for who may.
    pub forget: Option<Confirm>,
}

impl Framed for NewUserPage {
    fn has_error(&self) -> bool {
        !self.group.wrongs().is_empty()
    }
}

impl Framed for UserPage {
    fn has_error(&self) -> bool {
        !self.group.wrongs().is_empty() || self.phone.problem.is_some()
    }
}

impl Framed for UserAccessPage {}

impl Framed for UserActivityPage {}

impl UserPage {
    /// What is wrong with the number, if anything is.
    pub fn phone_problem(&self) -> Option<&Problem> {
        self.phone.problem.as_ref()
    }
}
