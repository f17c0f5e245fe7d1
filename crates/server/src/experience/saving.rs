//! How a sign-in experience is stored: as a whole, checked, in use at once.
use haoma_core::time::Timestamp;
use haoma_store::audit::Event;
use haoma_store::sign_in_experience;

use super::rules::{self, Broken};
use super::settings::SignInExperience;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::reload;

/// Every rule a document breaks on this server as it is now.
pub fn broken(app: &App, document: &SignInExperience) -> Vec<Broken> {
    rules::broken(document, app.connector.load().is_some())
}

/// Stores a document as the version after `expected`. Call [`broken`] first.
///
/// # Errors
/// `entity.changed_meanwhile` when `expected` is not the stored version any more.
pub async fn save(
    app: &App,
    expected: i64,
    document: &SignInExperience,
    event: &Event,
    now: Timestamp,
) -> Result<(), ApiError> {
    let text =
        serde_json::to_string(document).map_err(|e| ApiError::new(codes::INTERNAL).because(e))?;
    if !sign_in_experience::replace(&app.db, expected, &text, now, event).await? {
        return Err(ApiError::new(codes::CHANGED_MEANWHILE));
    }
    // stored is stored: a node that cannot load it now tries again soon
    if let Err(error) = reload::run(app).await {
        tracing::error!(%error, "what was saved could not be loaded");
    }
    Ok(())
}
