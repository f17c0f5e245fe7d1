//! What the tests of the OpenID provider share: programs that talk to it, and people sent by applications.
pub(super) use axum::Router;
pub(super) use axum::body::Body;
pub(super) use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, ORIGIN, SET_COOKIE};
pub(super) use axum::http::{Method, Request, StatusCode};
pub(super) use base64::Engine as _;
pub(super) use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
pub(super) use http_body_util::BodyExt as _;
pub(super) use serde_json::{Value, json};
pub(super) use tower::ServiceExt as _;

pub(super) use crate::support::TestApp;
pub(super) use crate::support::visitor::{
    Answer, VERIFIER, Visitor, authorization_request, hidden, redirect_uri,
};

pub(crate) const PHONE: &str = "8613800138000";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// A request of a program: no cookies, its own headers.
pub(crate) async fn call(
    router: &Router,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Answer { status: parts.status, headers: parts.headers, text }
}

pub(crate) fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

pub(crate) async fn token(app: &TestApp, pairs: &[(&str, &str)]) -> Answer {
    let headers = [(CONTENT_TYPE.as_str(), FORM)];
    call(&app.router, Method::POST, "/oidc/token", &headers, &form(pairs)).await
}

pub(crate) async fn exchange(app: &TestApp, client: &str, code: &str) -> Answer {
    token(app, &exchange_form(client, code, &redirect_uri(client))).await
}

pub(super) fn exchange_form<'a>(
    client: &'a str,
    code: &'a str,
    uri: &'a str,
) -> [(&'static str, &'a str); 5] {
    [
        ("grant_type", "authorization_code"),
        ("client_id", client),
        ("code", code),
        ("redirect_uri", uri),
        ("code_verifier", VERIFIER),
    ]
}

pub(crate) async fn refresh(
    app: &TestApp,
    client: &str,
    refresh_token: &str,
    scope: Option<&str>,
) -> Answer {
    let mut pairs = vec![
        ("grant_type", "refresh_token"),
        ("client_id", client),
        ("refresh_token", refresh_token),
    ];
    pairs.extend(scope.map(|scope| ("scope", scope)));
    token(app, &pairs).await
}

pub(crate) async fn me(app: &TestApp, access_token: &str) -> Answer {
    let bearer = format!("Bearer {access_token}");
    call(&app.router, Method::GET, "/oidc/me", &[(AUTHORIZATION.as_str(), &bearer)], "").await
}

pub(crate) fn parameter(url: &str, name: &str) -> String {
    let url = url::Url::parse(url).unwrap();
    let found = url.query_pairs().find(|(key, _)| key == name);
    found.unwrap_or_else(|| panic!("no {name} in {url}")).1.into_owned()
}

pub(crate) fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}"))
}

pub(crate) fn payload(jwt: &str) -> Value {
    let part = jwt.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A signed-in visitor and the tokens the application got.
pub(crate) async fn signed_in(app: &TestApp, client: &str) -> (Visitor, Value) {
    let mut visitor = app.visitor();
    let callback = visitor.signs_in(client, PHONE, "Register").await;
    let answer = exchange(app, client, &parameter(&callback, "code")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    (visitor, answer.json())
}

/// Signs in again by an authorization request that demands it.
pub(super) async fn signs_in_by(visitor: &mut Visitor, path: &str) -> String {
    let resume = proves_by(visitor, path).await;
    visitor.follows(&resume).await
}

/// The same up to where it goes on.
pub(super) async fn proves_by(visitor: &mut Visitor, path: &str) -> String {
    assert!(visitor.get(path).await.location().starts_with("/sign-in"));
    visitor.begins("SignIn").await;
    let sent = visitor.asks_code(PHONE, "SignIn").await.json();
    let id = text(&sent, "verificationId");
    let code = visitor.reads_sms(PHONE);
    visitor.gives_code(PHONE, id, &code).await;
    visitor.identifies(id).await;
    text(&visitor.submits().await.json(), "redirectTo").to_owned()
}

pub(crate) fn cookie_names(answer: &Answer) -> Vec<String> {
    let lines = answer.headers.get_all(SET_COOKIE).iter();
    let mut names: Vec<_> =
        lines.map(|line| line.to_str().unwrap().split('=').next().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// The authorization request without `prompt`.
pub(super) fn plain(client: &str, more: &str) -> String {
    authorization_request(client, more).replace("&prompt=consent", "")
}
