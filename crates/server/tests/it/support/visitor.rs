//! Somebody with a browser: keeps cookies, follows what the pages say, reads their SMS.
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use aliyun_sms_sim::Sim;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tower::ServiceExt as _;

/// Any PKCE verifier does.
pub(crate) const VERIFIER: &str = "a-code-verifier-of-at-least-forty-three-characters";

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// A browser with its cookies; cloning it is a second tab that does not see later cookies.
#[derive(Clone)]
pub(crate) struct Visitor {
    router: Router,
    sim: Sim,
    cookies: BTreeMap<(String, String), String>,
    extra: Vec<(String, String)>,
    address: Option<IpAddr>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub(crate) fn location(&self) -> String {
        self.headers[LOCATION].to_str().unwrap().to_owned()
    }

    /// `status code`, for comparing.
    pub(crate) fn brief(&self) -> String {
        let code = serde_json::from_str::<Value>(&self.text).ok();
        let code = code.as_ref().and_then(|body| body["code"].as_str()).unwrap_or("");
        format!("{} {code}", self.status.as_u16()).trim_end().to_owned()
    }
}

impl Visitor {
    pub(crate) fn new(router: Router, sim: Sim) -> Self {
        Self { router, sim, cookies: BTreeMap::new(), extra: vec![], address: None }
    }

    /// The same browser, whose requests another node gets from now on.
    pub(crate) fn turns_to(&mut self, node: &haoma::app::App) {
        self.router = haoma::routes::router(node.clone());
    }

    /// The same browser, asking from an address.
    pub(crate) fn at(mut self, address: &str) -> Self {
        self.address = Some(address.parse().unwrap());
        self
    }

    /// The same with a browser that calls itself so.
    pub(crate) fn with_program(mut self, name: &str) -> Self {
        self.extra = vec![("user-agent".to_owned(), name.to_owned())];
        self
    }

    /// The same browser, with what proxies wrote of its address.
    pub(crate) fn forwarded_for(mut self, chain: &str) -> Self {
        self.extra = vec![("x-forwarded-for".to_owned(), chain.to_owned())];
        self
    }

    /// Asks for pages from now on, as browsers do.
    pub(crate) fn reads_html(&mut self) {
        self.extra = vec![("accept".to_owned(), "text/html".to_owned())];
    }

    /// Somebody put a cookie into this browser.
    pub(crate) fn set_cookie(&mut self, name: &str, path: &str, value: &str) {
        self.cookies.insert((name.to_owned(), path.to_owned()), value.to_owned());
    }

    /// Sends a form.
    pub(crate) async fn posts(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, Some(("application/x-www-form-urlencoded", form))).await
    }

    /// A form that a page of another site posts here: browsers send no `SameSite=Lax` cookie with it, and keep what the answer sets.
    pub(crate) async fn posts_from_elsewhere(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let body = Some(("application/x-www-form-urlencoded", form));
        let kept = std::mem::take(&mut self.cookies);
        let elsewhere = [("origin", "https://app.example.com"), ("sec-fetch-site", "cross-site")];
        let answer = self.send_with(Method::POST, path, body, &elsewhere).await;
        self.cookies = kept;
        self.keep(&answer.headers);
        answer
    }

    /// Every cookie there is, as text.
    pub(crate) fn jar(&self) -> Vec<String> {
        self.cookies.iter().map(|((name, path), value)| format!("{name}={value}; {path}")).collect()
    }

    /// One request with this browser's cookies.
    pub(crate) async fn request(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let body = body.map(|body| ("application/json", body.to_string()));
        self.send(method, path, body).await
    }

    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Option<(&str, String)>,
    ) -> Answer {
        let path = path.strip_prefix("https://id.example.com").unwrap_or(path);
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.extra {
            request = request.header(name, value);
        }
        let cookies = self.cookies_for(path);
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies);
        }
        let body = match body {
            Some((kind, text)) => {
                request = request.header(CONTENT_TYPE, kind);
                Body::from(text)
            }
            None => Body::empty(),
        };
        if let Some(address) = self.address {
            request = request.extension(ConnectInfo(SocketAddr::new(address, 40_000)));
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        self.keep(&parts.headers);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// A request of a browser that sends these headers besides; `PUT` carries `{"interactionEvent":"SignIn"}`.
    pub(crate) async fn with_headers(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let body = (method == Method::PUT).then(|| json!({ "interactionEvent": "SignIn" }));
        let body = body.map(|body| ("application/json", body.to_string()));
        self.send_with(method, path, body, headers).await
    }

    /// A request with this body and these headers besides.
    pub(crate) async fn send_with(
        &mut self,
        method: Method,
        path: &str,
        body: Option<(&str, String)>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        self.extra = headers.iter().map(own).collect();
        let answer = self.send(method, path, body).await;
        self.extra.clear();
        answer
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.request(Method::GET, path, None).await
    }

    /// Comes from an application: the authorization request, up to the sign-in page.
    pub(crate) async fn arrives_from(&mut self, client: &str) -> Answer {
        let answer = self.get(&authorization_request(client, "")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        answer
    }

    pub(crate) async fn begins(&mut self, event: &str) -> Answer {
        let body = json!({ "interactionEvent": event });
        self.request(Method::PUT, "/api/experience", Some(body)).await
    }

    pub(crate) async fn asks_code(&mut self, phone: &str, event: &str) -> Answer {
        let body =
            json!({ "identifier": { "type": "phone", "value": phone }, "interactionEvent": event });
        self.request(Method::POST, "/api/experience/verification/verification-code", Some(body))
            .await
    }

    pub(crate) async fn gives_code(&mut self, phone: &str, id: &str, code: &str) -> Answer {
        let body = json!({
            "identifier": { "type": "phone", "value": phone }, "verificationId": id, "code": code,
        });
        let path = "/api/experience/verification/verification-code/verify";
        self.request(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn identifies(&mut self, id: &str) -> Answer {
        let body = json!({ "verificationId": id });
        self.request(Method::POST, "/api/experience/identification", Some(body)).await
    }

    pub(crate) async fn switches(&mut self, event: &str) -> Answer {
        let body = json!({ "interactionEvent": event });
        self.request(Method::PUT, "/api/experience/interaction-event", Some(body)).await
    }

    pub(crate) async fn submits(&mut self) -> Answer {
        self.request(Method::POST, "/api/experience/submit", None).await
    }

    /// The newest code that came to a phone.
    pub(crate) fn reads_sms(&self, phone: &str) -> String {
        let message = self.sim.latest(phone).expect("a message");
        let param: Value = serde_json::from_str(&message.template_param).unwrap();
        param["code"].as_str().unwrap().to_owned()
    }

    pub(crate) fn messages(&self, phone: &str) -> usize {
        self.sim.messages(Some(phone), 1000).len()
    }

    /// From the application to a verified number; the verification's id.
    pub(crate) async fn proves(&mut self, client: &str, phone: &str, event: &str) -> String {
        self.arrives_from(client).await;
        self.begins(event).await;
        let sent = self.asks_code(phone, event).await;
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
        let id = sent.json()["verificationId"].as_str().unwrap().to_owned();
        let code = self.reads_sms(phone);
        let verified = self.gives_code(phone, &id, &code).await;
        assert_eq!(verified.status, StatusCode::OK, "{}", verified.text);
        id
    }

    /// The whole way from the application back to it; the address it is called back at.
    pub(crate) async fn signs_in(&mut self, client: &str, phone: &str, event: &str) -> String {
        let id = self.proves(client, phone, event).await;
        let identified = self.identifies(&id).await;
        assert!(identified.status.is_success(), "{}", identified.text);
        let submitted = self.submits().await;
        self.follows(submitted.json()["redirectTo"].as_str().unwrap()).await
    }

    /// Follows redirects until they leave this server.
    pub(crate) async fn follows(&mut self, start: &str) -> String {
        let mut at = start.to_owned();
        for _hop in 0..8 {
            let here = at.starts_with('/') || at.starts_with("https://id.example.com");
            if !here {
                return at;
            }
            let answer = self.get(&at).await;
            assert!(answer.status.is_redirection(), "{at}: {} {}", answer.status, answer.text);
            at = answer.location();
        }
        panic!("too many redirects, last {at}");
    }

    /// Exchanges the code in a callback address at the token endpoint.
    pub(crate) async fn exchanges(&mut self, client: &str, callback: &str) -> Answer {
        let url = url::Url::parse(callback).unwrap();
        let code = url.query_pairs().find(|(key, _)| key == "code").expect("a code").1.into_owned();
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("client_id", client)
            .append_pair("code", &code)
            .append_pair("redirect_uri", &redirect_uri(client))
            .append_pair("code_verifier", VERIFIER)
            .finish();
        self.send(Method::POST, "/oidc/token", Some(("application/x-www-form-urlencoded", form)))
            .await
    }

    /// Somebody put cookies of their own browser into this one. Nobody but the server can set those with the prefix `__Host-`.
    pub(crate) fn plants(&mut self, from: &Self, names: &[&str]) {
        for ((name, path), value) in &from.cookies {
            if names.contains(&name.as_str()) {
                self.cookies.insert((name.clone(), path.clone()), value.clone());
            }
        }
    }

    fn cookies_for(&self, path: &str) -> String {
        let path = path.split('?').next().unwrap_or_default();
        let mine = self
            .cookies
            .iter()
            .filter(|((_, at), _)| at == "/" || path == at || path.starts_with(&format!("{at}/")));
        mine.map(|((name, _), value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE) {
            let cookie = cookie::Cookie::parse(line.to_str().unwrap().to_owned()).unwrap();
            // browsers refuse such a cookie otherwise
            let of_this_host = cookie.secure() == Some(true) && cookie.path() == Some("/");
            let is_named_so = cookie.name().starts_with("__Host-");
            assert!(!is_named_so || of_this_host && cookie.domain().is_none(), "{cookie}");
            let key = (cookie.name().to_owned(), cookie.path().unwrap_or("/").to_owned());
            if cookie.max_age().is_some_and(|age| age.whole_seconds() <= 0) {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, cookie.value().to_owned());
            }
        }
    }
}

pub(crate) fn redirect_uri(client: &str) -> String {
    format!("https://{client}.example.com/callback")
}

/// The address an application sends people to.
pub(crate) fn authorization_request(client: &str, more: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client)
        .append_pair("redirect_uri", &redirect_uri(client))
        .append_pair("response_type", "code")
        .append_pair("scope", "openid offline_access profile phone")
        .append_pair("prompt", "consent")
        .append_pair("state", "a-state")
        .append_pair("nonce", "a-nonce")
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256")
        .finish();
    format!("/oidc/auth?{query}{more}")
}

/// The value of a hidden field.
pub(crate) fn hidden(html: &str, name: &str) -> String {
    let (_, rest) = html.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    let value = rest.split('"').next().unwrap();
    value.replace("&#34;", "\"").replace("&#38;", "&").replace("&quot;", "\"").replace("&amp;", "&")
}
