//! Moments as the contract writes them where it has texts: RFC 3339, in UTC, with milliseconds.
use haoma_core::time::Timestamp;

/// A moment as `2026-11-29T08:00:00.000Z`.
pub(crate) fn iso(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_its_milliseconds_also_where_they_are_none() {
        assert_eq!(iso(Timestamp(1_795_305_630_000)), "2026-11-22T00:00:30.000Z");
        assert_eq!(iso(Timestamp(1_795_305_630_042)), "2026-11-22T00:00:30.042Z");
    }
}
