//! Pages of long lists, newest first, along ids that begin with their time: every page costs the same, however far back it is.
use haoma_core::entropy::Entropy;
use haoma_core::ids::AuditId;
use haoma_core::time::Timestamp;

use crate::db::{Db, Result};
use crate::value::{Row, Value};

/// Where in a list a page begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Place {
    /// At the newest row.
    #[default]
    Newest,
    /// Below this id.
    Before(String),
    /// Above this id.
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

/// Ids from the first to before the second. The ids of one list are equally long.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Range {
    from: String,
    below: String,
}

/// One list: each text takes the range as `$1` and `$2` and a number of rows as `$3`.
#[derive(Debug)]
pub(crate) struct List {
    /// Newest first; what narrows the list follows from `$4` on.
    pub(crate) down: &'static str,
    /// The same, oldest first.
    pub(crate) up: &'static str,
    /// The id that lies so many rows below the end of the range.
    pub(crate) down_edge: &'static str,
    /// The id that lies so many rows above its begin.
    pub(crate) up_edge: &'static str,
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

/// A page of the list. One above the newest rows is the page of the newest.
pub(crate) async fn page(db: &Db, list: &List, ask: Ask<'_>) -> Result<Page<Row>> {
    if let Place::After(_) = ask.place {
        let page = up(db, list, &ask).await?;
        if page.newer.is_some() {
            return Ok(page);
        }
    }
    let newest = Place::Newest;
    let place = if let Place::Before(_) = ask.place { ask.place } else { &newest };
    down(db, list, &Ask { place, ..ask }).await
}

async fn down(db: &Db, list: &List, ask: &Ask<'_>) -> Result<Page<Row>> {
    let mut range = Range::of(ask);
    let edge = edge(db, list.down_edge, ask, &range).await?;
    range.from = edge.clone().unwrap_or(range.from);
    let mut items = rows(db, list.down, ask, &range).await?;
    let has_more = cut(&mut items, ask.size);
    let older = if has_more { id(items.last())? } else { edge };
    let newer = if *ask.place == Place::Newest { None } else { id(items.first())? };
    let is_cut = !has_more && older.is_some();
    Ok(Page { items, newer: newer.map(Place::After), older: older.map(Place::Before), is_cut })
}

async fn up(db: &Db, list: &List, ask: &Ask<'_>) -> Result<Page<Row>> {
    let mut range = Range::of(ask);
    let edge = edge(db, list.up_edge, ask, &range).await?;
    range.below = edge.as_deref().map_or(range.below, above);
    let mut items = rows(db, list.up, ask, &range).await?;
    let has_more = cut(&mut items, ask.size);
    let newer = if has_more { id(items.last())? } else { edge };
    items.reverse();
    let older = id(items.last())?.unwrap_or(range.from);
    let is_cut = !has_more && newer.is_some();
    let older = Some(Place::Before(older));
    Ok(Page { items, newer: newer.map(Place::After), older, is_cut })
}

async fn edge(db: &Db, sql: &'static str, ask: &Ask<'_>, range: &Range) -> Result<Option<String>> {
    let Some(looks) = ask.looks else { return Ok(None) };
    let params = vec![range.from.as_str().into(), range.below.as_str().into(), (looks - 1).into()];
    id(db.scan(sql, params).await?.first())
}

/// One row more than the page has, which tells whether there is another.
async fn rows(db: &Db, sql: &'static str, ask: &Ask<'_>, range: &Range) -> Result<Vec<Row>> {
    let mut params =
        vec![range.from.as_str().into(), range.below.as_str().into(), (ask.size + 1).into()];
    params.extend(ask.narrow.iter().cloned());
    db.scan(sql, params).await
}

fn cut(items: &mut Vec<Row>, size: i64) -> bool {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let has_more = items.len() > size;
    items.truncate(size);
    has_more
}

fn id(row: Option<&Row>) -> Result<Option<String>> {
    row.map(|row| row.text(0)).transpose()
}

impl Range {
    fn of(ask: &Ask<'_>) -> Self {
        let (from, until) = ask.between;
        let from = first_id(from.unwrap_or_default());
        let below = first_id(until.unwrap_or(Timestamp(i64::MAX)));
        match ask.place {
            Place::Newest => Self { from, below },
            Place::Before(id) => Self { from, below: below.min(id.clone()) },
            Place::After(id) => Self { from: from.max(above(id)), below },
        }
    }
}

/// What sorts after this id and before every other one above it.
fn above(id: &str) -> String {
    format!("{id}0")
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
    /// The same page of what the rows say.
    pub(crate) fn read<U>(self, read: impl Fn(&T) -> Result<U>) -> Result<Page<U>> {
        let items = self.items.iter().map(read).collect::<Result<_>>()?;
        let Self { newer, older, is_cut, .. } = self;
        Ok(Page { items, newer, older, is_cut })
    }
}
