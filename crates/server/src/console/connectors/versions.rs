//! What was saved of a connector: listed, compared, gone back to; and deleting it.
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use haoma_core::role::Right;
use haoma_store::connectors::{self, Connector as Stored, SavedBy};
use serde_json::{Value, json};

use super::gallery::saved_by;
use super::page::tabs;
use super::wizard::live;
use crate::app::App;
use crate::connectors::kit::{Factory, redact};
use crate::connectors::saving::{self, Draft, Saving};
use crate::console::administrator::Signed;
use crate::console::done::Done;
use crate::console::prove::{Fields, prove};
use crate::console::shell::shell;
use crate::error::api::{ApiError, codes};
use crate::views::console::connectors::versions::{VersionPage, VersionsPage};
use crate::views::console::lists::{Cell, Pager, Table};
use crate::views::console::parts::{Badge, Confirm, Head, Link, Notice, Tone};
use crate::views::console::shell::Section;
use crate::views::moment::Moment;
use crate::web::i18n::Lang;

/// Versions on a page.
const PAGE: usize = 20;

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
        ]
    };
    let columns = ["console-version", "console-state", "console-saved-by", "console-saved-at"];
    Table {
        caption: lang.t("console-versions").into_owned(),
        columns: columns.map(|key| lang.t(key).into_owned()).to_vec(),
        rows: found.iter().map(row).collect(),
    }
}

/// `GET /console/connectors/{id}/versions/{version}`.
pub(in crate::console) async fn one(
    State(app): State<App>,
    signed: Signed,
    Path((id, version)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let (factory, current, chosen) = both(&app, &id, &version).await?;
    let version = chosen.version;
    let lang = signed.visit.lang;
    let configs = (saving::open(&app, &current)?, saving::open(&app, &chosen)?);
    let rows = differences(lang, factory, &configs.0, &configs.1);
    let here = format!("/console/connectors/{id}/versions");
    let mut head = Head::new(lang.t1("console-version-n", "version", version));
    head.back = Some(Link::new(lang.t("console-versions"), here.clone()));
    let saved = Moment::of(lang, chosen.created_at, signed.now);
    head.lead = Some(format!("{} · {}", saved_by(lang, &chosen.saved_by), saved.exact));
    let is_current = chosen.version == current.version;
    let notice = match (is_current, rows.is_empty()) {
        (true, _) => Some(Notice::new(Tone::Good, lang.t("console-version-is-used"))),
        (false, true) => Some(Notice::new(Tone::Plain, lang.t("console-version-same"))),
        (false, false) => None,
    };
    let may_go_back = !is_current && signed.who.role.may(Right::Write);
    let columns = [
        lang.t("console-setting").into_owned(),
        lang.t1("console-version-n", "version", version).into_owned(),
        lang.t("console-version-now").into_owned(),
    ];
    let changes = Table {
        caption: lang.t("console-version-differences").into_owned(),
        columns: columns.to_vec(),
        rows,
    };
    let page = VersionPage {
        shell: shell(&app, &signed, Section::Connectors, &format!("{here}/{version}")),
        head,
        notice,
        changes: (!changes.rows.is_empty()).then_some(changes),
        back: may_go_back.then(|| back(lang, &here, version)),
    };
    Ok(signed.draw(&app, StatusCode::OK, &page))
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
    let gone = || ApiError::new(codes::NOT_FOUND);
    let (factory, current) = live(app, id).await?;
    let version = version.parse().map_err(|_e| gone())?;
    let chosen = connectors::find(&app.db, &current.id, version).await?;
    Ok((factory, current, chosen.ok_or_else(gone)?))
}

/// What differs, a row each: the setting, what the version has, what is in use. Of secrets only whether they differ.
fn differences(lang: Lang, factory: &Factory, now: &Value, then: &Value) -> Vec<Vec<Cell>> {
    let (shown_now, shown_then) = (redact(now, factory), redact(then, factory));
    let keys = [now, then].into_iter().filter_map(Value::as_object).flat_map(|map| map.keys());
    let mut keys: Vec<_> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    let differing = keys.into_iter().filter(|key| now.get(*key) != then.get(*key));
    let row = |key: &String| {
        let item = factory.form.iter().find(|item| item.key == key);
        let name = item.map_or(key.as_str(), |item| item.label.in_lang(lang));
        let is_secret = item.is_none_or(|item| item.is_confidential);
        let cell = |config: &Value| match config.get(key) {
            None | Some(Value::Null) => Cell::Nothing,
            Some(_) if is_secret => Cell::Soft(lang.t("console-secret-differs").into_owned()),
            Some(Value::String(text)) => Cell::Code(text.clone()),
            Some(other) => Cell::Code(format!("{other:#}")),
        };
        vec![Cell::Text(name.to_owned()), cell(&shown_then), cell(&shown_now)]
    };
    differing.map(row).collect()
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
    let what = signed.visit.lang.t1("console-prove-version", "version", version);
    if let Some(asked) = prove(&app, &mut signed, &fields, (Section::Connectors, &what)).await? {
        return Ok(asked);
    }
    let config = saving::open(&app, &chosen)?;
    let path = format!("/console/connectors/{id}/versions");
    let Ok(draft) = Draft::check(factory, &config, None) else {
        return Ok(Done::bad("console-version-unfit").on(&app, &path));
    };
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
