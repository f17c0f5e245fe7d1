//! One hook: made, changed, tried out, ended.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::hooks::HookEvent;
use haoma_core::ids::HookId;
use haoma_core::role::Right;
use haoma_store::audit;
use haoma_store::hooks::Hook;
use serde_json::json;

use super::form::{self, Typed};
use super::parts::{self, Came};
use super::{HERE, NEW, head, path, tabs};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::done::Done;
use crate::console::forms::{self, Sent};
use crate::console::prove::{Fields, prove};
use crate::console::shell::shell;
use crate::error::api::{ApiError, codes};
use crate::hooks::config::new_key as make_key;
use crate::hooks::saving::{self, Wanted};
use crate::management::hooks::find;
use crate::management::{hook_body, hook_test};
use crate::views::console::hooks::HookPage;
use crate::views::console::parts::{Head, Link, Notice};

/// What the page says besides what is stored.
#[derive(Default)]
struct Said<'a> {
    /// What was typed, and why it was not stored.
    typed: Option<(&'a Fields, &'a ApiError)>,
    /// A key that was made just now.
    new_key: Option<String>,
    /// What came of trying it out.
    came: Option<Came>,
}

/// `GET /console/hooks/new`.
pub(in crate::console) async fn show_new(
    State(app): State<App>,
    signed: Signed,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    Ok(new_page(&app, &signed, &form::new_fields(), None))
}

/// `POST /console/hooks`. The answer shows the signing key, once.
pub(in crate::console) async fn create(
    State(app): State<App>,
    mut signed: Signed,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let fields = forms::read(sent)?;
    let wanted = match hook_body::new(form::body(&fields, None), signed.who.role) {
        Ok(wanted) => wanted,
        Err(error) => return Ok(new_page(&app, &signed, &fields, Some(&error))),
    };
    let what = signed.visit.lang.t1("console-prove-hook", "name", wanted.name.as_str());
    if let Some(asked) = prove(&app, &mut signed, &fields, (HERE, &what)).await? {
        return Ok(asked);
    }
    let id = HookId::generate(signed.now, &app.entropy);
    let payload = json!({ "hookId": id, "events": wanted.events });
    let event = signed.event(&app, "Hook.Created", &payload);
    let (hook, wanted) = saving::create(&app, id, wanted, &event).await?;
    let new_key = Some(wanted.config.signing_key.clone());
    Ok(page(&app, &signed, (&hook, &wanted), Said { new_key, ..Said::default() }))
}

/// `GET /console/hooks/{id}`.
pub(in crate::console) async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let (hook, wanted) = find(&app, &id).await?;
    Ok(page(&app, &signed, (&hook, &wanted), Said::default()))
}

/// `POST /console/hooks/{id}`.
pub(in crate::console) async fn save(
    State(app): State<App>,
    mut signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let fields = forms::read(sent)?;
    let (hook, before) = find(&app, &id).await?;
    let refused = |signed: &Signed, error: &ApiError, stored: (&Hook, &Wanted)| {
        let said = Said { typed: Some((&fields, error)), ..Said::default() };
        page(&app, signed, stored, said)
    };
    let body = form::body(&fields, Some(&before));
    let wanted = match hook_body::change(body, &before, signed.who.role) {
        Ok(wanted) => wanted,
        Err(error) => return Ok(refused(&signed, &error, (&hook, &before))),
    };
    let what = signed.visit.lang.t1("console-prove-hook", "name", before.name.as_str());
    if let Some(asked) = prove(&app, &mut signed, &fields, (HERE, &what)).await? {
        return Ok(asked);
    }
    let changed = hook_body::differences(&before, &wanted);
    let is_shown = forms::one(&fields, "version").parse() == Ok(hook.version);
    let stored = if !is_shown {
        Err(ApiError::new(codes::CHANGED_MEANWHILE))
    } else if changed.is_empty() {
        Ok(hook.clone())
    } else {
        let payload = json!({ "hookId": hook.id, "fields": changed });
        let event = signed.event(&app, "Hook.Updated", &payload);
        saving::change(&app, &hook, &wanted, &event).await
    };
    match stored {
        Ok(_) => Ok(Done::good("console-saved").on(&app, &path(&hook.id))),
        Err(error) if error.code == codes::CHANGED_MEANWHILE => {
            // what a colleague stored in the meantime is what the next try is made from
            let (hook, wanted) = find(&app, &id).await?;
            Ok(refused(&signed, &error, (&hook, &wanted)))
        }
        Err(error) => Err(error),
    }
}

/// `POST /console/hooks/{id}/key`: a new signing key, which the answer shows once.
pub(in crate::console) async fn new_key(
    State(app): State<App>,
    mut signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let (hook, mut wanted) = find(&app, &id).await?;
    let what = signed.visit.lang.t1("console-prove-hook-key", "name", wanted.name.as_str());
    if let Err(asked) = forms::proved(&app, &mut signed, sent, (HERE, &what)).await? {
        return Ok(asked);
    }
    wanted.config.signing_key = make_key(&app.entropy);
    let payload = json!({ "hookId": hook.id });
    let event = signed.event(&app, "Hook.SigningKey.Updated", &payload);
    let hook = saving::change(&app, &hook, &wanted, &event).await?;
    let new_key = Some(wanted.config.signing_key.clone());
    Ok(page(&app, &signed, (&hook, &wanted), Said { new_key, ..Said::default() }))
}

/// `POST /console/hooks/{id}/test`: sends a sample to where the hook is reached.
pub(in crate::console) async fn test(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let (hook, wanted) = find(&app, &id).await?;
    let fields = forms::read(sent)?;
    let asked = HookEvent::parse(forms::one(&fields, "event"));
    let asked = asked.ok_or_else(|| ApiError::new(codes::INVALID_INPUT))?;
    let payload = json!({ "hookId": hook.id, "events": [asked.as_str()] });
    let event = signed.event(&app, "Hook.Tested", &payload);
    app.db.write(audit::record(&event)).await?;
    let mut came =
        hook_test::one(&app, &hook.id, (asked.as_str(), &wanted.config), signed.now).await;
    if !wanted.config.shows_answers_to(signed.who.role) {
        came.body.clear();
    }
    let came = Some(Came { event: asked, came });
    Ok(page(&app, &signed, (&hook, &wanted), Said { came, ..Said::default() }))
}

/// `POST /console/hooks/{id}/delete`.
pub(in crate::console) async fn delete(
    State(app): State<App>,
    mut signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let (hook, _) = find(&app, &id).await?;
    let what = signed.visit.lang.t1("console-prove-hook-delete", "name", hook.name.as_str());
    if let Err(asked) = forms::proved(&app, &mut signed, sent, (HERE, &what)).await? {
        return Ok(asked);
    }
    let event = signed.event(&app, "Hook.Deleted", &json!({ "hookId": hook.id }));
    saving::delete(&app, &hook.id, &event).await?;
    Ok(Done::good("console-hook-deleted").on(&app, HERE.path()))
}

fn new_page(app: &App, signed: &Signed, fields: &Fields, error: Option<&ApiError>) -> Response {
    let (lang, role) = (signed.visit.lang, signed.who.role);
    let status = error.and_then(|error| StatusCode::from_u16(error.code.status).ok());
    let page = HookPage {
        shell: shell(app, signed, HERE, NEW),
        head: Head {
            back: Some(Link::new(lang.t(HERE.key()), HERE.path())),
            ..Head::new(lang.t("console-hook-add"))
        },
        tabs: None,
        new_key: None,
        form: Typed { lang, role, fields, error }.form(None),
        can_write: true,
        path: HERE.path().to_owned(),
        test: None,
        key: None,
        delete: None,
    };
    signed.draw(app, status.unwrap_or(StatusCode::OK), &page)
}

fn page(app: &App, signed: &Signed, (hook, wanted): (&Hook, &Wanted), said: Said<'_>) -> Response {
    let (lang, role, path) = (signed.visit.lang, signed.who.role, path(&hook.id));
    let can_write = role.may(Right::Write);
    let mut shell = shell(app, signed, HERE, &path);
    let error = said.typed.map(|(_, error)| error);
    if error.is_some_and(|error| error.code == codes::CHANGED_MEANWHILE) {
        shell.notice = Some(Notice::bad(lang, "console-changed-meanwhile"));
    }
    let kept = form::fields_of(wanted, role);
    let fields = said.typed.map_or(&kept, |(fields, _)| fields);
    let status = error.and_then(|error| StatusCode::from_u16(error.code.status).ok());
    let page = HookPage {
        shell,
        head: head(lang, hook),
        tabs: Some(tabs(lang, hook, "")),
        new_key: said.new_key.map(|key| parts::new_key(lang, key)),
        form: Typed { lang, role, fields, error }.form(Some(hook)),
        can_write,
        test: Some(parts::test(lang, wanted, said.came)),
        key: Some(parts::key(lang, wanted, can_write.then_some(path.as_str()))),
        delete: can_write.then(|| parts::delete(lang, hook, &path)),
        path,
    };
    signed.draw(app, status.unwrap_or(StatusCode::OK), &page)
}
