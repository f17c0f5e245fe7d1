//! Tells hooks what is written for them: each node takes what is due, by a lease in the database, and several hooks at once, so that one
//! that does not answer keeps no other waiting.
//!
//! A delivery counts as made when its outcome is stored. A node that dies in between leaves a lease that ends, and another tells it
//! again: at least once, never at most once.
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use haoma_core::hooks::retry_at;
use haoma_core::ids::HookId;
use haoma_core::time::Timestamp;
use haoma_store::hook_deliveries::{self, Delivery, Outcome, State};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::body::{self, NoBody};
use super::{Subscriber, sending};
use crate::app::App;

/// How soon something new is told.
const PAUSE: Duration = Duration::from_secs(1);
/// Requests to one hook at once.
const AT_ONCE: u32 = 8;
/// The same in SQL.
const BATCH: i64 = AT_ONCE as i64;
/// Requests of this node at once.
const MOST_AT_ONCE: u32 = 256;
/// Seconds after which a node that took a delivery is taken for dead: a few times longer than a request may last.
const LEASE_SECS: i64 = 60;
/// The longest wait a receiver can ask for: an hour.
const MOST_WAIT_SECS: i64 = 3600;
/// How long requests under way are waited for when the server ends: a request lasts 10 seconds at most.
const DRAIN: Duration = Duration::from_secs(12);

/// The requests under way.
#[derive(Debug, Clone)]
pub struct UnderWay(Arc<Semaphore>);

impl Default for UnderWay {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(usize::try_from(MOST_AT_ONCE).unwrap_or(1))))
    }
}

impl UnderWay {
    /// Lets what is under way come to its end, for a while, and nothing new begin.
    pub async fn end(&self) {
        if tokio::time::timeout(DRAIN, self.0.acquire_many(MOST_AT_ONCE)).await.is_err() {
            tracing::warn!("web-hooks were still being told when the server ended");
        }
        self.0.close();
    }
}

/// Tells whatever there is to tell, for ever.
pub async fn keep_on(app: App) {
    let mut busy = HashSet::new();
    let mut lanes = JoinSet::new();
    loop {
        for hook in app.hooks.load().enabled() {
            if busy.insert(hook.id.clone()) {
                lanes.spawn(lane(app.clone(), hook.id.clone()));
            }
        }
        tokio::time::sleep(PAUSE).await;
        while let Some(ended) = lanes.try_join_next() {
            match ended {
                Ok(id) => drop(busy.remove(&id)),
                // nobody knows whose lane it was: all of them begin anew
                Err(error) => {
                    tracing::error!(%error, "telling a web-hook ended early");
                    lanes.shutdown().await;
                    busy.clear();
                }
            }
        }
    }
}

/// Tells one hook until nothing is due; who it was. Before each batch it is looked up: what an administrator changed meanwhile counts for
/// what was already waiting.
async fn lane(app: App, id: HookId) -> HookId {
    loop {
        let hook = app.hooks.load().find(&id).cloned();
        let Some(hook) = hook else { return id };
        // a full batch may have left something behind
        if tell_due(&app, &hook).await != BATCH {
            return id;
        }
    }
}

/// Tells every hook what is due, once; how many deliveries were tried.
pub async fn run(app: &App) -> i64 {
    let hooks = app.hooks.load_full();
    join_all(hooks.enabled().map(|hook| tell_due(app, hook))).await.into_iter().sum()
}

/// Tells one hook a batch of what is due; how much that was. What went wrong is logged, and due again.
async fn tell_due(app: &App, hook: &Subscriber) -> i64 {
    // taken first: what is claimed is told at once
    let Ok(_permit) = app.hooks_under_way.0.acquire_many(AT_ONCE).await else { return 0 };
    let claimed = match claim(app, hook).await {
        Ok(claimed) => claimed,
        Err(error) => {
            tracing::warn!(hook.id = %hook.id, %error, "nothing was read of what a web-hook is to be told; tried again soon");
            return 0;
        }
    };
    let count = claimed.len();
    join_all(claimed.into_iter().map(|one| tell(app, hook, one))).await;
    i64::try_from(count).unwrap_or(BATCH)
}

async fn claim(app: &App, hook: &Subscriber) -> haoma_store::Result<Vec<Delivery>> {
    let now = app.clock.now();
    let due = hook_deliveries::list_due(&app.db, &hook.id, now, BATCH).await?;
    if due.is_empty() {
        return Ok(due);
    }
    hook_deliveries::claim(&app.db, due, now.plus_secs(LEASE_SECS)).await
}

async fn tell(app: &App, hook: &Subscriber, delivery: Delivery) {
    let body = match body::of(app, &delivery).await {
        Ok(body) => body,
        Err(error @ NoBody::Unreadable(_)) => {
            tracing::error!(delivery.id = %delivery.id, %error, "a web-hook is not told");
            return settle(app, hook, &delivery, &unreadable(app.clock.now())).await;
        }
        Err(NoBody::Database(error)) => {
            // it may answer again when the lease ends
            tracing::warn!(delivery.id = %delivery.id, %error, "a web-hook cannot be told now");
            return;
        }
    };
    let came = sending::post(&hook.config, delivery.id.as_str(), body, 0).await;
    let chance = app.entropy.bytes::<1>().first().copied().unwrap_or_default();
    let outcome = outcome(&came, &delivery, hook.config.retries, (app.clock.now(), chance));
    settle(app, hook, &delivery, &outcome).await;
}

/// Of what cannot be read: given up at once, visibly. Somebody who has the key again can have it told again.
fn unreadable(now: Timestamp) -> Outcome {
    let error = Some("unreadable".to_owned());
    Outcome { state: State::Failed, next_at: None, status: None, error, at: now }
}

async fn settle(app: &App, hook: &Subscriber, delivery: &Delivery, outcome: &Outcome) {
    let (id, tries, state) = (&delivery.id, delivery.tries, outcome.state.as_str());
    match hook_deliveries::settle(&app.db, delivery, outcome).await {
        Ok(true) => {
            let error = outcome.error.as_deref().unwrap_or_default();
            tracing::debug!(delivery.id = %id, hook.id = %hook.id, tries, state, error, "web-hook told");
            if outcome.state == State::Failed {
                tracing::warn!(delivery.id = %id, hook.id = %hook.id, tries, error, "a web-hook is not told this any more");
            }
        }
        Ok(false) => tracing::debug!(delivery.id = %id, "somebody else told this, too"),
        Err(error) => {
            tracing::warn!(delivery.id = %id, %error, "what a web-hook answered was not stored; it will be told again");
        }
    }
}

/// What a request means for its delivery.
fn outcome(
    came: &sending::Came,
    delivery: &Delivery,
    quick: i64,
    (now, chance): (Timestamp, u8),
) -> Outcome {
    let status = came.status.map(|status| i64::from(status.as_u16()));
    let error = came.error.clone();
    if error.is_none() {
        return Outcome { state: State::Delivered, next_at: None, status, error, at: now };
    }
    let asked = came.wait.map(|wait| wait.until(now).min(now.plus_secs(MOST_WAIT_SECS)));
    let next_at = retry_at(delivery.tries, quick, now, chance);
    let next_at = next_at.map(|at| asked.map_or(at, |asked| asked.max(at)));
    let state = if next_at.is_some() { State::Pending } else { State::Failed };
    Outcome { state, next_at, status, error, at: now }
}
