//! The page on which people see and change their own account, and the steps to another number.
use askama::Template;

use crate::views::frame::{Frame, Framed};
use crate::views::moment::Moment;
use crate::views::problem::Problem;
use crate::web::i18n::{Lang, Piece};

/// `/account`. What the account center does not show is absent.
#[derive(Debug, Clone, Template)]
#[template(path = "account.html")]
pub struct AccountPage {
    /// What surrounds it.
    pub frame: Frame,
    /// The language that the address asks for, carried on by every link and form.
    pub ui_locales: Option<String>,
    /// What was just done.
    pub note: Option<String>,
    /// The number, masked; empty where there is none.
    pub phone: Option<String>,
    /// Whether it can be changed.
    pub may_change_phone: bool,
    /// What people call them; empty where nobody said.
    pub name: Option<String>,
    /// Whether it can be changed.
    pub may_change_name: bool,
    /// What was wrong with the name.
    pub problem: Option<Problem>,
    /// Where they are signed in, and whom they let in.
    pub access: Option<Access>,
    /// Binds the forms to this session.
    pub csrf: String,
    /// Where one signs out.
    pub sign_out_href: String,
    /// Where people go who want their account deleted.
    pub delete_href: Option<String>,
}

/// Where somebody is signed in, and whom they let in.
#[derive(Debug, Clone)]
pub struct Access {
    /// Whether any of it can be ended.
    pub may_end: bool,
    /// Where they are signed in, newest first.
    pub sessions: Vec<SessionLine>,
    /// Whom they let in.
    pub applications: Vec<ApplicationLine>,
}

/// A browser they are signed in with.
#[derive(Debug, Clone)]
pub struct SessionLine {
    /// What it calls itself.
    pub device: String,
    /// From where.
    pub ip: Option<String>,
    /// When they signed in.
    pub since: Moment,
    /// Whether it is this one.
    pub is_current: bool,
    /// Ends it.
    pub action: String,
}

/// An application with access.
#[derive(Debug, Clone)]
pub struct ApplicationLine {
    /// What it is called.
    pub name: String,
    /// What it may do, in words.
    pub scopes: String,
    /// Takes the access back.
    pub action: String,
}

/// A step that asks for nothing but a yes.
#[derive(Debug, Clone, Template)]
#[template(path = "account_step.html")]
pub struct StepPage {
    /// What surrounds it.
    pub frame: Frame,
    /// How far it is.
    pub step: String,
    /// The heading, and the title of the tab.
    pub title: String,
    /// What will happen.
    pub lead: Vec<Piece>,
    /// Why it did not.
    pub problem: Option<Problem>,
    /// Whether other devices are asked about.
    pub asks_sessions: bool,
    /// Where the yes goes.
    pub action: String,
    /// The text of the yes.
    pub go: String,
    /// The way back.
    pub cancel_href: String,
    /// Binds the form to this session.
    pub csrf: String,
}

impl Framed for AccountPage {
    fn has_error(&self) -> bool {
        self.problem.is_some()
    }
}

impl Framed for StepPage {
    fn has_error(&self) -> bool {
        self.problem.is_some()
    }
}

impl AccountPage {
    /// The language of the page.
    pub fn lang(&self) -> Lang {
        self.frame.lang
    }

    /// Whether this device can be signed out in the list.
    pub fn may_end(&self) -> bool {
        self.access.as_ref().is_some_and(|access| access.may_end)
    }

    /// An address of this page in its language.
    pub fn link(&self, path: &str) -> String {
        match &self.ui_locales {
            None => path.to_owned(),
            Some(tags) => {
                let tags: String = form_urlencoded::byte_serialize(tags.as_bytes()).collect();
                format!("{path}?ui_locales={tags}")
            }
        }
    }
}
