//! Whom messages are kept from, and whom they are let through to: the list, a new one, the end of one.
use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::ids::MessageId;
use haoma_core::role::Right;
use haoma_core::sending_rules::{Effect, Kind, Subject};
use haoma_store::sending_rules::{self as store, Stored};
use haoma_store::{administrators, messages};
use serde_json::{Value, json};

use super::block::{DAYS, lasts};
use super::{HERE, RULES, replace, tabs};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::done::Done;
use crate::console::forms::{self, Sent, wrong_at};
use crate::console::listing::{Address, SIZE, beyond, place};
use crate::console::prove::Fields;
use crate::console::shell::shell;
use crate::error::api::{ApiError, codes};
use crate::experience::pages::countries;
use crate::management::query::Query;
use crate::management::sending_rule_body::{self, MOST_REASON, MOST_VALUE};
use crate::management::sending_rules::parse;
use crate::reconcile;
use crate::sending_rules;
use crate::views::console::fields::{Choice, Choices, Field};
use crate::views::console::lists::Empty;
use crate::views::console::messages::{grouped, in_words};
use crate::views::console::parts::{Badge, Confirm, Head, Tone};
use crate::views::console::security::{Line, RuleForm, RulesPage};
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

const DAY_SECS: i64 = 24 * 60 * 60;

/// `GET /console/security/rules`.
pub(super) async fn list(
    State(app): State<App>,
    signed: Signed,
    query: Query,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    page(&app, &signed, &query, None).await
}

/// `POST /console/security/rules`: typed, or a button beside what is to be blocked.
pub(super) async fn create(
    State(app): State<App>,
    signed: Signed,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let fields = forms::read(sent)?;
    let body = body(&app, &signed, &fields).await?;
    let default = app.experience.load().phone_regions.default;
    let wanted = match sending_rule_body::read(body, Some(default), signed.now) {
        Ok(wanted) => wanted,
        Err(error) => {
            return page(&app, &signed, &Query::default(), Some((&fields, &error))).await;
        }
    };
    let said = match wanted.effect {
        Effect::Block => "console-rule-blocked",
        Effect::Allow => "console-rule-allowed",
    };
    let event = |key: &'static str, payload: &Value| signed.event(&app, key, payload);
    let by = (signed.who.id.as_str(), signed.now);
    // a button stands beside what it is about, not beside the rule there may be: whoever presses it has not seen that
    let seen = forms::one(&fields, replace::FIELD);
    let may_go = |there: &Stored| {
        if there.id.as_str() == seen { Ok(()) } else { Err(Box::new(there.clone())) }
    };
    match sending_rules::save(&app, wanted.clone(), by, may_go, event).await {
        Ok(Ok(_stored)) => Ok(Done::good(said).on(&app, RULES)),
        Ok(Err(there)) => replace::ask(&app, &signed, &fields, &wanted, &there).await,
        Err(error) if error.code == codes::TOO_MANY_RULES => {
            Ok(Done::bad("error-sending-rule-too-many").on(&app, RULES))
        }
        Err(error) => Err(error),
    }
}

/// `POST /console/security/rules/{id}/delete`. One that is gone already is what was wanted.
pub(super) async fn delete(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let event = |key: &'static str, payload: &Value| signed.event(&app, key, payload);
    match sending_rules::delete(&app, &parse(&id)?, event).await {
        Err(error) if error.code != codes::ENTITY_NOT_EXISTS => Err(error),
        _ => Ok(Done::good("console-rule-deleted").on(&app, RULES)),
    }
}

/// The form as the API reads it. The number of a message is looked up here: it is in no form.
async fn body(app: &App, signed: &Signed, fields: &Fields) -> Result<Value, ApiError> {
    let typed = forms::one(fields, "value").to_owned();
    let value = match MessageId::parse(forms::one(fields, "message")) {
        Err(_no_message) => typed,
        Ok(id) => {
            let gone = || ApiError::new(codes::NOT_FOUND);
            let message = messages::find(&app.db, &id).await?.ok_or_else(gone)?;
            reconcile::open(app, &message).ok_or_else(gone)?.e164()
        }
    };
    let days = forms::one(fields, "days").parse().ok().filter(|days| DAYS.contains(days));
    let end = days.filter(|days| *days > 0).map(|days| signed.now.plus_secs(days * DAY_SECS));
    Ok(json!({
        "type": forms::one(fields, "type"), "kind": forms::one(fields, "kind"), "value": value,
        "reason": forms::nullable(fields, "reason"), "expiresAt": end,
    }))
}

async fn page(
    app: &App,
    signed: &Signed,
    query: &Query,
    typed: Option<(&Fields, &ApiError)>,
) -> Result<Response, ApiError> {
    let lang = signed.visit.lang;
    let place = place(query);
    let address = Address::new(RULES);
    let found = store::list(&app.db, &place, SIZE).await?;
    let nothing = || Empty {
        title: lang.t("console-rules-none").into_owned(),
        lead: lang.t("console-rules-none-lead").into_owned(),
        action: None,
    };
    let empty =
        found.items.is_empty().then(|| beyond(lang, &found, &place).unwrap_or_else(nothing));
    let status = typed.and_then(|(_, error)| StatusCode::from_u16(error.code.status).ok());
    let page = RulesPage {
        shell: shell(app, signed, HERE, &address.at(&place)),
        head: Head {
            lead: Some(lang.t("console-security-lead").into_owned()),
            ..Head::new(lang.t(HERE.key()))
        },
        tabs: tabs(lang, RULES),
        rules: lines(app, signed, &found.items).await?,
        empty,
        pager: address.pager(&found, &place),
        form: signed.who.role.may(Right::Write).then(|| form(lang, typed)),
    };
    Ok(signed.draw(app, status.unwrap_or(StatusCode::OK), &page))
}

/// Rules as they are listed.
pub(super) async fn lines(
    app: &App,
    signed: &Signed,
    found: &[Stored],
) -> Result<Vec<Line>, ApiError> {
    let everybody = administrators::list(&app.db).await?;
    let names: BTreeMap<_, _> =
        everybody.into_iter().map(|one| (one.id.as_str().to_owned(), one.name)).collect();
    let lang = signed.visit.lang;
    let may_write = signed.who.role.may(Right::Write);
    let line = |one: &Stored| {
        let name = title(lang, one);
        let by = names.get(&one.made_by).cloned().unwrap_or_else(|| one.made_by.clone());
        Line {
            is_code: one.rule.subject.kind() == Kind::Network,
            badges: badges(lang, one),
            reason: one.reason.clone(),
            text: [
                kind(lang, one),
                until(lang, one),
                lang.t1("console-rule-by", "name", by).into_owned(),
                in_words(one.created_at),
            ]
            .join(" · "),
            deed: may_write.then(|| unblock(lang, one, &name)),
            name,
        }
    };
    Ok(found.iter().map(line).collect())
}

/// What a rule is about.
pub(super) fn title(lang: Lang, one: &Stored) -> String {
    match &one.rule.subject {
        Subject::Country(region) => countries::name(lang, *region),
        Subject::Prefix(_) => format!("{}…", one.label),
        Subject::Number(_) => grouped(&one.label),
        Subject::Network(_) => one.label.clone(),
    }
}

/// Of which kind that is.
pub(super) fn kind(lang: Lang, one: &Stored) -> String {
    lang.t(&format!("console-rule-kind-{}", one.rule.subject.kind().as_str())).into_owned()
}

/// What it does.
pub(super) fn badges(lang: Lang, one: &Stored) -> Vec<Badge> {
    let (tone, key) = match one.rule.effect {
        Effect::Block => (Tone::Bad, "console-rule-is-blocked"),
        Effect::Allow => (Tone::Good, "console-rule-is-allowed"),
    };
    vec![Badge::new(tone, lang.t(key))]
}

/// How long.
pub(super) fn until(lang: Lang, one: &Stored) -> String {
    match one.rule.expires_at {
        None => lang.t("console-rule-always").into_owned(),
        Some(end) => lang.t1("console-rule-until", "until", in_words(end)).into_owned(),
    }
}

fn unblock(lang: Lang, one: &Stored, name: &str) -> Confirm {
    let key = match one.rule.effect {
        Effect::Block => "console-rule-unblock",
        Effect::Allow => "console-rule-disallow",
    };
    Confirm {
        ask: lang.t(key).into_owned(),
        of: Some(name.to_owned()),
        text: lang.t(&format!("{key}-what")).into_owned(),
        action: format!("{RULES}/{}/delete", one.id),
        go: lang.t(key).into_owned(),
        is_calm: true,
        ..Confirm::default()
    }
}

fn form(lang: Lang, typed: Option<(&Fields, &ApiError)>) -> RuleForm {
    let nothing = vec![];
    let (fields, error) = typed.map_or((&nothing, None), |(fields, error)| (fields, Some(error)));
    let t = |key: &str| lang.t(key).into_owned();
    let one = |name: &str| forms::one(fields, name);
    let or = |text: &'static str, name: &str| {
        Some(one(name)).filter(|text| !text.is_empty()).unwrap_or(text).to_owned()
    };
    let wrong = |place: &str, key: &str| wrong_at(lang, error, place, key);
    let (effect, kind) = (or("block", "type"), or("number", "kind"));
    let effects = [Effect::Block, Effect::Allow].map(|one| {
        let key = format!("console-rule-{}", one.as_str());
        let hint = t(&format!("{key}-hint"));
        Choice::new(one.as_str(), t(&key), &effect).hint(hint)
    });
    let kinds = Kind::ALL.map(|one| {
        Choice::new(one.as_str(), t(&format!("console-rule-kind-{}", one.as_str())), &kind)
    });
    let problem = value_problem(lang, error, &kind);
    RuleForm {
        effect: Choices::new("type", t("console-rule-effect"), effects.to_vec())
            .wrong(wrong("type", "console-rule-effect-wrong")),
        kind: Choices::new("kind", t("console-rule-kind"), kinds.to_vec())
            .wrong(wrong("kind", "console-rule-kind-wrong")),
        value: Field::new("value", t("console-rule-value"))
            .holding(one("value"))
            .at_most(MOST_VALUE)
            .code()
            .hint(t("console-rule-value-hint"))
            .wrong(problem),
        lasts: lasts(lang, one("days")),
        reason: Field::new("reason", t("console-rule-reason"))
            .holding(one("reason"))
            .at_most(MOST_REASON)
            .optional()
            .hint(t("console-rule-reason-hint"))
            .wrong(wrong("reason", "console-rule-reason-wrong")),
    }
}

fn value_problem(lang: Lang, error: Option<&ApiError>, kind: &str) -> Option<Problem> {
    let known = Kind::parse(kind).map_or(Kind::Number, |kind| kind);
    wrong_at(lang, error, "value", &format!("console-rule-value-wrong-{}", known.as_str()))
}
