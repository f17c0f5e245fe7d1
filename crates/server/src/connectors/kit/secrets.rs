//! What of a configuration may be shown, and how an edit keeps the secrets it was not shown.
use serde_json::{Map, Value};

use super::Factory;
use super::form::FormItem;

/// Stands before the shown end of a secret, or alone for a short one.
const MASK: &str = "…";
/// So much of a secret is shown at most.
const SHOWN_CHARS: usize = 4;
/// Of a shorter secret nothing is shown: four characters would be too large a part of it.
const SHORTEST_SHOWN_CHARS: usize = 12;

/// The configuration as it may be shown: of a secret only `…` and its last four characters.
///
/// A key that the form does not have may hold anything (a misspelt secret, say), so it is masked like one.
pub fn redact(config: &Value, factory: &Factory) -> Value {
    let Value::Object(fields) = config else { return Value::Object(Map::new()) };
    let shown = fields.iter().map(|(key, value)| {
        let is_open = item(factory, key).is_some_and(|item| !item.is_confidential);
        (key.clone(), if is_open || value.is_null() { value.clone() } else { mask(value) })
    });
    Value::Object(shown.collect())
}

/// The posted configuration with the secrets it was not shown: one that is absent, blank or still masked keeps its
/// stored value, unless a field it belongs to was changed.
pub fn merge_secrets(new: &Value, old: &Value, factory: &Factory) -> Value {
    let Value::Object(posted) = new else { return new.clone() };
    let mut merged = posted.clone();
    let kept = |item: &&FormItem| item.kept_with.iter().all(|key| same(new.get(key), old.get(key)));
    let secrets = factory.form.iter().filter(|item| item.is_confidential);
    for item in secrets.filter(|item| is_untouched(new, old, item.key)) {
        match old.get(item.key).filter(|_| kept(&item)) {
            Some(stored) => merged.insert(item.key.to_owned(), stored.clone()),
            None => merged.remove(item.key),
        };
    }
    for (key, stored) in old.as_object().into_iter().flatten() {
        if item(factory, key).is_none() && new.get(key) == Some(&mask(stored)) {
            merged.insert(key.clone(), stored.clone());
        }
    }
    Value::Object(merged)
}

fn item<'f>(factory: &'f Factory, key: &str) -> Option<&'f FormItem> {
    factory.form.iter().find(|item| item.key == key)
}

fn mask(value: &Value) -> Value {
    let text = value.as_str().unwrap_or_default();
    let length = text.chars().count();
    if length < SHORTEST_SHOWN_CHARS {
        return MASK.into();
    }
    let end: String = text.chars().skip(length - SHOWN_CHARS).collect();
    format!("{MASK}{end}").into()
}

fn is_untouched(new: &Value, old: &Value, key: &str) -> bool {
    match new.get(key) {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) if text.trim().is_empty() => true,
        Some(posted) => old.get(key).is_some_and(|stored| mask(stored) == *posted),
    }
}

/// Absent, null and blank are one, and so is white space around a text.
pub(super) fn same(new: Option<&Value>, old: Option<&Value>) -> bool {
    let plain = |value: Option<&Value>| match value {
        Some(Value::String(text)) => Value::from(text.trim()),
        None | Some(Value::Null) => Value::from(""),
        Some(other) => other.clone(),
    };
    plain(new) == plain(old)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connectors::FACTORIES;

    /// A secret long enough for its end to be shown.
    const SECRET: &str = "a-secret-of-22-letters";

    fn secrets(factory: &Factory) -> impl Iterator<Item = &FormItem> {
        factory.form.iter().filter(|item| item.is_confidential)
    }

    #[test]
    fn of_a_secret_its_last_four_characters_are_shown_at_most() {
        for factory in FACTORIES {
            for item in secrets(factory) {
                let shown =
                    |secret: &str| redact(&json!({ item.key: secret }), factory)[item.key].clone();
                assert_eq!(shown(SECRET), "…ters", "{}.{}", factory.id, item.key);
                assert_eq!(shown("123456789012"), "…9012");
                assert_eq!(shown("12345678901"), "…", "too short to show four of it");
                assert_eq!(shown("密密密密密密密密密密密密"), "…密密密密");
            }
        }
    }

    #[test]
    fn what_the_form_does_not_have_is_masked_like_a_secret() {
        for factory in FACTORIES {
            let config =
                json!({ "acessKeySecrte": SECRET, "nested": { "a": SECRET }, "nothing": null });
            let shown = redact(&config, factory);
            assert_eq!(shown, json!({ "acessKeySecrte": "…ters", "nested": "…", "nothing": null }));
            let back = merge_secrets(&shown, &config, factory);
            assert_eq!(back, config, "an edit that posts what was shown changes nothing");
        }
    }

    #[test]
    fn an_edit_that_leaves_a_secret_alone_keeps_it() {
        for factory in FACTORIES {
            for item in secrets(factory) {
                let old = json!({ item.key: SECRET });
                for blank in [
                    json!({}),
                    json!({ item.key: "" }),
                    json!({ item.key: " " }),
                    json!({ item.key: null }),
                ] {
                    assert_eq!(merge_secrets(&blank, &old, factory), old, "{blank}");
                }
                assert_eq!(
                    merge_secrets(&redact(&old, factory), &old, factory),
                    old,
                    "posted as shown"
                );
                let new = json!({ item.key: "another" });
                assert_eq!(merge_secrets(&new, &old, factory), new, "replaced");
            }
        }
    }

    #[test]
    fn a_secret_does_not_follow_to_another_address_or_account() {
        for factory in FACTORIES {
            for item in secrets(factory) {
                for other in item.kept_with {
                    let old = json!({ item.key: SECRET, *other: "before" });
                    let new = json!({ item.key: "", *other: "after" });
                    assert_eq!(merge_secrets(&new, &old, factory), json!({ *other: "after" }));
                    let same = json!({ *other: " before " });
                    assert_eq!(merge_secrets(&same, &old, factory)[item.key], SECRET);
                }
                assert!(
                    !item.kept_with.is_empty(),
                    "{}.{} belongs to something",
                    factory.id,
                    item.key
                );
            }
        }
    }
}
