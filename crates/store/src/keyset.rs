//! Pages of long lists, newest first: a page begins beside a row, along the order that a key of the table has, so that every page costs
//! the same, however far back it is.
use haoma_core::entropy::Entropy;
use haoma_core::ids::AuditId;
use haoma_core::time::Timestamp;

use crate::db::{Db, Result};
use crate::value::{Row, Value};

/// Where in a list a page begins: beside a row, which the text names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Place {
    /// At the newest row.
    #[default]
    Newest,
    /// Below this row.
    Before(String),
    /// Above this row.
    After(String),
}

/// A page of a list, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// Its rows.
    pub items: Vec<T>,
    /// Where newer rows are.
    pub newer: Option<Place>,
    /// Where older rows are.
    pub older: Option<Place>,
    /// So many rows were looked at without filling the page: it goes on at [`Self::older`] or [`Self::newer`].
    pub is_cut: bool,
}

/// By what the rows of a list are ordered.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Order {
    /// By ids that begin with their time. They are equally long.
    Ids,
    /// By time and then id, where ids may come from elsewhere; the time is in this column, and the id in the first.
    Ages(usize),
}

/// Where a row lies in an order; the time is 0 where only ids count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    at: i64,
    id: String,
}

/// A part of a list.
#[derive(Debug, Clone)]
struct Range {
    from: Key,
    to: Key,
}

/// One list. Each text takes what narrows it first, then the range (as `>= AND <` downwards, as `> AND <=` upwards), then a number
/// of rows.
#[derive(Debug)]
pub(crate) struct List {
    /// By what it is ordered.
    pub(crate) order: Order,
    /// Newest first.
    pub(crate) down: &'static str,
    /// The same, oldest first.
    pub(crate) up: &'static str,
    /// The ids, then the times, of the whole range in either direction, for lists of which only a part is looked at.
    pub(crate) edges: Option<Edges>,
}

/// Each text takes the range, and how many rows from its end the row lies that it finds.
#[derive(Debug)]
pub(crate) struct Edges {
    /// Newest first.
    pub(crate) down: &'static str,
    /// Oldest first.
    pub(crate) up: &'static str,
}

/// What is asked of a list.
#[derive(Debug)]
pub(crate) struct Ask<'a> {
    /// Not before, and before.
    pub(crate) between: (Option<Timestamp>, Option<Timestamp>),
    /// Where the page begins.
    pub(crate) place: &'a Place,
    /// Rows of a page.
    pub(crate) size: i64,
    /// Rows looked at for a page, at most; `None` where an index leads to those that fit.
    pub(crate) looks: Option<i64>,
    /// What narrows the list.
    pub(crate) narrow: Vec<Value>,
}

/// A page of the list. One above the newest rows is the page of the newest, and so is one beside what names no row.
pub(crate) async fn page(db: &Db, list: &List, ask: Ask<'_>) -> Result<Page<Row>> {
    match ask.place {
        Place::Newest => down(db, list, &ask, None).await,
        Place::Before(row) => down(db, list, &ask, list.order.key(row)).await,
        Place::After(row) => {
            if let Some(after) = list.order.key(row) {
                let page = up(db, list, &ask, after).await?;
                if page.newer.is_some() {
                    return Ok(page);
                }
            }
            down(db, list, &ask, None).await
        }
    }
}

async fn down(db: &Db, list: &List, ask: &Ask<'_>, before: Option<Key>) -> Result<Page<Row>> {
    let (from, until) = list.order.ends(ask.between);
    let is_newest = before.is_none();
    let mut range = Range { from, to: before.map_or(until.clone(), |key| key.min(until)) };
    let edge = edge(db, list, list.edges.as_ref().map(|edges| edges.down), (ask, &range)).await?;
    range.from = edge.clone().unwrap_or(range.from);
    let mut items = rows(db, list, list.down, (ask, &range)).await?;
    let has_more = cut(&mut items, ask.size);
    let older = if has_more { list.order.key_of(items.last())? } else { edge };
    let newer = if is_newest { None } else { list.order.key_of(items.first())? };
    let is_cut = !has_more && older.is_some();
    let (newer, older) =
        (newer.map(|key| list.order.above(&key)), older.map(|key| list.order.below(&key)));
    Ok(Page { items, newer, older, is_cut })
}

async fn up(db: &Db, list: &List, ask: &Ask<'_>, after: Key) -> Result<Page<Row>> {
    let (from, until) = list.order.ends(ask.between);
    let mut range = Range { from: from.max(after), to: until };
    let edge = edge(db, list, list.edges.as_ref().map(|edges| edges.up), (ask, &range)).await?;
    range.to = edge.clone().unwrap_or(range.to);
    let mut items = rows(db, list, list.up, (ask, &range)).await?;
    let has_more = cut(&mut items, ask.size);
    let newer = if has_more { list.order.key_of(items.last())? } else { edge.clone() };
    items.reverse();
    // where nothing fitted, the way down from the edge comes past the row this page was asked for from
    let older = list.order.key_of(items.last())?.or(edge);
    let is_cut = !has_more && newer.is_some();
    let (newer, older) =
        (newer.map(|key| list.order.above(&key)), older.map(|key| list.order.below(&key)));
    Ok(Page { items, newer, older, is_cut })
}

/// The last row that is looked at, if there are so many.
async fn edge(
    db: &Db,
    list: &List,
    sql: Option<&'static str>,
    (ask, range): (&Ask<'_>, &Range),
) -> Result<Option<Key>> {
    let (Some(looks), Some(sql)) = (ask.looks, sql) else { return Ok(None) };
    let mut params = list.order.params(range);
    params.push((looks - 1).into());
    let rows = db.scan(sql, params).await?;
    let edges = match list.order {
        Order::Ids => Order::Ids,
        Order::Ages(_) => Order::Ages(1),
    };
    edges.key_of(rows.first())
}

/// One row more than the page has, which tells whether there is another.
async fn rows(
    db: &Db,
    list: &List,
    sql: &'static str,
    (ask, range): (&Ask<'_>, &Range),
) -> Result<Vec<Row>> {
    let mut params = ask.narrow.clone();
    params.extend(list.order.params(range));
    params.push((ask.size + 1).into());
    db.scan(sql, params).await
}

fn cut(items: &mut Vec<Row>, size: i64) -> bool {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let has_more = items.len() > size;
    items.truncate(size);
    has_more
}

impl Order {
    /// The row that a text names.
    fn key(self, text: &str) -> Option<Key> {
        match self {
            Self::Ids => Some(Key { at: 0, id: text.to_owned() }),
            Self::Ages(_) => {
                let (at, id) = text.split_once('.')?;
                Some(Key { at: at.parse().ok()?, id: id.to_owned() })
            }
        }
    }

    fn key_of(self, row: Option<&Row>) -> Result<Option<Key>> {
        let Some(row) = row else { return Ok(None) };
        let at = match self {
            Self::Ids => 0,
            Self::Ages(column) => row.int(column)?,
        };
        Ok(Some(Key { at, id: row.text(0)? }))
    }

    fn text(self, key: &Key) -> String {
        match self {
            Self::Ids => key.id.clone(),
            Self::Ages(_) => format!("{}.{}", key.at, key.id),
        }
    }

    fn above(self, key: &Key) -> Place {
        Place::After(self.text(key))
    }

    fn below(self, key: &Key) -> Place {
        Place::Before(self.text(key))
    }

    /// The ends of a time, which are no rows themselves.
    fn ends(self, (from, until): (Option<Timestamp>, Option<Timestamp>)) -> (Key, Key) {
        let (from, until) = (from.unwrap_or_default(), until.unwrap_or(Timestamp(i64::MAX)));
        let end = |at: Timestamp| match self {
            Self::Ids => Key { at: 0, id: first_id(at) },
            Self::Ages(_) => Key { at: at.0, id: String::new() },
        };
        (end(from), end(until))
    }

    fn params(self, range: &Range) -> Vec<Value> {
        let one = |key: &Key| match self {
            Self::Ids => vec![key.id.as_str().into()],
            Self::Ages(_) => vec![key.at.into(), key.id.as_str().into()],
        };
        let mut params = one(&range.from);
        params.extend(one(&range.to));
        params
    }
}

/// What no id made before this moment begins with, and every later one sorts after: ids begin with their time.
pub(crate) fn first_id(at: Timestamp) -> String {
    /// Characters of an id that are its time.
    const TIME: usize = 9;
    /// The last moment they can tell: 36 to the power of 9, less one.
    const LAST: i64 = 101_559_956_668_415;
    let id = AuditId::generate(Timestamp(at.0.clamp(0, LAST)), &Entropy::seeded(0));
    id.as_str().chars().take(TIME).collect()
}

impl<T> Page<T> {
    /// A list that is no longer than this.
    pub const fn of(items: Vec<T>) -> Self {
        Self { items, newer: None, older: None, is_cut: false }
    }

    /// The same page of what the rows say.
    pub(crate) fn read<U>(self, read: impl Fn(&T) -> Result<U>) -> Result<Page<U>> {
        let items = self.items.iter().map(read).collect::<Result<_>>()?;
        let Self { newer, older, is_cut, .. } = self;
        Ok(Page { items, newer, older, is_cut })
    }
}
