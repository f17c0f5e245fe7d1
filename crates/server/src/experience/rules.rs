//! What a sign-in experience must keep to (wire contract C.4), as a function of the document.
use haoma_core::policy::CodePolicy;
use url::Url;

use super::settings::SignInExperience;
use crate::error::api::{Code, codes};
use crate::web::i18n::Lang;

/// Shorter, and Aliyun refuses the second message; longer, and people give up.
const COOLDOWN_SECS: std::ops::RangeInclusive<i64> = 60..=600;

/// More do not fit beside the mark on a small phone.
const MOST_NAME_CHARS: usize = 40;

/// A rule that a document breaks, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken {
    /// The member, as programs and forms name it.
    pub key_path: &'static str,
    /// The rule.
    pub rule: Rule,
}

/// The rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Codes by SMS need a connector.
    NeedsConnector,
    /// An account that begins with a number must have it verified.
    NeedsVerify,
    /// An identifier stands twice.
    DuplicatedIdentifier,
    /// Registration by phone without sign-in by phone would lock people out.
    NeedsPhoneSignIn,
    /// A language that this server does not speak.
    UnknownLanguage,
    /// A colour is `#rrggbb`.
    NotAColor,
    /// An address of a page is http or https.
    NotAnAddress,
    /// An address of a picture is https, or a picture itself.
    NotAPicture,
    /// A name fits beside the mark.
    BrandName,
    /// No country may be used.
    NoCountry,
    /// The country shown first is not among those that may be used.
    DefaultNotAllowed,
    /// A code lives one to ten minutes (NIST SP 800-63B, ASVS 6.5.5).
    CodeLife,
    /// A code allows one to ten guesses.
    CodeGuesses,
    /// The pause between messages is one to ten minutes.
    Cooldown,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 14] = [
        Self::NeedsConnector,
        Self::NeedsVerify,
        Self::DuplicatedIdentifier,
        Self::NeedsPhoneSignIn,
        Self::UnknownLanguage,
        Self::NotAColor,
        Self::NotAnAddress,
        Self::NotAPicture,
        Self::BrandName,
        Self::NoCountry,
        Self::DefaultNotAllowed,
        Self::CodeLife,
        Self::CodeGuesses,
        Self::Cooldown,
    ];

    /// The stable word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NeedsConnector => "needs-connector",
            Self::NeedsVerify => "needs-verify",
            Self::DuplicatedIdentifier => "duplicated-identifier",
            Self::NeedsPhoneSignIn => "needs-phone-sign-in",
            Self::UnknownLanguage => "unknown-language",
            Self::NotAColor => "not-a-color",
            Self::NotAnAddress => "not-an-address",
            Self::NotAPicture => "not-a-picture",
            Self::BrandName => "brand-name",
            Self::NoCountry => "no-country",
            Self::DefaultNotAllowed => "default-not-allowed",
            Self::CodeLife => "code-life",
            Self::CodeGuesses => "code-guesses",
            Self::Cooldown => "cooldown",
        }
    }

    /// The error the API answers with when this is the first broken rule.
    pub const fn code(self) -> Code {
        match self {
            Self::NeedsConnector => codes::EXPERIENCE_NO_CONNECTOR,
            Self::NeedsVerify => codes::EXPERIENCE_NEEDS_VERIFY,
            Self::DuplicatedIdentifier => codes::EXPERIENCE_DUPLICATED_IDENTIFIER,
            Self::NeedsPhoneSignIn => codes::EXPERIENCE_NEEDS_CODE_SIGN_IN,
            Self::UnknownLanguage => codes::EXPERIENCE_UNKNOWN_LANGUAGE,
            _ => codes::INVALID_INPUT,
        }
    }

    /// The rule as a sentence for people.
    pub fn message(self, lang: Lang) -> String {
        lang.t(&format!("rule-{}", self.as_str())).into_owned()
    }
}

/// Every rule a document breaks, the order being that of its pages.
pub fn broken(document: &SignInExperience, has_connector: bool) -> Vec<Broken> {
    let mut found = methods(document, has_connector);
    let mut check = |key_path, rule, is_kept: bool| {
        if !is_kept {
            found.push(Broken { key_path, rule });
        }
    };
    let regions = &document.phone_regions;
    check("phoneRegions.allowed", Rule::NoCountry, !regions.allowed.is_empty());
    let is_default_allowed =
        regions.allowed.is_empty() || regions.allowed.contains(&regions.default);
    check("phoneRegions.default", Rule::DefaultNotAllowed, is_default_allowed);
    let addresses = [
        ("termsOfUseUrl", &document.terms_of_use_url),
        ("privacyPolicyUrl", &document.privacy_policy_url),
        ("unknownSessionRedirectUrl", &document.unknown_session_redirect_url),
    ];
    for (key_path, address) in addresses {
        check(key_path, Rule::NotAnAddress, address.as_deref().is_none_or(is_page));
    }
    let name = document.branding.name.as_deref();
    check("branding.name", Rule::BrandName, name.is_none_or(is_name));
    let pictures = [
        ("branding.logoUrl", &document.branding.logo_url),
        ("branding.darkLogoUrl", &document.branding.dark_logo_url),
        ("branding.favicon", &document.branding.favicon),
    ];
    for (key_path, address) in pictures {
        check(key_path, Rule::NotAPicture, address.as_deref().is_none_or(is_picture));
    }
    check("color.primaryColor", Rule::NotAColor, is_color(&document.color.primary_color));
    check("color.darkPrimaryColor", Rule::NotAColor, is_color(&document.color.dark_primary_color));
    let language = &document.language_info.fallback_language;
    check(
        "languageInfo.fallbackLanguage",
        Rule::UnknownLanguage,
        Lang::from_tag(language).is_some(),
    );
    found.extend(policy(document));
    found
}

/// Whether a rule is about members that changed, named as [`super::difference::difference`] names them: nobody is refused for what was broken
/// before. Signing in and up belong together.
pub fn is_about(broken: &Broken, changed: &[String]) -> bool {
    let part = |path: &str| match path.split('.').next().unwrap_or_default() {
        "signUp" => "signIn".to_owned(),
        name => name.to_owned(),
    };
    changed.iter().any(|path| part(path) == part(broken.key_path))
}

fn methods(document: &SignInExperience, has_connector: bool) -> Vec<Broken> {
    let (sign_in, sign_up) = (&document.sign_in, &document.sign_up);
    let phone_sign_in = document.phone_sign_in();
    let phone_sign_up = sign_up.identifiers.iter().any(|one| one == "phone");
    let sends = phone_sign_in || (phone_sign_up && sign_up.verify);
    let twice = has_twice(&sign_up.identifiers);
    let has_phone_method = sign_in.methods.iter().any(|method| method.identifier == "phone");
    let rules = [
        ("signIn.methods", Rule::NeedsConnector, sends && !has_connector),
        ("signUp.verify", Rule::NeedsVerify, phone_sign_up && !sign_up.verify && !sign_up.password),
        ("signUp.identifiers", Rule::DuplicatedIdentifier, twice),
        (
            "signIn.methods",
            Rule::NeedsPhoneSignIn,
            phone_sign_up && !sign_up.password && has_phone_method && !phone_sign_in,
        ),
    ];
    let broken = rules.into_iter().filter(|(_, _, is_broken)| *is_broken);
    broken.map(|(key_path, rule, _)| Broken { key_path, rule }).collect()
}

fn has_twice(all: &[String]) -> bool {
    all.iter().enumerate().any(|(n, one)| all.iter().skip(n + 1).any(|other| other == one))
}

fn policy(document: &SignInExperience) -> Vec<Broken> {
    let own = &document.verification_code_policy;
    let mut found = vec![];
    for problem in own.codes(CodePolicy::default()).check() {
        let (key_path, rule) = match problem.key {
            "expirationDuration" => ("verificationCodePolicy.expirationDuration", Rule::CodeLife),
            _ => ("verificationCodePolicy.maxRetryAttempts", Rule::CodeGuesses),
        };
        found.push(Broken { key_path, rule });
    }
    if own.resend_cooldown.is_some_and(|secs| !COOLDOWN_SECS.contains(&secs)) {
        let key_path = "verificationCodePolicy.resendCooldown";
        found.push(Broken { key_path, rule: Rule::Cooldown });
    }
    found
}

fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_page(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

fn is_name(text: &str) -> bool {
    let chars = text.trim().chars().count();
    (1..=MOST_NAME_CHARS).contains(&chars) && !text.chars().any(char::is_control)
}

/// The pages load pictures over https only.
pub(crate) fn is_picture(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.scheme() == "https") || text.starts_with("data:image/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use haoma_core::phone::Region;

    fn phone_only() -> SignInExperience {
        SignInExperience::phone_only(vec![Region::CHINA], Region::CHINA)
    }

    fn rules(document: &SignInExperience) -> Vec<Rule> {
        broken(document, true).into_iter().map(|broken| broken.rule).collect()
    }

    #[test]
    fn a_default_and_a_phone_only_document_break_no_rule() {
        assert_eq!(broken(&SignInExperience::default(), false), []);
        assert_eq!(broken(&phone_only(), true), []);
    }

    #[test]
    fn nothing_is_switched_on_without_a_connector() {
        let found = broken(&phone_only(), false);
        assert_eq!(found, [Broken { key_path: "signIn.methods", rule: Rule::NeedsConnector }]);
    }

    #[test]
    fn every_broken_rule_is_told_at_once() {
        let mut document = phone_only();
        document.sign_up.verify = false;
        document.sign_up.identifiers.push("phone".to_owned());
        document.phone_regions.default = Region::parse("US").unwrap();
        document.terms_of_use_url = Some("javascript:alert(1)".to_owned());
        document.branding.name = Some("x".repeat(41));
        document.branding.logo_url = Some("http://shop.example/logo.png".to_owned());
        document.color.primary_color = "red".to_owned();
        document.language_info.fallback_language = "tlh".to_owned();
        document.verification_code_policy.expiration_duration = Some(601);
        document.verification_code_policy.max_retry_attempts = Some(0);
        document.verification_code_policy.resend_cooldown = Some(59);
        assert_eq!(
            rules(&document),
            [
                Rule::NeedsVerify,
                Rule::DuplicatedIdentifier,
                Rule::DefaultNotAllowed,
                Rule::NotAnAddress,
                Rule::BrandName,
                Rule::NotAPicture,
                Rule::NotAColor,
                Rule::UnknownLanguage,
                Rule::CodeLife,
                Rule::CodeGuesses,
                Rule::Cooldown,
            ]
        );
        document.phone_regions.allowed.clear();
        assert!(rules(&document).contains(&Rule::NoCountry));
    }

    #[test]
    fn a_rule_is_about_its_own_member_and_signing_in_and_up_are_one() {
        let needs = Broken { key_path: "signIn.methods", rule: Rule::NeedsConnector };
        let is_judged = |paths: &[&str]| {
            is_about(&needs, &paths.iter().map(|&one| one.to_owned()).collect::<Vec<_>>())
        };
        assert!(is_judged(&["branding.name", "signUp.verify"]) && is_judged(&["signIn.methods"]));
        assert!(!is_judged(&["color.primaryColor", "signInMode"]) && !is_judged(&[]));
    }

    #[test]
    fn registering_by_phone_needs_a_way_back_in() {
        let mut document = phone_only();
        for method in &mut document.sign_in.methods {
            method.verification_code = false;
        }
        assert_eq!(rules(&document), [Rule::NeedsPhoneSignIn]);
    }

    #[test]
    fn every_rule_has_a_sentence_in_every_language() {
        for rule in Rule::ALL {
            for lang in Lang::ALL {
                assert!(lang.has(&format!("rule-{}", rule.as_str())), "{rule:?} {}", lang.tag());
            }
        }
    }
}
