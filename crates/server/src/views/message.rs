//! Pages that say one thing: dead ends, going on, signing out.
use askama::Template;

use crate::views::frame::{Frame, Framed};
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

/// A heading, a sentence, perhaps one way on.
#[derive(Debug, Clone, Template)]
#[template(path = "message.html")]
pub struct MessagePage {
    /// What surrounds it.
    pub frame: Frame,
    /// Whether it is good news.
    pub mood: Mood,
    /// The heading, and the title of the tab.
    pub title: String,
    /// What happened and what next.
    pub lead: String,
    /// When trying again makes sense.
    pub problem: Option<Problem>,
    /// A way on: text and address.
    pub action: Option<(String, String)>,
    /// An id that support can find in the log.
    pub reference: Option<String>,
}

/// The picture beside a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// It worked.
    Good,
    /// It did not.
    Lost,
}

/// After a form was posted: the browser goes on by itself, with a link for those that do not.
///
/// A redirect would do if browsers did not apply `form-action` to every redirect behind a form, also
/// to those the application makes; this page ends the form's chain on our own origin.
#[derive(Debug, Clone, Template)]
#[template(path = "going.html")]
pub struct GoingPage {
    /// What surrounds it.
    pub frame: Frame,
    /// Where to go.
    pub href: String,
}

/// The answer to a client that wants it as a form (Form Post Response Mode 1.0); sent by script, or by its button.
#[derive(Clone, Template)]
#[template(path = "form_post.html")]
pub struct FormPostPage {
    /// What surrounds it.
    pub frame: Frame,
    /// The client's redirect address.
    pub action: String,
    /// Names and values, a code among them.
    pub fields: Vec<(String, String)>,
}

/// RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0): asks before signing out.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_out.html")]
pub struct SignOutPage {
    /// What surrounds it.
    pub frame: Frame,
    /// Who asks, when it is known.
    pub app: Option<String>,
    /// Where the form goes: `<issuer>/session/end/confirm`.
    pub action: String,
    /// The form's secret.
    pub xsrf: String,
}

/// Its title is what went wrong.
impl Framed for MessagePage {}

impl Framed for GoingPage {}

impl Framed for FormPostPage {}

impl Framed for SignOutPage {}

impl MessagePage {
    /// The language of the page.
    pub fn lang(&self) -> Lang {
        self.frame.lang
    }

    /// A page of two texts: `<name>-title` and `<name>-lead`.
    pub fn plain(frame: Frame, mood: Mood, name: &str) -> Self {
        let lang = frame.lang;
        let title = lang.t(&format!("{name}-title")).into_owned();
        let lead = lang.t(&format!("{name}-lead")).into_owned();
        Self { frame, mood, title, lead, problem: None, action: None, reference: None }
    }

    /// Adds a way on.
    pub fn with_action(mut self, text: String, href: String) -> Self {
        self.action = Some((text, href));
        self
    }

    /// Replaces the sentence by what an error says.
    pub fn with_problem(mut self, problem: Problem) -> Self {
        self.problem = Some(problem);
        self
    }
}

impl GoingPage {
    /// The language of the page.
    pub fn lang(&self) -> Lang {
        self.frame.lang
    }
}

impl SignOutPage {
    /// The language of the page.
    pub fn lang(&self) -> Lang {
        self.frame.lang
    }

    /// Who asks.
    pub fn lead(&self) -> String {
        match &self.app {
            Some(app) => self.lang().t1("sign-out-lead-from", "app", app.as_str()).into_owned(),
            None => self.lang().t("sign-out-lead").into_owned(),
        }
    }
}
