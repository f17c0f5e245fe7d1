//! The `imported_applications` table: how an import left the applications that it brought, so that the next one knows which were changed
//! here since.
use haoma_core::ids::ClientId;

use crate::application_secrets::upsert as upsert_secret;
use crate::applications::{self, Application, Changed, Changes, Secret};
use crate::audit::{self, Event};
use crate::db::{Db, Error, Result};
use crate::value::Step;

/// The digest of an application as the last import left it; `None` of one that no import brought.
pub async fn digest(db: &Db, id: &ClientId) -> Result<Option<String>> {
    const SQL: &str = "SELECT digest FROM imported_applications WHERE application_id = $1";
    let rows = db.read(SQL, vec![id.as_str().into()]).await?;
    rows.first().map(|row| row.text(0)).transpose()
}

/// Stores an application that comes from elsewhere with its secrets, its digest and the event that tells of it; `false` when its id is
/// taken.
pub async fn add(
    db: &Db,
    (application, digest): (&Application, &str),
    secrets: &[Secret],
    event: &Event,
) -> Result<bool> {
    let mut steps = vec![applications::insert(application)];
    steps.extend(secrets.iter().map(|secret| upsert_secret(&application.id, secret)));
    steps.extend([note(&application.id, digest), audit::record(event)]);
    match db.unit(steps).await {
        Ok(_) => Ok(true),
        Err(Error::Conflict(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Sets what `changes` says, with the digest of what comes of it and the event that tells of it.
pub async fn change(
    db: &Db,
    id: &ClientId,
    (changes, digest): (&Changes, &str),
    event: &Event,
) -> Result<Changed> {
    applications::change_with(db, id, changes, vec![note(id, digest)], event).await
}

fn note(id: &ClientId, digest: &str) -> Step {
    const SQL: &str = "INSERT INTO imported_applications (application_id, digest) VALUES ($1, $2)
        ON CONFLICT (application_id) DO UPDATE SET digest = excluded.digest";
    Step::new(SQL, vec![id.as_str().into(), digest.into()])
}
