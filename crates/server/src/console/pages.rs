//! Pages of a list: how an address says which one, and where the ones beside it are.
use haoma_core::time::Timestamp;
use haoma_store::page::{Key, Page};

use crate::management::query::Query;
use crate::views::console::lists::Pager;

/// Entries of a page.
const SIZE: usize = 20;
/// So many are read: one more tells whether there is another page.
pub(super) const READ: i64 = 21;

/// Which page an address asks for. What cannot be read is the first one.
pub(super) fn asked(query: &Query) -> Page {
    let key = |name| {
        let (at, id) = query.one(name)?.split_once('.')?;
        let id = id.to_owned();
        (!id.contains('\0')).then_some(Key { at: Timestamp(at.parse().ok()?), id })
    };
    match (key("after"), key("before")) {
        (Some(key), _) => Page::After(key),
        (None, Some(key)) => Page::Before(key),
        (None, None) => Page::First,
    }
}

/// Cuts what was read to a page, and says where the others are; `path` and the pairs name the list.
pub(super) fn cut<T>(
    mut rows: Vec<T>,
    page: &Page,
    key: impl Fn(&T) -> Key,
    (path, pairs): (&str, &[(String, String)]),
) -> (Vec<T>, Pager) {
    let is_more = rows.len() > SIZE;
    if is_more {
        let spare = if page.is_upwards() { 0 } else { rows.len() - 1 };
        rows.remove(spare);
    }
    let (newer, older) = match page {
        Page::First => (false, is_more),
        Page::After(_) => (true, is_more),
        Page::Before(_) => (is_more, true),
    };
    let href = |name: &str, row: Option<&T>| {
        let key = key(row?);
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs);
        query.append_pair(name, &format!("{}.{}", key.at.0, key.id));
        Some(format!("{path}?{}", query.finish()))
    };
    let pager = Pager {
        newer: newer.then(|| href("before", rows.first())).flatten(),
        older: older.then(|| href("after", rows.last())).flatten(),
    };
    (rows, pager)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_at(page: &Page, count: i64) -> (Vec<i64>, Pager) {
        let key = |n: &i64| Key { at: Timestamp(*n), id: "x".to_owned() };
        cut((0..count).rev().collect(), page, key, ("/list", &[("q".to_owned(), "a b".to_owned())]))
    }

    #[test]
    fn a_page_leads_to_those_beside_it_and_nowhere_else() {
        let beside = || Key { at: Timestamp(99), id: "x".to_owned() };
        let (rows, pager) = cut_at(&Page::First, 21);
        assert_eq!((rows.len(), rows.last()), (20, Some(&1)));
        assert_eq!(pager.older.as_deref(), Some("/list?q=a+b&after=1.x"));
        assert_eq!(pager.newer, None);
        assert_eq!(cut_at(&Page::First, 20).1, Pager::default());
        let (rows, pager) = cut_at(&Page::Before(beside()), 21);
        assert_eq!((rows.len(), rows.first()), (20, Some(&19)), "the nearest stay");
        assert!(pager.newer.is_some() && pager.older.is_some());
        let (_, pager) = cut_at(&Page::After(beside()), 3);
        assert!(pager.newer.is_some() && pager.older.is_none());
        assert_eq!(cut_at(&Page::After(beside()), 0).1, Pager::default());
    }
}
