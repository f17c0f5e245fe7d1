//! HTTP SMS: hands every message to an address of the administrator's choice, which sends it.
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};
use sha2::Sha256;

use super::kit::form::{Constant, FormItem, ItemKind};
use super::kit::{
    Accepted, Built, Capabilities, Connector, Content, Factory, LookingUp, Lost, NextStep, Notice,
    Outgoing, Place, ProblemKind, Reader, Requester, SendError, Sending, Text, Trace, Trouble,
};
use crate::outbound::{Answer, Failure, Reach, Target, Terms};
use crate::web::iso::iso;

/// `http-sms` (wire contract D.3).
pub const FACTORY: Factory = Factory {
    id: "http-sms",
    target: "http-sms",
    name: Text::new("HTTP SMS", "HTTP 短信"),
    description: Text::new(
        "Hands every message to your own service over HTTP.",
        "通过 HTTP 把每条短信交给您自己的服务发送。",
    ),
    logo: r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="10" fill="#0f766e"/><path d="M10 24h22M25 15l9 9-9 9M39 12v24" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/></svg>"##,
    form: &[
        FormItem::new("endpoint", Text::new("Endpoint", "接口地址"), ItemKind::Text)
            .required()
            .description(
                "Where messages are posted to. https, reachable from the internet, unless private addresses are allowed below.",
                "接收短信请求的地址，必须是公网可达的 https 地址，除非在下面允许内网地址。",
            )
            .placeholder("https://sms.example.com/send", "https://sms.example.com/send"),
        FormItem::new(
            "authorization",
            Text::new("Authorization header", "Authorization 请求头"),
            ItemKind::Text,
        )
        .confidential(&["endpoint"])
        .placeholder("Bearer …", "Bearer …")
        .description("Sent with every message as it stands.", "随每条短信原样发送。"),
        FormItem::new("signingKey", Text::new("Signing key", "签名密钥"), ItemKind::Text)
            .confidential(&["endpoint"])
            .description(
                "With it your service can tell that a message comes from here; see the steps.",
                "您的服务可以用它确认请求来自这里，方法见设置步骤。",
            ),
        FormItem::new("notices", Text::new("Notices, too", "同时发送通知短信"), ItemKind::Switch)
            .default(Constant::Switch(false))
            .description(
                "Your service knows the type PhoneChanged, which carries no code; see the steps.",
                "您的服务能够处理不含验证码的 PhoneChanged 类型，见设置步骤。",
            ),
        FormItem::new(
            "allowPrivateAddresses",
            Text::new("Allow private addresses", "允许内网地址"),
            ItemKind::Switch,
        )
        .for_owners()
        .kept_with(&["endpoint"])
        .default(Constant::Switch(false))
        .tooltip(
            "For a service on this machine or in a private network; only there plain http is possible.",
            "用于本机或内网中的服务；只有这时才能使用 http。",
        ),
    ],
    steps: Text::new(STEPS_EN, STEPS_ZH_CN),
    capabilities: Capabilities {
        places: Place::ALL,
        receipts: false,
        test_facilities: false,
        notices: true,
    },
    build,
    inspect: None,
};

const STEPS_EN: &str = r#"
1. Write a service that takes a `POST` with a JSON body and sends the message:

   ```json
   {"to": "8613800138000", "type": "SignIn", "payload": {"code": "123456", "locale": "en"}, "ip": "203.0.113.7"}
   ```

   `to` is the number with its country code and without plus. `type` is what the code is for. `locale` is the language of whoever
   asked for it, `en` or `zh-CN`, and `ip` their address; each is left out where it is not known. Answer any status from 200 to 299 within five seconds once the message is
   accepted; 4xx refuses it, and anything else leaves its fate unknown, so it is not sent again.
2. The header `Idempotency-Key` names the message. If one comes twice, send it once.
3. Enter the address under **Endpoint**. It must start with https:// and be reachable from the internet, unless private addresses are allowed. Redirects are not followed.
4. If your service wants a token, enter the whole header under **Authorization header**, such as `Bearer abc`.
5. With **Notices, too** your service also gets messages without a code: `type` is `PhoneChanged`, and `payload` holds `number`, the last digits of the new number, and
   `time`, when it was changed (RFC 3339). They go to the number an account had. Switch it on only when your service has a text for them.
6. With a **Signing key**, each message carries `Haoma-Timestamp` (seconds since 1970) and `Haoma-Signature`: `v1=` and, in Base64, HMAC-SHA-256 under the key over timestamp, a dot,
   and the body exactly as received. Compute it, compare in constant time, and refuse timestamps older than five minutes.
"#;

const STEPS_ZH_CN: &str = r#"
1. 编写一个服务，接收 JSON 格式的 `POST` 请求并发送短信：

   ```json
   {"to": "8613800138000", "type": "SignIn", "payload": {"code": "123456", "locale": "zh-CN"}, "ip": "203.0.113.7"}
   ```

   `to` 是带国家代码、不带加号的号码，`type` 是验证码的用途。`locale` 是请求者使用的语言（`en` 或 `zh-CN`），`ip` 是请求者的地址；无法得知时不带这两项。接受短信后，请在五秒内返回 200 到 299 的任一状态码；返回 4xx 表示拒绝；其他情况视为结果未知，不会重发。
2. 请求头 `Idempotency-Key` 是短信的标识。同一标识收到两次时，只发送一次。
3. 在**接口地址**中填写服务地址。地址必须以 https:// 开头，并能从公网访问，除非允许了内网地址。不会跟随重定向。
4. 如果服务需要令牌，请在 **Authorization 请求头**中填写完整的值，例如 `Bearer abc`。
5. 打开**同时发送通知短信**后，您的服务还会收到不含验证码的短信：`type` 为 `PhoneChanged`，`payload` 中的 `number` 是新号码的尾号，`time` 是更换时间（RFC 3339）。这类短信发往账号原来的号码。请在服务中准备好相应内容后再打开。
6. 填写**签名密钥**后，每个请求都带有 `Haoma-Timestamp`（1970 年以来的秒数）和 `Haoma-Signature`：`v1=` 加上 Base64 编码的 HMAC-SHA-256，
   内容依次为时间戳、一个英文句点和收到的原始请求体。请自行计算，用常数时间比较，并拒绝早于五分钟的时间戳。
"#;

#[derive(Debug)]
struct HttpSms {
    target: Target,
    authorization: Option<HeaderValue>,
    signing_key: Option<SecretString>,
    /// Whether it has a text for notices: one that has not would send something else.
    has_notices: bool,
}

fn build(config: &Value) -> Built {
    let mut reader = Reader::new(config);
    let is_private_allowed = reader.switch("allowPrivateAddresses");
    let reach = if is_private_allowed { Reach::PrivateToo } else { Reach::PublicOnly };
    let endpoint = Some(reader.required("endpoint")).filter(|text| !text.is_empty());
    let target = endpoint.and_then(|text| {
        Target::parse(&text, reach).map_err(|kind| reader.problem("endpoint", kind)).ok()
    });
    let authorization = reader.optional("authorization").and_then(|text| {
        let header = HeaderValue::from_str(&text);
        header.map_err(|_cause| reader.problem("authorization", ProblemKind::NotSendable)).ok()
    });
    let signing_key = reader.optional("signingKey").map(SecretString::from);
    let has_notices = reader.switch("notices");
    match (target, reader.into_problems()) {
        (Some(target), problems) if problems.is_empty() => {
            let authorization = authorization.map(|mut header| {
                header.set_sensitive(true);
                header
            });
            Ok(Arc::new(HttpSms { target, authorization, signing_key, has_notices }))
        }
        (_, problems) => Err(problems),
    }
}

impl HttpSms {
    async fn deliver(&self, message: Outgoing<'_>) -> Result<Accepted, SendError> {
        let body = body(message).to_string();
        let headers = self.headers(message, &body).map_err(|error| {
            let explanation = format!("a header cannot be written: {error}");
            SendError::new(NextStep::FixConfiguration, Trouble::Unbuildable, explanation)
        })?;
        match self.target.post(headers, body.into(), Terms::STATUS).await {
            Ok(answer) => judge(&answer, message.now),
            Err(failure) => {
                let next = match failure {
                    Failure::Forbidden => NextStep::FixConfiguration,
                    Failure::NotSent(..) => NextStep::TryAgain,
                    Failure::Unknown(..) => NextStep::Unknown,
                };
                Err(SendError::new(next, failure.trouble(), failure.to_string()))
            }
        }
    }

    fn headers(
        &self,
        message: Outgoing<'_>,
        body: &str,
    ) -> Result<HeaderMap, http::header::InvalidHeaderValue> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert("idempotency-key", HeaderValue::from_str(message.id.as_str())?);
        if let Some(authorization) = &self.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        if let Some(key) = &self.signing_key {
            let timestamp = message.now.secs().to_string();
            headers.insert("haoma-signature", signature(key, &timestamp, body).try_into()?);
            headers.insert("haoma-timestamp", timestamp.try_into()?);
        }
        Ok(headers)
    }
}

/// Wire contract D.2. What is not known is left out.
fn body(message: Outgoing<'_>) -> Value {
    let Requester { ip, lang } = message.requester;
    let locale = lang.map(|lang| ("locale".to_owned(), lang.tag().into()));
    let told: Vec<(String, Value)> = match message.content {
        Content::Code { passcode, .. } => vec![("code".to_owned(), passcode.reveal().into())],
        Content::Notice(Notice::PhoneChanged { ending, at }) => {
            let [number, time] = Notice::VARIABLES;
            vec![(number.to_owned(), ending.into()), (time.to_owned(), iso(at).into())]
        }
    };
    let payload: Map<String, Value> = told.into_iter().chain(locale).collect();
    // whoever comes over IPv4 is told as such, however the socket names them
    let ip = ip.map(|ip| ("ip".to_owned(), ip.to_canonical().to_string().into()));
    let body = [
        ("to".to_owned(), message.phone.digits().into()),
        ("type".to_owned(), json!(message.usage_type())),
        ("payload".to_owned(), payload.into()),
    ];
    Value::Object(body.into_iter().chain(ip).collect())
}

/// `v1=` and the Base64 of HMAC-SHA-256 over `timestamp.body`.
fn signature(key: &SecretString, timestamp: &str, body: &str) -> String {
    // HMAC takes keys of any length: without a signature the receiver refuses, should that ever change
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()) else {
        return String::new();
    };
    for part in [timestamp, ".", body] {
        mac.update(part.as_bytes());
    }
    format!("v1={}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// Any 2xx is a yes, a 4xx a no. Of the rest nobody can say whether the message goes out.
fn judge(answer: &Answer, now: Timestamp) -> Result<Accepted, SendError> {
    let status = answer.status;
    let next = match status.as_u16() {
        200..=299 => {
            return Ok(Accepted {
                provider_code: Some(status.as_u16().to_string()),
                ..Accepted::default()
            });
        }
        429 => NextStep::Wait { secs: answer.retry_after.and_then(|wait| wait.secs(now)) },
        408 | 500.. => NextStep::Unknown,
        _ => NextStep::FixConfiguration,
    };
    let trouble = if next == NextStep::Unknown { Trouble::Unclear } else { Trouble::Refused };
    let error = SendError::new(next, trouble, format!("the endpoint answered HTTP {status}"));
    Err(SendError { provider_code: Some(status.as_u16().to_string()), ..error })
}

impl Connector for HttpSms {
    fn serving(&self, usage_type: UsageType, _phone: &PhoneNumber) -> Option<UsageType> {
        // the texts are the endpoint's
        (self.has_notices || !usage_type.is_notice()).then_some(usage_type)
    }

    fn send<'a>(&'a self, message: Outgoing<'a>) -> Sending<'a> {
        Box::pin(self.deliver(message))
    }

    fn look_up<'a>(&'a self, _message: Lost<'a>) -> LookingUp<'a> {
        // there is nobody to ask
        Box::pin(async { Ok(Trace::NoTrace) })
    }
}
