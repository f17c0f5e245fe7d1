//! Phone numbers in what people write in words. A text that is stored as it is must hold none, however its digits are written.

/// So many digits with nothing between them but what stands between those of numbers are somebody's.
const DIGITS_OF_A_NUMBER: usize = 9;
/// Digits of Aliyun's template codes at most.
const DIGITS_OF_A_TEMPLATE: usize = 9;
/// The years of days that somebody writes of.
const YEARS: std::ops::RangeInclusive<u32> = 1970..=2199;
/// The digits of Chinese, as numbers are told in: they are letters, too.
const CHINESE: &str = "〇零一二三四五六七八九幺";

/// Whether a text holds what could be called: nine digits or more, of whatever script, between which no letter and no end of a part
/// of a sentence stands. Days, times, addresses and codes of templates are no numbers, however many digits they have.
pub fn has_a_number(text: &str) -> bool {
    let text: String = text.chars().filter_map(plain).collect();
    let (mut digits, mut before, mut before_that) = (0, ' ', ' ');
    let mut left = text.as_str();
    while let Some(c) = left.chars().next() {
        let told = if is_of_a_number(before, before_that) { None } else { no_number(left) };
        let length = told.unwrap_or(c.len_utf8());
        let rest = left.get(length..).unwrap_or_default();
        digits = match c {
            _ if told.is_some() => 0,
            c if c.is_ascii_digit() || CHINESE.contains(c) => digits + 1,
            c if c.is_alphabetic() || ends_a_part(c, rest) => 0,
            _ => digits,
        };
        if digits >= DIGITS_OF_A_NUMBER {
            return true;
        }
        before_that = before;
        before = if told.is_some() { '0' } else { c };
        left = rest;
    }
    false
}

/// A character as it is looked at: digits as those of ASCII, dashes and spaces as one of each; nothing of what is not seen.
fn plain(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')),
        c if CHINESE.contains(c) => Some(c),
        // which digit it is makes no difference
        c if c.is_numeric() => Some('0'),
        c if is_unseen(c) => None,
        '．' => Some('.'),
        '／' => Some('/'),
        '：' => Some(':'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '－' => Some('-'),
        c if c.is_whitespace() => Some(' '),
        c => Some(c),
    }
}

/// Whether a day or a time beside which these two stand, the nearer first, is none. One digit of Chinese may begin a word.
fn is_of_a_number(near: char, far: char) -> bool {
    near.is_ascii_alphanumeric() || CHINESE.contains(near) && CHINESE.contains(far)
}

fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

/// Whether what stood before and what follows are not read as one: `12345, 67890`, `08:30`.
fn ends_a_part(c: char, rest: &str) -> bool {
    match c {
        ':' | '，' | '、' | '；' | '。' | '！' | '？' => true,
        ',' | ';' | '!' | '?' => rest.starts_with(' '),
        _ => false,
    }
}

/// The length of a day, a time, an address or a code of a template at the begin of a text.
fn no_number(text: &str) -> Option<usize> {
    let lengths = [day(text), compact_day(text), time(text), address(text), template(text)];
    let ends = |length: &usize| {
        let mut after = text.get(*length..).unwrap_or_default().chars();
        !is_of_a_number(after.next().unwrap_or(' '), after.next().unwrap_or(' '))
    };
    // an end of a day may stand before the time: 2026-11-29T08:30
    let ends = |length: &usize| ends(length) || text.get(*length..).is_some_and(is_time_of_day);
    lengths.into_iter().flatten().find(ends)
}

fn is_time_of_day(text: &str) -> bool {
    text.strip_prefix('T').is_some_and(|rest| time(rest).is_some())
}

/// `2026-11-29`, `2026/11/29`, `2026.11.29`.
fn day(text: &str) -> Option<usize> {
    let word = text.get(..10)?;
    let mut parts = word.split(['-', '/', '.']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    (parts.next().is_none() && is_day(year, month, day)).then_some(10)
}

/// `20261129`.
fn compact_day(text: &str) -> Option<usize> {
    is_day(text.get(..4)?, text.get(4..6)?, text.get(6..8)?).then_some(8)
}

fn is_day(year: &str, month: &str, day: &str) -> bool {
    let within = |text: &str, length: usize, range: std::ops::RangeInclusive<u32>| {
        text.len() == length && number(text).is_some_and(|n| range.contains(&n))
    };
    within(year, 4, YEARS) && within(month, 2, 1..=12) && within(day, 2, 1..=31)
}

/// `8:30`, `08:30:15`.
fn time(text: &str) -> Option<usize> {
    let length = text.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(text.len());
    let mut parts = text.get(..length)?.split(':');
    let (hour, minute) = (parts.next()?, parts.next()?);
    let second = parts.next().unwrap_or("00");
    let fits = |text: &str, most: u32| text.len() == 2 && number(text).is_some_and(|n| n <= most);
    let is_hour = hour.len() <= 2 && number(hour).is_some_and(|hour| hour < 24);
    let is_time = is_hour && fits(minute, 59) && fits(second, 60) && parts.next().is_none();
    is_time.then_some(length)
}

/// `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/64`.
fn address(text: &str) -> Option<usize> {
    let of_address = |c: char| c.is_ascii_hexdigit() || c == '.' || c == ':';
    let length = text.find(|c: char| !of_address(c)).unwrap_or(text.len());
    let word = text.get(..length)?.trim_end_matches('.');
    // one of IPv4 may have a port, or the rest of a sentence, behind it: `203.0.113.7:443`, `203.0.113.7: refused`
    let before_colon = word.split_once(':').map(|(address, _)| address);
    let is_address = |word: &&str| word.parse::<std::net::IpAddr>().is_ok();
    let word = [Some(word), before_colon].into_iter().flatten().find(is_address)?;
    let bits = text.get(word.len()..)?.strip_prefix('/').unwrap_or_default();
    let digits = bits.find(|c: char| !c.is_ascii_digit()).unwrap_or(bits.len());
    let is_length = bits.get(..digits).and_then(number).is_some_and(|bits| bits <= 128);
    Some(word.len() + if is_length { 1 + digits } else { 0 })
}

/// `SMS_154950909`.
fn template(text: &str) -> Option<usize> {
    let digits = text.strip_prefix("SMS_")?;
    let length = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    (length <= DIGITS_OF_A_TEMPLATE).then_some("SMS_".len() + length)
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that people, keyboards and programs for writing put between digits, but for what ends a part of a sentence.
    const BETWEEN: &str = " -–—().·/+\u{a0}\u{ad}\u{2000}\u{2002}\u{2003}\u{2007}\u{2008}\u{2009}\u{200a}\u{200b}\u{200d}\u{200e}\
        \u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{202a}\u{202c}\u{202d}\u{202f}\u{205f}\u{2060}\u{2066}\u{2069}\u{2212}\
        \u{3000}\u{fe58}\u{fe63}\u{feff}\t\n_,|*~•・（）－．／＋＿";

    #[test]
    fn nobodys_number_gets_through_whatever_stands_between_its_digits() {
        for c in BETWEEN.chars() {
            let with = |parts: [&str; 4]| parts.join(&c.to_string());
            for text in [
                with(["138", "0013", "8000", ""]),
                with(["", "86", "138001", "38000"]),
                with(["1380", "013", "80", "00"]),
                with(["１３８", "００１３", "８０００", ""]),
                format!("asked{c}for{c}by{c}+86{c}138{c}0013{c}8000{c}today"),
            ] {
                assert!(has_a_number(&text), "{text:?}");
            }
        }
        for text in [
            "13800138000",
            "１３８００１３８０００",
            "tel13800138000",
            "号码13800138000投诉",
            "(415) 555-0132",
            "（415）555－0132",
            "+1 (415) 555 - 0132",
            "2026-11-29 138-0013-8000",
            "2026-11-29: 138\u{2011}0013\u{2011}8000",
            "203.0.113.7/13800138000",
            "203.0.113.7 13800138000",
            "08:30 138 0013 8000",
            "SMS_1234567890123",
            "1380-01-13-8000",
            "١٣٨٠٠١٣٨٠٠٠",
            "一三八零零一三八零零零",
            "幺三八 〇〇幺三 八〇〇〇",
            "13八00138000",
            "一三八20001225",
            "20001225八零零",
            "138 001 380",
            "tel20001225 138",
            "138\u{200b}20001225",
            "138\u{ad}2000\u{ad}1225",
            "138\u{202c}20001225",
            "138\u{2066}20001225",
            "138\u{feff}20001225",
            "138\u{fe0f}20001225",
            "20001325 138",
            "20000025 138",
            "20001232 138",
            "20001200 138",
            "22001225 138",
            "2000-001-1 38",
            "1380013 80:00",
            "1380013 08:60",
            "1380013 08:00:61",
            "1380013 08:00:00:0",
            "138001 008:00",
            "203.0.113.7/1380013 80",
            "203.0.113.7:13800138000",
            "203.0.113.7:138 0013 8000",
            "203.0.113.7: 138 0013 8000",
            "1380013 8000:::",
        ] {
            assert!(has_a_number(text), "{text:?}");
        }
    }

    #[test]
    fn words_days_times_addresses_and_codes_stay() {
        for text in [
            "",
            "pumping since 2026-11-29, ticket 123456",
            "pumping since 2026\u{2011}11\u{2011}29, ticket 12345678",
            "2026-11-29 2026-12-01 (2026/12/02)",
            "2026-11-29–2026-12-01, 20261129-20261201",
            "2026-11-29T08:30:15Z to 2026-11-29T09:30:15+08:00",
            "2026-11-29 08:30-09:45, 10:00–11:30, 22:00:15",
            "all of 192.168.100.200, then 203.0.113.0/24.",
            "203.0.113.7 203.0.113.8 203.0.113.9",
            "192.168.100.200:8080, then 192.168.100.201:65535 asked",
            "192.168.100.200: too many, 192.168.100.201:443: refused",
            "from 2001:db8:1:2::/64 and 2001:0:53:1234:5678:9012:3456:7890",
            "tickets 12345, 67890 and 13579",
            "工单12345、67890；2026年11月29日",
            "自2026-11-29 08:30起，从2026-11-29 8:30开始的攻击",
            "自2026-11-29~12-05，自20261129-20261201有人刷",
            "工单12345，67890",
            "2026-11-29一直有人刷，203.0.113.7一直在请求",
            "SMS_154950909一直失败",
            "二〇二六年十一月二十九日，第一批",
            "isv.BUSINESS_LIMIT_CONTROL, HTTP 429, SMS_154950909 and SMS_200000001",
            "0x80070005 E_ACCESSDENIED, 100% of 1,000,000",
            "2026/11/29 2026/12/01",
            "2026.11.29 2026.12.01",
            "2026\u{2011}11\u{2011}29 2026\u{2011}12\u{2011}01",
            "2026\u{2212}11\u{2212}29 2026\u{2212}12\u{2212}01",
            "２０２６－１１－２９ ２０２６－１２－０１",
            "２０２６．１１．２９ ２０２６．１２．０１",
            "２０２６／１１／２９ ２０２６／１２／０１",
            "工单1234567 08：30 08：45",
            "ticket 1234567 08:30, ticket 12345,\u{a0}67890 and 13579,\u{3000}24680",
            "ticket 123456 2026-11-29T08:30:15Z",
            "ticket 12345: 67890 of them",
            "自2026-11-29〇时起，自20261130零时起",
            "203.0.113.0/24 1234567 times, then 192.168.100.200.",
            "from +86 1700 and +1 876",
        ] {
            assert!(!has_a_number(text), "{text:?}");
        }
    }
}
