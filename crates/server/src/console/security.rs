//! What is sent and refused now, and whom an administrator blocks or lets through.
mod block;
mod now;
mod replace;
mod rules;

pub(super) use block::{of_address, of_message};

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;
use crate::views::console::parts::{Link, Tabs};
use crate::views::console::shell::Section;
use crate::web::i18n::Lang;

const HERE: Section = Section::Security;
const RULES: &str = "/console/security/rules";

/// Its pages.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/console/security", get(now::show))
        .route("/console/security/rules", get(rules::list).post(rules::create))
        .route("/console/security/rules/{id}/delete", post(rules::delete))
}

/// Its pages; `here` is the address of this one.
fn tabs(lang: Lang, here: &str) -> Tabs {
    let all = [(HERE.path(), "console-security-now"), (RULES, "console-rules")];
    let tab = |(path, key): (&str, &str)| (Link::new(lang.t(key), path), path == here);
    Tabs { label: lang.t(HERE.key()).into_owned(), all: all.map(tab).to_vec() }
}
