//! Which page a person sees first, and what it is told (wire contract A.4).
use serde::{Deserialize, Serialize};

use crate::params::Params;
use crate::redirect_uri::with_query;

/// The first page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FirstScreen {
    /// Sign in.
    #[default]
    SignIn,
    /// Create an account.
    Register,
    /// Recover an account.
    ResetPassword,
    /// Sign in, one identifier only.
    IdentifierSignIn,
    /// Create an account, one identifier only.
    IdentifierRegister,
    /// Enterprise sign-in.
    SingleSignOn,
}

impl FirstScreen {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "sign_in" | "signIn" => Some(Self::SignIn),
            "register" => Some(Self::Register),
            "reset_password" => Some(Self::ResetPassword),
            "identifier:sign_in" => Some(Self::IdentifierSignIn),
            "identifier:register" => Some(Self::IdentifierRegister),
            "single_sign_on" => Some(Self::SingleSignOn),
            _ => None,
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::SignIn => "/sign-in",
            Self::Register => "/register",
            Self::ResetPassword => "/reset-password",
            Self::IdentifierSignIn => "/identifier-sign-in",
            Self::IdentifierRegister => "/identifier-register",
            Self::SingleSignOn => "/single-sign-on",
        }
    }
}

/// Wishes about the pages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extras {
    /// The first page.
    pub first_screen: FirstScreen,
    /// Languages in order of preference.
    pub ui_locales: Option<String>,
    /// What to fill in.
    pub login_hint: Option<String>,
    /// Which identifiers to ask for.
    pub identifier: Option<String>,
}

impl Extras {
    /// Reads them. One invalid wish makes the whole set absent; the standard `ui_locales` is not of the set.
    pub fn parse(params: &Params) -> Self {
        let ui_locales = params.get("ui_locales").map(ToOwned::to_owned);
        match wishes(params) {
            Some(wishes) => Self { ui_locales, ..wishes },
            None => Self { ui_locales, ..Self::default() },
        }
    }

    /// The address of the first page.
    pub fn location(&self, client_id: &str) -> String {
        let optional = [
            ("ui_locales", &self.ui_locales),
            ("login_hint", &self.login_hint),
            ("identifier", &self.identifier),
        ];
        let mut pairs = vec![("app_id", client_id)];
        pairs.extend(optional.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))));
        with_query(self.first_screen.path(), &pairs)
    }
}

/// The address of the consent page.
pub fn consent_location(client_id: &str) -> String {
    with_query("/consent", &[("app_id", client_id)])
}

/// `None` when one of them is invalid.
fn wishes(params: &Params) -> Option<Extras> {
    let mode = match params.get("interaction_mode") {
        None | Some("signIn") => FirstScreen::SignIn,
        Some("signUp") => FirstScreen::Register,
        Some(_) => return None,
    };
    let first_screen = match params.get("first_screen") {
        None => mode,
        Some(text) => FirstScreen::parse(text)?,
    };
    let identifier = params.get("identifier");
    let is_known = |word: &str| matches!(word, "email" | "phone" | "username");
    if identifier.is_some_and(|list| !list.split(' ').all(is_known)) {
        return None;
    }
    Some(Extras {
        first_screen,
        ui_locales: None,
        login_hint: params.get("login_hint").map(ToOwned::to_owned),
        identifier: identifier.map(ToOwned::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(list: &[(&str, &str)]) -> String {
        let pairs = list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Extras::parse(&Params::new(pairs).unwrap()).location("app")
    }

    #[test]
    fn the_wish_picks_the_page_and_hints_follow_in_order() {
        for (params, expected) in [
            (&[][..], "/sign-in?app_id=app"),
            (&[("first_screen", "register")], "/register?app_id=app"),
            (&[("interaction_mode", "signUp")], "/register?app_id=app"),
            (&[("first_screen", "signIn")], "/sign-in?app_id=app"),
            (&[("first_screen", "identifier:register")], "/identifier-register?app_id=app"),
            (
                &[("identifier", "phone"), ("login_hint", "+86 1"), ("ui_locales", "zh-CN en")],
                "/sign-in?app_id=app&ui_locales=zh-CN+en&login_hint=%2B86+1&identifier=phone",
            ),
        ] {
            assert_eq!(location(params), expected);
        }
    }

    #[test]
    fn one_bad_wish_silences_all_but_the_language() {
        let params = [("first_screen", "//evil"), ("login_hint", "x"), ("ui_locales", "zh")];
        assert_eq!(location(&params), "/sign-in?app_id=app&ui_locales=zh");
        assert_eq!(
            location(&[("identifier", "fax"), ("first_screen", "register")]),
            "/sign-in?app_id=app"
        );
    }

    #[test]
    fn the_consent_page_has_exactly_this_address() {
        assert_eq!(consent_location("app"), "/consent?app_id=app");
    }
}
