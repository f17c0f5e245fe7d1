//! Rows from a running management API, page by page, with a token of a service there (wire contract C.1).
use std::fmt;
use std::time::Duration;

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::time::timeout;
use url::{Host, Url};

use super::Kind;
use super::source::Batch;
use crate::outbound;

/// One request, its answer included.
const PATIENCE: Duration = Duration::from_secs(30);
/// The largest answer that is read.
const MOST_BYTES: usize = 32 << 20;
/// The largest page the contract gives.
const PAGE: u64 = 100;

/// The service that reads there.
#[derive(Clone)]
pub struct Credentials {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: SecretString,
    /// What the token is for, such as `https://default.logto.app/api`.
    pub resource: String,
}

/// A management API that is read from its first application to its last user.
pub struct Remote {
    base: Url,
    credentials: Credentials,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    token: SecretString,
    kinds: Vec<Kind>,
    page: u64,
    /// How many rows of the kind that is read there were, as of its last page.
    total: Option<u64>,
    warnings: Vec<String>,
}

/// How many rows a list has, in the answer of each of its pages.
const TOTAL: &str = "total-number";

impl Remote {
    /// Gets a token for a server; https, or http on this machine.
    ///
    /// # Errors
    /// The address does not fit, or the server refuses.
    pub async fn open(
        base: &str,
        credentials: Credentials,
        kinds: Vec<Kind>,
    ) -> anyhow::Result<Self> {
        let base = address(base)?;
        let tls = outbound::tls().context("TLS is not available")?;
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        let (token, warnings) = (SecretString::default(), vec![]);
        let mut remote =
            Self { base, credentials, client, token, kinds, page: 1, total: None, warnings };
        remote.token = remote.fresh_token().await?;
        Ok(remote)
    }

    /// The next page; `None` after the last.
    pub(super) async fn next(&mut self) -> anyhow::Result<Option<Batch>> {
        while let Some(kind) = self.kinds.first().copied() {
            let page = self.page;
            let path = format!("api/{}s?page={page}&page_size={PAGE}", kind.as_str());
            let (list, total) = self.get(&path).await?;
            let Value::Array(mut rows) = list else { bail!("{}{path} is no list", self.base) };
            self.compare(kind, total);
            if rows.is_empty() {
                self.kinds.remove(0);
                (self.page, self.total) = (1, None);
                continue;
            }
            self.page += 1;
            if kind == Kind::Application {
                for row in &mut rows {
                    self.add_secrets(row).await?;
                }
            }
            return Ok(Some(Batch { kind, first: (page - 1) * PAGE + 1, rows }));
        }
        Ok(None)
    }

    /// What happened there while it was read.
    pub(super) fn warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// Pages are counted from the first row: where one of a page before was deleted, the first row of the next one was skipped. New rows come
    /// first, so that they repeat one.
    fn compare(&mut self, kind: Kind, total: Option<u64>) {
        let before = std::mem::replace(&mut self.total, total);
        if let (Some(before), Some(now)) = (before, total)
            && now < before
        {
            let kind = kind.as_str();
            self.warnings.push(format!(
                "{kind}s: {} deleted there while they were read, so that others may have been skipped; run again",
                before - now
            ));
        }
    }

    /// An application's secrets are a list of their own.
    async fn add_secrets(&mut self, row: &mut Value) -> anyhow::Result<()> {
        let keeps_one = matches!(
            row.get("type").and_then(Value::as_str),
            Some("Traditional" | "MachineToMachine")
        );
        let id = row.get("id").and_then(Value::as_str).filter(|_| keeps_one);
        let Some(id) = id.map(|id| utf8_percent_encode(id, NON_ALPHANUMERIC).to_string()) else {
            return Ok(());
        };
        let (secrets, _) = self.get(&format!("api/applications/{id}/secrets")).await?;
        if let Some(row) = row.as_object_mut() {
            row.insert("secrets".to_owned(), secrets);
        }
        Ok(())
    }

    /// An answer, and how many rows there are in all where it is a page. A long export outlives its token: one that was refused is
    /// replaced, once.
    async fn get(&mut self, path: &str) -> anyhow::Result<(Value, Option<u64>)> {
        let mut answer = self.try_get(path).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            self.token = self.fresh_token().await?;
            answer = self.try_get(path).await?;
        }
        if answer.status != StatusCode::OK {
            bail!("{}{path} answers {}", self.base, answer.status);
        }
        Ok((answer.body, answer.total))
    }

    async fn try_get(&self, path: &str) -> anyhow::Result<Answer> {
        let bearer = format!("Bearer {}", self.token.expose_secret());
        let request = Request::get(format!("{}{path}", self.base))
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, bearer)
            .body(Full::default())?;
        self.ask(request).await
    }

    async fn fresh_token(&self) -> anyhow::Result<SecretString> {
        let Credentials { id, secret, resource } = &self.credentials;
        // RFC 6749, section 2.3.1: both are encoded as in a form
        let form =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", form(id), form(secret.expose_secret()));
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("resource", resource)
            .append_pair("scope", "all")
            .finish();
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}oidc/token", self.base))
            .header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(pair)))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::from(body))?;
        let Answer { status, body, .. } = self.ask(request).await?;
        let text = |key: &str| body.get(key).and_then(Value::as_str);
        if status != StatusCode::OK {
            let why = text("error_description").or(text("error")).unwrap_or_default();
            bail!("{} gives no token: {status} {why}", self.base);
        }
        let may_all = text("scope").is_some_and(|scope| scope.split(' ').any(|one| one == "all"));
        anyhow::ensure!(may_all, "application {id} may not manage {}", self.base);
        Ok(text("access_token").context("an answer without a token")?.into())
    }

    async fn ask(&self, request: Request<Full<Bytes>>) -> anyhow::Result<Answer> {
        let place = request.uri().to_string();
        let asking = async {
            let answer = self.client.request(request).await?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, MOST_BYTES).collect().await;
            let body = body.map_err(|error| anyhow::anyhow!(error))?.to_bytes();
            anyhow::Ok((head, body))
        };
        let answered = timeout(PATIENCE, asking).await.map_err(anyhow::Error::new).flatten();
        let (head, body) = answered.with_context(|| format!("{place} does not answer"))?;
        let (status, body) = (head.status, serde_json::from_slice(&body));
        let total = head.headers.get(TOTAL).and_then(|total| total.to_str().ok()?.parse().ok());
        let body = match body {
            Ok(body) => body,
            Err(error) if status.is_success() => {
                return Err(error).with_context(|| format!("{place} answers no JSON"));
            }
            Err(_no_json) => Value::Null,
        };
        Ok(Answer { status, body, total })
    }
}

/// What a server said.
struct Answer {
    status: StatusCode,
    /// `null` where a refusal is no JSON.
    body: Value,
    total: Option<u64>,
}

/// Reads the address of a server.
fn address(text: &str) -> anyhow::Result<Url> {
    let mut base = Url::parse(text).with_context(|| format!("{text} is no address"))?;
    let is_here = match base.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    if base.scheme() != "https" && !(base.scheme() == "http" && is_here) {
        bail!(
            "{text} must begin with https:// (http:// only on this machine): a secret is sent there"
        );
    }
    base.set_query(None);
    base.set_fragment(None);
    if !base.path().ends_with('/') {
        let path = format!("{}/", base.path());
        base.set_path(&path);
    }
    Ok(base)
}

/// The secret and the token do not print.
impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_sent_in_the_clear() {
        assert!(address("http://logto.example.com").is_err());
        assert!(address("logto.example.com").is_err());
        assert_eq!(
            address("https://logto.example.com").unwrap().as_str(),
            "https://logto.example.com/"
        );
        assert_eq!(
            address("http://127.0.0.1:3001/x").unwrap().as_str(),
            "http://127.0.0.1:3001/x/"
        );
    }
}
