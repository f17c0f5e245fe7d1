//! What the connectors over Aliyun's two APIs share: the account, its address, and what its refusals mean.
use std::time::Duration;

use aliyun_sms::{
    Client, Config, ConfigError, Credentials, Endpoint, Next, Signature, Timeouts, Window,
};
use haoma_core::phone::PhoneNumber;

use super::kit::form::{Constant, FormItem, ItemKind, SelectItem};
use super::kit::{NextStep, Place, Problem, ProblemKind, Reader, SendError, Text};

/// The variable of verification templates: `${code}` in Aliyun, `{{code}}` in Haoma.
pub(super) const VARIABLE: &str = "code";

const SIGNATURES: [&str; 2] = ["V3", "V1"];

/// The fields both configurations begin with.
pub(super) const ACCESS_KEY_ID: FormItem =
    FormItem::new("accessKeyId", Text::new("AccessKey ID", "AccessKey ID"), ItemKind::Text)
        .required()
        .placeholder("LTAI5t…", "LTAI5t…");

/// Written once; an edit that leaves it blank keeps it, unless the id beside it is another.
pub(super) const ACCESS_KEY_SECRET: FormItem = FormItem::new(
    "accessKeySecret",
    Text::new("AccessKey Secret", "AccessKey Secret"),
    ItemKind::Text,
)
.required()
.confidential(&["accessKeyId"])
.description(
    "Aliyun shows it only once, when the AccessKey is created.",
    "仅在创建 AccessKey 时显示一次，请妥善保存。",
);

/// The name between the brackets.
pub(super) const SIGN_NAME: FormItem =
    FormItem::new("signName", Text::new("Signature name", "签名名称"), ItemKind::Text)
        .required()
        .description(
            "Without the brackets 【】. All templates share it.",
            "不带【】。所有模板共用这一个签名。",
        );

/// For temporary keys.
pub(super) const SECURITY_TOKEN: FormItem = FormItem::new(
    "securityToken",
    Text::new("Security token", "安全令牌（SecurityToken）"),
    ItemKind::Text,
)
.confidential(&["accessKeyId", "endpoint"])
.tooltip(
    "Only for temporary keys of the Security Token Service, whose ids start with STS.",
    "仅用于 STS 临时密钥，其 AccessKey ID 以 STS. 开头。",
);

/// Another host than Aliyun's own.
pub(super) const ENDPOINT: FormItem = FormItem::new(
    "endpoint",
    Text::new("API address", "API 地址"),
    ItemKind::Text,
)
.for_owners()
.placeholder("dysmsapi.aliyuncs.com", "dysmsapi.aliyuncs.com")
.tooltip(
    "Leave it blank to reach Aliyun itself; another address is for simulators and private links.",
    "留空即访问阿里云；仅在使用模拟器或专有网络时填写其他地址。",
);

/// How requests are signed.
pub(super) const SIGNATURE: FormItem = FormItem::new(
    "signature",
    Text::new("Request signature", "请求签名算法"),
    ItemKind::Select(&[
        SelectItem { value: "V3", title: Text::new("V3 (HMAC-SHA256)", "V3 (HMAC-SHA256)") },
        SelectItem { value: "V1", title: Text::new("V1 (HMAC-SHA1)", "V1 (HMAC-SHA1)") },
    ]),
)
.default(Constant::Text("V3"));

/// How long a call may take.
pub(super) const TIMEOUT: FormItem = FormItem::new(
    "timeoutMs",
    Text::new("Timeout in milliseconds", "超时时间（毫秒）"),
    ItemKind::Number,
)
.default(Constant::Number(5000));

/// Reads the account part of a configuration; the addresses are the caller's to set.
pub(super) fn account(reader: &mut Reader<'_>) -> Config {
    let (id, secret) = (reader.required("accessKeyId"), reader.required("accessKeySecret"));
    let mut config = Config::new(match reader.optional("securityToken") {
        Some(token) => Credentials::sts(id, secret, token),
        None => Credentials::access_key(id, secret),
    });
    config.signature = match reader.optional("signature").as_deref() {
        None | Some("V3") => Signature::V3,
        Some("V1") => Signature::V1,
        Some(_) => {
            reader.problem("signature", ProblemKind::NotOneOf(&SIGNATURES));
            Signature::V3
        }
    };
    config.timeouts = timeouts(reader);
    config
}

/// An address of the administrator's choice.
pub(super) fn endpoint(reader: &mut Reader<'_>) -> Option<Endpoint> {
    let written = reader.optional("endpoint")?;
    let parsed = Endpoint::parse(&written);
    let problem = |error: &ConfigError| match error {
        ConfigError::PlainHttp => ProblemKind::PlainHttp,
        _ => ProblemKind::BadAddress,
    };
    parsed.map_err(|error| reader.problem("endpoint", problem(&error))).ok()
}

/// Milliseconds a call may take in all; Aliyun wants a second at least, so less is for tests.
fn timeouts(reader: &mut Reader<'_>) -> Timeouts {
    let usual = Timeouts::default();
    reader.number("timeoutMs", 100, 10_000).map_or(usual, |total| {
        let total = Duration::from_millis(total);
        Timeouts { connect: usual.connect.min(total / 2), total }
    })
}

/// The client, if nothing was wrong with the configuration.
pub(super) fn client(config: Config, problems: Vec<Problem>) -> Result<Client, Vec<Problem>> {
    if !problems.is_empty() {
        return Err(problems);
    }
    let place = |error: &ConfigError| match error {
        ConfigError::AccessKeySecret => "accessKeySecret",
        ConfigError::SecurityToken => "securityToken",
        ConfigError::Timeouts => "timeoutMs",
        _ => "accessKeyId",
    };
    Client::new(config).map_err(|error| vec![Problem::new(place(&error), ProblemKind::NotSendable)])
}

/// The form Aliyun wants: eleven digits in the mainland, country code and number elsewhere.
pub(super) fn number(phone: &PhoneNumber) -> &str {
    match Place::of(phone) {
        Place::Mainland => phone.national(),
        Place::Outside => phone.digits(),
    }
}

/// What Aliyun's refusal, or its silence, means for the message.
pub(super) fn send_error(error: &aliyun_sms::Error) -> SendError {
    let told = error.retry_after().and_then(|wait| i64::try_from(wait.as_secs()).ok());
    // A full day is free again 24 hours after its first message at the latest; Aliyun does not say when that was.
    let full_day = (error.window() == Some(Window::Day)).then_some(24 * 60 * 60);
    let secs = told.or(full_day);
    SendError {
        next: match error.next() {
            Next::Wait => NextStep::Wait { secs },
            Next::FixNumber => NextStep::FixNumber,
            Next::FixConfiguration => NextStep::FixConfiguration,
            Next::NotSent => NextStep::TryAgain,
            Next::Unknown => NextStep::Unknown,
        },
        provider_code: error.code().map(str::to_owned),
        provider_request_id: error.request_id().map(str::to_owned),
        explanation: error.to_string(),
    }
}
