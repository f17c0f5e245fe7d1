//! What was typed and is not stored yet travels in the page, sealed: the page itself holds no secret.
use haoma_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::report::Sent;
use crate::app::App;
use crate::connectors::kit::account::{Account, Review, Signature, Template};
use crate::connectors::kit::{Factory, Place};
use crate::console::administrator::Signed;
use crate::error::api::{ApiError, codes};

/// Seconds a page may lie open.
const LIFE: i64 = 12 * 60 * 60;
/// Signatures and templates that are carried along at most, and bytes of their names and texts: a form has to fit into a request.
const MOST: usize = 40;
const MOST_BYTES: usize = 20 * 1024;

/// What a page of the wizard carries along.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Pending {
    /// The configuration as it was last sent, secrets included.
    pub(super) config: Value,
    /// What the account was seen to have.
    pub(super) known: Option<Known>,
    /// The test message whose receipt can be asked for.
    pub(super) sent: Option<Sent>,
    at: Timestamp,
}

/// What of an account can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    /// Approved signatures.
    pub(super) signatures: Vec<KnownSignature>,
    /// Templates that can carry a code, or a notice.
    pub(super) templates: Vec<KnownTemplate>,
    /// False if more could be chosen than is carried along.
    pub(super) is_whole: bool,
}

/// A signature that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KnownSignature {
    /// The signature, without brackets.
    pub(super) name: String,
    /// May stand before notices; `None` if the account does not tell.
    pub(super) is_for_notices: Option<bool>,
    /// Reaches bound test numbers only; `None` if the account does not tell.
    pub(super) is_test_only: Option<bool>,
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
    /// Whether it is for notices, which no code goes into.
    pub(super) is_notice: bool,
    /// The variable that takes the code.
    pub(super) variable: String,
    /// Its whole text: what is billed is counted from it.
    pub(super) content: String,
    /// Reaches bound test numbers only; `None` if the account does not tell.
    pub(super) is_test_only: Option<bool>,
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
        let is_usable = |sign: &&Signature| {
            sign.review == Review::Approved && sign.is_for_verification != Some(false)
        };
        let signature = |sign: &Signature| KnownSignature {
            name: sign.name.clone(),
            is_for_notices: sign.is_for_notices,
            is_test_only: sign.is_test_only,
        };
        let template = |template: &Template| KnownTemplate {
            code: template.code.clone(),
            name: template.name.clone(),
            is_mainland: template.place == Place::Mainland,
            is_notice: template.is_usable_for_notices,
            variable: template.variables.first().cloned().unwrap_or_default(),
            content: template.content.clone(),
            is_test_only: template.is_test_only,
        };
        let mut room = MOST_BYTES;
        let signatures = account.signatures.iter().filter(is_usable).map(signature);
        let (signatures, all_signatures) =
            carried(signatures.collect(), |one| one.name.len(), &mut room);
        let is_usable = |one: &&Template| one.is_usable || one.is_usable_for_notices;
        let templates = account.templates.iter().filter(is_usable).map(template);
        let size = |one: &KnownTemplate| {
            [&one.code, &one.name, &one.content].map(String::len).iter().sum()
        };
        let (templates, all_templates) = carried(templates.collect(), size, &mut room);
        Self { signatures, templates, is_whole: all_signatures && all_templates }
    }

    /// The template with this code.
    pub(super) fn template(&self, code: &str) -> Option<&KnownTemplate> {
        self.templates.iter().find(|template| template.code == code)
    }

    /// The signature of this name.
    pub(super) fn signature(&self, name: &str) -> Option<&KnownSignature> {
        self.signatures.iter().find(|sign| sign.name == name)
    }
}

/// The first entries there is room for, whole, and whether those are all.
fn carried<T>(mut all: Vec<T>, size: impl Fn(&T) -> usize, room: &mut usize) -> (Vec<T>, bool) {
    let mut fits = |one: &T| {
        let left = room.checked_sub(size(one));
        *room = left.unwrap_or(*room);
        left.is_some()
    };
    let count = all.iter().take(MOST).take_while(|one| fits(one)).count();
    let is_whole = count == all.len();
    all.truncate(count);
    (all, is_whole)
}

impl Pending {
    /// What was typed just now.
    pub(super) fn new(config: Value, known: Option<Known>, now: Timestamp) -> Self {
        Self { config, known, sent: None, at: now }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn template(code: usize, chars: usize) -> Template {
        Template {
            code: format!("SMS_{code}"),
            name: "n".to_owned(),
            content: format!("${{code}}{}", "码".repeat(chars - 7)),
            review: Review::Approved,
            place: Place::Mainland,
            is_test_only: None,
            is_for_verification: Some(true),
            variables: vec!["code".to_owned()],
            is_usable: true,
            is_usable_for_notices: false,
        }
    }

    #[test]
    fn the_longest_text_travels_whole_and_what_has_no_room_is_told() {
        let account = |count: usize, chars: usize| Account {
            templates: (0..count).map(|n| template(n, chars)).collect(),
            ..Account::default()
        };
        let few = Known::of(&account(2, 500));
        assert!(few.is_whole && few.templates.iter().all(|one| one.content.chars().count() == 500));
        let many = Known::of(&account(60, 70));
        assert!(!many.is_whole && many.templates.len() == MOST);
        let long = Known::of(&account(40, 500));
        assert!(!long.is_whole && long.templates.len() > 10);
        // sealed and written in Base64 it leaves a form room for everything else
        assert!(serde_json::to_string(&long).unwrap().len() * 4 / 3 < 32 * 1024);
    }
}
