//! Searching for a number, by somebody who sees numbers masked: each search that hits tells the hidden digits.
use haoma_core::limits::for_search;
use haoma_core::role::Right;
use haoma_store::limits::{Charged, charge_all};

use super::administrator::Signed;
use crate::app::App;
use crate::error::api::{ApiError, codes};

/// Counts a search for a number. Whoever may look numbers up is not counted.
///
/// # Errors
/// `request.too_many_attempts`.
pub(super) async fn charge(app: &App, signed: &Signed) -> Result<(), ApiError> {
    if signed.who.role.may(Right::Write) {
        return Ok(());
    }
    let charges = for_search(&app.keys.numbers, signed.who.id.as_str(), signed.now);
    match charge_all(&app.db, &charges, signed.now).await? {
        Charged::Yes => Ok(()),
        Charged::Full(full) => {
            Err(ApiError::new(codes::TOO_MANY_ATTEMPTS).retry_at(full.resets_at, signed.now))
        }
    }
}
