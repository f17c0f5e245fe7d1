//! Everything the simulator remembers, in one place behind one lock.

use crate::{
    book::Book,
    captcha::Captchas,
    clock::SimClock,
    conversions::Conversions,
    faults::Faults,
    flow::Flow,
    ids::Ids,
    inbox::{Inbox, Message},
    nonces::Nonces,
    ops::verify_code::Codes,
    receipts::Outbox,
    seed::Seed,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};
use tokio::sync::mpsc;

/// Operations counted by name: names are the caller's, so the list is kept short.
const MOST_ACTIONS: usize = 100;

/// The whole memory. `Sim` holds it in a mutex and keeps its hands on it only briefly.
pub(crate) struct State {
    pub(crate) seed: Arc<Seed>,
    pub(crate) book: Arc<Book>,
    pub(crate) clock: SimClock,
    first_seed: Arc<Seed>,
    first_clock: SimClock,
    pub(crate) ids: Ids,
    pub(crate) nonces: Nonces,
    pub(crate) flow: Flow,
    pub(crate) inbox: Inbox,
    pub(crate) conversions: Conversions,
    pub(crate) faults: Faults,
    pub(crate) codes: Codes,
    pub(crate) captchas: Captchas,
    pub(crate) outbox: Outbox,
    /// Paid messages used up so far, by access key.
    spent: HashMap<String, u64>,
    /// All API calls.
    pub(crate) calls_seen: u64,
    /// API calls by operation.
    pub(crate) calls: BTreeMap<String, u64>,
    watchers: Vec<mpsc::Sender<()>>,
}

impl State {
    pub(crate) fn new(seed: Seed, clock: SimClock) -> Self {
        let seed = Arc::new(seed);
        State {
            book: Arc::new(Book::new(&seed)),
            first_seed: Arc::clone(&seed),
            clock,
            first_clock: clock,
            ids: Ids::new(clock.now_ms()),
            nonces: Nonces::default(),
            flow: Flow::default(),
            inbox: Inbox::default(),
            conversions: Conversions::default(),
            faults: Faults::default(),
            codes: Codes::default(),
            captchas: Captchas::default(),
            outbox: Outbox::new(seed.receipts.clone()),
            spent: HashMap::new(),
            calls_seen: 0,
            calls: BTreeMap::new(),
            watchers: Vec::new(),
            seed,
        }
    }

    /// Back to the seed and clock of the start; messages, counters, nonces and faults are forgotten.
    pub(crate) fn reset(&mut self) {
        let watchers = std::mem::take(&mut self.watchers);
        let mut fresh = State::new(Seed::clone(&self.first_seed), self.first_clock);
        std::mem::swap(&mut fresh.ids, &mut self.ids);
        fresh.watchers = watchers;
        *self = fresh;
        self.tell_watchers();
    }

    /// Another seed from now on; what happened so far stays.
    pub(crate) fn set_seed(&mut self, seed: Seed) {
        self.book = Arc::new(Book::new(&seed));
        self.outbox.configure(seed.receipts.clone());
        self.spent.clear();
        self.seed = Arc::new(seed);
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    pub(crate) fn count_call(&mut self, action: &str) {
        self.calls_seen += 1;
        if let Some(count) = self.calls.get_mut(action) {
            *count += 1;
        } else if self.calls.len() < MOST_ACTIONS {
            self.calls.insert(action.to_owned(), 1);
        }
    }

    /// Whether `balance` covers so many more messages.
    pub(crate) fn can_pay(&self, access_key_id: &str, balance: Option<u64>, messages: u64) -> bool {
        let spent = self.spent.get(access_key_id).copied().unwrap_or_default();
        balance.is_none_or(|paid| spent.saturating_add(messages) <= paid)
    }

    /// Takes a message in: it is paid for, shown in the inbox and its receipt is on the way.
    pub(crate) fn accept(&mut self, access_key_id: &str, message: Message) {
        match self.spent.get_mut(access_key_id) {
            Some(spent) => *spent += 1,
            None => {
                self.spent.insert(access_key_id.to_owned(), 1);
            }
        }
        self.outbox.add(&message);
        self.inbox.push(message);
        self.tell_watchers();
    }

    /// A channel that gets a word whenever the inbox changed; words may be merged.
    pub(crate) fn watch(&mut self) -> mpsc::Receiver<()> {
        let (sender, receiver) = mpsc::channel(1);
        self.watchers.push(sender);
        receiver
    }

    fn tell_watchers(&mut self) {
        use mpsc::error::TrySendError::Closed;
        self.watchers.retain(|watcher| !matches!(watcher.try_send(()), Err(Closed(()))));
    }
}
