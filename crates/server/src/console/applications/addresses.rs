//! Addresses of an application, judged line by line as they are typed and when they are saved.
use axum::Json;
use axum::extract::State;
use haoma_core::role::Right;
use haoma_oidc::redirect_uri::{BadRedirectUri, check_registration, origin};
use serde_json::{Value, json};

use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::forms::{self, Sent, lines};
use crate::error::api::{ApiError, codes};
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

/// Which rule addresses have to obey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Where people are sent to.
    Redirect,
    /// Whose scripts may call.
    Origin,
}

/// `POST /console/applications/check`: what is wrong with addresses that are being typed. Changes nothing.
pub(in crate::console) async fn check(
    State(_app): State<App>,
    signed: Signed,
    sent: Sent,
) -> Result<Json<Value>, ApiError> {
    signed.need(Right::Read)?;
    let fields = forms::read(sent)?;
    let rule = match forms::one(&fields, "rule") {
        "origin" => Rule::Origin,
        _ => Rule::Redirect,
    };
    let found = problem(signed.visit.lang, forms::one(&fields, "text"), rule);
    Ok(Json(json!({ "problem": found.map(|problem| problem.text) })))
}

/// Every line that cannot be registered, with its reason.
pub(super) fn problem(lang: Lang, text: &str, rule: Rule) -> Option<Problem> {
    let judge = |line: &str| match rule {
        Rule::Redirect => check_registration(line).err().map(key),
        Rule::Origin => (origin(line).as_deref() != Some(line)).then_some("uri-no-origin"),
    };
    let bad = lines(text).into_iter().filter_map(|line| {
        let shown: String = line.chars().take(80).collect();
        Some(lang.t1(judge(line)?, "line", shown).into_owned())
    });
    let text = bad.collect::<Vec<_>>().join(lang.between_sentences());
    let code = codes::INVALID_INPUT.code;
    (!text.is_empty()).then_some(Problem { code, text, more: None, wait: None })
}

const fn key(bad: BadRedirectUri) -> &'static str {
    match bad {
        BadRedirectUri::Length => "uri-too-long",
        BadRedirectUri::Fragment => "uri-fragment",
        BadRedirectUri::Wildcard => "uri-wildcard",
        BadRedirectUri::Character => "uri-character",
        BadRedirectUri::NotAbsolute => "uri-not-absolute",
        BadRedirectUri::User => "uri-user",
        BadRedirectUri::Scheme => "uri-scheme",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_line_is_named_with_its_reason_in_both_languages() {
        let text = "https://a.example/cb\nhttps://b.example/*\n\na.example\nhttps://c.example/#x";
        for lang in Lang::ALL {
            let told = problem(lang, text, Rule::Redirect).unwrap().text;
            for line in ["https://b.example/*", "a.example", "https://c.example/#x"] {
                assert!(told.contains(line), "{told}");
            }
            assert!(!told.contains("https://a.example/cb") && !told.contains("uri-"), "{told}");
            let told =
                problem(lang, "https://a.example/\nhttps://b.example", Rule::Origin).unwrap().text;
            assert!(told.contains("https://a.example/") && !told.contains("b.example"), "{told}");
        }
        assert_eq!(problem(Lang::En, "https://a.example/cb", Rule::Redirect), None);
    }
}
