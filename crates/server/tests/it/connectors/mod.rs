//! Connectors against what they talk to, without the server around them.
mod aliyun_sms_mas;
mod http_sms;
mod live_check;

use aliyun_sms_sim::{DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET, Seed, Sim, SimClock};
use haoma_core::time::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// 2026-11-22 00:00:30 UTC.
const NOW: Timestamp = Timestamp(1_795_305_630_000);

/// A simulator at an address of its own, and a configuration that names its account and nothing else.
async fn simulator(seed: Seed) -> (Sim, Value) {
    let sim = Sim::new(seed, SimClock::Fixed(NOW.0));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(aliyun_sms_sim::serve(listener, sim.clone(), std::future::pending()));
    let config = json!({
        "accessKeyId": DEMO_ACCESS_KEY_ID, "accessKeySecret": DEMO_ACCESS_KEY_SECRET,
        "endpoint": format!("http://{address}"), "timeoutMs": 2000,
    });
    (sim, config)
}
