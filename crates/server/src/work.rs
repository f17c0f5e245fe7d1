//! Work that runs to its end when nobody waits for it any more: neither who asked for it, nor the server that is ending.
use std::future::Future;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How much is under way. Cloning shares it.
#[derive(Debug, Clone, Default)]
pub struct Work(Arc<watch::Sender<usize>>);

/// One of them, until it is dropped: at its end, or when it panicked.
struct UnderWay(Work);

impl Work {
    /// Begins some; the handle tells what came of it, and may be dropped.
    #[expect(clippy::disallowed_methods, reason = "this is the one that is waited for")]
    pub fn spawn<F>(&self, work: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.0.send_modify(|count| *count += 1);
        let under_way = UnderWay(self.clone());
        tokio::spawn(async move {
            let done = work.await;
            drop(under_way);
            done
        })
    }

    /// Waits until nothing is under way.
    pub async fn ended(&self) {
        // the sender is ours, so the channel is open
        drop(self.0.subscribe().wait_for(|count| *count == 0).await);
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}
