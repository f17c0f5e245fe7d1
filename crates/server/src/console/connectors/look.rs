//! Looking at the provider's account before anything is saved, and what was seen, in words.
use std::time::Duration;

use haoma_core::limits::for_look;
use haoma_store::limits::{Charged, charge_all};
use serde_json::{Value, json};

use super::gallery::place_name;
use super::pending::Known;
use crate::app::App;
use crate::connectors::desk::{Actor, Entry};
use crate::connectors::kit::account::{
    Account, Inspect, InspectError, Looking, Review, Signature, Template,
};
use crate::connectors::kit::{Factory, Problem as KitProblem};
use crate::console::administrator::Signed;
use crate::error::api::{ApiError, codes};
use crate::views::console::connectors::wizard::Found;
use crate::views::console::lists::{Cell, Table};
use crate::views::console::parts::{Badge, Fact, Link, Notice, Tone};
use crate::web::i18n::Lang;

/// How long a look may take: half of what a request may.
const PATIENCE: Duration = Duration::from_secs(15);

/// What came of a look.
pub(super) enum Looked {
    /// The account was seen.
    Seen(Found, Known),
    /// Not: the provider refused, or did not answer.
    NotSeen(Found),
    /// What is typed does not name an account.
    Wrong(Vec<KitProblem>),
    /// Not now: this administrator looked often.
    Busy(ApiError),
}

/// Looks at the account of a configuration; counted and recorded, because it calls a machine somebody names.
///
/// # Errors
/// A fault of ours.
pub(super) async fn look(
    app: &App,
    signed: &Signed,
    factory: &Factory,
    config: &Value,
) -> Result<Looked, ApiError> {
    let inspect = factory.inspect.ok_or_else(|| ApiError::new(codes::INVALID_INPUT))?;
    let charges = for_look(&app.keys.numbers, signed.who.id.as_str(), signed.now);
    if let Charged::Full(full) = charge_all(&app.db, &charges, signed.now).await? {
        let error = ApiError::new(codes::TOO_MANY_ATTEMPTS).retry_at(full.resets_at, signed.now);
        return Ok(Looked::Busy(error));
    }
    let payload = json!({ "connectorFactoryId": factory.id });
    let event = signed.event(app, "Connector.Looked", &payload);
    app.db.write(haoma_store::audit::record(&event)).await?;
    Ok(see(app, signed, inspect, config).await)
}

async fn see(app: &App, signed: &Signed, inspect: Inspect, config: &Value) -> Looked {
    let lang = signed.visit.lang;
    let (now, entropy) = (signed.now, &app.entropy);
    let looking = Looking { config, now, entropy, within: PATIENCE };
    match inspect(looking).await {
        Ok(account) => Looked::Seen(seen(lang, &account), Known::of(&account)),
        Err(InspectError::Configuration(problems)) => Looked::Wrong(problems),
        Err(InspectError::Refused { code, request_id, explanation, entry }) => {
            Looked::NotSeen(refused(lang, (code, request_id), &explanation, entry))
        }
    }
}

fn seen(lang: Lang, account: &Account) -> Found {
    let known = Known::of(account);
    let counts = [("signatures", known.signatures.len()), ("templates", known.templates.len())];
    let has_code = known.templates.iter().any(|template| !template.is_notice);
    let can_begin = !known.signatures.is_empty() && has_code;
    let tone = if can_begin { Tone::Good } else { Tone::Warn };
    let mut notice = Notice::new(tone, lang.t_numbers("console-found", &counts));
    if !can_begin {
        notice.list.push(lang.t("console-found-too-little").into_owned());
    }
    if !account.is_whole || !known.is_whole {
        notice.list.push(lang.t("console-found-not-whole").into_owned());
    }
    Found {
        notice,
        facts: vec![],
        tables: vec![signatures(lang, account), templates(lang, account)],
    }
}

fn signatures(lang: Lang, account: &Account) -> Table {
    let row = |sign: &Signature| {
        let marks = badges(lang, &sign.review, (sign.is_test_only, sign.is_for_verification));
        vec![Cell::Text(sign.name.clone()), Cell::Badges(marks), note(lang, &sign.review)]
    };
    let columns = ["console-signature", "console-review", "console-note"];
    table(lang, "console-signatures", &columns, account.signatures.iter().map(row).collect())
}

fn templates(lang: Lang, account: &Account) -> Table {
    let row = |one: &Template| {
        let is_for_codes = one.is_for_verification.filter(|_| !one.is_usable_for_notices);
        let mut marks = badges(lang, &one.review, (one.is_test_only, is_for_codes));
        if one.is_usable_for_notices {
            marks.push(Badge::new(Tone::Good, lang.t("console-for-notices")));
        }
        vec![
            Cell::Two(one.name.clone(), one.code.clone()),
            Cell::Text(place_name(lang, one.place)),
            Cell::Badges(marks),
            not_offered(lang, one).unwrap_or_else(|| note(lang, &one.review)),
            Cell::Soft(one.content.clone()),
        ]
    };
    let columns =
        ["console-template", "console-place", "console-review", "console-note", "console-text"];
    table(lang, "console-templates", &columns, account.templates.iter().map(row).collect())
}

fn table(lang: Lang, caption: &str, columns: &[&str], rows: Vec<Vec<Cell>>) -> Table {
    Table {
        caption: lang.t1(caption, "count", rows.len()).into_owned(),
        columns: columns.iter().map(|key| lang.t(key).into_owned()).collect(),
        rows,
    }
}

fn badges(
    lang: Lang,
    review: &Review,
    (is_test_only, is_for_verification): (Option<bool>, Option<bool>),
) -> Vec<Badge> {
    let (tone, key) = match review {
        Review::InReview { .. } => (Tone::Warn, "console-review-waits"),
        Review::Approved => (Tone::Good, "console-review-approved"),
        Review::Rejected { .. } => (Tone::Bad, "console-review-rejected"),
        Review::Cancelled => (Tone::Plain, "console-review-cancelled"),
        Review::Unknown => (Tone::Plain, "console-review-unknown"),
    };
    let mut all = vec![Badge::new(tone, lang.t(key))];
    if is_test_only == Some(true) {
        all.push(Badge::new(Tone::Warn, lang.t("console-test-only")));
    }
    if is_for_verification == Some(false) {
        all.push(Badge::new(Tone::Bad, lang.t("console-not-for-codes")));
    }
    all
}

/// Why an approved template cannot be chosen all the same. That it is not for codes is said by its badge.
fn not_offered(lang: Lang, template: &Template) -> Option<Cell> {
    if template.review != Review::Approved || template.is_usable_for_notices {
        return None;
    }
    if template.is_for_verification == Some(false) {
        return Some(Cell::Text(lang.t("console-template-no-notice").into_owned()));
    }
    let has_braces = template.content.contains("{{");
    let key = match template.variables.len() {
        1 => return None,
        0 if has_braces => "console-template-braces",
        0 => "console-template-no-variable",
        _ => "console-template-variables",
    };
    Some(Cell::Text(lang.t1(key, "names", template.variables.join(", ")).into_owned()))
}

fn note(lang: Lang, review: &Review) -> Cell {
    match review {
        Review::InReview { since: Some(since) } => {
            Cell::Soft(lang.t1("console-review-since", "since", since.clone()).into_owned())
        }
        Review::Rejected { reason: Some(reason) } => Cell::Text(reason.clone()),
        _ => Cell::Nothing,
    }
}

fn refused(
    lang: Lang,
    (code, request_id): (Option<String>, Option<String>),
    explanation: &str,
    entry: Option<&Entry>,
) -> Found {
    let mut notice = Notice::new(Tone::Bad, lang.t("console-not-found"));
    match entry {
        Some(entry) => {
            let words = entry.words(lang);
            let who = who(lang, entry.who);
            let act = format!("{who}{}{}", lang.between_sentences(), words.fix);
            notice.list = vec![words.cause.clone(), act];
            notice.link =
                entry.link.clone().map(|href| Link::new(lang.t("console-act-here"), href));
        }
        None => notice.list.push(explanation.to_owned()),
    }
    Found { notice, facts: support_facts(lang, code, request_id), tables: vec![] }
}

/// Who has to act, in a sentence.
pub(super) fn who(lang: Lang, actor: Actor) -> String {
    lang.t(match actor {
        Actor::Administrator => "console-who-administrator",
        Actor::EndUser => "console-who-end-user",
        Actor::Aliyun => "console-who-provider",
        Actor::Haoma => "console-who-haoma",
    })
    .into_owned()
}

/// What the provider's support asks for.
pub(super) fn support_facts(
    lang: Lang,
    code: Option<String>,
    request_id: Option<String>,
) -> Vec<Fact> {
    let code = code.map(|code| Fact::code(lang.t("console-provider-code"), code));
    let id = request_id.map(|id| Fact::code(lang.t("console-provider-request"), id));
    code.into_iter().chain(id).collect()
}
