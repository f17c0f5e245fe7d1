//! How long a secret is valid.
use haoma_core::time::Timestamp;

use crate::error::api::codes;
use crate::views::console::fields::{Choice, Choices};
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

/// Days a secret can be made for; the first is chosen unless somebody chooses. Nothing: for ever.
const LIVES: [&str; 5] = ["", "30", "90", "180", "365"];
const DAY: i64 = 86_400;
/// A form of one's own may ask for other days than those, up to ten years.
const MOST_DAYS: i64 = 3650;

/// How long a secret is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// Chosen by sending nothing, and never what something else is taken for.
    ForEver,
    /// So many.
    Days(i64),
}

impl Life {
    /// What a form chose; `None` for what nobody can choose.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::ForEver);
        }
        text.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days)).map(Self::Days)
    }

    /// When it ends.
    pub(super) fn end(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::ForEver => None,
            Self::Days(days) => Some(now.plus_secs(days * DAY)),
        }
    }
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
        assert_eq!(Life::parse(""), Some(Life::ForEver));
        assert_eq!(Life::parse("3650"), Some(Life::Days(3650)));
        for bad in ["0", "-1", "3651", "1.5", " ", "never", "99999999999999999999"] {
            assert_eq!(Life::parse(bad), None, "{bad}");
        }
        assert_eq!(Life::ForEver.end(Timestamp(5)), None);
        assert_eq!(Life::Days(1).end(Timestamp(5)), Some(Timestamp(86_400_005)));
    }
}
