//! What happened to a user. A page of its own: events are looked through one by one.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::role::Right;
use haoma_store::audit_search::{self, Filter};

use super::{HERE, head, path, tabs};
use crate::app::App;
use crate::console::actors::Parties;
use crate::console::administrator::Signed;
use crate::console::audit_log;
use crate::console::listing::{Address, SIZE, cut_notice, place};
use crate::console::shell::shell;
use crate::error::api::ApiError;
use crate::management::query::Query;
use crate::management::users::find;
use crate::views::console::parts::Link;
use crate::views::console::users::UserActivityPage;

/// `GET /console/users/{id}/activity`.
pub(in crate::console) async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let user = find(&app, &id).await?;
    let (lang, place) = (signed.visit.lang, place(&query));
    let filter = Filter { user_id: Some(user.id.to_string()), ..Filter::default() };
    let found = audit_search::list(&app.db, &filter, &place, SIZE).await?;
    let parties = Parties::of(&app, lang, &found.items).await?;
    let address = Address::new(format!("{}/activity", path(&user.id)));
    let all = Address::new(audit_log::HERE.path()).and("user", user.id.as_str());
    let page = UserActivityPage {
        shell: shell(&app, &signed, HERE, &address.at(&place)),
        head: head(lang, &user),
        tabs: tabs(lang, &user, "/activity"),
        narrow: Link::new(lang.t("console-user-activity-narrow"), all.href()),
        cut: cut_notice(lang, &found),
        table: audit_log::table(&signed, &found.items, &parties),
        pager: address.pager(&found, &place),
    };
    Ok(signed.draw(&app, StatusCode::OK, &page))
}
