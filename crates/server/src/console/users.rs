//! The people who sign in: the list of users. One of them, and what they are signed in to, are in the folder.
mod access;
mod activity;
mod form;
mod locking;
mod new;
mod number;
mod one;
mod search;
mod wrong_codes;

pub(super) use access::{end_all, end_session, show as show_access, take_back};
pub(super) use activity::show as show_activity;
pub(super) use form::phone as typed_phone;
pub(super) use locking::{delete, lock, unlock};
pub(super) use new::{create, show as show_new};
pub(super) use number::{change as change_number, show as show_number};
pub(super) use one::{application, save, show as show_one};
pub(super) use search::search;
pub(super) use wrong_codes::forget as forget_wrong_codes;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::ids::UserId;
use haoma_core::phone::{PhoneDigits, PhoneNumber};
use haoma_core::role::Right;
use haoma_store::keyset::{Page, Place};
use haoma_store::user_lists;
use haoma_store::users::Stored;

use super::administrator::Signed;
use super::done::Done;
use super::listing::{SIZE, beyond, place};
use super::shell::shell;
use crate::app::App;
use crate::error::api::ApiError;
use crate::management::query::Query;
use crate::views::console::fields::{Choice, Choices, Field, Kind};
use crate::views::console::lists::{Cell, Empty, Table};
use crate::views::console::parts::{Badge, Head, Link, Notice, Tabs, Tone};
use crate::views::console::shell::Section;
use crate::views::console::users::UsersPage;
use crate::views::moment::Moment;
use crate::web::i18n::Lang;

const HERE: Section = Section::Users;

/// `GET /console/users`, with `q` or, sealed, `find` to search for, and `state`.
pub(super) async fn list(
    State(app): State<App>,
    signed: Signed,
    query: Query,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let Ok(asked) = search::asked(&app, &query) else {
        return Ok(Done::bad("console-user-search-over").on(&app, HERE.path()));
    };
    let place = place(&query);
    let page = match search::who(&app, &signed, &asked).await? {
        search::Found::One(user) => Page::of(vec![*user]),
        search::Found::Nobody => Page::of(vec![]),
        search::Found::Among(who) => user_lists::page(&app.db, &who, &place, SIZE).await?,
    };
    Ok(draw(&app, &signed, &asked, (&page, &place)))
}

fn draw(
    app: &App,
    signed: &Signed,
    asked: &search::Asked,
    (found, place): (&Page<Stored>, &Place),
) -> Response {
    let lang = signed.visit.lang;
    let t = |key: &str| lang.t(key).into_owned();
    let is_used = asked.is_used();
    let can_write = signed.who.role.may(Right::Write);
    let add = can_write.then(|| Link::new(t("console-user-add"), "/console/users/new"));
    let lead = if is_used { "console-search-wider" } else { "console-user-none-lead" };
    let title = if is_used { "console-user-none-found" } else { "console-user-none" };
    let nobody =
        || Empty { title: t(title), lead: t(lead), action: add.clone().filter(|_| !is_used) };
    let empty = found.items.is_empty().then(|| beyond(lang, found, place).unwrap_or_else(nobody));
    let page = UsersPage {
        shell: shell(app, signed, HERE, &asked.address.at(place)),
        head: Head {
            lead: Some(t("console-users-lead")),
            primary: add.clone().filter(|_| is_used || empty.is_none()),
            ..Head::new(t(HERE.key()))
        },
        search: search_field(signed).holding(asked.shown()),
        state: states(lang, asked.only_locked),
        is_used,
        sought: (asked.is_hidden() && !found.items.is_empty())
            .then(|| Notice::new(Tone::Plain, t("console-user-sought"))),
        cut: found.is_cut.then(|| Notice::new(Tone::Plain, t("console-user-cut"))),
        table: table(signed, &found.items),
        pager: asked.address.pager(found, place),
        empty,
    };
    signed.draw(app, StatusCode::OK, &page)
}

/// What can be searched for: parts of numbers only by who may see whole ones.
fn search_field(signed: &Signed) -> Field {
    let lang = signed.visit.lang;
    let can_write = signed.who.role.may(Right::Write);
    let hint =
        if can_write { "console-user-search-hint" } else { "console-user-search-hint-viewer" };
    let field = Field::new("q", lang.t("console-user-search")).typed(Kind::Search);
    field.at_most(search::MOST_TEXT).hint(lang.t(hint))
}

fn states(lang: Lang, only_locked: bool) -> Choices {
    let chosen = if only_locked { "locked" } else { "" };
    let option = |value, key| Choice::new(value, lang.t(key), chosen);
    let all = vec![option("", "console-user-any-state"), option("locked", "console-user-locked")];
    Choices::new("state", lang.t("console-user-state"), all)
}

fn table(signed: &Signed, found: &[Stored]) -> Table {
    let (lang, now) = (signed.visit.lang, signed.now);
    let row = |user: &Stored| {
        let link = Link::new(title(lang, user), path(&user.id));
        let username =
            user.username.clone().filter(|_| user.name.is_some() || user.phone.is_some());
        vec![
            username.map_or(Cell::Link(link.clone()), |name| Cell::LinkAnd(link, name)),
            user.phone.as_ref().map_or(Cell::Nothing, |phone| Cell::Text(masked(phone))),
            user.last_sign_in_at.map_or(Cell::Soft(lang.t("console-never").into_owned()), |at| {
                Cell::Moment(Moment::of(lang, at, now))
            }),
            Cell::Badges(vec![state(lang, user)]),
        ]
    };
    let columns =
        ["console-user-name", "console-user-phone", "console-user-last", "console-user-state"];
    Table {
        caption: lang.t(HERE.key()).into_owned(),
        columns: columns.map(|key| lang.t(key).into_owned()).to_vec(),
        rows: found.iter().map(row).collect(),
    }
}

fn state(lang: Lang, user: &Stored) -> Badge {
    if user.is_locked {
        Badge::new(Tone::Bad, lang.t("console-user-locked"))
    } else {
        Badge::new(Tone::Good, lang.t("console-user-active"))
    }
}

/// What a user is called in headings and links.
pub(super) fn title(lang: Lang, user: &Stored) -> String {
    let named =
        [&user.name, &user.username].into_iter().flatten().find(|name| !name.trim().is_empty());
    let otherwise = || user.phone.as_ref().map(masked);
    named.cloned().or_else(otherwise).unwrap_or_else(|| lang.t("console-user-unnamed").into_owned())
}

/// A number of which nobody can call or look up its owner.
pub(super) fn masked(phone: &PhoneDigits) -> String {
    let parsed = PhoneNumber::from_international(phone.as_str());
    // a number that no plan knows any more is hidden but for its end
    let end = phone.as_str().get(phone.as_str().len().saturating_sub(2)..).unwrap_or_default();
    parsed.map_or_else(|_unknown| format!("+****{end}"), |phone| phone.masked())
}

/// Where the page of a user is.
pub(super) fn path(id: &UserId) -> String {
    format!("{}/{id}", HERE.path())
}

/// The top of each page of a user.
fn head(lang: Lang, user: &Stored) -> Head {
    Head {
        back: Some(Link::new(lang.t(HERE.key()), HERE.path())),
        badges: vec![state(lang, user)],
        ..Head::new(title(lang, user))
    }
}

/// Their pages; `here` is what the address of this one ends with.
fn tabs(lang: Lang, user: &Stored, here: &str) -> Tabs {
    let all = [
        ("", "console-user-tab"),
        ("/access", "console-user-access"),
        ("/activity", "console-user-activity"),
    ];
    let tab = |(end, key): (&str, &str)| {
        (Link::new(lang.t(key), format!("{}{end}", path(&user.id))), end == here)
    };
    Tabs { label: title(lang, user), all: all.map(tab).to_vec() }
}
