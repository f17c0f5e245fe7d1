//! Merging what a caller sends into a stored document, one level deep.
use haoma_core::hooks::HookEvent;
use haoma_core::ids::{ClientId, UserId};
use haoma_store::Told;
use haoma_store::user_changes::{self, Document};
use serde_json::{Map, Value, json};

use super::application_body::stored;
use super::caller::Manager;
use super::input::Problems;
use super::{applications, telling, users};
use crate::app::App;
use crate::error::api::{ApiError, codes};

/// How often a merge is tried against others who change the same document.
const TRIES: usize = 8;

/// Bytes of a document at most: as many as one request may bring.
const MOST: usize = 64 * 1024;

/// What is merged into.
pub(super) enum Target {
    /// The `customData` of an application.
    Application(ClientId),
    /// A document of a user.
    User(UserId, Document),
}

impl Target {
    /// What the API calls it.
    const fn field(&self) -> &'static str {
        match self {
            Self::User(_, Document::Profile) => "profile",
            Self::User(..) | Self::Application(_) => "customData",
        }
    }
}

/// Merges, and answers the whole. Tries again when somebody else changed the document in between.
pub(super) async fn merge(
    app: &App,
    manager: &Manager,
    target: &Target,
    given: Map<String, Value>,
) -> Result<Map<String, Value>, ApiError> {
    for _try in 0..TRIES {
        let old = read(app, target).await?;
        let mut merged = stored(&old)?;
        merged.extend(given.clone());
        let new = Value::Object(merged.clone()).to_string();
        within_bounds(target.field(), &old, &new)?;
        if replace(app, manager, target, (&old, &new)).await? {
            return Ok(merged);
        }
    }
    Err(ApiError::new(codes::BUSY))
}

/// Refuses a document that would grow beyond what one may be.
pub(crate) fn within_bounds(field: &str, old: &str, new: &str) -> Result<(), ApiError> {
    let mut problems = Problems::default();
    if new.len() > MOST && new.len() > old.len() {
        problems.add(field, "must not be more than 64 KiB with what is stored");
    }
    problems.check()
}

async fn read(app: &App, target: &Target) -> Result<String, ApiError> {
    Ok(match target {
        Target::Application(id) => applications::find(app, id.as_str()).await?.custom_data,
        Target::User(id, Document::CustomData) => users::find(app, id.as_str()).await?.custom_data,
        Target::User(id, Document::Profile) => users::find(app, id.as_str()).await?.profile,
    })
}

/// `false` when the document is not the old one any more.
async fn replace(
    app: &App,
    manager: &Manager,
    target: &Target,
    (old, new): (&str, &str),
) -> Result<bool, ApiError> {
    let payload = json!({ "fields": [target.field()] });
    Ok(match target {
        Target::Application(id) => {
            let event = applications::event(app, manager, "Application.Data.Updated", id, &payload);
            haoma_store::applications::replace_custom_data(&app.db, id, (old, new), &event).await?
        }
        Target::User(id, document) => {
            let event = manager.event(app, users::UPDATED, Some(id), &payload);
            let route = match document {
                Document::CustomData => "/users/:userId/custom-data",
                Document::Profile => "/users/:userId/profile",
            };
            let asked = ("PATCH", route, 200);
            let told = telling::user(app, HookEvent::UserDataUpdated, (&event, id), asked);
            let told = Told::new(&event, &told);
            user_changes::replace(&app.db, id, (*document, old, new), told).await?
        }
    })
}
