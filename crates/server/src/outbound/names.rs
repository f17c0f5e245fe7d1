//! How many names are asked for at once. The system's resolver holds a thread until it answers, also when nobody waits for it any more; the
//! threads are those that hash passwords, read long lists and resolve the names of everybody else.
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use tokio::sync::Semaphore;

static OF_MESSAGES: Semaphore = Semaphore::const_new(64);
static OF_NOTICES: Semaphore = Semaphore::const_new(32);

/// How often one name is asked for at once, of those of anybody's choice: one that is never answered keeps few others waiting.
const MOST_OF_ONE: usize = 8;

/// The names that are asked for right now, and the room that each has left.
static ASKED: LazyLock<Mutex<HashMap<String, Weak<Semaphore>>>> = LazyLock::new(Mutex::default);

/// Who waits for a name: what somebody signs in with never waits behind what can be told later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Messages, and whatever somebody waits for: 64 at once.
    OfMessages,
    /// What is told in the background, to addresses of anybody's choice: 32 at once.
    OfNotices,
}

impl Names {
    pub(super) const fn slots(self) -> &'static Semaphore {
        match self {
            Self::OfMessages => &OF_MESSAGES,
            Self::OfNotices => &OF_NOTICES,
        }
    }

    /// The room of one name. Messages go to few names, which may have all there is.
    pub(super) fn share(self, name: &str) -> Option<Arc<Semaphore>> {
        (self == Self::OfNotices).then(|| share(name))
    }
}

fn share(name: &str) -> Arc<Semaphore> {
    // whoever panicked left nothing half-done
    let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(share) = asked.get(name).and_then(Weak::upgrade) {
        return share;
    }
    asked.retain(|_name, share| share.strong_count() > 0);
    let share = Arc::new(Semaphore::new(MOST_OF_ONE));
    asked.insert(name.to_owned(), Arc::downgrade(&share));
    share
}

/// Asks when there is room, and keeps the room until the answer is there, whoever still waits for it.
#[expect(clippy::disallowed_methods, reason = "an answer that nobody waits for may be cut off")]
pub(super) async fn ask<T: Send + 'static>(
    (share, slots): (Option<Arc<Semaphore>>, &'static Semaphore),
    asking: impl Future<Output = io::Result<T>> + Send + 'static,
) -> io::Result<T> {
    let share = match share {
        Some(share) => Some(share.acquire_owned().await.map_err(io::Error::other)?),
        None => None,
    };
    let slot = slots.acquire().await.map_err(io::Error::other)?;
    let asked = tokio::spawn(async move {
        let answer = asking.await;
        drop((share, slot));
        answer
    });
    asked.await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    static TWO: Semaphore = Semaphore::const_new(2);

    #[tokio::test]
    async fn a_name_that_is_never_answered_keeps_its_room_when_nobody_waits_any_more() {
        for _ in 0..2 {
            let asked = ask((None, &TWO), pending::<io::Result<()>>());
            timeout(Duration::ZERO, asked).await.unwrap_err();
        }
        assert_eq!(TWO.available_permits(), 0);
        let third = timeout(Duration::ZERO, ask((None, &TWO), async { Ok(()) })).await;
        assert!(third.is_err(), "it is not even asked for");
    }

    #[tokio::test]
    async fn a_name_that_is_never_answered_leaves_room_for_others() {
        let dead = || (Names::OfNotices.share("dead.example"), Names::OfNotices.slots());
        for _ in 0..40 {
            let asked = ask(dead(), pending::<io::Result<()>>());
            timeout(Duration::ZERO, asked).await.unwrap_err();
        }
        let other = (Names::OfNotices.share("other.example"), Names::OfNotices.slots());
        timeout(Duration::from_secs(5), ask(other, async { Ok(()) })).await.unwrap().unwrap();
        assert!(Names::OfMessages.share("dead.example").is_none());
    }
}
