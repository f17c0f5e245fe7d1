//! How long a secret is valid.
use crate::error::api::codes;
use crate::views::console::fields::{Choice, Choices};
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

/// Days a secret can be made for; the first is chosen unless somebody chooses. Nothing: for ever.
const LIVES: [&str; 5] = ["", "30", "90", "180", "365"];
/// Seconds of one.
pub(super) const DAY: i64 = 86_400;
/// A form of one's own may ask for other days than those, up to ten years.
const MOST_DAYS: i64 = 3650;

/// Days a secret is made for, `Some(None)` for ever: that is chosen by name, and never what something else is taken for.
pub(super) fn days(text: &str) -> Option<Option<i64>> {
    if text.is_empty() {
        return Some(None);
    }
    text.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days)).map(Some)
}

/// What is told of another.
pub(super) fn wrong(lang: Lang) -> Problem {
    Problem::of_page(lang, codes::INVALID_INPUT.code, "console-secret-life-wrong")
}

/// What can be chosen.
pub(super) fn choices(lang: Lang, chosen: &str) -> Choices {
    let life = |days: &str| match days.parse::<i64>() {
        Ok(count) => Choice::new(days, lang.t1("console-secret-days", "count", count), chosen),
        Err(_for_ever) => Choice::new(days, lang.t("console-secret-for-ever"), chosen),
    };
    let choices = Choices::new("life", lang.t("console-secret-life"), LIVES.map(life).to_vec());
    choices.hint(lang.t("console-secret-life-hint"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_nothing_is_for_ever() {
        assert_eq!(days(""), Some(None));
        assert_eq!([days("1"), days("3650")], [Some(Some(1)), Some(Some(3650))]);
        for bad in ["0", "-1", "3651", "1.5", " ", "never", "99999999999999999999"] {
            assert_eq!(days(bad), None, "{bad}");
        }
    }
}
