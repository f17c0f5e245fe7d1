//! The administrator's pages, under `/console`. Plain forms on the server; nothing here is for end users.
mod account;
mod actors;
mod administrator;
mod administrators;
mod api_reference;
mod applications;
mod audit_export;
mod audit_log;
mod carry;
mod components;
mod connectors;
mod done;
pub mod first;
mod forms;
mod hooks;
mod links;
mod listing;
mod lost;
mod message;
mod messages;
mod overview;
mod passwords;
mod places;
mod prove;
mod resume;
mod searches;
mod second;
mod security;
mod session;
mod settings;
mod shell;
mod sign_in;
mod sign_in_experience;
mod test_numbers;
mod users;
mod welcome;

pub(crate) use lost::Lost;
pub use passwords::Passwords;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{any, get, post};

use crate::app::App;

/// Every page of the console.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(hooks::routes())
        .merge(security::routes())
        .merge(test_numbers::routes())
        .route("/console", get(overview::show))
        .route("/console/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/console/sign-in/second", get(second::show).post(second::submit))
        .route("/console/account/second", post(second::set_up))
        .route("/console/account/second/confirm", post(second::confirm))
        .route("/console/account/second/remove", post(second::remove))
        .route("/console/resume", post(resume::show))
        .route("/console/sign-out", post(sign_in::sign_out))
        .route("/console/welcome/{token}", get(welcome::show).post(welcome::submit))
        .route("/console/account", get(account::show))
        .route("/console/account/password", post(account::change_password))
        .route("/console/account/sessions/{id}/end", post(account::end_session))
        .route("/console/connectors", get(connectors::gallery))
        .route("/console/connectors/new/{factory}", get(connectors::begin).post(connectors::create))
        .route("/console/connectors/{id}", get(connectors::edit).post(connectors::change))
        .route("/console/connectors/{id}/versions", get(connectors::versions))
        .route("/console/connectors/{id}/versions/{version}", get(connectors::version))
        .route("/console/connectors/{id}/versions/{version}/restore", post(connectors::roll_back))
        .route("/console/connectors/{id}/delete", post(connectors::delete))
        .route("/console/administrators", get(administrators::show).post(administrators::create))
        .route("/console/administrators/{id}/role", post(administrators::set_role))
        .route("/console/administrators/{id}/link", post(administrators::new_link))
        .route("/console/administrators/{id}/remove", post(administrators::remove))
        .route("/console/applications", get(applications::list).post(applications::create))
        .route("/console/applications/new", get(applications::show_new))
        .route("/console/applications/check", post(applications::check))
        .route("/console/applications/{id}", get(applications::show_one).post(applications::save))
        .route("/console/applications/{id}/delete", post(applications::delete))
        .route("/console/applications/{id}/management", post(applications::set_management))
        .route("/console/applications/{id}/guide", get(applications::show_guide))
        .route(
            "/console/applications/{id}/secrets",
            get(applications::show_secrets).post(applications::create_secret),
        )
        .route("/console/applications/{id}/secrets/rename", post(applications::rename_secret))
        .route("/console/applications/{id}/secrets/delete", post(applications::delete_secret))
        .route("/console/users", get(users::list).post(users::create))
        .route("/console/users/new", get(users::show_new))
        .route("/console/users/search", post(users::search))
        .route("/console/users/{id}", get(users::show_one).post(users::save))
        .route("/console/users/{id}/number", post(users::show_number))
        .route("/console/users/{id}/phone", post(users::change_number))
        .route("/console/users/{id}/lock", post(users::lock))
        .route("/console/users/{id}/unlock", post(users::unlock))
        .route("/console/users/{id}/delete", post(users::delete))
        .route("/console/users/{id}/wrong-codes/forget", post(users::forget_wrong_codes))
        .route("/console/users/{id}/access", get(users::show_access))
        .route("/console/users/{id}/sessions/end", post(users::end_all))
        .route("/console/users/{id}/sessions/{session}/end", post(users::end_session))
        .route("/console/users/{id}/grants/{grant}/end", post(users::take_back))
        .route("/console/users/{id}/activity", get(users::show_activity))
        .route(
            "/console/sign-in-experience",
            get(sign_in_experience::show).post(sign_in_experience::save),
        )
        .route("/console/sign-in-experience/account", post(sign_in_experience::save_account))
        .route(
            "/console/sign-in-experience/preview",
            get(sign_in_experience::preview_stored).post(sign_in_experience::preview_typed),
        )
        .route("/console/messages", get(messages::show))
        .route("/console/messages/search", post(messages::search))
        .route("/console/messages/{id}", get(message::show))
        .route("/console/messages/{id}/receipt", post(message::look_up))
        .route("/console/audit-log", get(audit_log::show))
        .route("/console/audit-log/export", post(audit_export::export))
        .route("/console/audit-log/{id}", get(audit_log::event))
        .route("/console/settings", get(settings::show))
        .route("/console/settings/sealing", post(settings::look))
        .route("/console/api", get(api_reference::show))
        .route("/console/_components", get(components::show))
        .route("/console/", get(overview::show))
        .route("/console/{*rest}", any(lost::nothing))
        .layer(from_fn(carry::carry))
        .layer(from_fn(resume::keep))
}
