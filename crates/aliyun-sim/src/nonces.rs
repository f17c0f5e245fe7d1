//! Nonces used within the time window. Only fingerprints are kept: a busy day must not fill the memory.

use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};

/// More than this many live nonces push out the oldest minute.
const MOST: usize = 1_000_000;
const MINUTE_MS: i64 = 60_000;

/// The memory of nonces, forgotten by the minute.
#[derive(Debug, Default)]
pub(crate) struct Nonces {
    seen: HashSet<u64>,
    by_minute: BTreeMap<i64, Vec<u64>>,
}

impl Nonces {
    pub(crate) fn contains(&self, access_key_id: &str, nonce: &str) -> bool {
        self.seen.contains(&fingerprint(access_key_id, nonce))
    }

    /// Remembers a nonce until `until_ms`; false when it was there already.
    pub(crate) fn insert(
        &mut self,
        access_key_id: &str,
        nonce: &str,
        until_ms: i64,
        now_ms: i64,
    ) -> bool {
        self.forget(now_ms);
        let print = fingerprint(access_key_id, nonce);
        let new = self.seen.insert(print);
        if new {
            self.by_minute.entry(until_ms.div_euclid(MINUTE_MS)).or_default().push(print);
        }
        new
    }

    fn forget(&mut self, now_ms: i64) {
        let this_minute = now_ms.div_euclid(MINUTE_MS);
        while let Some(first) = self.by_minute.first_entry() {
            if *first.key() >= this_minute && self.seen.len() < MOST {
                return;
            }
            for print in first.remove() {
                self.seen.remove(&print);
            }
        }
    }
}

fn fingerprint(access_key_id: &str, nonce: &str) -> u64 {
    let hash =
        Sha256::new().chain_update(access_key_id).chain_update([0]).chain_update(nonce).finalize();
    u64::from_be_bytes(hash.first_chunk().copied().unwrap_or_default())
}
