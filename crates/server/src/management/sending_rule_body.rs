//! What a caller may say of a rule of sending, and how one is shown.
use haoma_core::network::{InvalidNetwork, Network};
use haoma_core::phone::{PhoneNumber, Region};
use haoma_core::sending_rules::{Effect, Kind, Prefix};
use haoma_core::time::Timestamp;
use haoma_core::written_number::has_a_number;
use haoma_store::sending_rules::Stored;
use serde_json::{Value, json};

use super::input::{Fields, Problems};
use crate::error::api::ApiError;
use crate::sending_rules::{About, Wanted};

/// Characters of a word.
const MOST_WORD: usize = 16;
/// Characters of what a rule is about.
pub const MOST_VALUE: usize = 64;
/// Characters of a reason.
pub const MOST_REASON: usize = 200;
/// The last end of a rule, in milliseconds since 1970: the last that a page can show, at the end of the year 9999.
const LAST_END_MS: i64 = 253_402_207_200_000;

/// Reads `POST /api/security/sending-rules`. A number without its country code belongs to `default`, where there is one.
///
/// # Errors
/// `guard.invalid_input` with every problem.
pub fn read(body: Value, default: Option<Region>, now: Timestamp) -> Result<Wanted, ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let effect = word(&mut fields, "type", "must be one of: block, allow", Effect::parse);
    let kind =
        word(&mut fields, "kind", "must be one of: number, prefix, country, network", Kind::parse);
    let value = fields.required_text("value", MOST_VALUE);
    let about = kind.filter(|_| !value.is_empty()).and_then(|kind| {
        let about = about(kind, value.trim(), default);
        about.map_err(|why| fields.refuse("value", &why)).ok()
    });
    let reason = fields.nullable_text("reason", MOST_REASON).set().cloned().flatten();
    let reason = reason.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if reason.as_deref().is_some_and(has_a_number) {
        fields.refuse("reason", "must hold no phone number: it is stored as it is");
    }
    let expires_at = fields.nullable_number("expiresAt", 1..=i64::MAX).map(Timestamp);
    if expires_at.is_some_and(|end| end <= now || end.0 > LAST_END_MS) {
        fields.refuse("expiresAt", "must be in the future, and before the year 10000");
    }
    problems.check()?;
    match (about, effect) {
        (Some(about), Some(effect)) => Ok(Wanted { about, effect, reason, expires_at }),
        // what is missing was noted
        _ => Err(ApiError::new(crate::error::api::codes::INVALID_INPUT)),
    }
}

fn word<T, E>(
    fields: &mut Fields<'_>,
    key: &str,
    wanted: &str,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Option<T> {
    let text = fields.required_text(key, MOST_WORD);
    let parsed = parse(&text).ok();
    if parsed.is_none() && !text.is_empty() {
        fields.refuse(key, wanted);
    }
    parsed
}

fn about(kind: Kind, text: &str, default: Option<Region>) -> Result<About, String> {
    match kind {
        Kind::Country => {
            let region = Region::parse(text).map(About::Country);
            region.map_err(|_e| "must be two letters of ISO 3166-1, such as VN".to_owned())
        }
        Kind::Prefix => Prefix::parse(text).map(About::Prefix).map_err(|e| e.to_string()),
        Kind::Number => {
            let number = PhoneNumber::parse(text, default).map(About::Number);
            number.map_err(|_e| "must be a phone number with its country code".to_owned())
        }
        Kind::Network => Network::parse(text).map(About::Network).map_err(|e| match e {
            InvalidNetwork::Everybody => "is every address".to_owned(),
            other => other.to_string(),
        }),
    }
}

/// How a rule is shown.
pub fn shown(stored: &Stored) -> Value {
    let rule = &stored.rule;
    json!({
        "tenantId": "default", "id": stored.id, "type": rule.effect.as_str(),
        "kind": rule.subject.kind().as_str(), "value": stored.label, "reason": stored.reason,
        "createdBy": stored.made_by, "createdAt": stored.created_at, "expiresAt": rule.expires_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::console::messages::in_words;

    const NOW: Timestamp = Timestamp(1_000);

    fn problems(body: Value) -> Vec<String> {
        let error = read(body, None, NOW).unwrap_err();
        let all = error.data().unwrap().as_array().unwrap().clone();
        all.iter().map(|one| one["keyPath"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn everything_wrong_with_a_rule_is_told_at_once() {
        assert_eq!(problems(json!({})), ["type", "kind", "value"]);
        let all = json!({
            "type": "ban", "kind": "number", "value": "12", "reason": "of 138 0013 8000", "expiresAt": 1_000,
        });
        assert_eq!(problems(all), ["type", "value", "reason", "expiresAt"]);
        for (kind, value) in [
            ("country", "Vietnam"),
            ("prefix", "+86 138 0013 80"),
            ("prefix", "170"),
            ("prefix", "+999"),
            ("network", "203.0.113.7/24"),
            ("network", "0.0.0.0/0"),
            ("number", "138 0013 8000"),
        ] {
            let body = json!({ "type": "block", "kind": kind, "value": value });
            assert_eq!(problems(body), ["value"], "{kind} {value}");
        }
    }

    #[test]
    fn a_reason_holds_nobodys_number_however_it_is_written() {
        let body = |reason: &str| json!({ "type": "block", "kind": "country", "value": "VN", "reason": reason });
        for reason in [
            "of 138\u{2011}0013\u{2011}8000",
            "１３８．００１３．８０００",
            "+86\u{2009}138\u{202f}0013 8000",
        ] {
            assert_eq!(problems(body(reason)), ["reason"], "{reason}");
        }
        let kept =
            read(body("isv.OUT_OF_SERVICE since 2026\u{2011}11\u{2011}29"), None, NOW).unwrap();
        assert_eq!(
            kept.reason.as_deref(),
            Some("isv.OUT_OF_SERVICE since 2026\u{2011}11\u{2011}29")
        );
    }

    #[test]
    fn a_rule_ends_when_a_page_can_say_so() {
        let body = |end: i64| json!({ "type": "block", "kind": "country", "value": "VN", "expiresAt": end });
        assert_eq!(problems(body(LAST_END_MS + 1)), ["expiresAt"]);
        assert_eq!(problems(body(i64::MAX)), ["expiresAt"]);
        let last = read(body(LAST_END_MS), None, NOW).unwrap().expires_at.unwrap();
        assert!(in_words(last).starts_with("9999-"), "{}", in_words(last));
    }
}
