//! The live check: what a provider's account holds, before anything is saved.
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use haoma_core::entropy::Entropy;
use haoma_core::time::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::{Place, Problem};
use crate::connectors::desk::Entry;

/// What a live check is given.
#[derive(Debug, Clone, Copy)]
pub struct Looking<'a> {
    /// A configuration that names the account; the rest may still be missing.
    pub config: &'a Value,
    /// Now.
    pub now: Timestamp,
    /// Where the nonces of its requests come from.
    pub entropy: &'a Entropy,
    /// How long it may take in all: what was read by then is what is shown.
    pub within: Duration,
}

/// The future of [`Inspect`].
pub type Inspecting<'a> = Pin<Box<dyn Future<Output = Result<Account, InspectError>> + Send + 'a>>;

/// Looks at the account of a configuration; sends nothing.
pub type Inspect = for<'a> fn(Looking<'a>) -> Inspecting<'a>;

/// The signatures and templates of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Its signatures.
    pub signatures: Vec<Signature>,
    /// Its templates.
    pub templates: Vec<Template>,
    /// False if there is more than was read.
    pub is_whole: bool,
}

/// A signature as the provider sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Signature {
    /// The signature, without brackets.
    pub name: String,
    /// How far its review is.
    pub review: Review,
    /// Reaches bound test numbers only; `None` if the account does not tell.
    pub is_test_only: Option<bool>,
    /// May stand before verification codes; `None` if the account does not tell.
    pub is_for_verification: Option<bool>,
    /// May stand before notices; `None` if the account does not tell.
    pub is_for_notices: Option<bool>,
}

/// A template as the provider sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    /// The code a configuration names it by.
    pub code: String,
    /// Its name at the provider.
    pub name: String,
    /// Its text, with the provider's variables.
    pub content: String,
    /// How far its review is.
    pub review: Review,
    /// Where it can be sent.
    pub place: Place,
    /// Reaches bound test numbers only; `None` if the account does not tell.
    pub is_test_only: Option<bool>,
    /// Made for verification codes; `None` if the account does not tell.
    pub is_for_verification: Option<bool>,
    /// The names of its variables.
    pub variables: Vec<String>,
    /// Approved, with one variable, and nothing known against verification codes.
    pub is_usable: bool,
    /// Approved, with the variables of notices, and nothing known against notices.
    pub is_usable_for_notices: bool,
}

/// How far a review is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum Review {
    /// Somebody still has to look.
    InReview {
        /// When it was applied for, as the provider writes it.
        since: Option<String>,
    },
    /// May be used.
    Approved,
    /// Turned down.
    Rejected {
        /// Why, in the provider's words.
        reason: Option<String>,
    },
    /// Taken back by the applicant.
    Cancelled,
    /// A state that this version does not know.
    Unknown,
}

/// Why an account could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InspectError {
    /// The configuration does not name an account.
    Configuration(Vec<Problem>),
    /// The provider refused, or did not answer.
    Refused {
        /// Its code, if it answered.
        code: Option<String>,
        /// What its support asks for.
        request_id: Option<String>,
        /// For the administrator; holds no secret.
        explanation: String,
        /// What the error desk has on the code.
        entry: Option<&'static Entry>,
    },
}
