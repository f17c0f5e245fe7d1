//! Whom messages are kept from and let through to: kept in memory by every node, and changed here.
use std::convert::Infallible;
use std::sync::Arc;

use haoma_core::ids::SendingRuleId;
use haoma_core::limits::number_id;
use haoma_core::network::Network;
use haoma_core::phone::{PhoneNumber, Region};
use haoma_core::sending_rules::{Effect, MOST_RULES, Prefix, Rule, SendingRules, Subject};
use haoma_core::time::Timestamp;
use haoma_store::audit::Event;
use haoma_store::sending_rules::{self as store, Stored};
use serde_json::{Value, json};

use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::reload;

/// How often somebody else may be faster who changes the same rule.
const MOST_TRIES: usize = 5;

/// The rules as they were stored when this was loaded.
#[derive(Debug, Default)]
pub struct Loaded {
    version: i64,
    /// For looking them up.
    pub rules: SendingRules,
}

/// What a rule shall be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Numbers of a country.
    Country(Region),
    /// Numbers that begin so.
    Prefix(Prefix),
    /// One number.
    Number(PhoneNumber),
    /// An address that asks, or a network of them.
    Network(Network),
}

/// A rule that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What it is about.
    pub about: About,
    /// What it does.
    pub effect: Effect,
    /// Why, in somebody's words.
    pub reason: Option<String>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

/// Loads the rules anew where the stored ones are others.
///
/// # Errors
/// The database's.
pub async fn reload(app: &App) -> anyhow::Result<()> {
    // the version first: what is changed in between is loaded once more
    let version = store::version(&app.db).await?;
    if version == app.sending_rules.load().version {
        return Ok(());
    }
    let all = store::all(&app.db).await?;
    tracing::info!(version, count = all.len(), "rules of sending loaded");
    app.sending_rules.store(Arc::new(Loaded { version, rules: SendingRules::new(all) }));
    Ok(())
}

impl About {
    fn subject(self, app: &App) -> (Subject, String) {
        match self {
            Self::Country(region) => (Subject::Country(region), region.to_string()),
            Self::Prefix(prefix) => {
                let label = format!("+{}", prefix.digits());
                (Subject::Prefix(prefix), label)
            }
            Self::Number(phone) => {
                (Subject::Number(number_id(&app.keys.numbers, &phone)), phone.masked())
            }
            Self::Network(network) => (Subject::Network(network), network.to_string()),
        }
    }
}

/// Stores a rule; this node goes by it at once, every other within moments. Where one about the same stands, `may_go` says whether it is
/// replaced; what it answers otherwise is the answer, and nothing is changed. `event` makes the event that tells of it, and of what was
/// replaced.
///
/// # Errors
/// `sending_rule.too_many`; the database's.
pub async fn save<E>(
    app: &App,
    wanted: Wanted,
    (made_by, now): (&str, Timestamp),
    may_go: impl Fn(&Stored) -> Result<(), E>,
    event: impl Fn(&'static str, &Value) -> Event,
) -> Result<Result<Stored, E>, ApiError> {
    let Wanted { about, effect, reason, expires_at } = wanted;
    let (subject, label) = about.subject(app);
    let id = SendingRuleId::generate(now, &app.entropy);
    let rule = Rule { subject, effect, expires_at };
    let (made_by, created_at) = (made_by.to_owned(), now);
    let new = Stored { id, rule, label, reason, made_by, created_at };
    for _ in 0..MOST_TRIES {
        let old = store::find_about(&app.db, &new.rule.subject, now).await?;
        if let Some(Err(no)) = old.as_ref().map(&may_go) {
            return Ok(Err(no));
        }
        let mut payload = told(&new);
        if let (Some(old), Some(payload)) = (&old, payload.as_object_mut()) {
            payload.insert("replaced".to_owned(), told(old));
        }
        let event = event("SendingRule.Saved", &payload);
        let gone = old.as_ref().map(|old| &old.id);
        if store::replace(&app.db, &new, gone, MOST_RULES, &event).await? {
            apply(app).await;
            return Ok(Ok(new));
        }
        let count = usize::try_from(store::count(&app.db).await?).unwrap_or(usize::MAX);
        if old.is_none() && count >= MOST_RULES {
            return Err(ApiError::new(codes::TOO_MANY_RULES));
        }
        // somebody else was faster: what stands now is looked at
    }
    Err(ApiError::new(codes::UNAVAILABLE))
}

/// For somebody who replaces whatever stands.
///
/// # Errors
/// Never.
pub fn whatever(_there: &Stored) -> Result<(), Infallible> {
    Ok(())
}

/// Takes a rule away.
///
/// # Errors
/// `entity.not_exists` when there is none; the database's.
pub async fn delete(
    app: &App,
    id: &SendingRuleId,
    event: impl FnOnce(&'static str, &Value) -> Event,
) -> Result<(), ApiError> {
    let gone = || ApiError::new(codes::ENTITY_NOT_EXISTS);
    let found = store::find(&app.db, id).await?.ok_or_else(gone)?;
    let event = event("SendingRule.Deleted", &told(&found));
    if !store::delete(&app.db, id, &event).await? {
        return Err(gone());
    }
    apply(app).await;
    Ok(())
}

/// What the audit log is told of a rule: of a number no more than that it is one, of the reason nothing.
fn told(rule: &Stored) -> Value {
    let Rule { subject, effect, expires_at } = &rule.rule;
    let value = match subject {
        Subject::Number(_) => Value::Null,
        _ => json!(rule.label),
    };
    json!({
        "ruleId": rule.id, "type": effect.as_str(), "kind": subject.kind().as_str(), "value": value,
        "expiresAt": expires_at,
    })
}

/// It is stored; a node that cannot load it now does so in a moment.
async fn apply(app: &App) {
    if let Err(error) = reload::run(app).await {
        tracing::warn!(%error, "a rule of sending is stored and not loaded yet");
    }
}
