//! API resources: which are asked for, and what may be done with them (RFC 8707; wire contract A.4 and A.6).
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::{ErrorKind, OauthError};
use crate::params::Params;

/// Resources of one request, at most: each is looked up.
const MOST: usize = 16;
/// Characters of an indicator, at most.
pub const MOST_INDICATOR: usize = 512;

/// Scopes of API resources, by the indicator of the resource. A resource may be in it without any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResourceScopes(BTreeMap<String, BTreeSet<String>>);

impl ResourceScopes {
    /// Reads what [`Self::stored`] wrote; what is no such text opens nothing.
    pub fn from_stored(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// As JSON; `None` where there is nothing.
    pub fn stored(&self) -> Option<String> {
        (!self.0.is_empty()).then(|| serde_json::json!(self.0).to_string())
    }

    /// Adds a resource with these scopes.
    pub fn insert(&mut self, indicator: &str, scopes: impl IntoIterator<Item = String>) {
        self.0.entry(indicator.to_owned()).or_default().extend(scopes);
    }

    /// Whether this resource is in here.
    pub fn has(&self, indicator: &str) -> bool {
        self.0.contains_key(indicator)
    }

    /// Whether one of its resources has a scope of this name.
    pub fn has_scope(&self, indicator: &str, scope: &str) -> bool {
        self.0.get(indicator).is_some_and(|scopes| scopes.contains(scope))
    }

    /// Whether everything of the other is in here.
    pub fn covers(&self, other: &Self) -> bool {
        let has = |(indicator, scopes): (&String, &BTreeSet<String>)| {
            self.0.get(indicator).is_some_and(|mine| mine.is_superset(scopes))
        };
        other.0.iter().all(has)
    }

    /// Both together.
    #[must_use]
    pub fn union(mut self, other: &Self) -> Self {
        for (indicator, scopes) in &other.0 {
            self.insert(indicator, scopes.iter().cloned());
        }
        self
    }

    /// What both have.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let both = |(indicator, scopes): (&String, &BTreeSet<String>)| {
            let theirs = other.0.get(indicator)?;
            Some((indicator.clone(), scopes.intersection(theirs).cloned().collect()))
        };
        Self(self.0.iter().filter_map(both).collect())
    }
}

/// The resources a request names, each once; a value with commas counts as several (wire contract A.4).
///
/// # Errors
/// `invalid_target`: more than anybody needs.
pub fn named(params: &Params) -> Result<Vec<String>, OauthError> {
    let mut named: Vec<String> = vec![];
    for one in params.all("resource") {
        if named.iter().any(|known| known == one) {
            continue;
        }
        if named.len() == MOST {
            let text = "too many resources in one request";
            return Err(OauthError::new(ErrorKind::InvalidTarget, text));
        }
        named.push(one.to_owned());
    }
    Ok(named)
}

/// A resource that is not there, or not for this grant.
pub fn unknown() -> OauthError {
    OauthError::new(ErrorKind::InvalidTarget, "resource indicator is missing, or unknown")
}

/// Which of the granted resources a token is for; `None`: for none, so it is opaque.
///
/// # Errors
/// `invalid_target`: more than one at a time, or one that was not granted.
pub fn choose<'a>(
    named: &'a [String],
    granted: &ResourceScopes,
    default: Option<&'a str>,
) -> Result<Option<&'a str>, OauthError> {
    match named {
        [] => Ok(default.filter(|one| granted.has(one))),
        [one] if granted.has(one) => Ok(Some(one)),
        [_] => Err(unknown()),
        _ => {
            let text = "only a single resource is supported for this grant";
            Err(OauthError::new(ErrorKind::InvalidTarget, text))
        }
    }
}

/// Whether an API may be called so: an absolute address without fragment (RFC 8707, section 2), in which nothing separates one from the
/// next.
///
/// # Errors
/// What is wrong with it.
pub fn check_indicator(text: &str) -> Result<(), &'static str> {
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && c != ',';
    if !text.chars().all(is_plain) || text.chars().count() > MOST_INDICATOR {
        return Err("must be an address of at most 512 characters without commas and spaces");
    }
    match url::Url::parse(text) {
        Ok(url) if url.fragment().is_none() => Ok(()),
        Ok(_) => Err("must have no fragment"),
        Err(_no_url) => Err("must be an absolute address such as https://api.example.com"),
    }
}

/// Whether a scope may be called so (RFC 6749, section 3.3).
pub fn is_scope_name(text: &str) -> bool {
    let fits = |b: u8| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    !text.is_empty() && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(list: &[(&str, &str)]) -> ResourceScopes {
        let mut scopes = ResourceScopes::default();
        for (indicator, names) in list {
            scopes.insert(indicator, names.split(' ').filter(|n| !n.is_empty()).map(str::to_owned));
        }
        scopes
    }

    fn params(values: &[&str]) -> Params {
        let pairs = values.iter().map(|value| ("resource".to_owned(), (*value).to_owned()));
        Params::new(pairs.collect()).unwrap()
    }

    #[test]
    fn what_was_stored_is_read_again_and_nonsense_opens_nothing() {
        let some = scopes(&[("a", "x y"), ("b", "")]);
        assert_eq!(some.stored().as_deref(), Some(r#"{"a":["x","y"],"b":[]}"#));
        assert_eq!(ResourceScopes::from_stored(some.stored().as_deref()), some);
        assert_eq!(ResourceScopes::default().stored(), None);
        for text in [None, Some("[]"), Some("{"), Some(r#"{"a":1}"#)] {
            assert_eq!(ResourceScopes::from_stored(text), ResourceScopes::default());
        }
    }

    #[test]
    fn sets_of_scopes_are_compared_resource_by_resource() {
        let (a, b) = (scopes(&[("a", "x y"), ("b", "x")]), scopes(&[("a", "y z"), ("c", "x")]));
        assert_eq!(a.intersection(&b), scopes(&[("a", "y")]));
        assert_eq!(a.clone().union(&b), scopes(&[("a", "x y z"), ("b", "x"), ("c", "x")]));
        assert!(a.covers(&scopes(&[("a", "x"), ("b", "")])) && a.covers(&scopes(&[])));
        assert!(!a.covers(&scopes(&[("c", "")])) && !a.covers(&scopes(&[("b", "y")])));
        assert!(a.has_scope("a", "y") && !a.has_scope("b", "y"));
    }

    #[test]
    fn a_resource_is_named_once_however_often_it_is_said() {
        assert_eq!(named(&params(&["a,b", "a", "c"])).unwrap(), ["a", "b", "c"]);
        let many: Vec<String> = (0..17).map(|n| n.to_string()).collect();
        assert!(named(&params(&[&many[..16].join(",")])).is_ok());
        assert_eq!(named(&params(&[&many.join(",")])).unwrap_err().kind, ErrorKind::InvalidTarget);
    }

    #[test]
    fn a_token_is_for_one_of_the_granted_resources() {
        let granted = scopes(&[("a", ""), ("b", "x")]);
        let judged = |named: &[&str], default| {
            let named: Vec<_> = named.iter().map(|one| (*one).to_owned()).collect();
            let chosen = choose(&named, &granted, default);
            chosen.map(|one| one.map(ToOwned::to_owned)).map_err(|error| error.kind)
        };
        let chosen = |one: &str| Ok(Some(one.to_owned()));
        assert_eq!(judged(&[], None), Ok(None));
        assert_eq!(judged(&["b"], Some("a")), chosen("b"));
        assert_eq!(judged(&[], Some("a")), chosen("a"));
        assert_eq!(judged(&[], Some("c")), Ok(None), "the default was not granted");
        for bad in [&["c"][..], &["a", "b"]] {
            assert_eq!(judged(bad, None), Err(ErrorKind::InvalidTarget), "{bad:?}");
        }
    }

    #[test]
    fn an_indicator_is_an_absolute_address() {
        for good in ["https://api.example.com", "https://api.example.com/v1?x=1", "urn:example:api"]
        {
            assert_eq!(check_indicator(good), Ok(()), "{good}");
        }
        for bad in ["", "api", "/v1", "https://a#b", "https://a,https://b", "https://a b", "a\0:b"]
        {
            assert!(check_indicator(bad).is_err(), "{bad}");
        }
        assert!(
            is_scope_name("read:orders")
                && !is_scope_name("a b")
                && !is_scope_name("a\"")
                && !is_scope_name("")
        );
    }
}
