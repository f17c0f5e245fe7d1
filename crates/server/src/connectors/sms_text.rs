//! The text of a message before it is sent: its variables, how it will read, what it will cost in parts.
//! Rules: <https://help.aliyun.com/document_detail/44335.htm>; for other countries those of GSM 03.38.
use super::kit::Place;

/// Characters of the GSM alphabet besides letters and digits of ASCII; each takes one place.
const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
/// Those that need an escape before them; each takes two places.
const GSM_ESCAPED: &str = "|^€{}[]~\\";

/// How long a message is, and how many messages are billed for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// Characters as they are counted where the message goes.
    pub characters: usize,
    /// Messages billed.
    pub parts: usize,
}

/// The names of a template's variables, `${name}`, each once, in order.
pub fn variables(content: &str) -> Vec<String> {
    let mut names: Vec<String> = vec![];
    for name in pieces(content).filter_map(Result::err) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The message as the person reads it: signature, and in the place of every variable its value.
pub fn preview<'v>(
    place: Place,
    sign_name: &str,
    content: &'v str,
    value: impl Fn(&str) -> &'v str,
) -> String {
    let (open, close) = match place {
        Place::Mainland => ('【', '】'),
        Place::Outside => ('[', ']'),
    };
    let filled: String =
        pieces(content).map(|piece| piece.unwrap_or_else(|name| value(name))).collect();
    format!("{open}{sign_name}{close}{filled}")
}

/// The length of a whole message, its signature included.
pub fn billed_parts(place: Place, text: &str) -> Length {
    let (characters, alone, each) = match (place, septets(text)) {
        (Place::Mainland, _) => (text.chars().count(), 70, 67),
        (Place::Outside, Some(septets)) => (septets, 160, 153),
        (Place::Outside, None) => (text.encode_utf16().count(), 70, 67),
    };
    let parts = if characters <= alone { 1 } else { characters.div_ceil(each) };
    Length { characters, parts }
}

/// Places the text takes in the GSM alphabet; `None` if it has other characters.
fn septets(text: &str) -> Option<usize> {
    text.chars().try_fold(0, |sum, c| match c {
        _ if c.is_ascii_alphanumeric() || GSM.contains(c) => Some(sum + 1),
        _ if GSM_ESCAPED.contains(c) => Some(sum + 2),
        _ => None,
    })
}

/// The text cut at its variables: `Ok` for what stands there, `Err` for the name of a variable.
fn pieces(content: &str) -> impl Iterator<Item = Result<&str, &str>> {
    let mut parts = content.split("${");
    let first = parts.next().map(Ok);
    let rest = parts.flat_map(|part| match part.split_once('}') {
        Some((name, after)) if !name.trim().is_empty() => [Err(name.trim()), Ok(after)],
        _ => [Ok("${"), Ok(part)],
    });
    first.into_iter().chain(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Place::{Mainland, Outside};

    #[test]
    fn variables_are_found_once_each_and_in_order() {
        for (content, names) in [
            ("您的验证码是${code}，5分钟内有效。", vec!["code"]),
            ("${product}的验证码是${code}，${product}", vec!["product", "code"]),
            ("${ code }", vec!["code"]),
            ("no variable, {{code}} is none of Aliyun's", vec![]),
            ("half of one ${code, and ${} nothing", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(variables(content), names, "{content}");
        }
    }

    #[test]
    fn a_preview_reads_like_the_message() {
        let code = |name: &str| if name == "code" { "123456" } else { "?" };
        let chinese = preview(Mainland, "号码", "您的验证码是${code}，请勿告诉他人。", code);
        assert_eq!(chinese, "【号码】您的验证码是123456，请勿告诉他人。");
        let english = preview(Outside, "Haoma", "Your code is ${code}.", code);
        assert_eq!(english, "[Haoma]Your code is 123456.");
        assert_eq!(
            preview(Mainland, "a", "half ${code", code),
            "【a】half ${code",
            "left as it is"
        );
    }

    #[test]
    fn a_message_is_billed_by_the_rules_of_its_country() {
        let cases = [
            (Mainland, "码", 70, 70, 1),
            (Mainland, "码", 71, 71, 2),
            (Mainland, "a", 134, 134, 2),
            (Mainland, "a", 135, 135, 3),
            (Outside, "a", 160, 160, 1),
            (Outside, "a", 161, 161, 2),
            (Outside, "é", 306, 306, 2),
            (Outside, "a", 307, 307, 3),
            (Outside, "€", 80, 160, 1),
            (Outside, "[", 81, 162, 2),
            (Outside, "码", 70, 70, 1),
            (Outside, "码", 71, 71, 2),
            (Outside, "😀", 36, 72, 2),
        ];
        for (place, letter, times, characters, parts) in cases {
            let length = billed_parts(place, &letter.repeat(times));
            assert_eq!(length, Length { characters, parts }, "{times} {letter} {place:?}");
        }
    }
}
