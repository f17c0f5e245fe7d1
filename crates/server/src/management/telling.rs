//! What web-hooks are told of users that a program changed (wire contract C.9).
use haoma_core::hooks::HookEvent;
use haoma_core::ids::UserId;
use haoma_store::audit::Event;
use haoma_store::hook_deliveries::NewDelivery;
use serde_json::json;

use crate::app::App;
use crate::hooks;

/// A request that changes users: method, route as the contract writes it, status of the answer.
pub(super) type Request = (&'static str, &'static str, u16);

/// For the unit of the change.
pub(super) fn user(
    app: &App,
    kind: HookEvent,
    (event, id): (&Event, &UserId),
    (method, route, status): Request,
) -> Vec<NewDelivery> {
    hooks::tell_of_user(app, kind, event, id, || {
        let params = if route.contains(":userId") { json!({ "userId": id }) } else { json!({}) };
        json!({
            "path": route.replace(":userId", id.as_str()), "method": method, "status": status,
            "params": params, "matchedRoute": route,
        })
    })
}
