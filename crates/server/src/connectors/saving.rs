//! How a connector is created, changed, and deleted: checked whole, sealed, stored as a version, in use at once.
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use haoma_core::ids::ConnectorId;
use haoma_core::time::Timestamp;
use haoma_store::audit::Event;
use haoma_store::connectors::{self, Connector as Stored, SavedBy, row_of};
use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::kit::{self, Ages, Connector, Factory, Problem};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::reload;

/// Versions read at a time.
const PAGE: i64 = 50;

/// A configuration that was checked, not stored.
#[derive(Clone)]
pub struct Draft {
    /// The kind.
    pub factory: &'static Factory,
    /// The client it makes.
    pub connector: Arc<dyn Connector>,
    config: Value,
}

/// Not the configuration, which holds secrets.
impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").field("factory", &self.factory.id).finish_non_exhaustive()
    }
}

/// Who saves, and what the audit log is told of it.
#[derive(Debug)]
pub struct Saving {
    /// Stands at the version.
    pub by: SavedBy,
    /// For the audit log.
    pub event: Event,
    /// When.
    pub now: Timestamp,
}

impl Draft {
    /// Checks what was posted. Secrets that it leaves out or only shows masked are those of the version it is an edit of.
    ///
    /// # Errors
    /// Everything that is wrong, with its place.
    pub fn check(
        factory: &'static Factory,
        posted: &Value,
        stored: Option<&Value>,
    ) -> Result<Self, Vec<Problem>> {
        let config = match stored {
            Some(stored) => kit::merge_secrets(posted, stored, factory),
            None => posted.clone(),
        };
        let connector = (factory.build)(&config)?;
        Ok(Self { factory, connector, config })
    }

    /// The configuration as it may be shown.
    pub fn redacted(&self) -> Value {
        kit::redact(&self.config, self.factory)
    }

    fn seal(
        &self,
        app: &App,
        (id, version): (ConnectorId, i64),
        saving: &Saving,
    ) -> Result<Stored, ApiError> {
        let config = self.config.to_string();
        let sealed = app.keys.seal.seal(&app.entropy, &row_of(&id, version), &config);
        Ok(Stored {
            id,
            version,
            factory_id: self.factory.id.to_owned(),
            config_sealed: sealed.map_err(|e| ApiError::new(codes::INTERNAL).because(e))?,
            saved_by: saving.by.clone(),
            created_at: saving.now,
        })
    }
}

/// Stores a new connector in the place of the one before.
///
/// # Errors
/// `entity.changed_meanwhile` when somebody else does so at the same moment.
pub async fn create(app: &App, draft: &Draft, saving: &Saving) -> Result<Stored, ApiError> {
    let id = ConnectorId::generate(saving.now, &app.entropy);
    let new = draft.seal(app, (id, 1), saving)?;
    let done = connectors::create(&app.db, &new, &saving.event).await?;
    in_use(app, done).await.map(|()| new)
}

/// Stores the version after `base`.
///
/// # Errors
/// `entity.changed_meanwhile` when `base` is not the newest any more.
pub async fn change(
    app: &App,
    base: &Stored,
    draft: &Draft,
    saving: &Saving,
) -> Result<Stored, ApiError> {
    let new = draft.seal(app, (base.id.clone(), base.version + 1), saving)?;
    let done = connectors::add_version(&app.db, base.version, &new, &saving.event).await?;
    in_use(app, done).await.map(|()| new)
}

/// Ends a connector. Messages under way keep the version they went out with.
///
/// # Errors
/// `entity.not_found`.
pub async fn delete(app: &App, id: &ConnectorId, saving: &Saving) -> Result<(), ApiError> {
    if !connectors::delete(&app.db, id, saving.now, &saving.event).await? {
        return Err(ApiError::new(codes::ENTITY_NOT_FOUND));
    }
    in_use(app, true).await
}

/// The configuration of a stored version, secrets included.
///
/// # Errors
/// It was sealed with a key that is gone, or is damaged.
pub fn open(app: &App, stored: &Stored) -> Result<Value, ApiError> {
    let internal = |cause: String| ApiError::new(codes::INTERNAL).because(cause);
    let config = app.keys.seal.open(&stored.row(), &stored.config_sealed);
    let config = config.map_err(|e| internal(format!("{}: {e}", stored.row())))?;
    // what serde says may repeat what it read
    serde_json::from_str(config.expose_secret())
        .map_err(|_e| internal(format!("{} is no JSON", stored.row())))
}

/// When each secret that a stored configuration holds was set, by its key: the age of the oldest version in an unbroken run
/// that has the present value. `config` is what [`open`] made of `stored`.
///
/// # Errors
/// The database's.
pub async fn secrets_set_at(
    app: &App,
    stored: &Stored,
    config: &Value,
) -> Result<BTreeMap<&'static str, Timestamp>, ApiError> {
    let Some(factory) = super::factory(&stored.factory_id) else { return Ok(BTreeMap::new()) };
    let mut ages = Ages::new(factory, config, stored.created_at);
    let mut below = stored.version;
    loop {
        let versions = connectors::versions(&app.db, below, PAGE).await?;
        let Some(last) = versions.last() else { break };
        below = last.version;
        for older in &versions {
            // another connector may be the live one by now; and of what does not open any more nothing is known
            let same = Some(older).filter(|older| older.id == stored.id);
            let opened = same.and_then(|older| open(app, older).ok());
            if !opened.is_some_and(|config| ages.look(&config, older.created_at)) {
                return Ok(ages.into_map());
            }
        }
    }
    Ok(ages.into_map())
}

async fn in_use(app: &App, done: bool) -> Result<(), ApiError> {
    if !done {
        return Err(ApiError::new(codes::CHANGED_MEANWHILE));
    }
    // stored is stored: a node that cannot load it now tries again soon
    if let Err(error) = reload::run(app).await {
        tracing::error!(%error, "what was saved could not be loaded");
    }
    Ok(())
}
