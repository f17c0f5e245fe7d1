//! What surrounds every page of the console: navigation, language, who is signed in.
use haoma_core::role::Role;

use crate::views::frame::LanguageLink;
use crate::web::assets;
use crate::web::i18n::{Lang, Piece};

/// The frame of a page of the console.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The language of the page.
    pub lang: Lang,
    /// The same page in every language.
    pub languages: Vec<LanguageLink>,
    /// Where the demo's messages can be read.
    pub inbox: Option<String>,
    /// Who is signed in.
    pub name: String,
    /// As what.
    pub role: Role,
    /// The section of this page.
    pub here: Section,
    /// The sections this administrator may open.
    pub sections: Vec<Section>,
    /// What just happened.
    pub notice: Option<Notice>,
}

/// An entry of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// One's own account.
    Account,
    /// Who administers.
    Administrators,
}

/// What just happened, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// Whether it was what was asked for.
    pub is_good: bool,
}

impl Section {
    /// Every section, in the order of the navigation.
    pub const ALL: [Self; 2] = [Self::Administrators, Self::Account];

    /// Where it is.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Account => "/console/account",
            Self::Administrators => "/console/administrators",
        }
    }

    /// The key of its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Account => "console-account",
            Self::Administrators => "console-administrators",
        }
    }
}

impl Notice {
    /// Something was done.
    pub fn good(lang: Lang, key: &str) -> Self {
        Self { text: lang.t(key).into_owned(), is_good: true }
    }

    /// Something was not done.
    pub fn bad(lang: Lang, key: &str) -> Self {
        Self { text: lang.t(key).into_owned(), is_good: false }
    }
}

impl Shell {
    /// The common stylesheet.
    pub fn style(&self) -> &'static str {
        assets::style_href()
    }

    /// The script of the pages.
    pub fn script(&self) -> &'static str {
        assets::script_href()
    }

    /// Haoma's mark.
    pub fn mark(&self) -> &'static str {
        assets::mark_href()
    }

    /// What a role is called.
    pub fn role_name(&self, role: impl std::borrow::Borrow<Role>) -> String {
        self.lang.t(&format!("console-role-{}", role.borrow().as_str())).into_owned()
    }

    /// The sentence that tells where the demo's messages arrive.
    pub fn inbox_sentence(&self) -> Vec<Piece> {
        let Some(href) = self.inbox.clone() else { return vec![] };
        let text = self.lang.t("demo-strip-inbox").into_owned();
        self.lang.pieces("demo-strip", &[("inbox", Piece::Link { text, href })])
    }
}
