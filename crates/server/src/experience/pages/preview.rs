//! The pages as the console previews them: the same views, drawn from a document that may not be stored yet. No sign-in is under
//! way, nothing in them can be used, and nothing they could send would be accepted.
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::experience::InteractionEvent;
use haoma_core::phone::Region;
use haoma_core::time::Timestamp;

use super::countries;
use super::frame::brand;
use super::phone_page::{agreement, lead, title};
use crate::app::App;
use crate::error::api::Times;
use crate::experience::settings::SignInExperience;
use crate::views::code::{CodePage, Note};
use crate::views::frame::{Frame, Ground, LanguageLink, respond};
use crate::views::phone::PhonePage;
use crate::web::i18n::Lang;

/// A page that can be previewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Page {
    /// The one that asks for the number.
    #[default]
    Phone,
    /// The one that asks for the code.
    Code,
}

impl Page {
    /// Both, in the order of the road.
    pub const ALL: [Self; 2] = [Self::Phone, Self::Code];

    /// As in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Code => "code",
        }
    }
}

/// Which page is shown, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shown {
    /// The page.
    pub page: Page,
    /// Its language.
    pub lang: Lang,
    /// On which ground.
    pub ground: Ground,
}

/// Draws a page of this document.
pub fn draw(app: &App, document: &SignInExperience, shown: Shown, now: Timestamp) -> Response {
    let Shown { page, lang, ground } = shown;
    let link = |lang: Lang| LanguageLink { lang, href: "#".to_owned() };
    let languages = Lang::ALL.map(link).to_vec();
    let frame =
        Frame { lang, brand: brand(document), languages, inbox: None, preview: Some(ground) };
    match page {
        Page::Phone => respond(StatusCode::OK, lang, &phone(document, frame)),
        Page::Code => respond(StatusCode::OK, lang, &code(app, document, frame, now)),
    }
}

fn phone(document: &SignInExperience, frame: Frame) -> PhonePage {
    let lang = frame.lang;
    let event = if document.is_open_to(InteractionEvent::SignIn) {
        InteractionEvent::SignIn
    } else {
        InteractionEvent::Register
    };
    PhonePage {
        step: None,
        cancel_href: None,
        title: title(lang, event, None),
        lead: lead(lang, document, event),
        action: String::new(),
        csrf: String::new(),
        value: String::new(),
        problem: None,
        countries: countries::rows(lang, &document.phone_regions.allowed, first(document)),
        agreement: agreement(lang, document, &frame.brand, (false, None)),
        frame,
    }
}

fn code(app: &App, document: &SignInExperience, frame: Frame, now: Timestamp) -> CodePage {
    let policy = &document.verification_code_policy;
    let (codes, limits) = (policy.codes(app.settings.codes), policy.limits(app.settings.limits));
    let example = first(document).example().or_else(|| Region::CHINA.example());
    CodePage {
        frame,
        step: None,
        action: String::new(),
        resend_action: String::new(),
        change_href: "#".to_owned(),
        change_key: "code-change",
        csrf: String::new(),
        phone: example.map(|phone| phone.masked()).unwrap_or_default(),
        value: String::new(),
        problem: None,
        trouble: None,
        note: Note::None,
        times: Times {
            resend_at: now.plus_secs(limits.cooldown(0)),
            expires_at: now.plus_secs(codes.expiration_duration),
            attempts_left: codes.max_retry_attempts,
            server_now: now,
        },
    }
}

/// The country shown first, as the page chooses it for somebody new.
fn first(document: &SignInExperience) -> Region {
    let regions = &document.phone_regions;
    let is_allowed = regions.allowed.contains(&regions.default);
    let other = regions.allowed.first().copied().filter(|_| !is_allowed);
    other.unwrap_or(regions.default)
}
