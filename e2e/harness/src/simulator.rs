//! The simulator on one port, which can go down and come back as a real service does.
use std::net::SocketAddr;
use std::sync::Arc;

use aliyun_sms_sim::{Seed, Sim, SimClock};
use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinHandle;

/// A simulator that keeps its address and its messages while it is down. Clones are one.
#[derive(Clone)]
pub(crate) struct Simulator {
    sim: Sim,
    address: SocketAddr,
    running: Arc<Mutex<Option<Running>>>,
}

struct Running {
    end: oneshot::Sender<()>,
    done: JoinHandle<()>,
}

impl Simulator {
    /// Starts on a free port, with the default seed.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let sim = Sim::new(Seed::default(), SimClock::Offset(0));
        let address = listener.local_addr()?;
        let running = Arc::new(Mutex::new(Some(serve(listener, sim.clone()))));
        Ok(Self { sim, address, running })
    }

    /// Where it answers, or did.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Moves its clock.
    pub(crate) fn advance_ms(&self, millis: i64) {
        self.sim.advance_ms(millis);
    }

    /// Connections are refused from now on.
    pub(crate) async fn stop(&self) {
        let running = self.running.lock().await.take();
        if let Some(Running { end, done }) = running {
            // One that nobody listens in has ended by itself.
            if end.send(()).is_ok() {
                drop(done.await);
            }
        }
    }

    /// Back on the same port.
    pub(crate) async fn restart(&self) -> anyhow::Result<()> {
        let mut running = self.running.lock().await;
        if running.is_none() {
            let listener =
                TcpListener::bind(self.address).await.context("the simulator's port is taken")?;
            *running = Some(serve(listener, self.sim.clone()));
        }
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "its end is waited for through `Running`")]
fn serve(listener: TcpListener, sim: Sim) -> Running {
    let (end, ended) = oneshot::channel();
    let shutdown = async move { drop(ended.await) };
    Running { end, done: tokio::spawn(aliyun_sms_sim::serve(listener, sim, shutdown)) }
}
