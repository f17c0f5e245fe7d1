//! The six digits we text to a phone, and the rules for spending them.
//!
//! A passcode is never stored: it is derived from the server key and its row, each time it is needed.
use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

use crate::ids::{PasscodeId, TestNumberId};
use crate::keys::Key;
use crate::phone::PhoneNumber;
use crate::time::Timestamp;
use crate::usage_type::UsageType;

/// A passcode in clear: six digits between derivation and the SMS provider, and nowhere else.
#[derive(Clone)]
pub struct Passcode(SecretString);

impl Passcode {
    /// The code of one passcode row: the same every time, so that a resend repeats it.
    ///
    /// HMAC-SHA-256 under a key that is not in the database, mapped to 0–999 999 without bias.
    pub fn derive(key: &Key, id: &PasscodeId, phone: &PhoneNumber, usage: UsageType) -> Self {
        let (phone, usage) = (phone.digits(), usage.as_str());
        Self::drawn(key, &[id.as_str(), phone, usage], |_code| true)
    }

    /// The fixed code of a test number: the same as long as its row is there, for every use.
    ///
    /// Drawn as every code is, but never one that somebody would try first.
    pub fn of_test_number(key: &Key, id: &TestNumberId, phone: &PhoneNumber) -> Self {
        Self::drawn(key, &["test number", id.as_str(), phone.digits()], |code| !is_trivial(code))
    }

    fn drawn(key: &Key, of: &[&str; 3], is_good: impl Fn(&str) -> bool) -> Self {
        let [first, second, third] = of.map(str::as_bytes);
        for round in 0_u8..=u8::MAX {
            let drawn = key.mac(&[first, second, third, &[round]]);
            let codes = drawn.chunks_exact(4).filter_map(unbiased).map(|code| format!("{code:06}"));
            if let Some(code) = codes.into_iter().find(|code| is_good(code)) {
                return Self(code.into());
            }
        }
        // 256 rounds of eight draws, each good with probability 0.999: not reached in the life of the universe.
        Self(String::new().into())
    }

    /// Reads what a person typed or pasted: six digits of any width, spaces between them are fine.
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.len() > 64 {
            return None;
        }
        let digits: Option<String> = typed
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| match c {
                '0'..='9' => Some(c),
                '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
                _ => None,
            })
            .collect();
        digits.filter(|d| d.len() == 6).map(|d| Self(d.into()))
    }

    /// The digits, for the message itself only.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }

    /// Compares without telling how much matched; an empty code matches nothing.
    pub fn matches(&self, other: &Self) -> bool {
        let equal: bool = self.reveal().as_bytes().ct_eq(other.reveal().as_bytes()).into();
        equal && !self.reveal().is_empty()
    }
}

/// Whether people try it first: one digit or one pair again and again, the same half twice, a row up or down.
fn is_trivial(code: &str) -> bool {
    let digits = code.as_bytes();
    let repeats = |len: usize| digits.iter().zip(digits.iter().skip(len)).all(|(a, b)| a == b);
    let goes = |step: u8| {
        let pairs = digits.iter().zip(digits.iter().skip(1));
        pairs.into_iter().all(|(a, b)| (b + 10 - a) % 10 == step)
    };
    repeats(1) || repeats(2) || repeats(3) || goes(1) || goes(9)
}

/// A number below a million from four bytes, or `None` for draws that would favour small codes.
fn unbiased(bytes: &[u8]) -> Option<u32> {
    const RANGE: u32 = 1_000_000;
    const LIMIT: u32 = u32::MAX - u32::MAX % RANGE;
    let drawn = u32::from_be_bytes(bytes.try_into().ok()?);
    (drawn < LIMIT).then_some(drawn % RANGE)
}

impl fmt::Debug for Passcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passcode(…)")
    }
}

/// Why a guess was not judged, or was wrong. Every arm is a different answer (wire contract B.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing live to guess: never sent, or spent.
    NotFound,
    /// The number asked about is not the one the code went to.
    PhoneMismatch,
    /// Too late.
    Expired,
    /// Guessed too often already; a right code is refused too.
    ExceedMaxTry,
    /// Wrong; the guess was counted.
    Mismatch,
}

/// A passcode row as the rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasscodeState {
    /// Guesses counted so far.
    pub attempts: i64,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// Whether it was spent.
    pub is_consumed: bool,
}

impl PasscodeState {
    /// Whether a guess may still be counted against it, and whether a resend repeats it.
    pub fn is_live(&self, now: Timestamp, max_attempts: i64) -> bool {
        !self.is_consumed && now < self.expires_at && self.attempts < max_attempts
    }

    /// Why a guess could not be charged; in the order of the wire contract (B.3).
    pub fn refusal(&self, now: Timestamp) -> Refusal {
        match self {
            Self { is_consumed: true, .. } => Refusal::NotFound,
            Self { expires_at, .. } if *expires_at <= now => Refusal::Expired,
            _ => Refusal::ExceedMaxTry,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Entropy;
    use crate::keys::ServerKey;

    fn key() -> Key {
        ServerKey::new([1; 32]).derive("passcode")
    }

    fn phone() -> PhoneNumber {
        PhoneNumber::from_international("8613800138000").unwrap()
    }

    #[test]
    fn a_row_always_gives_its_own_code() {
        let id = PasscodeId::generate(Timestamp(0), &Entropy::seeded(1));
        let other = PasscodeId::generate(Timestamp(0), &Entropy::seeded(2));
        let code = Passcode::derive(&key(), &id, &phone(), UsageType::SignIn);
        assert!(code.matches(&Passcode::derive(&key(), &id, &phone(), UsageType::SignIn)));
        assert!(!code.matches(&Passcode::derive(&key(), &id, &phone(), UsageType::Register)));
        assert!(!code.matches(&Passcode::derive(&key(), &other, &phone(), UsageType::SignIn)));
        assert!(!code.matches(&Passcode::derive(
            &ServerKey::new([2; 32]).derive("passcode"),
            &id,
            &phone(),
            UsageType::SignIn
        )));
    }

    #[test]
    fn s1_codes_are_uniform_over_a_million() {
        let entropy = Entropy::seeded(5);
        let mut first_digit = [0_u32; 10];
        let mut last_digit = [0_u32; 10];
        let total = 50_000;
        for _ in 0..total {
            let id = PasscodeId::generate(Timestamp(0), &entropy);
            let code = Passcode::derive(&key(), &id, &phone(), UsageType::SignIn);
            let digits = code.reveal().as_bytes();
            assert_eq!(digits.len(), 6);
            first_digit[usize::from(digits[0] - b'0')] += 1;
            last_digit[usize::from(digits[5] - b'0')] += 1;
        }
        // χ² with 9 degrees of freedom: 27.9 is p = 0.001; the seed makes the outcome repeatable.
        for counts in [first_digit, last_digit] {
            let expected = f64::from(total) / 10.0;
            let chi2: f64 =
                counts.iter().map(|n| (f64::from(*n) - expected).powi(2) / expected).sum();
            assert!(chi2 < 27.9, "{counts:?} {chi2}");
        }
    }

    #[test]
    fn a_fixed_code_is_that_of_its_row_and_number_and_never_one_that_is_tried_first() {
        let id = TestNumberId::generate(Timestamp(0), &Entropy::seeded(1));
        let other = TestNumberId::generate(Timestamp(0), &Entropy::seeded(2));
        let code = Passcode::of_test_number(&key(), &id, &phone());
        assert!(code.matches(&Passcode::of_test_number(&key(), &id, &phone())));
        assert!(!code.matches(&Passcode::of_test_number(&key(), &other, &phone())));
        let like = PasscodeId::parse(id.as_str()).unwrap();
        assert!(!code.matches(&Passcode::derive(&key(), &like, &phone(), UsageType::SignIn)));
        for trivial in
            ["000000", "777777", "123456", "654321", "890123", "121212", "123123", "109876"]
        {
            assert!(is_trivial(trivial), "{trivial}");
        }
        for good in ["100000", "123457", "112233", "314159", "121213"] {
            assert!(!is_trivial(good), "{good}");
        }
        let only = Passcode::drawn(&key(), &["a", "b", "c"], |code| code.ends_with("42"));
        assert!(only.reveal().ends_with("42"), "what is not good is drawn again");
    }

    #[test]
    fn s2_a_code_has_six_digits_and_a_shorter_one_is_none() {
        let entropy = Entropy::seeded(6);
        for _ in 0..1000 {
            let id = PasscodeId::generate(Timestamp(0), &entropy);
            let of_test = TestNumberId::generate(Timestamp(0), &entropy);
            for code in [
                Passcode::derive(&key(), &id, &phone(), UsageType::SignIn),
                Passcode::of_test_number(&key(), &of_test, &phone()),
            ] {
                let digits = code.reveal();
                assert!(digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()));
            }
        }
        for shorter in ["1234", "12345", " 1 2 3 4 5 ", "００００"] {
            assert!(Passcode::parse(shorter).is_none(), "{shorter}");
        }
    }

    #[test]
    fn draws_that_would_favour_small_codes_are_thrown_away() {
        assert_eq!(unbiased(&0_u32.to_be_bytes()), Some(0));
        assert_eq!(unbiased(&4_293_999_999_u32.to_be_bytes()), Some(999_999));
        assert_eq!(unbiased(&4_294_000_000_u32.to_be_bytes()), None);
        assert_eq!(unbiased(&u32::MAX.to_be_bytes()), None);
    }

    #[test]
    fn a_typed_code_is_six_digits() {
        for good in ["012345", " 012 345 ", "012-345", "０１２３４５"] {
            assert_eq!(Passcode::parse(good).unwrap().reveal(), "012345", "{good}");
        }
        for bad in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", &"1".repeat(100)] {
            assert!(Passcode::parse(bad).is_none(), "{bad}");
        }
    }

    /// Read in the source, because no clock shows it in a test; `cargo xtask attack --only comparing` measures it.
    #[test]
    fn s12_codes_are_compared_in_constant_time_and_nowhere_else() {
        let code = include_str!("passcode.rs").split("#[cfg(test)]").next().unwrap();
        let (_, matches) = code.split_once("pub fn matches(").unwrap();
        let (matches, _) = matches.split_once("\n    }\n").unwrap();
        assert!(matches.contains(".ct_eq(other") && !matches.contains("=="), "{matches}");
        let (before, derives) = code.split_once("pub struct Passcode(").unwrap();
        let attributes = before.rsplit("\n\n").next().unwrap();
        assert!(attributes.contains("#[derive(Clone)]") && !attributes.contains("PartialEq"));
        assert!(!derives.contains("PartialEq for Passcode"), "there is no other way to compare");
        let judges = [
            include_str!("../../server/src/guessing.rs"),
            include_str!("../../server/src/sending/test_number.rs"),
        ];
        for judge in judges {
            assert!(judge.contains("typed.matches(&right)") && !judge.contains("reveal()"));
        }
    }

    #[test]
    fn s4_expiry_is_exact() {
        let row = PasscodeState { attempts: 0, expires_at: Timestamp(1000), is_consumed: false };
        assert!(row.is_live(Timestamp(999), 5));
        assert!(!row.is_live(Timestamp(1000), 5));
        assert_eq!(row.refusal(Timestamp(1000)), Refusal::Expired);
        assert_eq!(row.refusal(Timestamp(999)), Refusal::ExceedMaxTry);
        let spent = PasscodeState { is_consumed: true, ..row };
        assert_eq!(spent.refusal(Timestamp(1000)), Refusal::NotFound);
    }

    #[test]
    fn debug_says_nothing() {
        assert!(!format!("{:?}", Passcode::parse("123456")).contains("123456"));
    }
}
