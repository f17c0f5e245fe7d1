//! A strict stand-in for Aliyun SMS: what works against it should work against Aliyun.
//!
//! It checks both request signatures the way the real gateway does, applies the products' rules (review states,
//! regions, template variables, flow control), keeps what was sent in an inbox that a person can look at, and
//! fails on demand. It shares no code with the `aliyun-sms` client, so one mistake is not made twice.
//!
//! ```
//! use aliyun_sms_sim::{Seed, Sim, SimClock};
//!
//! # async fn start() -> std::io::Result<()> {
//! let sim = Sim::new(Seed::default(), SimClock::System);
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! tokio::spawn(aliyun_sms_sim::serve(listener, sim.clone(), std::future::pending()));
//! assert!(sim.messages(Some("8613800001234"), 10).is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! Over HTTP: the API and the inbox page at `/`; `GET /_sim/messages`, `GET /_sim/requests`,
//! `GET|POST /_sim/faults`, `GET|POST /_sim/clock`, `GET|PUT /_sim/seed`, `GET|POST /_sim/receipts`,
//! `POST /_sim/reset`, `GET /_sim/events`. The browser's side of Captcha 2.0: `GET /captcha/AliyunCaptcha.js`, and what it asks.

mod admin;
mod answer;
mod api;
mod book;
mod captcha;
mod clock;
mod conversions;
mod demo;
mod encode;
mod faults;
mod flow;
mod gateway;
mod ids;
mod inbox;
mod nonces;
mod numbers;
mod ops;
mod page;
mod receipts;
mod refusal;
mod request;
mod router;
mod seed;
mod serve;
mod sign;
mod sim;
mod state;
mod text;
mod time;

pub use clock::SimClock;
pub use conversions::Conversion;
pub use demo::{
    DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET, DEMO_CAPTCHA_PREFIX, DEMO_CAPTCHA_SCENE,
    DEMO_GENERAL_SIGN_NAME, DEMO_SIGN_NAME,
};
pub use faults::{Fault, FaultKind};
pub use inbox::{INBOX_CAPACITY, Message};
pub use receipts::BadReceiptUrl;
pub use seed::{
    Account, Captcha, CaptchaScene, Dypns, DypnsTemplate, FlowLimits, Kind, Receipts, Region,
    SecretText, Seed, Signature, SignatureUse, Status, Template, VariableRule,
};
pub use serve::serve;
pub use sim::Sim;
