//! What people sign in to: the list of applications. One of them, its secrets and its guide are in the folder.
mod addresses;
mod form;
mod guide;
mod guides;
mod lives;
mod management;
mod new;
mod one;
mod secrets;

pub(super) use addresses::check;
pub(super) use guide::show as show_guide;
pub(super) use management::set as set_management;
pub(super) use new::{create, show as show_new};
pub(super) use one::{delete, save, show as show_one};
pub(super) use secrets::{
    create as create_secret, delete as delete_secret, rename as rename_secret, show as show_secrets,
};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::ids::ClientId;
use haoma_core::role::Right;
use haoma_oidc::client::ApplicationKind;
use haoma_store::application_lists;
use haoma_store::applications::{self, Application, Filter, Secret};
use haoma_store::keyset::{Page, Place};
use haoma_store::resource_access;

use super::administrator::Signed;
use super::listing::{Address, SIZE, beyond, place};
use super::shell::shell;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::management::applications::parse;
use crate::management::query::Query;
use crate::management::user_search::escaped;
use crate::views::console::applications::ApplicationsPage;
use crate::views::console::fields::{Choice, Choices, Field, Kind};
use crate::views::console::lists::{Cell, Empty, Filter as FilterBar, Table};
use crate::views::console::parts::{Badge, Head, Link, Tabs, Tone};
use crate::views::console::shell::Section;
use crate::views::moment::Moment;
use crate::web::i18n::Lang;

const HERE: Section = Section::Applications;
const MOST_SEARCH: usize = 64;

/// The kinds of applications, the most common first.
const KINDS: [ApplicationKind; 4] = [
    ApplicationKind::Spa,
    ApplicationKind::Traditional,
    ApplicationKind::Native,
    ApplicationKind::MachineToMachine,
];

/// What a list is narrowed by.
struct Asked {
    text: String,
    kind: Option<ApplicationKind>,
    address: Address,
}

/// `GET /console/applications`.
pub(super) async fn list(
    State(app): State<App>,
    signed: Signed,
    query: Query,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let text = query.one("q").unwrap_or_default().trim();
    let text: String = text.chars().filter(|c| *c != '\0').take(MOST_SEARCH).collect();
    let kind = query.one("type").and_then(ApplicationKind::parse);
    let address = Address::new(HERE.path())
        .and("q", text.as_str())
        .and("type", kind.map_or("", ApplicationKind::as_str));
    let (asked, place) = (Asked { text, kind, address }, place(&query));
    let found = application_lists::page(&app.db, &filter(&asked), &place, SIZE).await?;
    Ok(draw(&app, &signed, &asked, (&found, &place)))
}

fn filter(asked: &Asked) -> Filter {
    let pattern = Some(format!("%{}%", escaped(&asked.text))).filter(|_| !asked.text.is_empty());
    let kinds = asked.kind.iter().map(|kind| kind.as_str().to_owned()).collect();
    Filter { kinds, is_third_party: None, pattern }
}

fn draw(
    app: &App,
    signed: &Signed,
    asked: &Asked,
    (found, place): (&Page<Application>, &Place),
) -> Response {
    let lang = signed.visit.lang;
    let t = |key: &str| lang.t(key).into_owned();
    let is_used = asked.address.is_narrow();
    let can_write = signed.who.role.may(Right::Write);
    let add = can_write.then(|| Link::new(t("console-app-add"), "/console/applications/new"));
    let (title, lead) = if is_used {
        ("console-app-none-found", "console-search-wider")
    } else {
        ("console-app-none", "console-app-none-lead")
    };
    let nothing =
        || Empty { title: t(title), lead: t(lead), action: add.clone().filter(|_| !is_used) };
    let empty = found.items.is_empty().then(|| beyond(lang, found, place).unwrap_or_else(nothing));
    let page = ApplicationsPage {
        shell: shell(app, signed, HERE, &asked.address.at(place)),
        head: Head {
            lead: Some(t("console-applications-lead")),
            primary: add.clone().filter(|_| is_used || empty.is_none()),
            ..Head::new(t(HERE.key()))
        },
        filter: (is_used || empty.is_none()).then(|| bar(lang, asked, is_used)),
        table: table(signed, &found.items),
        pager: asked.address.pager(found, place),
        empty,
    };
    signed.draw(app, StatusCode::OK, &page)
}

fn bar(lang: Lang, asked: &Asked, is_used: bool) -> FilterBar {
    let chosen = asked.kind.map_or("", ApplicationKind::as_str);
    let any = Choice::new("", lang.t("console-app-any-kind"), chosen);
    let kinds = KINDS.map(|kind| Choice::new(kind.as_str(), kind_name(lang, kind), chosen));
    let search = Field::new("q", lang.t("console-app-search")).typed(Kind::Search);
    FilterBar {
        path: HERE.path().to_owned(),
        search: Some(search.holding(&asked.text).at_most(MOST_SEARCH)),
        choices: vec![Choices::new(
            "type",
            lang.t("console-app-kind"),
            [any].into_iter().chain(kinds).collect(),
        )],
        fields: vec![],
        is_used,
    }
}

fn table(signed: &Signed, found: &[Application]) -> Table {
    let lang = signed.visit.lang;
    let row = |one: &Application| {
        let name = Link::new(one.name.as_str(), path(&one.id));
        vec![
            Cell::Link(name),
            Cell::Text(
                ApplicationKind::parse(&one.kind)
                    .map_or_else(String::new, |kind| kind_name(lang, kind)),
            ),
            Cell::Code(one.id.to_string()),
            Cell::Moment(Moment::of(lang, one.created_at, signed.now)),
        ]
    };
    let columns = ["console-app-name", "console-app-kind", "console-app-id", "console-created"];
    Table {
        caption: lang.t(HERE.key()).into_owned(),
        columns: columns.map(|key| lang.t(key).into_owned()).to_vec(),
        rows: found.iter().map(row).collect(),
    }
}

/// Where the page of an application is.
fn path(id: &ClientId) -> String {
    format!("{}/{id}", HERE.path())
}

fn kind_name(lang: Lang, kind: ApplicationKind) -> String {
    lang.t(&format!("console-kind-{}", kind.as_str().to_ascii_lowercase())).into_owned()
}

/// An application of the address, with its kind and secrets; it is an administrator where a role makes it one, too.
async fn find(
    app: &App,
    id: &str,
) -> Result<(Application, ApplicationKind, Vec<Secret>), ApiError> {
    let found = applications::find(&app.db, &parse(id)?).await?;
    let (mut application, secrets) =
        found.ok_or_else(|| ApiError::new(codes::ENTITY_NOT_EXISTS))?;
    let may_manage = resource_access::may_manage(&app.db, &application.id).await?;
    application.is_admin = may_manage.unwrap_or_default();
    let kind = ApplicationKind::parse(&application.kind);
    let kind =
        kind.ok_or_else(|| ApiError::new(codes::INTERNAL).because("a stored kind is none"))?;
    Ok((application, kind, secrets))
}

/// A service that may manage does so as an owner: whoever holds its secret is one.
///
/// # Errors
/// `auth.forbidden`.
fn needed(signed: &Signed, application: &Application) -> Result<(), ApiError> {
    signed.need(if application.is_admin { Right::Administer } else { Right::Write })
}

/// The top of each page of an application.
fn head(lang: Lang, application: &Application, kind: ApplicationKind) -> Head {
    let mut badges = vec![Badge::new(Tone::Plain, kind_name(lang, kind))];
    if application.is_third_party {
        badges.push(Badge::new(Tone::Warn, lang.t("console-app-third-party-badge")));
    }
    Head {
        lead: application.description.clone().filter(|text| !text.is_empty()),
        back: Some(Link::new(lang.t(HERE.key()), HERE.path())),
        badges,
        ..Head::new(application.name.as_str())
    }
}

/// Its pages; `here` is what the address of this one ends with.
fn tabs(lang: Lang, application: &Application, kind: ApplicationKind, here: &str) -> Tabs {
    let all = [
        ("", "console-app-tab", true),
        ("/secrets", "console-secrets", kind.is_confidential()),
        ("/guide", "console-app-guide", true),
    ];
    let shown = all.into_iter().filter(|(_, _, is_there)| *is_there);
    let tab = |(end, key, _): (&str, &str, bool)| {
        (Link::new(lang.t(key), format!("{}{end}", path(&application.id))), end == here)
    };
    Tabs { label: application.name.clone(), all: shown.map(tab).collect() }
}
