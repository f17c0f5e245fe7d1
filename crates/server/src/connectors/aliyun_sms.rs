//! Aliyun SMS (`SendSms`): configuration as Logto writes it, mainland and outside.
use std::sync::Arc;
use std::time::Duration;

use aliyun_sms::{
    Client, Config, Credentials, Endpoint, Next, Page, QuerySendDetails, SendSms, SendStatus,
    Signature, Stamp, TemplateParam, Timeouts, Window, china_date,
};
use haoma_core::phone::{PhoneNumber, Region};
use haoma_core::usage_type::UsageType;
use serde_json::Value;

use super::kit::{
    Accepted, Built, Connector, Factory, LookingUp, Lost, NextStep, Outgoing, Problem, SendError,
    Sending, Trace,
};

/// `aliyun-short-message-service` (wire contract D.3).
pub const FACTORY: Factory =
    Factory { id: "aliyun-short-message-service", target: "aliyun-sms", build };

/// The variable of verification templates: `${code}` in Aliyun, `{{code}}` in Haoma.
const VARIABLE: &str = "code";

#[derive(Debug)]
struct AliyunSms {
    client: Client,
    sign_name: String,
    templates: Vec<Template>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Template {
    usage_type: UsageType,
    china: Option<String>,
    overseas: Option<String>,
}

fn build(config: &Value) -> Built {
    let mut reader = Reader { config, problems: vec![] };
    let (id, secret) = (reader.required("accessKeyId"), reader.required("accessKeySecret"));
    let sign_name = reader.required("signName");
    let templates = reader.templates();
    let mut client_config = Config::new(match reader.optional("securityToken") {
        Some(token) => Credentials::sts(id, secret, token),
        None => Credentials::access_key(id, secret),
    });
    client_config.endpoint = reader.endpoint();
    client_config.signature = reader.signature();
    client_config.timeouts = reader.timeouts();
    reader.strict_check();
    let mut problems = reader.problems;
    if !problems.is_empty() {
        return Err(problems);
    }
    match Client::new(client_config) {
        Ok(client) => Ok(Arc::new(AliyunSms { client, sign_name, templates })),
        Err(error) => {
            problems.push(Problem::new("accessKeyId", error.to_string()));
            Err(problems)
        }
    }
}

/// Reads the configuration and keeps every problem.
struct Reader<'a> {
    config: &'a Value,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, key_path: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem::new(key_path, message));
    }

    fn optional(&mut self, key: &str) -> Option<String> {
        match self.config.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.trim().to_owned()).filter(|t| !t.is_empty()),
            Some(_) => {
                self.problem(key, "must be text");
                None
            }
        }
    }

    fn required(&mut self, key: &str) -> String {
        let before = self.problems.len();
        let value = self.optional(key);
        if value.is_none() && self.problems.len() == before {
            self.problem(key, "is missing");
        }
        value.unwrap_or_default()
    }

    fn endpoint(&mut self) -> Endpoint {
        let region = self.optional("region");
        match self.optional("endpoint").map(|url| Endpoint::parse(&url)) {
            Some(Ok(endpoint)) => endpoint,
            Some(Err(error)) => {
                self.problem("endpoint", error.to_string());
                Endpoint::default()
            }
            None => region.map_or_else(Endpoint::default, |r| Endpoint::for_region(&r)),
        }
    }

    fn signature(&mut self) -> Signature {
        match self.optional("signature").as_deref() {
            None | Some("V3") => Signature::V3,
            Some("V1") => Signature::V1,
            Some(other) => {
                self.problem("signature", format!("must be \"V3\" or \"V1\", not {other:?}"));
                Signature::V3
            }
        }
    }

    /// Milliseconds a call may take in all; Aliyun wants a second at least, so less is for tests.
    fn timeouts(&mut self) -> Timeouts {
        let usual = Timeouts::default();
        let Some(written) = self.config.get("timeoutMs").filter(|v| !v.is_null()) else {
            return usual;
        };
        let Some(total) = written.as_u64().filter(|ms| (100..=10_000).contains(ms)) else {
            self.problem("timeoutMs", "must be 100 to 10000 milliseconds");
            return usual;
        };
        let total = Duration::from_millis(total);
        Timeouts { connect: usual.connect.min(total / 2), total }
    }

    /// Logto's switch against taking a bare `1…` for a mainland number. Numbers always carry their
    /// country here, so both settings mean the same; it is read so that a wrong value is noticed.
    fn strict_check(&mut self) {
        let key = "strictPhoneRegionNumberCheck";
        if !matches!(self.config.get(key), None | Some(Value::Null | Value::Bool(_))) {
            self.problem(key, "must be true or false");
        }
    }

    fn templates(&mut self) -> Vec<Template> {
        // A console exports the list as JSON text; a file holds it as a list.
        let parsed = match self.config.get("templates") {
            Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
            Some(other) => other.clone(),
            None => Value::Null,
        };
        let Value::Array(items) = parsed else {
            self.problem("templates", "must be a list of templates");
            return vec![];
        };
        if items.is_empty() {
            self.problem("templates", "needs at least one template");
        }
        items.iter().enumerate().filter_map(|(i, item)| self.template(i, item)).collect()
    }

    fn template(&mut self, index: usize, item: &Value) -> Option<Template> {
        let at = |key: &str| format!("templates[{index}].{key}");
        let named = item.get("usageType").and_then(Value::as_str).unwrap_or_default();
        let usage_type = UsageType::parse(named);
        if usage_type.is_none() {
            let all = UsageType::ALL.map(UsageType::as_str).join(", ");
            self.problem(at("usageType"), format!("must be one of {all}, not {named:?}"));
        }
        let code = item.get("templateCode").unwrap_or(&Value::Null);
        let text = |value: &Value| {
            value.as_str().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned)
        };
        let (china, overseas) = match code {
            Value::Object(by_region) => {
                (by_region.get("china").and_then(text), by_region.get("overseas").and_then(text))
            }
            one => (text(one), text(one)),
        };
        if china.is_none() && overseas.is_none() {
            self.problem(
                at("templateCode"),
                "must be a template code, or {\"china\", \"overseas\"}",
            );
        }
        usage_type.map(|usage_type| Template { usage_type, china, overseas })
    }
}

impl AliyunSms {
    /// The template code for a use and a number: its own, or `Generic`'s.
    fn template(&self, usage_type: UsageType, phone: &PhoneNumber) -> Option<&str> {
        let mainland = phone.region() == Region::CHINA;
        usage_type.templates().into_iter().find_map(|usage| {
            let mut mine = self.templates.iter().filter(|t| t.usage_type == usage);
            mine.find_map(|t| if mainland { t.china.as_deref() } else { t.overseas.as_deref() })
        })
    }

    async fn deliver(&self, message: Outgoing<'_>) -> Result<Accepted, SendError> {
        let Some(template_code) = self.template(message.usage_type, message.phone) else {
            return Err(no_template(message.usage_type, message.phone));
        };
        let param = TemplateParam::one(VARIABLE, message.passcode.reveal());
        let request = SendSms {
            phone_numbers: aliyun_number(message.phone),
            sign_name: &self.sign_name,
            template_code,
            template_param: Some(&param),
            sms_up_extend_code: None,
            out_id: Some(message.id.as_str()),
        };
        let stamp = Stamp { unix_ms: message.now.0, nonce: message.nonce };
        match self.client.send_sms(&request, stamp).await {
            Ok(sent) => Ok(Accepted {
                provider_message_id: sent.biz_id,
                provider_code: Some("OK".to_owned()),
                provider_request_id: Some(sent.request_id),
            }),
            Err(error) => Err(send_error(&error)),
        }
    }
}

impl AliyunSms {
    /// `QuerySendDetails` knows numbers and days; our id is found in its rows.
    async fn trace(&self, message: Lost<'_>) -> Result<Trace, SendError> {
        let request = QuerySendDetails {
            phone_number: aliyun_number(message.phone),
            biz_id: None,
            send_date: &china_date(message.sent_at.0),
            page: Page::at(1),
        };
        let stamp = Stamp { unix_ms: message.now.0, nonce: message.nonce };
        let found = self.client.query_send_details(&request, stamp).await;
        let found = found.map_err(|error| send_error(&error))?;
        let mut mine =
            found.details.iter().filter(|row| row.out_id.as_deref() == Some(message.id.as_str()));
        Ok(match mine.next().map(|row| row.send_status) {
            None => Trace::NoTrace,
            Some(Some(SendStatus::Delivered)) => Trace::Delivered,
            Some(Some(SendStatus::Failed)) => Trace::Undelivered,
            Some(_) => Trace::Accepted,
        })
    }
}

impl Connector for AliyunSms {
    fn has_template(&self, usage_type: UsageType, phone: &PhoneNumber) -> bool {
        self.template(usage_type, phone).is_some()
    }

    fn send<'a>(&'a self, message: Outgoing<'a>) -> Sending<'a> {
        Box::pin(self.deliver(message))
    }

    fn look_up<'a>(&'a self, message: Lost<'a>) -> LookingUp<'a> {
        Box::pin(self.trace(message))
    }
}

/// The form Aliyun wants: eleven digits in the mainland, country code and number elsewhere.
fn aliyun_number(phone: &PhoneNumber) -> &str {
    if phone.region() == Region::CHINA { phone.national() } else { phone.digits() }
}

fn no_template(usage_type: UsageType, phone: &PhoneNumber) -> SendError {
    let region = if phone.region() == Region::CHINA { "china" } else { "overseas" };
    SendError {
        next: NextStep::AddTemplate,
        provider_code: None,
        provider_request_id: None,
        explanation: format!(
            "no {region} template for usage type {usage_type}, and none for Generic"
        ),
    }
}

fn send_error(error: &aliyun_sms::Error) -> SendError {
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn problems(config: &Value) -> Vec<String> {
        build(config).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    fn logto_export() -> Value {
        json!({
            "accessKeyId": "id", "accessKeySecret": "secret", "signName": "号码",
            "strictPhoneRegionNumberCheck": true,
            "templates": [
                { "type": 2, "usageType": "SignIn", "templateCode": { "china": "SMS_1", "overseas": "SMS_2" } },
                { "type": 2, "usageType": "Generic", "templateCode": "SMS_3" },
                { "type": 2, "usageType": "Test", "templateCode": "SMS_4" },
            ],
        })
    }

    #[test]
    fn a_configuration_exported_from_logto_is_accepted() {
        assert_eq!(problems(&logto_export()), [] as [String; 0]);
        let mut as_text = logto_export();
        as_text["templates"] = as_text["templates"].to_string().into();
        assert_eq!(
            problems(&as_text),
            [] as [String; 0],
            "the console's form holds the list as text"
        );
    }

    #[test]
    fn every_problem_is_reported_with_its_place() {
        let config = json!({
            "accessKeyId": "", "accessKeySecret": 5, "endpoint": "http://example.com", "signature": "V9",
            "strictPhoneRegionNumberCheck": "yes",
            "templates": [{ "usageType": "Nonsense" }],
        });
        let found = problems(&config).join("\n");
        for place in [
            "accessKeyId:",
            "accessKeySecret:",
            "signName:",
            "endpoint:",
            "signature:",
            "strictPhoneRegionNumberCheck:",
            "templates[0].usageType:",
            "templates[0].templateCode:",
        ] {
            assert!(found.contains(place), "{place} in\n{found}");
        }
        assert_eq!(problems(&json!({})).len(), 4);
    }

    #[test]
    fn the_template_follows_use_and_country() {
        let mut reader = Reader { config: &logto_export(), problems: vec![] };
        let connector = AliyunSms {
            client: Client::new(Config::new(Credentials::access_key("id", "secret"))).unwrap(),
            sign_name: "号码".to_owned(),
            templates: reader.templates(),
        };
        let [china, hong_kong] =
            ["8613800138000", "85251234567"].map(|d| PhoneNumber::from_international(d).unwrap());
        assert_eq!(connector.template(UsageType::SignIn, &china), Some("SMS_1"));
        assert_eq!(connector.template(UsageType::SignIn, &hong_kong), Some("SMS_2"));
        assert_eq!(
            connector.template(UsageType::Register, &china),
            Some("SMS_3"),
            "falls back to Generic"
        );
        assert_eq!(aliyun_number(&china), "13800138000");
        assert_eq!(aliyun_number(&hong_kong), "85251234567");
        let only_sign_in = AliyunSms { templates: connector.templates[..1].to_vec(), ..connector };
        assert_eq!(only_sign_in.template(UsageType::Register, &china), None);
        assert!(
            no_template(UsageType::Register, &china).explanation.contains("usage type Register")
        );
    }

    #[test]
    fn nothing_secret_is_printed() {
        let config = json!({ "accessKeyId": "id", "accessKeySecret": "s3cr3t", "signName": "x",
            "templates": [{ "usageType": "Generic", "templateCode": "SMS_1" }] });
        assert!(!format!("{:?}", build(&config).unwrap()).contains("s3cr3t"));
    }
}
