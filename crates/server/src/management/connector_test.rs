//! `POST /api/connectors/{factoryId}/test`: a message through a configuration that may not be stored yet (wire contract C.2).
use axum::extract::State;
use axum::http::StatusCode;
use haoma_core::phone::PhoneNumber;
use haoma_core::usage_type::UsageType;
use haoma_store::connectors as store;
use serde_json::{Value, json};

use super::caller::{Manager, Who};
use super::connectors::check;
use super::input::{Fields, Problems};
use super::path::At;
use super::verification_codes::{Identifier, identifier};
use crate::app::App;
use crate::connectors::factory;
use crate::connectors::kit::{NextStep, Requester, SendError};
use crate::connectors::saving;
use crate::error::api::{ApiError, Code, codes};
use crate::experience::flow;
use crate::sending::{refusal_code, trial};
use crate::web::i18n::Lang;
use crate::web::json::Json as Body;

/// The template of test messages; without one, `Generic`'s serves.
const USAGE: UsageType = UsageType::Test;
/// Longer than any tag of a language that somebody writes.
const MOST_LOCALE: usize = 64;

/// The code the contract has for a kind of connector that does not exist; elsewhere it says that there is none to send with.
pub(super) const NO_SUCH_KIND: Code = Code { status: 400, ..codes::NO_CONNECTOR };

/// Sends `000000`, once. Secrets that the configuration leaves out are those of the connector in use, if it is of this kind.
pub async fn send(
    State(app): State<App>,
    manager: Manager,
    At(kind): At<String>,
    Body(body): Body<Value>,
) -> Result<StatusCode, ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let identifier = identifier(&mut fields);
    let locale = fields.text("locale", MOST_LOCALE);
    let config = fields.required_object("config");
    problems.check()?;
    let factory = factory(&kind).ok_or_else(|| ApiError::new(NO_SUCH_KIND))?;
    let Identifier::Phone(digits) = identifier else {
        return Err(ApiError::new(codes::UNEXPECTED_TYPE));
    };
    let stored = store::current(&app.db).await?.filter(|stored| stored.factory_id == factory.id);
    let stored = stored.map(|stored| saving::open(&app, &stored)).transpose()?;
    let draft = check(factory, &config, stored.as_ref(), &manager)?;
    let phone = flow::reachable(&app, PhoneNumber::from_international(&digits))?;
    let payload = json!({ "connectorFactoryId": factory.id, "usageType": USAGE });
    let event = manager.event(&app, "Connector.Tested", None, &payload);
    let Who::Application(caller) = &manager.who;
    let trial = trial::Trial {
        connector: &draft.connector,
        phone: &phone,
        usage_type: USAGE,
        fallback: trial::Fallback::None,
        requester: Requester {
            ip: manager.caller.ip,
            lang: locale.as_deref().and_then(Lang::from_tag),
        },
        caller: caller.as_str(),
        event: &event,
        now: manager.now,
    };
    match trial::send(&app, &trial).await?.outcome {
        Ok(_accepted) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(refusal(&error, &manager)),
    }
}

/// Who sets up a connector is told what the provider said.
fn refusal(error: &SendError, manager: &Manager) -> ApiError {
    let words = error.entry().map(|entry| entry.words(Lang::En));
    let data = json!({
        "message": error.explanation,
        "providerCode": error.provider_code,
        "cause": words.map(|words| &words.cause),
        "fix": words.map(|words| &words.fix),
    });
    let answer = ApiError::new(refusal_code(error.next)).with_data(data);
    match error.next {
        NextStep::Wait { secs } => {
            answer.retry_at(manager.now.plus_secs(secs.unwrap_or(60)), manager.now)
        }
        _ => answer,
    }
}
