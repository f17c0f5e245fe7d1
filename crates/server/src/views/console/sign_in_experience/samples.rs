//! The page of the sign-in experience, right and wrong.
use haoma_core::phone::Region;
use haoma_core::policy::{CodePolicy, SendPolicy};
use haoma_core::usage_type::UsageType;

use super::{Otherwise, SignInExperiencePage, account};
use crate::experience::pages::countries;
use crate::experience::readiness::Gap;
use crate::experience::rules;
use crate::experience::settings::{Loaded, SignInExperience};
use crate::experience::typed::Typed;
use crate::views::console::samples::shell;
use crate::views::console::shell::Section;
use crate::views::samples::{NASTY, Sample, draw};
use crate::web::i18n::Lang;

pub(crate) fn all(lang: Lang) -> Vec<Sample> {
    let good = page(lang, SignInExperience::phone_only(vec![Region::CHINA], Region::CHINA));
    let viewer = SignInExperiencePage { can_save: false, ..good.clone() };
    vec![
        ("console-experience", draw(&good)),
        ("console-experience-viewer", draw(&viewer)),
        ("console-experience-wrong", draw(&wrong(lang))),
        ("console-experience-overtaken", draw(&overtaken(lang))),
    ]
}

fn page(lang: Lang, document: SignInExperience) -> SignInExperiencePage {
    SignInExperiencePage {
        shell: shell(lang, Section::SignInExperience),
        typed: Typed::of(&Loaded { version: 3, document }),
        broken: vec![],
        gaps: vec![],
        needs_more: false,
        otherwise: Otherwise { codes: CodePolicy::default(), limits: SendPolicy::default() },
        countries: countries::rows(lang, &countries::all(), Region::CHINA),
        others: None,
        can_save: true,
        is_draft: false,
        account: account(lang, true),
    }
}

/// Everything that can be wrong is.
fn wrong(lang: Lang) -> SignInExperiencePage {
    let mut document = SignInExperience::default();
    document.sign_up.identifiers = vec!["phone".to_owned()];
    document.phone_regions.allowed.clear();
    document.branding.name = Some(NASTY.repeat(3));
    document.branding.logo_url = Some(NASTY.to_owned());
    document.color.primary_color = NASTY.to_owned();
    document.color.dark_primary_color = "#101010".to_owned();
    document.privacy_policy_url = Some(NASTY.to_owned());
    document.verification_code_policy.expiration_duration = Some(1);
    document.verification_code_policy.resend_cooldown = Some(1);
    let lacks = Gap::NoTemplate { usage_type: UsageType::Register, regions: vec![Region::CHINA] };
    SignInExperiencePage {
        broken: rules::broken(&document, false),
        gaps: vec![Gap::NoConnector, lacks, Gap::AsksForMore, Gap::PhoneOff],
        needs_more: true,
        is_draft: true,
        ..page(lang, document)
    }
}

fn overtaken(lang: Lang) -> SignInExperiencePage {
    let others = ["branding.name", "color.primaryColor", "mfa"].map(str::to_owned).to_vec();
    SignInExperiencePage {
        others: Some(others),
        is_draft: true,
        ..page(lang, SignInExperience::default())
    }
}
