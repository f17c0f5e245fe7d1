//! `/api/connector-factories`: every kind of connector this server knows (wire contract C.2).
use axum::Json;
use serde_json::Value;

use super::caller::Manager;
use super::path::At;
use crate::connectors::kit::wire;
use crate::connectors::{FACTORIES, factory};
use crate::error::api::{ApiError, codes};

/// `GET /api/connector-factories`.
pub async fn list(_manager: Manager) -> Json<Vec<Value>> {
    Json(FACTORIES.iter().map(wire).collect())
}

/// `GET /api/connector-factories/{id}`.
pub async fn read(_manager: Manager, At(id): At<String>) -> Result<Json<Value>, ApiError> {
    let found = factory(&id).ok_or_else(|| ApiError::new(codes::ENTITY_NOT_FOUND))?;
    Ok(Json(wire(found)))
}
