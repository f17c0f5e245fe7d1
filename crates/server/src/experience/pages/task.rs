//! Instead of a message, the page with the task that a message costs now.
use axum::response::Response;

use super::visitor::{Visitor, status};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::experience::flow::Solved;
use crate::views::frame::respond;
use crate::views::problem::Problem;
use crate::views::task::TaskPage;

/// What a form says of a task; nothing where the person was not asked.
pub(super) fn solved<'a>(challenge: &'a str, solution: &'a str) -> Option<Solved<'a>> {
    (!challenge.is_empty()).then_some(Solved { challenge, solution })
}

/// Whether an error asks for a solution.
pub(super) fn is_asked(error: &ApiError) -> bool {
    [codes::CHALLENGE_REQUIRED, codes::CHALLENGE_FAILED].contains(&error.code)
}

/// The page. `action` gets the form again, `back` is the page it came from.
pub(super) fn page(
    app: &App,
    visitor: &Visitor,
    (action, back): (&str, &str),
    fields: Vec<(&'static str, String)>,
    error: &ApiError,
) -> Response {
    let data = error.data();
    let text = data.and_then(|data| data["challenge"].as_str()).unwrap_or_default();
    let mut problem = Problem::of(visitor.lang, error);
    // only who cannot work waits
    let wait = problem.wait.take();
    let page = TaskPage {
        frame: visitor.frame(app, back),
        action: visitor.query.link(action),
        fields,
        challenge: text.to_owned(),
        difficulty: data.and_then(|data| data["difficulty"].as_i64()).unwrap_or_default(),
        problem,
        wait,
        back: (visitor.lang.t("task-back").into_owned(), visitor.query.link(back)),
    };
    respond(status(error), visitor.lang, &page)
}
