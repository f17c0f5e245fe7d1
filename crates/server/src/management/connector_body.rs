//! What a caller may say of a connector, and how one is shown (wire contract C.2).
use std::collections::BTreeMap;

use haoma_core::ids::ConnectorId;
use haoma_core::time::Timestamp;
use serde_json::{Map, Value, json};

use super::input::{Fields, Problems};
use crate::connectors::factory;
use crate::connectors::kit::{Factory, wire};
use crate::error::api::{ApiError, codes};

const MOST_NAME: usize = 128;

/// A connector that shall be made.
#[derive(Debug)]
pub struct NewConnector {
    /// The kind.
    pub factory: &'static Factory,
    /// As posted, not checked.
    pub config: Map<String, Value>,
}

/// What every body of a connector may hold.
struct Posted {
    config: Option<Map<String, Value>>,
    has_metadata: bool,
    syncs_profile: bool,
    stores_tokens: bool,
}

/// Reads `POST /api/connectors`.
///
/// # Errors
/// `guard.invalid_input` with every problem; `connector.not_found_with_connector_id`; what only other kinds of connectors can do.
pub fn new(body: Value) -> Result<NewConnector, ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let id = fields.required_text("connectorId", MOST_NAME);
    let posted = posted(&mut fields);
    problems.check()?;
    let factory = factory(&id).ok_or_else(|| ApiError::new(codes::UNKNOWN_FACTORY))?;
    let config = posted.for_sms()?.unwrap_or_default();
    Ok(NewConnector { factory, config })
}

/// Reads `PATCH /api/connectors/{id}`: the new configuration, if there is one.
///
/// # Errors
/// As for [`new`].
pub fn change(body: Value) -> Result<Option<Map<String, Value>>, ApiError> {
    let mut problems = Problems::default();
    let posted = posted(&mut Fields::of(body, &mut problems));
    problems.check()?;
    posted.for_sms()
}

fn posted(fields: &mut Fields<'_>) -> Posted {
    let metadata = fields.object("metadata").unwrap_or_default();
    Posted {
        config: fields.object("config"),
        has_metadata: metadata.values().any(|value| !value.is_null()),
        syncs_profile: fields.flag("syncProfile").unwrap_or_default(),
        stores_tokens: fields.flag("enableTokenStorage").unwrap_or_default(),
    }
}

impl Posted {
    /// The configuration, unless something was asked for that no SMS connector does.
    fn for_sms(self) -> Result<Option<Map<String, Value>>, ApiError> {
        let refusals = [
            (self.has_metadata, codes::FIXED_METADATA),
            (self.syncs_profile, codes::NO_PROFILE),
            (self.stores_tokens, codes::NO_TOKENS),
        ];
        match refusals.into_iter().find(|(is_asked, _)| *is_asked) {
            Some((_, code)) => Err(ApiError::new(code)),
            None => Ok(self.config),
        }
    }
}

/// How a connector is shown: its kind, and in it what is its own. `config` must be redacted; of its secrets it is told when
/// they were set.
pub fn shown(
    factory: &Factory,
    id: &ConnectorId,
    (config, set_at): (&Value, &BTreeMap<&'static str, Timestamp>),
) -> Value {
    let mut shown = wire(factory);
    let own = json!({
        "id": id,
        "connectorId": factory.id,
        "metadata": {},
        "config": config,
        "secretsSetAt": set_at.iter().map(|(key, at)| ((*key).to_owned(), at.0.into())).collect::<Map<_, Value>>(),
        "syncProfile": false,
        "enableTokenStorage": false,
        "extraInfo": {},
    });
    if let (Some(shown), Value::Object(own)) = (shown.as_object_mut(), own) {
        shown.extend(own);
    }
    shown
}
