//! What web-hooks are told of users, roles and scopes that a program changed (wire contract C.9).
use haoma_core::hooks::HookEvent;
use haoma_core::ids::{ResourceId, RoleId, ScopeId, UserId};
use haoma_store::audit::Event;
use haoma_store::hook_deliveries::NewDelivery;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::hooks::body::Thing;
use crate::hooks::{self, About};

/// A request that changes something: method, route as the contract writes it, status of the answer.
pub(super) type Request = (&'static str, &'static str, u16);

/// For the unit of the change.
pub(super) fn user(
    app: &App,
    kind: HookEvent,
    (event, id): (&Event, &UserId),
    request: Request,
) -> Vec<NewDelivery> {
    hooks::tell_of_user(app, kind, event, id, || {
        Value::Object(asked(request, &[("userId", id.as_str())]))
    })
}

/// Of a role, for the unit of the change.
pub(super) fn role(
    app: &App,
    kind: HookEvent,
    (event, id): (&Event, &RoleId),
    request: Request,
) -> Vec<NewDelivery> {
    let thing = match kind {
        HookEvent::RoleDeleted => Thing::Gone(id.to_string()),
        _ => Thing::Role(id.clone()),
    };
    thing_of(app, kind, (event, thing), || asked(request, &[("id", id.as_str())]))
}

/// Of the scopes of a role, for the unit of the change; `scope` is the one that the request names, if it names one.
pub(super) fn scopes_of(
    app: &App,
    (event, role, scope): (&Event, &RoleId, Option<&ScopeId>),
    request: Request,
) -> Vec<NewDelivery> {
    let thing = Thing::ScopesOf(role.clone());
    thing_of(app, HookEvent::RoleScopesUpdated, (event, thing), || {
        let mut more = asked(
            request,
            &[("id", role.as_str()), ("scopeId", scope.map_or("", ScopeId::as_str))],
        );
        more.insert("roleId".to_owned(), json!(role));
        more
    })
}

/// Of a scope, for the unit of the change.
pub(super) fn scope(
    app: &App,
    kind: HookEvent,
    (event, resource, scope): (&Event, &ResourceId, &ScopeId),
    request: Request,
) -> Vec<NewDelivery> {
    let thing = match kind {
        HookEvent::ScopeDeleted => Thing::Gone(scope.to_string()),
        _ => Thing::Scope(scope.clone()),
    };
    let params = [("resourceId", resource.as_str()), ("scopeId", scope.as_str())];
    thing_of(app, kind, (event, thing), || asked(request, &params))
}

fn thing_of(
    app: &App,
    kind: HookEvent,
    (event, thing): (&Event, Thing),
    more: impl FnOnce() -> Map<String, Value>,
) -> Vec<NewDelivery> {
    hooks::tell(app, kind, || {
        let mut more = more();
        thing.into_data_of(&mut more);
        About::by(event, Value::Object(more))
    })
}

/// What the request was. Of `params` those count that its route names.
fn asked((method, route, status): Request, params: &[(&str, &str)]) -> Map<String, Value> {
    let mut path = String::new();
    let mut named = Map::new();
    for part in route.split('/').skip(1) {
        let param =
            part.strip_prefix(':').and_then(|name| params.iter().find(|(param, _)| *param == name));
        path.push('/');
        path.push_str(param.map_or(part, |(_, value)| value));
        named.extend(param.map(|(name, value)| ((*name).to_owned(), json!(value))));
    }
    let all = [
        ("path", json!(path)),
        ("method", json!(method)),
        ("status", json!(status)),
        ("params", Value::Object(named)),
        ("matchedRoute", json!(route)),
    ];
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_told_as_the_contract_writes_it() {
        let request = ("DELETE", "/roles/:id/scopes/:scopeId", 204);
        let told = asked(request, &[("id", "r"), ("scopeId", "s")]);
        let expected = json!({
            "path": "/roles/r/scopes/s", "method": "DELETE", "status": 204,
            "params": { "id": "r", "scopeId": "s" }, "matchedRoute": "/roles/:id/scopes/:scopeId",
        });
        assert_eq!(Value::Object(told), expected);
        let told = asked(("POST", "/roles", 200), &[("id", "r"), ("scopeId", "")]);
        assert_eq!((&told["path"], &told["params"]), (&json!("/roles"), &json!({})));
    }
}
