//! Administrators that are made from the command line, where nobody is signed in.
use haoma_core::ids::AdministratorId;
use haoma_core::role::Role;
use haoma_store::administrators::{self, Administrator};
use serde_json::json;

use super::{links, session};
use crate::app::App;
use crate::web::caller::Caller;

/// Characters of a name.
const NAME_CHARS: std::ops::RangeInclusive<usize> = 1..=64;

/// The name of the first administrator, where nobody chose one.
pub const FIRST: &str = "admin";

/// Text that is no administrator's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to 64 letters, digits, dots, dashes, underscores or @")]
pub struct InvalidName;

/// Reads a name as it is stored: lower case.
///
/// # Errors
/// [`InvalidName`].
pub fn name(text: &str) -> Result<String, InvalidName> {
    let name = text.trim().to_lowercase();
    let fits = |c: char| c.is_alphanumeric() || ".-_@".contains(c);
    let is_name = NAME_CHARS.contains(&name.chars().count()) && name.chars().all(fits);
    if is_name { Ok(name) } else { Err(InvalidName) }
}

/// A link for the first administrator; `None` when there is one who has a password.
///
/// # Errors
/// The database's.
pub async fn link(app: &App) -> anyhow::Result<Option<String>> {
    let all = administrators::list(&app.db).await?;
    if all.iter().any(|one| one.password_hash.is_some()) {
        return Ok(None);
    }
    let name = all.first().map_or_else(|| FIRST.to_owned(), |one| one.name.clone());
    create(app, &name).await.map(Some)
}

/// A link for the administrator of this name, as [`name`] reads it; where there is none, an owner is made.
///
/// # Errors
/// The database's.
pub async fn create(app: &App, name: &str) -> anyhow::Result<String> {
    let now = app.clock.now();
    let new = new(app, name, Role::Owner);
    let event = |key: &str, who: &Administrator| {
        let payload = json!({ "name": who.name, "role": who.role.as_str() });
        session::event(app, key, (None, &Caller::default()), &payload, now)
    };
    administrators::create(&app.db, &new, &event("Administrator.Create", &new)).await?;
    let who = administrators::find_by_name(&app.db, name).await?;
    let who = who.ok_or_else(|| anyhow::anyhow!("{name} was removed in this moment"))?;
    Ok(links::make(app, &who.id, &event("Administrator.Link", &who), now).await?)
}

/// One that is not stored yet.
pub(super) fn new(app: &App, name: &str, role: Role) -> Administrator {
    let now = app.clock.now();
    Administrator {
        id: AdministratorId::generate(now, &app.entropy),
        name: name.to_owned(),
        role,
        password_hash: None,
        totp_sealed: None,
        last_sign_in_at: None,
        created_at: now,
        updated_at: now,
    }
}
