//! Aliyun's messages repeat parts of the request (a failed signature repeats all of it). Before a message is kept,
//! whatever the caller must never log is taken out.
use std::ops::Range;

/// Longest message kept, in characters; Aliyun's own are far shorter.
const LONGEST: usize = 300;

/// Runs of letters and digits shorter than this are neither codes nor numbers.
const SHORTEST_SECRET: usize = 4;

/// Characters between two parts of a number at most: ` - `.
const LONGEST_GAP: usize = 4;

/// A run of letters and digits in a message.
struct Word {
    /// Where its characters begin and end.
    at: Range<usize>,
    /// In the letters and digits of ASCII.
    text: String,
    /// Whether nothing but what stands between the parts of a number is between it and the word before.
    goes_on: bool,
}

/// `message` without the echo of the string that was signed, without anything of `secrets`, also where up to four signs part its digits, and not too long.
pub(crate) fn message(message: &str, secrets: &[String]) -> String {
    let lower = message.to_ascii_lowercase();
    let echo = ["server string", "server canonical"].iter().filter_map(|m| lower.find(m)).min();
    let kept = echo.and_then(|end| message.get(..end)).unwrap_or(message).trim_end();
    let letters: Vec<char> = kept.chars().take(LONGEST).collect();
    let hidden = hidden(&words(&letters), secrets);
    let is_hidden = |at: &usize| hidden.iter().any(|range| range.contains(at));
    let mut out = String::with_capacity(kept.len());
    for (at, letter) in letters.into_iter().enumerate() {
        let goes_on = at.checked_sub(1).is_some_and(|before| is_hidden(&before));
        match is_hidden(&at) {
            true if !goes_on => out.push_str("***"),
            true => {}
            false => out.push(if letter.is_control() { ' ' } else { letter }),
        }
    }
    out
}

fn words(letters: &[char]) -> Vec<Word> {
    let mut all: Vec<Word> = vec![];
    for (at, letter) in letters.iter().enumerate() {
        let Some(plain) = plain(*letter) else { continue };
        let before = all.last_mut();
        let gap = before.as_ref().map_or(&[][..], |w| letters.get(w.at.end..at).unwrap_or(&[]));
        let is_gap = gap.len() <= LONGEST_GAP && !gap.iter().any(|c| c.is_alphabetic());
        match before {
            Some(word) if gap.is_empty() => {
                word.text.push(plain);
                word.at.end = at + 1;
            }
            before => {
                let goes_on = before.is_some() && is_gap;
                all.push(Word { at: at..at + 1, text: plain.to_string(), goes_on });
            }
        }
    }
    all
}

/// A letter or digit as a secret would hold it. Full-width digits are digits.
fn plain(letter: char) -> Option<char> {
    let full_width = ('０'..='９').contains(&letter);
    let digit = full_width.then(|| u32::from(letter) - u32::from('０') + u32::from('0'));
    digit.and_then(char::from_u32).or(Some(letter).filter(char::is_ascii_alphanumeric))
}

/// Where a secret or a part of one stands: in one word, or in several that follow each other like the parts of a number.
fn hidden(words: &[Word], secrets: &[String]) -> Vec<Range<usize>> {
    let mut all = vec![];
    for (first, begin) in words.iter().enumerate() {
        let mut text = String::new();
        let rest = words.iter().enumerate().skip(first);
        for (_, end) in rest.take_while(|(at, word)| *at == first || word.goes_on) {
            text.push_str(&end.text);
            let is_part =
                text.len() >= SHORTEST_SECRET && secrets.iter().any(|s| s.contains(&text));
            let is_whole = holds(&text, secrets);
            // where it is whole without the first word, too, that word is none of it
            let is_shortest = || !holds(text.get(begin.text.len()..).unwrap_or_default(), secrets);
            if is_part || is_whole && is_shortest() {
                all.push(begin.at.start..end.at.end);
            }
            if is_whole {
                break;
            }
        }
    }
    all
}

fn holds(text: &str, secrets: &[String]) -> bool {
    secrets.iter().any(|s| s.len() >= SHORTEST_SECRET && text.contains(s.as_str()))
}

/// The start of a code or request id: no more than `longest` printable ASCII characters, nothing else.
pub(crate) fn label(text: &str, longest: usize) -> String {
    text.chars().filter(char::is_ascii_graphic).take(longest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_keeps_neither_number_nor_code_nor_the_signed_string() {
        let secrets = ["13900000000".to_owned(), "493817".to_owned()];
        for (raw, kept) in [
            ("触发分钟级流控Permits:1", "触发分钟级流控Permits:1"),
            ("8613900000000 and +86139000000005 refused", "*** and +*** refused"),
            ("code 493817 and 4938 refused", "code *** and *** refused"),
            (
                "Specified signature is not matched with our calculation. server string to sign is:POST&%2F&A",
                "Specified signature is not matched with our calculation.",
            ),
            ("Mismatch. server StringToSign is [ACS3 493817]", "Mismatch."),
            ("Mismatch, server CanonicalRequest is [ 13900000000 ]", "Mismatch,"),
            ("two\nlines", "two lines"),
            ("to 139\u{2011}0000\u{2011}0000.", "to ***."),
            ("(+86) 139 0000 0000: 5 an hour", "(+86) ***: 5 an hour"),
            ("1390-000/0000,1 39 00 00 00 000", "***,***"),
            ("号码１３９００００００００有误，４９３８１７", "号码***有误，***"),
            ("号码 139（0000）0000、493\u{2009}817", "号码 ***、***"),
            (
                "HTTP 400 isv.MOBILE_NUMBER_ILLEGAL 2026-11-29",
                "HTTP 400 isv.MOBILE_NUMBER_ILLEGAL 2026-11-29",
            ),
        ] {
            assert_eq!(message(raw, &secrets), kept);
        }
        assert_eq!(message(&"信".repeat(1000), &[]).chars().count(), LONGEST);
    }
}
