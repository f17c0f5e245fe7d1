//! Clients that were read from the database a moment ago.
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;
use haoma_oidc::client::Client;

/// Milliseconds for which a client is not read again: a change reaches every node as soon after it was stored.
const FRESH_MS: i64 = 1_000;

/// Every second step of a sign-in asks for the same client. Only registered ones are kept, so strangers cannot fill this.
#[derive(Default)]
pub struct KnownClients(Mutex<HashMap<ClientId, (Timestamp, Arc<Client>)>>);

impl KnownClients {
    /// A client that was read within the last second.
    pub(super) fn find(&self, id: &ClientId, now: Timestamp) -> Option<Arc<Client>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, client) = known.get(id)?;
        let age_ms = now.0.saturating_sub(read_at.0);
        (0..FRESH_MS).contains(&age_ms).then(|| Arc::clone(client))
    }

    /// Remembers one that was just read.
    pub(super) fn insert(&self, client: &Arc<Client>, now: Timestamp) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(client.id.clone(), (now, Arc::clone(client)));
    }

    /// Forgets one that was just changed, so that this node obeys the change at once.
    pub fn forget(&self, id: &ClientId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

/// Hashes of secrets stay out of logs.
impl fmt::Debug for KnownClients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownClients")
    }
}
