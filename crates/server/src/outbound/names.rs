//! How many names are asked for at once. The system's resolver holds a thread until it answers, also when nobody waits for it any more; the
//! threads are those that hash passwords, read long lists and resolve the names of everybody else.
use std::io;

use tokio::sync::Semaphore;

static OF_MESSAGES: Semaphore = Semaphore::const_new(64);
static OF_NOTICES: Semaphore = Semaphore::const_new(32);

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
}

/// Asks when there is room, and keeps the room until the answer is there, whoever still waits for it.
#[expect(clippy::disallowed_methods, reason = "an answer that nobody waits for may be cut off")]
pub(super) async fn ask<T: Send + 'static>(
    slots: &'static Semaphore,
    asking: impl Future<Output = io::Result<T>> + Send + 'static,
) -> io::Result<T> {
    let slot = slots.acquire().await.map_err(io::Error::other)?;
    let asked = tokio::spawn(async move {
        let answer = asking.await;
        drop(slot);
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
            let asked = ask(&TWO, pending::<io::Result<()>>());
            timeout(Duration::ZERO, asked).await.unwrap_err();
        }
        assert_eq!(TWO.available_permits(), 0);
        let third = timeout(Duration::ZERO, ask(&TWO, async { Ok(()) })).await;
        assert!(third.is_err(), "it is not even asked for");
    }
}
