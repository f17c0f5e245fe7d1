//! What was saved of a connector: listed, compared, gone back to; and deleting it.
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use haoma_core::role::Right;
use haoma_store::connectors::{self, Connector as Stored, SavedBy};
use serde_json::{Value, json};

use super::compare::{Side, compare, is_for_owners};
use super::gallery::saved_by;
use super::page::{since, tabs};
use super::wizard::live;
use crate::app::App;
use crate::connectors::kit::Factory;
use crate::connectors::saving::{self, Draft, Saving};
use crate::console::administrator::Signed;
use crate::console::done::Done;
use crate::console::prove::{Fields, prove};
use crate::console::shell::shell;
use crate::error::api::{ApiError, codes};
use crate::views::console::connectors::versions::{VersionPage, VersionsPage};
use crate::views::console::fields::{Choice, Choices};
use crate::views::console::lists::{Cell, Pager, Table};
use crate::views::console::parts::{Badge, Confirm, Head, Link, Notice, Tone};
use crate::views::console::shell::Section;
use crate::views::moment::Moment;
use crate::web::i18n::Lang;

/// Versions on a page.
const PAGE: usize = 20;
/// Versions offered for a comparison; any other can be named in the address.
const OFFERED: i64 = 50;

/// `GET /console/connectors/{id}/versions`.
pub(in crate::console) async fn list(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let (factory, current) = live(&app, &id).await?;
    let below = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .find(|(key, _)| key == "below")
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(i64::MAX);
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut found = connectors::versions(&app.db, below, limit).await?;
    let has_older = found.len() > PAGE;
    found.truncate(PAGE);
    let here = format!("/console/connectors/{id}/versions");
    let older = found.last().filter(|_| has_older);
    let pager = Pager {
        newer: (below != i64::MAX).then(|| here.clone()),
        older: older.map(|last| format!("{here}?below={}", last.version)),
    };
    let lang = signed.visit.lang;
    let mut head = Head::new(factory.name.in_lang(lang));
    head.back = Some(Link::new(lang.t("console-connectors"), Section::Connectors.path()));
    let page = VersionsPage {
        shell: shell(&app, &signed, Section::Connectors, &here),
        head,
        tabs: tabs(&signed, &current, false),
        versions: table(&signed, &current, &found),
        pager,
    };
    Ok(signed.draw(&app, StatusCode::OK, &page))
}

fn table(signed: &Signed, current: &Stored, found: &[Stored]) -> Table {
    let lang = signed.visit.lang;
    let row = |one: &Stored| {
        let name = lang.t1("console-version-n", "version", one.version);
        let href = format!("/console/connectors/{}/versions/{}", one.id, one.version);
        let is_current = one.version == current.version;
        let state = || Cell::Badges(vec![Badge::new(Tone::Good, lang.t("console-version-used"))]);
        vec![
            Cell::Link(Link::new(name, href)),
            if is_current { state() } else { Cell::Nothing },
            Cell::Text(saved_by(lang, &one.saved_by)),
            Cell::Moment(Moment::of(lang, one.created_at, signed.now)),
            before(lang, one),
        ]
    };
    let columns = [
        "console-version",
        "console-state",
        "console-saved-by",
        "console-saved-at",
        "console-version-changes",
    ];
    Table {
        caption: lang.t("console-versions").into_owned(),
        columns: columns.map(|key| lang.t(key).into_owned()).to_vec(),
        rows: found.iter().map(row).collect(),
    }
}

/// What a version changed.
fn before(lang: Lang, one: &Stored) -> Cell {
    if one.version <= 1 {
        return Cell::Nothing;
    }
    let before = one.version - 1;
    let text = lang.t1("console-version-compare-n", "version", before);
    let href = format!("/console/connectors/{}/versions/{}?with={before}", one.id, one.version);
    Cell::Link(Link::new(text, href))
}

/// `GET /console/connectors/{id}/versions/{version}`: compared with that of `with`, else with the one in use;
/// the one in use is compared with the one before.
pub(in crate::console) async fn one(
    State(app): State<App>,
    signed: Signed,
    Path((id, version)): Path<(String, String)>,
    uri: Uri,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let (factory, current, chosen) = both(&app, &id, &version).await?;
    let is_current = chosen.version == current.version;
    let before = (is_current && current.version > 1).then(|| current.version - 1);
    let other = match with(&uri).filter(|with| *with != chosen.version).or(before) {
        Some(version) => found(&app, &current, version).await?,
        None => current.clone(),
    };
    let sides = (side(&app, &signed, &chosen).await?, side(&app, &signed, &other).await?);
    let compared = compare(&signed, factory, &sides.0, &sides.1);
    let lang = signed.visit.lang;
    let here = format!("/console/connectors/{id}/versions");
    let mut head = Head::new(name(lang, &chosen, &current));
    head.back = Some(Link::new(lang.t("console-versions"), here.clone()));
    let saved = Moment::of(lang, chosen.created_at, signed.now);
    head.lead = Some(format!("{} · {}", saved_by(lang, &chosen.saved_by), saved.exact));
    let mut notices = vec![];
    if is_current {
        notices.push(Notice::new(Tone::Good, lang.t("console-version-is-used")));
    }
    if !compared.differ && chosen.version != other.version {
        notices.push(Notice::new(Tone::Plain, same(lang, &other, &current)));
    }
    let may_write = !is_current && signed.who.role.may(Right::Write);
    let refused = may_write && !may_restore(&app, &signed, factory, (&current, &chosen))?;
    if refused {
        notices.push(Notice::new(Tone::Warn, lang.t("console-version-for-owners")));
    }
    let page = VersionPage {
        shell: shell(&app, &signed, Section::Connectors, &format!("{here}/{version}")),
        head,
        notices,
        with: other_versions(&app, &signed, (&chosen, &other), &current).await?,
        path: format!("{here}/{}", chosen.version),
        changes: (chosen.version != other.version && !compared.rows.is_empty()).then(|| Table {
            caption: lang.t("console-version-differences").into_owned(),
            columns: vec![
                lang.t("console-setting").into_owned(),
                name(lang, &chosen, &current),
                name(lang, &other, &current),
            ],
            rows: compared.rows,
        }),
        back: (may_write && !refused).then(|| back(lang, &here, chosen.version)),
    };
    Ok(signed.draw(&app, StatusCode::OK, &page))
}

/// The version to compare with.
fn with(uri: &Uri) -> Option<i64> {
    let query = uri.query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == "with").and_then(|(_, value)| value.parse().ok())
}

async fn side(app: &App, signed: &Signed, stored: &Stored) -> Result<Side, ApiError> {
    let config = saving::open(app, stored)?;
    let set_at = since(app, signed, stored, &config).await?;
    Ok(Side { config, set_at })
}

fn name(lang: Lang, version: &Stored, current: &Stored) -> String {
    let is_current = version.version == current.version;
    let key = if is_current { "console-version-n-used" } else { "console-version-n" };
    lang.t1(key, "version", version.version).into_owned()
}

fn same(lang: Lang, other: &Stored, current: &Stored) -> String {
    if other.version == current.version {
        return lang.t("console-version-same").into_owned();
    }
    lang.t("console-version-same-as").into_owned()
}

/// What a version can be compared with: the newest ones, and the one it is compared with now.
async fn other_versions(
    app: &App,
    signed: &Signed,
    (chosen, other): (&Stored, &Stored),
    current: &Stored,
) -> Result<Option<Choices>, ApiError> {
    let lang = signed.visit.lang;
    let mut all = connectors::versions(&app.db, i64::MAX, OFFERED).await?;
    if all.iter().all(|one| one.version != other.version) {
        all.push(other.clone());
    }
    let options: Vec<_> = all
        .iter()
        .filter(|one| one.version != chosen.version)
        .map(|one| {
            let saved = Moment::of(lang, one.created_at, signed.now).text;
            let label = format!("{} · {saved}", name(lang, one, current));
            Choice::new(one.version.to_string(), label, &other.version.to_string())
        })
        .collect();
    let choices = Choices::new("with", lang.t("console-version-with"), options);
    Ok((!choices.options.is_empty()).then_some(choices))
}

/// Whether somebody may go back from one version to another: which machines this server calls is for owners to say.
fn may_restore(
    app: &App,
    signed: &Signed,
    factory: &Factory,
    (current, chosen): (&Stored, &Stored),
) -> Result<bool, ApiError> {
    if signed.who.role.may(Right::Administer) {
        return Ok(true);
    }
    Ok(!is_for_owners(factory, &saving::open(app, current)?, &saving::open(app, chosen)?))
}

fn back(lang: Lang, here: &str, version: i64) -> Confirm {
    Confirm {
        ask: lang.t("console-version-back-ask").into_owned(),
        text: lang.t1("console-version-back-text", "version", version).into_owned(),
        list: vec![lang.t("console-delete-under-way").into_owned()],
        action: format!("{here}/{version}/restore"),
        go: lang.t("console-version-back-go").into_owned(),
        ..Confirm::default()
    }
}

async fn both(
    app: &App,
    id: &str,
    version: &str,
) -> Result<(&'static Factory, Stored, Stored), ApiError> {
    let (factory, current) = live(app, id).await?;
    let version = version.parse().map_err(|_e| ApiError::new(codes::NOT_FOUND))?;
    let chosen = found(app, &current, version).await?;
    Ok((factory, current, chosen))
}

async fn found(app: &App, current: &Stored, version: i64) -> Result<Stored, ApiError> {
    let found = connectors::find(&app.db, &current.id, version).await?;
    found.ok_or_else(|| ApiError::new(codes::NOT_FOUND))
}

/// `POST /console/connectors/{id}/versions/{version}/restore`: stores the same again as the newest version.
pub(in crate::console) async fn roll_back(
    State(app): State<App>,
    mut signed: Signed,
    Path((id, version)): Path<(String, String)>,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let (factory, current, chosen) = both(&app, &id, &version).await?;
    let version = chosen.version;
    let Ok(Form(fields)) = form else { return Err(ApiError::new(codes::INVALID_INPUT)) };
    let path = format!("/console/connectors/{id}/versions");
    if !may_restore(&app, &signed, factory, (&current, &chosen))? {
        return Ok(Done::bad("console-version-for-owners").on(&app, &path));
    }
    let Ok(draft) = Draft::check(factory, &saving::open(&app, &chosen)?, None) else {
        return Ok(Done::bad("console-version-unfit").on(&app, &path));
    };
    let what = signed.visit.lang.t1("console-prove-version", "version", version);
    if let Some(asked) = prove(&app, &mut signed, &fields, (Section::Connectors, &what)).await? {
        return Ok(asked);
    }
    let payload = json!({ "connectorFactoryId": factory.id, "version": version });
    let saving = saving(&app, &signed, "Connector.RolledBack", &payload);
    match saving::change(&app, &current, &draft, &saving).await {
        Ok(_) => Ok(Done::good("console-version-restored").on(&app, &path)),
        Err(error) if error.code == codes::CHANGED_MEANWHILE => {
            Ok(Done::bad("error-entity-changed-meanwhile").on(&app, &path))
        }
        Err(error) => Err(error),
    }
}

/// `POST /console/connectors/{id}/delete`.
pub(in crate::console) async fn delete(
    State(app): State<App>,
    mut signed: Signed,
    Path(id): Path<String>,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let (factory, current) = live(&app, &id).await?;
    let Ok(Form(fields)) = form else { return Err(ApiError::new(codes::INVALID_INPUT)) };
    let what = signed.visit.lang.t("console-prove-connector-delete");
    if let Some(asked) = prove(&app, &mut signed, &fields, (Section::Connectors, &what)).await? {
        return Ok(asked);
    }
    let saving =
        saving(&app, &signed, "Connector.Deleted", &json!({ "connectorFactoryId": factory.id }));
    saving::delete(&app, &current.id, &saving).await?;
    Ok(Done::good("console-connector-deleted").on(&app, Section::Connectors.path()))
}

fn saving(app: &App, signed: &Signed, key: &str, payload: &Value) -> Saving {
    Saving {
        by: SavedBy::Administrator(signed.who.name.clone()),
        event: signed.event(app, key, payload),
        now: signed.now,
    }
}
