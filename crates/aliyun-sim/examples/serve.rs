//! The simulator alone: `cargo run -p aliyun-sms-sim --example serve -- 127.0.0.1:3003`. Port 0 takes any.
#![expect(clippy::print_stdout, reason = "says where it listens")]

use aliyun_sms_sim::{Seed, Sim, SimClock, serve};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3003".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("{}", listener.local_addr()?);
    serve(listener, Sim::new(Seed::default(), SimClock::System), std::future::pending()).await;
    Ok(())
}
