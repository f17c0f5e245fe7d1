//! Web-hooks: the list, one of them, what it was told.
use askama::Template;

use crate::views::console::fields::{Choices, Field, Tick, Wrong};
use crate::views::console::lists::{Empty, Filter, Pager, Table};
use crate::views::console::parts::{Code, Confirm, Fact, Head, Notice, Tabs};
use crate::views::console::shell::Shell;
use crate::views::frame::Framed;
use crate::views::problem::Problem;

/// `/console/hooks`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/hooks.html")]
pub struct HooksPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The heading.
    pub head: Head,
    /// The list.
    pub table: Table,
    /// Instead of a list of nothing.
    pub empty: Option<Empty>,
}

/// `/console/hooks/new` and `/console/hooks/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/hook.html")]
pub struct HookPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The heading.
    pub head: Head,
    /// Its other pages; a new one has none.
    pub tabs: Option<Tabs>,
    /// A signing key that was made just now; it is shown once.
    pub new_key: Option<Code>,
    /// What the hook is, and can become.
    pub form: HookForm,
    /// Whether this administrator may change it.
    pub can_write: bool,
    /// Where forms go.
    pub path: String,
    /// What it takes to be sure that it works; a new one is tried out after it is saved.
    pub test: Option<TestPart>,
    /// What is known of the key, and how to get another.
    pub key: Option<KeyPart>,
    /// The end of it.
    pub delete: Option<Confirm>,
}

/// The form of a hook.
#[derive(Debug, Clone, Default)]
pub struct HookForm {
    /// The version it was drawn from; 0 for a new one.
    pub version: i64,
    /// Its name and address.
    pub fields: Vec<Field>,
    /// What the groups of events are called together.
    pub events_label: String,
    /// What it can be told of, in groups with a heading each.
    pub events: Vec<(String, Vec<Tick>)>,
    /// What was wrong with the choice of events.
    pub events_problem: Option<Problem>,
    /// Headers and retries.
    pub more: Vec<Field>,
    /// What can be switched on.
    pub ticks: Vec<Tick>,
    /// The text of the button.
    pub go: String,
}

/// How a hook is tried out.
#[derive(Debug, Clone)]
pub struct TestPart {
    /// With what.
    pub events: Choices,
    /// What came of it.
    pub said: Option<Notice>,
    /// What the receiver answered.
    pub answer: Option<Code>,
}

/// What is known of a signing key.
#[derive(Debug, Clone)]
pub struct KeyPart {
    /// What may be shown of it.
    pub facts: Vec<Fact>,
    /// How to get another.
    pub renew: Option<Confirm>,
}

/// `/console/hooks/{id}/deliveries`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/hook_deliveries.html")]
pub struct DeliveriesPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The heading.
    pub head: Head,
    /// Its other pages.
    pub tabs: Tabs,
    /// How it fared in the last day.
    pub facts: Vec<Fact>,
    /// How to have everything told again that was given up.
    pub replay: Option<Confirm>,
    /// What the list is narrowed by; absent while there is nothing to narrow.
    pub filter: Option<Filter>,
    /// The list.
    pub table: Table,
    /// The pages beside it.
    pub pager: Pager,
    /// Instead of a list of nothing.
    pub empty: Option<Empty>,
}

/// `/console/hooks/{id}/deliveries/{delivery}`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/hook_delivery.html")]
pub struct DeliveryPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The heading.
    pub head: Head,
    /// What became of it, in a sentence.
    pub about: String,
    /// Where the form goes that has it told again.
    pub replay: Option<String>,
    /// What is known of it.
    pub facts: Vec<Fact>,
}

impl HookForm {
    /// What is wrong in it, for the top of the form.
    pub fn wrongs(&self) -> Vec<Wrong> {
        let events = self.events_problem.clone().map(|problem| Wrong {
            id: "events".to_owned(),
            label: self.events_label.clone(),
            problem,
        });
        let fields = self.fields.iter().filter_map(Field::as_wrong).chain(events);
        fields.chain(self.more.iter().filter_map(Field::as_wrong)).collect()
    }
}

impl Framed for HooksPage {}

impl Framed for HookPage {
    fn has_error(&self) -> bool {
        !self.form.wrongs().is_empty()
    }
}

impl Framed for DeliveriesPage {}

impl Framed for DeliveryPage {}
