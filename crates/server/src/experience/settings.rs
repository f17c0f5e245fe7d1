//! The sign-in experience: the document an administrator edits, and what it means for phone sign-in.
use std::ops::Deref;

use haoma_core::experience::InteractionEvent;
use haoma_core::phone::{PhoneNumber, Region};
use haoma_core::policy::{CodePolicy, SendPolicy};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Which events are open to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum SignInMode {
    /// Existing accounts only.
    SignIn,
    /// New accounts only.
    Register,
    /// Both.
    #[default]
    SignInAndRegister,
}

impl SignInMode {
    /// Every mode, the usual one first.
    pub const ALL: [Self; 3] = [Self::SignInAndRegister, Self::SignIn, Self::Register];

    /// As in the document and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "SignIn",
            Self::Register => "Register",
            Self::SignInAndRegister => "SignInAndRegister",
        }
    }
}

/// When people must tick the box under the terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum AgreeToTermsPolicy {
    /// Never.
    #[default]
    Automatic,
    /// When registering.
    ManualRegistrationOnly,
    /// Always.
    Manual,
}

impl AgreeToTermsPolicy {
    /// Every policy, the one that asks most first.
    pub const ALL: [Self; 3] = [Self::Manual, Self::ManualRegistrationOnly, Self::Automatic];

    /// As in the document and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "Automatic",
            Self::ManualRegistrationOnly => "ManualRegistrationOnly",
            Self::Manual => "Manual",
        }
    }
}

/// The document of wire contract C.4, with our own `phoneRegions`. Fields that phone sign-in does not use are kept and given back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SignInExperience {
    /// Colours.
    pub color: Color,
    /// Logos.
    pub branding: Branding,
    /// Languages.
    pub language_info: LanguageInfo,
    /// The terms of use.
    pub terms_of_use_url: Option<String>,
    /// The privacy policy.
    pub privacy_policy_url: Option<String>,
    /// When the box must be ticked.
    pub agree_to_terms_policy: AgreeToTermsPolicy,
    /// Ways to sign in.
    pub sign_in: SignIn,
    /// What an account needs.
    pub sign_up: SignUp,
    /// Which events are open.
    pub sign_in_mode: SignInMode,
    /// Whose numbers may be used.
    pub phone_regions: PhoneRegions,
    /// How codes live.
    pub verification_code_policy: VerificationCodePolicy,
    /// Where people go who open a page without having come from an application.
    pub unknown_session_redirect_url: Option<String>,
    /// Everything else, kept and given back.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// Fields of the document that phone sign-in has no use for.
const OTHERS: [&str; 23] = [
    "tenantId",
    "id",
    "hideLogtoBranding",
    "supportEmail",
    "supportWebsiteUrl",
    "socialSignIn",
    "socialSignInConnectorTargets",
    "singleSignOnEnabled",
    "passkeySignIn",
    "mfa",
    "adaptiveMfa",
    "passwordPolicy",
    "passwordExpiration",
    "usernamePolicy",
    "forgotPasswordMethods",
    "emailBlocklistPolicy",
    "signUpProfileFields",
    "customCss",
    "customContent",
    "customUiAssets",
    "customUiCsp",
    "captchaPolicy",
    "sentinelPolicy",
];

impl SignInExperience {
    /// Fields that no version of the document has, so probably misspelt.
    pub fn unknown_fields(&self) -> impl Iterator<Item = &str> {
        self.rest.keys().map(String::as_str).filter(|name| !OTHERS.contains(name))
    }
}

/// `color`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Color {
    /// The accent, `#rrggbb`.
    pub primary_color: String,
    /// Whether pages follow the device into the dark.
    pub is_dark_mode_enabled: bool,
    /// The accent in the dark.
    pub dark_primary_color: String,
}

/// `branding`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Branding {
    /// Our own: whose pages they are; the text of the logo, or what stands beside Haoma's mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A picture on light ground.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    /// A picture on dark ground.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dark_logo_url: Option<String>,
    /// The icon of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub favicon: Option<String>,
}

/// `languageInfo`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LanguageInfo {
    /// Whether the person's own language is looked for.
    pub auto_detect: bool,
    /// The language otherwise.
    pub fallback_language: String,
}

/// `signIn`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SignIn {
    /// Every method, also those this server never offers.
    pub methods: Vec<SignInMethod>,
}

/// One of `signIn.methods`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignInMethod {
    /// `phone`, `email` or `username`.
    pub identifier: String,
    /// Stored, never offered.
    #[serde(default)]
    pub password: bool,
    /// Whether a code signs in.
    #[serde(default)]
    pub verification_code: bool,
    /// Stored, never offered.
    #[serde(default)]
    pub is_password_primary: bool,
}

/// `signUp`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SignUp {
    /// What an account must have.
    pub identifiers: Vec<String>,
    /// Whether it must have a password.
    pub password: bool,
    /// Whether identifiers must be verified.
    pub verify: bool,
    /// Anything more, kept and given back.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// A requirement that an address or a number meets.
const EMAIL_OR_PHONE: &str = "emailOrPhone";
/// A member of `signUp` that says what is asked for besides.
pub(super) const SECONDARY: &str = "secondaryIdentifiers";

impl SignUp {
    /// What `secondaryIdentifiers` asks for: each is an object with an `identifier`.
    fn secondary(&self) -> impl Iterator<Item = &str> {
        let all = self.rest.get(SECONDARY).and_then(Value::as_array).into_iter().flatten();
        all.filter_map(|one| one.get("identifier")?.as_str())
    }
}

/// `phoneRegions`, our own field: countries are chosen, never all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PhoneRegions {
    /// Countries whose numbers may be used, as ISO 3166-1 letters.
    pub allowed: Vec<Region>,
    /// The country shown first.
    pub default: Region,
}

/// `verificationCodePolicy`; what it leaves out is as the configuration file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct VerificationCodePolicy {
    /// Seconds a code lives: 60 to 600.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_duration: Option<i64>,
    /// Guesses one code allows: 1 to 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_retry_attempts: Option<i64>,
    /// Our own: seconds between two messages to one number, 60 to 600; later resends wait at least as long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resend_cooldown: Option<i64>,
}

impl VerificationCodePolicy {
    /// How codes live.
    pub fn codes(&self, otherwise: CodePolicy) -> CodePolicy {
        CodePolicy {
            expiration_duration: self.expiration_duration.unwrap_or(otherwise.expiration_duration),
            max_retry_attempts: self.max_retry_attempts.unwrap_or(otherwise.max_retry_attempts),
        }
    }

    /// How often messages go out.
    pub fn limits(&self, otherwise: SendPolicy) -> SendPolicy {
        let Some(first) = self.resend_cooldown else { return otherwise };
        let [_, second, third] = otherwise.cooldown_secs;
        SendPolicy { cooldown_secs: [first, second.max(first), third.max(first)], ..otherwise }
    }
}

/// The document in the version that is stored.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Loaded {
    /// 0 before anything is stored.
    pub version: i64,
    /// The document.
    pub document: SignInExperience,
}

impl Deref for Loaded {
    type Target = SignInExperience;
    fn deref(&self) -> &SignInExperience {
        &self.document
    }
}

impl Default for Color {
    fn default() -> Self {
        Self {
            primary_color: "#0b6b58".to_owned(),
            is_dark_mode_enabled: true,
            dark_primary_color: "#5cc9ae".to_owned(),
        }
    }
}

impl Default for LanguageInfo {
    fn default() -> Self {
        Self { auto_detect: true, fallback_language: "en".to_owned() }
    }
}

impl Default for PhoneRegions {
    fn default() -> Self {
        Self { allowed: vec![Region::CHINA], default: Region::CHINA }
    }
}

/// Nothing is open to people until somebody switches it on.
impl Default for SignInExperience {
    fn default() -> Self {
        Self {
            color: Color::default(),
            branding: Branding::default(),
            language_info: LanguageInfo::default(),
            terms_of_use_url: None,
            privacy_policy_url: None,
            agree_to_terms_policy: AgreeToTermsPolicy::default(),
            sign_in: SignIn::default(),
            sign_up: SignUp::default(),
            sign_in_mode: SignInMode::default(),
            phone_regions: PhoneRegions::default(),
            verification_code_policy: VerificationCodePolicy::default(),
            unknown_session_redirect_url: None,
            rest: Map::new(),
        }
    }
}

/// Why a number may not be texted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreachable {
    /// Its country is not among the allowed ones.
    Country,
    /// It is a landline or another kind that receives no messages.
    Kind,
}

impl SignInExperience {
    /// Phone sign-in and sign-up as the demo and most products want them.
    pub fn phone_only(allowed: Vec<Region>, default: Region) -> Self {
        let method = SignInMethod {
            identifier: "phone".to_owned(),
            password: false,
            verification_code: true,
            is_password_primary: false,
        };
        Self {
            sign_in: SignIn { methods: vec![method] },
            sign_up: SignUp {
                identifiers: vec!["phone".to_owned()],
                verify: true,
                ..SignUp::default()
            },
            phone_regions: PhoneRegions { allowed, default },
            ..Self::default()
        }
    }

    /// Whether a phone number and a code sign in.
    pub fn phone_sign_in(&self) -> bool {
        self.sign_in.methods.iter().any(|m| m.identifier == "phone" && m.verification_code)
    }

    /// Whether the sign-in mode is open to the event.
    pub fn is_open_to(&self, event: InteractionEvent) -> bool {
        match event {
            InteractionEvent::SignIn => self.sign_in_mode != SignInMode::Register,
            InteractionEvent::Register => self.sign_in_mode != SignInMode::SignIn,
            InteractionEvent::ForgotPassword => false,
        }
    }

    /// What an account made from a phone number alone would lack (wire contract B.4).
    pub fn missing_profile(&self) -> Vec<&str> {
        self.lacking(true)
    }

    /// What an account made without anything would lack: a number at least, because nobody signs in without one.
    pub fn missing_of_nothing(&self) -> Vec<&str> {
        let mut missing = self.lacking(false);
        if !missing.iter().any(|one| matches!(*one, "phone" | EMAIL_OR_PHONE)) {
            missing.push("phone");
        }
        missing
    }

    /// Identifiers are one requirement, of which a user name is the first and either of address and number the second; each secondary one
    /// and the password are added.
    fn lacking(&self, has_phone: bool) -> Vec<&str> {
        let needs = |name: &str| self.sign_up.identifiers.iter().any(|one| one == name);
        let first = if needs("username") {
            Some("username")
        } else {
            match (needs("email"), needs("phone")) {
                (true, true) => Some(EMAIL_OR_PHONE),
                (true, false) => Some("email"),
                (false, true) => Some("phone"),
                (false, false) => None,
            }
        };
        let mut missing = vec![];
        let password = self.sign_up.password.then_some("password");
        for one in first.into_iter().chain(self.sign_up.secondary()).chain(password) {
            let is_there = has_phone && matches!(one, "phone" | EMAIL_OR_PHONE);
            if !is_there && !missing.contains(&one) {
                missing.push(one);
            }
        }
        missing
    }

    /// Whether a number may be texted at all, before anything is paid.
    pub fn reachable(&self, phone: &PhoneNumber) -> Result<(), Unreachable> {
        if !self.phone_regions.allowed.contains(&phone.region()) {
            return Err(Unreachable::Country);
        }
        if phone.can_receive_sms() { Ok(()) } else { Err(Unreachable::Kind) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_open_until_it_is_switched_on() {
        assert!(!SignInExperience::default().phone_sign_in());
        let on = SignInExperience::phone_only(vec![Region::CHINA], Region::CHINA);
        assert!(on.phone_sign_in() && on.missing_profile().is_empty());
        assert!(on.is_open_to(InteractionEvent::Register));
    }

    #[test]
    fn a_policy_replaces_what_it_names_and_waits_never_shrink() {
        let (codes, limits) = (CodePolicy::default(), SendPolicy::default());
        let none = VerificationCodePolicy::default();
        assert_eq!((none.codes(codes), none.limits(limits)), (codes, limits));
        let own = VerificationCodePolicy {
            max_retry_attempts: Some(3),
            resend_cooldown: Some(200),
            ..none
        };
        assert_eq!(own.codes(codes), CodePolicy { max_retry_attempts: 3, ..codes });
        assert_eq!(own.limits(limits).cooldown_secs, [200, 200, 300]);
    }

    #[test]
    fn what_an_account_lacks_follows_the_identifiers_the_secondary_ones_and_the_password() {
        let of = |sign_up: &str| {
            let sign_up = serde_json::from_str(sign_up).unwrap();
            SignInExperience { sign_up, ..SignInExperience::default() }
        };
        for (sign_up, with_phone, with_nothing) in [
            (r#"{"identifiers":["phone"]}"#, &[][..], &["phone"][..]),
            (r#"{"identifiers":[]}"#, &[], &["phone"]),
            (r#"{"identifiers":["email"]}"#, &["email"], &["email", "phone"]),
            (r#"{"identifiers":["email","phone"]}"#, &[], &["emailOrPhone"]),
            (
                r#"{"identifiers":["username"],"password":true}"#,
                &["username", "password"],
                &["username", "password", "phone"],
            ),
            (
                r#"{"identifiers":["username","email","phone"]}"#,
                &["username"],
                &["username", "phone"],
            ),
            (
                r#"{"identifiers":["phone"],"secondaryIdentifiers":[{"identifier":"email","verify":true},{"identifier":"username"}]}"#,
                &["email", "username"],
                &["phone", "email", "username"],
            ),
            (
                r#"{"identifiers":["username"],"secondaryIdentifiers":[{"identifier":"emailOrPhone"},{"identifier":"username"}]}"#,
                &["username"],
                &["username", "emailOrPhone"],
            ),
            (
                r#"{"secondaryIdentifiers":[{"identifier":"phone"},{"verify":true},7]}"#,
                &[],
                &["phone"],
            ),
        ] {
            let document = of(sign_up);
            assert_eq!(document.missing_profile(), with_phone, "{sign_up}");
            assert_eq!(document.missing_of_nothing(), with_nothing, "{sign_up}");
        }
    }

    #[test]
    fn what_phone_sign_in_does_not_use_is_given_back() {
        let text = r#"{"mfa":{"policy":"UserControlled"},"signIn":{"methods":[{"identifier":"email","password":true,"verificationCode":false,"isPasswordPrimary":true}]}}"#;
        let read: SignInExperience = serde_json::from_str(text).unwrap();
        assert!(!read.phone_sign_in());
        let back = serde_json::to_value(&read).unwrap();
        assert_eq!(back["mfa"]["policy"], "UserControlled");
        assert_eq!(back["signIn"]["methods"][0]["identifier"], "email");
    }

    #[test]
    fn s26_countries_are_chosen_and_1_is_not_one_country() {
        let us = Region::parse("US").unwrap();
        let experience = SignInExperience::phone_only(vec![Region::CHINA, us], Region::CHINA);
        let reach =
            |digits| experience.reachable(&PhoneNumber::from_international(digits).unwrap());
        assert_eq!(reach("8613800138000"), Ok(()));
        assert_eq!(reach("12015550123"), Ok(()));
        assert_eq!(reach("14165550123"), Err(Unreachable::Country), "Canada shares +1");
        assert_eq!(reach("85251234567"), Err(Unreachable::Country));
        assert_eq!(reach("861058888888"), Err(Unreachable::Kind));
    }
}
