//! Clients that were read from the database a moment ago.
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;
use haoma_oidc::client::Client;

/// Milliseconds for which a client is not read again: a change reaches every node as soon after it was stored.
const FRESH_MS: i64 = 1_000;

/// Every second step of a sign-in asks for the same client. Only registered ones are kept, so strangers cannot fill this.
#[derive(Default)]
pub struct KnownClients(Mutex<Known>);

#[derive(Default)]
struct Known {
    clients: HashMap<ClientId, (Timestamp, Arc<Client>)>,
    changes: u64,
}

/// How many changes there had been when a read began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changes(u64);

impl KnownClients {
    /// A client that was read within the last second; or, for reading it now, what [`Self::insert`] wants to know.
    pub(super) fn find(&self, id: &ClientId, now: Timestamp) -> Result<Arc<Client>, Changes> {
        let known = self.lock();
        let is_fresh =
            |read_at: Timestamp| (0..FRESH_MS).contains(&now.0.saturating_sub(read_at.0));
        match known.clients.get(id) {
            Some((read_at, client)) if is_fresh(*read_at) => Ok(Arc::clone(client)),
            _ => Err(Changes(known.changes)),
        }
    }

    /// Remembers one that was just read, unless something was changed since the read began: it may be out of date.
    pub(super) fn insert(&self, client: &Arc<Client>, before: Changes, now: Timestamp) {
        let mut known = self.lock();
        if known.changes == before.0 {
            known.clients.insert(client.id.clone(), (now, Arc::clone(client)));
        }
    }

    /// Forgets one that was just changed, so that this node obeys the change at once.
    pub fn forget(&self, id: &ClientId) {
        let mut known = self.lock();
        known.changes = known.changes.wrapping_add(1);
        known.clients.remove(id);
    }

    /// Forgets all of them, after a change of what every client means.
    pub fn forget_all(&self) {
        let mut known = self.lock();
        known.changes = known.changes.wrapping_add(1);
        known.clients.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hashes of secrets stay out of logs.
impl fmt::Debug for KnownClients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownClients")
    }
}

#[cfg(test)]
mod tests {
    use haoma_oidc::client::{ApplicationKind, CustomClientMetadata, OidcClientMetadata};

    use super::*;

    #[test]
    fn what_was_read_before_a_change_is_not_remembered_after_it() {
        let client = Arc::new(Client {
            id: ClientId::parse("app").unwrap(),
            name: "App".to_owned(),
            kind: ApplicationKind::Spa,
            is_third_party: false,
            is_admin: false,
            default_resource: None,
            oidc: OidcClientMetadata::default(),
            custom: CustomClientMetadata::default(),
            secrets: vec![],
        });
        let known = KnownClients::default();
        let find = |now| known.find(&client.id, Timestamp(now));
        let before = find(0).unwrap_err();
        known.forget(&client.id);
        known.insert(&client, before, Timestamp(0));
        let before = find(0).unwrap_err();
        known.insert(&client, before, Timestamp(0));
        assert!(find(999).is_ok() && find(1000).is_err() && find(-1).is_err());
        known.forget(&client.id);
        let before = find(0).unwrap_err();
        known.insert(&client, before, Timestamp(0));
        known.forget_all();
        assert!(find(0).is_err());
    }
}
