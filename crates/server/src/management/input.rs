//! Reading what a caller sent, whole: every question notes what does not fit and goes on, so that every problem is told
//! at once (wire contract B.8: `guard.invalid_input`).
use std::collections::HashSet;
use std::ops::RangeInclusive;

use haoma_core::ids::RoleId;
use haoma_store::Change;
use serde_json::{Map, Value, json};

use super::asked;
use crate::error::api::{ApiError, Code, codes};

/// What is wrong with a request, place by place.
#[derive(Debug, Default)]
pub struct Problems(Vec<(Value, Code)>);

impl Problems {
    /// Notes one; `message` never repeats what was sent.
    pub fn add(&mut self, key_path: &str, message: &str) {
        self.0.push((json!({ "keyPath": key_path, "message": message }), codes::INVALID_INPUT));
    }

    /// Notes one that has a code of its own.
    pub fn add_coded(&mut self, key_path: &str, code: Code, message: &str) {
        let entry = json!({ "keyPath": key_path, "message": message, "code": code.code });
        self.0.push((entry, code));
    }

    /// Whether nothing was noted so far.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Goes on only if nothing was noted.
    ///
    /// # Errors
    /// The code of the first where all have its status, otherwise `guard.invalid_input`; its `data` is a list of
    /// `{keyPath, message}`, with `code` for those that have one of their own.
    pub fn check(self) -> Result<(), ApiError> {
        let Some((_, first)) = self.0.first() else { return Ok(()) };
        let is_of_one_kind = self.0.iter().all(|(_, code)| code.status == first.status);
        let code = if is_of_one_kind { *first } else { codes::INVALID_INPUT };
        let data = self.0.into_iter().map(|(entry, _)| entry).collect();
        Err(ApiError::new(code).with_data(data))
    }
}

/// A body that is an object with anything in it.
///
/// # Errors
/// `guard.invalid_input`: it is something else.
pub fn object(body: Value) -> Result<Map<String, Value>, ApiError> {
    let mut problems = Problems::default();
    let object = Fields::of(body, &mut problems).object;
    problems.check()?;
    Ok(object)
}

/// A JSON object being read. Unknown members are ignored, as the contract's own readers do.
#[derive(Debug)]
pub struct Fields<'a> {
    path: String,
    object: Map<String, Value>,
    problems: &'a mut Problems,
}

impl<'a> Fields<'a> {
    /// The members of a body.
    pub fn of(body: Value, problems: &'a mut Problems) -> Self {
        Self::at(String::new(), body, problems)
    }

    fn at(path: String, value: Value, problems: &'a mut Problems) -> Self {
        let Value::Object(object) = value else {
            problems.add(&path, "must be an object");
            return Self { path, object: Map::new(), problems };
        };
        Self { path, object, problems }
    }

    /// Whether a member is there and not `null`.
    pub fn has(&self, key: &str) -> bool {
        self.object.get(key).is_some_and(|value| !value.is_null())
    }

    /// Notes that a member does not fit.
    pub fn refuse(&mut self, key: &str, message: &str) {
        let place = self.place(key);
        self.problems.add(&place, message);
    }

    /// The same with a code of its own.
    pub fn refuse_as(&mut self, key: &str, code: Code, message: &str) {
        let place = self.place(key);
        self.problems.add_coded(&place, code, message);
    }

    fn place(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// A member as it is, if it is there.
    pub fn value(&mut self, key: &str) -> Option<Value> {
        self.object.remove(key)
    }

    /// Tells the test that compares the document with its readers what is asked for; nobody else listens.
    fn asks(&self, key: &str, shape: impl FnOnce() -> Value) {
        if asked::is_wanted() {
            asked::note(self.place(key), shape());
        }
    }

    /// Whether a member that must be there is.
    fn requires(&mut self, key: &str) {
        if asked::is_wanted() {
            asked::require(self.place(key));
        }
        if !self.object.contains_key(key) {
            self.refuse(key, "is required");
        }
    }

    /// A text of 1 to `most` characters that may be absent.
    pub fn text(&mut self, key: &str, most: usize) -> Option<String> {
        self.asks(key, || json!({ "type": "string", "minLength": 1, "maxLength": most }));
        let value = self.object.remove(key)?;
        self.fitting(key, value, most, 1)
    }

    /// A text of 1 to `most` characters that must be there. Empty where it is not, which [`Problems`] knows.
    pub fn required_text(&mut self, key: &str, most: usize) -> String {
        self.requires(key);
        self.text(key, most).unwrap_or_default()
    }

    /// A text of at most `most` characters that may be absent, or `null` to remove it.
    pub fn nullable_text(&mut self, key: &str, most: usize) -> Change<Option<String>> {
        self.asks(key, || json!({ "type": ["string", "null"], "maxLength": most }));
        match self.object.remove(key) {
            None => Change::Keep,
            Some(Value::Null) => Change::Set(None),
            Some(value) => match self.fitting(key, value, most, 0) {
                Some(text) => Change::Set(Some(text)),
                None => Change::Keep,
            },
        }
    }

    fn fitting(&mut self, key: &str, value: Value, most: usize, least: usize) -> Option<String> {
        if let Value::String(text) = value
            && (least..=most).contains(&text.chars().count())
            && !text.contains('\0')
        {
            return Some(text);
        }
        self.refuse(key, &format!("must be text of {least} to {most} characters"));
        None
    }

    /// Yes or no, if it is there.
    pub fn flag(&mut self, key: &str) -> Option<bool> {
        self.asks(key, || json!({ "type": "boolean" }));
        let value = self.object.remove(key)?;
        if !value.is_boolean() {
            self.refuse(key, "must be true or false");
        }
        value.as_bool()
    }

    /// Yes or no, which must be there. No where it is not, which [`Problems`] knows.
    pub fn required_flag(&mut self, key: &str) -> bool {
        self.requires(key);
        self.flag(key).unwrap_or_default()
    }

    /// A whole number, if it is there.
    pub fn number(&mut self, key: &str, range: RangeInclusive<i64>) -> Option<i64> {
        self.asks(key, || asked::number(&json!("integer"), &range));
        self.whole(key, range)
    }

    /// A whole number that must be there. 0 where it is not, which [`Problems`] knows.
    pub fn required_number(&mut self, key: &str, range: RangeInclusive<i64>) -> i64 {
        self.requires(key);
        self.number(key, range).unwrap_or_default()
    }

    /// A whole number, if it is there; `null` says the same as nothing.
    pub fn nullable_number(&mut self, key: &str, range: RangeInclusive<i64>) -> Option<i64> {
        self.asks(key, || asked::number(&json!(["integer", "null"]), &range));
        self.has(key).then(|| self.whole(key, range)).flatten()
    }

    fn whole(&mut self, key: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let number = self.object.remove(key)?.as_i64().filter(|number| range.contains(number));
        if number.is_none() {
            let (least, most) = range.into_inner();
            self.refuse(key, &format!("must be a whole number from {least} to {most}"));
        }
        number
    }

    /// An object with anything in it, if it is there.
    pub fn object(&mut self, key: &str) -> Option<Map<String, Value>> {
        self.asks(key, || json!({ "type": "object" }));
        let Value::Object(object) = self.object.remove(key)? else {
            self.refuse(key, "must be an object");
            return None;
        };
        Some(object)
    }

    /// An object with anything in it, which must be there. Empty where it is not, which [`Problems`] knows.
    pub fn required_object(&mut self, key: &str) -> Map<String, Value> {
        self.requires(key);
        self.object(key).unwrap_or_default()
    }

    /// A list of texts, each of which `judge` finds nothing wrong with, if it is there.
    pub fn texts<E: std::fmt::Display>(
        &mut self,
        key: &str,
        judge: impl Fn(&str) -> Result<(), E>,
    ) -> Option<Vec<String>> {
        self.asks(key, || json!({ "type": "array", "items": { "type": "string" } }));
        let Value::Array(items) = self.object.remove(key)? else {
            self.refuse(key, "must be a list of texts");
            return None;
        };
        let mut texts = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let place = format!("{key}[{index}]");
            let Value::String(text) = item else {
                self.refuse(&place, "must be a text");
                continue;
            };
            match judge(&text) {
                Ok(()) => texts.push(text),
                Err(problem) => self.refuse(&place, &problem.to_string()),
            }
        }
        Some(texts)
    }

    /// Ids, each once: `least` to 100 of them, which must be there. Empty where they are not, which [`Problems`] knows.
    pub fn ids(&mut self, key: &str, least: usize) -> Vec<String> {
        self.requires(key);
        self.some_ids(key, least).unwrap_or_default()
    }

    /// The same where they may be absent.
    pub fn some_ids(&mut self, key: &str, least: usize) -> Option<Vec<String>> {
        const MOST: usize = 100;
        let mut ids = self.texts(key, |id| RoleId::parse(id).map(drop))?;
        if !(least..=MOST).contains(&ids.len()) {
            self.refuse(key, &format!("must be {least} to {MOST} ids"));
        }
        let mut seen = HashSet::new();
        ids.retain(|id| seen.insert(id.clone()));
        Some(ids)
    }

    /// Reads the members of a member that must be there. `None` where it is not, which [`Problems`] knows.
    pub fn required_nested<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Fields<'_>) -> T,
    ) -> Option<T> {
        self.requires(key);
        self.nested(key, read)
    }

    /// Reads the members of a member, if it is there.
    pub fn nested<T>(&mut self, key: &str, read: impl FnOnce(&mut Fields<'_>) -> T) -> Option<T> {
        self.asks(key, || json!({ "type": "object" }));
        let absent = || asked::is_wanted().then(|| Value::Object(Map::new()));
        let value = self.object.remove(key).or_else(absent)?;
        let place = self.place(key);
        Some(read(&mut Fields::at(place, value, self.problems)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_told_with_its_place() {
        let mut problems = Problems::default();
        let body = json!({ "a": 1, "b": "", "c": "yes", "d": { "e": ["x", 2, "y"], "f": 9 } });
        let mut fields = Fields::of(body, &mut problems);
        fields.required_text("missing", 9);
        fields.required_text("a", 9);
        fields.text("b", 9);
        fields.flag("c");
        fields.nested("d", |inner| {
            inner.texts("e", |text| if text == "y" { Err("is y") } else { Ok(()) });
            inner.number("f", 1..=3);
            inner.object("absent");
        });
        let error = problems.check().unwrap_err();
        let places: Vec<_> = error.data().unwrap().as_array().unwrap().iter().collect();
        let places: Vec<_> = places.iter().map(|one| one["keyPath"].as_str().unwrap()).collect();
        assert_eq!(places, ["missing", "a", "b", "c", "d.e[1]", "d.e[2]", "d.f"]);
    }

    #[test]
    fn problems_of_one_status_keep_their_code_and_others_are_told_together() {
        let told = |noted: &[Code]| {
            let mut problems = Problems::default();
            for code in noted {
                problems.add_coded("a", *code, "x");
            }
            let error = problems.check().unwrap_err();
            (error.code, error.data().unwrap().as_array().unwrap().len())
        };
        let (phone, name) = (codes::PHONE_IN_USE, codes::USERNAME_IN_USE);
        assert_eq!(told(&[phone]), (phone, 1));
        assert_eq!(told(&[name, phone]), (name, 2));
        assert_eq!(told(&[name, codes::SAML]), (codes::INVALID_INPUT, 2));
    }

    #[test]
    fn absent_null_and_empty_are_three_things() {
        let mut problems = Problems::default();
        let mut fields = Fields::of(json!({ "null": null, "empty": "" }), &mut problems);
        assert_eq!(fields.nullable_text("absent", 1), Change::Keep);
        assert_eq!(fields.nullable_text("null", 1), Change::Set(None));
        assert_eq!(fields.nullable_text("empty", 1), Change::Set(Some(String::new())));
        assert!(problems.check().is_ok());
    }

    #[test]
    fn a_text_that_the_database_cannot_hold_is_a_problem_of_the_request() {
        let mut problems = Problems::default();
        Fields::of(json!({ "a": "x\0y" }), &mut problems).text("a", 9);
        assert!(problems.check().is_err());
    }
}
