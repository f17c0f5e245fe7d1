//! A service that manages, and what tests ask it to do.
pub(super) use axum::http::Method;
pub(super) use serde_json::{Value, json};

use axum::Router;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use haoma_store::{Row, Value as Bound};

use crate::oidc::support::{call, token};
pub(super) use crate::support::visitor::Answer;
pub(super) use crate::support::{Database, TestApp, things};

pub(crate) const RESOURCE: &str = "https://default.logto.app/api";
pub(crate) use crate::support::ROBOT_SECRET;

/// A program with a token.
#[derive(Clone)]
pub(crate) struct Robot {
    pub(super) router: Router,
    pub(crate) token: String,
}

impl Robot {
    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let mut headers = vec![(AUTHORIZATION.as_str(), bearer.as_str())];
        headers.extend(body.as_ref().map(|_| (CONTENT_TYPE.as_str(), "application/json")));
        let text = body.map(|body| body.to_string()).unwrap_or_default();
        let answer = call(&self.router, method.clone(), path, &headers, &text).await;
        super::schema::hold(&method, path, &answer);
        answer
    }

    /// The same program, asking another node.
    pub(crate) fn of(&self, node: &haoma::app::App) -> Self {
        Self { router: haoma::routes::router(node.clone()), ..self.clone() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Makes something that must succeed; what the answer says.
    pub(crate) async fn makes(&self, path: &str, body: Value) -> Value {
        let answer = self.post(path, body).await;
        assert!(answer.status.is_success(), "{}", answer.text);
        answer.json()
    }
}

/// The usual set-up with a service `robot` that may manage, and its token.
pub(crate) async fn managed(database: Database) -> (TestApp, Robot) {
    managed_with(database, |_raw| {}).await
}

/// The same after this change to the configuration.
pub(crate) async fn managed_with(
    database: Database,
    more: impl FnOnce(&mut Value),
) -> (TestApp, Robot) {
    let change = |raw: &mut Value| {
        raw["applications"].as_array_mut().unwrap().push(crate::support::robot());
        more(raw);
    };
    let app = TestApp::start_with(database, |_connector| {}, change).await;
    let robot = robot(&app).await;
    (app, robot)
}

/// The service that the set-up lets manage, with a token.
pub(crate) async fn robot(app: &TestApp) -> Robot {
    let asked = [("resource", RESOURCE), ("scope", "all")];
    let answer = asks_token(app, ("robot", ROBOT_SECRET), &asked).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    Robot { router: app.router.clone(), token }
}

/// What the token endpoint says to a service.
pub(crate) async fn asks_token(
    app: &TestApp,
    (id, secret): (&str, &str),
    more: &[(&str, &str)],
) -> Answer {
    let mut pairs =
        vec![("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    pairs.extend(more);
    token(app, &pairs).await
}

/// The same program with another token.
pub(super) fn with_token(robot: &Robot, token: &str) -> Robot {
    Robot { token: token.to_owned(), ..robot.clone() }
}

pub(super) async fn rows(app: &TestApp, sql: &'static str) -> Vec<Row> {
    app.app.db.read(sql, Vec::<Bound>::new()).await.unwrap()
}

/// The audit events of a kind: application, user, payload. Those of one moment come in any order.
pub(crate) async fn audited(
    app: &TestApp,
    key: &str,
) -> Vec<(Option<String>, Option<String>, Value)> {
    let sql =
        "SELECT application_id, user_id, payload FROM audit_events WHERE key = $1 ORDER BY id";
    let rows = app.app.db.read(sql, vec![key.into()]).await.unwrap();
    let one = |row: &Row| {
        let payload = serde_json::from_str(&row.text(2).unwrap()).unwrap();
        (row.opt_text(0).unwrap(), row.opt_text(1).unwrap(), payload)
    };
    rows.iter().map(one).collect()
}

/// The places a refused body was wrong at.
pub(super) fn places(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.brief(), "400 guard.invalid_input", "{}", answer.text);
    let body = answer.json();
    let list = body["data"].as_array().unwrap().iter();
    list.map(|one| one["keyPath"].as_str().unwrap().to_owned()).collect()
}
