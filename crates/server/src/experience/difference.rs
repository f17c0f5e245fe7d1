//! Which members differ between two documents: for the audit log, and for whoever was faster.
use serde_json::{Map, Value};

use super::settings::SignInExperience;

/// The paths of the members that differ, such as `signInMode` or `color.primaryColor`, in the order of their names.
pub fn difference(before: &SignInExperience, after: &SignInExperience) -> Vec<String> {
    let mut found = vec![];
    for (name, (one, other)) in pairs(&members(before), &members(after)) {
        match (one, other) {
            (Value::Object(one), Value::Object(other)) => {
                let inner = pairs(&one, &other).into_iter().map(|(part, _)| part);
                found.extend(inner.map(|part| format!("{name}.{part}")));
            }
            _ => found.push(name),
        }
    }
    found
}

fn members(document: &SignInExperience) -> Map<String, Value> {
    // a document that cannot be written cannot be stored either: the save says so
    let value = serde_json::to_value(document).unwrap_or_default();
    if let Value::Object(members) = value { members } else { Map::new() }
}

/// The members that are not alike; one that is missing is as if it was null.
fn pairs(one: &Map<String, Value>, other: &Map<String, Value>) -> Vec<(String, (Value, Value))> {
    let mut names: Vec<_> = one.keys().chain(other.keys()).collect();
    names.sort();
    names.dedup();
    let value = |of: &Map<String, Value>, name: &String| of.get(name).cloned().unwrap_or_default();
    let both = names.into_iter().map(|name| (name.clone(), (value(one, name), value(other, name))));
    both.filter(|(_, (a, b))| a != b).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use haoma_core::phone::Region;

    #[test]
    fn members_that_differ_are_named_and_no_other() {
        let before = SignInExperience::phone_only(vec![Region::CHINA], Region::CHINA);
        assert_eq!(difference(&before, &before), Vec::<String>::new());
        let mut after = before.clone();
        after.color.primary_color = "#1677ff".to_owned();
        after.branding.name = Some("Shop".to_owned());
        after.terms_of_use_url = Some("https://shop.example/terms".to_owned());
        after.rest.insert("mfa".to_owned(), true.into());
        let named = ["branding.name", "color.primaryColor", "mfa", "termsOfUseUrl"];
        assert_eq!(difference(&before, &after), named);
        assert_eq!(difference(&after, &before), named);
    }
}
