//! The second factor: being asked for it, and setting it up.
use askama::Template;

use crate::views::console::parts::Again;
use crate::views::console::shell::Shell;
use crate::views::frame::{Frame, Framed};
use crate::views::problem::Problem;

/// `/console/sign-in/second`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/second.html")]
pub struct SecondPage {
    /// What surrounds it.
    pub frame: Frame,
    /// Where to go on; empty for the first page.
    pub next: String,
    /// A form to go on with, sealed; empty when nobody's session was over.
    pub form: String,
    /// With a form: how the page is drawn in another language.
    pub again: Option<Again>,
    /// What was wrong.
    pub problem: Option<Problem>,
}

/// Setting up: a picture for the app, and the code that it shows then.
#[derive(Clone, Template)]
#[template(path = "console/second_set_up.html")]
pub struct SetUpPage {
    /// What surrounds it.
    pub shell: Shell,
    /// A QR code as SVG, which we made.
    pub picture: String,
    /// The same in letters.
    pub secret: String,
    /// The same sealed, because it is not stored before it is confirmed.
    pub sealed: String,
    /// What was wrong.
    pub problem: Option<Problem>,
}

/// Not the secret.
impl std::fmt::Debug for SetUpPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SetUpPage").field("problem", &self.problem).finish_non_exhaustive()
    }
}

impl Framed for SecondPage {
    fn has_error(&self) -> bool {
        self.problem.is_some()
    }
}

impl Framed for SetUpPage {
    fn has_error(&self) -> bool {
        self.problem.is_some()
    }
}

impl SetUpPage {
    /// The letters in groups of four, as people type them.
    pub fn groups(&self) -> String {
        let letters: Vec<char> = self.secret.chars().collect();
        letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
    }
}
