//! Lists of the `users` table, which may have ten million rows: what each costs is said at [`Search`].
use haoma_core::time::Timestamp;

use crate::db::{Db, Result};
use crate::users::{Stored, user, user_columns};
use crate::value::{Row, Value};

/// Whom a list holds, and in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// Everybody, newest first. An index gives the order; the rows before the page are walked over, so late pages take longer.
    /// Counting all takes about 0.1 s for every million.
    All,
    /// Numbers from one to another, in their order: see [`Search::number`] and [`Search::numbers`]. Only those rows are
    /// looked at.
    Numbers {
        /// The first.
        from: String,
        /// The last.
        to: String,
    },
    /// Who fits patterns, newest first. A pattern may begin with `%`, which no index serves: **every row is read**, for
    /// the page and again for the count: 1 to 2 s each for every million users on a small machine, with either engine. On SQLite
    /// sign-ins go on meanwhile; PostgreSQL gives up at its statement limit.
    Patterns(Patterns),
}

impl Search {
    /// The user of a number, digits only.
    pub fn number(digits: &str) -> Self {
        Self::Numbers { from: digits.to_owned(), to: digits.to_owned() }
    }

    /// The users of numbers that begin with these digits.
    pub fn numbers(prefix: &str) -> Self {
        // digits have one order in every collation, so no other character may stand here
        const LAST: &str = "99999999999999999999999999999999";
        Self::Numbers { from: prefix.to_owned(), to: format!("{prefix}{LAST}") }
    }
}

/// `LIKE` patterns with `\` as escape character; letters count alike in either case (SQLite: those of ASCII).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patterns {
    /// For the id.
    pub id: Option<String>,
    /// For the number, digits only.
    pub phone: Option<String>,
    /// For the user name.
    pub username: Option<String>,
    /// For what people call them.
    pub name: Option<String>,
    /// Whether all of them must fit, or one is enough.
    pub all: bool,
}

macro_rules! fits_any {
    () => {
        "LOWER(id) LIKE LOWER($1) ESCAPE '\\' OR phone LIKE $2 ESCAPE '\\'
            OR LOWER(username) LIKE LOWER($3) ESCAPE '\\' OR LOWER(name) LIKE LOWER($4) ESCAPE '\\'"
    };
}
macro_rules! fits_all {
    () => {
        "(CAST($1 AS TEXT) IS NULL OR LOWER(id) LIKE LOWER($1) ESCAPE '\\')
            AND (CAST($2 AS TEXT) IS NULL OR phone LIKE $2 ESCAPE '\\')
            AND (CAST($3 AS TEXT) IS NULL OR LOWER(username) LIKE LOWER($3) ESCAPE '\\')
            AND (CAST($4 AS TEXT) IS NULL OR LOWER(name) LIKE LOWER($4) ESCAPE '\\')"
    };
}

/// What is asked of each kind of search.
struct Texts {
    all: &'static str,
    numbers: &'static str,
    any_fits: &'static str,
    all_fit: &'static str,
}

const LIST: Texts = Texts {
    // a condition that every row meets, so that the index leads
    all: concat!(
        "SELECT ",
        user_columns!(),
        " FROM users WHERE created_at >= 0 ORDER BY created_at DESC, id DESC LIMIT $1 OFFSET $2"
    ),
    numbers: concat!(
        "SELECT ",
        user_columns!(),
        " FROM users WHERE phone >= $1 AND phone <= $2 ORDER BY phone LIMIT $3 OFFSET $4"
    ),
    any_fits: concat!(
        "SELECT ",
        user_columns!(),
        " FROM users WHERE ",
        fits_any!(),
        " ORDER BY created_at DESC, id DESC LIMIT $5 OFFSET $6"
    ),
    all_fit: concat!(
        "SELECT ",
        user_columns!(),
        " FROM users WHERE ",
        fits_all!(),
        " ORDER BY created_at DESC, id DESC LIMIT $5 OFFSET $6"
    ),
};

const COUNT: Texts = Texts {
    all: "SELECT COUNT(*) FROM
        (SELECT 1 FROM users WHERE created_at >= 0 LIMIT $1) AS found",
    numbers: "SELECT COUNT(*) FROM
        (SELECT 1 FROM users WHERE phone >= $1 AND phone <= $2 LIMIT $3) AS found",
    any_fits: concat!(
        "SELECT COUNT(*) FROM (SELECT 1 FROM users WHERE ",
        fits_any!(),
        " LIMIT $5) AS found"
    ),
    all_fit: concat!(
        "SELECT COUNT(*) FROM (SELECT 1 FROM users WHERE ",
        fits_all!(),
        " LIMIT $5) AS found"
    ),
};

/// At most `limit` users after the first `offset`.
pub async fn list(db: &Db, search: &Search, (limit, offset): (i64, i64)) -> Result<Vec<Stored>> {
    rows(db, &LIST, search, &[limit, offset]).await?.iter().map(user).collect()
}

/// How many users a search finds; counting stops at `most`, since every one is looked at.
pub async fn count(db: &Db, search: &Search, most: i64) -> Result<i64> {
    let rows = rows(db, &COUNT, search, &[most]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

async fn rows(db: &Db, texts: &Texts, search: &Search, numbers: &[i64]) -> Result<Vec<Row>> {
    let (sql, mut params) = match search {
        Search::All => (texts.all, vec![]),
        Search::Numbers { from, to } => {
            (texts.numbers, vec![from.as_str().into(), to.as_str().into()])
        }
        Search::Patterns(patterns) => {
            let Patterns { id, phone, username, name, all } = patterns;
            let all_four = [id, phone, username, name].map(|pattern| pattern.as_deref().into());
            (if *all { texts.all_fit } else { texts.any_fits }, all_four.to_vec())
        }
    };
    params.extend(numbers.iter().map(|number| Value::from(*number)));
    db.scan(sql, params).await
}

/// How many users registered from one moment until just before another; every one of them is looked at, in an index.
pub async fn count_registered(db: &Db, from: Timestamp, until: Timestamp) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM users WHERE created_at >= $1 AND created_at < $2";
    let rows = db.scan(SQL, vec![from.into(), until.into()]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}
