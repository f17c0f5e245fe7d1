//! The simulator as a value: cheap to clone, all clones are one.

use crate::{
    clock::SimClock,
    conversions::Conversion,
    faults::{Fault, FaultKind},
    inbox::Message,
    numbers,
    receipts::BadReceiptUrl,
    router,
    seed::Seed,
    state::State,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::{Notify, watch};

/// A running stand-in for Aliyun SMS. Clones share everything.
#[derive(Clone)]
pub struct Sim(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    /// Counts up when idle API connections must be closed: a refused connection wants a new one.
    fresh_connections: watch::Sender<u64>,
    /// Wakes the pusher of receipts.
    receipts: Notify,
}

impl Sim {
    /// A simulator that knows what the seed says and takes its time from `clock`.
    pub fn new(seed: Seed, clock: SimClock) -> Self {
        Sim(Arc::new(Shared {
            state: Mutex::new(State::new(seed, clock)),
            fresh_connections: watch::Sender::new(0),
            receipts: Notify::new(),
        }))
    }

    /// All of it as a router, for in-process tests and for mounting. Faults that break the connection need
    /// [`serve`](crate::serve); without it they answer 502.
    pub fn router(&self) -> axum::Router {
        router::router(self.clone())
    }

    /// The simulated time, in milliseconds since 1970-01-01 UTC.
    pub fn now_ms(&self) -> i64 {
        self.lock().now_ms()
    }

    /// The clock as it is set.
    pub fn clock(&self) -> SimClock {
        self.lock().clock
    }

    /// Another clock from now on.
    pub fn set_clock(&self, clock: SimClock) {
        self.lock().clock = clock;
        self.nudge();
    }

    /// Moves the clock; a negative number moves it back.
    pub fn advance_ms(&self, ms: i64) {
        let moved = self.clock().advanced(ms);
        self.set_clock(moved);
    }

    /// Accepted messages, newest first, at most `limit`. `phone` in any accepted spelling.
    pub fn messages(&self, phone: Option<&str>, limit: usize) -> Vec<Message> {
        let state = self.lock();
        match phone {
            Some(phone) => {
                let readings = numbers::readings(phone);
                readings
                    .iter()
                    .flat_map(|digits| state.inbox.of(digits))
                    .take(limit)
                    .cloned()
                    .collect()
            }
            None => state.inbox.all().take(limit).cloned().collect(),
        }
    }

    /// The newest message to a number.
    pub fn latest(&self, phone: &str) -> Option<Message> {
        self.messages(Some(phone), 1).pop()
    }

    /// The codes it was told were given, or not, oldest first.
    pub fn conversions(&self) -> Vec<Conversion> {
        self.lock().conversions.all().cloned().collect()
    }

    /// How many API calls came in, refused ones and those that met a fault included.
    pub fn requests_seen(&self) -> u64 {
        self.lock().calls_seen
    }

    /// The same, by operation.
    pub fn requests_by_action(&self) -> BTreeMap<String, u64> {
        self.lock().calls.clone()
    }

    /// What the simulator knows now.
    pub fn seed(&self) -> Seed {
        Seed::clone(&self.lock().seed)
    }

    /// Other accounts, signatures and templates from now on; messages and counters stay.
    pub fn set_seed(&self, seed: Seed) {
        self.lock().set_seed(seed);
    }

    /// Back to the seed and clock of the start; messages, counters, nonces and faults are forgotten.
    pub fn reset(&self) {
        self.lock().reset();
        self.nudge();
    }

    /// Adds a fault behind those still to come.
    pub fn add_fault(&self, fault: Fault) {
        let refuses = fault.kind == FaultKind::RefuseConnection;
        self.lock().faults.add(fault);
        if refuses {
            self.0.fresh_connections.send_modify(|count| *count += 1);
        }
    }

    /// The faults still to come.
    pub fn faults(&self) -> Vec<Fault> {
        self.lock().faults.list()
    }

    /// No more faults.
    pub fn clear_faults(&self) {
        self.lock().faults.clear();
    }

    /// Where delivery receipts are posted; `None` stops them.
    ///
    /// # Errors
    /// When the address is not plain http, or not on this machine although the seed wants that.
    pub fn set_receipt_url(&self, url: Option<&str>) -> Result<(), BadReceiptUrl> {
        self.lock().outbox.set_url(url)
    }

    /// Pushes every receipt that is due by the simulated clock, and says how many posts that took.
    /// [`serve`](crate::serve) does this by itself.
    pub async fn push_due_receipts(&self) -> usize {
        let mut posts = 0;
        loop {
            let batch = {
                let mut state = self.lock();
                let now = state.now_ms();
                state.outbox.take_due(now)
            };
            let Some(batch) = batch else { return posts };
            posts += 1;
            if !batch.push().await {
                let mut state = self.lock();
                let now = state.now_ms();
                state.outbox.push_failed(batch, now);
            }
        }
    }

    /// Pushes receipts for ever, whenever some are due.
    pub(crate) async fn keep_pushing(self) {
        loop {
            self.push_due_receipts().await;
            let (due, clock) = {
                let state = self.lock();
                (state.outbox.next_due_ms(), state.clock)
            };
            let nudged = self.0.receipts.notified();
            match due.filter(|_| clock.is_running()) {
                None => nudged.await,
                Some(due) => {
                    let wait =
                        u64::try_from(due.saturating_sub(clock.now_ms())).unwrap_or_default();
                    // Either end is a reason to look again.
                    drop(tokio::time::timeout(Duration::from_millis(wait.max(1)), nudged).await);
                }
            }
        }
    }

    pub(crate) fn nudge(&self) {
        self.0.receipts.notify_one();
    }

    pub(crate) fn fresh_connections(&self) -> watch::Receiver<u64> {
        self.0.fresh_connections.subscribe()
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // State is never left half-changed: a panic elsewhere is no reason to stop.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
