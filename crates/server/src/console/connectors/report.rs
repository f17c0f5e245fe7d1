//! What became of a test message, step by step, in words.
use haoma_core::ids::MessageId;
use haoma_core::phone::PhoneNumber;
use haoma_core::usage_type::UsageType;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::look::{support_facts, who};
use super::templates::usage_name;
use crate::connectors::desk;
use crate::connectors::kit::{Accepted, Factory, NextStep, SendError, Trace, Trouble};
use crate::sending::trial::Tried;
use crate::views::console::connectors::wizard::{Report, ReportStep};
use crate::views::console::lists::Cell;
use crate::views::console::parts::{Fact, Link, Tone};
use crate::web::i18n::Lang;

/// A test message that was handed over and whose receipt can be asked for; it travels sealed in the page.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Sent {
    /// Our id.
    pub(super) message: MessageId,
    /// The configuration it was sent with, secrets included.
    pub(super) config: Value,
    usage: UsageType,
    /// The number, masked.
    to: String,
    took_ms: i64,
    verdict: Verdict,
}

/// What the provider said at first.
#[derive(Clone, Serialize, Deserialize)]
enum Verdict {
    Accepted { message: Option<String>, request: Option<String> },
    Unclear { code: Option<String>, request: Option<String>, trouble: String },
}

/// Not the configuration, which holds secrets.
impl std::fmt::Debug for Sent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sent").field("message", &self.message).finish_non_exhaustive()
    }
}

impl Sent {
    /// What is to be known later of a message; `None` when nobody can be asked, or there is nothing to ask.
    pub(super) fn of(
        factory: &Factory,
        config: &Value,
        phone: &PhoneNumber,
        tried: &Tried,
    ) -> Option<Self> {
        let verdict = match &tried.outcome {
            Ok(accepted) => Verdict::Accepted {
                message: accepted.provider_message_id.clone(),
                request: accepted.provider_request_id.clone(),
            },
            Err(error) if error.next == NextStep::Unknown => Verdict::Unclear {
                code: error.provider_code.clone(),
                request: error.provider_request_id.clone(),
                trouble: error.trouble.to_string(),
            },
            Err(_refused) => return None,
        };
        factory.capabilities.receipts.then(|| Self {
            message: tried.id.clone(),
            config: config.clone(),
            usage: tried.usage_type,
            to: phone.masked(),
            took_ms: millis(tried),
            verdict,
        })
    }

    /// The steps up to what the provider said at first.
    pub(super) fn steps(&self, lang: Lang) -> Vec<ReportStep> {
        let mut steps = vec![prepared(lang, &self.to, (&self.message, self.usage))];
        steps.extend(match self.verdict.clone() {
            Verdict::Accepted { message, request } => {
                let accepted = Accepted {
                    provider_message_id: message,
                    provider_request_id: request,
                    ..Accepted::default()
                };
                answered(lang, self.took_ms, Ok(&accepted))
            }
            Verdict::Unclear { code, request, trouble } => {
                let known = Trouble::ALL.into_iter().find(|one| one.as_str() == trouble);
                let trouble = known.unwrap_or(Trouble::Unclear);
                let error = SendError::new(NextStep::Unknown, trouble, String::new());
                let error =
                    SendError { provider_code: code, provider_request_id: request, ..error };
                answered(lang, self.took_ms, Err(&error))
            }
        });
        steps
    }
}

fn millis(tried: &Tried) -> i64 {
    i64::try_from(tried.took.as_millis()).unwrap_or(i64::MAX)
}

/// The report while the provider is being asked.
pub(super) fn under_way(lang: Lang, to: &str, message: (&MessageId, UsageType)) -> Report {
    let asked = step(Tone::Plain, lang.t("console-report-under-way"));
    Report { steps: vec![prepared(lang, to, message), asked], waits: false }
}

/// The report once the provider answered, or did not.
pub(super) fn of(lang: Lang, factory: &Factory, phone: &PhoneNumber, tried: &Tried) -> Report {
    let mut steps = vec![prepared(lang, &phone.masked(), (&tried.id, tried.usage_type))];
    steps.extend(answered(lang, millis(tried), tried.outcome.as_ref()));
    let may_arrive = match &tried.outcome {
        Ok(_) => true,
        Err(error) => error.next == NextStep::Unknown,
    };
    let waits = may_arrive && factory.capabilities.receipts;
    if waits {
        steps.push(waiting(lang));
    }
    Report { steps, waits }
}

/// The report with what a look for the receipt showed.
pub(super) fn traced(lang: Lang, sent: &Sent, trace: Result<Trace, SendError>) -> Report {
    let (told, waits) = match trace {
        Ok(Trace::Delivered) => (step(Tone::Good, lang.t("console-report-delivered")), false),
        Ok(Trace::Undelivered { code }) => (undelivered(lang, code), false),
        Ok(Trace::Accepted) => (waiting(lang), true),
        Ok(Trace::NoTrace) => (step(Tone::Warn, lang.t("console-report-no-trace")), true),
        Err(error) => (failure(lang, &error), true),
    };
    let mut steps = sent.steps(lang);
    steps.push(told);
    Report { steps, waits }
}

/// The operator's reason, in words where its code is known.
fn undelivered(lang: Lang, code: Option<String>) -> ReportStep {
    let mut told = step(Tone::Bad, lang.t("console-report-undelivered"));
    if let Some(entry) = desk::find_receipt(code.as_deref().unwrap_or_default()) {
        tell(&mut told, lang, entry);
    }
    told.facts = support_facts(lang, code, None);
    told
}

/// The report of a message that could not even be prepared.
pub(super) fn no_template(lang: Lang, usage: UsageType) -> Report {
    let line = lang.t1("console-report-no-template", "usage", usage_name(lang, usage)).into_owned();
    let told = step(Tone::Bad, lang.t("console-next-add-template"));
    Report { steps: vec![ReportStep { lines: vec![line], ..told }], waits: false }
}

/// The report of a message whose fate we failed to write down: it may have been sent.
pub(super) fn lost(lang: Lang, to: &str, message: (&MessageId, UsageType), why: &str) -> Report {
    let told = step(Tone::Warn, lang.t("console-next-unknown"));
    let told = ReportStep { lines: vec![why.to_owned()], ..told };
    Report { steps: vec![prepared(lang, to, message), told], waits: false }
}

fn step(tone: Tone, title: impl Into<String>) -> ReportStep {
    ReportStep { tone, title: title.into(), lines: vec![], link: None, facts: vec![] }
}

fn waiting(lang: Lang) -> ReportStep {
    step(Tone::Plain, lang.t("console-report-waits"))
}

fn prepared(lang: Lang, to: &str, (id, usage): (&MessageId, UsageType)) -> ReportStep {
    let title = lang.t1("console-report-prepared", "usage", usage_name(lang, usage));
    let facts = vec![
        Fact::new(lang.t("console-report-to"), Cell::Text(to.to_owned())),
        Fact::code(lang.t("console-message-id"), id.to_string()),
    ];
    ReportStep { facts, ..step(Tone::Good, title) }
}

/// How it was handed over, and what the provider said.
fn answered(lang: Lang, ms: i64, outcome: Result<&Accepted, &SendError>) -> Vec<ReportStep> {
    let (tone, key) = handed_over(outcome);
    let handed_over = step(tone, lang.t1(key, "ms", ms));
    let told = match outcome {
        Ok(accepted) => {
            let mut facts = support_facts(lang, None, accepted.provider_request_id.clone());
            let id = accepted.provider_message_id.clone();
            facts.splice(..0, id.map(|id| Fact::code(lang.t("console-provider-message"), id)));
            ReportStep { facts, ..step(Tone::Good, lang.t("console-report-accepted")) }
        }
        Err(error) => failure(lang, error),
    };
    vec![handed_over, told]
}

/// Whether the provider was reached: a refusal is an answer as well, but silence is none.
fn handed_over(outcome: Result<&Accepted, &SendError>) -> (Tone, &'static str) {
    match outcome.map_err(|error| error.trouble) {
        Ok(_) | Err(Trouble::Refused) => (Tone::Good, "console-report-sent"),
        Err(Trouble::Unclear | Trouble::NoVerdict) => (Tone::Warn, "console-report-sent"),
        Err(Trouble::Silent | Trouble::Broken) => (Tone::Warn, "console-report-unanswered"),
        Err(_) => (Tone::Bad, "console-report-not-sent"),
    }
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
    let mut told = step(tone, lang.t(key));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_green_only_when_it_happened() {
        let accepted = Accepted::default();
        let error = |next, trouble| SendError::new(next, trouble, "why".to_owned());
        let config = NextStep::FixConfiguration;
        for (outcome, first, second) in [
            (Ok(&accepted), Tone::Good, Tone::Good),
            (Err(&error(config, Trouble::Refused)), Tone::Good, Tone::Bad),
            (Err(&error(NextStep::Wait { secs: None }, Trouble::Refused)), Tone::Good, Tone::Warn),
            (Err(&error(NextStep::TryAgain, Trouble::ConnectionRefused)), Tone::Bad, Tone::Bad),
            (Err(&error(config, Trouble::NotAdmitted)), Tone::Bad, Tone::Bad),
            (Err(&error(NextStep::Unknown, Trouble::Silent)), Tone::Warn, Tone::Warn),
            (Err(&error(NextStep::Unknown, Trouble::Unclear)), Tone::Warn, Tone::Warn),
        ] {
            let tones: Vec<_> = answered(Lang::En, 7, outcome).iter().map(|one| one.tone).collect();
            assert_eq!(tones, [first, second], "{outcome:?}");
        }
    }
}
