//! The console: getting in, staying in, and who may do what.
mod colleagues;
mod entering;
mod guessing;
mod pages;
mod proving;
mod resuming;
mod second;
mod secrets;
mod sessions;

use axum::http::StatusCode;
use haoma::console::first;
use haoma_core::totp::Secret;
use haoma_store::{Db, administrators};

use crate::support::visitor::hidden;
use crate::support::{TestApp, Visitor};

pub(crate) const PASSWORD: &str = "seven green kettles";
/// What goes with a form that asks for the password however lately it was given.
const PROVED: [(&str, &str); 1] = [("current_password", PASSWORD)];
const OTHER: &str = "eight brown teapots";

/// The path of a one-time link for an owner.
async fn link(test: &TestApp, name: &str) -> String {
    let link = first::create(&test.app, name).await.unwrap();
    link.strip_prefix("https://id.example.com").unwrap().to_owned()
}

/// An owner who came through a link and chose [`PASSWORD`].
pub(crate) async fn owner(test: &TestApp) -> Visitor {
    let mut li = test.visitor().at("192.0.2.1");
    let path = link(test, "li").await;
    let answer = li.posts(&path, &[("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.location().as_str()), (StatusCode::SEE_OTHER, "/console"));
    li
}

/// Somebody with a role, made by an owner through the pages.
pub(crate) async fn with_role(
    test: &TestApp,
    owner: &mut Visitor,
    name: &str,
    role: &str,
) -> Visitor {
    let form = [("name", name), ("role", role), PROVED[0]];
    let made = owner.posts("/console/administrators", &form).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let mut new = test.visitor().at("192.0.2.2");
    let answer = new.posts(&shown_link(&made.text), &[("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    new
}

fn shown_link(html: &str) -> String {
    let (_, rest) = html.split_once("<code>https://id.example.com").expect("a link");
    rest.split('<').next().unwrap().to_owned()
}

async fn signs_in(visitor: &mut Visitor, name: &str, password: &str) -> StatusCode {
    visitor.posts("/console/sign-in", &[("name", name), ("password", password)]).await.status
}

async fn id_of(db: &Db, name: &str) -> String {
    administrators::find_by_name(db, name).await.unwrap().unwrap().id.to_string()
}

/// Switches the second factor on, with the app of this secret.
pub(crate) async fn sets_up_second(test: &TestApp, visitor: &mut Visitor) -> Secret {
    sets_up_second_by(test, visitor, PASSWORD).await
}

/// The same for somebody with another password.
async fn sets_up_second_by(test: &TestApp, visitor: &mut Visitor, password: &str) -> Secret {
    let proved = [("current_password", password)];
    let page = visitor.posts("/console/account/second", &proved).await.text;
    let secret = shown_secret(&page);
    let code = secret.shown(test.app.clock.now());
    let form = [("sealed", hidden(&page, "sealed")), ("code", code)];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let set = visitor.posts("/console/account/second/confirm", &form).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.text);
    secret
}

fn shown_secret(html: &str) -> Secret {
    let (_, rest) = html.split_once("class=\"secret\"><code>").unwrap();
    let letters = rest.split('<').next().unwrap().replace(' ', "");
    Secret::parse(&letters.into()).unwrap()
}

/// What the page says went wrong.
pub(crate) fn problem(html: &str) -> &str {
    let (_, rest) = html.split_once("data-code=\"").unwrap_or(("", "none\""));
    rest.split('"').next().unwrap()
}
