//! The client: a configuration, a connection pool and one method per operation.

use crate::{
    answer::{self, Noted, SendDetails, Sent, VerifyCodeSent},
    captcha::{self, CaptchaRegion, CaptchaVerdict, VerifyIntelligentCaptcha},
    credentials::Credentials,
    endpoint::Endpoint,
    error::{ConfigError, Error},
    lists::{SignList, TemplateList},
    request::{
        Call, GetSmsSign, GetSmsTemplate, Page, Product, QuerySendDetails, SendSms,
        SmsConversionIntl,
    },
    single::{SmsSign, SmsTemplate},
    transport::{NOT_ADMITTED, Transport},
    verdict::{Asked, judge},
    verify_code::SendSmsVerifyCode,
    wire::{Signature, Signer, Stamp, build},
};
use bytes::Bytes;
use secrecy::ExposeSecret as _;
use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

/// Who calls, where and how.
#[derive(Debug, Clone)]
pub struct Config {
    /// Who signs.
    pub credentials: Credentials,
    /// How requests are signed.
    pub signature: Signature,
    /// Where Dysmsapi answers: all operations but two.
    pub endpoint: Endpoint,
    /// Where Dypnsapi answers: `SendSmsVerifyCode`.
    pub verify_endpoint: Endpoint,
    /// Where Captcha 2.0 answers: `VerifyIntelligentCaptcha`.
    pub captcha_endpoint: Endpoint,
    /// How long a call may take.
    pub timeouts: Timeouts,
    /// Which addresses may be connected to.
    pub admit: Admit,
}

/// Says whether a host of this name (the address itself, where the host is written as one) may be connected to at this
/// address. Asked of every address the name has, before each connection; one that is refused spoils all.
pub type Admit = fn(&str, IpAddr) -> bool;

impl Config {
    /// Signature V3 to the mainland's hosts, with the usual timeouts.
    pub fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            signature: Signature::default(),
            endpoint: Endpoint::default(),
            verify_endpoint: Endpoint::verify_code(),
            captcha_endpoint: Endpoint::captcha(CaptchaRegion::default()),
            timeouts: Timeouts::default(),
            admit: |_host, _address| true,
        }
    }
}

/// How long a call may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Name resolution, TCP and TLS together; shorter than `total`. By default 2 s.
    pub connect: Duration,
    /// The whole call, answer read. By default 5 s.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(2), total: Duration::from_secs(5) }
    }
}

/// The signed client. Cheap to clone; clones share configuration and connections.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    config: Config,
    transport: Transport,
}

impl Client {
    /// A client with a pool of its own. Opens no connection yet.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        check(&config)?;
        let transport = Transport::new(config.timeouts.connect, config.admit)?;
        Ok(Self(Arc::new(Inner { config, transport })))
    }

    /// A client for another configuration (new keys, another account) over the connections of this one, whose
    /// connect timeout and `admit` stay.
    pub fn with_config(&self, mut config: Config) -> Result<Self, ConfigError> {
        config.timeouts.connect = self.0.config.timeouts.connect;
        config.admit = self.0.config.admit;
        check(&config)?;
        Ok(Self(Arc::new(Inner { config, transport: self.0.transport.clone() })))
    }

    /// What the client was made with.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// `SendSms`: sends a message, once. `Ok` means accepted by Aliyun, not yet delivered.
    pub async fn send_sms(&self, request: &SendSms<'_>, stamp: Stamp<'_>) -> Result<Sent, Error> {
        answer::sent(&self.ask(request.call(), stamp).await?)
    }

    /// `SendSmsVerifyCode`: sends a verification code through the number verification API, once.
    pub async fn send_sms_verify_code(
        &self,
        request: &SendSmsVerifyCode<'_>,
        stamp: Stamp<'_>,
    ) -> Result<VerifyCodeSent, Error> {
        answer::verify_code_sent(&self.ask(request.call(), stamp).await?)
    }

    /// `VerifyIntelligentCaptcha`: judges what a browser handed over. `Ok` is a verdict, which may be no; an error is none, and nobody
    /// passes by it.
    pub async fn verify_intelligent_captcha(
        &self,
        request: &VerifyIntelligentCaptcha<'_>,
        stamp: Stamp<'_>,
    ) -> Result<CaptchaVerdict, Error> {
        captcha::verdict(&self.ask(request.call(), stamp).await?)
    }

    /// `QuerySendDetails`: what became of messages.
    pub async fn query_send_details(
        &self,
        request: &QuerySendDetails<'_>,
        stamp: Stamp<'_>,
    ) -> Result<SendDetails, Error> {
        answer::send_details(&self.ask(request.call(), stamp).await?)
    }

    /// `SmsConversionIntl`: tells whether the code of a message was given; sends nothing.
    pub async fn sms_conversion_intl(
        &self,
        request: &SmsConversionIntl<'_>,
        stamp: Stamp<'_>,
    ) -> Result<Noted, Error> {
        answer::read(&self.ask(request.call(), stamp).await?)
    }

    /// `QuerySmsSignList`: the account's signatures.
    pub async fn query_sms_sign_list(
        &self,
        page: Page,
        stamp: Stamp<'_>,
    ) -> Result<SignList, Error> {
        answer::read(&self.ask(page.sign_list(), stamp).await?)
    }

    /// `QuerySmsTemplateList`: the account's templates.
    pub async fn query_sms_template_list(
        &self,
        page: Page,
        stamp: Stamp<'_>,
    ) -> Result<TemplateList, Error> {
        answer::read(&self.ask(page.template_list(), stamp).await?)
    }

    /// `GetSmsSign`: one signature.
    pub async fn get_sms_sign(
        &self,
        request: &GetSmsSign<'_>,
        stamp: Stamp<'_>,
    ) -> Result<SmsSign, Error> {
        answer::read(&self.ask(request.call(), stamp).await?)
    }

    /// `GetSmsTemplate`: one template.
    pub async fn get_sms_template(
        &self,
        request: &GetSmsTemplate<'_>,
        stamp: Stamp<'_>,
    ) -> Result<SmsTemplate, Error> {
        answer::read(&self.ask(request.call(), stamp).await?)
    }

    /// One signed request, one answer, its body if it is a success.
    async fn ask(&self, call: Call<'_>, stamp: Stamp<'_>) -> Result<Bytes, Error> {
        let Inner { config, transport } = &*self.0;
        let endpoint = match call.product {
            Product::Dysmsapi => &config.endpoint,
            Product::Dypnsapi => &config.verify_endpoint,
            Product::Captcha => &config.captcha_endpoint,
        };
        let signer =
            Signer { credentials: &config.credentials, signature: config.signature, endpoint };
        // a host written as an address is never resolved, so nobody else asks about it
        if endpoint.ip().is_some_and(|ip| !(config.admit)(&ip.to_string(), ip)) {
            return Err(Error::not_admitted(NOT_ADMITTED));
        }
        let request = build(&call, signer, stamp)?;
        let answer = transport.exchange(request, config.timeouts.total).await?;
        let asked = || Asked { unix_ms: stamp.unix_ms, secrets: call.secrets() };
        judge(&answer, call.product.yes(), asked)?;
        Ok(answer.body)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.0.config).finish()
    }
}

/// Everything that could make a header unwritable is found here and not at the first message.
fn check(config: &Config) -> Result<(), ConfigError> {
    let sendable =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    let Credentials { access_key_id, access_key_secret, security_token } = &config.credentials;
    if !sendable(access_key_id) {
        return Err(ConfigError::AccessKeyId);
    }
    if access_key_secret.expose_secret().is_empty() {
        return Err(ConfigError::AccessKeySecret);
    }
    if security_token.as_ref().is_some_and(|token| !sendable(token.expose_secret())) {
        return Err(ConfigError::SecurityToken);
    }
    if config.timeouts.connect >= config.timeouts.total {
        return Err(ConfigError::Timeouts);
    }
    Ok(())
}
