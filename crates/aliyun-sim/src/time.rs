//! Moments as Aliyun writes them: UTC stamps in signed requests, UTC+8 dates in answers.

use jiff::{
    Timestamp,
    tz::{self, TimeZone},
};

/// Milliseconds of eight hours: Aliyun counts days and hours in UTC+8.
pub(crate) const UTC8_MS: i64 = 8 * 3_600_000;

/// A request stamp that is not `yyyy-MM-ddTHH:mm:ssZ`.
#[derive(Debug)]
pub(crate) struct BadStamp;

/// Reads `yyyy-MM-ddTHH:mm:ssZ`; with `fraction` also `….123Z`, which the older scheme tolerates.
pub(crate) fn parse_stamp(text: &str, fraction: bool) -> Result<i64, BadStamp> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() >= 20
        && bytes.last() == Some(&b'Z')
        && bytes.get(10) == Some(&b'T')
        && (bytes.len() == 20 || (fraction && bytes.get(19) == Some(&b'.')));
    if !shaped {
        return Err(BadStamp);
    }
    text.parse::<Timestamp>().map(Timestamp::as_millisecond).map_err(|_ignored| BadStamp)
}

/// `yyyy-MM-dd HH:mm:ss` in UTC+8, as in receipts and query answers.
pub(crate) fn date_time(ms: i64) -> String {
    format(ms, "%Y-%m-%d %H:%M:%S")
}

/// `yyyyMMdd` in UTC+8, the form of `SendDate`.
pub(crate) fn date(ms: i64) -> String {
    format(ms, "%Y%m%d")
}

fn format(ms: i64, pattern: &str) -> String {
    let moment = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    moment.to_zoned(TimeZone::fixed(tz::offset(8))).strftime(pattern).to_string()
}
