//! The frame of a page: whose it is, in which language, and how it is drawn in the others.
use axum::http::HeaderMap;
use axum::http::Uri;
use axum::http::header::ACCEPT_LANGUAGE;

use crate::app::App;
use crate::experience::settings::SignInExperience;
use crate::views::frame::{Brand, Frame, LanguageLink, Logo};
use crate::views::theme::Theme;
use crate::web::i18n::Lang;

/// What pages read of their address. Only `app_id` and `ui_locales` are carried on to the next page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Which application's interaction it is.
    pub app_id: Option<String>,
    /// Languages in order of preference.
    pub ui_locales: Option<String>,
    /// What to fill in.
    pub login_hint: Option<String>,
    /// What a page before this one had to say.
    pub note: Option<String>,
    /// Whether the page is shown without an interaction (wire contract A.5).
    pub is_preview: bool,
}

impl Query {
    /// Reads an address.
    pub fn read(uri: &Uri) -> Self {
        Self::of(uri.query())
    }

    /// Reads what stands behind the question mark.
    pub fn of(query: Option<&str>) -> Self {
        let pairs = query.unwrap_or_default();
        let mut query = Self::default();
        for (key, value) in form_urlencoded::parse(pairs.as_bytes()) {
            let value =
                Some(value.into_owned()).filter(|value| !value.is_empty() && value.len() <= 256);
            match key.as_ref() {
                "app_id" => query.app_id = value,
                "ui_locales" => query.ui_locales = value,
                "login_hint" => query.login_hint = value,
                "note" => query.note = value,
                "preview" => query.is_preview = true,
                _ => {}
            }
        }
        query
    }

    /// Another page of the same walk.
    pub fn link(&self, path: &str) -> String {
        link(
            path,
            &[("app_id", self.app_id.as_deref()), ("ui_locales", self.ui_locales.as_deref())],
        )
    }

    /// Another page of the same walk, with something to say there.
    pub fn link_with_note(&self, path: &str, note: &str) -> String {
        let mine = [("app_id", self.app_id.as_deref()), ("ui_locales", self.ui_locales.as_deref())];
        let [app_id, ui_locales] = mine;
        link(path, &[app_id, ui_locales, ("note", Some(note))])
    }

    fn in_language(&self, path: &str, lang: Lang) -> String {
        link(path, &[("app_id", self.app_id.as_deref()), ("ui_locales", Some(lang.tag()))])
    }
}

fn link(path: &str, pairs: &[(&str, Option<&str>)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (key, value) in pairs {
        if let Some(value) = value {
            query.append_pair(key, value);
        }
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// The language of a page.
pub fn language(app: &App, query: &Query, headers: &HeaderMap) -> Lang {
    let settings = app.experience.load();
    let info = &settings.language_info;
    let default = Lang::from_tag(&info.fallback_language).unwrap_or_default();
    let accept = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Lang::choose(query.ui_locales.as_deref(), accept.filter(|_| info.auto_detect), default)
}

/// The frame of the page at `path`, which a GET must be able to draw.
pub fn frame(app: &App, lang: Lang, path: &str, query: &Query) -> Frame {
    let link = |lang: Lang| LanguageLink { lang, href: query.in_language(path, lang) };
    Frame {
        lang,
        brand: brand(&app.experience.load()),
        languages: Lang::ALL.map(link).to_vec(),
        inbox: app.settings.demo_inbox.as_ref().map(ToString::to_string),
        preview: None,
    }
}

pub(super) fn brand(settings: &SignInExperience) -> Brand {
    let branding = &settings.branding;
    let logo = picture(branding.logo_url.as_deref());
    Brand {
        name: branding.name.clone().unwrap_or_else(|| "Haoma".to_owned()),
        logo: logo.map(|light| Logo { light, dark: picture(branding.dark_logo_url.as_deref()) }),
        icon: picture(branding.favicon.as_deref()),
        theme: Theme::new(&settings.color.primary_color, &settings.color.dark_primary_color),
        is_light_only: !settings.color.is_dark_mode_enabled,
        terms: web_address(settings.terms_of_use_url.as_deref()),
        privacy: web_address(settings.privacy_policy_url.as_deref()),
    }
}

/// Only addresses a browser opens as a page or picture; never `javascript:`.
fn web_address(text: Option<&str>) -> Option<String> {
    let text = text.map(str::trim)?;
    let is_web = ["https://", "http://"].iter().any(|scheme| text.starts_with(scheme));
    is_web.then(|| text.to_owned())
}

/// The same, or a picture that is its own address.
fn picture(text: Option<&str>) -> Option<String> {
    let is_own = |text: &&str| text.starts_with("data:image/");
    let own = text.map(str::trim).filter(is_own).map(str::to_owned);
    own.or_else(|| web_address(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_carries_the_application_and_the_language_and_nothing_else() {
        let uri = "/sign-in?app_id=a%26b&ui_locales=zh-CN+en&login_hint=13800138000&x=1&preview"
            .parse()
            .unwrap();
        let query = Query::read(&uri);
        assert_eq!(
            query.link("/sign-in/verify"),
            "/sign-in/verify?app_id=a%26b&ui_locales=zh-CN+en"
        );
        assert_eq!(query.login_hint.as_deref(), Some("13800138000"));
        assert!(query.is_preview);
        assert_eq!(query.in_language("/sign-in", Lang::En), "/sign-in?app_id=a%26b&ui_locales=en");
        assert_eq!(Query::default().link("/sign-in"), "/sign-in");
        assert_eq!(Query::default().link_with_note("/sign-in", "again"), "/sign-in?note=again");
    }

    #[test]
    fn a_picture_or_document_is_on_the_web() {
        assert_eq!(
            web_address(Some(" https://a.example/x ")).as_deref(),
            Some("https://a.example/x")
        );
        let own = "data:image/svg+xml;base64,PHN2Zy8+";
        assert_eq!((picture(Some(own)).as_deref(), web_address(Some(own))), (Some(own), None));
        for bad in ["javascript:alert(1)", "data:text/html,x", "//evil.example", "", "x"] {
            assert_eq!(web_address(Some(bad)), None, "{bad}");
            assert_eq!(picture(Some(bad)), None, "{bad}");
        }
    }
}
