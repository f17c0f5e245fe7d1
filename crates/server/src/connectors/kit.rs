//! What a connector is: how it is declared, what it is given, what it may answer.
pub mod account;
mod ages;
mod conversion;
mod edit;
pub mod form;
mod notice;
mod problem;
mod reader;
#[cfg(test)]
mod rules;
mod secrets;
mod text;
mod trouble;
mod wire;

use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use haoma_core::ids::MessageId;
use haoma_core::passcode::Passcode;
use haoma_core::phone::{PhoneNumber, Region};
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use serde::Serialize;

use self::account::Inspect;
pub use self::ages::Ages;
pub use self::conversion::{Conversion, Reporting};
pub use self::edit::{Edit, remove_ticked};
use self::form::FormItem;
pub use self::notice::Notice;
pub use self::problem::{Problem, ProblemKind};
pub use self::reader::{Reader, TemplateAt};
pub use self::secrets::{merge_secrets, redact};
pub use self::text::Text;
pub use self::trouble::Trouble;
pub use self::wire::{logo_uri, wire};
use super::desk::{self, Entry};
use crate::web::i18n::Lang;

/// A kind of connector: everything the console and the API tell of it, and what makes one of a configuration.
#[derive(Debug)]
pub struct Factory {
    /// As in wire contract D.3.
    pub id: &'static str,
    /// The provider, as in wire contract D.3.
    pub target: &'static str,
    /// What it is called.
    pub name: Text,
    /// One sentence on what it is for.
    pub description: Text,
    /// An SVG of our own design, readable on light and dark ground.
    pub logo: &'static str,
    /// The fields of its configuration.
    pub form: &'static [FormItem],
    /// How to set it up, step by step, in Markdown.
    pub steps: Text,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Checks a configuration and makes the connector.
    pub build: fn(&serde_json::Value) -> Built,
    /// Looks at the provider's account, where that is possible.
    pub inspect: Option<Inspect>,
}

/// The switch that a connector has which can tell its provider which codes were given. What becomes of people's codes is nobody's business
/// by default: it is off until an administrator switches it on.
pub const REPORTS: &str = "reportConversions";

impl Factory {
    /// Whether its provider can be told which codes were given.
    pub fn can_report(&self) -> bool {
        self.form.iter().any(|item| item.key == REPORTS)
    }
}

/// What a kind of connector can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// Where it sends to.
    pub places: &'static [Place],
    /// Can be asked later what became of a message.
    pub receipts: bool,
    /// The provider has test signatures, test templates or bound test numbers.
    pub test_facilities: bool,
    /// Carries messages without a code, too.
    pub notices: bool,
}

/// Where a number is, as far as rules and prices differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// Mainland China (国内消息).
    Mainland,
    /// Everywhere else, Hong Kong, Macao and Taiwan included (国际/港澳台消息).
    Outside,
}

impl Place {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Mainland, Self::Outside];

    /// Where a number is.
    pub fn of(phone: &PhoneNumber) -> Self {
        if phone.region() == Region::CHINA { Self::Mainland } else { Self::Outside }
    }
}

/// A connector, or everything that is wrong with its configuration.
pub type Built = Result<Arc<dyn Connector>, Vec<Problem>>;

/// Who asked for a message, as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Requester {
    /// Their address.
    pub ip: Option<IpAddr>,
    /// The language they read.
    pub lang: Option<Lang>,
}

/// What a message says.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    /// A verification code.
    Code {
        /// What for.
        usage_type: UsageType,
        /// The digits.
        passcode: &'a Passcode,
        /// Until when they are good.
        expires_at: Timestamp,
    },
    /// What happened to somebody's account, without a code.
    Notice(Notice<'a>),
}

/// One message on its way to one phone.
#[derive(Clone, Copy)]
pub struct Outgoing<'a> {
    /// Our id; comes back in receipts.
    pub id: &'a MessageId,
    /// To whom.
    pub phone: &'a PhoneNumber,
    /// What it says.
    pub content: Content<'a>,
    /// Who asked.
    pub requester: Requester,
    /// Now.
    pub now: Timestamp,
    /// Random, never used before.
    pub nonce: &'a str,
}

impl Outgoing<'_> {
    /// What it is for: selects the template.
    pub const fn usage_type(&self) -> UsageType {
        match self.content {
            Content::Code { usage_type, .. } => usage_type,
            Content::Notice(notice) => notice.usage_type(),
        }
    }
}

impl fmt::Debug for Outgoing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("id", &self.id)
            .field("phone", &self.phone)
            .field("usage_type", &self.usage_type())
            .finish_non_exhaustive()
    }
}

/// The provider took the message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Accepted {
    /// The provider's id for it.
    pub provider_message_id: Option<String>,
    /// The provider's code for success.
    pub provider_code: Option<String>,
    /// What the provider's support asks for.
    pub provider_request_id: Option<String>,
}

/// What to do about a message that was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// The provider's limit for this number: the person waits.
    Wait {
        /// Seconds, where the provider tells.
        secs: Option<i64>,
    },
    /// The person checks the number.
    FixNumber,
    /// The administrator mends the configuration or the account.
    FixConfiguration,
    /// The administrator adds a template for this use.
    AddTemplate,
    /// Surely not sent; trying again is safe.
    TryAgain,
    /// Perhaps sent; never sent again by itself.
    Unknown,
}

/// A message that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{explanation}")]
pub struct SendError {
    /// Who does what.
    pub next: NextStep,
    /// The provider's code, such as `isv.SMS_SIGNATURE_ILLEGAL`.
    pub provider_code: Option<String>,
    /// What the provider's support asks for.
    pub provider_request_id: Option<String>,
    /// Seconds until the provider counts this very number anew, where it says that the number had enough; not where the account or an
    /// address asks too often.
    pub number_is_full_secs: Option<i64>,
    /// What happened, where the provider's code does not say so.
    pub trouble: Trouble,
    /// For the log; holds no number and no code.
    pub explanation: String,
}

impl SendError {
    /// An error without a code of the provider's.
    pub const fn new(next: NextStep, trouble: Trouble, explanation: String) -> Self {
        Self {
            next,
            provider_code: None,
            provider_request_id: None,
            number_is_full_secs: None,
            trouble,
            explanation,
        }
    }

    /// What it is recorded under: the provider's code, or the word for what happened.
    pub fn code(&self) -> &str {
        self.provider_code.as_deref().unwrap_or(self.trouble.as_str())
    }

    /// What the error desk has on it, which is never nothing: on the provider's code, or on what happened.
    pub fn entry(&self) -> Option<&'static Entry> {
        let known = self.provider_code.as_deref().and_then(desk::find);
        known.or_else(|| desk::find(self.trouble.as_str()))
    }
}

/// The future of [`Connector::send`].
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Accepted, SendError>> + Send + 'a>>;

/// A message whose outcome is not known.
#[derive(Debug, Clone, Copy)]
pub struct Lost<'a> {
    /// Our id, which the provider was given.
    pub id: &'a MessageId,
    /// To whom.
    pub phone: &'a PhoneNumber,
    /// When it was sent, if it was.
    pub sent_at: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// Random, never used before.
    pub nonce: &'a str,
}

/// What the provider knows of a [`Lost`] message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trace {
    /// Nothing yet; that is no proof that it was not accepted.
    NoTrace,
    /// Accepted, on its way.
    Accepted,
    /// The operator reports it arrived.
    Delivered,
    /// The operator reports it did not.
    Undelivered {
        /// Its reason, in its own code, which the error desk knows as a receipt's.
        code: Option<String>,
    },
}

impl Trace {
    /// The operator's code, if it gave one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Undelivered { code } => code.as_deref(),
            _ => None,
        }
    }
}

/// The future of [`Connector::look_up`].
pub type LookingUp<'a> = Pin<Box<dyn Future<Output = Result<Trace, SendError>> + Send + 'a>>;

/// A configured way to send. Sends once per call: whether to try again is not its decision.
pub trait Connector: fmt::Debug + Send + Sync {
    /// The use whose template serves a message of this use, itself or another; `None` if it could not be sent at all.
    fn serving(&self, usage_type: UsageType, phone: &PhoneNumber) -> Option<UsageType>;

    /// Whether a message of this use could be sent at all.
    fn has_template(&self, usage_type: UsageType, phone: &PhoneNumber) -> bool {
        self.serving(usage_type, phone).is_some()
    }

    /// Hands one message to the provider.
    fn send<'a>(&'a self, message: Outgoing<'a>) -> Sending<'a>;

    /// Asks the provider what became of a message; sends nothing.
    fn look_up<'a>(&'a self, message: Lost<'a>) -> LookingUp<'a>;

    /// Whether the provider is to be told which codes were given, of messages to this place.
    fn wants_reports(&self, _place: Place) -> bool {
        false
    }

    /// Tells the provider that a code was given; called once at most for a message, and only where it [`wants`](Self::wants_reports) that.
    fn report<'a>(&'a self, _conversion: Conversion<'a>) -> Reporting<'a> {
        Box::pin(std::future::ready(Ok(())))
    }
}
