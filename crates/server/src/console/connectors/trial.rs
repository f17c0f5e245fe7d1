//! Type a number, press Send, see what really happened.
use std::sync::Arc;

use haoma_core::ids::MessageId;
use haoma_core::phone::{PhoneError, PhoneNumber};
use haoma_core::role::Right;
use haoma_core::usage_type::UsageType;
use serde_json::json;

use super::form::field;
use super::items::usage_name;
use super::look::{support_facts, who};
use crate::app::App;
use crate::connectors::desk;
use crate::connectors::kit::{Connector, Factory, NextStep, Requester, SendError, Trace};
use crate::console::administrator::Signed;
use crate::console::prove::Fields;
use crate::error::api::{ApiError, codes};
use crate::sending::trial::{self, Trial, Tried};
use crate::views::console::connectors::wizard::{Report, ReportStep};
use crate::views::console::parts::{Fact, Link, Tone};
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

/// What a test message came to, as the page tells it.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// What happened.
    pub(super) report: Option<Report>,
    /// What was wrong with the number.
    pub(super) problem: Option<Problem>,
    /// The message whose receipt can be asked for.
    pub(super) message: Option<MessageId>,
}

/// The use that is tried.
pub(super) fn usage(fields: &Fields) -> UsageType {
    UsageType::parse(field(fields, "trial_usage")).unwrap_or(UsageType::Test)
}

/// Sends to the number of the form.
///
/// # Errors
/// A fault of ours.
pub(super) async fn send(
    app: &App,
    signed: &Signed,
    (factory, connector): (&Factory, &Arc<dyn Connector>),
    fields: &Fields,
) -> Result<Outcome, ApiError> {
    signed.need(Right::Write)?;
    let (lang, usage_type) = (signed.visit.lang, usage(fields));
    let phone = match number(app, field(fields, "trial_phone")) {
        Ok(phone) => phone,
        Err(error) => {
            return Ok(Outcome { problem: Some(Problem::of(lang, &error)), ..Outcome::default() });
        }
    };
    let payload = json!({ "connectorFactoryId": factory.id, "usageType": usage_type, "phone": phone.masked() });
    let trial = Trial {
        connector,
        phone: &phone,
        usage_type,
        fallback: trial::Fallback::Any,
        requester: Requester { ip: signed.caller.ip, lang: Some(lang) },
        caller: signed.who.id.as_str(),
        event: &signed.event(app, "Connector.Tested", &payload),
        now: signed.now,
    };
    match trial::send(app, &trial).await {
        Ok(tried) => Ok(Outcome {
            report: Some(report(lang, factory, &phone, &tried)),
            message: Some(tried.id),
            problem: None,
        }),
        Err(error) if error.code.status >= 500 => Err(error),
        Err(error) if error.code == codes::TEMPLATE_NOT_FOUND => {
            let step = no_template(lang, usage_type);
            let report = Report { steps: vec![step], waits: false };
            Ok(Outcome { report: Some(report), ..Outcome::default() })
        }
        Err(error) => {
            Ok(Outcome { problem: Some(Problem::of(lang, &error)), ..Outcome::default() })
        }
    }
}

/// A number that can receive a message. Which countries people may use is not asked here: whoever sets up a country tries it first.
fn number(app: &App, typed: &str) -> Result<PhoneNumber, ApiError> {
    let default = app.experience.load().phone_regions.default;
    let phone = PhoneNumber::parse(typed, Some(default));
    let phone = phone.map_err(|_e: PhoneError| ApiError::new(codes::INVALID_PHONE))?;
    if phone.can_receive_sms() { Ok(phone) } else { Err(ApiError::new(codes::CANNOT_RECEIVE_SMS)) }
}

fn report(lang: Lang, factory: &Factory, phone: &PhoneNumber, tried: &Tried) -> Report {
    let usage = usage_name(lang, tried.usage_type);
    let prepared =
        step(Tone::Good, lang.t1("console-report-prepared", "usage", usage).into_owned());
    let millis = i64::try_from(tried.took.as_millis()).unwrap_or(i64::MAX);
    let sent = lang.t1("console-report-sent", "ms", millis).into_owned();
    let prepared = ReportStep {
        facts: vec![
            Fact::new(
                lang.t("console-report-to"),
                crate::views::console::lists::Cell::Text(phone.masked()),
            ),
            Fact::code(lang.t("console-message-id"), tried.id.to_string()),
        ],
        ..prepared
    };
    let mut steps = vec![prepared, step(Tone::Good, sent)];
    let mut waits = false;
    match &tried.outcome {
        Ok(accepted) => {
            let mut facts = support_facts(lang, None, accepted.provider_request_id.clone());
            let id = accepted.provider_message_id.clone();
            facts.splice(..0, id.map(|id| Fact::code(lang.t("console-provider-message"), id)));
            let accepted = step(Tone::Good, lang.t("console-report-accepted").into_owned());
            steps.push(ReportStep { facts, ..accepted });
            waits = factory.capabilities.receipts;
            if waits {
                steps.push(step(Tone::Plain, lang.t("console-report-waits").into_owned()));
            }
        }
        Err(error) => steps.push(failure(lang, error)),
    }
    Report { steps, waits }
}

fn step(tone: Tone, title: String) -> ReportStep {
    ReportStep { tone, title, lines: vec![], link: None, facts: vec![] }
}

fn no_template(lang: Lang, usage: UsageType) -> ReportStep {
    let title = lang.t("console-next-add-template").into_owned();
    let line = lang.t1("console-report-no-template", "usage", usage_name(lang, usage)).into_owned();
    ReportStep { lines: vec![line], ..step(Tone::Bad, title) }
}

/// A refusal in words: why, who acts, what to do, where.
fn failure(lang: Lang, error: &SendError) -> ReportStep {
    let (tone, key) = match error.next {
        NextStep::Wait { .. } => (Tone::Warn, "console-next-wait"),
        NextStep::FixNumber => (Tone::Bad, "console-next-fix-number"),
        NextStep::FixConfiguration => (Tone::Bad, "console-next-fix-configuration"),
        NextStep::AddTemplate => (Tone::Bad, "console-next-add-template"),
        NextStep::TryAgain => (Tone::Bad, "console-next-try-again"),
        NextStep::Unknown => (Tone::Warn, "console-next-unknown"),
    };
    let mut told = step(tone, lang.t(key).into_owned());
    match error.entry() {
        Some(entry) => tell(&mut told, lang, entry),
        None => told.lines.push(error.explanation.clone()),
    }
    told.facts =
        support_facts(lang, error.provider_code.clone(), error.provider_request_id.clone());
    told
}

/// The desk's words: why, who acts, what to do, where.
fn tell(told: &mut ReportStep, lang: Lang, entry: &desk::Entry) {
    let words = entry.words(lang);
    told.lines = vec![words.cause.clone(), who(lang, entry.who), words.fix.clone()];
    told.link = entry.link.clone().map(|href| Link::new(lang.t("console-act-here"), href));
}

/// Asks for the receipt of the test message that was sent from this page.
///
/// # Errors
/// A fault of ours.
pub(super) async fn receipt(
    app: &App,
    signed: &Signed,
    connector: &dyn Connector,
    message: Option<&MessageId>,
) -> Result<Outcome, ApiError> {
    signed.need(Right::Write)?;
    let lang = signed.visit.lang;
    let Some(id) = message else { return Ok(Outcome::default()) };
    let heard = trial::look_up(app, connector, id, signed.now).await?;
    let code = heard.as_ref().ok().and_then(Trace::code).map(str::to_owned);
    let (told, waits) = match heard {
        Ok(Trace::Delivered) => {
            (step(Tone::Good, lang.t("console-report-delivered").into_owned()), false)
        }
        Ok(Trace::Undelivered { code }) => (undelivered(lang, code.as_deref()), false),
        Ok(Trace::Accepted) => {
            (step(Tone::Plain, lang.t("console-report-waits").into_owned()), true)
        }
        Ok(Trace::NoTrace) => {
            (step(Tone::Warn, lang.t("console-report-no-trace").into_owned()), true)
        }
        Err(error) => (failure(lang, &error), true),
    };
    let mut facts = support_facts(lang, code, None);
    facts.push(Fact::code(lang.t("console-message-id"), id.to_string()));
    let report = Report { steps: vec![ReportStep { facts, ..told }], waits };
    Ok(Outcome { report: Some(report), message: Some(id.clone()), problem: None })
}

fn undelivered(lang: Lang, code: Option<&str>) -> ReportStep {
    let mut told = step(Tone::Bad, lang.t("console-report-undelivered").into_owned());
    if let Some(entry) = desk::find_receipt(code.unwrap_or_default()) {
        tell(&mut told, lang, entry);
    }
    told
}
