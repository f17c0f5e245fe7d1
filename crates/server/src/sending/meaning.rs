//! What happens to a message before the provider is called, while whoever asks for it waits, and they wait no longer than their patience.
//!
//! What is not begun by then is not done. What is just being stored goes on, and is waited for like all work: when it turns out to be stored,
//! it is taken back. The person was told that there is no message, so none goes out for it. There are never more of these than connections
//! to the database, or changes that wait for SQLite's one writer.
use haoma_core::limits::{self, Breaker, LimitKind};
use haoma_store::limits::Full;
use haoma_store::messages::{self, Intended, Intent, NewMessage};

use super::{FIRST_CHECK_SECS, Plan, Walk, test_number};
use crate::app::App;
use crate::connectors::InUse;
use crate::error::api::{ApiError, codes};

/// What came of it.
pub(super) struct Came {
    pub(super) intended: Intended,
    /// Of a test number, which takes the place of a message.
    pub(super) is_test: bool,
    /// What the full breaker of the country means for the person.
    pub(super) breaker: Option<Breaker>,
}

/// A plan as it was carried out, and what came of it in time.
///
/// # Errors
/// `request.unavailable`: nothing is sent, whatever is stored later.
pub(super) async fn in_time(
    app: &App,
    in_use: &InUse,
    plan: Plan,
) -> Result<(Plan, Result<Came, ApiError>), ApiError> {
    let until = plan.until;
    let mut meaning = Box::pin(carried_out(app.clone(), in_use.clone(), plan));
    if let Some(came) = until.wait(&mut meaning).await {
        return Ok(came);
    }
    let node = app.clone();
    app.work.spawn(async move {
        let (plan, came) = meaning.await;
        if let Ok(Came { intended: Intended::Committed, is_test, .. }) = came {
            tracing::warn!(message.id = %plan.message_id, "a message was stored too late, and is taken back");
            plan.undo(&node, is_test).await;
        }
    });
    Err(ApiError::new(codes::UNAVAILABLE).because("nothing was stored in time"))
}

async fn carried_out(app: App, in_use: InUse, mut plan: Plan) -> (Plan, Result<Came, ApiError>) {
    let came = carry_out(&app, &in_use, &mut plan).await;
    (plan, came)
}

async fn carry_out(app: &App, in_use: &InUse, plan: &mut Plan) -> Result<Came, ApiError> {
    plan.charges = plan.counters(app).await?;
    let before = plan.walk.as_ref().map(|walk| walk.state.clone());
    plan.note_charges();
    let mut intended = intend(app, plan, in_use).await?;
    let is_breaker =
        matches!(&intended, Intended::LimitReached(full) if full.kind() == LimitKind::Country);
    let breaker = if is_breaker { Some(plan.at_the_breaker(app).await?) } else { None };
    if breaker.is_some_and(|breaker| plan.passes(app, breaker)) {
        if let (Some(walk), Some(before)) = (&mut plan.walk, &before) {
            walk.state.clone_from(before);
        }
        plan.note_charges();
        let again = intend(app, plan, in_use).await?;
        let is_still_shut =
            |full: &Full| matches!(full.kind(), LimitKind::Network | LimitKind::Country);
        // whom the way past the breaker is closed to waits for the breaker itself
        if !matches!(&again, Intended::LimitReached(full) if is_still_shut(full)) {
            intended = again;
        }
    }
    let (intended, is_test) = test_number::instead(app, plan, (before, intended)).await?;
    Ok(Came { intended, is_test, breaker })
}

/// Commits counters, code, message and the walk's new state as one unit: before it, nothing may be sent.
async fn intend(app: &App, plan: &Plan, in_use: &InUse) -> Result<Intended, ApiError> {
    let phone = &plan.verification.phone;
    let (now, usage_type) = (plan.now, plan.verification.usage_type);
    let number_id = limits::number_id(&app.keys.numbers, phone);
    let sealed =
        app.keys.seal.seal(&app.entropy, &messages::row_of(&plan.message_id), phone.digits());
    let code = plan.code(app, &number_id);
    let message = NewMessage {
        id: plan.message_id.clone(),
        connector_id: in_use.id.clone(),
        connector_version: in_use.version,
        interaction_id: plan.walk.as_ref().map(|walk| walk.id.clone()),
        passcode_id: Some(plan.verification.passcode_id.clone()),
        usage_type,
        number_id,
        phone_masked: phone.masked(),
        phone_sealed: sealed.map_err(|e| ApiError::new(codes::INTERNAL).because(e))?,
        region: phone.region().as_str().to_owned(),
        check_at: now.plus_secs(FIRST_CHECK_SECS),
        created_at: now,
    };
    let intent = Intent {
        charges: &plan.charges,
        code: Some(code),
        message,
        save: plan.walk.as_ref().map(Walk::save).transpose()?,
        record: plan.record(),
        event: None,
        now,
        until: plan.until,
    };
    Ok(messages::intend(&app.db, &intent).await?)
}
