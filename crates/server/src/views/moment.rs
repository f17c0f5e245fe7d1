//! A moment as people say it, with the exact one at hand.
use haoma_core::time::Timestamp;

use crate::web::i18n::Lang;

/// `3 minutes ago`, and when that was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Relative to now.
    pub text: String,
    /// Date and time in UTC, for people.
    pub exact: String,
    /// The same for programs (RFC 3339).
    pub machine: String,
}

impl Moment {
    /// A moment that is not in the future.
    pub fn of(lang: Lang, at: Timestamp, now: Timestamp) -> Self {
        let secs = now.0.saturating_sub(at.0).max(0) / 1000;
        let (key, count) = match secs {
            0..=59 => ("ago-now", 0),
            60..=3_599 => ("ago-minutes", secs / 60),
            3_600..=86_399 => ("ago-hours", secs / 3_600),
            _ => ("ago-days", secs / 86_400),
        };
        let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        Self {
            text: lang.t1(key, "count", count).into_owned(),
            exact: moment.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            machine: moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_said_in_the_unit_people_use() {
        let ago = |secs: i64| Moment::of(Lang::En, Timestamp(0), Timestamp(secs * 1000)).text;
        assert_eq!(ago(59), "just now");
        assert_eq!(ago(60), "1 minute ago");
        assert_eq!(ago(7_200), "2 hours ago");
        assert_eq!(ago(86_400 * 3), "3 days ago");
        let moment = Moment::of(Lang::ZhCn, Timestamp(1_795_305_630_000), Timestamp(0));
        assert_eq!((moment.text.as_str(), moment.exact.as_str()), ("刚刚", "2026-11-22 00:00 UTC"));
        assert_eq!(moment.machine, "2026-11-22T00:00:30Z");
    }
}
