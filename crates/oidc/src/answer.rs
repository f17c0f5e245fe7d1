//! How an answer travels to the client (OAuth 2.0 Multiple Response Types 1.0, section 2.1; Form Post Response Mode 1.0).
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::redirect_uri::{with_fragment, with_query};

/// What `response_mode` asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query, as for every code unless something else is asked for.
    #[default]
    Query,
    /// In the fragment, which no server sees.
    Fragment,
    /// As a form that the browser posts, which leaves no address behind.
    FormPost,
}

impl ResponseMode {
    /// All of them, as in discovery.
    pub const ALL: [Self; 3] = [Self::Query, Self::Fragment, Self::FormPost];

    /// Reads the parameter; `None` when it names no mode.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "query" => Some(Self::Query),
            "fragment" => Some(Self::Fragment),
            "form_post" => Some(Self::FormPost),
            _ => None,
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub(crate) fn is_query(&self) -> bool {
        *self == Self::Query
    }

    /// An answer to a redirect address.
    pub(crate) fn answer(self, redirect_uri: &str, pairs: &[(&str, &str)]) -> Answer {
        match self {
            Self::Query => Answer::Redirect(with_query(redirect_uri, pairs)),
            Self::Fragment => Answer::Redirect(with_fragment(redirect_uri, pairs)),
            Self::FormPost => {
                let owned =
                    |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
                let fields = pairs.iter().map(owned).collect();
                Answer::Form { action: redirect_uri.to_owned(), fields }
            }
        }
    }
}

/// An answer that is ready to go. It may hold a code, so it does not print.
#[derive(Clone, PartialEq, Eq)]
pub enum Answer {
    /// The browser is sent there.
    Redirect(String),
    /// The browser posts a form there.
    Form {
        /// The redirect address.
        action: String,
        /// Names and values.
        fields: Vec<(String, String)>,
    },
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Redirect(_) => "Redirect(…)",
            Self::Form { .. } => "Form(…)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_puts_the_answer_in_its_place() {
        let pairs = [("code", "c d"), ("state", "1&2")];
        let at = |mode: ResponseMode| mode.answer("https://a.example/cb?x=1", &pairs);
        let redirect = |text: &str| Answer::Redirect(text.to_owned());
        assert!(
            at(ResponseMode::Query) == redirect("https://a.example/cb?x=1&code=c+d&state=1%262")
        );
        assert!(
            at(ResponseMode::Fragment) == redirect("https://a.example/cb?x=1#code=c+d&state=1%262")
        );
        let Answer::Form { action, fields } = at(ResponseMode::FormPost) else { panic!() };
        assert_eq!(action, "https://a.example/cb?x=1");
        assert_eq!(
            fields,
            [("code", "c d"), ("state", "1&2")].map(|(n, v)| (n.to_owned(), v.to_owned()))
        );
    }

    #[test]
    fn an_answer_does_not_print_its_code() {
        for mode in ResponseMode::ALL {
            let shown =
                format!("{:?}", mode.answer("https://a.example/cb", &[("code", "hunter2")]));
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }

    #[test]
    fn every_mode_is_read_as_it_is_written() {
        for mode in ResponseMode::ALL {
            let name = serde_json::json!(mode);
            assert_eq!(ResponseMode::parse(name.as_str().unwrap()), Some(mode));
        }
        assert_eq!(ResponseMode::parse("jwt"), None);
    }
}
