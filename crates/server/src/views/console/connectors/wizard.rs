//! The guided set-up of a connector: a form drawn from the declaration of its kind.
use askama::Template;

use crate::views::console::connectors::guide::Guide;
use crate::views::console::fields::{Choices, Field, Tick, Wrong};
use crate::views::console::lists::Table;
use crate::views::console::parts::{Confirm, Fact, Head, Link, Notice, Tabs, Tone};
use crate::views::console::shell::Shell;
use crate::views::frame::Framed;
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

/// `/console/connectors/new/{factory}` and `/console/connectors/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/connectors/wizard.html")]
pub struct WizardPage {
    /// What surrounds it.
    pub shell: Shell,
    /// Its top.
    pub head: Head,
    /// Settings and versions, once it is stored.
    pub tabs: Option<Tabs>,
    /// What to know first.
    pub notices: Vec<Notice>,
    /// What was wrong.
    pub wrongs: Vec<Wrong>,
    /// Where the form goes.
    pub action: String,
    /// What it carries along; holds no readable secret.
    pub hidden: Vec<(&'static str, String)>,
    /// Who calls: what has to be there before the account can be looked at.
    pub account: Vec<Entry>,
    /// The rest that people fill in.
    pub main: Vec<Entry>,
    /// What most people leave alone.
    pub more: Vec<Entry>,
    /// Whether something in there is filled in or wrong.
    pub is_more_open: bool,
    /// What the account was seen to have, or why it was not seen.
    pub found: Option<Found>,
    /// Whether the choices come from the account; they can be typed instead.
    pub has_choices: bool,
    /// The test message.
    pub trial: TrialForm,
    /// Whether the administrator may change anything.
    pub can_write: bool,
    /// How to paste a configuration from elsewhere.
    pub paste: Field,
    /// The steps.
    pub guide: Guide,
    /// Deleting it.
    pub delete: Option<Confirm>,
}

/// A field of the form, and when it is there.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The field.
    pub item: Item,
    /// Taking a secret away.
    pub remove: Option<Tick>,
    /// What has to hold; `None` for a field that is always there.
    pub when: Option<When>,
}

/// When a field is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// In a sentence, for whoever has no script.
    pub told: String,
    /// The other fields and what they have to hold, as JSON for the script.
    pub data: String,
    /// Whether it does not hold.
    pub is_off: bool,
}

/// A field of the form.
#[derive(Debug, Clone)]
pub enum Item {
    /// One that is typed.
    Line(Field),
    /// One that is chosen.
    Menu(Choices),
    /// Any of several.
    Boxes(Boxes),
    /// On or off.
    Switch(Tick),
    /// The templates.
    Templates(Box<Templates>),
}

/// Boxes of one name.
#[derive(Debug, Clone)]
pub struct Boxes {
    /// Names the group in the page.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// What helps to choose.
    pub hint: Option<String>,
    /// What was wrong.
    pub problem: Option<Problem>,
    /// What can be ticked.
    pub ticks: Vec<Tick>,
}

/// A code for each use and place.
#[derive(Debug, Clone)]
pub struct Templates {
    /// Names the group in the page.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// What helps to fill it in.
    pub hint: String,
    /// What was wrong, beyond a single code.
    pub problem: Option<Problem>,
    /// The uses that everybody needs.
    pub usual: Vec<Use>,
    /// Those without a code, which nobody needs.
    pub notices: Vec<Use>,
    /// The others.
    pub others: Vec<Use>,
    /// Whether one of the others is filled in.
    pub is_open: bool,
}

/// A use and its codes.
#[derive(Debug, Clone)]
pub struct Use {
    /// What the use is called.
    pub label: String,
    /// When it comes up.
    pub hint: String,
    /// A code for each place.
    pub codes: Vec<Code>,
    /// What does not go together.
    pub warnings: Vec<String>,
    /// How the messages read.
    pub previews: Vec<Preview>,
}

/// A template's code.
#[derive(Debug, Clone)]
pub struct Code {
    /// Chosen or typed.
    pub code: Item,
    /// The name of its variable, where it has to be typed.
    pub variable: Option<Field>,
}

/// How a message reads on the phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Where it goes.
    pub place: String,
    /// The text.
    pub text: String,
    /// Its length and what is billed.
    pub length: String,
}

/// What looking at the account showed.
#[derive(Debug, Clone)]
pub struct Found {
    /// In a sentence.
    pub notice: Notice,
    /// Who has to act, what to do, what support asks for.
    pub facts: Vec<Fact>,
    /// Signatures, templates.
    pub tables: Vec<Table>,
}

/// The test message.
#[derive(Debug, Clone)]
pub struct TrialForm {
    /// To whom.
    pub phone: Field,
    /// What for.
    pub usage: Choices,
    /// What became of the last one.
    pub report: Option<Report>,
}

/// What became of a test message.
#[derive(Debug, Clone)]
pub struct Report {
    /// What happened, in order.
    pub steps: Vec<ReportStep>,
    /// Whether the receipt can still be asked for.
    pub waits: bool,
}

/// Something that happened to it.
#[derive(Debug, Clone)]
pub struct ReportStep {
    /// How it went.
    pub tone: Tone,
    /// What happened.
    pub title: String,
    /// What it means, what to do.
    pub lines: Vec<String>,
    /// Where to act.
    pub link: Option<Link>,
    /// What support asks for.
    pub facts: Vec<Fact>,
}

/// A report of its own, in the stream that tells a message while it is sent.
#[derive(Clone, Template)]
#[template(path = "console/connectors/live.html")]
pub struct LiveReport {
    /// The language.
    pub lang: Lang,
    /// What happened so far.
    pub report: Report,
    /// What the page carries along from now on, sealed.
    pub pending: Option<String>,
    /// Where its form goes.
    pub action: String,
}

/// Not what travels sealed.
impl std::fmt::Debug for LiveReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveReport").field("report", &self.report).finish_non_exhaustive()
    }
}

impl Boxes {
    /// The ids of what explains it, the mistake first.
    pub fn described_by(&self) -> String {
        let parts = [(self.problem.is_some(), "error"), (self.hint.is_some(), "hint")];
        let there = parts.iter().filter(|(is_there, _)| *is_there);
        there.map(|(_, end)| format!("{}-{end}", self.id)).collect::<Vec<_>>().join(" ")
    }
}

impl Framed for WizardPage {
    fn has_error(&self) -> bool {
        !self.wrongs.is_empty()
    }
}

impl Item {
    /// Its line in the list of what is wrong.
    pub fn wrongs(&self) -> Vec<Wrong> {
        match self {
            Self::Line(field) => field.as_wrong().into_iter().collect(),
            Self::Menu(choices) => choices.as_wrong().into_iter().collect(),
            Self::Switch(tick) => tick.as_wrong().into_iter().collect(),
            Self::Boxes(boxes) => wrong(&boxes.id, &boxes.label, boxes.problem.as_ref()),
            Self::Templates(group) => wrong(&group.id, &group.label, group.problem.as_ref()),
        }
    }
}

fn wrong(id: &str, label: &str, problem: Option<&Problem>) -> Vec<Wrong> {
    let (id, label) = (id.to_owned(), label.to_owned());
    problem.cloned().map(|problem| Wrong { id, label, problem }).into_iter().collect()
}
