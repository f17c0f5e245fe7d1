//! What surrounds every page of the console: navigation, language, who is signed in.
use haoma_core::role::{Right, Role};

pub use crate::views::console::parts::Notice;
use crate::views::console::parts::{Link, Tone};
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
    /// How many numbers have a fixed code now.
    pub tests: i64,
    /// What just happened.
    pub notice: Option<Notice>,
}

/// An entry of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// How things are, and what to do next.
    Overview,
    /// What sends the codes.
    Connectors,
    /// How people sign in, and what the pages look like.
    SignInExperience,
    /// What people sign in to.
    Applications,
    /// Who is told what happens.
    Hooks,
    /// The people who sign in.
    Users,
    /// Numbers with a fixed code.
    TestNumbers,
    /// The codes that were sent.
    Messages,
    /// What happened.
    AuditLog,
    /// What is refused, and who is blocked.
    Security,
    /// Who administers.
    Administrators,
    /// What holds for the whole server.
    Settings,
    /// How programs do all this.
    Api,
    /// One's own account.
    Account,
}

impl Section {
    /// Every section, in the order of the navigation.
    pub const ALL: [Self; 14] = [
        Self::Overview,
        Self::Connectors,
        Self::SignInExperience,
        Self::Applications,
        Self::Hooks,
        Self::Users,
        Self::TestNumbers,
        Self::Messages,
        Self::AuditLog,
        Self::Security,
        Self::Administrators,
        Self::Settings,
        Self::Api,
        Self::Account,
    ];

    /// Where it is.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => "/console",
            Self::Connectors => "/console/connectors",
            Self::SignInExperience => "/console/sign-in-experience",
            Self::Applications => "/console/applications",
            Self::Hooks => "/console/hooks",
            Self::Users => "/console/users",
            Self::TestNumbers => "/console/test-numbers",
            Self::Messages => "/console/messages",
            Self::AuditLog => "/console/audit-log",
            Self::Security => "/console/security",
            Self::Administrators => "/console/administrators",
            Self::Settings => "/console/settings",
            Self::Api => "/console/api",
            Self::Account => "/console/account",
        }
    }

    /// The section of a path.
    pub fn of(path: &str) -> Self {
        let is_in = |section: &Self| {
            path.strip_prefix(section.path())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let found = Self::ALL.into_iter().filter(is_in).max_by_key(|section| section.path().len());
        found.unwrap_or(Self::Overview)
    }

    /// The key of its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Overview => "console-overview",
            Self::Connectors => "console-connectors",
            Self::SignInExperience => "console-sign-in-experience",
            Self::Applications => "console-applications",
            Self::Hooks => "console-hooks",
            Self::Users => "console-users",
            Self::TestNumbers => "console-test-numbers",
            Self::Messages => "console-messages",
            Self::AuditLog => "console-audit-log",
            Self::Security => "console-security",
            Self::Administrators => "console-administrators",
            Self::Settings => "console-settings",
            Self::Api => "console-api",
            Self::Account => "console-account",
        }
    }

    /// What it takes to open it.
    pub const fn right(self) -> Right {
        match self {
            Self::Administrators => Right::Administer,
            _ => Right::Read,
        }
    }

    /// Sections of one group stand together.
    const fn group(self) -> u8 {
        match self {
            Self::Overview => 0,
            Self::Connectors | Self::SignInExperience | Self::Applications | Self::Hooks => 1,
            Self::Users | Self::TestNumbers | Self::Messages | Self::AuditLog | Self::Security => 2,
            Self::Administrators | Self::Settings | Self::Api => 3,
            Self::Account => 4,
        }
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

    /// The sections in their groups.
    pub fn groups(&self) -> impl Iterator<Item = &[Section]> {
        self.sections.chunk_by(|a, b| a.group() == b.group())
    }

    /// What every page says while there are test numbers.
    pub fn test_notice(&self) -> Option<Notice> {
        let text = || self.lang.t1("console-tests-active", "count", self.tests).into_owned();
        let link = || Link::new(self.lang.t("console-tests-look"), Section::TestNumbers.path());
        let link = (self.here != Section::TestNumbers).then(link);
        (self.tests > 0).then(|| Notice { link, ..Notice::new(Tone::Warn, text()) })
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
