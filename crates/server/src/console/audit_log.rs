//! Who did what: a list that is narrowed by its address.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::ids::AuditId;
use haoma_core::role::Right;
use haoma_store::administrators::{self, Administrator};
use haoma_store::audit::{self, Event};
use haoma_store::audit_search::{self, Filter, Went};
use haoma_store::keyset::{Page, Place};
use serde_json::Value;

use super::actors::{self, Parties};
use super::administrator::Signed;
use super::audit_export::MOST;
use super::listing::{Address, Day, SIZE, beyond, cut_notice, place, word};
use super::security;
use super::shell::shell;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::management::query::Query;
use crate::views::console::audit_log::{AuditEventPage, AuditLogPage, GROUPS, group_name, name};
use crate::views::console::fields::{Choice, Choices, Field};
use crate::views::console::lists::{self, Cell, Empty, Table};
use crate::views::console::messages::{exact, exact_millis};
use crate::views::console::parts::{Badge, Code, Fact, Head, Link, Tone};
use crate::views::console::shell::Section;
use crate::views::moment::Moment;
use crate::web::i18n::Lang;

pub(super) const HERE: Section = Section::AuditLog;

/// What the address, or the form that exports, asks for.
pub(super) struct Asked {
    /// The events.
    pub(super) filter: Filter,
    from: Day,
    to: Day,
    place: Place,
    address: Address,
}

/// `GET /console/audit-log`.
pub(super) async fn show(
    State(app): State<App>,
    signed: Signed,
    query: Query,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let lang = signed.visit.lang;
    let asked = Asked::of(&query);
    let page = if asked.is_wrong() {
        Page::of(vec![])
    } else {
        audit_search::list(&app.db, &asked.filter, &asked.place, SIZE).await?
    };
    let parties = Parties::of(&app, lang, &page.items).await?;
    let everybody = administrators::list(&app.db).await?;
    let status = if asked.is_wrong() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = AuditLogPage {
        shell: shell(&app, &signed, HERE, &asked.address.at(&asked.place)),
        head: Head {
            lead: Some(lang.t("console-audit-lead").into_owned()),
            ..Head::new(lang.t(HERE.key()))
        },
        filter: asked.form(lang, &everybody),
        cut: cut_notice(lang, &page),
        table: table(&signed, &page.items, &parties),
        empty: page.items.is_empty().then(|| {
            let otherwise = || empty(lang, asked.address.is_narrow());
            beyond(lang, &page, &asked.place).unwrap_or_else(otherwise)
        }),
        pager: asked.address.pager(&page, &asked.place),
        kept: asked.address.pairs().collect(),
        most: MOST,
    };
    Ok(signed.draw(&app, status, &view))
}

/// `GET /console/audit-log/{id}`.
pub(super) async fn event(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let gone = || ApiError::new(codes::NOT_FOUND);
    let id = AuditId::parse(&id).map_err(|_e| gone())?;
    let one = audit::find(&app.db, &id).await?.ok_or_else(gone)?;
    let lang = signed.visit.lang;
    let parties = Parties::of(&app, lang, std::slice::from_ref(&one)).await?;
    let payload: Option<Value> = serde_json::from_str(&one.payload).ok();
    let payload = payload.filter(|payload| payload.as_object().is_none_or(|map| !map.is_empty()));
    let page = AuditEventPage {
        shell: shell(&app, &signed, HERE, &format!("{}/{id}", HERE.path())),
        head: Head {
            back: Some(Link::new(lang.t(HERE.key()), HERE.path())),
            badges: vec![went(lang, &one)],
            ..Head::new(name(lang, &one.key))
        },
        facts: facts(lang, &one, &parties),
        block: one.ip.as_deref().and_then(|ip| security::of_address(&signed, ip)),
        payload: payload.map(|payload| Code {
            label: lang.t("console-audit-payload").into_owned(),
            text: format!("{payload:#}"),
            has_lines: true,
        }),
    };
    Ok(signed.draw(&app, StatusCode::OK, &page))
}

impl Asked {
    /// What the pairs of an address or a form say.
    pub(super) fn of(query: &Query) -> Self {
        let result = match query.one("result") {
            Some("Success") => Some(Went::Well),
            Some("Error") => Some(Went::Wrong),
            _ => None,
        };
        let (key, user_id) = (word(query, "key"), word(query, "user"));
        let application_id = word(query, "application");
        let administrator_id = word(query, "administrator");
        let (from, to) = (Day::of(query, "from"), Day::of(query, "to"));
        let own = |text: &Option<String>| text.clone().unwrap_or_default();
        let address = Address::new(HERE.path())
            .and("key", own(&key))
            .and("result", result.map(Went::as_str).unwrap_or_default())
            .and("administrator", own(&administrator_id))
            .and("user", own(&user_id))
            .and("application", own(&application_id))
            .and("from", from.typed.as_str())
            .and("to", to.typed.as_str());
        let until = to.end();
        let filter = Filter {
            key,
            result,
            user_id,
            application_id,
            administrator_id,
            from: from.begin,
            until,
        };
        Self { filter, from, to, place: place(query), address }
    }

    /// Whether a day is none.
    pub(super) fn is_wrong(&self) -> bool {
        self.from.is_wrong() || self.to.is_wrong()
    }

    fn form(&self, lang: Lang, everybody: &[Administrator]) -> lists::Filter {
        let t = |key: &str| lang.t(&format!("console-audit-{key}")).into_owned();
        let any = || Choice::new("", lang.t("console-filter-any"), "none");
        let key = self.filter.key.as_deref().unwrap_or_default();
        let groups = GROUPS.map(|one| Choice::new(format!("{one}."), group_name(lang, one), key));
        let mut kinds: Vec<_> = std::iter::once(any()).chain(groups).collect();
        // one event's page leads to all of its kind
        if !key.is_empty() && !kinds.iter().any(|one| one.is_chosen) {
            kinds.push(Choice::new(key, name(lang, key), key));
        }
        let result = self.filter.result.map(Went::as_str).unwrap_or_default();
        let results =
            [Went::Well, Went::Wrong].map(|one| Choice::new(one.as_str(), t(one.as_str()), result));
        let results = std::iter::once(any()).chain(results).collect();
        let id = |name: &str, label: &str, value: &Option<String>| {
            let field = Field::new(name, t(label)).code().optional().at_most(128);
            field.holding(value.clone().unwrap_or_default())
        };
        lists::Filter {
            path: HERE.path().to_owned(),
            search: None,
            choices: vec![
                Choices::new("key", t("kind"), kinds),
                Choices::new("result", t("result"), results),
                self.administrators(lang, everybody),
            ],
            fields: vec![
                id("user", "user", &self.filter.user_id),
                id("application", "application", &self.filter.application_id),
                self.from.field(lang, "from", "console-filter-from"),
                self.to.field(lang, "to", "console-filter-to"),
            ],
            is_used: self.address.is_narrow(),
        }
    }
}

impl Asked {
    /// One who is gone can still be asked for by id.
    fn administrators(&self, lang: Lang, everybody: &[Administrator]) -> Choices {
        let chosen = self.filter.administrator_id.as_deref().unwrap_or_default();
        let known =
            everybody.iter().map(|one| Choice::new(one.id.as_str(), one.name.clone(), chosen));
        let any = Choice::new("", lang.t("console-filter-any"), chosen);
        let mut all: Vec<_> = std::iter::once(any).chain(known).collect();
        if !all.iter().any(|one| one.is_chosen) {
            all.push(Choice::new(chosen, chosen, chosen));
        }
        Choices::new("administrator", lang.t("console-audit-administrator"), all)
    }
}

/// The events, each with its page.
pub(super) fn table(signed: &Signed, items: &[Event], parties: &Parties) -> Table {
    let lang = signed.visit.lang;
    let columns = ["event", "result", "time", "who", "about"];
    let row = |one: &Event| {
        let link = Link::new(name(lang, &one.key), format!("{}/{}", HERE.path(), one.id));
        let ago = Moment::of(lang, one.at, signed.now);
        let [who, about] = parties.cells(one);
        vec![
            Cell::LinkAnd(link, one.key.clone()),
            Cell::Badges(vec![went(lang, one)]),
            Cell::Moment(Moment { text: exact(one.at), exact: ago.text, machine: ago.machine }),
            who,
            about,
        ]
    };
    Table {
        caption: lang.t(HERE.key()).into_owned(),
        columns: columns.map(|name| lang.t(&format!("console-audit-{name}")).into_owned()).into(),
        rows: items.iter().map(row).collect(),
    }
}

fn went(lang: Lang, one: &Event) -> Badge {
    match &one.error {
        None => Badge::new(Tone::Good, lang.t("console-audit-Success")),
        Some(_) => Badge::new(Tone::Bad, lang.t("console-audit-Error")),
    }
}

fn facts(lang: Lang, one: &Event, parties: &Parties) -> Vec<Fact> {
    let t = |key: &str| lang.t(&format!("console-audit-{key}")).into_owned();
    let all = |address: Address| Cell::Link(Link::new(t("all-of-these"), address.href()));
    let list = || Address::new(HERE.path());
    let mut facts = vec![
        Fact::new(t("time"), Cell::Text(format!("{} UTC", exact_millis(one.at)))),
        Fact::code(t("key"), one.key.as_str()),
        Fact::new(t("same-kind"), all(list().and("key", one.key.as_str()))),
    ];
    let [who, about] = parties.cells(one);
    let told = [("who", who), ("about", about)].into_iter();
    facts.extend(
        told.filter(|(_, cell)| *cell != Cell::Nothing)
            .map(|(name, cell)| Fact::new(t(name), cell)),
    );
    if let Some(id) = actors::administrator(one) {
        let link = all(list().and("administrator", id));
        facts.push(Fact::new(t("same-administrator"), link));
    }
    let known = [
        ("error", &one.error, None),
        ("user", &one.user_id, Some("user")),
        ("application", &one.application_id, Some("application")),
        ("session", &one.session_id, None),
        ("interaction", &one.interaction_id, None),
        ("ip", &one.ip, None),
    ];
    for (name, value, narrow) in known {
        let Some(value) = value else { continue };
        facts.push(Fact::code(t(name), value.as_str()));
        if let Some(narrow) = narrow {
            let link = all(list().and(narrow, value.as_str()));
            facts.push(Fact::new(t(&format!("same-{narrow}")), link));
        }
    }
    facts.extend(one.user_agent.clone().map(|text| Fact::new(t("program"), Cell::Text(text))));
    facts.push(Fact::code(t("id"), one.id.as_str()));
    facts
}

fn empty(lang: Lang, is_narrow: bool) -> Empty {
    let key = if is_narrow { "console-audit-none-fit" } else { "console-audit-none" };
    let clear = || Link::new(lang.t("console-filter-clear"), HERE.path());
    let lead = lang.t(&format!("{key}-lead")).into_owned();
    Empty { title: lang.t(key).into_owned(), lead, action: is_narrow.then(clear) }
}
