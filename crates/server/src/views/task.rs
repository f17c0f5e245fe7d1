//! The page on which a device solves a small task before another message is sent.
use askama::Template;

use crate::views::frame::{Frame, Framed};
use crate::views::problem::{Problem, Wait};
use crate::web::assets;

/// Drawn instead of sending, where a message costs a challenge. Its form goes back to where it came from, with what was typed there.
#[derive(Debug, Clone, Template)]
#[template(path = "task.html")]
pub struct TaskPage {
    /// What surrounds it.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// What the form held before.
    pub fields: Vec<(&'static str, String)>,
    /// What the solution belongs to.
    pub challenge: String,
    /// Zero bits that are looked for.
    pub difficulty: i64,
    /// What happens, and why.
    pub problem: Problem,
    /// When it goes without, for browsers without script.
    pub wait: Option<Wait>,
    /// The way back: text and address.
    pub back: (String, String),
}

impl Framed for TaskPage {
    fn has_error(&self) -> bool {
        false
    }
}

impl TaskPage {
    /// The script that does the work.
    pub fn script(&self) -> &'static str {
        assets::task_href()
    }
}
