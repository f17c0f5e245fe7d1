#![doc = include_str!("../README.md")]

mod answer;
mod captcha;
mod client;
mod codes;
mod credentials;
mod endpoint;
mod error;
mod lenient;
mod lists;
mod redact;
mod request;
pub mod sign;
mod single;
mod template_param;
mod transport;
mod verdict;
mod verify_code;
mod wire;

pub use answer::{Noted, SendDetail, SendDetails, SendStatus, Sent, VerifyCodeSent};
pub use captcha::{CaptchaRegion, CaptchaVerdict, VerifyIntelligentCaptcha};
pub use client::{Admit, Client, Config, Timeouts};
pub use codes::{CodeFacts, Next, RECEIPT_CODES, Who, known_codes, look_up};
pub use credentials::Credentials;
pub use endpoint::Endpoint;
pub use error::{ConfigError, Error, Failure, Window};
pub use lists::{AuditState, SignItem, SignList, TemplateItem, TemplateKind, TemplateList};
pub use request::{
    GetSmsSign, GetSmsTemplate, Page, QuerySendDetails, SendSms, SmsConversionIntl, china_date,
};
pub use single::{CarrierRegistration, Origin, RegisterState, SmsSign, SmsTemplate};
pub use template_param::TemplateParam;
pub use verify_code::{CodeType, DuplicatePolicy, SendSmsVerifyCode};
pub use wire::{Signature, Stamp};
