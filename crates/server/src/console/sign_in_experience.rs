//! How people sign in, and what the pages look like.
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use haoma_core::phone::Region;
use haoma_core::role::Right;
use haoma_store::account_center;
use serde_json::json;

use super::administrator::Signed;
use super::done::Done;
use super::forms::is_on;
use super::prove::Fields;
use super::shell::shell;
use crate::account::center::{self, AccountCenter};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::experience::difference::difference;
use crate::experience::pages::countries;
use crate::experience::pages::preview::{self, Page, Shown};
use crate::experience::readiness;
use crate::experience::rules::{self, Broken};
use crate::experience::saving;
use crate::experience::settings::SignInExperience;
use crate::experience::typed::Typed;
use crate::reload;
use crate::views::console::shell::Section;
use crate::views::console::sign_in_experience::{Otherwise, SignInExperiencePage, account};
use crate::views::frame::Ground;
use crate::views::phone::Country;
use crate::web::headers::Framing;
use crate::web::i18n::Lang;

const HERE: Section = Section::SignInExperience;
/// The field of whether people may see and change their own account.
const ACCOUNT: &str = "account";

/// What became of a form that was not stored.
#[derive(Debug, Default)]
struct Refused {
    broken: Vec<Broken>,
    /// The members that differ from what somebody else stored in between.
    others: Option<Vec<String>>,
}

/// `GET /console/sign-in-experience`.
pub(super) async fn show(State(app): State<App>, signed: Signed) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    // another node may have been told of a newer version a moment ago
    reload(&app).await;
    let typed = Typed::of(&app.experience.load());
    page(&app, &signed, typed, None).await
}

/// `POST /console/sign-in-experience`.
pub(super) async fn save(
    State(app): State<App>,
    signed: Signed,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let Ok(Form(fields)) = form else { return Err(ApiError::new(codes::INVALID_INPUT)) };
    let typed = Typed::read(&fields);
    reload(&app).await;
    let stored = app.experience.load_full();
    if stored.version != typed.version {
        return overtaken(&app, &signed, typed).await;
    }
    match judged(&app, &typed, &stored.document) {
        Ok(document) => store(&app, &signed, typed, (&stored.document, &document)).await,
        Err(broken) => page(&app, &signed, typed, Some(Refused { broken, others: None })).await,
    }
}

/// `POST /console/sign-in-experience/account`: whether people may see and change their own account. What they may do there stays as it
/// was decided; where nobody decided anything, everything that phone sign-in knows is open.
pub(super) async fn save_account(
    State(app): State<App>,
    signed: Signed,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let Ok(Form(fields)) = form else { return Err(ApiError::new(codes::INVALID_INPUT)) };
    let (text, old) = center::stored(&app).await?;
    let enabled = is_on(&fields, ACCOUNT);
    let parts =
        if enabled && text.is_none() { AccountCenter::open().fields } else { old.fields.clone() };
    let new = AccountCenter { enabled, fields: parts, ..old.clone() };
    if new == old {
        return Ok(Done::good("console-experience-same").on(&app, HERE.path()));
    }
    let event = signed.event(&app, "Account.Center.Updated", &json!({ "enabled": enabled }));
    let document = serde_json::to_string(&new);
    let document = document.map_err(|e| ApiError::new(codes::INTERNAL).because(e))?;
    let change = (text.as_deref(), document.as_str());
    let is_saved = account_center::save(&app.db, change, signed.now, Some(&event)).await?;
    let done = match (is_saved, enabled) {
        (false, _) => Done::bad("console-account-center-overtaken"),
        (true, true) => Done::good("console-account-center-on"),
        (true, false) => Done::good("console-account-center-off"),
    };
    Ok(done.on(&app, HERE.path()))
}

async fn store(
    app: &App,
    signed: &Signed,
    typed: Typed,
    (before, document): (&SignInExperience, &SignInExperience),
) -> Result<Response, ApiError> {
    let changed = difference(before, document);
    if changed.is_empty() {
        return Ok(Done::good("console-experience-same").on(app, HERE.path()));
    }
    let event = signed.event(app, "SignInExperience.Updated", &json!({ "changed": changed }));
    match saving::save(app, typed.version, document, &event, signed.now).await {
        Ok(()) => Ok(Done::good("console-experience-saved").on(app, HERE.path())),
        Err(error) if error.code == codes::CHANGED_MEANWHILE => {
            reload(app).await;
            overtaken(app, signed, typed).await
        }
        Err(error) => Err(error),
    }
}

/// The document with what was typed, or every rule that is in the way of what changed.
fn judged(
    app: &App,
    typed: &Typed,
    before: &SignInExperience,
) -> Result<SignInExperience, Vec<Broken>> {
    let (document, mut broken) = typed.onto(before);
    let changed = difference(before, &document);
    let of_document = saving::broken(app, &document);
    broken.extend(of_document.into_iter().filter(|one| rules::is_about(one, &changed)));
    if broken.is_empty() { Ok(document) } else { Err(broken) }
}

/// `GET /console/sign-in-experience/preview`: the pages as they are stored.
pub(super) async fn preview_stored(
    State(app): State<App>,
    signed: Signed,
    uri: Uri,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let query = uri.query().unwrap_or_default().as_bytes();
    let fields: Fields = form_urlencoded::parse(query).into_owned().collect();
    Ok(preview(&app, &signed, &app.experience.load().document, &fields))
}

/// `POST /console/sign-in-experience/preview`: the pages as they would be with what is typed. Stores nothing.
pub(super) async fn preview_typed(
    State(app): State<App>,
    signed: Signed,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let Ok(Form(fields)) = form else { return Err(ApiError::new(codes::INVALID_INPUT)) };
    let stored = app.experience.load_full();
    // who may not change anything has a form that sends nothing
    if !signed.who.role.may(Right::Write) {
        return Ok(preview(&app, &signed, &stored.document, &fields));
    }
    let (document, _broken) = Typed::read(&fields).onto(&stored.document);
    Ok(preview(&app, &signed, &document, &fields))
}

fn preview(app: &App, signed: &Signed, document: &SignInExperience, fields: &Fields) -> Response {
    let one = |name: &str| {
        fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    };
    let page = Page::ALL.into_iter().find(|page| page.as_str() == one("page"));
    let ground = Ground::ALL.into_iter().find(|ground| ground.as_str() == one("theme"));
    let shown = Shown {
        page: page.unwrap_or_default(),
        lang: Lang::from_tag(one("lang")).unwrap_or(signed.visit.lang),
        ground: ground.unwrap_or_default(),
    };
    let mut response = preview::draw(app, document, shown, signed.now);
    response.extensions_mut().insert(Framing::Held);
    response
}

/// Somebody else was faster: what was typed is kept, and what is different is named.
async fn overtaken(app: &App, signed: &Signed, mut typed: Typed) -> Result<Response, ApiError> {
    let stored = app.experience.load_full();
    let others = difference(&stored.document, &typed.onto(&stored.document).0);
    typed.version = stored.version;
    page(app, signed, typed, Some(Refused { broken: vec![], others: Some(others) })).await
}

/// What is loaded serves as well when the database does not answer; storing would say so.
async fn reload(app: &App) {
    if let Err(error) = reload::run(app).await {
        tracing::warn!(%error, "the sign-in experience could not be loaded anew");
    }
}

/// Every country, the allowed ones first.
fn countries_of(lang: Lang, typed: &Typed) -> Vec<Country> {
    let mut all = countries::rows(lang, &countries::all(), Region::CHINA);
    all.sort_by_key(|country| typed.allowed.iter().all(|one| one.as_str() != country.region));
    all
}

async fn page(
    app: &App,
    signed: &Signed,
    typed: Typed,
    refused: Option<Refused>,
) -> Result<Response, ApiError> {
    let is_open = center::load(app).await?.enabled;
    let stored = app.experience.load_full();
    let connector = app.connector.load_full();
    let connector = connector.as_ref().as_ref().map(|in_use| &*in_use.connector);
    let status = match &refused {
        None => StatusCode::OK,
        Some(Refused { others: Some(_), .. }) => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let (is_draft, lang) = (refused.is_some(), signed.visit.lang);
    let Refused { broken, others } = refused.unwrap_or_default();
    let page = SignInExperiencePage {
        shell: shell(app, signed, HERE, HERE.path()),
        gaps: readiness::gaps(&stored.document, connector),
        needs_more: !stored.missing_profile().is_empty(),
        otherwise: Otherwise { codes: app.settings.codes, limits: app.settings.limits },
        can_save: signed.who.role.may(Right::Write),
        countries: countries_of(lang, &typed),
        typed,
        broken,
        others,
        is_draft,
        account: account(lang, is_open),
    };
    let mut response = signed.draw(app, status, &page);
    response.extensions_mut().insert(Framing::Holds);
    Ok(response)
}
