//! Pages of the `users` table by key, newest first; the table may have ten million rows.
use crate::db::{Db, Result};
use crate::page::Page;
use crate::users::{Stored, user, user_columns};

/// Whom a list holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Who {
    /// Everybody, or only those who are locked: an index leads to each page.
    #[default]
    Everybody,
    /// Only those who are locked.
    Locked,
    /// Who fits a search. An index gives the order, and rows are looked at until a page is full: quick for what is
    /// common, **every row** for what is not there (1 to 2 s for every million).
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
        "(LOWER(id) LIKE LOWER($4) ESCAPE '\\' OR LOWER(username) LIKE LOWER($4) ESCAPE '\\'
            OR LOWER(name) LIKE LOWER($4) ESCAPE '\\' OR phone LIKE $5 ESCAPE '\\' OR phone LIKE $6 ESCAPE '\\'
            OR phone LIKE $7 ESCAPE '\\') AND (is_locked = TRUE OR is_locked = $8)"
    };
}

/// At most `limit` users, newest first.
pub async fn page(db: &Db, who: &Who, at: &Page, limit: i64) -> Result<Vec<Stored>> {
    let sql = if at.is_upwards() { newer(who) } else { older(who) };
    let mut params = at.params().to_vec();
    params.push(limit.into());
    if let Who::Fitting(fitting) = who {
        params.push(fitting.text.as_deref().into());
        params.extend(fitting.phones.iter().map(|pattern| pattern.as_deref().into()));
        params.push(fitting.only_locked.into());
    }
    let rows = db.scan(sql, params).await?;
    rows.iter().map(user).collect::<Result<_>>().map(|rows| at.in_order(rows))
}

const fn older(who: &Who) -> &'static str {
    const EVERYBODY: &str = concat!(
        "SELECT ",
        user_columns!(),
        " FROM users WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3"
    );
    const LOCKED: &str = concat!(
        "SELECT ",
        user_columns!(),
        " FROM users WHERE is_locked = TRUE AND (created_at, id) < ($1, $2)
            ORDER BY created_at DESC, id DESC LIMIT $3"
    );
    const FITTING: &str = concat!(
        "SELECT ",
        user_columns!(),
        " FROM users WHERE (created_at, id) < ($1, $2) AND ",
        fits_search!(),
        " ORDER BY created_at DESC, id DESC LIMIT $3"
    );
    match who {
        Who::Everybody => EVERYBODY,
        Who::Locked => LOCKED,
        Who::Fitting(_) => FITTING,
    }
}

const fn newer(who: &Who) -> &'static str {
    const EVERYBODY: &str = concat!(
        "SELECT ",
        user_columns!(),
        " FROM users WHERE (created_at, id) > ($1, $2) ORDER BY created_at, id LIMIT $3"
    );
    const LOCKED: &str = concat!(
        "SELECT ",
        user_columns!(),
        " FROM users WHERE is_locked = TRUE AND (created_at, id) > ($1, $2)
            ORDER BY created_at, id LIMIT $3"
    );
    const FITTING: &str = concat!(
        "SELECT ",
        user_columns!(),
        " FROM users WHERE (created_at, id) > ($1, $2) AND ",
        fits_search!(),
        " ORDER BY created_at, id LIMIT $3"
    );
    match who {
        Who::Everybody => EVERYBODY,
        Who::Locked => LOCKED,
        Who::Fitting(_) => FITTING,
    }
}
