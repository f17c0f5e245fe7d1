//! Delivery receipts (`SmsReport`), pushed in batches and repeated after 1, 5 and 10 minutes.
//! <https://help.aliyun.com/document_detail/101867.html>

use crate::{inbox::Message, numbers::national, seed::Receipts, time};
use axum::{
    body::Body,
    http::{Method, Request, Uri, header},
};
use http_body_util::{BodyExt, Limited};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};
use std::{collections::VecDeque, net::IpAddr, time::Duration};

/// Reports in one push.
const BATCH: usize = 100;
/// Waiting reports above this push out the oldest.
const MOST_WAITING: usize = 10_000;
/// After each failed push, so many milliseconds; then never again.
const RETRIES_MS: [i64; 3] = [60_000, 300_000, 600_000];
const ANSWER_LIMIT: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(5);

/// Why an address cannot get receipts.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadReceiptUrl {
    /// Not an `http://` address.
    #[error("the receipt address must be an http:// URL")]
    NotHttp,
    /// The seed allows this machine only.
    #[error("the receipt address must be on this machine (set receipts.allowRemote to lift this)")]
    NotLoopback,
}

/// Reports that wait for their time, and batches that wait for another try.
#[derive(Debug)]
pub(crate) struct Outbox {
    config: Receipts,
    waiting: VecDeque<(i64, Value)>,
    failed: Vec<Batch>,
}

/// Some reports, ready to be pushed.
#[derive(Debug)]
pub(crate) struct Batch {
    url: Uri,
    reports: Vec<Value>,
    due_ms: i64,
    failures: usize,
}

impl Outbox {
    pub(crate) fn new(config: Receipts) -> Self {
        Outbox { config, waiting: VecDeque::new(), failed: Vec::new() }
    }

    pub(crate) fn configure(&mut self, config: Receipts) {
        self.config = config;
    }

    /// Another address from now on; `None` stops the pushing.
    pub(crate) fn set_url(&mut self, url: Option<&str>) -> Result<(), BadReceiptUrl> {
        if let Some(url) = url {
            check_url(url, self.config.allow_remote)?;
        }
        self.config.url = url.map(str::to_owned);
        Ok(())
    }

    pub(crate) fn url(&self) -> Option<&str> {
        self.config.url.as_deref()
    }

    pub(crate) fn add(&mut self, message: &Message) {
        if self.config.url.is_none() {
            return;
        }
        if self.waiting.len() >= MOST_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back((message.fate.at_ms, report(message)));
    }

    /// When there is something to do next.
    pub(crate) fn next_due_ms(&self) -> Option<i64> {
        let first = self.waiting.front().map(|(due, _)| *due);
        first.into_iter().chain(self.failed.iter().map(|batch| batch.due_ms)).min()
    }

    /// The next batch whose time has come.
    pub(crate) fn take_due(&mut self, now_ms: i64) -> Option<Batch> {
        if let Some(at) = self.failed.iter().position(|batch| batch.due_ms <= now_ms) {
            return Some(self.failed.remove(at));
        }
        let url = self
            .config
            .url
            .as_deref()
            .and_then(|url| check_url(url, self.config.allow_remote).ok());
        let ready = self.waiting.iter().take(BATCH).take_while(|(due, _)| *due <= now_ms).count();
        let reports: Vec<Value> = self.waiting.drain(..ready).map(|(_, report)| report).collect();
        let url = url.filter(|_| !reports.is_empty())?;
        Some(Batch { url, reports, due_ms: now_ms, failures: 0 })
    }

    /// A batch that was not taken waits for its next try, or is given up.
    pub(crate) fn push_failed(&mut self, mut batch: Batch, now_ms: i64) {
        if let Some(wait) = RETRIES_MS.get(batch.failures) {
            batch.due_ms = now_ms.saturating_add(*wait);
            batch.failures += 1;
            self.failed.push(batch);
        }
    }
}

impl Batch {
    /// Posts the batch; true when the receiver took it: HTTP 200 and a JSON body with a numeric `code`.
    pub(crate) async fn push(&self) -> bool {
        tokio::time::timeout(PATIENCE, self.post())
            .await
            .ok()
            .flatten()
            .is_some_and(|answer| answer.get("code").is_some_and(Value::is_number))
    }

    async fn post(&self) -> Option<Value> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(self.url.clone())
            .header(header::CONTENT_TYPE, "application/json;charset=utf-8")
            .body(Body::from(Value::from(self.reports.clone()).to_string()))
            .ok()?;
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http();
        let answer = client.request(request).await.ok().filter(|answer| answer.status() == 200)?;
        let body = Limited::new(answer.into_body(), ANSWER_LIMIT).collect().await.ok()?;
        serde_json::from_slice(&body.to_bytes()).ok()
    }
}

fn report(message: &Message) -> Value {
    let (success, code, text) = match &message.fate.failure {
        None => (true, "DELIVERED", "用户接收成功"),
        Some(code) => (false, code.as_str(), "发送失败"),
    };
    let length = message.content.chars().count();
    let size = if length <= 70 { 1 } else { length.div_ceil(67) };
    json!({
        "phone_number": national(&message.phone),
        "send_time": time::date_time(message.sent_at),
        "report_time": time::date_time(message.fate.at_ms),
        "success": success,
        "err_code": code,
        "err_msg": text,
        "sms_size": size.to_string(),
        "biz_id": message.biz_id,
        "out_id": message.out_id,
    })
}

fn check_url(url: &str, allow_remote: bool) -> Result<Uri, BadReceiptUrl> {
    let uri: Uri = url.parse().map_err(|_ignored| BadReceiptUrl::NotHttp)?;
    let host =
        uri.host().filter(|_| uri.scheme_str() == Some("http")).ok_or(BadReceiptUrl::NotHttp)?;
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_loopback = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    if is_loopback || allow_remote { Ok(uri) } else { Err(BadReceiptUrl::NotLoopback) }
}
