//! A proof of work that a page solves while the person watches: no third party, nothing stored.
//!
//! The challenge is a text that only this server can make; its solution is a number, such that the SHA-256 of both begins with so many
//! zero bits. It is bound to one message of one walk: once that went out, the next has another. Checking costs one hash.
//!
//! A [`ticket`] is a challenge that no work solves: it says that a captcha was asked for this message, so that nobody has a third party
//! asked who was not.
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::keys::Key;
use crate::phone::PhoneNumber;
use crate::time::Timestamp;

/// Seconds a challenge can be answered (security statement 36: five minutes at most).
const LIFE_SECS: i64 = 300;
/// Zero bits of the easiest: a tenth of a second on a desktop, half a second on a slow phone.
const EASIEST: i64 = 15;
/// Zero bits of the hardest: 32 times as long.
const HARDEST: i64 = 20;
/// Longer solutions are none.
const MOST_DIGITS: usize = 12;

/// What a challenge is good for: one message.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The walk.
    pub interaction: &'a str,
    /// Messages the walk sent before.
    pub sends: usize,
    /// To whom.
    pub phone: &'a PhoneNumber,
}

/// A challenge, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// What the solution belongs to.
    pub text: String,
    /// Zero bits that the hash must begin with.
    pub difficulty: i64,
    /// When it can be answered no more.
    pub expires_at: Timestamp,
}

/// Why a solution counts for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not a challenge of ours for this message: forged, or used before.
    #[error("the challenge is for another message")]
    Foreign,
    /// It took too long.
    #[error("the challenge has expired")]
    Expired,
    /// The hash does not begin with enough zeros.
    #[error("the solution is wrong")]
    Wrong,
}

/// A challenge for one message. `fullness` is how full the fullest counter is, 0 to 100: the fuller, the harder.
pub fn issue(key: &Key, subject: &Subject<'_>, fullness: i64, now: Timestamp) -> Challenge {
    let difficulty = EASIEST + fullness.clamp(0, 100) * (HARDEST - EASIEST) / 100;
    made(key, subject, (difficulty, 0), now)
}

fn made(
    key: &Key,
    subject: &Subject<'_>,
    (difficulty, checks): (i64, u32),
    now: Timestamp,
) -> Challenge {
    let expires_at = now.plus_secs(LIFE_SECS);
    let tag = URL_SAFE_NO_PAD.encode(tag(key, subject, (difficulty, checks), expires_at));
    Challenge { text: format!("{difficulty}.{}.{tag}", expires_at.0), difficulty, expires_at }
}

/// Difficulty of a ticket; no work is worth so little.
const NO_WORK: i64 = 0;

/// What a captcha for one message goes with. `checks` are the captchas of the walk that were checked before: it is good for one.
pub fn ticket(key: &Key, subject: &Subject<'_>, checks: u32, now: Timestamp) -> Challenge {
    made(key, subject, (NO_WORK, checks), now)
}

/// Whether a captcha was asked for this message, and none checked since.
///
/// # Errors
/// [`Refusal`], but never [`Refusal::Wrong`]: what the captcha came to, others know.
pub fn judge_ticket(
    key: &Key,
    subject: &Subject<'_>,
    (text, checks): (&str, u32),
    now: Timestamp,
) -> Result<(), Refusal> {
    match read(key, subject, (text, checks)) {
        Some((NO_WORK, expires_at)) if now < expires_at => Ok(()),
        Some((NO_WORK, _)) => Err(Refusal::Expired),
        _ => Err(Refusal::Foreign),
    }
}

/// Whether somebody did the work for this message.
///
/// # Errors
/// [`Refusal`].
pub fn judge(
    key: &Key,
    subject: &Subject<'_>,
    (text, solution): (&str, &str),
    now: Timestamp,
) -> Result<(), Refusal> {
    let known = read(key, subject, (text, 0)).filter(|(difficulty, _)| *difficulty != NO_WORK);
    let (difficulty, expires_at) = known.ok_or(Refusal::Foreign)?;
    if now >= expires_at {
        return Err(Refusal::Expired);
    }
    let is_number = !solution.is_empty() && solution.bytes().all(|b| b.is_ascii_digit());
    let hash = Sha256::new().chain_update(text).chain_update(".").chain_update(solution).finalize();
    if is_number && solution.len() <= MOST_DIGITS && zeros(&hash) >= difficulty {
        Ok(())
    } else {
        Err(Refusal::Wrong)
    }
}

/// Solves a challenge as a page does; for programs that speak for a person, and for tests.
pub fn solve(challenge: &Challenge) -> String {
    let begun = Sha256::new().chain_update(&challenge.text).chain_update(".");
    let solves = |solution: &String| {
        zeros(&begun.clone().chain_update(solution).finalize()) >= challenge.difficulty
    };
    (0..u64::from(u32::MAX)).map(|n| n.to_string()).find(solves).unwrap_or_default()
}

fn read(key: &Key, subject: &Subject<'_>, (text, checks): (&str, u32)) -> Option<(i64, Timestamp)> {
    let (difficulty, rest) = text.split_once('.')?;
    let (expires_at, mac) = rest.split_once('.')?;
    let (difficulty, expires_at) = (difficulty.parse().ok()?, Timestamp(expires_at.parse().ok()?));
    let mine = tag(key, subject, (difficulty, checks), expires_at);
    // the text is compared, not what it decodes to: one challenge has one text, and one solution
    let is_mine = text == format!("{difficulty}.{}.{}", expires_at.0, URL_SAFE_NO_PAD.encode(mine));
    (is_mine && !mac.is_empty()).then_some((difficulty, expires_at))
}

fn tag(
    key: &Key,
    subject: &Subject<'_>,
    (difficulty, checks): (i64, u32),
    expires_at: Timestamp,
) -> [u8; 16] {
    let sends = u64::try_from(subject.sends).unwrap_or(u64::MAX).to_be_bytes();
    let parts: [&[u8]; 7] = [
        b"challenge",
        subject.interaction.as_bytes(),
        &sends,
        subject.phone.digits().as_bytes(),
        &difficulty.to_be_bytes(),
        &checks.to_be_bytes(),
        &expires_at.0.to_be_bytes(),
    ];
    let mut tag = [0; 16];
    tag.copy_from_slice(key.mac(&parts).first_chunk::<16>().unwrap_or(&[0; 16]));
    tag
}

fn zeros(hash: &[u8]) -> i64 {
    let whole = hash.iter().take_while(|byte| **byte == 0).count();
    let rest = hash.get(whole).map_or(0, |byte| byte.leading_zeros());
    i64::try_from(whole * 8).unwrap_or(0) + i64::from(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::ServerKey;

    fn phone(digits: &str) -> PhoneNumber {
        PhoneNumber::from_international(digits).unwrap()
    }

    #[test]
    fn s36_a_challenge_is_good_for_one_message_of_one_walk_and_five_minutes() {
        let key = ServerKey::new([1; 32]).derive("challenges");
        let (li, wang) = (phone("8613800138000"), phone("8613800138001"));
        let subject = Subject { interaction: "walk", sends: 1, phone: &li };
        let challenge = issue(&key, &subject, 0, Timestamp(0));
        let solution = solve(&challenge);
        let solved = (challenge.text.as_str(), solution.as_str());
        let (in_time, late) = (Timestamp(299_999), Timestamp(300_000));
        assert_eq!(judge(&key, &subject, solved, in_time), Ok(()));
        assert_eq!(judge(&key, &subject, solved, late), Err(Refusal::Expired));
        for other in [
            Subject { sends: 2, ..subject },
            Subject { interaction: "another", ..subject },
            Subject { phone: &wang, ..subject },
        ] {
            assert_eq!(judge(&key, &other, solved, in_time), Err(Refusal::Foreign), "{other:?}");
        }
        let theirs = ServerKey::new([2; 32]).derive("challenges");
        assert_eq!(judge(&theirs, &subject, solved, in_time), Err(Refusal::Foreign));
    }

    #[test]
    fn s38_a_ticket_is_good_for_its_message_alone_and_no_work_solves_it() {
        let key = ServerKey::new([1; 32]).derive("challenges");
        let li = phone("8613800138000");
        let subject = Subject { interaction: "walk", sends: 1, phone: &li };
        let ticket = ticket(&key, &subject, 2, Timestamp(0));
        let text = ticket.text.as_str();
        let judged = |subject, now| judge_ticket(&key, subject, (text, 2), Timestamp(now));
        assert_eq!(judged(&subject, 299_999), Ok(()));
        assert_eq!(judged(&subject, 300_000), Err(Refusal::Expired));
        let next = Subject { sends: 2, ..subject };
        assert_eq!(judged(&next, 0), Err(Refusal::Foreign));
        let checked = judge_ticket(&key, &subject, (text, 3), Timestamp(0));
        assert_eq!(checked, Err(Refusal::Foreign), "it is good for one check");
        let worked = judge(&key, &subject, (text, "0"), Timestamp(0));
        assert_eq!(
            worked,
            Err(Refusal::Foreign),
            "else a captcha would be the easiest work of all"
        );
        let work = issue(&key, &subject, 0, Timestamp(0));
        let judged = judge_ticket(&key, &subject, (&work.text, 0), Timestamp(0));
        assert_eq!(judged, Err(Refusal::Foreign));
    }

    #[test]
    fn nobody_makes_a_challenge_easier_and_a_wrong_solution_is_one() {
        let key = ServerKey::new([1; 32]).derive("challenges");
        let li = phone("8613800138000");
        let subject = Subject { interaction: "walk", sends: 0, phone: &li };
        let challenge = issue(&key, &subject, 100, Timestamp(0));
        let easier = challenge.text.replacen("20.", "1.", 1);
        for (text, refusal) in [
            (easier.as_str(), Refusal::Foreign),
            ("", Refusal::Foreign),
            ("1.1.", Refusal::Foreign),
        ] {
            assert_eq!(judge(&key, &subject, (text, "0"), Timestamp(0)), Err(refusal), "{text}");
        }
        for solution in ["", "0", "-1", "1e9", "٣", &"9".repeat(13)] {
            let judged = judge(&key, &subject, (&challenge.text, solution), Timestamp(0));
            assert_eq!(judged, Err(Refusal::Wrong), "{solution}");
        }
    }

    #[test]
    fn s37_the_difficulty_rises_with_the_risk_and_has_an_end() {
        let key = ServerKey::new([1; 32]).derive("challenges");
        let li = phone("8613800138000");
        let subject = Subject { interaction: "walk", sends: 0, phone: &li };
        let bits = [-1, 0, 19, 20, 50, 99, 100, 1000]
            .map(|full| issue(&key, &subject, full, Timestamp(0)).difficulty);
        assert_eq!(bits, [15, 15, 15, 16, 17, 19, 20, 20]);
    }

    #[test]
    fn zeros_are_counted_in_bits() {
        assert_eq!([&[0x80][..], &[0x01], &[0, 0x10], &[0, 0]].map(zeros), [0, 7, 11, 16]);
    }
}
