//! Pages of the `users` table by key, newest first; the table may have ten million rows.
use crate::db::{Db, Result};
use crate::keyset::{self, Ask, Edges, List, Order, Page, Place};
use crate::users::{Stored, user, user_columns};
use crate::value::Value;

/// The position of `created_at` among the columns.
const AT: usize = 10;
/// Rows looked at for one page at most: about a fifth of a second.
const LOOKS: i64 = 100_000;

/// Whom a list holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Who {
    /// Everybody, or only those who are locked: an index leads to each page.
    #[default]
    Everybody,
    /// Only those who are locked.
    Locked,
    /// Who fits a search. An index gives the order, and so many rows are looked at for a page and no more: the page says so.
    Fitting(Fitting),
}

/// `LIKE` patterns with `\\` as escape character; who fits one of them is in the list. Letters count alike in either case (SQLite: those
/// of ASCII).
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Fitting {
    /// For id, user name and name.
    pub text: Option<String>,
    /// For the number, digits only: its beginning with and without country code, its end.
    pub phones: [Option<String>; 3],
    /// Only those who are locked.
    pub only_locked: bool,
}

/// Not the patterns, which hold digits of numbers.
impl std::fmt::Debug for Fitting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fitting(…)")
    }
}

macro_rules! fits_search {
    () => {
        "(LOWER(id) LIKE LOWER($1) ESCAPE '\\' OR LOWER(username) LIKE LOWER($1) ESCAPE '\\'
            OR LOWER(name) LIKE LOWER($1) ESCAPE '\\' OR phone LIKE $2 ESCAPE '\\' OR phone LIKE $3 ESCAPE '\\'
            OR phone LIKE $4 ESCAPE '\\') AND (is_locked = TRUE OR is_locked = $5)"
    };
}

const EVERYBODY: List = List {
    order: Order::Ages(AT),
    down: concat!(
        "SELECT ",
        user_columns!(),
        " FROM users WHERE (created_at, id) >= ($1, $2) AND (created_at, id) < ($3, $4)
            ORDER BY created_at DESC, id DESC LIMIT $5"
    ),
    up: concat!(
        "SELECT ",
        user_columns!(),
        " FROM users WHERE (created_at, id) > ($1, $2) AND (created_at, id) <= ($3, $4)
            ORDER BY created_at, id LIMIT $5"
    ),
    edges: None,
};

const LOCKED: List = List {
    order: Order::Ages(AT),
    down: concat!(
        "SELECT ",
        user_columns!(),
        " FROM users WHERE is_locked = TRUE AND (created_at, id) >= ($1, $2) AND (created_at, id) < ($3, $4)
            ORDER BY created_at DESC, id DESC LIMIT $5"
    ),
    up: concat!(
        "SELECT ",
        user_columns!(),
        " FROM users WHERE is_locked = TRUE AND (created_at, id) > ($1, $2) AND (created_at, id) <= ($3, $4)
            ORDER BY created_at, id LIMIT $5"
    ),
    edges: None,
};

const FITTING: List = List {
    order: Order::Ages(AT),
    down: concat!(
        "SELECT ",
        user_columns!(),
        " FROM users WHERE ",
        fits_search!(),
        " AND (created_at, id) >= ($6, $7) AND (created_at, id) < ($8, $9)
            ORDER BY created_at DESC, id DESC LIMIT $10"
    ),
    up: concat!(
        "SELECT ",
        user_columns!(),
        " FROM users WHERE ",
        fits_search!(),
        " AND (created_at, id) > ($6, $7) AND (created_at, id) <= ($8, $9)
            ORDER BY created_at, id LIMIT $10"
    ),
    edges: Some(Edges {
        down: "SELECT id, created_at FROM users WHERE (created_at, id) >= ($1, $2) AND (created_at, id) < ($3, $4)
            ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET $5",
        up: "SELECT id, created_at FROM users WHERE (created_at, id) > ($1, $2) AND (created_at, id) <= ($3, $4)
            ORDER BY created_at, id LIMIT 1 OFFSET $5",
    }),
};

/// A page of users, newest first.
pub async fn page(db: &Db, who: &Who, place: &Place, size: i64) -> Result<Page<Stored>> {
    let (list, looks, narrow) = match who {
        Who::Everybody => (&EVERYBODY, None, vec![]),
        Who::Locked => (&LOCKED, None, vec![]),
        Who::Fitting(fitting) => (&FITTING, Some(LOOKS), fitting.params()),
    };
    let ask = Ask { between: (None, None), place, size, looks, narrow };
    keyset::page(db, list, ask).await?.read(user)
}

impl Fitting {
    fn params(&self) -> Vec<Value> {
        let mut params = vec![self.text.as_deref().into()];
        params.extend(self.phones.iter().map(|pattern| pattern.as_deref().into()));
        params.push(self.only_locked.into());
        params
    }
}
