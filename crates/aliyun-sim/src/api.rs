//! The door of the API: read, meet faults, believe or refuse, run the operation, answer.

use crate::{
    Sim,
    answer::Frame,
    faults::FaultKind,
    gateway::{self, Caller},
    ops::{self, Desk},
    refusal::Refusal,
    request::WireRequest,
    state::State,
};
use axum::{
    body::Body,
    http::{HeaderValue, Request, Response, header},
};
use http_body_util::{BodyExt, Limited};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// Larger requests are refused: a thousand numbers need far less.
const BODY_LIMIT: usize = 1024 * 1024;

/// Marks a response that must not be written: the connection is closed instead.
#[derive(Clone, Copy)]
pub(crate) struct Hangup;

/// Answers one API call.
pub(crate) async fn call(sim: &Sim, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, BODY_LIMIT).collect().await else {
        return hang_up();
    };
    let request = WireRequest::new(parts.method, &parts.uri, parts.headers, body.to_bytes());
    let (fault, frame) = enter(&mut sim.lock(), &request);
    match fault {
        None => frame.respond(answer(sim, &request, &Plan::default())),
        Some(kind) => meet(sim, &request, &frame, kind).await,
    }
}

fn enter(state: &mut State, request: &WireRequest) -> (Option<FaultKind>, Frame) {
    let action = request.action().unwrap_or_default();
    state.count_call(&action);
    let fault =
        if state.faults.is_empty() { None } else { state.faults.take(&action, &request.phones()) };
    (fault, Frame::new(request, state.ids.request_id()))
}

/// What a fault changes inside a call that is otherwise answered.
#[derive(Default)]
struct Plan {
    refuse: Option<Refusal>,
    undelivered: Option<String>,
}

async fn meet(sim: &Sim, request: &WireRequest, frame: &Frame, kind: FaultKind) -> Response<Body> {
    let honest = || frame.respond(answer(sim, request, &Plan::default()));
    match kind {
        FaultKind::DelayMs { ms } => {
            sleep(ms).await;
            honest()
        }
        FaultKind::RefuseConnection | FaultKind::DropAfterRead => hang_up(),
        FaultKind::Silent => std::future::pending().await,
        FaultKind::GarbageBody => garbage(),
        FaultKind::Status { status } => frame.respond(Err(failing(status))),
        FaultKind::Code { code, message, status } => {
            let refuse = Some(Refusal::from_code(&code, message.as_deref(), status));
            frame.respond(answer(sim, request, &Plan { refuse, undelivered: None }))
        }
        FaultKind::AcceptThenSilent => {
            drop(honest());
            std::future::pending().await
        }
        FaultKind::AcceptThenDelay { ms } => {
            let response = honest();
            sleep(ms).await;
            response
        }
        FaultKind::AcceptThenDrop => {
            drop(honest());
            hang_up()
        }
        FaultKind::Undelivered { err_code } => {
            frame.respond(answer(sim, request, &Plan { refuse: None, undelivered: Some(err_code) }))
        }
    }
}

/// Checks and runs the call. The lock is not held while the signature is computed.
fn answer(sim: &Sim, request: &WireRequest, plan: &Plan) -> Result<Value, Refusal> {
    let (book, now_ms) = {
        let state = sim.lock();
        (Arc::clone(&state.book), state.now_ms())
    };
    let seen = |id: &str, nonce: &str| sim.lock().nonces.contains(id, nonce);
    let caller = gateway::authenticate(request, &book, now_ms, seen)?;
    let mut state = sim.lock();
    remember_nonce(&mut state, &caller, now_ms)?;
    if let Some(refusal) = &plan.refuse {
        return Err(refusal.clone());
    }
    let undelivered = plan.undelivered.clone();
    let mut desk = Desk {
        state: &mut state,
        book: &book,
        account: &caller.account,
        request,
        now_ms,
        undelivered,
    };
    let outcome = ops::run(&mut desk);
    drop(state);
    sim.nudge();
    outcome
}

fn remember_nonce(state: &mut State, caller: &Caller, now_ms: i64) -> Result<(), Refusal> {
    let Some(nonce) = &caller.nonce else { return Ok(()) };
    if state.nonces.insert(&caller.account.access_key_id, &nonce.text, nonce.until_ms, now_ms) {
        return Ok(());
    }
    Err(Refusal::from_code("SignatureNonceUsed", None, None))
}

fn failing(status: u16) -> Refusal {
    let code = match status {
        503 => "ServiceUnavailable",
        429 => "Throttling.User",
        _ => "InternalError",
    };
    Refusal::from_code(code, None, Some(status))
}

fn garbage() -> Response<Body> {
    let mut response = Response::new(Body::from("<html><body>upstream says hello {"));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

fn hang_up() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = axum::http::StatusCode::BAD_GATEWAY;
    response.extensions_mut().insert(Hangup);
    response
}

async fn sleep(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}
