//! The pages of the demo application.
use askama::Template;

use crate::views::frame::{Frame, Framed};
use crate::web::i18n::{Lang, Piece};

/// Before signing in, and after a sign-in that did not finish.
#[derive(Debug, Clone, Template)]
#[template(path = "demo/start.html")]
pub struct StartPage {
    /// What surrounds it.
    pub frame: Frame,
    /// Where a sign-in begins.
    pub sign_in_href: String,
    /// Why the last one did not finish.
    pub failure: Option<Failure>,
}

/// Why a sign-in did not finish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// In words.
    pub text: String,
    /// For developers: error code and description.
    pub detail: String,
}

/// After signing in.
#[derive(Debug, Clone, Template)]
#[template(path = "demo/signed_in.html")]
pub struct SignedInPage {
    /// What surrounds it.
    pub frame: Frame,
    /// The number, as the claim has it.
    pub phone: Option<String>,
    /// What the id token says.
    pub claims: Vec<Claim>,
    /// The id token.
    pub token: Token,
    /// What was granted.
    pub scope: String,
    /// Whether a refresh token came along.
    pub has_refresh_token: bool,
    /// Where the keys are.
    pub jwks_uri: String,
    /// Where a sign-in begins.
    pub sign_in_href: String,
    /// For signing out.
    pub client_id: String,
    /// Where to come back after signing out.
    pub return_to: String,
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// As in the token.
    pub name: String,
    /// In words, where we know it.
    pub meaning: Option<String>,
    /// What it says.
    pub value: ClaimValue,
}

/// What a claim says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimValue {
    /// Text, as it is.
    Text(String),
    /// Seconds since 1970.
    Moment(i64),
    /// `null`.
    Nothing,
}

/// The parts of a JWT, as they arrived and decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// First part.
    pub header: String,
    /// Second part.
    pub payload: String,
    /// Third part.
    pub signature: String,
    /// First part, decoded and indented.
    pub header_json: String,
    /// Second part, decoded and indented.
    pub payload_json: String,
}

/// A token is not for logs.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Framed for StartPage {
    fn has_error(&self) -> bool {
        self.failure.is_some()
    }
}

impl Framed for SignedInPage {}

impl StartPage {
    /// The language of the page.
    pub fn lang(&self) -> Lang {
        self.frame.lang
    }

    /// Where the code is read.
    pub fn inbox_step(&self) -> Vec<Piece> {
        let text = self.lang().t("demo-inbox").into_owned();
        let inbox = match self.frame.inbox.clone() {
            Some(href) => Piece::Link { text, href },
            None => Piece::Text(text),
        };
        self.lang().pieces("demo-step-code-hint", &[("inbox", inbox)])
    }
}

impl SignedInPage {
    /// The whole token, for signing out.
    pub fn id_token(&self) -> String {
        let Token { header, payload, signature, .. } = &self.token;
        format!("{header}.{payload}.{signature}")
    }
}
