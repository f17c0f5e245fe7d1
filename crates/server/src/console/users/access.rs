//! Where a user is signed in, and what they allowed applications.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::ids::{GrantId, SessionId};
use haoma_core::role::Right;
use haoma_core::time::Timestamp;
use haoma_store::audit::Event;
use haoma_store::grants::{self, Grant};
use haoma_store::sessions::{self, Session};
use haoma_store::users::Stored;
use serde_json::{Value, json};

use super::{HERE, head, one, path, tabs};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::done::Done;
use crate::console::shell::shell;
use crate::error::api::{ApiError, codes};
use crate::management::users::find;
use crate::views::console::lists::Cell;
use crate::views::console::parts::{Confirm, Fact};
use crate::views::console::program;
use crate::views::console::users::{AccessLine, UserAccessPage};
use crate::views::moment::Moment;
use crate::web::i18n::Lang;

/// The audit key of a session that ended.
const SESSION_ENDED: &str = "User.Session.Deleted";

/// `GET /console/users/{id}/access`.
pub(in crate::console) async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let user = find(&app, &id).await?;
    let (lang, can_write) = (signed.visit.lang, signed.who.role.may(Right::Write));
    let path = path(&user.id);
    let sessions = sessions::list_of_user(&app.db, &user.id, signed.now).await?;
    let mut allowed = vec![];
    for grant in grants::list_of_user(&app.db, &user.id, signed.now).await? {
        let application = one::application(&app, grant.client_id.as_str()).await?;
        allowed.push(grant_line(&signed, &path, &grant, application));
    }
    let end_all = can_write && sessions.len() > 1;
    let page = UserAccessPage {
        shell: shell(&app, &signed, HERE, &format!("{path}/access")),
        head: head(lang, &user),
        tabs: tabs(lang, &user, "/access"),
        end_all: end_all.then(|| confirm(lang, &path, sessions.len())),
        sessions: sessions.iter().map(|session| session_line(&signed, &path, session)).collect(),
        grants: allowed,
    };
    Ok(signed.draw(&app, StatusCode::OK, &page))
}

/// `POST /console/users/{id}/sessions/{session}/end`: what was allowed in it ends too.
pub(in crate::console) async fn end_session(
    State(app): State<App>,
    signed: Signed,
    Path((id, session)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let user = find(&app, &id).await?;
    let session = SessionId::parse(&session).map_err(|_e| ApiError::new(codes::NOT_FOUND))?;
    let event = event(&app, &signed, &user, (SESSION_ENDED, json!({ "sessionId": session })));
    // one that is over already is what was wanted
    sessions::end(&app.db, (&user.id, &session), &event).await?;
    Ok(done(&app, &user, "console-user-session-ended"))
}

/// `POST /console/users/{id}/sessions/end`: everywhere.
pub(in crate::console) async fn end_all(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let user = find(&app, &id).await?;
    let event = event(&app, &signed, &user, (SESSION_ENDED, json!({ "all": true })));
    sessions::end_all(&app.db, &user.id, &event).await?;
    Ok(done(&app, &user, "console-user-sessions-ended"))
}

/// `POST /console/users/{id}/grants/{grant}/end`: with every code and token that hangs on it.
pub(in crate::console) async fn take_back(
    State(app): State<App>,
    signed: Signed,
    Path((id, grant)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let user = find(&app, &id).await?;
    let grant = GrantId::parse(&grant).map_err(|_e| ApiError::new(codes::NOT_FOUND))?;
    let event = event(&app, &signed, &user, ("RevokeGrants", json!({ "grantId": grant })));
    // one that is gone already is what was wanted
    grants::take_back(&app.db, (&user.id, &grant), &event).await?;
    Ok(done(&app, &user, "console-user-grant-ended"))
}

fn event(app: &App, signed: &Signed, user: &Stored, (key, payload): (&str, Value)) -> Event {
    let mut event = signed.event(app, key, &payload);
    event.user_id = Some(user.id.to_string());
    event
}

fn done(app: &App, user: &Stored, said: &'static str) -> Response {
    Done::good(said).on(app, &format!("{}/access", path(&user.id)))
}

fn confirm(lang: Lang, path: &str, count: usize) -> Confirm {
    Confirm {
        ask: lang.t("console-user-sessions-end").into_owned(),
        text: lang.t1("console-user-sessions-end-what", "count", count).into_owned(),
        action: format!("{path}/sessions/end"),
        go: lang.t("console-user-sessions-end-go").into_owned(),
        ..Confirm::default()
    }
}

fn session_line(signed: &Signed, path: &str, session: &Session) -> AccessLine {
    let lang = signed.visit.lang;
    let title = program::named(lang, session.place.user_agent.as_deref());
    let mut facts = vec![];
    facts.extend(
        session.place.ip.clone().map(|ip| Fact::new(lang.t("console-audit-ip"), Cell::Code(ip))),
    );
    let lifetime = (session.authenticated_at, session.expires_at);
    facts.extend(times(signed, "console-session-began", lifetime));
    let action = format!("{path}/sessions/{}/end", session.id);
    AccessLine { end: end(signed, "session", &title, action), title, facts }
}

fn grant_line(signed: &Signed, path: &str, grant: &Grant, application: Cell) -> AccessLine {
    let lang = signed.visit.lang;
    let title = match &application {
        Cell::Link(link) => link.text.clone(),
        _ => grant.client_id.to_string(),
    };
    let mut facts = vec![
        Fact::new(lang.t("console-user-grant-application"), application),
        Fact::new(lang.t("console-user-grant-scope"), Cell::Code(grant.scope.clone())),
    ];
    facts.extend(times(signed, "console-user-grant-given", (grant.created_at, grant.expires_at)));
    let action = format!("{path}/grants/{}/end", grant.id);
    AccessLine { end: end(signed, "grant", &title, action), title, facts }
}

/// What ending it does, before it is done.
fn end(signed: &Signed, what: &str, title: &str, action: String) -> Option<Confirm> {
    let lang = signed.visit.lang;
    let t = |end: &str| lang.t(&format!("console-user-{what}-end{end}")).into_owned();
    signed.who.role.may(Right::Write).then(|| Confirm {
        ask: lang.t1(&format!("console-user-{what}-end"), "name", title).into_owned(),
        text: t("-what"),
        action,
        go: t("-go"),
        ..Confirm::default()
    })
}

fn times(signed: &Signed, begun: &str, (since, until): (Timestamp, Timestamp)) -> Vec<Fact> {
    let (lang, now) = (signed.visit.lang, signed.now);
    vec![
        Fact::new(lang.t(begun).into_owned(), Cell::Moment(Moment::of(lang, since, now))),
        Fact::new(lang.t("console-user-until"), Cell::Text(Moment::of(lang, until, until).exact)),
    ]
}
