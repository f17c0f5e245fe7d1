//! The account API (wire contract C.11): what people see and change of their own account through an application.
mod access;
mod notice;
pub(crate) mod page;
mod phone;
mod profile;
mod test_numbers;
mod who;

use axum::Router;
use axum::http::Method;
use haoma::account::center::{AccountCenter, Control};
use haoma_store::account_center;
use serde_json::{Value, json};

use crate::oidc::support::{call, exchange, parameter, text};
use crate::support::visitor::{Answer, authorization_request};
use crate::support::{Database, TestApp, Visitor};

const PHONE: &str = "8613800138000";
const NEW: &str = "8613800138001";
const OTHER: &str = "8613800138002";

/// Everything the tests ask for.
pub(crate) const SCOPES: &str =
    "openid offline_access profile phone address custom_data urn:logto:scope:sessions";

/// A server whose account center is open.
pub(crate) async fn open(database: Database) -> TestApp {
    open_with(database, |_center| {}).await
}

/// A server whose account center is open but for these changes.
async fn open_with(database: Database, change: impl FnOnce(&mut AccountCenter)) -> TestApp {
    let test = TestApp::start(database).await;
    set(&test, change).await;
    test
}

/// Opens the account center of a server that runs.
pub(crate) async fn opens(test: &TestApp) {
    set(test, |_center| {}).await;
}

/// Opens the account center of a running server but for these changes.
pub(crate) async fn set(test: &TestApp, change: impl FnOnce(&mut AccountCenter)) {
    let mut center = AccountCenter::open();
    change(&mut center);
    let document = serde_json::to_string(&center).unwrap();
    let old = account_center::find(&test.app.db).await.unwrap();
    let change = (old.as_deref(), document.as_str());
    assert!(account_center::save(&test.app.db, change, test.app.clock.now(), None).await.unwrap());
}

fn control(center: &mut AccountCenter, field: &str, control: Control) {
    center.fields.insert(field.to_owned(), control);
}

/// A person's browser, and an application they let in.
pub(crate) struct Member {
    router: Router,
    pub(crate) browser: Visitor,
    token: String,
}

/// Signs in, or registers, through an application with these scopes.
pub(crate) async fn member(test: &TestApp, client: &str, phone: &str, scopes: &str) -> Member {
    member_by(test, client, (phone, None), scopes).await
}

/// The same by a fixed code, where there is one.
async fn member_by(
    test: &TestApp,
    client: &str,
    (phone, fixed): (&str, Option<&str>),
    scopes: &str,
) -> Member {
    let mut browser = test.visitor();
    let scope = form_urlencoded::byte_serialize(scopes.as_bytes()).collect::<String>();
    let path = authorization_request(client, "")
        .replace("scope=openid+offline_access+profile+phone", &format!("scope={scope}"));
    assert!(path.contains(&scope), "{path}");
    browser.get(&path).await;
    browser.begins("SignIn").await;
    let sent = browser.asks_code(phone, "SignIn").await;
    assert_eq!(sent.brief(), "200", "{}", sent.text);
    let id = text(&sent.json(), "verificationId").to_owned();
    let code = fixed.map_or_else(|| browser.reads_sms(phone), str::to_owned);
    browser.gives_code(phone, &id, &code).await;
    if browser.identifies(&id).await.brief() != "204" {
        browser.switches("Register").await;
        assert_eq!(browser.identifies(&id).await.brief(), "201");
    }
    let submitted = browser.submits().await.json();
    let callback = match client {
        "third" => allows(&mut browser, text(&submitted, "redirectTo")).await,
        _ => browser.follows(text(&submitted, "redirectTo")).await,
    };
    let tokens = exchange(test, client, &parameter(&callback, "code")).await.json();
    // the pause after a message is over
    test.advance_secs(61);
    Member { router: test.router.clone(), browser, token: text(&tokens, "access_token").to_owned() }
}

/// The consent page of an application of others, answered.
async fn allows(browser: &mut Visitor, resume: &str) -> String {
    let consent = browser.get(resume).await.location();
    let page = browser.get(&consent).await;
    let csrf = crate::support::visitor::hidden(&page.text, "csrf");
    let answer = browser.posts(&consent, &[("csrf", &csrf), ("consent", "allow")]).await;
    browser.follows(&answer.location()).await
}

impl Member {
    /// The same application, asking another node.
    pub(crate) fn of(mut self, node: &haoma::app::App) -> Self {
        self.router = haoma::routes::router(node.clone());
        self
    }

    async fn sends(
        &self,
        method: Method,
        path: &str,
        body: Value,
        more: &[(&str, &str)],
    ) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let mut headers =
            vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
        headers.extend(more);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        call(&self.router, method, path, &headers, &body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.sends(Method::GET, path, Value::Null, &[]).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.sends(Method::PATCH, path, body, &[]).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.sends(Method::POST, path, body, &[]).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.sends(Method::DELETE, path, Value::Null, &[]).await
    }

    /// Asks for a code to a number.
    pub(crate) async fn asks(&self, phone: &str) -> Answer {
        let body = json!({ "identifier": { "type": "phone", "value": phone } });
        self.post("/api/verifications/verification-code", body).await
    }

    pub(crate) async fn gives(&self, phone: &str, id: &str, code: &str) -> Answer {
        let body = json!({ "identifier": { "type": "phone", "value": phone }, "verificationId": id, "code": code });
        self.post("/api/verifications/verification-code/verify", body).await
    }

    /// Asks for a code; the record's id.
    pub(crate) async fn record(&self, phone: &str) -> String {
        let sent = self.asks(phone).await;
        assert_eq!(sent.status.as_u16(), 201, "{}", sent.text);
        text(&sent.json(), "verificationRecordId").to_owned()
    }

    /// A number proved; the record's id.
    pub(crate) async fn proves(&self, phone: &str) -> String {
        let id = self.record(phone).await;
        let code = self.browser.reads_sms(phone);
        let given = self.gives(phone, &id, &code).await;
        assert_eq!(given.brief(), "200", "{}", given.text);
        id
    }

    /// Asks for another number.
    pub(crate) async fn changes(
        &self,
        proof: &str,
        phone: &str,
        record: &str,
        more: Value,
    ) -> Answer {
        let mut body = json!({ "phone": phone, "newIdentifierVerificationRecordId": record });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let proof = [("logto-verification-id", proof)];
        let proof = if proof[0].1.is_empty() { &[][..] } else { &proof[..] };
        self.sends(Method::POST, "/api/my-account/primary-phone", body, proof).await
    }

    async fn removes(&self, proof: &str) -> Answer {
        let proof = [("logto-verification-id", proof)];
        self.sends(Method::DELETE, "/api/my-account/primary-phone", Value::Null, &proof).await
    }
}
