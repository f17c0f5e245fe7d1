//! Web-hooks: other programs are told what happened here (wire contract C.9).
//!
//! What is told is written in the unit of what happened ([`tell`]), and sent afterwards, at least once ([`deliver`]). While nobody wants
//! to know, nothing is written and nothing is read.
pub mod body;
pub mod config;
pub mod deliver;
pub mod health;
pub mod saving;
pub mod sending;

use haoma_core::hooks::{Family, HookEvent};
use haoma_core::ids::{DeliveryId, HookId, UserId};
use haoma_core::time::Timestamp;
use haoma_store::audit::Event;
use haoma_store::hook_deliveries::{NewDelivery, row_of};
use haoma_store::hooks::{self, Hook};
use serde_json::{Map, Value, json};

use self::config::HookConfig;
use crate::app::App;
use crate::seal::SealKeys;
use crate::web::iso::iso;

/// Every hook, as it was stored when this was loaded.
#[derive(Debug, Default)]
pub struct Hooks {
    versions: Vec<(HookId, i64)>,
    all: Vec<Subscriber>,
}

/// A hook with its configuration opened.
#[derive(Debug, Clone)]
pub struct Subscriber {
    /// Its row.
    pub id: HookId,
    /// What it is told of, as far as it happens here.
    pub events: Vec<HookEvent>,
    /// One that is not is told nothing.
    pub is_enabled: bool,
    /// Where it is reached.
    pub config: HookConfig,
}

impl Hooks {
    /// Opens what is stored. A hook that does not open is left out: the others are told all the same.
    pub fn open(rows: &[Hook], seal: &SealKeys) -> Self {
        let opened = |hook: &Hook| {
            let config = HookConfig::open(hook, seal);
            let config = config.inspect_err(|error| {
                tracing::error!(hook.id = %hook.id, %error, "a web-hook cannot be used");
            });
            Some(Subscriber {
                id: hook.id.clone(),
                events: events(hook).iter().filter_map(|name| HookEvent::parse(name)).collect(),
                is_enabled: hook.is_enabled,
                config: config.ok()?,
            })
        };
        Self {
            versions: rows.iter().map(|hook| (hook.id.clone(), hook.version)).collect(),
            all: rows.iter().filter_map(opened).collect(),
        }
    }

    /// Whether these are the hooks of which this is stored.
    pub fn are(&self, versions: &[(HookId, i64)]) -> bool {
        self.versions == versions
    }

    /// One of them, unless it is told nothing.
    pub fn find(&self, id: &HookId) -> Option<&Subscriber> {
        self.enabled().find(|hook| hook.id == *id)
    }

    /// Those that are told something.
    pub fn enabled(&self) -> impl Iterator<Item = &Subscriber> {
        self.all.iter().filter(|hook| hook.is_enabled)
    }

    fn telling(&self, event: HookEvent) -> impl Iterator<Item = &Subscriber> {
        self.enabled().filter(move |hook| hook.events.contains(&event))
    }

    /// Whether anybody is told of this.
    pub fn want(&self, event: HookEvent) -> bool {
        self.telling(event).next().is_some()
    }
}

/// The names of what a hook is told of, also of what never happens here.
pub fn events(hook: &Hook) -> Vec<String> {
    serde_json::from_str(&hook.events).unwrap_or_default()
}

/// Loads the hooks anew where the stored ones are others.
///
/// # Errors
/// The database's.
pub async fn reload(app: &App) -> anyhow::Result<()> {
    if app.hooks.load().are(&hooks::versions(&app.db).await?) {
        return Ok(());
    }
    let loaded = Hooks::open(&hooks::list(&app.db).await?, &app.keys.seal);
    tracing::info!(count = loaded.all.len(), "web-hooks loaded");
    app.hooks.store(std::sync::Arc::new(loaded));
    Ok(())
}

/// What is known of something that happened, besides its name.
#[derive(Debug)]
pub struct About<'a> {
    /// When it happened.
    pub at: Timestamp,
    /// Who did it, where somebody did: what the audit log is told of the same.
    pub by: Option<&'a Event>,
    /// The user it is about. They are looked up when it is told: what is told is true then, and nothing of them lies about until then.
    pub user: Option<&'a UserId>,
    /// What else the body holds: a JSON object.
    pub more: Value,
}

impl<'a> About<'a> {
    /// Of what somebody did, to nobody in particular.
    pub const fn by(event: &'a Event, more: Value) -> Self {
        Self { at: event.at, by: Some(event), user: None, more }
    }

    /// The same, to this user.
    pub const fn of_user(event: &'a Event, user: &'a UserId, more: Value) -> Self {
        Self { at: event.at, by: Some(event), user: Some(user), more }
    }

    /// Of what nobody did.
    pub const fn itself(at: Timestamp, more: Value) -> Self {
        Self { at, by: None, user: None, more }
    }
}

/// What hooks are told of this, to be stored in the unit of what happened. Empty, and free, where nobody wants to know.
pub fn tell<'a>(
    app: &App,
    event: HookEvent,
    about: impl FnOnce() -> About<'a>,
) -> Vec<NewDelivery> {
    let hooks = app.hooks.load();
    if !hooks.want(event) {
        return vec![];
    }
    let about = about();
    hooks.telling(event).filter_map(|hook| delivery(app, hook, event, &about)).collect()
}

/// What hooks are told of a user that somebody changed who manages; `more` is a JSON object. Of one who is deleted the id is all.
pub fn tell_of_user(
    app: &App,
    kind: HookEvent,
    event: &Event,
    user: &UserId,
    more: impl FnOnce() -> Value,
) -> Vec<NewDelivery> {
    tell(app, kind, || {
        let mut about = About::of_user(event, user, more());
        if kind == HookEvent::UserDeleted {
            about.user = None;
            if let Some(more) = about.more.as_object_mut() {
                more.insert("data".to_owned(), json!({ "id": user }));
            }
        }
        about
    })
}

fn delivery(
    app: &App,
    hook: &Subscriber,
    event: HookEvent,
    about: &About<'_>,
) -> Option<NewDelivery> {
    let at = about.at;
    let id = DeliveryId::generate(at, &app.entropy);
    let context = Value::Object(context((&hook.id, &id), event, about)).to_string();
    // cannot fail with a key of the right length; what happened is not lost over it
    let sealed = app.keys.seal.seal(&app.entropy, &row_of(&id), &context);
    let sealed = sealed.inspect_err(|error| {
        tracing::error!(hook.id = %hook.id, event = event.as_str(), %error, "a web-hook is not told");
    });
    Some(NewDelivery {
        id,
        hook_id: hook.id.clone(),
        event: event.as_str(),
        user_id: about.user.cloned(),
        context_sealed: sealed.ok()?,
        at,
    })
}

/// The body but for what is looked up when it is sent. What is not known is left out.
fn context(
    (hook, id): (&HookId, &DeliveryId),
    event: HookEvent,
    about: &About<'_>,
) -> Map<String, Value> {
    let is_interaction = event.family() == Family::Interaction;
    let of = |part: fn(&Event) -> &Option<String>| about.by.and_then(|by| part(by).as_ref());
    let walk = of(|by| &by.interaction_id);
    let application = of(|by| &by.application_id).filter(|_| walk.is_some());
    let known = [
        ("event", Some(json!(event.as_str()))),
        ("hookId", Some(json!(hook))),
        ("deliveryId", Some(json!(id))),
        ("createdAt", Some(json!(iso(about.at)))),
        ("userAgent", of(|by| &by.user_agent).map(|agent| json!(agent))),
        (if is_interaction { "userIp" } else { "ip" }, of(|by| &by.ip).map(|ip| json!(ip))),
        ("sessionId", walk.map(|id| json!(id))),
        ("applicationId", application.map(|id| json!(id))),
        ("userId", about.user.filter(|_| is_interaction).map(|id| json!(id))),
    ];
    let known = known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let mut context: Map<_, _> = known.collect();
    if let Some(more) = about.more.as_object() {
        context.extend(more.clone());
    }
    context
}
