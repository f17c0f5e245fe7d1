//! A browser: cookies, an address, and the few requests of a sign-in.
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use anyhow::Context as _;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request};
use haoma_core::challenge::{self, Challenge};
use haoma_core::time::Timestamp;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

const AUTHORIZE: &str = "/oidc/auth?client_id=app&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback&response_type=code\
    &scope=openid&state=s&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&prompt=login";
const SEND: &str = "/api/experience/verification/verification-code";

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    location: Option<String>,
}

impl Answer {
    /// The stable code of an error; empty for a success.
    pub(crate) fn code(&self) -> &str {
        self.body.get("code").and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn verification(&self) -> Option<String> {
        Some(self.body.get("verificationId")?.as_str()?.to_owned())
    }
}

/// A browser with its cookies.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    router: Router,
    address: IpAddr,
    cookies: BTreeMap<String, (String, String)>,
}

impl Browser {
    pub(crate) fn new(router: Router, address: IpAddr) -> Self {
        Self { router, address, cookies: BTreeMap::new() }
    }

    /// From an application to the sign-in page.
    pub(crate) async fn arrives(&mut self) -> anyhow::Result<()> {
        self.ask(Method::GET, AUTHORIZE, None).await?;
        let event = json!({ "interactionEvent": "SignIn" });
        let begun = self.ask(Method::PUT, "/api/experience", Some(event)).await?;
        anyhow::ensure!(begun.status == 204, "a walk did not begin: {}", begun.body);
        Ok(())
    }

    /// Asks for a code; where that costs work, the work is done.
    pub(crate) async fn asks(&mut self, phone: &str) -> anyhow::Result<Answer> {
        let body = |more: Value| {
            let mut body = json!({ "identifier": { "type": "phone", "value": phone }, "interactionEvent": "SignIn" });
            if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
                body.extend(more);
            }
            Some(body)
        };
        let answer = self.ask(Method::POST, SEND, body(Value::Null)).await?;
        if answer.code() != "session.captcha_required" {
            return Ok(answer);
        }
        let data = answer.body.get("data").context("no challenge")?;
        let text = data.get("challenge").and_then(Value::as_str).context("no challenge")?;
        let difficulty = data.get("difficulty").and_then(Value::as_i64).context("no difficulty")?;
        let asked = Challenge { text: text.to_owned(), difficulty, expires_at: Timestamp(0) };
        let solution = challenge::solve(&asked);
        self.ask(Method::POST, SEND, body(json!({ "challenge": text, "solution": solution }))).await
    }

    pub(crate) async fn gives(
        &mut self,
        (phone, id): (&str, &str),
        code: &str,
    ) -> anyhow::Result<Answer> {
        let body = json!({
            "identifier": { "type": "phone", "value": phone }, "verificationId": id, "code": code,
        });
        self.ask(Method::POST, &format!("{SEND}/verify"), Some(body)).await
    }

    /// Goes on to the application with a verified number; whether somebody is signed in then.
    pub(crate) async fn finishes(&mut self, id: &str) -> anyhow::Result<bool> {
        let body = json!({ "verificationId": id });
        let path = "/api/experience/identification";
        let mut identified = self.ask(Method::POST, path, Some(body.clone())).await?;
        if identified.code() == "user.user_not_exist" {
            let event = json!({ "interactionEvent": "Register" });
            self.ask(Method::PUT, "/api/experience/interaction-event", Some(event)).await?;
            identified = self.ask(Method::POST, path, Some(body)).await?;
        }
        if identified.status >= 300 {
            return Ok(false);
        }
        let submitted = self.ask(Method::POST, "/api/experience/submit", None).await?;
        let Some(mut at) =
            submitted.body.get("redirectTo").and_then(Value::as_str).map(str::to_owned)
        else {
            return Ok(false);
        };
        for _hop in 0..6 {
            if at.starts_with("https://app.example.com") {
                return Ok(at.contains("code="));
            }
            let answer = self.ask(Method::GET, &at, None).await?;
            match answer.location {
                Some(next) => at = next,
                None => return Ok(false),
            }
        }
        Ok(false)
    }

    /// Its session is over; what else it knows stays.
    pub(crate) fn forgets_session(&mut self) {
        self.cookies.retain(|name, _| !name.starts_with("_session"));
    }

    async fn ask(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Answer> {
        let path = path.strip_prefix("https://id.example.com").unwrap_or(path);
        let mut request = Request::builder().method(method).uri(path);
        let cookies = self.cookies_for(path);
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies);
        }
        let body = match body {
            Some(body) => {
                request = request.header(CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let request = request.extension(ConnectInfo(SocketAddr::new(self.address, 40_000)));
        let response = self.router.clone().oneshot(request.body(body)?).await?;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await?.to_bytes();
        self.keep(&parts.headers);
        let location = parts.headers.get(LOCATION).and_then(|value| value.to_str().ok());
        Ok(Answer {
            status: parts.status.as_u16(),
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            location: location.map(str::to_owned),
        })
    }

    fn cookies_for(&self, path: &str) -> String {
        let path = path.split('?').next().unwrap_or_default();
        let mine =
            self.cookies.iter().filter(|(_, (at, _))| at == "/" || path.starts_with(at.as_str()));
        mine.map(|(name, (_, value))| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, headers: &HeaderMap) {
        let lines = headers.get_all(SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
        for cookie in lines.filter_map(|line| cookie::Cookie::parse(line).ok()) {
            let (name, path) = (cookie.name().to_owned(), cookie.path().unwrap_or("/").to_owned());
            if cookie.max_age().is_some_and(|age| age.whole_seconds() <= 0) {
                self.cookies.remove(&name);
            } else {
                self.cookies.insert(name, (path, cookie.value().to_owned()));
            }
        }
    }
}
