//! One message: what is known of it, what happened to it, and asking the provider about it.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::ids::MessageId;
use haoma_core::limits::for_look;
use haoma_core::role::Right;
use haoma_core::time::Timestamp;
use haoma_store::limits::{Charged, charge_all};
use haoma_store::message_search::{self, Shown};
use haoma_store::messages::{self, Status};
use haoma_store::{audit, connectors};
use serde_json::json;

use super::administrator::Signed;
use super::done::Done;
use super::messages::{HERE, version};
use super::security;
use super::shell::shell;
use crate::app::App;
use crate::connectors::desk::{self, Actor};
use crate::error::api::{ApiError, codes};
use crate::reconcile;
use crate::views::console::lists::Cell;
use crate::views::console::messages::{
    Event, MessagePage, Verdict, exact_millis, grouped, status_badge, status_key, took, usage_name,
};
use crate::views::console::parts::{Fact, Head, Link};
use crate::web::i18n::Lang;

/// `GET /console/messages/{id}`.
pub(super) async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let gone = || ApiError::new(codes::NOT_FOUND);
    let id = MessageId::parse(&id).map_err(|_e| gone())?;
    let one = message_search::find(&app.db, &id).await?.ok_or_else(gone)?;
    let factory = connectors::find(&app.db, &one.connector_id, one.connector_version).await?;
    let lang = signed.visit.lang;
    let path = path(&one.id);
    let may_ask = signed.who.role.may(Right::Write) && can_be_asked(&one);
    let number = grouped(&one.phone_masked);
    let head = Head {
        back: Some(Link::new(lang.t(HERE.key()), HERE.path())),
        badges: vec![status_badge(lang, one.status)],
        ..Head::new(lang.t1("console-message-title", "number", number))
    };
    let page = MessagePage {
        shell: shell(&app, &signed, HERE, &path),
        head,
        about: lang.t(&format!("{}-about", status_key(one.status))).into_owned(),
        facts: facts(lang, &one, factory.map(|found| found.factory_id)),
        timeline: timeline(lang, &one),
        verdict: one.provider_code.as_deref().and_then(|code| verdict(lang, one.status, code)),
        block: security::of_message(&signed, &one),
        ask: may_ask.then(|| format!("{path}/receipt")),
    };
    Ok(signed.draw(&app, StatusCode::OK, &page))
}

/// `POST /console/messages/{id}/receipt`: asks the provider what became of it. Sends nothing. Counted and recorded like a look at the
/// account, before the provider is called.
pub(super) async fn look_up(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let gone = || ApiError::new(codes::NOT_FOUND);
    let id = MessageId::parse(&id).map_err(|_e| gone())?;
    let message = messages::find(&app.db, &id).await?.ok_or_else(gone)?;
    let charges = for_look(&app.keys.numbers, signed.who.id.as_str(), signed.now);
    if let Charged::Full(full) = charge_all(&app.db, &charges, signed.now).await? {
        return Err(ApiError::new(codes::TOO_MANY_ATTEMPTS).retry_at(full.resets_at, signed.now));
    }
    let event = signed.event(&app, "Message.LookedUp", &json!({ "messageId": id }));
    app.db.write(audit::record(&event)).await?;
    let heard = match reconcile::trace(&app, &message, signed.now).await? {
        Some(Ok(trace)) => trace,
        Some(Err(error)) => {
            tracing::warn!(message.id = %id, %error, "a message could not be looked up");
            return Ok(Done::bad("console-message-no-answer").on(&app, &path(&id)));
        }
        None => return Ok(Done::bad("console-message-nobody").on(&app, &path(&id))),
    };
    let found = reconcile::found(&heard);
    if let Some(status) = found {
        reconcile::settle(&app, &message, (status, heard.code()), app.clock.now()).await?;
    }
    let done = match found {
        None => Done::bad("console-message-no-trace"),
        Some(Status::Delivered) => Done::good("console-message-delivered"),
        Some(Status::Undelivered) => Done::bad("console-message-undelivered"),
        Some(_) => Done::good("console-message-on-its-way"),
    };
    Ok(done.on(&app, &path(&id)))
}

fn path(id: &MessageId) -> String {
    format!("{}/{id}", HERE.path())
}

/// One that was tried out belongs to no connector; one that is settled for good has nothing to ask for.
fn can_be_asked(one: &Shown) -> bool {
    let is_open = matches!(one.status, Status::Pending | Status::Unknown | Status::Accepted);
    is_open && one.connector_version > 0
}

fn facts(lang: Lang, one: &Shown, factory: Option<String>) -> Vec<Fact> {
    let t = |key: &str| lang.t(&format!("console-message-{key}")).into_owned();
    let code = |key: &str, value: &Option<String>| match value {
        Some(text) => Fact::code(t(key), text.clone()),
        None => Fact::new(t(key), Cell::Nothing),
    };
    vec![
        Fact::new(t("to"), Cell::Text(grouped(&one.phone_masked))),
        Fact::new(t("use"), Cell::Text(usage_name(lang, one.usage_type))),
        Fact::new(t("connector"), factory.map_or(Cell::Nothing, Cell::Code)),
        Fact::new(t("version"), Cell::Text(version(lang, one))),
        code("code", &one.provider_code),
        code("request", &one.provider_request_id),
        code("provider-id", &one.provider_message_id),
        Fact::code(t("id"), one.id.as_str()),
    ]
}

fn timeline(lang: Lang, one: &Shown) -> Vec<Event> {
    let event = |at: Timestamp, since: Option<i64>, key: &str| Event {
        at: exact_millis(at),
        since: since.map(|millis| took(lang, millis)),
        text: lang.t(key).into_owned(),
    };
    let mut events = vec![event(one.created_at, None, "console-message-meant")];
    if let Some(at) = one.settled_at {
        let millis = at.0 - one.created_at.0;
        events.push(event(at, Some(millis), &format!("{}-event", status_key(one.status))));
    }
    events.extend(one.check_at.map(|at| event(at, None, "console-message-check")));
    events
}

fn verdict(lang: Lang, status: Status, code: &str) -> Option<Verdict> {
    let (entry, words) = match status {
        Status::Undelivered => desk::explain_receipt(code, lang)?,
        // what an earlier answer lacked explains nothing any more
        Status::Accepted | Status::Delivered => return None,
        _ => desk::explain(code, lang)?,
    };
    let who = match entry.who {
        Actor::Administrator => "console-desk-administrator",
        Actor::EndUser => "console-desk-person",
        Actor::Aliyun => "console-desk-aliyun",
        Actor::Haoma => "console-desk-haoma",
    };
    Some(Verdict {
        code: code.to_owned(),
        cause: words.cause.clone(),
        who: lang.t(who).into_owned(),
        fix: words.fix.clone(),
        link: entry.link.clone().map(|href| Link::new(lang.t("console-desk-link"), href)),
    })
}
