//! What a caller may say of a rule of sending, and how one is shown.
use haoma_core::network::{InvalidNetwork, Network};
use haoma_core::phone::{PhoneNumber, Region, is_separator};
use haoma_core::sending_rules::{Effect, Kind, Prefix};
use haoma_core::time::Timestamp;
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
/// So many digits with nothing between them but what stands between those of numbers are somebody's.
const DIGITS_OF_A_NUMBER: usize = 9;
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

/// Whether a text holds what could be called, as people write it. Days and addresses are no numbers, however many digits they have.
fn has_a_number(text: &str) -> bool {
    let is_written = |c: char| c.is_numeric() || c.is_whitespace() || is_separator(c);
    text.split(|c| !is_written(c)).any(|run| {
        let mut digits = 0;
        run.split(char::is_whitespace).any(|word| {
            let more = word.chars().filter(|c| c.is_numeric()).count();
            digits = if is_a_day_or_an_address(word) { 0 } else { digits + more };
            digits >= DIGITS_OF_A_NUMBER
        })
    })
}

/// `2026-11-29`, `2026/11/29`, `203.0.113.7`, `203.0.113.0/24`, with what may stand around them.
fn is_a_day_or_an_address(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_numeric());
    let address = bare.split('/').next().unwrap_or_default();
    let day = bare.replace(['/', '.'], "-");
    let is_day = day.len() == 10 && day.parse::<jiff::civil::Date>().is_ok();
    is_day || address.parse::<std::net::Ipv4Addr>().is_ok()
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
    fn a_reason_may_name_a_day_and_a_ticket_but_nobodys_number() {
        for text in [
            "pumping since 2026-11-29, ticket 123456",
            "2026-11-29 2026-12-01 (2026/12/02)",
            "all of 192.168.100.200, then 203.0.113.0/24.",
            "from 2001:db8:1:2::/64",
            "tickets 12345, 67890 and 13579",
        ] {
            assert!(!has_a_number(text), "{text}");
        }
        for text in [
            "13800138000",
            "call 138 0013 8000",
            "１３８００１３８０００",
            "138-0013-8000",
            "138.0013.8000",
            "138–0013–8000",
            "(415) 555-0132",
            "（415）555－0132",
            "+1/415/555/0132",
            "138\u{a0}0013\u{a0}8000",
            "138\t0013 8000",
            "2026-11-29 138-0013-8000",
        ] {
            assert!(has_a_number(text), "{text}");
        }
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
