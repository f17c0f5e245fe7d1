//! A change of a user by somebody else. Where it replaces their number, the old one is told (ASVS 6.3.7), whoever made the change: who
//! talks support into it is caught as well.
use haoma_core::ids::UserId;
use haoma_core::limits::{LimitKind, Standing};
use haoma_core::phone::{PhoneDigits, PhoneNumber};
use haoma_core::time::Timestamp;
use haoma_store::audit::Event;
use haoma_store::hook_deliveries::NewDelivery;
use haoma_store::user_changes::{self, Changed, Changes};
use haoma_store::{Told, users};
use serde_json::{Value, json};

use super::user_body::names;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::sending::notice::{self, Planned, Untold};

/// How often a change that met another one is decided anew.
const MOST_ROUNDS: usize = 3;

/// Whether the number that a change replaced is told; `None` where it replaced none.
pub(crate) type IsTold = Option<bool>;

/// Makes a change, and has the old number told. `event` makes the event of a payload, `told` what web-hooks are told of the same.
///
/// # Errors
/// The database's, and that of a server that is busy when others change the user all the time.
pub(crate) async fn change(
    app: &App,
    (id, changes): (&UserId, &Changes),
    event: impl Fn(&Value) -> Event,
    told: impl Fn(&Event) -> Vec<NewDelivery>,
) -> Result<(Changed, IsTold), ApiError> {
    let mut full = None;
    for _round in 0..MOST_ROUNDS {
        let planned = planned(app, (id, changes), full).await?;
        let mut payload = json!({ "fields": names(changes) });
        if let Some((planned, _)) = &planned {
            notice::note(&mut payload, planned);
        }
        let event = event(&payload);
        let deliveries = told(&event);
        let told = Told::new(&event, &deliveries);
        let Some((Ok(new), left_at)) = &planned else {
            let changed = user_changes::change(&app.db, id, changes, told).await?;
            return Ok((changed, planned.map(|_untold| false)));
        };
        let as_left = changes.if_left_at.or(Some(*left_at));
        let as_left = Changes { if_left_at: as_left, ..changes.clone() };
        match user_changes::change_and_notify(&app.db, id, (&as_left, new), told).await? {
            Err(kind) => full = Some(kind),
            // somebody changed the user in between: perhaps the number, too
            Ok(Changed::Stale) if changes.if_left_at.is_none() => {}
            Ok(changed) => {
                let is_done = matches!(changed, Changed::Done(_));
                if is_done {
                    notice::begin(app, &new.message.id);
                }
                return Ok((changed, Some(is_done)));
            }
        }
    }
    Err(ApiError::new(codes::BUSY))
}

/// What the number is told that a change replaces, and when its user was left like this; `None` when it replaces none. One that is only
/// taken away is told nothing: there is no new one, and who has the old one still has what they had.
async fn planned(
    app: &App,
    (id, changes): (&UserId, &Changes),
    full: Option<LimitKind>,
) -> Result<Option<(Planned, Timestamp)>, ApiError> {
    let Some(new) = changes.phone.set().and_then(Option::as_ref) else { return Ok(None) };
    let Some(user) = users::find(&app.db, id).await? else { return Ok(None) };
    let Some(old) = user.phone.as_ref().map(PhoneDigits::as_str) else { return Ok(None) };
    let planned = match (PhoneNumber::from_international(old), full) {
        // it may be stored with its trunk zero
        (Ok(old), _) if old == *new => return Ok(None),
        (Err(_), _) => Err(Untold::Unreachable),
        (Ok(_), Some(kind)) => Err(Untold::Limit(kind)),
        (Ok(old), None) => {
            // the last fifth of the budgets is not for a program that renumbers everybody
            notice::plan(app, (id, &old, new), Standing::Solved, app.clock.now())
        }
    };
    Ok(Some((planned, user.updated_at)))
}
