//! A phone number that has been checked once and can be trusted afterwards.
use std::fmt;

use rlibphonenumber::enums::Region as Plan;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};
use serde::{Deserialize, Serialize};

/// Longer input is refused before the numbering plans are asked.
const MAX_INPUT_CHARS: usize = 32;

/// A valid number of some country's plan, in the digits of E.164 without the plus: `8613800138000`.
///
/// Holding one proves it was parsed; a national trunk zero after the country code is gone (wire contract B.7).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber {
    digits: String,
    calling_code_len: usize,
    region: Region,
    can_receive_sms: bool,
}

/// A country or territory with a numbering plan: two upper-case letters of ISO 3166-1.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region([u8; 2]);

/// Why a string is not a number we can text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing was typed.
    #[error("no number was given")]
    Empty,
    /// No plan of any country has this number.
    #[error("that is not a phone number")]
    Invalid,
}

/// Text that is not a region with a numbering plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an ISO 3166-1 region with a numbering plan")]
pub struct InvalidRegion;

impl PhoneNumber {
    /// Reads what a person typed or pasted: spaces, dashes, dots, brackets, full-width digits, `+86`, `0086`.
    ///
    /// A number without country code belongs to `default`; digits that are international without the
    /// plus (`8613800138000`) are understood too, after the national reading.
    ///
    /// ```
    /// use haoma_core::phone::{PhoneNumber, Region};
    /// let china = Region::parse("CN").unwrap();
    /// assert_eq!(PhoneNumber::parse("138 0013 8000", Some(china))?.digits(), "8613800138000");
    /// # Ok::<(), haoma_core::phone::PhoneError>(())
    /// ```
    pub fn parse(typed: &str, default: Option<Region>) -> Result<Self, PhoneError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(PhoneError::Empty);
        }
        if typed.chars().count() > MAX_INPUT_CHARS || !typed.chars().all(is_phone_character) {
            return Err(PhoneError::Invalid);
        }
        let typed: String = typed.chars().map(plain).collect();
        let typed = typed.trim();
        if let Some(rest) = strip_00(typed) {
            return Self::read(&format!("+{rest}"), None).ok_or(PhoneError::Invalid);
        }
        Self::read(typed, default)
            .or_else(|| Self::read(&format!("+{typed}"), None))
            .ok_or(PhoneError::Invalid)
    }

    /// Reads digits with country code, as the Experience and management APIs carry them; a plus is accepted.
    pub fn from_international(digits: &str) -> Result<Self, PhoneError> {
        let digits = digits.strip_prefix('+').unwrap_or(digits);
        if digits.is_empty() {
            return Err(PhoneError::Empty);
        }
        let plausible =
            digits.len() <= MAX_INPUT_CHARS && digits.bytes().all(|b| b.is_ascii_digit());
        if !plausible {
            return Err(PhoneError::Invalid);
        }
        Self::read(&format!("+{digits}"), None).ok_or(PhoneError::Invalid)
    }

    fn read(text: &str, default: Option<Region>) -> Option<Self> {
        let parsed = PHONE_NUMBER_UTIL.parse(text, default.and_then(Region::plan)).ok()?;
        let plan = parsed.get_region_code()?;
        // a number is valid where its plan knows what kind it is, and each question matches all patterns anew
        let kind = parsed.get_type();
        if kind == PhoneNumberType::Unknown {
            return None;
        }
        let e164 = parsed.format_as(PhoneNumberFormat::E164);
        Some(Self {
            digits: e164.strip_prefix('+')?.to_owned(),
            calling_code_len: parsed.country_code.to_string().len(),
            region: Region::parse(plan.as_region_str().as_str()).ok()?,
            can_receive_sms: matches!(
                kind,
                PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile
            ),
        })
    }

    /// Country code and national number, digits only: the form of the database and of Logto's APIs.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// With the plus: the form of OpenID Connect (Core 5.1).
    pub fn e164(&self) -> String {
        format!("+{}", self.digits)
    }

    /// The country code, digits only.
    pub fn calling_code(&self) -> &str {
        self.digits.get(..self.calling_code_len).unwrap_or_default()
    }

    /// The number without its country code.
    pub fn national(&self) -> &str {
        self.digits.get(self.calling_code_len..).unwrap_or_default()
    }

    /// The country or territory whose plan has the number; the countries of `+1` and `+7` stay apart.
    pub fn region(&self) -> Region {
        self.region
    }

    /// Whether numbers of this kind receive messages: mobile, or not told apart from mobile.
    pub fn can_receive_sms(&self) -> bool {
        self.can_receive_sms
    }

    /// For people and logs: `+86 138****8000`, never enough to call or to look up.
    pub fn masked(&self) -> String {
        let head = self.national().get(..self.shown().0).unwrap_or_default();
        format!("+{} {head}****{}", self.calling_code(), self.ending())
    }

    /// The digits at the end that [`Self::masked`] shows: `8000`.
    pub fn ending(&self) -> &str {
        let national = self.national();
        national.get(national.len().saturating_sub(self.shown().1)..).unwrap_or_default()
    }

    /// How many digits are shown to people at the begin and at the end.
    fn shown(&self) -> (usize, usize) {
        match self.national().len() {
            0..=6 => (1, 1),
            7..=8 => (2, 2),
            9..=10 => (2, 3),
            _ => (3, 4),
        }
    }
}

/// A user's number as the database holds it: digits with country code, parsed once when it was verified.
///
/// Reading a user asks no numbering plan (which costs more than the rest of the read together).
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneDigits(String);

impl PhoneDigits {
    /// From the database: 1 to 32 digits.
    pub fn from_stored(text: &str) -> Result<Self, PhoneError> {
        let plain = text.bytes().all(|b| b.is_ascii_digit());
        let fits = plain && (1..=MAX_INPUT_CHARS).contains(&text.len());
        if fits { Ok(Self(text.to_owned())) } else { Err(PhoneError::Invalid) }
    }

    /// With the plus: the form of OpenID Connect (Core 5.1).
    pub fn e164(&self) -> String {
        format!("+{}", self.0)
    }

    /// Digits only.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PhoneDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneDigits(…)")
    }
}

/// Logs and error pages never see the middle.
impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = PhoneError;
    fn try_from(digits: String) -> Result<Self, PhoneError> {
        Self::from_international(&digits)
    }
}

impl From<PhoneNumber> for String {
    fn from(phone: PhoneNumber) -> Self {
        phone.digits
    }
}

impl From<PhoneNumber> for PhoneDigits {
    fn from(phone: PhoneNumber) -> Self {
        Self(phone.digits)
    }
}

/// How a number lies in a row of ours: with what parsing found out, so that reading it asks no numbering plan.
pub mod stored {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::{PhoneNumber, Region};

    /// `8613800138000 2 CN m`: digits, length of the country code, region, `m` when it receives messages.
    pub fn serialize<S: Serializer>(phone: &PhoneNumber, serializer: S) -> Result<S::Ok, S::Error> {
        let PhoneNumber { digits, calling_code_len, region, can_receive_sms } = phone;
        let kind = if *can_receive_sms { 'm' } else { '-' };
        serializer.collect_str(&format_args!("{digits} {calling_code_len} {region} {kind}"))
    }

    /// Reads what [`serialize`] wrote.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PhoneNumber, D::Error> {
        let text = String::deserialize(from)?;
        read(&text).ok_or_else(|| D::Error::custom("not a stored phone number"))
    }

    fn read(text: &str) -> Option<PhoneNumber> {
        let mut parts = text.split(' ');
        let (digits, length) = (parts.next()?, parts.next()?);
        let (region, kind) = (parts.next()?, parts.next()?);
        let [a, b] = region.as_bytes() else { return None };
        Some(PhoneNumber {
            digits: digits.to_owned(),
            calling_code_len: length.parse().ok()?,
            region: Region([*a, *b]),
            can_receive_sms: kind == "m",
        })
    }
}

/// The characters of numbers as people write them in any country; digits of any width.
fn is_phone_character(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c) || is_separator(c)
}

/// Whether people write this between the digits of a number, in any country: spaces of every width and those that are not seen, dashes
/// of every length, brackets, dots and slashes.
pub fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '+' | '-' | '(' | ')' | '.' | '/' | '·' | '\u{a0}' | '\u{ad}')
        || matches!(c, '\u{2000}'..='\u{2015}' | '\u{202a}'..='\u{202f}' | '\u{2212}')
        || matches!(c, '\u{205f}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || matches!(
            c,
            '　' | '・' | '\u{fe58}' | '\u{fe63}' | '＋' | '－' | '（' | '）' | '．' | '／'
        )
}

/// A separator as every plan knows it.
fn plain(c: char) -> char {
    if is_separator(c) && !c.is_ascii() && c != '＋' { ' ' } else { c }
}

/// Whether digits begin with the whole calling code of a country, or of a service without one.
pub fn begins_with_a_calling_code(digits: &str) -> bool {
    let mut all = PHONE_NUMBER_UTIL.get_supported_calling_codes();
    all.any(|code| digits.starts_with(&code.to_string()))
}

/// `0086…` is how most of the world dials `+86…`, whatever the default region's own prefix is.
fn strip_00(typed: &str) -> Option<&str> {
    let rest = typed.strip_prefix("00").or_else(|| typed.strip_prefix("００"))?;
    (!rest.starts_with(['0', '０'])).then_some(rest)
}

impl Region {
    /// Mainland China.
    pub const CHINA: Self = Self(*b"CN");

    /// Reads two letters, in any case.
    pub fn parse(text: &str) -> Result<Self, InvalidRegion> {
        let [a, b] = text.as_bytes() else { return Err(InvalidRegion) };
        let region = Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]);
        let known =
            region.plan().and_then(|plan| PHONE_NUMBER_UTIL.get_country_code_for_region(plan));
        known.map(|_| region).ok_or(InvalidRegion)
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("ZZ")
    }

    /// The country calling code, such as 86.
    pub fn calling_code(self) -> Option<i32> {
        PHONE_NUMBER_UTIL.get_country_code_for_region(self.plan()?)
    }

    /// A mobile number of its plan, as the plan's own example: for questions about any number of this country.
    pub fn example(self) -> Option<PhoneNumber> {
        let kind = PhoneNumberType::Mobile;
        let found =
            PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(self.plan()?, kind).ok()?;
        let e164 = found.format_as(PhoneNumberFormat::E164);
        PhoneNumber::from_international(&e164).ok().filter(|phone| phone.region() == self)
    }

    fn plan(self) -> Option<Plan> {
        Plan::from_code(self.as_str()).ok()
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for Region {
    type Error = InvalidRegion;
    fn try_from(text: String) -> Result<Self, InvalidRegion> {
        Self::parse(&text)
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.as_str().to_owned()
    }
}

/// Loads the numbering plans (about 9 ms), so that the first person does not wait for it.
pub fn warm() {
    drop(PhoneNumber::from_international("8613800138000"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn china(typed: &str) -> Result<String, PhoneError> {
        PhoneNumber::parse(typed, Some(Region::CHINA)).map(String::from)
    }

    #[test]
    fn a_country_has_an_example_of_its_own_that_can_be_texted() {
        for letters in ["CN", "HK", "MO", "TW", "US", "CA", "GB", "DE", "JP", "KZ", "RU"] {
            let region = Region::parse(letters).unwrap();
            let example = region.example().expect(letters);
            assert!(example.region() == region && example.can_receive_sms(), "{letters}");
        }
    }

    #[test]
    fn s21_variants_of_a_number_are_one_number() {
        let variants = [
            "13800138000",
            "138 0013 8000",
            "+8613800138000",
            "+86 (138) 0013-8000",
            "008613800138000",
            "0086 138 0013 8000",
            "8613800138000",
            "１３８００１３８０００",
            "＋８６ １３８００１３８０００",
            " 138.0013.8000 ",
            "138\u{2011}0013\u{2011}8000",
            "\u{202a}+86\u{2009}138\u{2212}0013．8000\u{202c}",
            "\u{202d}0086（138）0013・8000",
        ];
        for typed in variants {
            assert_eq!(china(typed).as_deref(), Ok("8613800138000"), "{typed}");
        }
    }

    #[test]
    fn a_number_of_another_country_keeps_its_country() {
        for (typed, digits, region) in [
            ("+85251234567", "85251234567", "HK"),
            ("+12015550123", "12015550123", "US"),
            ("+14165550123", "14165550123", "CA"),
            ("+77011234567", "77011234567", "KZ"),
            ("+49015112345678", "4915112345678", "DE"),
        ] {
            let phone = PhoneNumber::parse(typed, Some(Region::CHINA)).expect(typed);
            assert_eq!((phone.digits(), phone.region().as_str()), (digits, region), "{typed}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        assert_eq!(china(""), Err(PhoneError::Empty));
        assert_eq!(china("  "), Err(PhoneError::Empty));
        for typed in [
            "110",
            "1380013800",
            "138001380000",
            "abc",
            "1380013800a",
            "+999123456789",
            "+86",
            "💥",
            "1380013800013800138000138001380001",
            "13800138000;ext=1",
            "' OR 1=1 --",
        ] {
            assert_eq!(china(typed), Err(PhoneError::Invalid), "{typed}");
        }
    }

    #[test]
    fn a_landline_cannot_receive_sms() {
        assert!(!PhoneNumber::parse("+861058888888", None).unwrap().can_receive_sms());
        assert!(PhoneNumber::parse("+8613800138000", None).unwrap().can_receive_sms());
        assert!(PhoneNumber::parse("+12015550123", None).unwrap().can_receive_sms());
    }

    #[test]
    fn a_mask_hides_the_middle() {
        for (digits, masked) in [
            ("8613800138000", "+86 138****8000"),
            ("85251234567", "+852 51****67"),
            ("12015550123", "+1 20****123"),
        ] {
            let phone = PhoneNumber::from_international(digits).unwrap();
            assert_eq!(phone.masked(), masked);
            assert!(masked.ends_with(&format!("****{}", phone.ending())));
            assert_eq!(format!("{phone:?}"), masked);
        }
    }

    #[test]
    fn stored_digits_are_digits_and_do_not_print() {
        let digits = PhoneDigits::from_stored("8613800138000").unwrap();
        assert_eq!((digits.e164().as_str(), digits.as_str()), ("+8613800138000", "8613800138000"));
        assert!(!format!("{digits:?}").contains("138"));
        for bad in ["", "+86", "86 138", "８６"] {
            assert_eq!(PhoneDigits::from_stored(bad), Err(PhoneError::Invalid), "{bad}");
        }
    }

    #[test]
    fn a_stored_number_is_read_without_being_parsed_again() {
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct Row(#[serde(with = "stored")] PhoneNumber);
        for digits in ["8613800138000", "85251234567", "861058888888"] {
            let row = Row(PhoneNumber::from_international(digits).unwrap());
            let text = serde_json::to_string(&row).unwrap();
            assert_eq!(serde_json::from_str::<Row>(&text).unwrap(), row, "{text}");
        }
        for bad in ["", "8613800138000", "8613800138000 x CN m", "8613800138000 2 CHN m"] {
            assert!(serde_json::from_str::<Row>(&format!("{bad:?}")).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn parsing_twice_changes_nothing(typed in "[+0-9 ()-]{0,20}") {
            if let Ok(phone) = PhoneNumber::parse(&typed, Some(Region::CHINA)) {
                prop_assert_eq!(PhoneNumber::from_international(phone.digits()), Ok(phone));
            }
        }

        #[test]
        fn no_input_panics(typed in "\\PC{0,40}") {
            drop(PhoneNumber::parse(&typed, Some(Region::CHINA)));
            drop(PhoneNumber::from_international(&typed));
            let _region = Region::parse(&typed);
        }
    }
}
