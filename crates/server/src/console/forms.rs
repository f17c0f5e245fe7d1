//! Reading the forms of the console.
use axum::extract::Form;
use axum::extract::rejection::FormRejection;
use axum::response::Response;
use serde_json::Value;

use super::administrator::Signed;
use super::prove::{Fields, Sensitive, prove};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

/// A form, if the request had one.
pub(super) type Sent = Result<Form<Fields>, FormRejection>;

/// The fields of a form.
///
/// # Errors
/// `guard.invalid_input`: there is none.
pub(super) fn read(sent: Sent) -> Result<Fields, ApiError> {
    sent.map(|Form(fields)| fields).map_err(|e| ApiError::new(codes::INVALID_INPUT).because(e))
}

/// The fields of a form whose sender proved who they are; or the page that asks for it.
///
/// # Errors
/// `guard.invalid_input`, or a fault of ours.
pub(super) async fn proved(
    app: &App,
    signed: &mut Signed,
    sent: Sent,
    what: Sensitive<'_>,
) -> Result<Result<Fields, Response>, ApiError> {
    let fields = read(sent)?;
    Ok(match prove(app, signed, &fields, what).await? {
        None => Ok(fields),
        Some(asked) => Err(asked),
    })
}

/// A field without the space around it; nothing when it is absent.
pub(super) fn one<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
}

/// Whether a box is ticked.
pub(super) fn is_on(fields: &Fields, name: &str) -> bool {
    !one(fields, name).is_empty()
}

/// A field as JSON: `null` when nothing is in it.
pub(super) fn nullable(fields: &Fields, name: &str) -> Value {
    Some(one(fields, name)).filter(|text| !text.is_empty()).into()
}

/// The lines of a field that hold something.
pub(super) fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// What was wrong at a place of the JSON that a form became, in the words of `key`.
pub(super) fn wrong_at(
    lang: Lang,
    error: Option<&ApiError>,
    place: &str,
    key: &str,
) -> Option<Problem> {
    let error = error?;
    let is_here = |one: &Value| {
        let path = one.get("keyPath").and_then(Value::as_str).unwrap_or_default();
        path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
    };
    let is_wrong = error.data().and_then(Value::as_array)?.iter().any(is_here);
    is_wrong.then(|| Problem::of_page(lang, error.code.code, key))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_problem_is_told_at_its_own_place_and_no_other() {
        let data = json!([{ "keyPath": "a.uris[2]", "message": "x" }, { "keyPath": "name", "message": "x" }]);
        let error = ApiError::new(codes::INVALID_INPUT).with_data(data);
        let is_wrong = |place| wrong_at(Lang::En, Some(&error), place, "k").is_some();
        assert_eq!(
            ["a.uris", "name", "a", "nam", "b"].map(is_wrong),
            [true, true, false, false, false]
        );
        assert!(wrong_at(Lang::En, None, "name", "k").is_none());
    }

    #[test]
    fn empty_lines_and_the_space_around_lines_do_not_count() {
        assert_eq!(lines(" a \r\n\r\n\tb\n"), ["a", "b"]);
        let fields = vec![("x".to_owned(), "  ".to_owned()), ("y".to_owned(), " z ".to_owned())];
        assert_eq!((nullable(&fields, "x"), nullable(&fields, "y")), (Value::Null, json!("z")));
        assert!(is_on(&fields, "y") && !is_on(&fields, "x") && !is_on(&fields, "absent"));
    }
}
