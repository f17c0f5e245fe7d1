//! Aliyun SMS (`SendSms`): configuration as Logto writes it, mainland and outside.
mod form;
mod live;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use aliyun_sms::{
    Client, Endpoint, Page, QuerySendDetails, SendSms, SendStatus, SmsConversionIntl, Stamp,
    TemplateParam, china_date,
};
use haoma_core::phone::PhoneNumber;
use haoma_core::usage_type::UsageType;
use serde_json::Value;

use super::aliyun::{self, VARIABLE, send_error};
use super::kit::{
    Accepted, Built, Capabilities, Connector, Content, Conversion, Factory, LookingUp, Lost,
    NextStep, Outgoing, Place, ProblemKind, REPORTS, Reader, Reporting, SendError, Sending,
    TemplateAt, Text, Trace, Trouble,
};

/// `aliyun-short-message-service` (wire contract D.3).
pub const FACTORY: Factory = Factory {
    id: "aliyun-short-message-service",
    target: "aliyun-sms",
    name: Text::new("Aliyun SMS", "阿里云短信服务"),
    description: Text::new(
        "Verification codes through Alibaba Cloud's SMS service, in mainland China and outside.",
        "通过阿里云短信服务发送验证码，支持国内消息和国际/港澳台消息。",
    ),
    logo: include_str!("aliyun_sms/logo.svg"),
    form: form::FORM,
    steps: Text::new(
        include_str!("aliyun_sms/steps.en.md"),
        include_str!("aliyun_sms/steps.zh-CN.md"),
    ),
    capabilities: Capabilities {
        places: Place::ALL,
        receipts: true,
        test_facilities: true,
        notices: true,
    },
    build,
    inspect: Some(live::inspect),
};

#[derive(Debug)]
struct AliyunSms {
    client: Client,
    sign_name: String,
    /// The signature of notices, where it is another: one made for verification codes goes with nothing else.
    notice_sign_name: Option<String>,
    templates: Vec<Template>,
    /// Whether Aliyun hears which codes were given outside the mainland.
    reports: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Template {
    usage_type: UsageType,
    china: Option<TemplateCode>,
    overseas: Option<TemplateCode>,
}

/// A template and what it calls the place of the digits.
#[derive(Debug, Clone, PartialEq, Eq)]
struct TemplateCode {
    code: String,
    variable: String,
}

fn build(config: &Value) -> Built {
    let mut reader = Reader::new(config);
    let client = client_config(&mut reader);
    let sign_name = reader.required("signName");
    let notice_sign_name = reader.optional("noticeSignName");
    let templates = templates(&mut reader);
    // Logto's switch against taking a bare `1…` for a mainland number. Numbers always carry their country here, so
    // both settings mean the same; it is read so that a wrong value is noticed.
    reader.switch("strictPhoneRegionNumberCheck");
    let reports = reader.switch(REPORTS);
    let client = aliyun::client(client, reader.into_problems())?;
    Ok(Arc::new(AliyunSms { client, sign_name, notice_sign_name, templates, reports }))
}

/// The longest reason of an operator's that is kept.
const MOST_RECEIPT_CODE: usize = 64;

/// Who calls, and where.
fn client_config(reader: &mut Reader<'_>) -> aliyun_sms::Config {
    let mut config = aliyun::account(reader);
    let region = reader.optional("region");
    if region.as_ref().is_some_and(|region| !form::REGIONS.contains(&region.as_str())) {
        reader.problem("region", ProblemKind::NotOneOf(&form::REGIONS));
    }
    let usual = || region.map_or_else(Endpoint::default, |region| Endpoint::for_region(&region));
    config.endpoint = aliyun::endpoint(reader).unwrap_or_else(usual);
    config
}

fn templates(reader: &mut Reader<'_>) -> Vec<Template> {
    reader.templates(|reader, usage_type, at| {
        let (china, overseas) = template_codes(reader, at);
        if china.is_none() && overseas.is_none() {
            at.no_code(reader);
        }
        Some(Template { usage_type, china, overseas })
    })
}

fn template_codes(
    reader: &mut Reader<'_>,
    at: TemplateAt<'_>,
) -> (Option<TemplateCode>, Option<TemplateCode>) {
    let codes = at.by_region(reader, "templateCode");
    let variables = at.by_region(reader, "variable");
    let named = |code: Option<String>, variable: Option<String>| {
        let variable = variable.unwrap_or_else(|| VARIABLE.to_owned());
        code.map(|code| TemplateCode { code, variable })
    };
    (named(codes.0, variables.0), named(codes.1, variables.1))
}

impl AliyunSms {
    /// The template for a use and a number, and whose it is: its own, or `Generic`'s.
    fn template(
        &self,
        usage_type: UsageType,
        phone: &PhoneNumber,
    ) -> Option<(UsageType, &TemplateCode)> {
        let place = Place::of(phone);
        usage_type.templates().into_iter().find_map(|usage| {
            let mine = self.templates.iter().find(|template| template.usage_type == usage)?;
            let code = match place {
                Place::Mainland => mine.china.as_ref(),
                Place::Outside => mine.overseas.as_ref(),
            };
            code.map(|code| (usage, code))
        })
    }

    async fn deliver(&self, message: Outgoing<'_>) -> Result<Accepted, SendError> {
        let Some((_, template)) = self.template(message.usage_type(), message.phone) else {
            return Err(no_template(message.usage_type(), message.phone));
        };
        let (param, sign_name) = match message.content {
            Content::Code { passcode, .. } => {
                (TemplateParam::one(&template.variable, passcode.reveal()), &self.sign_name)
            }
            Content::Notice(notice) => {
                let values = notice.values(Place::of(message.phone));
                let pairs = values.iter().map(|(name, value)| (*name, value.as_str()));
                let sign_name = self.notice_sign_name.as_ref().unwrap_or(&self.sign_name);
                (TemplateParam::of(pairs), sign_name)
            }
        };
        let request = SendSms {
            phone_numbers: aliyun::number(message.phone),
            sign_name,
            template_code: &template.code,
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

    /// `QuerySendDetails` knows numbers and days; our id is found in its rows.
    async fn trace(&self, message: Lost<'_>) -> Result<Trace, SendError> {
        let request = QuerySendDetails {
            phone_number: aliyun::number(message.phone),
            biz_id: None,
            send_date: &china_date(message.sent_at.0),
            page: Page::at(1),
        };
        let stamp = Stamp { unix_ms: message.now.0, nonce: message.nonce };
        let found = self.client.query_send_details(&request, stamp).await;
        let found = found.map_err(|error| send_error(&error))?;
        let mut mine =
            found.details.iter().filter(|row| row.out_id.as_deref() == Some(message.id.as_str()));
        let Some(row) = mine.next() else { return Ok(Trace::NoTrace) };
        Ok(match row.send_status {
            Some(SendStatus::Delivered) => Trace::Delivered,
            Some(SendStatus::Failed) => {
                Trace::Undelivered { code: row.err_code.as_deref().and_then(receipt_code) }
            }
            _ => Trace::Accepted,
        })
    }

    /// Without a time, so that Aliyun takes that of its own clock: it refuses one that is not before its now.
    async fn tell(&self, conversion: Conversion<'_>) -> Result<(), SendError> {
        let request = SmsConversionIntl {
            message_id: conversion.provider_message_id,
            delivered: true,
            conversion_time_ms: None,
        };
        let stamp = Stamp { unix_ms: conversion.now.0, nonce: conversion.nonce };
        let noted = self.client.sms_conversion_intl(&request, stamp).await;
        noted.map(drop).map_err(|error| send_error(&error))
    }
}

impl Connector for AliyunSms {
    fn serving(&self, usage_type: UsageType, phone: &PhoneNumber) -> Option<UsageType> {
        self.template(usage_type, phone).map(|(serving, _)| serving)
    }

    fn send<'a>(&'a self, message: Outgoing<'a>) -> Sending<'a> {
        Box::pin(self.deliver(message))
    }

    fn look_up<'a>(&'a self, message: Lost<'a>) -> LookingUp<'a> {
        Box::pin(self.trace(message))
    }

    fn wants_reports(&self, place: Place) -> bool {
        self.reports && place == Place::Outside
    }

    fn report<'a>(&'a self, conversion: Conversion<'a>) -> Reporting<'a> {
        Box::pin(self.tell(conversion))
    }
}

/// An operator's code is a word; what is none may be anything, and is not kept.
fn receipt_code(text: &str) -> Option<String> {
    let is_word = text.len() <= MOST_RECEIPT_CODE && text.bytes().all(|b| b.is_ascii_graphic());
    (is_word && !text.is_empty()).then(|| text.to_owned())
}

fn no_template(usage_type: UsageType, phone: &PhoneNumber) -> SendError {
    let region = match Place::of(phone) {
        Place::Mainland => "china",
        Place::Outside => "overseas",
    };
    let generic = if usage_type.is_notice() { "" } else { ", and none for Generic" };
    let explanation = format!("no {region} template for usage type {usage_type}{generic}");
    SendError::new(NextStep::AddTemplate, Trouble::NoTemplate, explanation)
}
