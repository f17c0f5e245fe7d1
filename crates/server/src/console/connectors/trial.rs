//! Type a number, press Send, see what really happens.
use std::sync::Arc;

use axum::response::Response;
use haoma_core::limits::for_look;
use haoma_core::phone::{PhoneError, PhoneNumber};
use haoma_core::usage_type::UsageType;
use haoma_store::audit::Event;
use haoma_store::limits::{Charged, charge_all};
use serde_json::json;
use tokio::sync::mpsc;

use super::form::field;
use super::live::{self, Happened, Teller, Watched};
use super::page::Work;
use super::pending::Pending;
use super::report::{self, Sent};
use crate::app::App;
use crate::connectors::kit::{Connector, Requester};
use crate::connectors::saving::Draft;
use crate::console::administrator::Signed;
use crate::console::prove::Fields;
use crate::error::api::{ApiError, codes};
use crate::sending::trial::{self, Trial, Tried};
use crate::views::console::connectors::wizard::Report;
use crate::views::problem::Problem;

/// What a test message came to, as the page tells it.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// What happened.
    pub(super) report: Option<Report>,
    /// What was wrong with the number.
    pub(super) problem: Option<Problem>,
    /// Why nothing was asked.
    pub(super) busy: Option<ApiError>,
    /// The message whose receipt can be asked for.
    pub(super) sent: Option<Sent>,
}

/// The use that is tried.
pub(super) fn usage(fields: &Fields) -> UsageType {
    UsageType::parse(field(fields, "trial_usage")).unwrap_or(UsageType::Test)
}

/// A number that can receive a message. Which countries people may use is not asked here: whoever sets up a country tries it first.
pub(super) fn number(app: &App, typed: &str) -> Result<PhoneNumber, ApiError> {
    let default = app.experience.load().phone_regions.default;
    let phone = PhoneNumber::parse(typed, Some(default));
    let phone = phone.map_err(|_e: PhoneError| ApiError::new(codes::INVALID_PHONE))?;
    if phone.can_receive_sms() { Ok(phone) } else { Err(ApiError::new(codes::CANNOT_RECEIVE_SMS)) }
}

/// Sends to a number, and tells afterwards what happened.
///
/// # Errors
/// A fault of ours.
pub(super) async fn send(
    work: &Work<'_>,
    connector: Arc<dyn Connector>,
    (phone, usage): (&PhoneNumber, UsageType),
) -> Result<Outcome, ApiError> {
    let event = event(work, phone, usage);
    let tried = hand_over(work.app, work.signed, connector, (phone, usage), &event).await;
    outcome(work, phone, usage, tried)
}

/// Sends to a number, and tells what happens while it does; an outcome when nothing was sent.
///
/// # Errors
/// A fault of ours.
pub(super) async fn send_live(
    work: &Work<'_>,
    connector: Arc<dyn Connector>,
    (phone, usage): (PhoneNumber, UsageType),
) -> Result<Result<Response, Outcome>, ApiError> {
    let (tell, mut happens) = mpsc::unbounded_channel();
    let watched = Arc::new(Watched { inner: connector, tell: tell.clone() });
    let event = event(work, &phone, usage);
    let (app, signed, to) = (work.app.clone(), work.signed.clone(), phone.clone());
    work.app.work.spawn(async move {
        let tried = hand_over(&app, &signed, watched, (&to, usage), &event).await;
        // whoever closed the page meanwhile finds the message under Messages
        drop(tell.send(Happened::Over(tried)));
    });
    match happens.recv().await {
        Some(Happened::Begun(id, usage)) => {
            let teller = Teller {
                app: work.app.clone(),
                signed: work.signed.clone(),
                factory: work.factory,
                phone,
                pending: Pending::new(work.config.clone(), work.known.clone(), work.signed.now),
                action: work.path(),
            };
            Ok(Ok(live::response(teller, (id, usage), happens)))
        }
        Some(Happened::Over(tried)) => outcome(work, &phone, usage, tried).map(Err),
        None => Err(ApiError::new(codes::INTERNAL).because("a test message was lost")),
    }
}

fn event(work: &Work<'_>, phone: &PhoneNumber, usage: UsageType) -> Event {
    let payload = json!({
        "connectorFactoryId": work.factory.id, "usageType": usage, "phone": phone.masked(),
    });
    work.signed.event(work.app, "Connector.Tested", &payload)
}

async fn hand_over(
    app: &App,
    signed: &Signed,
    connector: Arc<dyn Connector>,
    (phone, usage_type): (&PhoneNumber, UsageType),
    event: &Event,
) -> Result<Tried, ApiError> {
    let trial = Trial {
        connector: &connector,
        phone,
        usage_type,
        fallback: trial::Fallback::Any,
        requester: Requester { ip: signed.caller.ip, lang: Some(signed.visit.lang) },
        caller: signed.who.id.as_str(),
        event,
        now: signed.now,
    };
    trial::send(app, &trial).await
}

fn outcome(
    work: &Work<'_>,
    phone: &PhoneNumber,
    usage: UsageType,
    tried: Result<Tried, ApiError>,
) -> Result<Outcome, ApiError> {
    let lang = work.signed.visit.lang;
    match tried {
        Ok(tried) => Ok(Outcome {
            report: Some(report::of(lang, work.factory, phone, &tried)),
            sent: Sent::of(work.factory, &work.config, phone, &tried),
            ..Outcome::default()
        }),
        Err(error) if error.code.status >= 500 => Err(error),
        Err(error) if error.code == codes::TEMPLATE_NOT_FOUND => {
            let report = Some(report::no_template(lang, usage));
            Ok(Outcome { report, ..Outcome::default() })
        }
        Err(error) => {
            Ok(Outcome { problem: Some(Problem::of(lang, &error)), ..Outcome::default() })
        }
    }
}

/// Asks for the receipt of the test message that was sent from this page, through the configuration it was sent with. Counted and
/// recorded like a look at the account, because it calls a machine somebody names.
///
/// # Errors
/// A fault of ours.
pub(super) async fn receipt(work: &Work<'_>) -> Result<Outcome, ApiError> {
    let (app, signed, lang) = (work.app, work.signed, work.signed.visit.lang);
    let Some(sent) = work.sent.clone() else { return Ok(Outcome::default()) };
    // what was sent was checked; a later version may be stricter
    let Ok(draft) = Draft::check(work.factory, &sent.config, None) else {
        return Ok(Outcome::default());
    };
    let charges = for_look(&app.keys.numbers, signed.who.id.as_str(), signed.now);
    if let Charged::Full(full) = charge_all(&app.db, &charges, signed.now).await? {
        let error = ApiError::new(codes::TOO_MANY_ATTEMPTS).retry_at(full.resets_at, signed.now);
        let report = Some(Report { steps: sent.steps(lang), waits: true });
        return Ok(Outcome { report, busy: Some(error), sent: Some(sent), problem: None });
    }
    let payload = json!({ "connectorFactoryId": work.factory.id, "messageId": sent.message });
    let event = signed.event(app, "Connector.ReceiptAsked", &payload);
    app.db.write(haoma_store::audit::record(&event)).await?;
    let trace = trial::look_up(app, draft.connector.as_ref(), &sent.message, signed.now).await?;
    let report = report::traced(lang, &sent, trace);
    let sent = report.waits.then_some(sent);
    Ok(Outcome { report: Some(report), sent, ..Outcome::default() })
}
