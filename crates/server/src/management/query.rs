//! The query of a request, as pairs.
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::input::Problems;
use crate::error::api::ApiError;

/// Decoded pairs, in order.
#[derive(Debug, Clone, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// All of them.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value of a parameter.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs().filter(move |(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The first value of a parameter.
    pub fn one<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// `true` or `false`, if it is there.
    pub fn flag(&self, name: &str, problems: &mut Problems) -> Option<bool> {
        match self.one(name)? {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                problems.add(name, "must be true or false");
                None
            }
        }
    }

    /// One of a few words, if it is there.
    pub fn word<'a>(
        &'a self,
        name: &'a str,
        words: &[&str],
        problems: &mut Problems,
    ) -> Option<&'a str> {
        let word = self.one(name)?;
        if words.contains(&word) {
            return Some(word);
        }
        problems.add(name, &format!("must be one of: {}", words.join(", ")));
        None
    }
}

impl From<Vec<(String, String)>> for Query {
    fn from(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect()))
    }
}

/// Whether a text can be a `LIKE` pattern with `\` as escape character.
pub fn is_pattern(text: &str) -> bool {
    const MOST: usize = 256;
    let escapes = text.bytes().rev().take_while(|b| *b == b'\\').count();
    !text.is_empty() && text.len() <= MOST && !text.contains('\0') && escapes % 2 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_ends_with_something_that_is_not_escaped_away() {
        for good in ["%", "a", r"a\%", r"a\\", "林%"] {
            assert!(is_pattern(good), "{good}");
        }
        for bad in ["", r"a\", r"a\\\", "a\0b", &"x".repeat(257)] {
            assert!(!is_pattern(bad), "{bad}");
        }
    }
}
