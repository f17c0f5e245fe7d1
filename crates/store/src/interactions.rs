//! The `interactions` table: authorization requests that wait for a person. State changes carry the version they saw.
use haoma_core::ids::{ClientId, InteractionId, SessionId, UserId};
use haoma_core::limits::Charge;
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::db::{Db, Error, Result, changed};
use crate::deadline::Deadline;
use crate::limits::{self, Full};
use crate::told::PerhapsTold;
use crate::value::{Row, Step};

/// What the interaction waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// Somebody to sign in or register.
    Login,
    /// Somebody to allow the application what it asks for.
    Consent,
}

impl Prompt {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Consent => "consent",
        }
    }

    fn parse(text: &str) -> std::result::Result<Self, &'static str> {
        let known = [Self::Login, Self::Consent].into_iter().find(|p| p.as_str() == text);
        known.ok_or("not a prompt")
    }
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Still with the person.
    Open,
    /// The person is done; the authorization endpoint has not picked it up.
    Submitted,
    /// Picked up; nothing can be done with it any more.
    Finished,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Submitted => "submitted",
            Self::Finished => "finished",
        }
    }

    fn parse(text: &str) -> std::result::Result<Self, &'static str> {
        let all = [Self::Open, Self::Submitted, Self::Finished];
        all.into_iter().find(|o| o.as_str() == text).ok_or("not an outcome")
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interaction {
    /// Also the `uid` of the resume address.
    pub id: InteractionId,
    /// Who asked.
    pub client_id: ClientId,
    /// What for.
    pub prompt: Prompt,
    /// The authorization request, JSON.
    pub request: String,
    /// The state of `haoma_core::experience`, JSON.
    pub experience: String,
    /// The session it runs in, for consent.
    pub session_id: Option<SessionId>,
    /// How far it is.
    pub outcome: Outcome,
    /// Grows with every change.
    pub version: i64,
    /// When it is gone.
    pub expires_at: Timestamp,
    /// When it began.
    pub created_at: Timestamp,
}

/// A change of an interaction's state, valid only while it is open and still at `version`.
#[derive(Debug, Clone)]
pub struct Save<'a> {
    /// Which.
    pub id: &'a InteractionId,
    /// The version the change was decided on.
    pub version: i64,
    /// The new state, JSON.
    pub experience: String,
}

/// Stores a new one (with the event that tells of it).
pub async fn create(db: &Db, interaction: &Interaction, event: Option<&Event>) -> Result<()> {
    let mut steps = vec![insert(interaction)];
    steps.extend(event.map(audit::record));
    db.unit(steps).await.map(drop)
}

/// The step of [`create`], to ride in another unit.
pub fn insert(interaction: &Interaction) -> Step {
    const SQL: &str = "INSERT INTO interactions (id, client_id, prompt, request, experience,
            session_id, outcome, version, expires_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let params = vec![
        interaction.id.as_str().into(),
        interaction.client_id.as_str().into(),
        interaction.prompt.as_str().into(),
        interaction.request.as_str().into(),
        interaction.experience.as_str().into(),
        interaction.session_id.as_ref().map(SessionId::as_str).into(),
        interaction.outcome.as_str().into(),
        interaction.version.into(),
        interaction.expires_at.into(),
        interaction.created_at.into(),
    ];
    Step::new(SQL, params)
}

/// One that is not expired.
pub async fn find(db: &Db, id: &InteractionId, now: Timestamp) -> Result<Option<Interaction>> {
    const SQL: &str = "SELECT id, client_id, prompt, request, experience, session_id, outcome,
            version, expires_at, created_at
        FROM interactions WHERE id = $1 AND expires_at > $2";
    let rows = db.read(SQL, vec![id.as_str().into(), now.into()]).await?;
    rows.first().map(interaction).transpose()
}

fn interaction(row: &Row) -> Result<Interaction> {
    Ok(Interaction {
        id: row.parse(0, InteractionId::parse)?,
        client_id: row.parse(1, ClientId::parse)?,
        prompt: row.parse(2, Prompt::parse)?,
        request: row.text(3)?,
        experience: row.text(4)?,
        session_id: row.parse_opt(5, SessionId::parse)?,
        outcome: row.parse(6, Outcome::parse)?,
        version: row.int(7)?,
        expires_at: row.time(8)?,
        created_at: row.time(9)?,
    })
}

/// The conditional step of a state change (`must_change`).
pub fn save_step(save: &Save<'_>) -> Step {
    save_unless_changed(save).must_change()
}

/// The same change where nothing hangs on it.
pub(crate) fn save_unless_changed(save: &Save<'_>) -> Step {
    const SQL: &str = "UPDATE interactions SET experience = $3, version = version + 1
        WHERE id = $1 AND version = $2 AND outcome = 'open'";
    let params =
        vec![save.id.as_str().into(), save.version.into(), save.experience.as_str().into()];
    Step::new(SQL, params)
}

/// Stores a change of state; `false` when it was changed, submitted or gone in between.
pub async fn save(db: &Db, save: &Save<'_>, event: Option<&Event>) -> Result<bool> {
    let mut steps = vec![save_step(save)];
    steps.extend(event.map(audit::record));
    changed(db.unit(steps).await)
}

/// What came of a change of state that is charged; all but the first left nothing behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paid {
    /// Stored and counted.
    Yes,
    /// A counter is full.
    LimitReached(Full),
    /// It was changed, submitted or gone in between.
    Stale,
}

/// Stores a change of state together with what it is charged to, for somebody who does not wait for long: what is not begun by `until` is not done. What
/// was begun may be stored after it, and stays.
pub async fn save_charged(
    db: &Db,
    save: &Save<'_>,
    charges: &[Charge],
    (now, until): (Timestamp, Deadline),
) -> Result<Paid> {
    // counters are always locked before walks
    let steps = limits::charges(charges, now).chain([save_step(save)]);
    match until.keep(db.brief_unit(steps.collect(), until)).await {
        Ok(_) => Ok(Paid::Yes),
        Err(Error::Unchanged { step }) => match charges.get(step) {
            Some(full) => {
                let full = limits::fullness_by(db, full, now, until).await?;
                Ok(Paid::LimitReached(full))
            }
            None => Ok(Paid::Stale),
        },
        Err(error) => Err(error),
    }
}

/// The person is done: open becomes submitted, and the user's last sign-in is now (`user` is `None` for consent).
/// `false` when it was changed, submitted or gone in between, or the user was deleted or locked.
pub async fn submit(
    db: &Db,
    (id, version): (&InteractionId, i64),
    user: Option<&UserId>,
    now: Timestamp,
    told: impl Into<PerhapsTold<'_>>,
) -> Result<bool> {
    const SUBMIT: &str = "UPDATE interactions SET outcome = 'submitted', version = version + 1
        WHERE id = $1 AND version = $2 AND outcome = 'open' AND expires_at > $3";
    const SIGN_IN: &str = "UPDATE users SET last_sign_in_at = $2
        WHERE id = $1 AND is_locked = FALSE";
    let params = vec![id.as_str().into(), version.into(), now.into()];
    let mut steps = vec![Step::new(SUBMIT, params).must_change()];
    if let Some(user) = user {
        let params = vec![user.as_str().into(), now.into()];
        steps.push(Step::new(SIGN_IN, params).must_change());
    }
    steps.extend(told.into().steps());
    changed(db.unit(steps).await)
}

/// The person refused: open becomes finished at once, so that nothing can be made of it, and nothing of it is kept.
/// `false` when it was answered or gone in between.
pub async fn refuse(
    db: &Db,
    (id, version): (&InteractionId, i64),
    now: Timestamp,
    event: Option<&Event>,
) -> Result<bool> {
    const SQL: &str = "UPDATE interactions SET outcome = 'finished', version = version + 1,
            request = '{}', experience = '{}'
        WHERE id = $1 AND version = $2 AND outcome = 'open' AND expires_at > $3";
    let params = vec![id.as_str().into(), version.into(), now.into()];
    let mut steps = vec![Step::new(SQL, params).must_change()];
    steps.extend(event.map(audit::record));
    changed(db.unit(steps).await)
}

/// The conditional step that picks a submitted interaction up, once (`must_change`): submitted becomes finished, and the number that was
/// typed is not kept (security statement 64).
pub fn finish_step(id: &InteractionId, now: Timestamp) -> Step {
    const SQL: &str = "UPDATE interactions SET outcome = 'finished', version = version + 1,
            request = '{}', experience = '{}'
        WHERE id = $1 AND outcome = 'submitted' AND expires_at > $2";
    Step::new(SQL, vec![id.as_str().into(), now.into()]).must_change()
}
