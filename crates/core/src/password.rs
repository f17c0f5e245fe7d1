//! Which passwords an administrator may choose (NIST SP 800-63B-4, section 3.1.1.2: long, not common, no rules of composition).
use std::collections::BTreeSet;

/// Characters a password has at least.
pub const LEAST_CHARS: usize = 12;
/// Characters a password has at most: more only cost time.
pub const MOST_CHARS: usize = 128;
/// A password of fewer different characters is guessed whatever its length.
const LEAST_DIFFERENT: usize = 5;

/// Passwords people choose most, from Django's list (see `NOTICE`): lower case, sorted, one a line.
const COMMON: &str = include_str!("../data/common-passwords.txt");

/// Why a password cannot be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// Fewer than [`LEAST_CHARS`].
    #[error("the password is too short")]
    Short,
    /// More than [`MOST_CHARS`].
    #[error("the password is too long")]
    Long,
    /// Chosen by many, or made of what many choose.
    #[error("the password is a common one")]
    Common,
    /// It says whose it is.
    #[error("the password contains the name of the account")]
    HasName,
}

/// Whether the account `name` may have this password.
///
/// ```
/// use haoma_core::password::{Weakness, check};
/// assert_eq!(check("Password1234!", "li"), Err(Weakness::Common));
/// assert_eq!(check("seven green kettles", "li"), Ok(()));
/// ```
pub fn check(password: &str, name: &str) -> Result<(), Weakness> {
    let chars = password.chars().count();
    if chars < LEAST_CHARS {
        return Err(Weakness::Short);
    }
    if chars > MOST_CHARS {
        return Err(Weakness::Long);
    }
    let lower = password.to_lowercase();
    if name.chars().count() >= 4 && lower.contains(&name.to_lowercase()) {
        return Err(Weakness::HasName);
    }
    let different = lower.chars().collect::<BTreeSet<_>>().len();
    let is_easy = different < LEAST_DIFFERENT || is_run(&lower) || is_common(&lower);
    if is_easy { Err(Weakness::Common) } else { Ok(()) }
}

/// Each character beside the one before: `abcdefghijkl`, `210987654321`.
fn is_run(text: &str) -> bool {
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    let follows = |pair: &[u32]| match pair {
        [a, b] => a.abs_diff(*b) <= 1 || a.abs_diff(*b) == 9,
        _ => true,
    };
    codes.windows(2).all(follows)
}

/// On the list, or a word of the list repeated, or one between digits and signs.
fn is_common(text: &str) -> bool {
    let word = text.trim_matches(|c: char| !c.is_alphabetic());
    [text, word, period(text), period(word)]
        .into_iter()
        .any(|part| !part.is_empty() && COMMON.lines().any(|common| common == part))
}

/// What a text repeats from its beginning to its end: `monkey` for `monkeymonkey`; itself when it does not.
fn period(text: &str) -> &str {
    let starts = text.char_indices().map(|(at, _)| at).skip(1);
    let found = starts
        .filter_map(|at| text.split_at_checked(at))
        .find(|(head, rest)| rest.starts_with(head) && text.starts_with(rest));
    found.map_or(text, |(head, _)| head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_long_and_common_passwords_are_refused() {
        for (password, wanted) in [
            ("elevenchars", Err(Weakness::Short)),
            ("", Err(Weakness::Short)),
            ("短短短短短短短短短短短", Err(Weakness::Short)),
            ("aaaaaaaaaaaaaaaa", Err(Weakness::Common)),
            ("abcabcabcabcabc", Err(Weakness::Common)),
            ("123456789012", Err(Weakness::Common)),
            ("abcdefghijklm", Err(Weakness::Common)),
            ("qwertyuiop123", Err(Weakness::Common)),
            ("PASSWORD20262026", Err(Weakness::Common)),
            ("monkeymonkeymonkey", Err(Weakness::Common)),
            ("letmeinletmein!!", Err(Weakness::Common)),
            ("administrator-of-shop", Err(Weakness::HasName)),
            ("correct horse battery", Ok(())),
            ("号码登录控制台的密码够长", Ok(())),
        ] {
            assert_eq!(check(password, "Administrator"), wanted, "{password}");
        }
        assert_eq!(check(&"xy7k2".repeat(26), "li"), Err(Weakness::Long));
    }

    #[test]
    fn a_short_name_does_not_forbid_half_the_words() {
        assert_eq!(check("believe in kettles", "li"), Ok(()));
    }

    #[test]
    fn the_list_is_as_the_search_wants_it() {
        assert!(COMMON.lines().is_sorted() && COMMON.lines().count() > 18_000);
        assert!(COMMON.lines().all(|line| line == line.to_lowercase() && !line.is_empty()));
    }
}
