//! Aliyun's messages repeat parts of the request (a failed signature repeats all of it). Before a message is kept,
//! whatever the caller must never log is taken out.

/// Longest message kept, in characters; Aliyun's own are far shorter.
const LONGEST: usize = 300;

/// Runs of letters and digits shorter than this are neither codes nor numbers.
const SHORTEST_SECRET: usize = 4;

/// `message` without the echo of the string that was signed, without anything of `secrets`, and not too long.
pub(crate) fn message(message: &str, secrets: &[String]) -> String {
    let lower = message.to_ascii_lowercase();
    let echo = ["server string", "server canonical"].iter().filter_map(|m| lower.find(m)).min();
    let kept = echo.and_then(|end| message.get(..end)).unwrap_or(message).trim_end();
    let mut out = String::with_capacity(kept.len());
    let mut word = String::new();
    for letter in kept.chars().take(LONGEST) {
        if letter.is_ascii_alphanumeric() {
            word.push(letter);
            continue;
        }
        flush(&mut out, &mut word, secrets);
        out.push(if letter.is_control() { ' ' } else { letter });
    }
    flush(&mut out, &mut word, secrets);
    out
}

/// The start of a code or request id: no more than `longest` printable ASCII characters, nothing else.
pub(crate) fn label(text: &str, longest: usize) -> String {
    text.chars().filter(char::is_ascii_graphic).take(longest).collect()
}

fn flush(out: &mut String, word: &mut String, secrets: &[String]) {
    let secret = |s: &String| {
        s.len() >= SHORTEST_SECRET && word.contains(s.as_str())
            || word.len() >= SHORTEST_SECRET && s.contains(word.as_str())
    };
    out.push_str(if secrets.iter().any(secret) { "***" } else { word });
    word.clear();
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
        ] {
            assert_eq!(message(raw, &secrets), kept);
        }
        assert_eq!(message(&"信".repeat(1000), &[]).chars().count(), LONGEST);
    }
}
