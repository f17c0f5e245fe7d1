//! What a caller may say of an API resource and of its scopes, and how they are shown (wire contract C.7).
use haoma_core::ids::ResourceId;
use haoma_core::time::Timestamp;
use haoma_oidc::lifetimes::MOST_ACCESS_TOKEN;
use haoma_oidc::resource::{MOST_INDICATOR, check_indicator, is_scope_name};
use haoma_store::resources::{self, Resource};
use haoma_store::scopes::{self, Scope};
use serde_json::{Value, json};

use super::input::{Fields, Problems};
use crate::error::api::{ApiError, codes};

const MOST_NAME: usize = 256;
const MOST_TEXT: usize = 2048;
/// Seconds a token for a resource lives that does not say.
const DEFAULT_TTL: i64 = 3600;

/// A new resource, under this id.
///
/// # Errors
/// `guard.invalid_input` with every problem.
pub fn new(body: Value, id: ResourceId, now: Timestamp) -> Result<Resource, ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let name = fields.required_text("name", MOST_NAME);
    let indicator = fields.required_text("indicator", MOST_INDICATOR);
    if let (false, Err(why)) = (indicator.is_empty(), check_indicator(&indicator)) {
        fields.refuse("indicator", why);
    }
    let ttl = ttl(&mut fields).unwrap_or(DEFAULT_TTL);
    problems.check()?;
    Ok(Resource { id, name, indicator, is_default: false, access_token_ttl: ttl, created_at: now })
}

/// A partial update; the indicator of a resource never changes, because tokens that live name it.
///
/// # Errors
/// `guard.invalid_input` with every problem.
pub fn changes(body: Value) -> Result<resources::Changes, ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let changes = resources::Changes {
        name: fields.text("name", MOST_NAME).into(),
        access_token_ttl: ttl(&mut fields).into(),
    };
    problems.check()?;
    Ok(changes)
}

fn ttl(fields: &mut Fields<'_>) -> Option<i64> {
    fields.number("accessTokenTtl", 1..=MOST_ACCESS_TOKEN)
}

/// Whether a resource shall be the one that is meant where none is named.
///
/// # Errors
/// `guard.invalid_input`.
pub fn is_default(body: Value) -> Result<bool, ApiError> {
    let mut problems = Problems::default();
    let is_default = Fields::of(body, &mut problems).required_flag("isDefault");
    problems.check()?;
    Ok(is_default)
}

/// The name and the description of a new scope.
///
/// # Errors
/// `guard.invalid_input` or `scope.name_with_space`, with every problem.
pub fn new_scope(body: Value) -> Result<(String, Option<String>), ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let name = fields.required_text("name", MOST_NAME);
    judge_name(&mut fields, Some(&name).filter(|name| !name.is_empty()));
    let description = fields.nullable_text("description", MOST_TEXT).set().cloned().flatten();
    problems.check()?;
    Ok((name, description))
}

/// A partial update of a scope.
///
/// # Errors
/// `guard.invalid_input` or `scope.name_with_space`, with every problem.
pub fn scope_changes(body: Value) -> Result<scopes::Changes, ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let name = fields.text("name", MOST_NAME);
    judge_name(&mut fields, name.as_ref());
    let description = fields.nullable_text("description", MOST_TEXT);
    problems.check()?;
    Ok(scopes::Changes { name: name.into(), description })
}

fn judge_name(fields: &mut Fields<'_>, name: Option<&String>) {
    match name {
        Some(name) if name.contains(char::is_whitespace) => {
            fields.refuse_as("name", codes::SCOPE_NAME_SPACE, codes::SCOPE_NAME_SPACE.message);
        }
        Some(name) if !is_scope_name(name) => {
            fields.refuse(
                "name",
                "must be of printable ASCII without quotation marks and backslashes",
            );
        }
        _ => {}
    }
}

/// How a resource is shown, with its scopes where they are asked for.
pub fn shown(resource: &Resource, scopes: Option<Vec<Value>>) -> Value {
    let mut shown = json!({
        "tenantId": "default", "id": resource.id, "name": resource.name, "indicator": resource.indicator,
        "isDefault": resource.is_default, "accessTokenTtl": resource.access_token_ttl,
    });
    if let (Some(scopes), Some(members)) = (scopes, shown.as_object_mut()) {
        members.insert("scopes".to_owned(), scopes.into());
    }
    shown
}

/// How a scope is shown.
pub fn shown_scope(scope: &Scope) -> Value {
    json!({
        "tenantId": "default", "id": scope.id, "resourceId": scope.resource_id, "name": scope.name,
        "description": scope.description, "createdAt": scope.created_at,
    })
}
