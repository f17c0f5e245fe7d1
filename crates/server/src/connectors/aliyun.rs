//! What the connectors over Aliyun's two APIs share: the account, its address, and what its refusals mean.
use std::net::IpAddr;
use std::time::Duration;

use aliyun_sms::{
    Client, Config, ConfigError, Credentials, Endpoint, Failure, Next, Signature, Timeouts, Window,
};
use haoma_core::phone::PhoneNumber;

use super::kit::form::{Constant, FormItem, ItemKind, SelectItem};
use super::kit::{NextStep, Place, Problem, ProblemKind, Reader, SendError, Text, Trouble};
use crate::outbound::{Zone, zone};

/// The variable of verification templates: `${code}` in Aliyun, `{{code}}` in Haoma.
pub(super) const VARIABLE: &str = "code";

const SIGNATURES: [&str; 2] = ["V3", "V1"];

/// The fields both configurations begin with.
pub(super) const ACCESS_KEY_ID: FormItem =
    FormItem::new("accessKeyId", Text::new("AccessKey ID", "AccessKey ID"), ItemKind::Text)
        .required()
        .placeholder("LTAI5t…", "LTAI5t…")
        .description(
            "Of a RAM user with the rights from the steps, not of the main account.",
            "使用 RAM 用户的 AccessKey，权限见设置步骤；不要使用主账号的。",
        );

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
    "Leave it blank to reach Aliyun itself; another address is for simulators on this machine and Aliyun's private links. Other private addresses are refused.",
    "留空即访问阿里云；仅在使用本机的模拟器或阿里云专有网络时填写其他地址，其他内网地址不可用。",
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
.default(Constant::Text("V3"))
.description(
    "How each request is signed. V3 is today's; V1 is for addresses that do not know it yet.",
    "每个请求的签名方式。V3 是目前的算法；只有接口不支持 V3 时才选 V1。",
);

/// How long a call may take.
pub(super) const TIMEOUT: FormItem = FormItem::new(
    "timeoutMs",
    Text::new("Timeout in milliseconds", "超时时间（毫秒）"),
    ItemKind::Number,
)
.default(Constant::Number(5000))
.description(
    "How long Aliyun may take to answer, 100 to 10000. Past that the outcome is unknown, and nothing is sent again.",
    "等待阿里云答复的最长时间，100 到 10000。超过后结果视为未知，不会重发。",
);

/// Reads the account part of a configuration; the addresses are the caller's to set.
pub(super) fn account(reader: &mut Reader<'_>) -> Config {
    let (id, secret) = (reader.required("accessKeyId"), reader.required("accessKeySecret"));
    reader.sendable("accessKeyId", &id);
    let mut config = Config::new(match reader.optional("securityToken") {
        Some(token) => {
            reader.sendable("securityToken", &token);
            Credentials::sts(id, secret, token)
        }
        None => Credentials::access_key(id, secret),
    });
    config.admit = admits;
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
    let problem = |error: ConfigError| match error {
        ConfigError::PlainHttp => ProblemKind::PlainHttp,
        _ => ProblemKind::BadAddress,
    };
    let admitted = parsed.map_err(problem).and_then(|endpoint| {
        let inside = endpoint.ip().is_some_and(|ip| !admits(&ip.to_string(), ip));
        if inside { Err(ProblemKind::PrivateAddress) } else { Ok(endpoint) }
    });
    admitted.map_err(|kind| reader.problem("endpoint", kind)).ok()
}

/// What may be connected to (security statement 57): the internet, this machine where it is named as such, for simulators,
/// and what Aliyun's names lead to, which only Aliyun gives out: its private links, and the stand-ins of a proxy on this machine.
/// Nothing else inside, and never a metadata service.
pub(crate) fn admits(host: &str, address: IpAddr) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let is_aliyun = host.ends_with(".aliyuncs.com");
    match zone(address) {
        Zone::Public => true,
        Zone::Private if address.is_loopback() => {
            host == "localhost" || host.parse() == Ok(address)
        }
        Zone::Private => is_aliyun,
        Zone::Never => is_aliyun && is_stand_in(address),
    }
}

/// Proxies that answer names themselves answer them from the range of benchmarks (RFC 2544), which leads nowhere else.
const fn is_stand_in(address: IpAddr) -> bool {
    matches!(address, IpAddr::V4(address) if matches!(address.octets(), [198, 18..=19, ..]))
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
    // a minute is over before anybody asks again
    let is_full = matches!(error.window(), Some(Window::Hour | Window::Day));
    SendError {
        number_is_full_secs: secs.filter(|_| is_full),
        next: match error.next() {
            Next::Wait => NextStep::Wait { secs },
            Next::FixNumber => NextStep::FixNumber,
            Next::FixConfiguration => NextStep::FixConfiguration,
            Next::NotSent => NextStep::TryAgain,
            Next::Unknown => NextStep::Unknown,
        },
        provider_code: error.code().map(str::to_owned),
        provider_request_id: error.request_id().map(str::to_owned),
        trouble: trouble(error),
        explanation: error.to_string(),
    }
}

fn trouble(error: &aliyun_sms::Error) -> Trouble {
    match error.failure() {
        None if error.next() == Next::Unknown => Trouble::Unclear,
        None => Trouble::Refused,
        Some(Failure::Unbuildable) => Trouble::Unbuildable,
        Some(Failure::NotAdmitted) => Trouble::NotAdmitted,
        Some(Failure::Name) => Trouble::Name,
        Some(Failure::Refused) => Trouble::ConnectionRefused,
        Some(Failure::Tls) => Trouble::Tls,
        Some(Failure::ConnectTimeout) => Trouble::ConnectTimeout,
        Some(Failure::NotConnected) => Trouble::NotConnected,
        Some(Failure::Silent) => Trouble::Silent,
        Some(Failure::Broken) => Trouble::Broken,
        Some(Failure::NoVerdict) => Trouble::NoVerdict,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s57_aliyuns_address_leads_out_or_to_what_is_named_as_this_machine() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        for (host, address) in [
            ("dysmsapi.aliyuncs.com", "106.11.45.35"),
            ("sms.example.com", "93.184.215.14"),
            ("127.0.0.1", "127.0.0.1"),
            ("localhost", "127.0.0.1"),
            ("localhost", "::1"),
            ("dysmsapi-vpc.cn-hangzhou.aliyuncs.com", "100.100.45.35"),
            ("dysmsapi.aliyuncs.com", "64:ff9b::6a0b:2d23"),
            ("dysmsapi.aliyuncs.com", "198.18.0.41"),
        ] {
            assert!(admits(host, ip(address)), "{host} {address}");
        }
        for (host, address) in [
            ("10.0.0.5", "10.0.0.5"),
            ("rebind.example.com", "127.0.0.1"),
            ("rebind.example.com", "192.168.1.1"),
            ("2130706433", "127.0.0.1"),
            ("aliyuncs.com.example.com", "10.0.0.5"),
            ("dysmsapi.aliyuncs.com", "127.0.0.1"),
            ("dysmsapi-vpc.cn-hangzhou.aliyuncs.com", "100.100.100.200"),
            ("169.254.169.254", "169.254.169.254"),
            ("::ffff:127.0.0.1", "::ffff:127.0.0.1"),
            ("dysmsapi.aliyuncs.com", "64:ff9b::7f00:1"),
            ("dysmsapi.aliyuncs.com", "64:ff9b::6464:64c8"),
            ("dysmsapi.aliyuncs.com", "64:ff9b:1::6a0b:2d23"),
            ("sms.example.com", "198.18.0.41"),
        ] {
            assert!(!admits(host, ip(address)), "{host} {address}");
        }
    }
}
