//! Pages of the `applications` table by key; there are few applications, and every one may be looked at.
use crate::applications::{
    Application, Filter, application, application_columns, application_filter, filter_params,
};
use crate::db::{Db, Result};
use crate::keyset::{self, Ask, List, Order, Page, Place};

/// The position of `created_at` among the columns.
const AT: usize = 9;

const LIST: List = List {
    order: Order::Ages(AT),
    down: concat!(
        "SELECT ",
        application_columns!(),
        " FROM applications WHERE ",
        application_filter!(),
        " AND (created_at, id) >= ($4, $5) AND (created_at, id) < ($6, $7)
            ORDER BY created_at DESC, id DESC LIMIT $8"
    ),
    up: concat!(
        "SELECT ",
        application_columns!(),
        " FROM applications WHERE ",
        application_filter!(),
        " AND (created_at, id) > ($4, $5) AND (created_at, id) <= ($6, $7)
            ORDER BY created_at, id LIMIT $8"
    ),
    edges: None,
};

/// A page of applications, newest first.
pub async fn page(db: &Db, filter: &Filter, place: &Place, size: i64) -> Result<Page<Application>> {
    let narrow = filter_params(filter);
    let ask = Ask { between: (None, None), place, size, looks: None, narrow };
    keyset::page(db, &LIST, ask).await?.read(application)
}
