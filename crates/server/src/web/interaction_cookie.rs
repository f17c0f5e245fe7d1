//! The `_interaction` cookie: which interaction belongs to which application in this browser (wire contract A.5).
use axum::http::HeaderMap;
use haoma_core::ids::{ClientId, InteractionId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::app::App;
use crate::web::browser;
use crate::web::cookies::NewCookie;

/// The cookie's name.
pub const NAME: &str = "_interaction";
/// The entry that names the latest interaction, whatever its application.
const LATEST: &str = "_legacy";
/// Applications remembered at once; the oldest entry makes room.
const MOST_CLIENTS: usize = 8;
/// `encodeURIComponent`'s set.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The cookie's content.
#[derive(Debug, Clone, Default)]
pub struct InteractionCookie(Map<String, Value>);

impl InteractionCookie {
    /// What the browser sent; empty when it was not set for it.
    pub fn read(headers: &HeaderMap, app: &App) -> Self {
        let text = browser::read(headers, app, NAME);
        let json = text.and_then(|t| percent_decode_str(t).decode_utf8().ok());
        Self(json.and_then(|j| serde_json::from_str(&j).ok()).unwrap_or_default())
    }

    /// The interaction of an application, or the latest one.
    pub fn find(&self, client: Option<&ClientId>) -> Option<InteractionId> {
        let entry = client.map_or(LATEST, ClientId::as_str);
        InteractionId::parse(self.0.get(entry)?.as_str()?).ok()
    }

    /// Remembers an application's interaction, and that it is the latest.
    pub fn insert(&mut self, client: &ClientId, id: &InteractionId) {
        self.0.remove(client.as_str());
        self.0.remove(LATEST);
        while self.0.len() >= MOST_CLIENTS {
            let Some(oldest) = self.0.keys().next().cloned() else { break };
            self.0.remove(&oldest);
        }
        self.0.insert(client.as_str().to_owned(), id.as_str().into());
        self.0.insert(LATEST.to_owned(), id.as_str().into());
    }

    /// Forgets an application's interaction.
    pub fn remove(&mut self, client: &ClientId) {
        let gone = self.0.remove(client.as_str());
        if self.0.get(LATEST) == gone.as_ref() {
            self.0.remove(LATEST);
        }
    }

    /// The cookie to set.
    pub fn cookie(&self, max_age: i64) -> NewCookie {
        let json = Value::Object(self.0.clone()).to_string();
        let value = utf8_percent_encode(&json, COMPONENT).to_string();
        NewCookie { name: NAME, value, path: "/".to_owned(), max_age }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_applications_keep_their_own_interaction() {
        let [a, b] = ["app-a", "app-b"].map(|id| ClientId::parse(id).unwrap());
        let [one, two] = ["1", "2"].map(|id| InteractionId::parse(id).unwrap());
        let mut cookie = InteractionCookie::default();
        cookie.insert(&a, &one);
        cookie.insert(&b, &two);
        assert_eq!(cookie.find(Some(&a)), Some(one));
        assert_eq!(cookie.find(None), Some(two.clone()), "the latest");
        cookie.remove(&a);
        assert_eq!(cookie.find(Some(&a)), None);
        assert_eq!(cookie.find(None), Some(two));
    }

    #[test]
    fn the_cookie_does_not_grow_without_end() {
        let mut cookie = InteractionCookie::default();
        for n in 0..100 {
            let id = InteractionId::parse(&format!("{n}")).unwrap();
            cookie.insert(&ClientId::parse(&format!("app-{n}")).unwrap(), &id);
        }
        assert!(cookie.cookie(1).value.len() < 1024);
    }
}
