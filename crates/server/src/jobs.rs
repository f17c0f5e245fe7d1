//! Work that nobody waits for: lost messages are looked up, expired rows are purged in small batches.
use std::time::Duration;

use haoma_store::connectors::KEPT_SECS;
use haoma_store::purge::{Retention, purge};
use tokio::task::JoinHandle;

use crate::app::App;
use crate::web::{assets, i18n};
use crate::{captcha, hooks, oidc, reconcile, refusals, reload, sending, watch};

const PAUSE: Duration = Duration::from_secs(15);
/// For so long another node may sign with the key before.
const KEYS_PAUSE: Duration = Duration::from_mins(1);
/// Rows of one table removed at once: small enough that nobody waits behind it.
const BATCH: i64 = 500;
/// Days a message's record is kept; the codes themselves were never there.
pub(crate) const MESSAGE_DAYS: i64 = 90;
/// Days an audit event is kept: Chinese law wants network logs for six months.
pub(crate) const AUDIT_DAYS: i64 = 190;
/// Days that is kept which web-hooks were told, or were not told for a day.
pub(crate) const HOOK_DAYS: i64 = 14;
/// Days a counter is kept after its end, for what was verified.
const COUNTER_DAYS: i64 = 1;
/// Pages of `BATCH` counters that are looked at each time; more where a tenth of them has ended, so that the table does not grow.
const COUNTER_PAGES: u32 = 8;
const DAY_SECS: i64 = 24 * 60 * 60;
/// Days an expired code is kept, so that a late try is told the truth.
pub(crate) const CODE_DAYS: i64 = 1;

/// Starts the jobs; abort the handle to end them.
#[expect(clippy::disallowed_methods, reason = "they never end, and may be cut off anywhere")]
pub fn start(app: &App) -> JoinHandle<()> {
    let app = app.clone();
    tokio::task::spawn_blocking(warm);
    let looking_up = {
        let app = app.clone();
        async move {
            loop {
                tokio::time::sleep(PAUSE).await;
                if let Err(error) = sending::notice::run(&app).await {
                    tracing::warn!(%error, "notices could not be handed over; tried again soon");
                }
                if let Err(error) = reconcile::run(&app).await {
                    tracing::warn!(%error, "messages could not be looked up; tried again soon");
                }
            }
        }
    };
    let reloading = {
        let app = app.clone();
        async move {
            loop {
                tokio::time::sleep(reload::PAUSE).await;
                if let Err(error) = reload::run(&app).await {
                    tracing::warn!(%error, "settings could not be loaded anew; tried again soon");
                }
            }
        }
    };
    let tending = {
        let app = app.clone();
        async move {
            loop {
                if let Err(error) = oidc::keys::tend(&app).await {
                    tracing::warn!(%error, "signing keys could not be looked after; tried again soon");
                }
                tokio::time::sleep(KEYS_PAUSE).await;
            }
        }
    };
    let watching = {
        let app = app.clone();
        async move {
            loop {
                tokio::time::sleep(watch::PAUSE).await;
                if let Err(error) = watch::run(&app).await {
                    tracing::warn!(%error, "nobody watches over limits; tried again soon");
                }
            }
        }
    };
    let counting = {
        let app = app.clone();
        async move {
            loop {
                tokio::time::sleep(refusals::PAUSE).await;
                if let Err(error) = refusals::store(&app).await {
                    tracing::warn!(%error, "what was refused is not counted; tried again soon");
                }
            }
        }
    };
    let looking = {
        let app = app.clone();
        async move { captcha::look(&app).await }
    };
    let notifying = oidc::backchannel::keep_on(app.clone(), app.settings.reach());
    let telling = hooks::deliver::keep_on(app.clone());
    let purging = async move {
        let mut counters = String::new();
        loop {
            tokio::time::sleep(PAUSE).await;
            purge_all(&app).await;
            purge_counters(&app, &mut counters).await;
        }
    };
    // A slow provider delays the looking up, never the purge.
    tokio::spawn(async move {
        tokio::join!(
            looking, looking_up, purging, reloading, tending, watching, counting, notifying,
            telling
        );
    })
}

/// Loads what the first person would otherwise wait for.
fn warm() {
    haoma_core::phone::warm();
    i18n::warm();
    assets::warm();
}

/// Purges until nothing is left to go.
async fn purge_all(app: &App) {
    let now = app.clock.now();
    let retention = Retention {
        messages: now.plus_secs(-MESSAGE_DAYS * DAY_SECS),
        audit_events: now.plus_secs(-AUDIT_DAYS * DAY_SECS),
        hook_deliveries: now.plus_secs(-HOOK_DAYS * DAY_SECS),
        expired_codes: now.plus_secs(-CODE_DAYS * DAY_SECS),
        deleted_connectors: now.plus_secs(-KEPT_SECS),
    };
    loop {
        match purge(&app.db, now, retention, BATCH).await {
            Ok(0) => break,
            Ok(rows) => tracing::debug!(rows, "expired rows purged"),
            Err(error) => {
                tracing::warn!(%error, "purging failed; tried again soon");
                break;
            }
        }
    }
}

/// Goes on through the counters from where it stopped the last time, for as long as many of them have ended.
async fn purge_counters(app: &App, from: &mut String) {
    let before = app.clock.now().plus_secs(-COUNTER_DAYS * DAY_SECS);
    for page in 1.. {
        match haoma_store::purge::counters(&app.db, from, before, BATCH).await {
            Ok(walked) => {
                let is_end = walked.next.is_none();
                *from = walked.next.unwrap_or_default();
                if is_end || page >= COUNTER_PAGES && walked.gone < BATCH.unsigned_abs() / 10 {
                    break;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "counters could not be purged; tried again soon");
                break;
            }
        }
    }
}
