//! One application: what its program needs to know, its settings, its end.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::role::Right;
use haoma_core::time::Timestamp;
use haoma_oidc::client::{ApplicationKind, OidcClientMetadata};
use haoma_oidc::machine::MANAGEMENT_API;
use haoma_store::applications::{self as store, Application, Changed};
use serde_json::json;

use super::form::{self, Typed};
use super::{HERE, find, head, management, needed, path, tabs};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::done::Done;
use crate::console::forms::{self, Sent};
use crate::console::prove::Fields;
use crate::console::shell::shell;
use crate::error::api::{ApiError, codes};
use crate::management::application_body;
use crate::management::applications::{about, end};
use crate::views::console::applications::ApplicationPage;
use crate::views::console::parts::{Confirm, Fact, Notice, Tone};
use crate::web::i18n::Lang;

/// `GET /console/applications/{id}`.
pub(in crate::console) async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let (application, kind, _) = find(&app, &id).await?;
    let fields = form::fields_of(&application)?;
    page(&app, &signed, (&application, kind), (&fields, None))
}

/// `POST /console/applications/{id}`.
pub(in crate::console) async fn save(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let fields = forms::read(sent)?;
    let (application, kind, _) = find(&app, &id).await?;
    let refused =
        |error: ApiError| page(&app, &signed, (&application, kind), (&fields, Some(&error)));
    let body = form::changed_body(&application, kind, &fields)?;
    let mut changes = match application_body::changes(body, app.settings.reach()) {
        Ok(changes) => changes,
        Err(error) => return refused(error),
    };
    changes.if_left_at = forms::one(&fields, "left_at").parse().ok().map(Timestamp);
    let payload = json!({ "fields": application_body::names(&changes) });
    let event = signed.event(&app, "Application.Data.Updated", &about(&application.id, &payload));
    let changed = store::change(&app.db, &application.id, &changes, &event).await?;
    app.clients.forget(&application.id);
    match changed {
        Changed::Done(_) => Ok(Done::good("console-saved").on(&app, &path(&application.id))),
        Changed::Stale => refused(ApiError::new(codes::CHANGED_MEANWHILE)),
        Changed::Gone | Changed::NoService => Err(ApiError::new(codes::ENTITY_NOT_EXISTS)),
    }
}

/// `POST /console/applications/{id}/delete`.
pub(in crate::console) async fn delete(
    State(app): State<App>,
    mut signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let (application, ..) = find(&app, &id).await?;
    needed(&signed, &application)?;
    let what = signed.visit.lang.t1("console-prove-app-delete", "name", application.name.as_str());
    if let Err(asked) = forms::proved(&app, &mut signed, sent, (HERE, &what)).await? {
        return Ok(asked);
    }
    let event = signed.event(&app, "Application.Deleted", &about(&application.id, &json!({})));
    // one that is gone already is what was wanted
    end(&app, application.id, event).await?;
    Ok(Done::good("console-app-deleted").on(&app, HERE.path()))
}

fn page(
    app: &App,
    signed: &Signed,
    (application, kind): (&Application, ApplicationKind),
    (fields, error): (&Fields, Option<&ApiError>),
) -> Result<Response, ApiError> {
    let (lang, role, path) = (signed.visit.lang, signed.who.role, path(&application.id));
    let mut shell = shell(app, signed, HERE, &path);
    if error.is_some_and(|error| error.code == codes::CHANGED_MEANWHILE) {
        shell.notice = Some(Notice::bad(lang, "console-changed-meanwhile"));
    }
    let status = error.and_then(|error| StatusCode::from_u16(error.code.status).ok());
    let page = ApplicationPage {
        shell,
        head: head(lang, application, kind),
        tabs: tabs(lang, application, kind, ""),
        missing: missing(lang, application, kind)?,
        facts: facts(app, lang, application, kind),
        group: Typed { lang, kind, fields, error }.settings(),
        left_at: application.updated_at.0,
        can_write: role.may(Right::Write),
        management: management::part(signed, application, kind),
        delete: role.may(Right::Write).then(|| delete_confirm(lang, application, &path)),
        path,
    };
    Ok(signed.draw(app, status.unwrap_or(StatusCode::OK), &page))
}

/// People sign in to what they can be sent back to.
fn missing(
    lang: Lang,
    application: &Application,
    kind: ApplicationKind,
) -> Result<Option<Notice>, ApiError> {
    if kind == ApplicationKind::MachineToMachine {
        return Ok(None);
    }
    let has_none = redirect_uris(application)?.is_empty();
    Ok(has_none.then(|| Notice::new(Tone::Warn, lang.t("console-app-no-redirect"))))
}

/// Where people are sent back to.
///
/// # Errors
/// A stored document that is no JSON.
pub(super) fn redirect_uris(application: &Application) -> Result<Vec<String>, ApiError> {
    serde_json::from_str::<OidcClientMetadata>(&application.oidc_client_metadata)
        .map(|metadata| metadata.redirect_uris)
        .map_err(|e| ApiError::new(codes::INTERNAL).because(e))
}

/// What is typed into other people's configuration: names as those know them.
fn facts(app: &App, lang: Lang, application: &Application, kind: ApplicationKind) -> Vec<Fact> {
    let issuer = app.settings.issuer();
    let fact = |key: &str, value: String| Fact::code(lang.t(key).into_owned(), value);
    let id = fact("console-app-id", application.id.to_string());
    let token = fact("console-app-token-endpoint", format!("{issuer}/token"));
    if kind == ApplicationKind::MachineToMachine {
        let resource = fact("console-app-resource", MANAGEMENT_API.to_owned());
        return vec![id, token, resource, fact("console-app-api", app.settings.url("/api"))];
    }
    vec![
        id,
        fact("console-app-endpoint", app.settings.url("")),
        fact("console-app-issuer", issuer.clone()),
        fact("console-app-discovery", format!("{issuer}/.well-known/openid-configuration")),
        fact("console-app-auth-endpoint", format!("{issuer}/auth")),
        token,
        fact("console-app-userinfo-endpoint", format!("{issuer}/me")),
        fact("console-app-logout-endpoint", format!("{issuer}/session/end")),
        fact("console-app-jwks", format!("{issuer}/jwks")),
    ]
}

fn delete_confirm(lang: Lang, application: &Application, path: &str) -> Confirm {
    let t = |key: &str| lang.t(key).into_owned();
    Confirm {
        ask: t("console-app-delete"),
        text: lang.t1("console-app-delete-what", "name", application.name.as_str()).into_owned(),
        list: vec![
            t("console-app-delete-sign-in"),
            t("console-app-delete-tokens"),
            t("console-app-delete-secrets"),
            t("console-app-delete-users"),
        ],
        action: format!("{path}/delete"),
        go: t("console-app-delete-go"),
        ..Confirm::default()
    }
}
