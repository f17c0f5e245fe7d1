//! What a caller may say of a role, and how one is shown (wire contract C.7).
use haoma_core::ids::RoleId;
use haoma_core::time::Timestamp;
use haoma_store::roles::{Changes, Role};
use serde_json::{Value, json};

use super::input::{Fields, Problems};
use crate::error::api::ApiError;

const MOST_NAME: usize = 128;
const MOST_TEXT: usize = 2048;
/// Who can have a role.
pub const KINDS: [&str; 2] = ["User", "MachineToMachine"];

/// A new role, under this id, and the ids of its scopes.
///
/// # Errors
/// `guard.invalid_input` with every problem.
pub fn new(body: Value, id: RoleId, now: Timestamp) -> Result<(Role, Vec<String>), ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let name = fields.required_text("name", MOST_NAME);
    let description = fields.required_text("description", MOST_TEXT);
    let kind = fields.text("type", MOST_NAME).unwrap_or_else(|| "User".to_owned());
    if !KINDS.contains(&kind.as_str()) {
        fields.refuse("type", "must be one of: User, MachineToMachine");
    }
    let is_default = fields.flag("isDefault").unwrap_or_default();
    if is_default && kind != "User" {
        fields.refuse("isDefault", NO_USERS);
    }
    let scopes = fields.some_ids("scopeIds", 0).unwrap_or_default();
    problems.check()?;
    Ok((Role { id, name, description, kind, is_default, created_at: now }, scopes))
}

/// Why a role of services is not given to everybody.
pub const NO_USERS: &str = "must be false: every new user gets it, and this is a role of services";

/// A partial update; who can have a role never changes.
///
/// # Errors
/// `guard.invalid_input` with every problem.
pub fn changes(body: Value) -> Result<Changes, ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let changes = Changes {
        name: fields.text("name", MOST_NAME).into(),
        description: fields.text("description", MOST_TEXT).into(),
        is_default: fields.flag("isDefault").into(),
    };
    problems.check()?;
    Ok(changes)
}

/// The ids a body has under this key: one at least.
///
/// # Errors
/// `guard.invalid_input` with every problem.
pub fn ids(body: Value, key: &str) -> Result<Vec<String>, ApiError> {
    let mut problems = Problems::default();
    let ids = Fields::of(body, &mut problems).ids(key, 1);
    problems.check()?;
    Ok(ids)
}

/// The roles that somebody shall have: perhaps none.
///
/// # Errors
/// `guard.invalid_input` with every problem.
pub fn replacing(body: Value) -> Result<Vec<String>, ApiError> {
    let mut problems = Problems::default();
    let ids = Fields::of(body, &mut problems).ids("roleIds", 0);
    problems.check()?;
    Ok(ids)
}

/// How a role is shown.
pub fn shown(role: &Role) -> Value {
    json!({
        "tenantId": "default", "id": role.id, "name": role.name, "description": role.description,
        "type": role.kind, "isDefault": role.is_default,
    })
}
