//! Lists of the `messages` table for people, and everything that is known of one message. Never the number, never the code.
use haoma_core::ids::{ConnectorId, MessageId};
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;

use crate::db::{Db, Result};
use crate::keyset::{Ask, Edges, List, Order, Page, Place, page};
use crate::messages::Status;
use crate::value::{Row, Value};

/// Rows looked at for one page at most: about a twentieth of a second.
const LOOKS: i64 = 100_000;

/// Which messages a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// In this state.
    pub status: Option<Status>,
    /// For this use.
    pub usage_type: Option<UsageType>,
    /// To this number: `haoma_core::limits::number_id`.
    pub number_id: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
}

/// A message as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Row id; the provider knows it, too.
    pub id: MessageId,
    /// When it was meant.
    pub created_at: Timestamp,
    /// To whom, as far as people may see.
    pub phone_masked: String,
    /// Two letters.
    pub region: String,
    /// What for.
    pub usage_type: UsageType,
    /// What became of it.
    pub status: Status,
    /// Through which connector.
    pub connector_id: ConnectorId,
    /// In which of its versions; 0 is one that was only tried out.
    pub connector_version: i64,
    /// The provider's code.
    pub provider_code: Option<String>,
    /// The provider's request id.
    pub provider_request_id: Option<String>,
    /// The provider's own id.
    pub provider_message_id: Option<String>,
    /// When that was known.
    pub settled_at: Option<Timestamp>,
    /// When the provider is asked next.
    pub check_at: Option<Timestamp>,
}

macro_rules! shown_columns {
    () => {
        "id, created_at, phone_masked, region, usage_type, status, connector_id, connector_version,
            provider_code, provider_request_id, provider_message_id, settled_at, check_at"
    };
}

macro_rules! message_fits {
    () => {
        "(CAST($1 AS TEXT) IS NULL OR status = $1) AND (CAST($2 AS TEXT) IS NULL OR usage_type = $2)
            AND (CAST($3 AS TEXT) IS NULL OR number_id = $3)"
    };
}

const LIST: List = List {
    order: Order::Ids,
    down: concat!(
        "SELECT ",
        shown_columns!(),
        " FROM messages WHERE ",
        message_fits!(),
        " AND id >= $4 AND id < $5 ORDER BY id DESC LIMIT $6"
    ),
    up: concat!(
        "SELECT ",
        shown_columns!(),
        " FROM messages WHERE ",
        message_fits!(),
        " AND id > $4 AND id <= $5 ORDER BY id LIMIT $6"
    ),
    edges: Some(Edges {
        down: "SELECT id FROM messages WHERE id >= $1 AND id < $2 ORDER BY id DESC LIMIT 1 OFFSET $3",
        up: "SELECT id FROM messages WHERE id > $1 AND id <= $2 ORDER BY id LIMIT 1 OFFSET $3",
    }),
};

/// A page of messages, newest first. Where the list is narrowed, so many are looked at for a page and no more, and the page says so.
/// An index for numbers would cost every sign-in (35 µs at a million messages, and a page of the disk), and who asks for help
/// asks about today.
pub async fn list(db: &Db, filter: &Filter, place: &Place, size: i64) -> Result<Page<Shown>> {
    let narrow: Vec<Value> = vec![
        filter.status.map(Status::as_str).into(),
        filter.usage_type.map(UsageType::as_str).into(),
        filter.number_id.as_deref().into(),
    ];
    let is_narrow = narrow.iter().any(|value| *value != Value::Null);
    let looks = is_narrow.then_some(LOOKS);
    let between = (filter.from, filter.until);
    page(db, &LIST, Ask { between, place, size, looks, narrow }).await?.read(shown)
}

/// Everything known of one message.
pub async fn find(db: &Db, id: &MessageId) -> Result<Option<Shown>> {
    const SQL: &str = concat!("SELECT ", shown_columns!(), " FROM messages WHERE id = $1");
    db.read(SQL, vec![id.as_str().into()]).await?.first().map(shown).transpose()
}

fn shown(row: &Row) -> Result<Shown> {
    Ok(Shown {
        id: row.parse(0, MessageId::parse)?,
        created_at: row.time(1)?,
        phone_masked: row.text(2)?,
        region: row.text(3)?,
        usage_type: row.parse(4, |text| UsageType::parse(text).ok_or("not a usage type"))?,
        status: row.parse(5, Status::parse)?,
        connector_id: row.parse(6, ConnectorId::parse)?,
        connector_version: row.int(7)?,
        provider_code: row.opt_text(8)?,
        provider_request_id: row.opt_text(9)?,
        provider_message_id: row.opt_text(10)?,
        settled_at: row.opt_time(11)?,
        check_at: row.opt_time(12)?,
    })
}
