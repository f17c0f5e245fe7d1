//! The phone page.
use askama::Template;

use crate::views::frame::{Frame, Framed};
use crate::views::problem::Problem;
use crate::web::i18n::{Lang, Piece};

/// `/sign-in` and `/register`.
#[derive(Debug, Clone, Template)]
#[template(path = "phone.html")]
pub struct PhonePage {
    /// What surrounds it.
    pub frame: Frame,
    /// Which of several steps it is, where it is one.
    pub step: Option<String>,
    /// The heading, and the title of the tab.
    pub title: String,
    /// That the same step does the other thing too, where it does.
    pub lead: Option<String>,
    /// Where the form goes.
    pub action: String,
    /// Binds the form to its interaction.
    pub csrf: String,
    /// What was typed, or what the application hinted at.
    pub value: String,
    /// What was wrong with it.
    pub problem: Option<Problem>,
    /// The countries that may be used; never empty.
    pub countries: Vec<Country>,
    /// The documents.
    pub agreement: Agreement,
    /// The way out, where there is something to stay with.
    pub cancel_href: Option<String>,
}

/// A country or territory as the picker shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1, two letters.
    pub region: String,
    /// Its name in the language of the page.
    pub name: String,
    /// Other names it is found by: its own, and the English one.
    pub also: String,
    /// The calling code, such as `86`.
    pub code: String,
    /// Whether it is the one shown.
    pub is_chosen: bool,
}

/// How the documents are agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Agreement {
    /// There are no documents.
    None,
    /// Going on is agreeing.
    Notice(Vec<Piece>),
    /// A box to tick; never ticked beforehand.
    Box {
        /// Its label.
        text: Vec<Piece>,
        /// Whether the person ticked it before.
        is_ticked: bool,
        /// That it must be ticked.
        problem: Option<Problem>,
    },
}

impl Framed for PhonePage {
    fn has_error(&self) -> bool {
        self.is_wrong() || matches!(self.agreement, Agreement::Box { problem: Some(_), .. })
    }
}

impl PhonePage {
    /// The language of the page.
    pub fn lang(&self) -> Lang {
        self.frame.lang
    }

    /// The country shown.
    pub fn chosen(&self) -> Option<&Country> {
        self.countries.iter().find(|country| country.is_chosen).or_else(|| self.countries.first())
    }

    /// Whether something concerns the number itself.
    pub fn is_wrong(&self) -> bool {
        self.problem.is_some()
    }

    /// The label of the picker's button, which shows only flag and code.
    pub fn button_label(&self, name: &str, code: &str) -> String {
        let args = [("name", Piece::Text(name.to_owned())), ("code", Piece::Text(code.to_owned()))];
        self.lang().pieces("country-button", &args).iter().map(Piece::text).collect()
    }
}
