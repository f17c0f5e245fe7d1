//! How programs do all this: the management API, as its OpenAPI document has it.
use askama::Template;

use crate::views::console::lists::Table;
use crate::views::console::parts::{Code, Head, Link};
use crate::views::console::shell::Shell;
use crate::views::frame::Framed;

/// `/console/api`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/api_reference.html")]
pub struct ApiReferencePage {
    /// What surrounds it.
    pub shell: Shell,
    /// The top of the page.
    pub head: Head,
    /// How to get a token.
    pub token: Code,
    /// Operations that belong together.
    pub groups: Vec<Group>,
    /// What is sent and answered.
    pub shapes: Vec<Shape>,
}

/// Operations that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Names its heading in the page.
    pub id: String,
    /// The tag.
    pub name: String,
    /// In the order of the document.
    pub operations: Vec<Operation>,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Names it in the page.
    pub id: String,
    /// What it does.
    pub summary: String,
    /// More about it.
    pub description: Option<String>,
    /// Such as `GET`.
    pub method: String,
    /// With its variables in braces.
    pub path: String,
    /// What it takes in its address.
    pub parameters: Option<Table>,
    /// What it takes as its body.
    pub body: Option<Kind>,
    /// What it answers.
    pub answers: Vec<Answer>,
    /// How to call it.
    pub example: Code,
}

/// What something is, and the shape of that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// In words.
    pub text: String,
    /// Where the shape is.
    pub shape: Option<Link>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: String,
    /// When, a line each.
    pub lines: Vec<String>,
    /// Its body.
    pub body: Option<Kind>,
}

/// What is sent or answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Names it in the page.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its members.
    pub members: Table,
}

impl Framed for ApiReferencePage {}
