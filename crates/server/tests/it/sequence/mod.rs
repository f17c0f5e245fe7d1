//! The sequence tables of the wire contract, row by row, against the running server: a file for each table, a test for each row, named by
//! both. Where a row of ours answers otherwise, the test says so, and `docs/reference/differences.md` says why.
mod a5;
mod a5_cookies;
mod b2;
mod b3;
mod b4;
mod recipes;

use aliyun_sms_sim::{Fault, FaultKind};
use axum::http::Method;
use haoma_core::ids::UserId;
use haoma_store::users::{self, User};
use serde_json::{Value, json};

use crate::support::visitor::Answer;
use crate::support::{Database, TestApp, Visitor, people};

const PHONE: &str = "8613800138000";
const SECOND: &str = "8613800138001";

/// A server whose sign-in experience says this besides.
async fn with_experience(database: Database, change: impl FnOnce(&mut Value)) -> TestApp {
    TestApp::start_with(database, |_connector| {}, |raw| change(&mut raw["sign_in_experience"]))
        .await
}

/// Somebody from the application, begun.
async fn begun(test: &TestApp, event: &str) -> Visitor {
    let mut person = test.visitor();
    person.arrives_from("app").await;
    assert_eq!(person.begins(event).await.brief(), "204");
    person
}

/// The id of a verification whose code was just sent.
async fn sent(person: &mut Visitor, phone: &str, event: &str) -> String {
    let answer = person.asks_code(phone, event).await;
    assert_eq!(answer.brief(), "200", "{}", answer.text);
    answer.json()["verificationId"].as_str().unwrap().to_owned()
}

/// A code that is not this one.
fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

async fn post(person: &mut Visitor, path: &str, body: Value) -> Answer {
    person.request(Method::POST, &format!("/api/experience/{path}"), Some(body)).await
}

async fn put(person: &mut Visitor, path: &str, body: Value) -> Answer {
    person.request(Method::PUT, &format!("/api/experience{path}"), Some(body)).await
}

async fn interaction(person: &mut Visitor) -> Value {
    person.get("/api/experience/interaction").await.json()
}

/// Somebody who has the number already.
async fn user(test: &TestApp, phone: &str, is_locked: bool) -> UserId {
    let user = User { is_locked, ..people::user(test, Some(phone)) };
    assert!(users::create(&test.app.db, &user).await.unwrap());
    user.id
}

/// From now on the provider refuses every message so.
fn provider_says(test: &TestApp, code: &str) {
    let (code, message, status) = (code.to_owned(), None, None);
    test.sim.add_fault(Fault::always(FaultKind::Code { code, message, status }));
}

fn phone_identifier(value: &str) -> Value {
    json!({ "type": "phone", "value": value })
}
