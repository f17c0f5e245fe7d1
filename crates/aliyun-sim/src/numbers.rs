//! Phone numbers as `SendSms` accepts them. <https://help.aliyun.com/document_detail/55284.htm>

use crate::seed::Region;

/// A number in both readings that its writing allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    mainland: Option<String>,
    overseas: Option<String>,
}

impl Number {
    /// Mainland: 11 digits, bare or after `+86`, `0086`, `86`. Elsewhere: country code and number, no plus.
    ///
    /// Eleven bare digits such as 1 917 555 0123 can be either; the template's region decides.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let prefixed = ["+86", "0086", "86"].iter().find_map(|prefix| text.strip_prefix(prefix));
        if let Some(national) = prefixed.filter(|rest| is_mainland(rest)) {
            return Some(Number { mainland: Some(format!("86{national}")), overseas: None });
        }
        let mainland = is_mainland(text).then(|| format!("86{text}"));
        let overseas = is_overseas(text).then(|| text.to_owned());
        let overseas = overseas.filter(|_| mainland.is_none() || is_north_american(text));
        (mainland.is_some() || overseas.is_some()).then_some(Number { mainland, overseas })
    }

    /// The digits with country code, in the reading a template of this region needs.
    pub(crate) fn digits_for(&self, region: Region) -> Option<&str> {
        match region {
            Region::Mainland => self.mainland.as_deref(),
            Region::International => self.overseas.as_deref(),
        }
    }
}

/// The digits with country code that a number written in any way may stand for, the plainest reading first.
pub(crate) fn readings(text: &str) -> Vec<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let mainland = Number::parse(text.trim())
        .and_then(|number| number.mainland)
        .filter(|mainland| *mainland != digits);
    std::iter::once(digits).chain(mainland).collect()
}

/// The way answers and receipts write a number: mainland without country code.
pub(crate) fn national(digits: &str) -> &str {
    digits.strip_prefix("86").filter(|rest| is_mainland(rest)).unwrap_or(digits)
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_mainland(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() == 11
        && all_digits(text)
        && bytes.next() == Some(b'1')
        && bytes.next().is_some_and(|second| (b'3'..=b'9').contains(&second))
}

fn is_overseas(text: &str) -> bool {
    all_digits(text)
        && (7..=15).contains(&text.len())
        && !text.starts_with('0')
        && !text.starts_with("86")
}

/// `1`, area code, exchange, line: neither code starts with 0 or 1, and no area code has 9 in the middle.
fn is_north_american(text: &str) -> bool {
    let digit = |at: usize| text.as_bytes().get(at).copied().unwrap_or(b'0');
    text.len() == 11 && digit(0) == b'1' && digit(1) >= b'2' && digit(2) != b'9' && digit(4) >= b'2'
}
