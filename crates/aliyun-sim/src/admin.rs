//! The simulator's own interface under `/_sim`: for tests, for the inbox page, for a curious developer.

use crate::{Fault, Seed, Sim, SimClock};
use axum::{
    Json,
    body::{Body, Bytes, HttpBody},
    extract::{Query, State},
    http::{HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use hyper::body::Frame;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::sync::mpsc;

const DEFAULT_LIMIT: usize = 100;

/// A body that could not be understood, in words.
type Refused = (StatusCode, Json<Value>);

fn refused(why: &impl ToString) -> Refused {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": why.to_string() })))
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|error| refused(&error))
}

#[derive(Deserialize)]
pub(crate) struct Wanted {
    phone: Option<String>,
    limit: Option<usize>,
}

/// Accepted messages, newest first.
pub(crate) async fn messages(State(sim): State<Sim>, Query(wanted): Query<Wanted>) -> Json<Value> {
    // A plus sign arrives as a space.
    let phone = wanted.phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty());
    let messages = sim.messages(phone, wanted.limit.unwrap_or(DEFAULT_LIMIT));
    Json(json!({ "messages": messages }))
}

/// How many API calls came in.
pub(crate) async fn requests(State(sim): State<Sim>) -> Json<Value> {
    Json(json!({ "total": sim.requests_seen(), "byAction": sim.requests_by_action() }))
}

/// The faults still to come.
pub(crate) async fn faults(State(sim): State<Sim>) -> Json<Value> {
    Json(json!({ "faults": sim.faults() }))
}

/// Adds one fault, a list, or `{"faults":[…]}`.
pub(crate) async fn add_faults(
    State(sim): State<Sim>,
    body: Bytes,
) -> Result<Json<Value>, Refused> {
    let mut given: Value = read(&body)?;
    let named = given.get_mut("faults").map(Value::take);
    let list = match named.unwrap_or(given) {
        Value::Array(list) => list,
        one => vec![one],
    };
    let faults: Result<Vec<Fault>, _> = list.into_iter().map(serde_json::from_value).collect();
    faults.map_err(|error| refused(&error))?.into_iter().for_each(|fault| sim.add_fault(fault));
    Ok(Json(json!({ "faults": sim.faults() })))
}

/// Forgets all faults.
pub(crate) async fn clear_faults(State(sim): State<Sim>) -> Json<Value> {
    sim.clear_faults();
    Json(json!({ "faults": [] }))
}

/// The simulated time and whether it passes by itself.
pub(crate) async fn clock(State(sim): State<Sim>) -> Json<Value> {
    let clock = sim.clock();
    let mode = match clock {
        SimClock::System => "system",
        SimClock::Offset(_) => "offset",
        SimClock::Fixed(_) => "fixed",
    };
    Json(json!({ "now_ms": clock.now_ms(), "mode": mode }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewClock {
    now_ms: Option<i64>,
    advance_ms: Option<i64>,
    #[serde(default)]
    system: bool,
}

/// `{"now_ms":…}` stops the clock there, `{"advance_ms":…}` moves it, `{"system":true}` sets it right.
pub(crate) async fn set_clock(State(sim): State<Sim>, body: Bytes) -> Result<Json<Value>, Refused> {
    let clock_now = sim.clock();
    let wanted = match read(&body)? {
        NewClock { now_ms: Some(at), advance_ms: None, system: false } => SimClock::Fixed(at),
        NewClock { now_ms: None, advance_ms: Some(by), system: false } => clock_now.advanced(by),
        NewClock { now_ms: None, advance_ms: None, system: true } => SimClock::System,
        _ => return Err(refused(&"give one of now_ms, advance_ms, system")),
    };
    sim.set_clock(wanted);
    Ok(clock(State(sim)).await)
}

/// Accounts, signatures and templates as they are now.
pub(crate) async fn seed(State(sim): State<Sim>) -> Json<Seed> {
    Json(sim.seed())
}

/// Replaces accounts, signatures and templates.
pub(crate) async fn set_seed(State(sim): State<Sim>, body: Bytes) -> Result<Json<Seed>, Refused> {
    sim.set_seed(read(&body)?);
    Ok(Json(sim.seed()))
}

/// Where delivery receipts go.
pub(crate) async fn receipts(State(sim): State<Sim>) -> Json<Value> {
    let url = sim.lock().outbox.url().map(str::to_owned);
    Json(json!({ "url": url }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewReceipts {
    url: Option<String>,
}

/// `{"url":…}`, or `{"url":null}` to stop.
pub(crate) async fn set_receipts(
    State(sim): State<Sim>,
    body: Bytes,
) -> Result<Json<Value>, Refused> {
    let wanted: NewReceipts = read(&body)?;
    sim.set_receipt_url(wanted.url.as_deref()).map_err(|error| refused(&error))?;
    Ok(receipts(State(sim)).await)
}

/// Back to the start.
pub(crate) async fn reset(State(sim): State<Sim>) -> Json<Value> {
    sim.reset();
    Json(json!({ "ok": true }))
}

/// A word (server-sent event) whenever the inbox changed.
pub(crate) async fn events(State(sim): State<Sim>) -> Response<Body> {
    let words = sim.lock().watch();
    let mut response = Body::new(Words { words, greeted: false }).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The stream behind [`events`]: one greeting, then a word per change.
struct Words {
    words: mpsc::Receiver<()>,
    greeted: bool,
}

impl HttpBody for Words {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if !self.greeted {
            self.greeted = true;
            return Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(
                b"retry: 1000\ndata: hello\n\n",
            )))));
        }
        let word = |()| Ok(Frame::data(Bytes::from_static(b"data: changed\n\n")));
        self.words.poll_recv(context).map(|received| received.map(word))
    }
}
