//! The controls of a form, as `templates/console/ui.html` draws them. Every text is translated by whoever makes one.
use crate::views::problem::Problem;

/// A label, a control to type into, a hint and what was wrong.
#[derive(Clone, Default)]
pub struct Field {
    /// Its name in the form.
    pub name: String,
    /// Its id in the page.
    pub id: String,
    /// What is asked for.
    pub label: String,
    /// What is in it.
    pub value: String,
    /// How it is typed.
    pub kind: Kind,
    /// What helps to fill it in.
    pub hint: Option<String>,
    /// What was wrong with what was typed.
    pub problem: Option<Problem>,
    /// An example, in the empty control.
    pub placeholder: Option<String>,
    /// Characters at most.
    pub most_chars: Option<usize>,
    /// What browsers may fill in.
    pub autocomplete: &'static str,
    /// Whether it must be filled in; one that need not be says so beside its label.
    pub is_required: bool,
    /// Whether it is a code, a key or an address: read from left to right, never corrected.
    pub is_code: bool,
}

/// How a field is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// One line.
    #[default]
    Text,
    /// One line that nobody sees.
    Password,
    /// A whole number.
    Number,
    /// A day.
    Date,
    /// Words to search for.
    Search,
    /// Several lines.
    Multiline,
    /// Several lines of JSON.
    Json,
}

/// One of several, drawn as a list box or as radio buttons.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Its name in the form.
    pub name: String,
    /// Its id in the page.
    pub id: String,
    /// What is asked for.
    pub label: String,
    /// What can be chosen.
    pub options: Vec<Choice>,
    /// What helps to choose.
    pub hint: Option<String>,
    /// What was wrong with the choice.
    pub problem: Option<Problem>,
}

/// What can be chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
    /// What it means; radio buttons show it.
    pub hint: Option<String>,
    /// Whether it is the one.
    pub is_chosen: bool,
}

/// Yes or no, drawn as a box or as a switch.
#[derive(Debug, Clone, Default)]
pub struct Tick {
    /// Its name in the form.
    pub name: String,
    /// Its id in the page.
    pub id: String,
    /// What the form sends when it is ticked; otherwise it sends nothing.
    pub value: String,
    /// What is asked for.
    pub label: String,
    /// What it means.
    pub hint: Option<String>,
    /// What was wrong with it.
    pub problem: Option<Problem>,
    /// Whether it is ticked.
    pub is_on: bool,
}

/// A control that is wrong, for the list at the top of its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The control's id.
    pub id: String,
    /// What it asks for.
    pub label: String,
    /// What was wrong.
    pub problem: Problem,
}

/// Not the value, which may be a secret.
impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Field").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Field {
    /// One line that must be filled in.
    pub fn new(name: impl Into<String>, label: impl Into<String>) -> Self {
        let name = name.into();
        let (id, label) = (name.clone(), label.into());
        Self { name, id, label, autocomplete: "off", is_required: true, ..Self::default() }
    }

    /// The same typed in another way.
    pub fn typed(self, kind: Kind) -> Self {
        Self { is_code: self.is_code || kind == Kind::Json, kind, ..self }
    }

    /// What is in it.
    pub fn holding(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    /// With a hint.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// With what was wrong, if anything was.
    pub fn wrong(self, problem: Option<Problem>) -> Self {
        Self { problem, ..self }
    }

    /// With an example.
    pub fn such_as(self, example: impl Into<String>) -> Self {
        Self { placeholder: Some(example.into()), ..self }
    }

    /// Of so many characters at most.
    pub fn at_most(self, chars: usize) -> Self {
        Self { most_chars: Some(chars), ..self }
    }

    /// Which need not be filled in.
    pub fn optional(self) -> Self {
        Self { is_required: false, ..self }
    }

    /// A code, a key or an address.
    pub fn code(self) -> Self {
        Self { is_code: true, ..self }
    }

    /// Under another id, where a page has two of this name.
    pub fn id(self, id: impl Into<String>) -> Self {
        Self { id: id.into(), ..self }
    }

    /// Whether it has room for several lines.
    pub fn is_tall(&self) -> bool {
        matches!(self.kind, Kind::Multiline | Kind::Json)
    }

    /// The `type` of its element.
    pub fn html_type(&self) -> &'static str {
        match self.kind {
            Kind::Password => "password",
            Kind::Date => "date",
            Kind::Search => "search",
            // a number box changes its number when the page is scrolled: digits are typed as text
            _ => "text",
        }
    }

    /// The ids of what explains it, the mistake first.
    pub fn described_by(&self) -> String {
        described_by(&self.id, self.problem.is_some(), self.hint.is_some())
    }

    /// Its line in the list of what is wrong.
    pub fn as_wrong(&self) -> Option<Wrong> {
        as_wrong(&self.id, &self.label, self.problem.as_ref())
    }
}

impl Choices {
    /// A choice among these.
    pub fn new(name: impl Into<String>, label: impl Into<String>, options: Vec<Choice>) -> Self {
        let name = name.into();
        Self { id: name.clone(), name, label: label.into(), options, ..Self::default() }
    }

    /// With a hint.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// With what was wrong, if anything was.
    pub fn wrong(self, problem: Option<Problem>) -> Self {
        Self { problem, ..self }
    }

    /// Under another id, where a page has two of this name.
    pub fn id(self, id: impl Into<String>) -> Self {
        Self { id: id.into(), ..self }
    }

    /// The ids of what explains it, the mistake first.
    pub fn described_by(&self) -> String {
        described_by(&self.id, self.problem.is_some(), self.hint.is_some())
    }

    /// Its line in the list of what is wrong.
    pub fn as_wrong(&self) -> Option<Wrong> {
        as_wrong(&self.id, &self.label, self.problem.as_ref())
    }
}

impl Choice {
    /// An option; it is the chosen one when its value is `chosen`.
    pub fn new(value: impl Into<String>, label: impl Into<String>, chosen: &str) -> Self {
        let value = value.into();
        Self { is_chosen: value == chosen, value, label: label.into(), hint: None }
    }

    /// With what it means.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl Tick {
    /// A box that sends `on`.
    pub fn new(name: impl Into<String>, label: impl Into<String>, is_on: bool) -> Self {
        let (name, value) = (name.into(), "on".to_owned());
        Self { id: name.clone(), name, value, label: label.into(), is_on, ..Self::default() }
    }

    /// Which sends another value: one of several boxes of a name.
    pub fn sending(self, value: impl Into<String>) -> Self {
        let value = value.into();
        Self { id: format!("{}-{value}", self.name), value, ..self }
    }

    /// With what it means.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// With what was wrong, if anything was.
    pub fn wrong(self, problem: Option<Problem>) -> Self {
        Self { problem, ..self }
    }

    /// The ids of what explains it, the mistake first.
    pub fn described_by(&self) -> String {
        described_by(&self.id, self.problem.is_some(), self.hint.is_some())
    }

    /// Its line in the list of what is wrong.
    pub fn as_wrong(&self) -> Option<Wrong> {
        as_wrong(&self.id, &self.label, self.problem.as_ref())
    }
}

fn described_by(id: &str, is_wrong: bool, has_hint: bool) -> String {
    let parts = [(is_wrong, "error"), (has_hint, "hint")];
    let ids = parts.iter().filter(|(is_there, _)| *is_there).map(|(_, end)| format!("{id}-{end}"));
    ids.collect::<Vec<_>>().join(" ")
}

fn as_wrong(id: &str, label: &str, problem: Option<&Problem>) -> Option<Wrong> {
    let problem = problem?.clone();
    Some(Wrong { id: id.to_owned(), label: label.to_owned(), problem })
}
