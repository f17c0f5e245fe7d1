//! What was typed and is not stored yet travels in the page, sealed: the page itself holds no secret.
use haoma_core::ids::MessageId;
use haoma_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::App;
use crate::connectors::kit::account::Account;
use crate::connectors::kit::{Factory, Place};
use crate::console::administrator::Signed;
use crate::error::api::{ApiError, codes};

/// Seconds a page may lie open.
const LIFE: i64 = 12 * 60 * 60;
/// Templates that are carried along at most, and characters of the text of each: a form has to fit into a request.
const MOST_TEMPLATES: usize = 40;
const MOST_TEXT: usize = 300;

/// What a page of the wizard carries along.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Pending {
    /// The configuration as it was last sent, secrets included.
    pub(super) config: Value,
    /// What the account was seen to have.
    pub(super) known: Option<Known>,
    /// The test message whose receipt can be asked for.
    pub(super) message: Option<MessageId>,
    at: Timestamp,
}

/// What of an account can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    /// Approved signatures.
    pub(super) signatures: Vec<String>,
    /// Templates that can carry a code.
    pub(super) templates: Vec<KnownTemplate>,
}

/// A template that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KnownTemplate {
    /// What the configuration names it by.
    pub(super) code: String,
    /// What people know it by.
    pub(super) name: String,
    /// Whether it is for mainland numbers.
    pub(super) is_mainland: bool,
    /// The variable that takes the code.
    pub(super) variable: String,
    /// Its text.
    pub(super) content: String,
}

/// Not the configuration, which holds secrets.
impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending").field("at", &self.at).finish_non_exhaustive()
    }
}

impl Known {
    /// What of an account can be chosen.
    pub(super) fn of(account: &Account) -> Self {
        use crate::connectors::kit::account::Review;
        let signatures = account.signatures.iter().filter(|sign| {
            sign.review == Review::Approved && sign.is_for_verification != Some(false)
        });
        let templates = account.templates.iter().filter(|template| template.is_usable);
        let known = |template: &crate::connectors::kit::account::Template| KnownTemplate {
            code: template.code.clone(),
            name: template.name.clone(),
            is_mainland: template.place == Place::Mainland,
            variable: template.variables.first().cloned().unwrap_or_default(),
            content: template.content.chars().take(MOST_TEXT).collect(),
        };
        Self {
            signatures: signatures.map(|sign| sign.name.clone()).take(MOST_TEMPLATES).collect(),
            templates: templates.map(known).take(MOST_TEMPLATES).collect(),
        }
    }

    /// The template with this code.
    pub(super) fn template(&self, code: &str) -> Option<&KnownTemplate> {
        self.templates.iter().find(|template| template.code == code)
    }
}

impl Pending {
    /// What was typed just now.
    pub(super) fn new(config: Value, known: Option<Known>, now: Timestamp) -> Self {
        Self { config, known, message: None, at: now }
    }

    /// Sealed for this administrator and this kind of connector.
    ///
    /// # Errors
    /// A fault of ours.
    pub(super) fn seal(
        &self,
        app: &App,
        signed: &Signed,
        factory: &Factory,
    ) -> Result<String, ApiError> {
        let internal = |cause: String| ApiError::new(codes::INTERNAL).because(cause);
        let text = serde_json::to_string(self).map_err(|e| internal(e.to_string()))?;
        let sealed = app.keys.seal.seal(&app.entropy, &row(signed, factory), &text);
        sealed.map_err(|e| internal(e.to_string()))
    }

    /// Opens what a form sent back. What does not open was typed by nobody, or too long ago.
    pub(super) fn open(
        app: &App,
        signed: &Signed,
        factory: &Factory,
        sealed: &str,
    ) -> Option<Self> {
        use secrecy::ExposeSecret as _;
        let text = app.keys.seal.open(&row(signed, factory), sealed).ok()?;
        let pending: Self = serde_json::from_str(text.expose_secret()).ok()?;
        (pending.at.plus_secs(LIFE) > signed.now).then_some(pending)
    }
}

/// Not the session, which gets another id when the password is given.
fn row(signed: &Signed, factory: &Factory) -> String {
    format!("pending/{}/{}", signed.who.id, factory.id)
}
