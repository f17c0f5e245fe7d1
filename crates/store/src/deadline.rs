//! How long somebody waits who is not to wait long.
use std::time::{Duration, Instant};

use crate::error::Error;

/// The moment from which on nobody waits any more, by this machine's own clock: it never goes back, and means nothing anywhere else. How
/// much is left is asked of the same clock, by which the waiting itself goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline(Instant);

impl Deadline {
    /// So long after this moment.
    pub fn after(begun: Instant, within: Duration) -> Self {
        Self(begun + within)
    }

    /// How long it is until then; nothing once it is over.
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether nobody waits any more.
    pub fn is_over(self) -> bool {
        self.left().is_zero()
    }

    /// Milliseconds after which the server of the database gives up, so that its answer comes before nobody waits any more. At least one:
    /// none would mean no limit to it.
    pub(crate) fn of_the_server(self) -> u128 {
        (self.left().as_millis() * 2 / 3).max(1)
    }

    /// What the work comes to by then; `None` when it is not done. What is done without waiting is done in time.
    pub async fn wait<T>(self, work: impl Future<Output = T>) -> Option<T> {
        tokio::time::timeout(self.left(), work).await.ok()
    }

    /// The same of work that may fail: what is not done by then is [`Error::Unavailable`].
    pub async fn keep<T, E: From<Error>>(
        self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.wait(work).await.unwrap_or_else(|| Err(late().into()))
    }
}

/// What did not come in time.
pub(crate) fn late() -> Error {
    Error::Unavailable("it did not answer in time".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_gives_up_before_nobody_waits_any_more() {
        for secs in [1, 10, 3600] {
            let patience = Duration::from_secs(secs);
            let deadline = Deadline::after(Instant::now(), patience);
            assert!(deadline.of_the_server() * 4 <= patience.as_millis() * 3, "{secs} s");
        }
        let over = Deadline::after(Instant::now(), Duration::ZERO);
        assert_eq!(over.of_the_server(), 1, "none would be no limit");
    }
}
