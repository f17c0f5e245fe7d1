//! Numbers with a fixed code: the list with how they stand, one made, extended, ended.
mod form;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use haoma_core::passcode::Passcode;
use haoma_core::phone::PhoneDigits;
use haoma_core::role::Right;
use haoma_store::keyset::{Page, Place};
use haoma_store::test_numbers::{self as store, TestNumber};
use serde_json::Value;

use self::form::Typed;
use super::administrator::Signed;
use super::done::Done;
use super::forms::{self, Sent};
use super::listing::{Address, SIZE, beyond, place};
use super::prove::{Fields, prove};
use super::shell::shell;
use super::users::masked;
use crate::app::App;
use crate::error::api::ApiError;
use crate::management::query::Query;
use crate::test_numbers;
use crate::views::console::lists::{Cell, Empty};
use crate::views::console::messages::grouped;
use crate::views::console::parts::{Badge, Code, Confirm, Fact, Head, Link, Tone};
use crate::views::console::shell::Section;
use crate::views::console::test_numbers::{NewCode, TestNumberLine, TestNumbersPage};
use crate::views::moment::Moment;
use crate::web::i18n::Lang;

const HERE: Section = Section::TestNumbers;

/// What the page says besides the list.
#[derive(Default)]
struct Said<'a> {
    /// What was typed, and why it was not stored.
    typed: Option<(&'a Fields, &'a ApiError)>,
    /// One that was made just now, with its code.
    made: Option<(TestNumber, Passcode)>,
}

/// Its pages.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/console/test-numbers", get(show).post(create))
        .route("/console/test-numbers/{id}/extend", post(extend))
        .route("/console/test-numbers/{id}/delete", post(delete))
}

/// `GET /console/test-numbers`.
async fn show(State(app): State<App>, signed: Signed, query: Query) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    page(&app, &signed, &place(&query), Said::default()).await
}

/// `POST /console/test-numbers`. The answer shows the code, once.
async fn create(
    State(app): State<App>,
    mut signed: Signed,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let fields = forms::read(sent)?;
    let wanted = match form::read(&app, &fields) {
        Ok(wanted) => wanted,
        Err(error) => return refused(&app, &signed, &fields, &error).await,
    };
    let what = signed.visit.lang.t("console-prove-test-number");
    if let Some(asked) = prove(&app, &mut signed, &fields, (HERE, &what)).await? {
        return Ok(asked);
    }
    let event = |payload: &Value| signed.event(&app, "TestNumber.Created", payload);
    match test_numbers::create(&app, &wanted, signed.now, event).await {
        Ok(made) => {
            signed.count_tests(&app).await?;
            let said = Said { made: Some(made), ..Said::default() };
            page(&app, &signed, &Place::Newest, said).await
        }
        Err(error) if error.code.status >= 500 => Err(error),
        Err(error) => refused(&app, &signed, &fields, &error).await,
    }
}

/// `POST /console/test-numbers/{id}/extend`.
async fn extend(
    State(app): State<App>,
    mut signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let id = test_numbers::find(&app, &id).await?.id;
    let what = signed.visit.lang.t("console-prove-test-number-extend");
    let fields = match forms::proved(&app, &mut signed, sent, (HERE, &what)).await? {
        Ok(fields) => fields,
        Err(asked) => return Ok(asked),
    };
    let days = form::days(&fields)?;
    let event = |payload: &Value| signed.event(&app, "TestNumber.Updated", payload);
    match test_numbers::change(&app, &id, (None, Some(days)), signed.now, event).await {
        Ok(_) => Ok(Done::good("console-test-number-extended").on(&app, HERE.path())),
        Err(error) if error.code.status == 422 => {
            Ok(Done::bad("console-test-number-not-extended").on(&app, HERE.path()))
        }
        Err(error) => Err(error),
    }
}

/// `POST /console/test-numbers/{id}/delete`.
async fn delete(
    State(app): State<App>,
    mut signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let id = test_numbers::find(&app, &id).await?.id;
    let what = signed.visit.lang.t("console-prove-test-number-delete");
    if let Err(asked) = forms::proved(&app, &mut signed, sent, (HERE, &what)).await? {
        return Ok(asked);
    }
    let event = |payload: &Value| signed.event(&app, "TestNumber.Deleted", payload);
    test_numbers::delete(&app, &id, event).await?;
    Ok(Done::good("console-test-number-deleted").on(&app, HERE.path()))
}

async fn refused(
    app: &App,
    signed: &Signed,
    fields: &Fields,
    error: &ApiError,
) -> Result<Response, ApiError> {
    page(app, signed, &Place::Newest, Said { typed: Some((fields, error)), ..Said::default() })
        .await
}

async fn page(
    app: &App,
    signed: &Signed,
    place: &Place,
    said: Said<'_>,
) -> Result<Response, ApiError> {
    let lang = signed.visit.lang;
    let t = |key: &str| lang.t(key).into_owned();
    let found = store::list(&app.db, place, SIZE).await?;
    let address = Address::new(HERE.path());
    let status = said.typed.and_then(|(_, error)| StatusCode::from_u16(error.code.status).ok());
    let can_write = signed.who.role.may(Right::Write);
    let add = Link::new(t("console-test-number-make"), "#make");
    let nothing = Fields::new();
    let fields = said.typed.map_or(&nothing, |(fields, _)| fields);
    let typed = Typed { lang, fields, error: said.typed.map(|(_, error)| error) };
    let view = TestNumbersPage {
        shell: shell(app, signed, HERE, &address.at(place)),
        head: Head {
            lead: Some(t("console-test-numbers-lead")),
            // the form stands below a list that may be long
            others: if can_write && !found.items.is_empty() { vec![add] } else { vec![] },
            ..Head::new(t(HERE.key()))
        },
        new: said.made.map(|made| new(lang, &made)),
        all: found.items.iter().map(|one| line(signed, one)).collect(),
        empty: empty(lang, &found, place),
        pager: address.pager(&found, place),
        can_write,
        path: HERE.path(),
        form: typed.form(),
    };
    Ok(signed.draw(app, status.unwrap_or(StatusCode::OK), &view))
}

fn empty(lang: Lang, page: &Page<TestNumber>, place: &Place) -> Option<Empty> {
    let none = || Empty {
        title: lang.t("console-test-numbers-none").into_owned(),
        lead: lang.t("console-test-numbers-none-lead").into_owned(),
        action: None,
    };
    page.items.is_empty().then(|| beyond(lang, page, place).unwrap_or_else(none))
}

fn new(lang: Lang, (one, code): &(TestNumber, Passcode)) -> NewCode {
    let number = PhoneDigits::e164(&one.phone);
    let label = lang.t1("console-test-number-code", "number", number).into_owned();
    NewCode {
        code: Code { label: label.clone(), text: code.reveal().to_owned(), has_lines: false },
        title: label,
    }
}

fn line(signed: &Signed, one: &TestNumber) -> TestNumberLine {
    let lang = signed.visit.lang;
    let t = |key: &str| lang.t(key).into_owned();
    // who may not change them need not know which numbers to try
    let can_write = signed.who.role.may(Right::Write);
    let number =
        if can_write { PhoneDigits::e164(&one.phone) } else { grouped(&masked(&one.phone)) };
    let path = format!("{}/{}", HERE.path(), one.id);
    TestNumberLine {
        facts: facts(signed, one, number.clone()),
        extend: Confirm {
            ask: t("console-test-number-extend"),
            of: Some(number.clone()),
            text: t("console-test-number-extend-what"),
            action: format!("{path}/extend"),
            choice: Some(form::lives(lang, "").id(format!("days-{}", one.id))),
            is_calm: true,
            go: t("console-test-number-extend-go"),
            ..Confirm::default()
        },
        delete: Confirm {
            ask: t("console-test-number-delete"),
            of: Some(number.clone()),
            text: t("console-test-number-delete-what"),
            action: format!("{path}/delete"),
            go: t("console-test-number-delete-go"),
            ..Confirm::default()
        },
        number,
    }
}

fn facts(signed: &Signed, one: &TestNumber, number: String) -> Vec<Fact> {
    let (lang, now) = (signed.visit.lang, signed.now);
    let t = |key: &str| lang.t(key).into_owned();
    let (tone, state) = match one {
        one if one.is_active(now) => (Tone::Warn, "console-test-number-active"),
        one if one.is_somebodys => (Tone::Plain, "console-test-number-somebodys"),
        _ => (Tone::Plain, "console-test-number-expired"),
    };
    let last = one
        .last_used_at
        .map_or(Cell::Soft(t("console-never")), |at| Cell::Moment(Moment::of(lang, at, now)));
    let end = Moment::of(lang, one.expires_at, one.expires_at).exact;
    vec![
        Fact::new(t("console-test-number-phone"), Cell::Number(number)),
        Fact::new(t("console-test-number-state"), Cell::Badges(vec![Badge::new(tone, t(state))])),
        Fact::new(t("console-test-number-owner"), Cell::Text(one.owner.clone())),
        Fact::new(t("console-test-number-end"), Cell::Text(end)),
        Fact::new(t("console-test-number-last"), last),
        Fact::new(t("console-created"), Cell::Moment(Moment::of(lang, one.created_at, now))),
    ]
}
