//! What people sign in to: the list, one of them, its secrets, its guide.
use askama::Template;

use crate::views::console::fields::{Choices, Field, Tick, Wrong};
use crate::views::console::lists::{Empty, Filter, Pager, Table};
use crate::views::console::parts::{Code, Confirm, Fact, Head, Link, Notice, Tabs};
use crate::views::console::shell::Shell;
use crate::views::frame::Framed;

/// `/console/applications`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/applications.html")]
pub struct ApplicationsPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The heading.
    pub head: Head,
    /// What the list is narrowed by; absent while there is nothing to narrow.
    pub filter: Option<Filter>,
    /// The list.
    pub table: Table,
    /// The pages beside it.
    pub pager: Pager,
    /// Instead of a list of nothing.
    pub empty: Option<Empty>,
}

/// `/console/applications/new`: first what is built, then the rest.
#[derive(Debug, Clone, Template)]
#[template(path = "console/application_new.html")]
pub struct NewApplicationPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The heading.
    pub head: Head,
    /// What can be built, and what each means; the first question.
    pub kinds: Vec<(Link, String)>,
    /// What was chosen, as the form sends it; empty: nothing yet.
    pub kind: String,
    /// The second question.
    pub group: Group,
}

/// Controls that belong together.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// Lines to type into.
    pub fields: Vec<Field>,
    /// Boxes.
    pub ticks: Vec<Tick>,
}

/// `/console/applications/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/application.html")]
pub struct ApplicationPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The heading.
    pub head: Head,
    /// Its other pages.
    pub tabs: Tabs,
    /// What is missing before it can be used.
    pub missing: Option<Notice>,
    /// What its program needs to know.
    pub facts: Vec<Fact>,
    /// Its settings.
    pub group: Group,
    /// When what is shown was left so; a later change is not written over.
    pub left_at: i64,
    /// Whether this administrator may change it.
    pub can_write: bool,
    /// Where forms go.
    pub path: String,
    /// The right to the management API; services have it or not.
    pub management: Option<Management>,
    /// The end of it.
    pub delete: Option<Confirm>,
}

/// The right to the management API.
#[derive(Debug, Clone)]
pub struct Management {
    /// Whether the service has it.
    pub is_on: bool,
    /// How to give or take it; owners may.
    pub change: Option<Confirm>,
}

/// `/console/applications/{id}/secrets`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/application_secrets.html")]
pub struct SecretsPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The heading.
    pub head: Head,
    /// Its other pages.
    pub tabs: Tabs,
    /// One that was made just now; it is shown once.
    pub new: Option<NewSecret>,
    /// Those it has.
    pub all: Vec<SecretLine>,
    /// Whether this administrator may change them.
    pub can_write: bool,
    /// Where forms go.
    pub path: String,
    /// What another one is called.
    pub name: Field,
    /// How long it works.
    pub life: Choices,
}

/// A secret that was made just now.
#[derive(Debug, Clone)]
pub struct NewSecret {
    /// What it is called.
    pub name: String,
    /// Its value.
    pub code: Code,
    /// What to do with it.
    pub guide: Link,
}

/// A secret.
#[derive(Debug, Clone)]
pub struct SecretLine {
    /// What is known of it.
    pub facts: Vec<Fact>,
    /// Its name.
    pub name: String,
    /// Where another name is typed.
    pub rename: Field,
    /// Its end.
    pub delete: Confirm,
}

/// `/console/applications/{id}/guide`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/application_guide.html")]
pub struct GuidePage {
    /// What surrounds it.
    pub shell: Shell,
    /// The heading.
    pub head: Head,
    /// Its other pages.
    pub tabs: Tabs,
    /// What can be built with, and which one this is.
    pub stacks: Tabs,
    /// What this guide needs that the application does not have.
    pub missing: Option<Notice>,
    /// What to do, one after the other.
    pub steps: Vec<GuideStep>,
}

/// Something to do.
#[derive(Debug, Clone)]
pub struct GuideStep {
    /// In words.
    pub text: String,
    /// The file the code goes into; empty where it does not matter.
    pub file: &'static str,
    /// The code, if there is any.
    pub code: Option<Code>,
}

impl Group {
    /// What is wrong in it, for the top of the form.
    pub fn wrongs(&self) -> Vec<Wrong> {
        let fields = self.fields.iter().filter_map(Field::as_wrong);
        fields.chain(self.ticks.iter().filter_map(Tick::as_wrong)).collect()
    }
}

impl Framed for ApplicationsPage {}

impl Framed for NewApplicationPage {
    fn has_error(&self) -> bool {
        !self.group.wrongs().is_empty()
    }
}

impl Framed for ApplicationPage {
    fn has_error(&self) -> bool {
        !self.group.wrongs().is_empty()
    }
}

impl Framed for SecretsPage {
    fn has_error(&self) -> bool {
        self.name.problem.is_some() || self.all.iter().any(|one| one.rename.problem.is_some())
    }
}

impl Framed for GuidePage {}
