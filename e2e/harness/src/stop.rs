//! The three ways to end: standard input closes (the test went away), SIGTERM, `POST /shutdown`.
use std::future::Future;
use std::io::Read as _;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Whether the end was asked for. Clones are one.
#[derive(Debug, Clone)]
pub(crate) struct Stop(watch::Sender<bool>);

impl Stop {
    /// Listens to the signal and to standard input.
    pub(crate) fn listening() -> anyhow::Result<Self> {
        let stop = Self(watch::Sender::new(false));
        let (by_signal, by_input) = (stop.clone(), stop.clone());
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::spawn(async move {
            terminate.recv().await;
            by_signal.now();
        });
        // A thread of its own: a read of standard input cannot be called off.
        std::thread::spawn(move || {
            let mut waste = [0; 256];
            while std::io::stdin().read(&mut waste).is_ok_and(|count| count > 0) {}
            by_input.now();
        });
        Ok(stop)
    }

    /// Asks for the end.
    pub(crate) fn now(&self) {
        self.0.send_replace(true);
    }

    /// Ready when the end was asked for.
    pub(crate) fn asked(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut receiver = self.0.subscribe();
        async move {
            // The sender lives as long as anybody waits; an error would mean the end as well.
            drop(receiver.wait_for(|asked| *asked).await);
        }
    }
}
