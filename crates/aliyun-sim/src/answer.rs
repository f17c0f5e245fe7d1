//! What goes back to the caller: JSON or XML, with the headers Aliyun sends.

use crate::{
    ops::{product, refusal_body},
    refusal::Refusal,
    request::WireRequest,
};
use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use serde_json::{Value, json};

/// Milliseconds a throttled caller is told to wait: the header makes both SDKs see throttling.
const RETRY_AFTER_MS: &str = "1000";

/// The frame of one answer: who asked, for what, and in which format.
pub(crate) struct Frame {
    pub(crate) request_id: String,
    action: String,
    host: String,
    xml: bool,
}

impl Frame {
    pub(crate) fn new(request: &WireRequest, request_id: String) -> Self {
        Frame {
            request_id,
            action: request.action().unwrap_or_default(),
            host: request.header("host").unwrap_or_default(),
            xml: request.wants_xml(),
        }
    }

    /// The operation's answer or a refusal, as an HTTP response.
    pub(crate) fn respond(&self, outcome: Result<Value, Refusal>) -> Response<Body> {
        match outcome {
            Ok(body) => self.write(200, body, false),
            Err(refusal) if refusal.status < 400 => {
                self.write(200, refusal_body(&self.action, &refusal), false)
            }
            Err(refusal) => {
                self.write(refusal.status, self.gateway_body(&refusal), refusal.is_throttling())
            }
        }
    }

    fn gateway_body(&self, refusal: &Refusal) -> Value {
        let (code, product, id) = (&refusal.code, product(&self.action), &self.request_id);
        json!({
            "Message": refusal.message,
            "HostId": self.host,
            "Code": code,
            "Recommend":
                format!("https://api.aliyun.com/troubleshoot?q={code}&product={product}&requestId={id}"),
        })
    }

    fn write(&self, status: u16, mut body: Value, throttled: bool) -> Response<Body> {
        if let Some(fields) = body.as_object_mut() {
            fields.insert("RequestId".to_owned(), self.request_id.as_str().into());
        }
        let (content_type, text) = if self.xml {
            ("text/xml;charset=utf-8", self.xml(status, &body))
        } else {
            ("application/json;charset=utf-8", body.to_string())
        };
        let mut response = Response::new(Body::from(text));
        *response.status_mut() =
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        if let Ok(id) = HeaderValue::from_str(&self.request_id) {
            headers.insert("x-acs-request-id", id);
        }
        if throttled {
            headers.insert("x-acs-retry-after", HeaderValue::from_static(RETRY_AFTER_MS));
        }
        response
    }

    fn xml(&self, status: u16, body: &Value) -> String {
        let name: String = self.action.chars().filter(char::is_ascii_alphanumeric).collect();
        let root = if status >= 400 { "Error".to_owned() } else { format!("{name}Response") };
        let mut out = String::from("<?xml version='1.0' encoding='UTF-8'?>");
        element(&mut out, &root, body);
        out
    }
}

/// Lists repeat their element; everything else is text.
fn element(out: &mut String, name: &str, value: &Value) {
    if let Value::Array(items) = value {
        for item in items {
            element(out, name, item);
        }
        return;
    }
    out.extend(["<", name, ">"]);
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| element(out, key, value)),
        Value::String(text) => out.push_str(&escaped(text)),
        other => out.push_str(&other.to_string()),
    }
    out.extend(["</", name, ">"]);
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
