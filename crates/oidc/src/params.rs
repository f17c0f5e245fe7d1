//! The parameters of a request, whichever way they came: query, form, or JSON scalars.
use std::collections::HashSet;

use serde_json::Value;

use crate::error::OauthError;

/// Parameters that may be repeated (RFC 8707, section 2).
const REPEATABLE: [&str; 1] = ["resource"];

/// Parsed parameters. Empty values count as absent (RFC 6749, section 3.1).
#[derive(Clone, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// From decoded pairs. A repeated parameter is refused (RFC 6749, section 3.1), as is a null byte.
    pub fn new(pairs: Vec<(String, String)>) -> Result<Self, OauthError> {
        let mut seen = HashSet::new();
        for (name, value) in &pairs {
            if value.contains('\0') {
                let text = "null bytes are not allowed in the request body";
                return Err(OauthError::invalid_request(text));
            }
            if !REPEATABLE.contains(&name.as_str()) && !seen.insert(name.as_str()) {
                let name: String = name.chars().take(64).collect();
                let text = format!("'{name}' parameter must not be provided twice");
                return Err(OauthError::invalid_request(text));
            }
        }
        Ok(Self(pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()))
    }

    /// From a JSON object: numbers and booleans become text, an array becomes a repeated parameter, the rest is left out.
    pub fn from_json(body: &[u8]) -> Result<Self, OauthError> {
        let Ok(Value::Object(object)) = serde_json::from_slice(body) else {
            return Err(OauthError::invalid_request("failed to parse the request body"));
        };
        let mut pairs = Vec::with_capacity(object.len());
        for (name, value) in object {
            match value {
                Value::Array(items) => {
                    let texts = items.into_iter().filter_map(scalar);
                    pairs.extend(texts.map(|text| (name.clone(), text)));
                }
                value => pairs.extend(scalar(value).map(|text| (name, text))),
            }
        }
        Self::new(pairs)
    }

    /// One parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// One parameter that must be there.
    pub fn required(&self, name: &str) -> Result<&str, OauthError> {
        self.get(name).ok_or_else(|| {
            OauthError::invalid_request(format!("missing required parameter '{name}'"))
        })
    }

    /// Whether it is there.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The same without some parameters.
    pub fn without(&self, names: &[&str]) -> Self {
        let kept = self.0.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        Self(kept.cloned().collect())
    }

    /// The same with one parameter set to this value.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut with = self.without(&[name]);
        with.0.push((name.to_owned(), value.to_owned()));
        with
    }

    /// Names and values, as they came.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// Form-encoded, as they came.
    pub fn to_form(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    /// How much text there is, in bytes.
    pub fn size(&self) -> usize {
        self.0.iter().map(|(name, value)| name.len() + value.len()).sum()
    }

    /// All values of a parameter; a value with commas counts as several (wire contract A.4).
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let mine = self.0.iter().filter(move |(key, _)| key == name);
        mine.flat_map(|(_, value)| value.split(',')).filter(|value| !value.is_empty())
    }
}

/// Names only: values may be secrets.
impl std::fmt::Debug for Params {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

fn scalar(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Result<Params, OauthError> {
        Params::new(list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn a_repeated_parameter_is_refused_unless_it_is_a_resource() {
        let error = pairs(&[("state", "a"), ("state", "b")]).unwrap_err();
        assert!(error.description.contains("'state'"));
        let params = pairs(&[("resource", "a,b"), ("resource", "c")]).unwrap();
        assert_eq!(params.all("resource").collect::<Vec<_>>(), ["a", "b", "c"]);
    }

    #[test]
    fn nothing_is_as_good_as_absent_and_null_bytes_are_refused() {
        assert!(!pairs(&[("scope", "")]).unwrap().has("scope"));
        assert_eq!(pairs(&[("ab", "cde"), ("f", "")]).unwrap().size(), 5);
        assert!(pairs(&[("scope", "a\0b")]).is_err());
    }

    #[test]
    fn json_scalars_become_text_and_broken_json_a_refusal() {
        let params =
            Params::from_json(br#"{"max_age":5,"resource":["a","b"],"x":{"y":1},"n":null}"#);
        let params = params.unwrap();
        assert_eq!(params.get("max_age"), Some("5"));
        assert_eq!(params.all("resource").count(), 2);
        assert!(!params.has("x") && !params.has("n"));
        for bad in [&b"{"[..], b"[]", b"1", b"", b"\xff"] {
            assert!(Params::from_json(bad).is_err());
        }
    }

    #[test]
    fn debug_shows_names_and_no_values() {
        let shown = format!("{:?}", pairs(&[("client_secret", "hunter2")]).unwrap());
        assert_eq!(shown, r#"{"client_secret"}"#);
    }
}
