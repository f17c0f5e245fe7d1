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
    /// Its picture, where it has one that pages may load.
    pub logo: Option<String>,
    /// The masked number of who is signed in.
    pub phone: Option<String>,
    /// What is asked for, as scope names.
    pub scopes: Vec<String>,
    /// API resources that are asked for.
    pub resources: Vec<AskedResource>,
    /// Where the answer goes: a form with `consent=allow` or `consent=deny`.
    pub action: String,
    /// Binds the form to its interaction, and to what is shown.
    pub csrf: String,
    /// The API resources that are asked for, for the answer: nothing else is agreed to.
    pub shown: String,
}

/// An API resource that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedResource {
    /// What it is called.
    pub name: String,
    /// Its scopes, with what an administrator said of them.
    pub scopes: Vec<(String, Option<String>)>,
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
        let line = |scope: &String| ScopeLine::of(self.lang(), scope);
        // what it says is about all the others
        let (stays, own): (Vec<_>, Vec<_>) =
            self.scopes.iter().partition(|scope| *scope == "offline_access");
        let of_resources = self.resources.iter().flat_map(|one| one.lines(self.lang()));
        let own = own.into_iter().map(line).chain(of_resources);
        own.chain(stays.into_iter().map(line)).collect()
    }
}

impl AskedResource {
    /// One line for each scope, or one for all where none is asked for.
    fn lines(&self, lang: Lang) -> Vec<ScopeLine> {
        let of = lang.t1("scope-of-resource", "resource", self.name.as_str()).into_owned();
        if self.scopes.is_empty() {
            let title = lang.t1("scope-resource", "resource", self.name.as_str()).into_owned();
            return vec![ScopeLine { title, hint: lang.t("scope-resource-hint").into_owned() }];
        }
        let line = |(name, description): &(String, Option<String>)| {
            let text = description.as_deref().filter(|text| !text.is_empty());
            ScopeLine { title: text.unwrap_or(name).to_owned(), hint: of.clone() }
        };
        self.scopes.iter().map(line).collect()
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
