//! What went wrong, in a sentence for the person, and when to try again.
use axum::http::StatusCode;
use haoma_core::time::Timestamp;

use crate::error::api::{ApiError, codes};
use crate::guessing;
use crate::web::i18n::Lang;

/// Shown beside the field it concerns, or as a page of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The stable code; tests and support read it.
    pub code: &'static str,
    /// What happened and, where it is always the same, what next.
    pub text: String,
    /// A second sentence: tries left.
    pub more: Option<String>,
    /// When trying again makes sense.
    pub wait: Option<Wait>,
}

/// A wait, as the server knows it (how long) and as the script shows it (until when, on the person's clock).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// `Try again in 12 minutes.`
    pub text: String,
    /// Milliseconds from now, so that the person's clock may be wrong.
    pub millis: i64,
    /// `Try again at {time}.`; the script fills in the time.
    pub template: String,
}

impl Problem {
    /// The status of a page that says so.
    pub fn status(&self) -> StatusCode {
        let known = codes::ALL.iter().find(|code| code.code == self.code);
        known
            .and_then(|code| StatusCode::from_u16(code.status).ok())
            .unwrap_or(StatusCode::BAD_REQUEST)
    }

    /// A mistake the page itself found; `key` is the part after `error-`.
    pub fn of_page(lang: Lang, code: &'static str, key: &str) -> Self {
        Self { code, text: lang.t(key).into_owned(), more: None, wait: None }
    }

    /// An error of the road, in words.
    pub fn of(lang: Lang, error: &ApiError) -> Self {
        let key = key(error);
        let key = if lang.has(&key) { key.as_str() } else { "error-unknown" };
        let wait = error.waiting().and_then(|(at, now)| Wait::until(lang, at, now));
        let left = error.times().map(|times| times.attempts_left);
        let more = match (error.code, left) {
            (codes::CODE_MISMATCH, Some(0)) => Some(lang.t("attempts-none")),
            (codes::CODE_MISMATCH, Some(count)) => Some(lang.t1("attempts-left", "count", count)),
            (
                codes::RATE_LIMITED
                | codes::GUESSES_BLOCKED
                | codes::CONNECTOR_LIMIT
                | codes::UNAVAILABLE
                | codes::TOO_MANY_ATTEMPTS,
                _,
            ) if wait.is_none() && !guessing::is_for_good(error) => Some(lang.t("try-again-later")),
            _ => None,
        };
        Self {
            code: error.code.code,
            text: lang.t(key).into_owned(),
            more: more.map(Into::into),
            wait,
        }
    }
}

/// The sentence of a code: `verification_code.expired` is `error-verification-code-expired`.
fn key(error: &ApiError) -> String {
    let captcha = error.data().and_then(|data| data.get("captcha"));
    match (error.code, captcha) {
        (codes::CHALLENGE_REQUIRED, Some(_)) => return "error-captcha-required".to_owned(),
        (codes::CHALLENGE_FAILED, Some(_)) => return "error-captcha-failed".to_owned(),
        _ => {}
    }
    let limit = error.data().and_then(|data| data.get("limit")).and_then(|l| l.as_str());
    match (error.code, limit) {
        (codes::RATE_LIMITED, Some("cooldown")) => return "error-request-cooldown".to_owned(),
        (codes::RATE_LIMITED, Some("account")) => return "error-request-account".to_owned(),
        (codes::RATE_LIMITED, Some("tests")) => return "error-request-tests".to_owned(),
        (
            codes::RATE_LIMITED,
            Some("address" | "network" | "number_network" | "address_countries"),
        ) => return "error-request-place".to_owned(),
        (
            codes::RATE_LIMITED,
            Some("country" | "budget_hour" | "budget_day" | "money_hour" | "money_day"),
        ) => return "error-request-everybody".to_owned(),
        (codes::GUESSES_BLOCKED, Some("guesses_in_a_row")) => {
            return "error-session-guesses-in-a-row".to_owned();
        }
        _ => {}
    }
    format!("error-{}", error.code.code.replace(['.', '_'], "-"))
}

impl Wait {
    /// `None` when the moment has passed.
    pub fn until(lang: Lang, at: Timestamp, now: Timestamp) -> Option<Self> {
        let secs = at.secs_since(now);
        let (key, count) = match secs {
            0 => return None,
            1..=90 => ("try-again-in-seconds", secs),
            91..=5400 => ("try-again-in-minutes", (secs + 59) / 60),
            _ => ("try-again-in-hours", (secs + 3599) / 3600),
        };
        Some(Self {
            text: lang.t1(key, "count", count).into_owned(),
            millis: secs.saturating_mul(1000),
            template: lang.t1("try-again-at", "time", "{time}").into_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::api::Times;

    #[test]
    fn every_code_has_a_sentence_in_every_language() {
        for code in codes::ALL {
            let error = ApiError::new(*code);
            for lang in Lang::ALL {
                assert!(lang.has(&key(&error)), "{} in {}", key(&error), lang.tag());
            }
        }
    }

    #[test]
    fn a_wrong_code_says_how_many_tries_are_left() {
        let times = Times {
            resend_at: Timestamp(0),
            expires_at: Timestamp(0),
            attempts_left: 3,
            server_now: Timestamp(0),
        };
        let wrong = ApiError::new(codes::CODE_MISMATCH).with_times(times);
        let problem = Problem::of(Lang::En, &wrong);
        assert_eq!(problem.more.as_deref(), Some("You have 3 tries left."));
        let expired = ApiError::new(codes::CODE_EXPIRED).with_times(times);
        assert_eq!(Problem::of(Lang::En, &expired).more, None);
    }

    #[test]
    fn who_has_to_pass_a_captcha_is_not_told_of_a_task() {
        for (code, wanted) in [
            (codes::CHALLENGE_REQUIRED, "error-captcha-required"),
            (codes::CHALLENGE_FAILED, "error-captcha-failed"),
        ] {
            let asked = serde_json::json!({ "captcha": { "provider": "aliyun" } });
            let error = ApiError::new(code).with_data(asked);
            assert_eq!(key(&error), wanted);
            assert!(Lang::ALL.iter().all(|lang| lang.has(wanted)), "{wanted}");
        }
    }

    #[test]
    fn who_would_wait_in_vain_is_told_the_way_in() {
        let blocked = |limit| {
            ApiError::new(codes::GUESSES_BLOCKED).with_data(serde_json::json!({ "limit": limit }))
        };
        let for_good = Problem::of(Lang::En, &blocked("guesses_in_a_row"));
        assert!(for_good.text.contains("a device you used before"), "{}", for_good.text);
        assert_eq!((for_good.more, for_good.wait), (None, None));
        let for_now = blocked("guesses_number").retry_at(Timestamp(60_000), Timestamp(0));
        assert!(Problem::of(Lang::En, &for_now).wait.is_some());
    }

    #[test]
    fn a_wait_is_said_in_the_unit_people_use() {
        let wait =
            |secs: i64| Wait::until(Lang::En, Timestamp(secs * 1000), Timestamp(0)).map(|w| w.text);
        assert_eq!(wait(0), None);
        assert_eq!(wait(58).as_deref(), Some("Try again in 58 seconds."));
        assert_eq!(wait(700).as_deref(), Some("Try again in 12 minutes."));
        assert_eq!(wait(80_000).as_deref(), Some("Try again in 23 hours."));
    }
}
