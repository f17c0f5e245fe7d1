//! `/api/connectors`: the way messages go out (wire contract C.2). There is one at a time; a new one replaces the old.
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use haoma_core::ids::ConnectorId;
use haoma_store::connectors::{self as store, Connector, SavedBy};
use serde_json::{Map, Value, json};

use super::caller::{Manager, Who};
use super::connector_body::{self, NewConnector, shown};
use super::path::At;
use super::query::Query;
use crate::app::App;
use crate::connectors::factory;
use crate::connectors::kit::{Factory, Problem, redact};
use crate::connectors::saving::{self, Draft, Saving};
use crate::error::api::{ApiError, codes};
use crate::web::i18n::Lang;
use crate::web::json::Json as Body;

/// `GET /api/connectors`, perhaps only those of one provider.
pub async fn list(
    State(app): State<App>,
    _manager: Manager,
    query: Query,
) -> Result<Json<Vec<Value>>, ApiError> {
    let Some(connector) = store::current(&app.db).await? else { return Ok(Json(vec![])) };
    let shown = stored_as_shown(&app, &connector).await?;
    let is_wanted = query
        .one("target")
        .is_none_or(|target| shown.get("target").is_some_and(|own| own == target));
    Ok(Json(if is_wanted { vec![shown] } else { vec![] }))
}

/// `GET /api/connectors/{id}`.
pub async fn read(
    State(app): State<App>,
    _manager: Manager,
    At(id): At<String>,
) -> Result<Json<Value>, ApiError> {
    stored_as_shown(&app, &find(&app, &id).await?).await.map(Json)
}

/// `POST /api/connectors`: checked first, then in use at once.
pub async fn create(
    State(app): State<App>,
    manager: Manager,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let NewConnector { factory, config } = connector_body::new(body)?;
    let draft = check(factory, &config, None)?;
    let payload = json!({ "connectorFactoryId": factory.id });
    let saving = saving(&app, &manager, "Connector.Created", &payload);
    let stored = saving::create(&app, &draft, &saving).await?;
    stored_as_shown(&app, &stored).await.map(Json)
}

/// `PATCH /api/connectors/{id}`: the configuration is replaced as a whole, but for secrets that the caller was not shown.
pub async fn change(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let config = connector_body::change(body)?;
    let base = find(&app, &id).await?;
    let Some(config) = config else { return stored_as_shown(&app, &base).await.map(Json) };
    let factory = known(&base)?;
    let draft = check(factory, &config, Some(&saving::open(&app, &base)?))?;
    let payload = json!({ "connectorId": base.id, "version": base.version + 1 });
    let saving = saving(&app, &manager, "Connector.Updated", &payload);
    let stored = saving::change(&app, &base, &draft, &saving).await?;
    stored_as_shown(&app, &stored).await.map(Json)
}

/// `DELETE /api/connectors/{id}`: nothing goes out until there is another.
pub async fn delete(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
) -> Result<StatusCode, ApiError> {
    let id = parse(&id)?;
    let payload = json!({ "connectorId": id });
    let saving = saving(&app, &manager, "Connector.Deleted", &payload);
    saving::delete(&app, &id, &saving).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The configuration with every problem told at its place.
pub(super) fn check(
    factory: &'static Factory,
    config: &Map<String, Value>,
    stored: Option<&Value>,
) -> Result<Draft, ApiError> {
    let problem = |problem: &Problem| {
        let key_path = format!("config.{}", problem.key_path);
        json!({ "keyPath": key_path, "message": problem.message(Lang::En) })
    };
    Draft::check(factory, &Value::Object(config.clone()), stored).map_err(|problems| {
        let data = problems.iter().map(problem).collect();
        ApiError::new(codes::INVALID_CONFIG).with_data(data)
    })
}

async fn find(app: &App, id: &str) -> Result<Connector, ApiError> {
    let id = parse(id)?;
    let found = store::current(&app.db).await?.filter(|connector| connector.id == id);
    found.ok_or_else(|| ApiError::new(codes::ENTITY_NOT_FOUND))
}

/// What cannot be an id is as unknown as any other.
fn parse(id: &str) -> Result<ConnectorId, ApiError> {
    ConnectorId::parse(id).map_err(|e| ApiError::new(codes::ENTITY_NOT_FOUND).because(e))
}

async fn stored_as_shown(app: &App, connector: &Connector) -> Result<Value, ApiError> {
    let factory = known(connector)?;
    let config = saving::open(app, connector)?;
    let set_at = saving::secrets_set_at(app, connector, &config).await?;
    Ok(shown(factory, &connector.id, (&redact(&config, factory), &set_at)))
}

/// The kind of a stored connector.
fn known(connector: &Connector) -> Result<&'static Factory, ApiError> {
    factory(&connector.factory_id).ok_or_else(|| {
        ApiError::new(codes::INTERNAL).because("the stored connector is of no known kind")
    })
}

fn saving(app: &App, manager: &Manager, key: &str, payload: &Value) -> Saving {
    let Who::Application(id) = &manager.who;
    Saving {
        by: SavedBy::Application(id.to_string()),
        event: manager.event(app, key, None, payload),
        now: manager.now,
    }
}
