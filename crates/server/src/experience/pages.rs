//! The hosted pages. Plain forms that work without scripts; a GET never sends a message.
use axum::Router;
use axum::routing::get;
use haoma_core::experience::InteractionEvent;

use crate::app::App;

pub(crate) mod code;
pub mod countries;
pub mod frame;
mod other;
mod phone;
mod phone_page;
pub mod preview;
mod task;
mod visitor;

pub use other::{error_page, not_found};

/// Every page a person meets on the road of one sign-in.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(other::start))
        .route("/sign-in", get(phone::show_sign_in).post(phone::sign_in))
        .route("/register", get(phone::show_register).post(phone::register))
        .route("/sign-in/verify", get(code::show).post(code::verify))
        .route("/register/verify", get(code::show).post(code::verify))
        .route("/sign-in/resend", get(code::to_code_page).post(code::resend))
        .route("/register/resend", get(code::to_code_page).post(code::resend))
        .route("/identifier-sign-in", get(other::to_sign_in))
        .route("/identifier-register", get(other::to_register))
        .route("/reset-password", get(other::to_sign_in))
        .route("/single-sign-on", get(other::to_sign_in))
        .route("/direct/{method}/{target}", get(other::to_sign_in))
        .route("/unknown-session", get(other::unknown_session))
}

/// The path of the page that asks for a number.
const fn path_of(event: InteractionEvent) -> &'static str {
    match event {
        InteractionEvent::Register => "/register",
        InteractionEvent::SignIn | InteractionEvent::ForgotPassword => "/sign-in",
    }
}
