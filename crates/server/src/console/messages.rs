//! The messages that were sent: state, masked number, provider's verdict. Never the code, and the number in no address.
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use haoma_core::limits::number_id;
use haoma_core::phone::{PhoneNumber, Region};
use haoma_core::role::Right;
use haoma_core::usage_type::UsageType;
use haoma_store::keyset::{Page, Place};
use haoma_store::message_search::{self, Filter, Shown};
use haoma_store::messages::Status;
use serde::Deserialize;

use super::administrator::Signed;
use super::listing::{Address, Day, SIZE, beyond, cut_notice, place, word};
use super::searches;
use super::shell::shell;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::management::query::Query;
use crate::views::console::fields::{Choice, Choices, Field, Kind};
use crate::views::console::lists::{self, Cell, Empty, Table};
use crate::views::console::messages::{
    MessagesPage, exact, grouped, status_badge, status_key, usage_name,
};
use crate::views::console::parts::{Head, Link};
use crate::views::console::shell::Section;
use crate::views::moment::Moment;
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

pub(super) const HERE: Section = Section::Messages;

/// What the search form holds.
#[derive(Debug, Deserialize)]
pub(super) struct Search {
    number: String,
}

/// A number that was typed and could not be searched for.
#[derive(Debug, Default)]
struct Typed {
    number: String,
    problem: Option<Problem>,
}

/// What the address asks for.
struct Asked {
    filter: Filter,
    from: Day,
    to: Day,
    place: Place,
    address: Address,
}

/// `GET /console/messages`.
pub(super) async fn show(
    State(app): State<App>,
    signed: Signed,
    query: Query,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    page(&app, &signed, &query, Typed::default()).await
}

/// `POST /console/messages/search`: the number goes into no address, what names it in the database does.
pub(super) async fn search(
    State(app): State<App>,
    signed: Signed,
    form: Result<Form<Search>, FormRejection>,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let Ok(Form(Search { number })) = form else { return Err(ApiError::new(codes::INVALID_INPUT)) };
    let region = app.experience.load().phone_regions.default;
    let Ok(phone) = parse(&number, region) else {
        let problem = Problem::of(signed.visit.lang, &ApiError::new(codes::INVALID_PHONE));
        let typed = Typed { number, problem: Some(problem) };
        return page(&app, &signed, &Query::default(), typed).await;
    };
    searches::charge(&app, &signed).await?;
    let id = number_id(&app.keys.numbers, &phone);
    Ok(Redirect::to(&Address::new(HERE.path()).and("number", id).href()).into_response())
}

/// As people write it, or with the country code as applications do.
fn parse(number: &str, region: Region) -> Result<PhoneNumber, haoma_core::phone::PhoneError> {
    PhoneNumber::parse(number, Some(region)).or_else(|error| {
        let digits = number.trim();
        let is_plain = digits.bytes().all(|b| b.is_ascii_digit());
        if is_plain { PhoneNumber::from_international(digits) } else { Err(error) }
    })
}

async fn page(
    app: &App,
    signed: &Signed,
    query: &Query,
    typed: Typed,
) -> Result<Response, ApiError> {
    let lang = signed.visit.lang;
    let asked = Asked::of(query);
    let is_wrong = typed.problem.is_some() || asked.from.is_wrong() || asked.to.is_wrong();
    let page = if is_wrong {
        Page::of(vec![])
    } else {
        message_search::list(&app.db, &asked.filter, &asked.place, SIZE).await?
    };
    let number = Field::new("number", lang.t("console-messages-number")).typed(Kind::Search);
    let hint = lang.t("console-messages-number-hint");
    let number = number.holding(typed.number).hint(hint).at_most(32).wrong(typed.problem);
    let masked = page.items.first().map(|one| grouped(&one.phone_masked));
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = MessagesPage {
        shell: shell(app, signed, HERE, &asked.address.at(&asked.place)),
        head: Head {
            lead: Some(lang.t("console-messages-lead").into_owned()),
            ..Head::new(lang.t(HERE.key()))
        },
        number: number.id("search-number"),
        filter: asked.form(lang, masked),
        cut: cut_notice(lang, &page),
        table: table(signed, &page.items),
        empty: page
            .items
            .is_empty()
            .then(|| beyond(lang, &page, &asked.place).unwrap_or_else(|| empty(app, lang, &asked))),
        pager: asked.address.pager(&page, &asked.place),
    };
    Ok(signed.draw(app, status, &view))
}

impl Asked {
    fn of(query: &Query) -> Self {
        let status = word(query, "status").and_then(|text| Status::parse(&text).ok());
        let usage_type = word(query, "use").and_then(|text| UsageType::parse(&text));
        let number_id = word(query, "number");
        let (from, to) = (Day::of(query, "from"), Day::of(query, "to"));
        let address = Address::new(HERE.path())
            .and("number", number_id.clone().unwrap_or_default())
            .and("status", status.map(Status::as_str).unwrap_or_default())
            .and("use", usage_type.map(UsageType::as_str).unwrap_or_default())
            .and("from", from.typed.as_str())
            .and("to", to.typed.as_str());
        let until = to.end();
        let filter = Filter { status, usage_type, number_id, from: from.begin, until };
        Self { filter, from, to, place: place(query), address }
    }

    /// A number is no choice of the form, but stays chosen until it is let go.
    fn form(&self, lang: Lang, masked: Option<String>) -> lists::Filter {
        let chosen = self.filter.number_id.as_deref().unwrap_or_default();
        let any = || Choice::new("", lang.t("console-filter-any"), "none");
        let this = masked.unwrap_or_else(|| lang.t("console-messages-this-number").into_owned());
        let numbers = vec![any(), Choice::new(chosen, this, chosen)];
        let numbers = Choices::new("number", lang.t("console-messages-to"), numbers);
        let status = self.filter.status.map(Status::as_str).unwrap_or_default();
        let states =
            Status::ALL.map(|one| Choice::new(one.as_str(), lang.t(&status_key(one)), status));
        let states = std::iter::once(any()).chain(states).collect();
        let used = self.filter.usage_type.map(UsageType::as_str).unwrap_or_default();
        let uses = UsageType::ALL.map(|one| Choice::new(one.as_str(), usage_name(lang, one), used));
        let uses = std::iter::once(any()).chain(uses).collect();
        let mut choices = vec![
            Choices::new("status", lang.t("console-messages-status"), states),
            Choices::new("use", lang.t("console-messages-use"), uses),
        ];
        if !chosen.is_empty() {
            choices.insert(0, numbers);
        }
        lists::Filter {
            path: HERE.path().to_owned(),
            search: None,
            choices,
            fields: vec![
                self.from.field(lang, "from", "console-filter-from"),
                self.to.field(lang, "to", "console-filter-to"),
            ],
            is_used: self.address.is_narrow(),
        }
    }
}

fn table(signed: &Signed, items: &[Shown]) -> Table {
    let lang = signed.visit.lang;
    let columns = ["time", "to", "use", "status", "version", "code"];
    let row = |one: &Shown| {
        let link = Link::new(exact(one.created_at), format!("{}/{}", HERE.path(), one.id));
        let ago = Moment::of(lang, one.created_at, signed.now).text;
        let code = one.provider_code.clone();
        vec![
            Cell::LinkAnd(link, ago),
            Cell::Text(grouped(&one.phone_masked)),
            Cell::Text(usage_name(lang, one.usage_type)),
            Cell::Badges(vec![status_badge(lang, one.status)]),
            Cell::Text(version(lang, one)),
            code.map_or(Cell::Nothing, Cell::Code),
        ]
    };
    Table {
        caption: lang.t(HERE.key()).into_owned(),
        columns: columns
            .map(|name| lang.t(&format!("console-messages-{name}")).into_owned())
            .into(),
        rows: items.iter().map(row).collect(),
    }
}

/// Which version of the connector's configuration a message went out with.
pub(super) fn version(lang: Lang, one: &Shown) -> String {
    match one.connector_version {
        0 => lang.t("console-messages-tried-out").into_owned(),
        n => lang.t1("console-messages-version-number", "count", n).into_owned(),
    }
}

fn empty(app: &App, lang: Lang, asked: &Asked) -> Empty {
    let (key, action) = if asked.address.is_narrow() {
        let clear = Link::new(lang.t("console-filter-clear"), HERE.path());
        ("console-messages-none-fit", Some(clear))
    } else if app.connector.load().is_none() {
        let connectors = Section::Connectors;
        let link = Link::new(lang.t(connectors.key()), connectors.path());
        ("console-messages-no-connector", Some(link))
    } else {
        ("console-messages-none", None)
    };
    let lead = lang.t(&format!("{key}-lead")).into_owned();
    Empty { title: lang.t(key).into_owned(), lead, action }
}
