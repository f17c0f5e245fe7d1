//! What every list of the console has in common: the days it is of, where a page begins, the links to other pages.
use haoma_core::time::Timestamp;
use haoma_store::keyset::{Page, Place};

use crate::management::query::Query;
use crate::views::console::fields::{Field, Kind};
use crate::views::console::lists::{Empty, Pager};
use crate::views::console::parts::{Notice, Tone};
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

/// Rows of a page.
pub(super) const SIZE: i64 = 25;
/// Longer than any id or key of ours.
const MOST_TEXT: usize = 128;

/// The address of a list, with what narrows it.
#[derive(Debug, Clone)]
pub(super) struct Address {
    path: String,
    pairs: Vec<(&'static str, String)>,
}

/// A day as it was typed.
#[derive(Debug, Clone, Default)]
pub(super) struct Day {
    /// The text.
    pub(super) typed: String,
    /// Its first moment, in UTC.
    pub(super) begin: Option<Timestamp>,
}

impl Address {
    /// A list that is not narrowed.
    pub(super) fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), pairs: vec![] }
    }

    /// Narrowed by this, unless it is empty.
    pub(super) fn and(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.pairs.push((name, value));
        }
        self
    }

    /// Whether anything narrows it.
    pub(super) fn is_narrow(&self) -> bool {
        !self.pairs.is_empty()
    }

    /// What narrows it.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (String, String)> {
        self.pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone()))
    }

    /// Its first page.
    pub(super) fn href(&self) -> String {
        self.at(&Place::Newest)
    }

    /// The page that begins there.
    pub(super) fn at(&self, place: &Place) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.pairs);
        match place {
            Place::Newest => {}
            Place::Before(id) => drop(query.append_pair("before", id)),
            Place::After(id) => drop(query.append_pair("after", id)),
        }
        let query = query.finish();
        if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) }
    }

    /// The links to the pages beside this one. A page without rows has nothing to begin at: from there to the newest.
    pub(super) fn pager<T>(&self, page: &Page<T>, place: &Place) -> Pager {
        let newer = match &page.newer {
            None if *place != Place::Newest && page.items.is_empty() => Some(self.href()),
            newer => newer.as_ref().map(|place| self.at(place)),
        };
        Pager { newer, older: page.older.as_ref().map(|place| self.at(place)) }
    }
}

impl Day {
    /// What a parameter says.
    pub(super) fn of(query: &Query, name: &str) -> Self {
        let typed: String = query.one(name).unwrap_or_default().chars().take(MOST_TEXT).collect();
        Self { begin: begin(&typed), typed }
    }

    /// The moment at which it is over.
    pub(super) fn end(&self) -> Option<Timestamp> {
        self.begin.map(|begin| begin.plus_secs(24 * 60 * 60))
    }

    /// Whether it is no day.
    pub(super) fn is_wrong(&self) -> bool {
        !self.typed.is_empty() && self.begin.is_none()
    }

    /// The field it is typed into.
    pub(super) fn field(&self, lang: Lang, name: &'static str, label: &str) -> Field {
        let wrong = || Problem::of_page(lang, "filter.not_a_day", "error-filter-not-a-day");
        let field = Field::new(name, lang.t(label)).typed(Kind::Date).holding(self.typed.clone());
        field.optional().wrong(self.is_wrong().then(wrong))
    }
}

/// The first moment of a day that is written as browsers do.
fn begin(typed: &str) -> Option<Timestamp> {
    let day: jiff::civil::Date = typed.parse().ok()?;
    let begin = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond();
    (begin >= 0 && typed.len() == "2026-01-31".len()).then_some(Timestamp(begin))
}

/// A parameter that narrows by an id or a word of ours.
pub(super) fn word(query: &Query, name: &str) -> Option<String> {
    let word = query.one(name)?.trim();
    let fits = !word.is_empty() && word.len() <= MOST_TEXT && !word.contains('\0');
    fits.then(|| word.to_owned())
}

/// Where the page begins.
pub(super) fn place(query: &Query) -> Place {
    match (word(query, "before"), word(query, "after")) {
        (Some(id), _) => Place::Before(id),
        (None, Some(id)) => Place::After(id),
        (None, None) => Place::Newest,
    }
}

/// Says that only a part was searched.
pub(super) fn cut_notice<T>(lang: Lang, page: &Page<T>) -> Option<Notice> {
    page.is_cut.then(|| Notice::new(Tone::Plain, lang.t("console-list-cut")))
}

/// Instead of rows on a page behind the last one: the list is not empty, it only ends before.
pub(super) fn beyond<T>(lang: Lang, page: &Page<T>, place: &Place) -> Option<Empty> {
    let is_beyond = page.items.is_empty() && !page.is_cut && *place != Place::Newest;
    is_beyond.then(|| Empty {
        title: lang.t("console-list-end").into_owned(),
        lead: lang.t("console-list-end-lead").into_owned(),
        action: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_browsers_write_it_or_not_at_all() {
        assert_eq!(begin("2026-11-22"), Some(Timestamp(1_795_305_600_000)));
        for bad in [
            "",
            "22.11.2026",
            "2026-02-30",
            "2026-11-22T10:00",
            "1969-12-31",
            "20261122",
            "+002026-11-22",
        ] {
            assert_eq!(begin(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_link_carries_what_narrows_the_list() {
        let list = Address::new("/console/x").and("a", "1 & 2").and("b", "");
        assert_eq!(list.at(&Place::Before("id".to_owned())), "/console/x?a=1+%26+2&before=id");
        assert_eq!(list.href(), "/console/x?a=1+%26+2");
        assert_eq!(Address::new("/console/x").href(), "/console/x");
    }
}
