//! What the phone page shows: title, countries, documents, what was wrong.
use haoma_core::experience::InteractionEvent;
use haoma_core::phone::Region;
use haoma_store::applications;

use super::phone::{COUNTRY_COOKIE, PhoneForm};
use super::visitor::Visitor;
use super::{countries, path_of};
use crate::app::App;
use crate::experience::settings::{AgreeToTermsPolicy, SignInExperience, SignInMode};
use crate::experience::visit::Visit;
use crate::views::frame::Brand;
use crate::views::phone::{Agreement, PhonePage};
use crate::views::problem::Problem;
use crate::web::i18n::{Lang, Piece};
use crate::web::{cookies, csrf};

/// Longer input is not shown again.
const MOST_SHOWN: usize = 40;

/// What is wrong with what was entered.
pub(super) enum Wrong {
    /// The number, or sending to it.
    Phone(Problem),
    /// The box under it.
    Agreement(Problem),
}

/// One showing of the page, whatever was typed into it.
pub(super) struct Asking<'a> {
    app: &'a App,
    visitor: &'a Visitor,
    event: InteractionEvent,
    csrf: String,
    application: Option<String>,
}

impl<'a> Asking<'a> {
    /// Prepares the page; `visit` is missing in a preview.
    pub(super) async fn new(
        app: &'a App,
        visitor: &'a Visitor,
        event: InteractionEvent,
        visit: Option<&Visit>,
    ) -> Self {
        let csrf = visit.map(|visit| csrf::token(app, &visit.row.id)).unwrap_or_default();
        let application = match visit {
            Some(visit) => application_name(app, visit).await,
            None => None,
        };
        Self { app, visitor, event, csrf, application }
    }

    /// The page, with what was typed and what was wrong with it.
    pub(super) fn page(&self, form: &PhoneForm, wrong: Option<Wrong>) -> PhonePage {
        let Self { app, visitor, event, .. } = *self;
        let (lang, path) = (visitor.lang, path_of(event));
        let settings = app.experience.load_full();
        let frame = visitor.frame(app, path);
        let (problem, disagreed) = match wrong {
            Some(Wrong::Phone(problem)) => (Some(problem), None),
            Some(Wrong::Agreement(problem)) => (None, Some(problem)),
            None => (None, None),
        };
        let chosen = chosen(app, visitor, &settings, &form.country);
        let is_ticked = form.agree == "yes";
        PhonePage {
            step: None,
            title: title(lang, event, self.application.as_deref()),
            lead: lead(lang, &settings, event),
            action: visitor.query.link(path),
            csrf: self.csrf.clone(),
            countries: countries::rows(lang, &settings.phone_regions.allowed, chosen),
            value: form.phone.chars().take(MOST_SHOWN).collect(),
            problem,
            agreement: agreement(lang, &settings, &frame.brand, (is_ticked, disagreed)),
            cancel_href: None,
            frame,
        }
    }
}

/// What the page is headed.
pub(super) fn title(lang: Lang, event: InteractionEvent, application: Option<&str>) -> String {
    let is_register = event == InteractionEvent::Register;
    let (plain, to) = if is_register {
        ("register-title", "register-title-to")
    } else {
        ("sign-in-title", "sign-in-title-to")
    };
    match application {
        Some(name) => lang.t1(to, "app", name).into_owned(),
        None => lang.t(plain).into_owned(),
    }
}

/// What the application is called; the page does without when it cannot be read.
async fn application_name(app: &App, visit: &Visit) -> Option<String> {
    let found = applications::find(&app.db, &visit.row.client_id).await.ok()??;
    Some(found.0.name).filter(|name| !name.trim().is_empty())
}

/// Whether the box under the number must be ticked. The pages do one thing for both events, so registration counts for both.
pub(super) fn must_agree(settings: &SignInExperience) -> bool {
    let has_documents =
        settings.terms_of_use_url.is_some() || settings.privacy_policy_url.is_some();
    let is_manual = match settings.agree_to_terms_policy {
        AgreeToTermsPolicy::Automatic => false,
        AgreeToTermsPolicy::Manual => true,
        AgreeToTermsPolicy::ManualRegistrationOnly => {
            settings.is_open_to(InteractionEvent::Register)
        }
    };
    has_documents && is_manual
}

pub(super) fn agreement(
    lang: Lang,
    settings: &SignInExperience,
    brand: &Brand,
    (is_ticked, problem): (bool, Option<Problem>),
) -> Agreement {
    let link = |name: &'static str, key: &str, href: &Option<String>| {
        let text = lang.t(key).into_owned();
        href.clone().map(|href| (name, Piece::Link { text, href }))
    };
    let terms = link("terms", "document-terms", &brand.terms);
    let privacy = link("privacy", "document-privacy", &brand.privacy);
    let which = match (&terms, &privacy) {
        (Some(_), Some(_)) => "both",
        (Some(_), None) => "terms",
        (None, Some(_)) => "privacy",
        (None, None) => return Agreement::None,
    };
    let marked: Vec<_> = [terms, privacy].into_iter().flatten().collect();
    if must_agree(settings) {
        let text = lang.pieces(&format!("agree-{which}"), &marked);
        return Agreement::Box { text, is_ticked, problem };
    }
    Agreement::Notice(lang.pieces(&format!("notice-{which}"), &marked))
}

pub(super) fn lead(
    lang: Lang,
    settings: &SignInExperience,
    event: InteractionEvent,
) -> Option<String> {
    let is_both = settings.sign_in_mode == SignInMode::SignInAndRegister;
    let key = match event {
        InteractionEvent::Register => "register-lead",
        InteractionEvent::SignIn | InteractionEvent::ForgotPassword => "sign-in-lead",
    };
    is_both.then(|| lang.t(key).into_owned())
}

/// The country shown: as chosen, as last used on this device, as the administrator wants, else the first.
fn chosen(app: &App, visitor: &Visitor, settings: &SignInExperience, typed: &str) -> Region {
    let regions = &settings.phone_regions;
    let last = cookies::read_signed(&visitor.headers, &app.keys.cookies, COUNTRY_COOKIE);
    let last = last.and_then(|text| Region::parse(text).ok());
    let wishes = [Region::parse(typed).ok(), last, Some(regions.default)];
    let is_allowed = |region: &Region| regions.allowed.contains(region);
    let wish = wishes.into_iter().flatten().find(is_allowed);
    wish.or_else(|| regions.allowed.first().copied()).unwrap_or(regions.default)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(policy: AgreeToTermsPolicy) -> SignInExperience {
        SignInExperience {
            terms_of_use_url: Some("https://a.example/terms".to_owned()),
            agree_to_terms_policy: policy,
            ..SignInExperience::phone_only(vec![Region::CHINA], Region::CHINA)
        }
    }

    #[test]
    fn the_box_is_there_when_the_administrator_wants_it_and_there_is_something_to_agree_to() {
        assert!(must_agree(&settings(AgreeToTermsPolicy::Manual)));
        assert!(must_agree(&settings(AgreeToTermsPolicy::ManualRegistrationOnly)));
        assert!(!must_agree(&settings(AgreeToTermsPolicy::Automatic)));
        let nothing =
            SignInExperience { terms_of_use_url: None, ..settings(AgreeToTermsPolicy::Manual) };
        assert!(!must_agree(&nothing));
        let closed = SignInExperience {
            sign_in_mode: SignInMode::SignIn,
            ..settings(AgreeToTermsPolicy::ManualRegistrationOnly)
        };
        assert!(!must_agree(&closed), "nobody registers here");
        assert_eq!(lead(Lang::En, &closed, InteractionEvent::SignIn), None);
    }
}
