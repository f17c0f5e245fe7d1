//! What tests do to a running server besides using it: move the clock, let an administrator in, take the simulator away, look at
//! the data.
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use haoma::app::App;
use haoma::console::first;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::database::{self, Dumper, Engine};
use crate::simulator::Simulator;
use crate::stop::Stop;

/// Everything the control server reaches.
#[derive(Clone)]
pub(crate) struct Control {
    /// Addresses, applications and the secrets that must never show up in a log.
    pub(crate) info: Value,
    /// Milliseconds Haoma's clock is ahead of the machine's.
    pub(crate) shift: Arc<AtomicI64>,
    /// The simulator.
    pub(crate) simulator: Simulator,
    /// The database, with everything that lies around it.
    pub(crate) dump: Dumper,
    /// Haoma, which knows how to read its tables.
    pub(crate) app: App,
    /// Where they are kept.
    pub(crate) engine: Engine,
    /// The end.
    pub(crate) stop: Stop,
}

/// `GET /info`, `POST /clock`, `POST /administrator`, `POST /simulator/stop`, `POST /simulator/start`, `GET /dump`, `GET /tables`,
/// `POST /shutdown`.
pub(crate) fn router(control: Control) -> Router {
    Router::new()
        .route("/info", get(info))
        .route("/clock", post(clock))
        .route("/administrator", post(administrator))
        .route("/simulator/stop", post(simulator_stop))
        .route("/simulator/start", post(simulator_start))
        .route("/dump", get(dump))
        .route("/tables", get(tables))
        .route("/shutdown", post(shutdown))
        .with_state(control)
}

async fn info(State(control): State<Control>) -> Json<Value> {
    Json(control.info)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_ms: i64,
}

/// Moves Haoma's clock and the simulator's, by the same.
async fn clock(State(control): State<Control>, Json(by): Json<Advance>) -> Json<Value> {
    let before = control.shift.fetch_add(by.advance_ms, Ordering::Relaxed);
    control.simulator.advance_ms(by.advance_ms);
    Json(json!({ "ahead_ms": before.saturating_add(by.advance_ms) }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

/// An owner of this name, and the link as `haoma admin create` prints it.
async fn administrator(
    State(control): State<Control>,
    Json(new): Json<Named>,
) -> Result<Json<Value>, Failed> {
    let name = first::name(&new.name).map_err(anyhow::Error::new)?;
    Ok(Json(json!({ "link": first::create(&control.app, &name).await? })))
}

async fn simulator_stop(State(control): State<Control>) -> StatusCode {
    control.simulator.stop().await;
    StatusCode::NO_CONTENT
}

async fn simulator_start(State(control): State<Control>) -> Result<StatusCode, Failed> {
    control.simulator.restart().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn dump(State(control): State<Control>) -> Result<Vec<u8>, Failed> {
    Ok(control.dump.dump().await?)
}

async fn tables(State(control): State<Control>) -> Result<Json<Value>, Failed> {
    Ok(Json(database::tables(&control.app, control.engine).await?))
}

async fn shutdown(State(control): State<Control>) -> StatusCode {
    control.stop.now();
    StatusCode::NO_CONTENT
}

/// Something went wrong; the words are for whoever reads the test's output.
struct Failed(anyhow::Error);

impl From<anyhow::Error> for Failed {
    fn from(error: anyhow::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, format!("{:#}", self.0)).into_response()
    }
}
