//! What pages of the console are composed of besides forms, as `templates/console/ui.html` draws it.
use crate::views::console::fields::{Choices, Field};
use crate::views::console::lists::Cell;
use crate::web::i18n::Lang;

/// How a state or a sentence is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Neither good nor bad.
    #[default]
    Plain,
    /// As it should be.
    Good,
    /// To be looked at.
    Warn,
    /// Not as it should be.
    Bad,
}

/// A way on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// What is read.
    pub text: String,
    /// Where it leads.
    pub href: String,
}

/// A state, in a word or two.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Badge {
    /// The word.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
}

/// Something to know before going on, or what just happened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
    /// What belongs to it, one line each.
    pub list: Vec<String>,
    /// What to do about it.
    pub link: Option<Link>,
}

/// The top of a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// The one heading of the page.
    pub title: String,
    /// What the page is for.
    pub lead: Option<String>,
    /// The page above.
    pub back: Option<Link>,
    /// The state of what the page is about.
    pub badges: Vec<Badge>,
    /// What one comes for; the only primary button of the view.
    pub primary: Option<Link>,
    /// What else can be done.
    pub others: Vec<Link>,
}

/// Views of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tabs {
    /// What they are views of; readers hear it.
    pub label: String,
    /// Each, and whether it is this one.
    pub all: Vec<(Link, bool)>,
}

/// A part of a way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Step {
    /// What is done in it.
    pub text: String,
    /// How far it is.
    pub state: StepState,
    /// Where it can be looked at again.
    pub href: Option<String>,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StepState {
    /// To come.
    #[default]
    Todo,
    /// This page.
    Current,
    /// Done.
    Done,
}

/// Something known of a thing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fact {
    /// What it is called.
    pub term: String,
    /// What it is.
    pub is: Cell,
    /// Whether people copy it.
    pub can_copy: bool,
}

/// Text for a machine, to be copied.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Code {
    /// What it is; readers hear it.
    pub label: String,
    /// The text.
    pub text: String,
    /// Whether it keeps its lines; otherwise it wraps anywhere.
    pub has_lines: bool,
}

/// A dangerous action: what will happen is read before the button can be pressed.
#[derive(Debug, Clone, Default)]
pub struct Confirm {
    /// The text of the button that only asks.
    pub ask: String,
    /// Which one it is about, for those who hear the button and do not see where it stands.
    pub of: Option<String>,
    /// What will happen, in a sentence.
    pub text: String,
    /// The same in parts.
    pub list: Vec<String>,
    /// Where the form goes.
    pub action: String,
    /// What it holds.
    pub fields: Vec<(String, String)>,
    /// Something to type first, such as the name of what is deleted.
    pub typed: Option<Field>,
    /// Something to choose first.
    pub choice: Option<Choices>,
    /// Whether it can be undone, so that nothing about it is red.
    pub is_calm: bool,
    /// The text of the button that does it.
    pub go: String,
}

/// A page that answers a form. A link to it in another language would lose what the form holds, so it is sent again.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Again {
    /// Where the form went.
    pub action: String,
    /// What it held.
    pub fields: Vec<(String, String)>,
}

/// Not the fields, which may be secrets.
impl std::fmt::Debug for Again {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Again").field("action", &self.action).finish_non_exhaustive()
    }
}

impl Again {
    /// A form that is sent again.
    pub fn new<N: Into<String>, V: Into<String>>(
        action: impl Into<String>,
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let fields = fields.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self { action: action.into(), fields: fields.collect() }
    }

    /// Every language, and where the form is sent for it.
    pub fn languages(&self) -> [(Lang, String); 2] {
        Lang::ALL.map(|lang| (lang, format!("{}?ui_locales={}", self.action, lang.tag())))
    }
}

/// Not the text, which may be a secret.
impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Code").field("label", &self.label).finish_non_exhaustive()
    }
}

impl Tone {
    /// Its class in the stylesheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

impl Link {
    /// A link.
    pub fn new(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into() }
    }
}

impl Badge {
    /// A badge.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { text: text.into(), tone }
    }
}

impl Notice {
    /// A sentence.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { text: text.into(), tone, list: vec![], link: None }
    }

    /// Something was done.
    pub fn good(lang: Lang, key: &str) -> Self {
        Self::new(Tone::Good, lang.t(key))
    }

    /// Something was not done.
    pub fn bad(lang: Lang, key: &str) -> Self {
        Self::new(Tone::Bad, lang.t(key))
    }

    /// Readers are told of a mistake at once, of everything else in time.
    pub fn role(&self) -> &'static str {
        if self.tone == Tone::Bad { "alert" } else { "status" }
    }
}

impl Head {
    /// A page with this heading.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }
}

impl StepState {
    /// Its class in the stylesheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::Current => "current",
            Self::Done => "done",
        }
    }
}

impl Fact {
    /// A fact in words.
    pub fn new(term: impl Into<String>, is: Cell) -> Self {
        Self { term: term.into(), is, can_copy: false }
    }

    /// A code that people copy.
    pub fn code(term: impl Into<String>, code: impl Into<String>) -> Self {
        Self { term: term.into(), is: Cell::Code(code.into()), can_copy: true }
    }
}
