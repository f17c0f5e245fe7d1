//! Pages of the `applications` table by key; there are few applications, and every one may be looked at.
use crate::applications::{
    Application, Filter, application, application_columns, application_filter, filter_params,
};
use crate::db::{Db, Result};
use crate::page::Page;

/// At most `limit` applications, newest first.
pub async fn page(db: &Db, filter: &Filter, at: &Page, limit: i64) -> Result<Vec<Application>> {
    const OLDER: &str = concat!(
        "SELECT ",
        application_columns!(),
        " FROM applications WHERE ",
        application_filter!(),
        " AND (created_at, id) < ($4, $5) ORDER BY created_at DESC, id DESC LIMIT $6"
    );
    const NEWER: &str = concat!(
        "SELECT ",
        application_columns!(),
        " FROM applications WHERE ",
        application_filter!(),
        " AND (created_at, id) > ($4, $5) ORDER BY created_at, id LIMIT $6"
    );
    let mut params = filter_params(filter);
    params.extend(at.params());
    params.push(limit.into());
    let sql = if at.is_upwards() { NEWER } else { OLDER };
    let rows = db.read(sql, params).await?;
    rows.iter().map(application).collect::<Result<_>>().map(|rows| at.in_order(rows))
}
