//! What surrounds every hosted page: brand, language switch, small print.
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use crate::views::theme::Theme;
use crate::web::assets;
use crate::web::i18n::{Lang, Piece};

/// The frame of a page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The language of the page.
    pub lang: Lang,
    /// Whose page it is.
    pub brand: Brand,
    /// The same page in every language; empty where a page cannot be drawn again.
    pub languages: Vec<LanguageLink>,
    /// Where the demo's messages can be read.
    pub inbox: Option<String>,
    /// On which ground the console previews it; then nothing in it can be used.
    pub preview: Option<Ground>,
}

/// What a page is drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ground {
    /// As in the day.
    #[default]
    Light,
    /// As in the night.
    Dark,
}

impl Ground {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// As in markup and forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Whose page it is.
#[derive(Debug, Clone)]
pub struct Brand {
    /// The name beside the mark, and the text of the logo.
    pub name: String,
    /// A logo instead of Haoma's mark and name.
    pub logo: Option<Logo>,
    /// The icon of the browser's tab; Haoma's mark without one.
    pub icon: Option<String>,
    /// The accents.
    pub theme: Theme,
    /// Whether the page stays light when the device is dark.
    pub is_light_only: bool,
    /// Terms of use.
    pub terms: Option<String>,
    /// Privacy policy.
    pub privacy: Option<String>,
}

/// A picture for light ground and perhaps another for dark.
#[derive(Debug, Clone)]
pub struct Logo {
    /// On light ground.
    pub light: String,
    /// On dark ground.
    pub dark: Option<String>,
}

/// One choice of the language switch.
#[derive(Debug, Clone)]
pub struct LanguageLink {
    /// The language.
    pub lang: Lang,
    /// The same page in it.
    pub href: String,
}

/// What the frame asks of the page inside it.
pub trait Framed {
    /// Whether the page says that something went wrong. The title of its tab begins with that, since a
    /// reader hears the title of an answer first (WCAG technique G88; GOV.UK error summary).
    fn has_error(&self) -> bool {
        false
    }
}

impl Frame {
    /// The ground the page stays on; otherwise it follows the device.
    pub fn ground(&self) -> Option<Ground> {
        if self.brand.is_light_only { Some(Ground::Light) } else { self.preview }
    }

    /// The picture of a logo, where the page does not follow the device.
    pub fn logo_src<'a>(&self, logo: &'a Logo) -> &'a str {
        let dark = logo.dark.as_deref().filter(|_| self.ground() == Some(Ground::Dark));
        dark.unwrap_or(&logo.light)
    }

    /// The picture of a logo for devices in the dark, where the page follows the device.
    pub fn logo_in_the_dark<'a>(&self, logo: &'a Logo) -> Option<&'a str> {
        logo.dark.as_deref().filter(|_| self.ground().is_none())
    }

    /// The common stylesheet.
    pub fn style(&self) -> &'static str {
        assets::style_href()
    }

    /// The script of the hosted pages.
    pub fn script(&self) -> &'static str {
        assets::script_href()
    }

    /// Haoma's mark.
    pub fn mark(&self) -> &'static str {
        assets::mark_href()
    }

    /// The sentence that tells where the demo's messages arrive.
    pub fn inbox_sentence(&self) -> Vec<Piece> {
        let Some(href) = self.inbox.clone() else { return vec![] };
        let text = self.lang.t("demo-strip-inbox").into_owned();
        self.lang.pieces("demo-strip", &[("inbox", Piece::Link { text, href })])
    }
}

/// Draws a page. A template that fails to draw is a fault of ours: an empty 500.
pub fn respond<T: askama::Template>(status: StatusCode, lang: Lang, page: &T) -> Response {
    let html = match page.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "page not drawn");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_LANGUAGE, lang.tag())];
    (status, headers, html).into_response()
}
