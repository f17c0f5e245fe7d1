//! Instead of a message, the page with what a message costs now: a task for the device, or a captcha for the person.
use axum::response::Response;

use super::visitor::{Visitor, status};
use crate::app::App;
use crate::captcha::{Captcha, Provider};
use crate::error::api::{ApiError, codes};
use crate::experience::flow::{Solution, Solved};
use crate::views::captcha::{CaptchaPage, Shown};
use crate::views::frame::respond;
use crate::views::problem::Problem;
use crate::views::task::TaskPage;

/// What a form says of a task or a captcha; nothing where the person was not asked.
pub(super) fn solved<'a>(
    challenge: &'a str,
    solution: &'a str,
    captcha_token: Option<&'a str>,
) -> Option<Solved<'a>> {
    let by = captcha_token.map_or(Solution::Work(solution), Solution::Captcha);
    (!challenge.is_empty()).then_some(Solved { challenge, by })
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
    let text = data.and_then(|data| data["challenge"].as_str()).unwrap_or_default().to_owned();
    let is_captcha = data.is_some_and(|data| data.get("captcha").is_some());
    let mut problem = Problem::of(visitor.lang, error);
    // only who cannot work waits
    let wait = problem.wait.take();
    let frame = visitor.frame(app, back);
    let action = visitor.query.link(action);
    let back = (visitor.lang.t("task-back").into_owned(), visitor.query.link(back));
    if let Some(captcha) = app.settings.captcha.as_ref().filter(|_| is_captcha) {
        let shown = shown(captcha);
        let page = CaptchaPage { frame, action, fields, ticket: text, shown, problem, wait, back };
        let mut response = respond(status(error), visitor.lang, &page);
        response.extensions_mut().insert(captcha.sources());
        return response;
    }
    let difficulty = data.and_then(|data| data["difficulty"].as_i64()).unwrap_or_default();
    let page = TaskPage { frame, action, fields, challenge: text, difficulty, problem, wait, back };
    respond(status(error), visitor.lang, &page)
}

fn shown(captcha: &Captcha) -> Shown {
    let Provider::Aliyun(scene) = &captcha.provider;
    Shown {
        script: captcha.script.to_string(),
        scene: scene.scene_id.clone(),
        prefix: scene.prefix.clone(),
        region: scene.region.as_str(),
    }
}
