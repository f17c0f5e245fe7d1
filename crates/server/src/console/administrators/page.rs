//! The page of the administrators: what owners see of each other, and what will happen when they press a button.
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::role::Role;
use haoma_store::administrators::{self, Administrator};

use super::HERE;
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::shell::shell;
use crate::error::api::ApiError;
use crate::views::console::administrators::{AdministratorLine, AdministratorsPage, NewLink};
use crate::views::console::fields::{Choice, Choices};
use crate::views::console::parts::{Badge, Confirm, Tone};
use crate::views::moment::Moment;
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

/// What the page says besides the list.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) typed: String,
    pub(super) problem: Option<Problem>,
    pub(super) link: Option<NewLink>,
}

pub(super) async fn page(app: &App, signed: &Signed, said: Said) -> Result<Response, ApiError> {
    let all = administrators::list(&app.db).await?;
    let status = said.problem.as_ref().map_or(StatusCode::OK, Problem::status);
    let page = AdministratorsPage {
        shell: shell(app, signed, HERE, HERE.path()),
        all: all.iter().map(|one| line(signed, one)).collect(),
        typed: said.typed,
        problem: said.problem,
        link: said.link,
    };
    Ok(signed.draw(app, status, &page))
}

fn line(signed: &Signed, one: &Administrator) -> AdministratorLine {
    let (lang, now) = (signed.visit.lang, signed.now);
    let is_me = one.id == signed.who.id;
    AdministratorLine {
        id: one.id.to_string(),
        name: one.name.clone(),
        role: one.role,
        marks: marks(lang, one, is_me),
        since: Moment::of(lang, one.created_at, now),
        last: one.last_sign_in_at.map(|at| Moment::of(lang, at, now)),
        change: change(lang, one, is_me),
        remove: (!is_me).then(|| remove(lang, one)),
    }
}

fn marks(lang: Lang, one: &Administrator, is_me: bool) -> Vec<Badge> {
    let mark = |tone, key: &str| Badge::new(tone, lang.t(key));
    let mut marks = vec![];
    if is_me {
        marks.push(mark(Tone::Good, "console-you"));
    }
    marks.push(match (&one.password_hash, &one.totp_sealed) {
        (None, _) => mark(Tone::Plain, "console-no-password"),
        (Some(_), None) => mark(Tone::Plain, "console-second-none"),
        (Some(_), Some(_)) => mark(Tone::Good, "console-second-has"),
    });
    marks
}

fn change(lang: Lang, one: &Administrator, is_me: bool) -> Confirm {
    let t = |key: &str| lang.t(key).into_owned();
    let option = |role: Role| Choice {
        value: role.as_str().to_owned(),
        label: t(&format!("console-role-{}", role.as_str())),
        hint: Some(t(&format!("console-role-{}-hint", role.as_str()))),
        is_chosen: role == one.role,
    };
    let options = Role::ALL.into_iter().rev().map(option).collect();
    let roles = Choices::new("role", t("console-field-role"), options);
    let (text, list) = if is_me {
        let list = vec![t("console-role-own-others"), t("console-role-own-back")];
        (t("console-role-own-what"), list)
    } else {
        (lang.t1("console-role-what", "name", one.name.as_str()).into_owned(), vec![])
    };
    Confirm {
        ask: t("console-role-change"),
        of: Some(one.name.clone()),
        text,
        list,
        action: path(one, "role"),
        choice: Some(roles.id(format!("role-{}", one.id))),
        go: t("console-role-change"),
        is_calm: true,
        ..Confirm::default()
    }
}

fn remove(lang: Lang, one: &Administrator) -> Confirm {
    let t = |key: &str| lang.t(key).into_owned();
    let name = one.name.as_str();
    Confirm {
        ask: lang.t1("console-remove", "name", name).into_owned(),
        text: lang.t1("console-remove-what", "name", name).into_owned(),
        list: ["sessions", "links", "back", "records"]
            .map(|part| t(&format!("console-remove-{part}")))
            .into(),
        action: path(one, "remove"),
        go: t("console-remove-go"),
        ..Confirm::default()
    }
}

fn path(one: &Administrator, what: &str) -> String {
    format!("{}/{}/{what}", HERE.path(), one.id)
}
