//! What a caller may say of a web-hook, and how one is shown (wire contract C.9).
use std::collections::BTreeMap;

use haoma_core::hooks::{MOST_QUICK_RETRIES, QUICK_RETRIES, is_known};
use haoma_core::role::{Right, Role};
use haoma_store::hooks::Hook;
use serde_json::{Map, Value, json};

use super::input::{Fields, Problems};
use crate::error::api::{ApiError, codes};
use crate::hooks::config::{HookConfig, MOST_HEADERS, header, masked};
use crate::hooks::saving::Wanted;
use crate::outbound::Target;
use crate::web::i18n::Lang;

/// Characters of a hook's name.
pub const MOST_NAME: usize = 128;
/// Characters of a name of something that happens.
const MOST_EVENT: usize = 64;
/// Characters of an address.
pub const MOST_URL: usize = 2048;

/// Reads `POST /api/hooks`. The signing key is made later.
///
/// # Errors
/// `guard.invalid_input` with every problem; `hook.missing_events`.
pub fn new(body: Value, role: Role) -> Result<Wanted, ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let name = fields.required_text("name", MOST_NAME);
    let given = events(&mut fields);
    if given.as_ref().is_none_or(Vec::is_empty) {
        fields.refuse_as("events", codes::HOOK_MISSING_EVENTS, codes::HOOK_MISSING_EVENTS.message);
    }
    let is_enabled = fields.flag("enabled").unwrap_or(true);
    let config = fields.required_nested("config", |inner| config(inner, None, role));
    problems.check()?;
    let config = config.unwrap_or_else(|| nothing().config);
    Ok(Wanted { name, events: given.unwrap_or_default(), config, is_enabled })
}

/// What is known of a hook that is not there.
pub fn nothing() -> Wanted {
    let config = HookConfig {
        url: String::new(),
        headers: BTreeMap::new(),
        retries: QUICK_RETRIES,
        allow_private_addresses: false,
        signing_key: String::new(),
    };
    Wanted { name: String::new(), events: vec![], config, is_enabled: false }
}

/// Reads `PATCH /api/hooks/{id}` of a hook that is so. Each given member replaces the stored one as a whole, but for values of headers
/// that the caller was not shown.
///
/// # Errors
/// As for [`new`].
pub fn change(body: Value, stored: &Wanted, role: Role) -> Result<Wanted, ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let name = fields.text("name", MOST_NAME);
    let given = events(&mut fields);
    if given.as_ref().is_some_and(Vec::is_empty) {
        fields.refuse_as("events", codes::HOOK_MISSING_EVENTS, codes::HOOK_MISSING_EVENTS.message);
    }
    let is_enabled = fields.flag("enabled");
    let config = fields.nested("config", |inner| config(inner, Some(&stored.config), role));
    problems.check()?;
    Ok(Wanted {
        name: name.unwrap_or_else(|| stored.name.clone()),
        events: given.unwrap_or_else(|| stored.events.clone()),
        config: config.unwrap_or_else(|| stored.config.clone()),
        is_enabled: is_enabled.unwrap_or(stored.is_enabled),
    })
}

/// Reads `POST /api/hooks/{id}/test`: which events, and where they are sent to.
///
/// # Errors
/// As for [`new`].
pub fn test(
    body: Value,
    stored: &HookConfig,
    role: Role,
) -> Result<(Vec<String>, HookConfig), ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let config = fields.required_nested("config", |inner| config(inner, Some(stored), role));
    let mut given = fields.texts("events", judge).unwrap_or_default();
    if given.is_empty() {
        fields.refuse_as("events", codes::HOOK_MISSING_EVENTS, codes::HOOK_MISSING_EVENTS.message);
    }
    given.sort_unstable();
    given.dedup();
    problems.check()?;
    Ok((given, config.unwrap_or_else(|| stored.clone())))
}

/// `events`, or `event` as it was before there could be several.
fn events(fields: &mut Fields<'_>) -> Option<Vec<String>> {
    let given = fields.texts("events", judge);
    let legacy = fields.text("event", MOST_EVENT);
    if legacy.as_deref().is_some_and(|event| !is_known(event)) {
        fields.refuse("event", "must be the name of an event");
    }
    given.or(legacy.map(|event| vec![event]))
}

fn judge(event: &str) -> Result<(), &'static str> {
    if is_known(event) { Ok(()) } else { Err("must be the name of an event") }
}

/// Where a hook is reached. Of `stored` are the signing key and what the caller was not shown.
fn config(fields: &mut Fields<'_>, stored: Option<&HookConfig>, role: Role) -> HookConfig {
    let url = fields.required_text("url", MOST_URL);
    let headers = fields.object("headers").unwrap_or_default();
    let retries = fields.number("retries", 0..=MOST_QUICK_RETRIES);
    let asked = fields.flag("allowPrivateAddresses");
    let same = stored.filter(|stored| stored.url == url);
    // what makes this server call its own network is for owners, and for the address they allowed it for
    let allow_private_addresses = if role.may(Right::Administer) {
        asked.unwrap_or_default()
    } else {
        same.is_some_and(|stored| stored.allow_private_addresses)
    };
    let config = HookConfig {
        url,
        headers: read_headers(fields, headers, (stored, same.is_some())),
        retries: retries.unwrap_or(QUICK_RETRIES),
        allow_private_addresses,
        signing_key: stored.map(|stored| stored.signing_key.clone()).unwrap_or_default(),
    };
    if !config.url.is_empty()
        && let Err(kind) = Target::parse(&config.url, config.reach())
    {
        fields.refuse("url", &kind.message(Lang::En));
    }
    config
}

/// A value that is only shown masked is kept, unless the address is another: it was meant for the one before.
fn read_headers(
    fields: &mut Fields<'_>,
    given: Map<String, Value>,
    (stored, is_same_address): (Option<&HookConfig>, bool),
) -> BTreeMap<String, String> {
    const PLACE: &str = "headers";
    if given.len() > MOST_HEADERS {
        fields.refuse(PLACE, "must not be more than 20");
    }
    let mut read = BTreeMap::new();
    for (name, value) in given {
        let Value::String(mut value) = value else {
            fields.refuse(PLACE, "must have texts as values");
            continue;
        };
        let kept = stored.and_then(|stored| stored.headers.get(&name));
        if let Some(kept) = kept.filter(|kept| masked(kept) == value) {
            if !is_same_address {
                fields.refuse(PLACE, "must have values written out when the address is another");
                continue;
            }
            value.clone_from(kept);
        }
        match header(&name, &value) {
            Ok(_) => drop(read.insert(name, value)),
            Err(why) => fields.refuse(PLACE, why),
        }
    }
    read
}

/// The members in which two hooks differ, for the audit log.
pub fn differences(before: &Wanted, after: &Wanted) -> Vec<&'static str> {
    let all = [
        ("name", before.name == after.name),
        ("events", before.events == after.events),
        ("config", before.config == after.config),
        ("enabled", before.is_enabled == after.is_enabled),
    ];
    all.into_iter().filter(|(_, is_same)| !is_same).map(|(name, _)| name).collect()
}

/// How a hook is shown: its signing key whole only where it was just made.
pub fn shown(hook: &Hook, wanted: &Wanted, is_key_new: bool) -> Value {
    let config = &wanted.config;
    let key = if is_key_new { config.signing_key.clone() } else { masked(&config.signing_key) };
    json!({
        "tenantId": "default",
        "id": hook.id,
        "name": wanted.name,
        "event": null,
        "events": wanted.events,
        "config": {
            "url": config.url,
            "headers": config.masked_headers(),
            "retries": config.retries,
            "allowPrivateAddresses": config.allow_private_addresses,
        },
        "signingKey": key,
        "enabled": wanted.is_enabled,
        "createdAt": hook.created_at,
    })
}
