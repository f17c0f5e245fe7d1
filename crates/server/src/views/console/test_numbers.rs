//! Numbers with a fixed code.
use askama::Template;

use crate::views::console::fields::{Choices, Field};
use crate::views::console::lists::{Empty, Pager};
use crate::views::console::parts::{Code, Confirm, Fact, Head};
use crate::views::console::shell::Shell;
use crate::views::frame::Framed;

/// `/console/test-numbers`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/test_numbers.html")]
pub struct TestNumbersPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The heading.
    pub head: Head,
    /// The code of one that was made just now; it is shown once.
    pub new: Option<NewCode>,
    /// Those there are.
    pub all: Vec<TestNumberLine>,
    /// Instead of a list of nothing.
    pub empty: Option<Empty>,
    /// The pages beside it.
    pub pager: Pager,
    /// Whether this administrator may change them.
    pub can_write: bool,
    /// Where forms go.
    pub path: &'static str,
    /// What another one takes.
    pub form: TestNumberForm,
}

/// A code that is shown once.
#[derive(Debug, Clone)]
pub struct NewCode {
    /// Of which number.
    pub title: String,
    /// The code.
    pub code: Code,
}

/// A test number.
#[derive(Debug, Clone)]
pub struct TestNumberLine {
    /// What is known of it.
    pub facts: Vec<Fact>,
    /// The number.
    pub number: String,
    /// A later end.
    pub extend: Confirm,
    /// Its end now.
    pub delete: Confirm,
}

/// What is typed to make one.
#[derive(Debug, Clone)]
pub struct TestNumberForm {
    /// Which number.
    pub phone: Field,
    /// Who answers for it.
    pub owner: Field,
    /// How long it lasts.
    pub days: Choices,
}

impl Framed for TestNumbersPage {
    fn has_error(&self) -> bool {
        let form = &self.form;
        [&form.phone.problem, &form.owner.problem, &form.days.problem]
            .into_iter()
            .any(Option::is_some)
    }
}
