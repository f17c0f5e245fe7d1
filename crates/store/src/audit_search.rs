//! Pages of the `audit_events` table for people.
use haoma_core::time::Timestamp;

use crate::audit::{Event, event, event_columns};
use crate::db::{Db, Result};
use crate::keyset::{Ask, Edges, List, Order, Page, Place, page};
use crate::value::Value;

/// Rows looked at for one page at most: about a tenth of a second.
const LOOKS: i64 = 200_000;

/// Which events a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Keys that begin with this.
    pub key: Option<String>,
    /// How it went.
    pub result: Option<Went>,
    /// About this user.
    pub user_id: Option<String>,
    /// By or for this application.
    pub application_id: Option<String>,
    /// By this administrator.
    pub administrator_id: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
}

/// How something went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Went {
    /// It was done.
    Well,
    /// It was not.
    Wrong,
}

impl Went {
    /// As written in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Well => "Success",
            Self::Wrong => "Error",
        }
    }
}

macro_rules! entry_fits {
    () => {
        "(CAST($1 AS TEXT) IS NULL OR SUBSTR(key, 1, CAST(CAST($2 AS BIGINT) AS INTEGER)) = $1)
            AND (CAST($3 AS TEXT) IS NULL OR result = $3)
            AND (CAST($4 AS TEXT) IS NULL OR user_id = $4)
            AND (CAST($5 AS TEXT) IS NULL OR application_id = $5)
            AND (CAST($6 AS TEXT) IS NULL OR payload LIKE $6 ESCAPE '\\')"
    };
}

const LIST: List = List {
    order: Order::Ids,
    down: concat!(
        "SELECT ",
        event_columns!(),
        " FROM audit_events WHERE ",
        entry_fits!(),
        " AND id >= $7 AND id < $8 ORDER BY id DESC LIMIT $9"
    ),
    up: concat!(
        "SELECT ",
        event_columns!(),
        " FROM audit_events WHERE ",
        entry_fits!(),
        " AND id > $7 AND id <= $8 ORDER BY id LIMIT $9"
    ),
    edges: Some(Edges {
        down: "SELECT id FROM audit_events WHERE id >= $1 AND id < $2 ORDER BY id DESC LIMIT 1 OFFSET $3",
        up: "SELECT id FROM audit_events WHERE id > $1 AND id <= $2 ORDER BY id LIMIT 1 OFFSET $3",
    }),
};

/// A page of events, newest first. Where the list is narrowed, so many are looked at for a page and no more, and the page says so:
/// an index would cost every sign-in.
pub async fn list(db: &Db, filter: &Filter, place: &Place, size: i64) -> Result<Page<Event>> {
    let key = filter.key.as_deref();
    let chars = key.map_or(0, |key| i64::try_from(key.chars().count()).unwrap_or(0));
    let narrow: Vec<Value> = vec![
        key.into(),
        chars.into(),
        filter.result.map(Went::as_str).into(),
        filter.user_id.as_deref().into(),
        filter.application_id.as_deref().into(),
        filter.administrator_id.as_deref().map(by).into(),
    ];
    let is_narrow = narrow.iter().any(|value| matches!(value, Value::Text(_)));
    let looks = is_narrow.then_some(LOOKS);
    let between = (filter.from, filter.until);
    page(db, &LIST, Ask { between, place, size, looks, narrow }).await?.read(event)
}

/// What the payload of an event holds that this administrator caused. A quote inside of a text is written otherwise in JSON.
fn by(administrator: &str) -> String {
    let id: String = administrator.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("%\"administratorId\":\"{id}\"%")
}
