//! How things are: what is missing, what is counted, and charts of it.
use askama::Template;

use crate::views::console::chart::Chart;
use crate::views::console::parts::{Head, Link, Notice, Tabs};
use crate::views::console::shell::Shell;
use crate::views::frame::Framed;

/// `/console`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/overview.html")]
pub struct OverviewPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The top of the page.
    pub head: Head,
    /// What is missing before people can sign in.
    pub gaps: Vec<NextStep>,
    /// That nothing is missing, while nobody signed in yet.
    pub ready: Option<Notice>,
    /// The ranges.
    pub ranges: Tabs,
    /// Numbers of the range.
    pub figures: Vec<Figure>,
    /// Days of the range.
    pub charts: Vec<Chart>,
    /// How far people come.
    pub funnel: Vec<Stage>,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextStep {
    /// What is missing.
    pub text: String,
    /// Where it is done.
    pub link: Link,
}

/// A number of the range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What is counted.
    pub term: String,
    /// How many.
    pub count: String,
}

/// How many come so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// What they did.
    pub term: String,
    /// How many.
    pub count: String,
    /// Of those who began, in percent; `None` when nobody did.
    pub percent: Option<i64>,
}

impl Stage {
    /// The length of its bar, of 100.
    pub fn length(&self) -> i64 {
        self.percent.unwrap_or(0).clamp(0, 100)
    }
}

impl Framed for OverviewPage {}
