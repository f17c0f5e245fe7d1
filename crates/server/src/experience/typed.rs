//! The sign-in experience as a form: every value as it was typed, and what becomes of a document when it is sent. The names of the
//! fields are the members' own, so that a broken rule finds its field.
use haoma_core::phone::Region;

use super::rules::{Broken, Rule};
use super::settings::{
    AgreeToTermsPolicy, Loaded, SECONDARY, SignInExperience, SignInMethod, SignInMode,
};

/// What the form holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the form")]
pub struct Typed {
    /// The version that was looked at.
    pub version: i64,
    /// Sign-in by phone.
    pub is_phone_on: bool,
    /// Who is let in.
    pub mode: SignInMode,
    /// Countries.
    pub allowed: Vec<Region>,
    /// When the box must be ticked.
    pub agree: AgreeToTermsPolicy,
    /// Whether pages follow the device into the dark.
    pub follows_device: bool,
    /// Whether the person's own language is looked for.
    pub detects_language: bool,
    /// Whether new accounts are to need nothing but a number from now on.
    pub asks_number_only: bool,
    /// Every line, by the name of its member.
    lines: Vec<(&'static str, String)>,
}

/// The members that are one line each.
pub mod line {
    /// The country shown first.
    pub const DEFAULT_COUNTRY: &str = "phoneRegions.default";
    /// Whose pages they are.
    pub const NAME: &str = "branding.name";
    /// A picture on light ground.
    pub const LOGO: &str = "branding.logoUrl";
    /// A picture on dark ground.
    pub const DARK_LOGO: &str = "branding.darkLogoUrl";
    /// The icon of the tab.
    pub const ICON: &str = "branding.favicon";
    /// The accent.
    pub const ACCENT: &str = "color.primaryColor";
    /// The accent in the dark.
    pub const DARK_ACCENT: &str = "color.darkPrimaryColor";
    /// The language otherwise.
    pub const LANGUAGE: &str = "languageInfo.fallbackLanguage";
    /// Terms of use.
    pub const TERMS: &str = "termsOfUseUrl";
    /// Privacy policy.
    pub const PRIVACY: &str = "privacyPolicyUrl";
    /// Where people go who did not come from an application.
    pub const ELSEWHERE: &str = "unknownSessionRedirectUrl";
    /// Seconds a code lives.
    pub const LIFE: &str = "verificationCodePolicy.expirationDuration";
    /// Guesses it allows.
    pub const GUESSES: &str = "verificationCodePolicy.maxRetryAttempts";
    /// Seconds between two messages.
    pub const COOLDOWN: &str = "verificationCodePolicy.resendCooldown";

    /// Every one.
    pub const ALL: [&str; 14] = [
        DEFAULT_COUNTRY,
        NAME,
        LOGO,
        DARK_LOGO,
        ICON,
        ACCENT,
        DARK_ACCENT,
        LANGUAGE,
        TERMS,
        PRIVACY,
        ELSEWHERE,
        LIFE,
        GUESSES,
        COOLDOWN,
    ];
}

/// Sign-in by phone.
pub const PHONE: &str = "signIn.methods";
/// Who is let in.
pub const MODE: &str = "signInMode";
/// Countries; one of each.
pub const ALLOWED: &str = "phoneRegions.allowed";
/// When the box must be ticked.
pub const AGREE: &str = "agreeToTermsPolicy";
/// Whether pages follow the device into the dark.
pub const FOLLOWS_DEVICE: &str = "color.isDarkModeEnabled";
/// Whether the person's own language is looked for.
pub const DETECTS_LANGUAGE: &str = "languageInfo.autoDetect";
/// Whether new accounts are to need nothing but a number.
pub const NUMBER_ONLY: &str = "signUp.identifiers";
/// The version that was looked at.
pub const VERSION: &str = "version";

impl Typed {
    /// The form of a stored document.
    pub fn of(stored: &Loaded) -> Self {
        let document = &stored.document;
        Self {
            version: stored.version,
            is_phone_on: document.phone_sign_in(),
            mode: document.sign_in_mode,
            allowed: document.phone_regions.allowed.clone(),
            agree: document.agree_to_terms_policy,
            follows_device: document.color.is_dark_mode_enabled,
            detects_language: document.language_info.auto_detect,
            asks_number_only: false,
            lines: line::ALL.iter().map(|name| (*name, written(document, name))).collect(),
        }
    }

    /// What a browser sent. What no form of ours sends is as if it was not sent.
    pub fn read(fields: &[(String, String)]) -> Self {
        let all = |name: &'static str| {
            fields.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
        };
        let one = |name: &'static str| all(name).next().unwrap_or_default();
        let mode = SignInMode::ALL.into_iter().find(|mode| mode.as_str() == one(MODE));
        let agree = AgreeToTermsPolicy::ALL.into_iter().find(|when| when.as_str() == one(AGREE));
        Self {
            version: one(VERSION).parse().unwrap_or_default(),
            is_phone_on: one(PHONE) == "on",
            mode: mode.unwrap_or_default(),
            allowed: all(ALLOWED).filter_map(|text| Region::parse(text).ok()).collect(),
            agree: agree.unwrap_or_default(),
            follows_device: one(FOLLOWS_DEVICE) == "on",
            detects_language: one(DETECTS_LANGUAGE) == "on",
            asks_number_only: one(NUMBER_ONLY) == "on",
            lines: line::ALL.iter().map(|name| (*name, one(name).trim().to_owned())).collect(),
        }
    }

    /// One line.
    pub fn line(&self, name: &str) -> &str {
        self.lines.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    fn optional(&self, name: &str) -> Option<String> {
        Some(self.line(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A document with everything the form holds; the rest of it stays. Besides, the rules that what was typed breaks before it
    /// can stand in a document.
    pub fn onto(&self, before: &SignInExperience) -> (SignInExperience, Vec<Broken>) {
        let mut document = before.clone();
        let mut broken = vec![];
        if self.is_phone_on != before.phone_sign_in() {
            switch_phone(&mut document, self.is_phone_on);
        }
        if self.asks_number_only {
            ask_number_only(&mut document);
        }
        document.sign_in_mode = self.mode;
        if !is_same_set(&self.allowed, &document.phone_regions.allowed) {
            document.phone_regions.allowed.clone_from(&self.allowed);
        }
        match Region::parse(self.line(line::DEFAULT_COUNTRY)) {
            Ok(region) => document.phone_regions.default = region,
            Err(_none) => {
                broken.push(Broken {
                    key_path: line::DEFAULT_COUNTRY,
                    rule: Rule::DefaultNotAllowed,
                });
            }
        }
        document.agree_to_terms_policy = self.agree;
        document.color.is_dark_mode_enabled = self.follows_device;
        document.language_info.auto_detect = self.detects_language;
        self.lines_onto(&mut document);
        self.numbers_onto(&mut document, &mut broken);
        (document, broken)
    }

    fn lines_onto(&self, document: &mut SignInExperience) {
        let SignInExperience { branding, color, .. } = document;
        branding.name = self.optional(line::NAME);
        branding.logo_url = self.optional(line::LOGO);
        branding.dark_logo_url = self.optional(line::DARK_LOGO);
        branding.favicon = self.optional(line::ICON);
        self.line(line::ACCENT).clone_into(&mut color.primary_color);
        self.line(line::DARK_ACCENT).clone_into(&mut color.dark_primary_color);
        self.line(line::LANGUAGE).clone_into(&mut document.language_info.fallback_language);
        document.terms_of_use_url = self.optional(line::TERMS);
        document.privacy_policy_url = self.optional(line::PRIVACY);
        document.unknown_session_redirect_url = self.optional(line::ELSEWHERE);
    }

    /// Nothing typed is as the configuration file says; what is no number breaks the rule of its field.
    fn numbers_onto(&self, document: &mut SignInExperience, broken: &mut Vec<Broken>) {
        let policy = &mut document.verification_code_policy;
        let numbers = [
            (line::LIFE, Rule::CodeLife, &mut policy.expiration_duration),
            (line::GUESSES, Rule::CodeGuesses, &mut policy.max_retry_attempts),
            (line::COOLDOWN, Rule::Cooldown, &mut policy.resend_cooldown),
        ];
        for (key_path, rule, number) in numbers {
            match self.optional(key_path).map(|text| text.parse::<i64>()).transpose() {
                Ok(typed) => *number = typed,
                Err(_not_a_number) => broken.push(Broken { key_path, rule }),
            }
        }
    }
}

/// On: a number and a code sign in, and an account needs nothing else. Off: neither; what was stored of other ways stays.
fn switch_phone(document: &mut SignInExperience, is_on: bool) {
    let (methods, sign_up) = (&mut document.sign_in.methods, &mut document.sign_up);
    methods.retain(|method| method.identifier != "phone" || method.password);
    sign_up.identifiers.retain(|one| one != "phone");
    for method in methods.iter_mut().filter(|method| method.identifier == "phone") {
        method.verification_code = is_on;
    }
    if !is_on {
        return;
    }
    if !methods.iter().any(|method| method.identifier == "phone") {
        methods.push(SignInMethod {
            identifier: "phone".to_owned(),
            password: false,
            verification_code: true,
            is_password_primary: false,
        });
    }
    ask_number_only(document);
}

/// A new account needs a verified number and nothing else.
fn ask_number_only(document: &mut SignInExperience) {
    let sign_up = &mut document.sign_up;
    sign_up.identifiers = vec!["phone".to_owned()];
    (sign_up.password, sign_up.verify) = (false, true);
    sign_up.rest.shift_remove(SECONDARY);
}

/// A browser sends the countries in the order of the page, which is no change.
fn is_same_set(some: &[Region], others: &[Region]) -> bool {
    let is_in = |all: &[Region], part: &[Region]| part.iter().all(|one| all.contains(one));
    is_in(some, others) && is_in(others, some)
}

/// A member as its line.
fn written(document: &SignInExperience, name: &str) -> String {
    let SignInExperience { branding, color, verification_code_policy: policy, .. } = document;
    let number = |number: Option<i64>| number.map(|number| number.to_string());
    let text = match name {
        line::DEFAULT_COUNTRY => Some(document.phone_regions.default.to_string()),
        line::NAME => branding.name.clone(),
        line::LOGO => branding.logo_url.clone(),
        line::DARK_LOGO => branding.dark_logo_url.clone(),
        line::ICON => branding.favicon.clone(),
        line::ACCENT => Some(color.primary_color.clone()),
        line::DARK_ACCENT => Some(color.dark_primary_color.clone()),
        line::LANGUAGE => Some(document.language_info.fallback_language.clone()),
        line::TERMS => document.terms_of_use_url.clone(),
        line::PRIVACY => document.privacy_policy_url.clone(),
        line::ELSEWHERE => document.unknown_session_redirect_url.clone(),
        line::LIFE => number(policy.expiration_duration),
        line::GUESSES => number(policy.max_retry_attempts),
        line::COOLDOWN => number(policy.resend_cooldown),
        _ => None,
    };
    text.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn stored(document: &serde_json::Value) -> Loaded {
        Loaded { version: 3, document: serde_json::from_value(document.clone()).unwrap() }
    }

    fn strange() -> Loaded {
        stored(&json!({
            "mfa": { "policy": "UserControlled" },
            "signIn": { "methods": [
                { "identifier": "email", "password": true, "verificationCode": false, "isPasswordPrimary": true },
                { "identifier": "phone", "password": true, "verificationCode": true, "isPasswordPrimary": true },
            ] },
            "signUp": { "identifiers": ["phone"], "password": true, "verify": true, "secondaryIdentifiers": [{ "identifier": "email" }] },
            "phoneRegions": { "allowed": ["US", "CN"], "default": "CN" },
            "verificationCodePolicy": { "resendCooldown": 90 },
        }))
    }

    /// What a browser sends of a form.
    fn sent(typed: &Typed) -> Vec<(String, String)> {
        let on = |is_on: bool, name: &str| is_on.then(|| (name.to_owned(), "on".to_owned()));
        let mut fields: Vec<_> =
            typed.lines.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
        fields.extend(typed.allowed.iter().rev().map(|one| (ALLOWED.to_owned(), one.to_string())));
        fields.push((MODE.to_owned(), typed.mode.as_str().to_owned()));
        fields.push((AGREE.to_owned(), typed.agree.as_str().to_owned()));
        fields.push((VERSION.to_owned(), typed.version.to_string()));
        fields.extend(on(typed.is_phone_on, PHONE));
        fields.extend(on(typed.follows_device, FOLLOWS_DEVICE));
        fields.extend(on(typed.detects_language, DETECTS_LANGUAGE));
        fields
    }

    #[test]
    fn a_form_that_is_sent_as_it_came_changes_nothing() {
        for stored in [strange(), stored(&json!({}))] {
            let typed = Typed::read(&sent(&Typed::of(&stored)));
            assert_eq!(typed.version, 3);
            assert_eq!(typed.onto(&stored.document), (stored.document.clone(), vec![]));
        }
    }

    #[test]
    fn switching_phone_off_and_on_leaves_other_ways_alone() {
        let before = strange();
        let switched = |document: &SignInExperience, is_phone_on| {
            let now = Loaded { version: 3, document: document.clone() };
            Typed { is_phone_on, ..Typed::of(&now) }.onto(document).0
        };
        let off = switched(&before.document, false);
        assert!(!off.phone_sign_in() && off.sign_up.identifiers.is_empty());
        assert_eq!(off.sign_in.methods.len(), 2, "the password of Logto stays");
        assert_eq!(
            (&off.rest, &off.sign_up.rest),
            (&before.document.rest, &before.document.sign_up.rest)
        );
        let on = switched(&off, true);
        assert_eq!(on.sign_in, before.document.sign_in);
        assert!(on.missing_profile().is_empty(), "who registers needs nothing else");
        let plain = switched(&SignInExperience::default(), true);
        assert_eq!(plain, SignInExperience::phone_only(vec![Region::CHINA], Region::CHINA));
        assert_eq!(switched(&plain, false).sign_in, SignInExperience::default().sign_in);
    }

    #[test]
    fn what_a_new_account_lacks_can_be_waived() {
        let before = strange();
        assert_eq!(before.document.missing_profile(), ["email", "password"]);
        let waived =
            Typed { asks_number_only: true, ..Typed::of(&before) }.onto(&before.document).0;
        assert!(waived.missing_profile().is_empty() && waived.sign_up.rest.is_empty());
        assert_eq!(waived.rest, before.document.rest, "and nothing else changes");
    }

    #[test]
    fn what_is_no_number_or_country_names_its_rule_and_is_kept_as_typed() {
        let fields = [
            (line::LIFE, "five"),
            (line::GUESSES, ""),
            (line::COOLDOWN, "99999999999999999999"),
            (line::DEFAULT_COUNTRY, "XX"),
            (ALLOWED, "XX"),
            (ALLOWED, "us"),
            (MODE, "Everybody"),
            (VERSION, "x"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let typed = Typed::read(&fields);
        let (document, broken) = typed.onto(&SignInExperience::default());
        let paths: Vec<_> = broken.iter().map(|one| one.key_path).collect();
        assert_eq!(paths, [line::DEFAULT_COUNTRY, line::LIFE, line::COOLDOWN]);
        assert_eq!((typed.line(line::LIFE), typed.version), ("five", 0));
        assert_eq!(document.phone_regions.allowed, [Region::parse("US").unwrap()]);
        assert_eq!(document.verification_code_policy.max_retry_attempts, None);
    }
}
