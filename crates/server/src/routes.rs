//! Every path on one screen.
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, patch, post, put};

use crate::app::App;
use crate::experience::{api, pages, well_known};
use crate::management::{
    account_center, application_roles, applications, connector_factories, connector_test,
    connectors, dashboard, hook_test, hooks, limits, logs, openapi, resource_scopes, resources,
    role_applications, role_scopes, role_users, roles, secrets, sending_rules, sign_in_exp,
    test_numbers, user_access, user_roles, users, verification_codes, wrong_codes,
};
use crate::web::{around, assets};
use crate::{account, console, demo_app, oidc};

/// The whole HTTP surface.
pub fn router(app: App) -> Router {
    let mut routes = Router::new();
    if app.settings.demo_inbox.is_some() {
        routes = demo_app::routes();
    }
    routes
        .merge(pages::routes())
        .merge(experience_api())
        .merge(management_api())
        .merge(account::routes())
        .merge(account::pages::routes())
        .merge(access_api())
        .nest("/oidc", oidc::routes())
        .merge(oidc::pages())
        .merge(console::routes())
        .merge(assets::routes())
        .route("/api/swagger.json", get(openapi::show))
        .route("/api/status", get(well_known::status))
        .route("/api/.well-known/sign-in-exp", get(well_known::sign_in_experience))
        .route("/api/.well-known/account-center", get(account_center::read_public))
        .route("/api/.well-known/phrases", get(well_known::phrases))
        .fallback(pages::not_found)
        .layer(from_fn_with_state(app.clone(), around::handle))
        .with_state(app)
}

fn experience_api() -> Router<App> {
    Router::new()
        .route("/api/experience", put(api::begin))
        .route("/api/experience/interaction-event", put(api::switch))
        .route("/api/experience/verification/verification-code", post(api::send))
        .route("/api/experience/verification/verification-code/verify", post(api::verify))
        .route("/api/experience/identification", post(api::identify))
        .route("/api/experience/profile", post(api::profile))
        .route("/api/experience/submit", post(api::submit))
        .route("/api/experience/interaction", get(api::interaction))
}

/// API resources, and the roles that open them.
fn access_api() -> Router<App> {
    Router::new()
        .route("/api/resources", get(resources::list).post(resources::create))
        .route(
            "/api/resources/{id}",
            get(resources::read).patch(resources::change).delete(resources::delete),
        )
        .route("/api/resources/{id}/is-default", patch(resources::set_default))
        .route(
            "/api/resources/{id}/scopes",
            get(resource_scopes::list).post(resource_scopes::create),
        )
        .route(
            "/api/resources/{id}/scopes/{scope}",
            patch(resource_scopes::change).delete(resource_scopes::delete),
        )
        .route("/api/roles", get(roles::list).post(roles::create))
        .route("/api/roles/{id}", get(roles::read).patch(roles::change).delete(roles::delete))
        .route("/api/roles/{id}/scopes", get(role_scopes::list).post(role_scopes::give))
        .route("/api/roles/{id}/scopes/{scope}", delete(role_scopes::take))
        .route("/api/roles/{id}/users", get(role_users::list).post(role_users::give))
        .route("/api/roles/{id}/users/{user}", delete(role_users::take))
        .route(
            "/api/roles/{id}/applications",
            get(role_applications::list).post(role_applications::give),
        )
        .route("/api/roles/{id}/applications/{application}", delete(role_applications::take))
        .route(
            "/api/users/{id}/roles",
            get(user_roles::list).post(user_roles::give).put(user_roles::replace),
        )
        .route("/api/users/{id}/roles/{role}", delete(user_roles::take))
        .route(
            "/api/applications/{id}/roles",
            get(application_roles::list)
                .post(application_roles::give)
                .put(application_roles::replace),
        )
        .route("/api/applications/{id}/roles/{role}", delete(application_roles::take))
}

fn management_api() -> Router<App> {
    Router::new()
        .route("/api/applications", get(applications::list).post(applications::create))
        .route(
            "/api/applications/{id}",
            get(applications::read).patch(applications::change).delete(applications::delete),
        )
        .route("/api/applications/{id}/custom-data", patch(applications::merge_custom_data))
        .route("/api/applications/{id}/secrets", get(secrets::list).post(secrets::create))
        .route(
            "/api/applications/{id}/secrets/{name}",
            patch(secrets::rename).delete(secrets::delete),
        )
        .route("/api/users", get(users::list).post(users::create))
        .route("/api/users/{id}", get(users::read).patch(users::change).delete(users::delete))
        .route("/api/users/{id}/is-suspended", patch(users::suspend))
        .route(
            "/api/users/{id}/custom-data",
            get(users::custom_data).patch(users::merge_custom_data),
        )
        .route("/api/users/{id}/profile", patch(users::merge_profile))
        .route("/api/users/{id}/sessions", get(user_access::sessions))
        .route(
            "/api/users/{id}/sessions/{session}",
            get(user_access::session).delete(user_access::end_session),
        )
        .route("/api/users/{id}/grants", get(user_access::grants))
        .route("/api/users/{id}/grants/{grant}", delete(user_access::take_back))
        .route("/api/connector-factories", get(connector_factories::list))
        .route("/api/connector-factories/{id}", get(connector_factories::read))
        .route("/api/connectors", get(connectors::list).post(connectors::create))
        .route(
            "/api/connectors/{id}",
            get(connectors::read).patch(connectors::change).delete(connectors::delete),
        )
        .route("/api/connectors/{id}/test", post(connector_test::send))
        .route("/api/sign-in-exp", get(sign_in_exp::read).patch(sign_in_exp::change))
        .route("/api/account-center", get(account_center::read).patch(account_center::change))
        .route("/api/verification-codes", post(verification_codes::send))
        .route("/api/verification-codes/verify", post(verification_codes::verify))
        .route("/api/hooks", get(hooks::list).post(hooks::create))
        .route("/api/hooks/{id}", get(hooks::read).patch(hooks::change).delete(hooks::delete))
        .route("/api/hooks/{id}/signing-key", patch(hooks::new_key))
        .route("/api/hooks/{id}/test", post(hook_test::send))
        .route("/api/hooks/{id}/recent-logs", get(hooks::recent_logs))
        .route("/api/security/sending-rules", get(sending_rules::list).post(sending_rules::create))
        .route(
            "/api/security/sending-rules/{id}",
            get(sending_rules::read).delete(sending_rules::delete),
        )
        .route("/api/users/{id}/wrong-codes", get(wrong_codes::read).delete(wrong_codes::forget))
        .route("/api/test-numbers", get(test_numbers::list).post(test_numbers::create))
        .route(
            "/api/test-numbers/{id}",
            get(test_numbers::read).patch(test_numbers::change).delete(test_numbers::delete),
        )
        .route("/api/limits", get(limits::list))
        .route("/api/logs", get(logs::list))
        .route("/api/logs/{id}", get(logs::read))
        .route("/api/dashboard/users/total", get(dashboard::total))
        .route("/api/dashboard/users/new", get(dashboard::new))
}
