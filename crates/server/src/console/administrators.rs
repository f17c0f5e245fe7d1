//! Who administers: for owners.
mod page;

use axum::extract::{Path, State};
use axum::response::Response;
use haoma_core::ids::AdministratorId;
use haoma_core::role::{Right, Role};
use haoma_store::administrator_sessions::Sessions;
use haoma_store::administrators::{self, Administrator};
use serde_json::json;

use self::page::{Said, page};
use super::administrator::Signed;
use super::done::Done;
use super::first;
use super::forms::{self, Sent};
use super::links;
use super::prove::{Fields, prove, prove_now};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::views::console::administrators::NewLink;
use crate::views::console::shell::Section;
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

const HERE: Section = Section::Administrators;

/// What an owner does to one administrator.
#[derive(Clone, Copy)]
enum Deed {
    /// Lets them choose a password.
    Link,
    /// Changes what they may do.
    Role(Role),
    /// Takes the account away.
    Remove,
}

/// `GET /console/administrators`.
pub(super) async fn show(State(app): State<App>, signed: Signed) -> Result<Response, ApiError> {
    signed.need(Right::Administer)?;
    page(&app, &signed, Said::default()).await
}

/// `POST /console/administrators`.
pub(super) async fn create(
    State(app): State<App>,
    mut signed: Signed,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Administer)?;
    let what = signed.visit.lang.t("console-prove-add");
    let fields = forms::read(sent)?;
    let lasts = forms::one(&fields, "role") == Role::Owner.as_str();
    if let Some(asked) = prove_as(&app, &mut signed, &fields, &what, lasts).await? {
        return Ok(asked);
    }
    let typed = forms::one(&fields, "name").to_owned();
    let wrong = |code| {
        let problem = Some(Problem::of(signed.visit.lang, &ApiError::new(code)));
        Said { typed: typed.clone(), problem, ..Said::default() }
    };
    let Ok(name) = first::name(&typed) else {
        return page(&app, &signed, wrong(codes::ADMINISTRATOR_NAME)).await;
    };
    let new = first::new(&app, &name, role(&fields)?);
    let event = signed.event(&app, "Administrator.Create", &about(&new));
    if !administrators::create(&app.db, &new, &event).await? {
        return page(&app, &signed, wrong(codes::ADMINISTRATOR_NAME_IN_USE)).await;
    }
    make_link(&app, &signed, &new).await
}

/// `POST /console/administrators/{id}/link`.
pub(super) async fn new_link(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    act(&app, signed, &id, sent, |_fields| Ok(Deed::Link)).await
}

/// `POST /console/administrators/{id}/role`.
pub(super) async fn set_role(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    act(&app, signed, &id, sent, |fields| role(fields).map(Deed::Role)).await
}

/// `POST /console/administrators/{id}/remove`.
pub(super) async fn remove(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    act(&app, signed, &id, sent, |_fields| Ok(Deed::Remove)).await
}

/// What the three above have in common: an owner, somebody it is about, the password again.
async fn act(
    app: &App,
    mut signed: Signed,
    id: &str,
    sent: Sent,
    deed: impl FnOnce(&Fields) -> Result<Deed, ApiError>,
) -> Result<Response, ApiError> {
    signed.need(Right::Administer)?;
    // before the password is asked for: a session that gets another id must get an answer that says so
    let gone = || ApiError::new(codes::NOT_FOUND);
    let id = AdministratorId::parse(id).map_err(|_e| gone())?;
    let who = administrators::find(&app.db, &id).await?.ok_or_else(gone)?;
    let fields = forms::read(sent)?;
    let deed = deed(&fields)?;
    let what = deed.say(signed.visit.lang, &who);
    let lasts = deed.makes_owner(&who);
    if let Some(asked) = prove_as(app, &mut signed, &fields, &what, lasts).await? {
        return Ok(asked);
    }
    match deed {
        Deed::Link => make_link(app, &signed, &who).await,
        Deed::Role(role) => change_role(app, &mut signed, &who, role).await,
        Deed::Remove => {
            let event = signed.event(app, "Administrator.Delete", &about(&who));
            let done = administrators::delete(&app.db, &who.id, &event).await?;
            Ok(after(app, done, "console-administrator-removed", HERE))
        }
    }
}

/// Asks for the password: always, where a session that was taken over would make itself last (`lasts`).
async fn prove_as(
    app: &App,
    signed: &mut Signed,
    fields: &Fields,
    what: &str,
    lasts: bool,
) -> Result<Option<Response>, ApiError> {
    if lasts {
        prove_now(app, signed, fields, (HERE, what)).await
    } else {
        prove(app, signed, fields, (HERE, what)).await
    }
}

impl Deed {
    /// Whether somebody can be an owner by it.
    fn makes_owner(self, who: &Administrator) -> bool {
        match self {
            Self::Link => who.role == Role::Owner,
            Self::Role(role) => role == Role::Owner,
            Self::Remove => false,
        }
    }

    /// What the page says that asks for the password.
    fn say(self, lang: Lang, who: &Administrator) -> String {
        let name = who.name.as_str();
        let said = match self {
            Self::Link => lang.t1("console-prove-link", "name", name),
            Self::Role(Role::Owner) => lang.t1("console-prove-role-owner", "name", name),
            Self::Role(Role::Editor) => lang.t1("console-prove-role-editor", "name", name),
            Self::Role(Role::Viewer) => lang.t1("console-prove-role-viewer", "name", name),
            Self::Remove => lang.t1("console-prove-remove", "name", name),
        };
        said.into_owned()
    }
}

async fn change_role(
    app: &App,
    signed: &mut Signed,
    who: &Administrator,
    role: Role,
) -> Result<Response, ApiError> {
    if who.role == role {
        return Ok(Done::good("console-role-same").on(app, HERE.path()));
    }
    let payload = json!({ "name": who.name, "role": role.as_str() });
    let event = signed.event(app, "Administrator.Role", &payload);
    let is_me = who.id == signed.who.id;
    let (session, token) = signed.turned(app);
    let sessions = if is_me { Sessions::Turn(&signed.session.id, &session) } else { Sessions::End };
    let done =
        administrators::set_role(&app.db, &who.id, role, sessions, signed.now, &event).await?;
    if is_me && done {
        signed.renew(app, session, &token);
        // who is no owner any more cannot look at this page
        return Ok(after(app, done, "console-role-changed", Section::Account));
    }
    Ok(after(app, done, "console-role-changed", HERE))
}

async fn make_link(app: &App, signed: &Signed, who: &Administrator) -> Result<Response, ApiError> {
    let event = signed.event(app, "Administrator.Link", &about(who));
    let href = links::make(app, &who.id, &event, signed.now).await?;
    let link = Some(NewLink { name: who.name.clone(), href, minutes: links::LIFE / 60 });
    page(app, signed, Said { link, ..Said::default() }).await
}

fn after(app: &App, done: bool, good: &'static str, there: Section) -> Response {
    let done = if done { Done::good(good) } else { Done::bad("console-last-owner") };
    done.on(app, there.path())
}

fn role(fields: &Fields) -> Result<Role, ApiError> {
    Role::parse(forms::one(fields, "role")).map_err(|_e| ApiError::new(codes::INVALID_INPUT))
}

fn about(who: &Administrator) -> serde_json::Value {
    json!({ "name": who.name, "role": who.role.as_str() })
}
