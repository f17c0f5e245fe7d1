//! How a hook is made, changed and deleted: sealed, stored, in use at once.
use haoma_core::ids::{DeliveryId, HookId};
use haoma_core::time::Timestamp;
use haoma_store::audit::Event;
use haoma_store::hook_deliveries;
use haoma_store::hooks::{self, Hook};

use super::config::{HookConfig, new_key};
use super::reload;
use crate::app::App;
use crate::error::api::{ApiError, codes};

/// Deliveries changed or deleted at once.
const BATCH: i64 = 1000;

/// A hook as it shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What people call it.
    pub name: String,
    /// What it is told of.
    pub events: Vec<String>,
    /// Where it is reached.
    pub config: HookConfig,
    /// One that is not is told nothing.
    pub is_enabled: bool,
}

impl Wanted {
    /// As it is stored.
    ///
    /// # Errors
    /// Its configuration does not open, which is a fault of ours.
    pub fn of(app: &App, hook: &Hook) -> Result<Self, ApiError> {
        let config = HookConfig::open(hook, &app.keys.seal);
        Ok(Self {
            name: hook.name.clone(),
            events: super::events(hook),
            config: config.map_err(|e| ApiError::new(codes::INTERNAL).because(e))?,
            is_enabled: hook.is_enabled,
        })
    }

    fn row(
        &self,
        app: &App,
        (id, version): (HookId, i64),
        (created_at, now): (Timestamp, Timestamp),
    ) -> Result<Hook, ApiError> {
        let internal = |error: &dyn std::fmt::Display| {
            ApiError::new(codes::INTERNAL).because(error.to_string())
        };
        let sealed = self.config.seal(&id, &app.keys.seal, &app.entropy);
        Ok(Hook {
            config_sealed: sealed.map_err(|e| internal(&e))?,
            id,
            name: self.name.clone(),
            events: serde_json::to_string(&self.events).map_err(|e| internal(&e))?,
            is_enabled: self.is_enabled,
            version,
            created_at,
            updated_at: now,
        })
    }
}

/// Stores a new hook under this id. Its signing key is made here.
///
/// # Errors
/// The database's.
pub async fn create(
    app: &App,
    id: HookId,
    mut wanted: Wanted,
    event: &Event,
) -> Result<(Hook, Wanted), ApiError> {
    wanted.config.signing_key = new_key(&app.entropy);
    let new = wanted.row(app, (id, 1), (event.at, event.at))?;
    hooks::create(&app.db, &new, event).await?;
    in_use(app).await;
    Ok((new, wanted))
}

/// Puts a hook as it shall be in the place of what is stored.
///
/// # Errors
/// `entity.changed_meanwhile` when `stored` is not what is stored any more.
pub async fn change(
    app: &App,
    stored: &Hook,
    wanted: &Wanted,
    event: &Event,
) -> Result<Hook, ApiError> {
    let place = (stored.id.clone(), stored.version + 1);
    let new = wanted.row(app, place, (stored.created_at, event.at))?;
    if !hooks::replace(&app.db, &new, event).await? {
        return Err(ApiError::new(codes::CHANGED_MEANWHILE));
    }
    in_use(app).await;
    Ok(new)
}

/// Ends a hook, with all it was told and was to be told.
///
/// # Errors
/// `entity.not_exists_with_id`.
pub async fn delete(app: &App, id: &HookId, event: &Event) -> Result<(), ApiError> {
    if !hooks::delete(&app.db, id, event).await? {
        return Err(ApiError::new(codes::ENTITY_NOT_EXISTS));
    }
    in_use(app).await;
    while hook_deliveries::delete_of(&app.db, id, BATCH).await? > 0 {}
    Ok(())
}

/// Has a hook told one delivery again, whatever became of it, with the event that tells of it; `false` when it is still tried.
///
/// # Errors
/// The database's.
pub async fn replay(
    app: &App,
    hook: &HookId,
    one: &DeliveryId,
    event: &Event,
) -> Result<bool, ApiError> {
    Ok(hook_deliveries::replay(&app.db, (hook, one), event).await?)
}

/// Has a hook told again what was given up; how many. Each batch has the event that tells of so many.
///
/// # Errors
/// The database's; what was not replayed is still given up.
pub async fn replay_failed(
    app: &App,
    hook: &HookId,
    event: impl Fn(usize) -> Event,
) -> Result<usize, ApiError> {
    let (mut count, mut after) = (0, None);
    loop {
        // forward only: what fails at once is not met again
        let batch = hook_deliveries::list_failed(&app.db, hook, after.as_ref(), BATCH).await?;
        let (Some(first), Some(last)) = (batch.first(), batch.last()) else { return Ok(count) };
        if hook_deliveries::replay_failed(&app.db, (hook, first, last), &event(batch.len())).await?
        {
            count += batch.len();
        }
        after = Some(last.clone());
    }
}

/// Stored is stored: a node that cannot load it now tries again soon.
async fn in_use(app: &App) {
    if let Err(error) = reload(app).await {
        tracing::error!(%error, "the web-hooks that were saved could not be loaded");
    }
}
