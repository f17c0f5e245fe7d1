//! The forms of a user as the JSON that the management API reads, so that both judge alike; and back.
use haoma_core::phone::{PhoneError, PhoneNumber, Region};
use haoma_store::users::Stored;
use serde_json::{Map, Value, json};

use crate::console::forms::{nullable, one, wrong_at};
use crate::console::prove::Fields;
use crate::error::api::{ApiError, codes};
use crate::management::application_body::stored;
use crate::management::input::Problems;
use crate::management::user_body::names;
use crate::views::console::applications::Group;
use crate::views::console::fields::{Field, Kind};
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

/// Where the judge of the JSON finds the number.
pub(super) const PHONE: &str = "primaryPhone";

/// A form, and what was wrong with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Typed<'a> {
    /// How to say it.
    pub(super) lang: Lang,
    /// What was typed.
    pub(super) fields: &'a Fields,
    /// What was wrong.
    pub(super) error: Option<&'a ApiError>,
}

/// What a form says of a user, but for the number. JSON that cannot be read is left for the judge to refuse.
pub(super) fn body(fields: &Fields) -> Value {
    let mut body = Map::new();
    for name in ["name", "username", "avatar"] {
        body.insert(name.to_owned(), nullable(fields, name));
    }
    if fields.iter().any(|(name, _)| name == "custom_data") {
        let text = Some(one(fields, "custom_data")).filter(|text| !text.is_empty()).unwrap_or("{}");
        let read = serde_json::from_str(text).unwrap_or_else(|_not_json| Value::from(text));
        body.insert("customData".to_owned(), read);
    }
    body.into()
}

/// What is stored of a user as the form would send it.
///
/// # Errors
/// A stored document that is no JSON.
pub(super) fn fields_of(user: &Stored) -> Result<Fields, ApiError> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let custom = stored(&user.custom_data)?;
    let custom = serde_json::to_string_pretty(&custom).unwrap_or_default();
    let fields = [
        ("name", text(&user.name)),
        ("username", text(&user.username)),
        ("avatar", text(&user.avatar)),
        ("custom_data", custom),
    ];
    Ok(fields.map(|(name, value)| (name.to_owned(), value)).to_vec())
}

/// The number that was typed; `None` when the field is empty, or no number is in it, which is noted.
pub(in crate::console) fn phone(
    fields: &Fields,
    region: Region,
    problems: &mut Problems,
) -> Option<PhoneNumber> {
    match PhoneNumber::parse(one(fields, "phone"), Some(region)) {
        Ok(phone) => Some(phone),
        Err(PhoneError::Empty) => None,
        Err(PhoneError::Invalid) => {
            let code = codes::INVALID_PHONE;
            problems.add_coded(PHONE, code, code.message);
            None
        }
    }
}

/// What an audit event says of a change.
pub(super) fn changed(changes: &haoma_store::user_changes::Changes) -> Value {
    json!({ "fields": names(changes) })
}

impl Typed<'_> {
    /// What is asked of a new user.
    pub(super) fn for_new(&self) -> Group {
        let wrong = self.wrong(PHONE, "console-user-nameless");
        let phone = self.phone().optional().wrong(wrong);
        Group { fields: vec![phone, self.name(), self.username()], ticks: vec![] }
    }

    /// What was wrong at a place of the JSON: in the words of its code where it has one of its own, otherwise in those of `key`.
    fn wrong(&self, place: &str, key: &str) -> Option<Problem> {
        let entries = self.error?.data().and_then(Value::as_array)?;
        let entry =
            entries.iter().find(|one| one.get("keyPath").and_then(Value::as_str) == Some(place));
        let code = entry.and_then(|one| one.get("code")).and_then(Value::as_str);
        match code.and_then(|code| codes::ALL.iter().find(|known| known.code == code)) {
            Some(code) if *code != codes::NOTHING_TO_CHANGE => {
                Some(Problem::of(self.lang, &ApiError::new(*code)))
            }
            _ => wrong_at(self.lang, self.error, place, key),
        }
    }

    /// What can be set besides the number.
    pub(super) fn profile(&self) -> Group {
        let avatar = self.line("avatar", "avatar").optional().code().at_most(2048);
        let custom = self.line("custom_data", "customData").typed(Kind::Json).optional();
        Group { fields: vec![self.name(), self.username(), avatar, custom], ticks: vec![] }
    }

    /// Another number.
    pub(super) fn phone(&self) -> Field {
        let lang = self.lang;
        let field = Field::new("phone", lang.t("console-user-phone")).code();
        field.hint(lang.t("console-user-phone-hint")).at_most(32).holding(one(self.fields, "phone"))
    }

    fn name(&self) -> Field {
        self.line("name", "name").optional().at_most(128)
    }

    fn username(&self) -> Field {
        self.line("username", "username").optional().at_most(128)
    }

    /// A line with its hint, if it has one; `place` is where the judge of the JSON finds it.
    fn line(&self, name: &str, place: &str) -> Field {
        let key = format!("console-user-{}", name.replace('_', "-"));
        let wrong = self.wrong(place, &format!("{key}-wrong"));
        let field = Field::new(name, self.lang.t(&key).into_owned());
        let hint = format!("{key}-hint");
        let field =
            if self.lang.has(&hint) { field.hint(self.lang.t(&hint).into_owned()) } else { field };
        field.holding(one(self.fields, name)).wrong(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_emptied_is_removed_and_what_is_no_json_is_refused() {
        let fields = |json: &str| {
            vec![("name".to_owned(), " ".to_owned()), ("custom_data".to_owned(), json.to_owned())]
        };
        assert_eq!(body(&fields(""))["customData"], json!({}));
        assert_eq!(body(&fields("{\"a\": 1}"))["customData"], json!({ "a": 1 }));
        assert_eq!(body(&fields(""))["name"], Value::Null);
        for bad in ["{", "[1]", "text"] {
            assert!(crate::management::user_body::changes(body(&fields(bad))).is_err(), "{bad}");
        }
    }
}
