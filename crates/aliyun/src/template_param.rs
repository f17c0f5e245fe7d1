//! The values of a template's variables, which include the verification code: nothing here prints.

use secrecy::{ExposeSecret as _, SecretString};
use std::fmt;

/// `TemplateParam`: a JSON object of strings, kept out of `Debug` and wiped from memory when dropped.
#[derive(Clone)]
pub struct TemplateParam(SecretString);

impl TemplateParam {
    /// The parameter of a template with one variable, usually `("code", "123456")`.
    pub fn one(name: &str, value: &str) -> Self {
        Self::of([(name, value)])
    }

    /// Values by variable name. Aliyun refuses unused names in verification templates, so pass what the template
    /// has and nothing more.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        // large enough for a usual code, so that growing leaves no second copy behind
        let mut json = String::with_capacity(64);
        for (name, value) in pairs {
            json.push(if json.is_empty() { '{' } else { ',' });
            push_json(&mut json, name);
            json.push(':');
            push_json(&mut json, value);
        }
        json.push_str(if json.is_empty() { "{}" } else { "}" });
        Self(json.into())
    }

    /// JSON text of the caller's making, sent as it is.
    pub fn from_json(text: impl Into<SecretString>) -> Self {
        Self(text.into())
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for TemplateParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TemplateParam(***)")
    }
}

/// Appends `text` as a JSON string (RFC 8259 section 7).
fn push_json(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            control if control < ' ' => {
                out.push_str("\\u00");
                for digit in [u32::from(control) >> 4, u32::from(control) & 0x0f] {
                    out.extend(char::from_digit(digit, 16));
                }
            }
            plain => out.push(plain),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn one_variable_is_written_as_the_sdks_write_it() {
        assert_eq!(TemplateParam::one("code", "123456").expose(), r#"{"code":"123456"}"#);
        assert_eq!(TemplateParam::of([]).expose(), "{}");
    }

    #[test]
    fn printing_shows_nothing_of_it() {
        assert_eq!(format!("{:?}", TemplateParam::one("code", "123456")), "TemplateParam(***)");
    }

    proptest! {
        #[test]
        fn any_text_survives_as_json(values in proptest::collection::btree_map(".*", ".*", 0..4)) {
            let pairs = values.iter().map(|(k, v)| (k.as_str(), v.as_str()));
            let param = TemplateParam::of(pairs);
            let read: BTreeMap<String, String> = serde_json::from_str(param.expose()).unwrap();
            prop_assert_eq!(read, values);
        }
    }
}
