//! The page on which a person allows an application of somebody else to use their account.
use askama::Template;

use crate::views::frame::{Frame, Framed};
use crate::web::i18n::{Lang, Piece};

/// `/consent`, for third-party applications.
#[derive(Debug, Clone, Template)]
#[template(path = "consent.html")]
pub struct ConsentPage {
    /// What surrounds it.
    pub frame: Frame,
    /// Who asks.
    pub app: String,
    /// The masked number of who is signed in.
    pub phone: Option<String>,
    /// What is asked for, as scope names.
    pub scopes: Vec<String>,
    /// Where the answer goes: a form with `consent=allow` or `consent=deny`.
    pub action: String,
    /// Binds the form to its interaction.
    pub csrf: String,
}

/// A scope in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeLine {
    /// What the application could do.
    pub title: String,
    /// What that means.
    pub hint: String,
}

impl Framed for ConsentPage {}

impl ConsentPage {
    /// The language of the page.
    pub fn lang(&self) -> Lang {
        self.frame.lang
    }

    /// Who is signed in.
    pub fn account(&self) -> Vec<Piece> {
        let Some(phone) = self.phone.clone() else { return vec![] };
        self.lang().pieces("consent-account", &[("phone", Piece::Number(phone))])
    }

    /// The scopes in words, in the order asked for.
    pub fn lines(&self) -> Vec<ScopeLine> {
        self.scopes.iter().map(|scope| ScopeLine::of(self.lang(), scope)).collect()
    }
}

impl ScopeLine {
    /// A scope in words, or as it is where nobody wrote any.
    pub fn of(lang: Lang, scope: &str) -> Self {
        let key = format!("scope-{}", scope.replace(['_', ':'], "-"));
        let hint = format!("{key}-hint");
        if lang.has(&key) && lang.has(&hint) {
            return Self { title: lang.t(&key).into_owned(), hint: lang.t(&hint).into_owned() };
        }
        Self {
            title: lang.t1("scope-other", "scope", scope).into_owned(),
            hint: lang.t("scope-other-hint").into_owned(),
        }
    }
}
