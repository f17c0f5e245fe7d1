//! The three ways to end: standard input closes (the test went away), SIGTERM, `POST /shutdown`.
use std::io::Read as _;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// The wish to end. Clones are one.
#[derive(Debug, Clone)]
pub(crate) struct Stop {
    asking: watch::Sender<()>,
    asked: watch::Receiver<()>,
}

impl Stop {
    /// Listens to the signal and to standard input.
    #[expect(clippy::disallowed_methods, reason = "it waits for the end")]
    pub(crate) fn listening() -> anyhow::Result<Self> {
        let (asking, asked) = watch::channel(());
        let stop = Self { asking, asked };
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
        self.asking.send_replace(());
    }

    /// Done each time the end is asked for, the times before this call included.
    pub(crate) fn asked(&self) -> impl AsyncFnMut() {
        let mut asked = self.asked.clone();
        // The sender lives as long as anybody waits; an error would mean the end as well.
        async move || drop(asked.changed().await)
    }
}
