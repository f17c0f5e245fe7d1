//! The `applications` and `application_secrets` tables: who may ask people to sign in.
use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;

use crate::db::{Db, Result};
use crate::value::{Row, Step};

/// One application; metadata in the management API's JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The `client_id`.
    pub id: ClientId,
    /// What people read.
    pub name: String,
    /// For administrators.
    pub description: Option<String>,
    /// `Native`, `SPA`, `Traditional` or `MachineToMachine`.
    pub kind: String,
    /// Somebody else's.
    pub is_third_party: bool,
    /// `oidcClientMetadata`, a JSON object.
    pub oidc_client_metadata: String,
    /// `customClientMetadata`, a JSON object.
    pub custom_client_metadata: String,
    /// `customData`, a JSON object.
    pub custom_data: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When any of this changed.
    pub updated_at: Timestamp,
}

/// One of its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// What the administrator called it; unique within the application.
    pub name: String,
    /// Of the secret itself, which is shown once and not stored.
    pub hash: SecretHash,
    /// To recognise it by.
    pub last_four: String,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// An application with all its secrets, in one read.
pub async fn find(db: &Db, id: &ClientId) -> Result<Option<(Application, Vec<Secret>)>> {
    const SQL: &str = "SELECT a.id, a.name, a.description, a.kind, a.is_third_party,
            a.oidc_client_metadata, a.custom_client_metadata, a.custom_data, a.created_at, a.updated_at,
            s.name, s.secret_hash, s.last_four, s.expires_at, s.created_at
        FROM applications a LEFT JOIN application_secrets s ON s.application_id = a.id
        WHERE a.id = $1";
    let rows = db.read(SQL, vec![id.as_str().into()]).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let secrets = rows.iter().filter_map(|row| secret(row).transpose()).collect::<Result<_>>()?;
    Ok(Some((application(first)?, secrets)))
}

/// Inserts an application or changes everything but its age.
pub async fn upsert(db: &Db, application: &Application, secrets: &[Secret]) -> Result<()> {
    let mut steps = vec![upsert_step(application)];
    steps.extend(secrets.iter().map(|secret| upsert_secret(&application.id, secret)));
    db.unit(steps).await.map(drop)
}

fn upsert_step(application: &Application) -> Step {
    const SQL: &str = "INSERT INTO applications (id, name, description, kind, is_third_party,
            oidc_client_metadata, custom_client_metadata, custom_data, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description,
            kind = excluded.kind, is_third_party = excluded.is_third_party,
            oidc_client_metadata = excluded.oidc_client_metadata,
            custom_client_metadata = excluded.custom_client_metadata,
            custom_data = excluded.custom_data, updated_at = excluded.updated_at";
    let params = vec![
        application.id.as_str().into(),
        application.name.as_str().into(),
        application.description.as_deref().into(),
        application.kind.as_str().into(),
        application.is_third_party.into(),
        application.oidc_client_metadata.as_str().into(),
        application.custom_client_metadata.as_str().into(),
        application.custom_data.as_str().into(),
        application.created_at.into(),
        application.updated_at.into(),
    ];
    Step::new(SQL, params)
}

fn upsert_secret(id: &ClientId, secret: &Secret) -> Step {
    const SQL: &str =
        "INSERT INTO application_secrets (application_id, name, secret_hash, last_four,
            expires_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (application_id, name) DO UPDATE SET secret_hash = excluded.secret_hash,
            last_four = excluded.last_four, expires_at = excluded.expires_at";
    let params = vec![
        id.as_str().into(),
        secret.name.as_str().into(),
        secret.hash.as_str().into(),
        secret.last_four.as_str().into(),
        secret.expires_at.into(),
        secret.created_at.into(),
    ];
    Step::new(SQL, params)
}

fn application(row: &Row) -> Result<Application> {
    Ok(Application {
        id: row.parse(0, ClientId::parse)?,
        name: row.text(1)?,
        description: row.opt_text(2)?,
        kind: row.text(3)?,
        is_third_party: row.bool(4)?,
        oidc_client_metadata: row.text(5)?,
        custom_client_metadata: row.text(6)?,
        custom_data: row.text(7)?,
        created_at: row.time(8)?,
        updated_at: row.time(9)?,
    })
}

/// `None` where the join found no secret.
fn secret(row: &Row) -> Result<Option<Secret>> {
    let Some(name) = row.opt_text(10)? else { return Ok(None) };
    Ok(Some(Secret {
        name,
        hash: SecretHash::from_stored(row.text(11)?),
        last_four: row.text(12)?,
        expires_at: row.opt_time(13)?,
        created_at: row.time(14)?,
    }))
}
