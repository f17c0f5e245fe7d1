//! The texts of the sign-in pages as programs read them (`GET /api/.well-known/phrases`): by our own keys, and errors by their codes.
use serde_json::{Map, Value};

use crate::error::api::{Code, codes};
use crate::web::i18n::Lang;

/// Every text of the pages. What a page fills in stands in doubled braces, `{{phone}}`; counted things are in their plural.
pub fn of(lang: Lang) -> Map<String, Value> {
    let mut phrases = Map::new();
    for (key, variables) in lang.page_keys() {
        if !codes::ALL.iter().any(|code| text_key(*code) == key) {
            phrases.insert(key.to_owned(), lang.with_placeholders(key, &variables).into());
        }
    }
    let mut errors = Map::new();
    for code in codes::ALL {
        let key = text_key(*code);
        if lang.has(&key) {
            insert(&mut errors, code.code, lang.t(&key).into_owned());
        }
    }
    phrases.insert("error".to_owned(), errors.into());
    phrases
}

fn text_key(code: Code) -> String {
    format!("error-{}", code.code.replace(['.', '_'], "-"))
}

/// `session.not_found` is the member `not_found` of `session`.
fn insert(into: &mut Map<String, Value>, path: &str, text: String) {
    match path.split_once('.') {
        None => {
            into.insert(path.to_owned(), text.into());
        }
        Some((family, rest)) => {
            let family = into.entry(family).or_insert_with(|| Map::new().into());
            if let Some(family) = family.as_object_mut() {
                insert(family, rest, text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_phrases_and_the_consoles_are_not_among_them() {
        let [en, zh] = [Lang::En, Lang::ZhCn].map(of);
        assert_eq!(en.keys().collect::<Vec<_>>(), zh.keys().collect::<Vec<_>>());
        assert_eq!((&en["get-code"], &zh["code-continue"]), (&"Get code".into(), &"继续".into()));
        assert_eq!(en["code-sent-to"], "We sent a text message to {{phone}}.");
        assert_eq!(en["attempts-left"], "You have {{count}} tries left.");
        assert!(en["error"]["verification_code"]["expired"].is_string());
        assert!(
            en.keys().all(|key| !key.starts_with("console-") && !key.starts_with("demo-title"))
        );
    }
}
