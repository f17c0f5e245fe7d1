//! How a page of the console is drawn: language, frame, navigation.
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{Redirect, Response};

use super::administrator::Signed;
use crate::app::App;
use crate::views::console::shell::{Section, Shell};
use crate::views::frame::{Brand, Frame, LanguageLink, respond};
use crate::views::theme::Theme;
use crate::web::cookies::{self, NewCookie};
use crate::web::i18n::Lang;

const LANGUAGE: &str = "__Host-_console_language";
/// Seconds the choice of a language is kept: a year.
const MAX_AGE: i64 = 365 * 24 * 60 * 60;

/// What a request says of how to answer it.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// The language to answer in.
    pub(super) lang: Lang,
    /// The path asked for.
    pub(super) path: String,
    /// What `next` says: a page of the console.
    pub(super) next: Option<String>,
    chosen: bool,
}

impl Visit {
    /// The language switch, then what was chosen before, then what the browser prefers.
    pub(super) fn of(app: &App, headers: &HeaderMap, uri: &Uri) -> Self {
        let (mut switch, mut next) = (None, None);
        for (key, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            match key.as_ref() {
                "ui_locales" => switch = Lang::from_tag(&value),
                "next" => next = Some(value.into_owned()).filter(|path| is_ours(path)),
                _ => {}
            }
        }
        let kept = cookies::all(headers, cookies::of_host(app, LANGUAGE)).find_map(Lang::from_tag);
        let accept = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let lang = switch.or(kept).unwrap_or_else(|| Lang::choose(None, accept, Lang::En));
        Self { lang, path: uri.path().to_owned(), next, chosen: switch.is_some() }
    }

    /// Whether the request is for the language switch: then a form is only drawn again, and nothing is done.
    pub(super) const fn is_switch(&self) -> bool {
        self.chosen
    }

    /// The same with where to go on, as a form sends it back.
    pub(super) fn on_to(mut self, next: &str) -> Self {
        self.next = Some(next.to_owned()).filter(|path| is_ours(path));
        self
    }

    /// To the page that was asked for before signing in.
    pub(super) fn go_on(&self) -> Redirect {
        Redirect::to(self.next.as_deref().unwrap_or("/console"))
    }

    /// The frame of a page for somebody who is not signed in.
    pub(super) fn card(&self, app: &App) -> Frame {
        Frame {
            lang: self.lang,
            brand: Brand {
                name: self.lang.t("console-name").into_owned(),
                logo: None,
                icon: None,
                theme: Theme::new("", ""),
                is_light_only: false,
                terms: None,
                privacy: None,
            },
            languages: self.languages(),
            inbox: app.settings.demo_inbox.as_ref().map(ToString::to_string),
            preview: None,
        }
    }

    /// Draws a page and keeps a language that was chosen.
    pub(super) fn draw<T: askama::Template>(
        &self,
        app: &App,
        status: StatusCode,
        page: &T,
    ) -> Response {
        let mut response = respond(status, self.lang, page);
        if self.chosen {
            let (name, value) = (cookies::of_host(app, LANGUAGE), self.lang.tag().to_owned());
            let new = NewCookie { name, value, path: "/".to_owned(), max_age: MAX_AGE };
            cookies::set(response.headers_mut(), app, &new);
        }
        response
    }

    fn languages(&self) -> Vec<LanguageLink> {
        let href = |lang: Lang| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("ui_locales", lang.tag());
            if let Some(next) = &self.next {
                query.append_pair("next", next);
            }
            let join = if self.path.contains('?') { '&' } else { '?' };
            format!("{}{join}{}", self.path, query.finish())
        };
        Lang::ALL.map(|lang| LanguageLink { lang, href: href(lang) }).to_vec()
    }
}

/// The frame of a page for somebody who is signed in; `path` is where a GET draws it again.
pub(super) fn shell(app: &App, signed: &Signed, here: Section, path: &str) -> Shell {
    let visit = Visit { path: path.to_owned(), next: None, ..signed.visit.clone() };
    let sections = Section::ALL.into_iter().filter(|s| signed.who.role.may(s.right())).collect();
    Shell {
        lang: visit.lang,
        languages: visit.languages(),
        inbox: app.settings.demo_inbox.as_ref().map(ToString::to_string),
        name: signed.who.name.clone(),
        role: signed.who.role,
        here,
        sections,
        tests: signed.tests,
        notice: signed.notice.clone(),
    }
}

/// Only pages of the console: whoever made the link does not lead people away after they signed in.
fn is_ours(path: &str) -> bool {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-_".contains(&b);
    // what forms write into addresses: a list may be narrowed
    let written = |b: u8| b.is_ascii_alphanumeric() || b"-._*~%+&=".contains(&b);
    let is_page = path == "/console" || path.starts_with("/console/");
    is_page && path.bytes().all(plain) && query.bytes().all(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s45_signing_in_leads_to_a_page_of_the_console_or_nowhere() {
        for good in [
            "/console",
            "/console/account",
            "/console/administrators",
            "/console/users?q=han+mei&before=1.a-b_c",
            "/console/audit-log?user=u%26x",
            "/console?days=30",
        ] {
            assert!(is_ours(good), "{good}");
        }
        for bad in [
            "",
            "/",
            "/consoles",
            "//evil.example",
            "/\\evil.example",
            "/console/../sign-in",
            "/console//evil.example@x",
            "https://evil.example/console",
            "/console/%0d%0a",
            "/console?next=//evil.example",
            "/console?x\r\nset-cookie:a",
            "/console?x#https://evil.example",
            "/consoles?x",
            "/console/\t/evil",
            "/Console/account",
        ] {
            assert!(!is_ours(bad), "{bad:?}");
        }
    }
}
