//! One-time links: with one an administrator chooses a password and is signed in.
use haoma_core::ids::AdministratorId;
use haoma_core::time::Timestamp;
use haoma_core::token::Token;
use haoma_store::administrator_links::{self, Link};
use haoma_store::audit::Event;

use crate::app::App;

/// Seconds a link works.
pub(super) const LIFE: i64 = 15 * 60;

/// Makes a link; an older one of the same administrator stops working.
///
/// # Errors
/// The database's.
pub(super) async fn make(
    app: &App,
    id: &AdministratorId,
    event: &Event,
    now: Timestamp,
) -> haoma_store::Result<String> {
    let token = Token::generate(now, &app.entropy);
    let link = Link {
        id: token.id().clone(),
        hash: token.hash(),
        administrator_id: id.clone(),
        expires_at: now.plus_secs(LIFE),
    };
    administrator_links::replace(&app.db, &link, event).await?;
    Ok(app.settings.url(&format!("/console/welcome/{}", token.reveal())))
}
