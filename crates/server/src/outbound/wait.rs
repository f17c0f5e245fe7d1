//! How long somebody wants to be left alone (`Retry-After`, RFC 9110, section 10.2.3).
use haoma_core::time::Timestamp;
use jiff::fmt::rfc2822;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// So many seconds, one at least.
    Secs(i64),
    /// Until then.
    Until(Timestamp),
}

impl Wait {
    /// Reads the header: seconds, or a date as HTTP writes it today. What says nothing of a wait is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(secs) = text.parse() {
            return Some(Self::Secs(secs)).filter(|_| secs > 0);
        }
        // `Sun, 29 Nov 2026 08:00:00 GMT` is a date of RFC 2822, too
        let at = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
        Some(Self::Until(Timestamp(at.as_millisecond())))
    }

    /// When it is over.
    pub fn until(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Secs(secs) => now.plus_secs(secs),
            Self::Until(at) => at,
        }
    }

    /// Seconds that are left of it, rounded up; `None` when it is over.
    pub fn secs(self, now: Timestamp) -> Option<i64> {
        let left = self.until(now).0.saturating_sub(now.0);
        (left > 0).then(|| left.saturating_add(999) / 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_939_200_000);

    #[test]
    fn seconds_and_dates_are_read_and_nothing_else() {
        assert_eq!(Wait::parse("120"), Some(Wait::Secs(120)));
        let at = Wait::parse("Sun, 29 Nov 2026 08:02:00 GMT").unwrap();
        assert_eq!(at, Wait::Until(Timestamp(NOW.0 + 120_000)));
        for nothing in ["", "0", "-1", "soon", "1.5", "2026-11-29T08:02:00Z"] {
            assert_eq!(Wait::parse(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn what_is_over_leaves_nothing() {
        assert_eq!(Wait::Secs(7).secs(NOW), Some(7));
        assert_eq!(Wait::Until(Timestamp(NOW.0 + 1)).secs(NOW), Some(1));
        assert_eq!(Wait::Until(NOW).secs(NOW), None);
        assert_eq!(Wait::Secs(i64::MAX).until(NOW).0, i64::MAX);
    }
}
